/* The own account, and what one may know of others: people see only the people of their own team (auth.md 4). */
#include "catalog/account.h"

#include "api/handlers.h"
#include "api/usage.h"
#include "catalog/base_entry.h"
#include "catalog/workspace.h"
#include "core/json_in.h"

enum { SEARCH_LIMIT = 25, MAX_USERS = 1000 };

static bool load_own(struct api_call *call, struct account *out, struct error *err)
{
	return account_by_id(api_catalog(call->api), call->arena, call->caller.account_id, out, err);
}

/* ---- oneself ---- */

/* What this server does not limit or have. */
static void write_unlimited(struct json_out *out)
{
	json_field_int(out, "total", -2);
	json_field_c(out, "space_usage", "0%");
	json_field_int(out, "row_total", -1);
	json_field_c(out, "row_usage_rate", "0%");
	json_field_int(out, "row_usage", 0);
	json_field_int(out, "api_calls_limit", -1);
	json_field_c(out, "api_calls_usage_rate", "0%");
	json_field_bool(out, "enable_subscription", false);
	json_field_bool(out, "enable_chargebee", false);
	json_field_int(out, "dtable_updates_email_interval", 0);
	json_field_int(out, "dtable_collaborate_email_interval", 0);
	json_field_bool(out, "is_cloud_personal_account", false);
}

bool api_get_account_info(struct api_call *call, struct error *err)
{
	struct account account;
	struct workspace workspace;
	struct json_out *out = &call->out;
	int64_t bytes = 0;
	if (!load_own(call, &account, err) ||
	    !workspace_of_account(api_catalog(call->api), call->arena, account.id, &workspace, err) ||
	    !api_workspace_bytes(call, workspace.id, &bytes, err))
		return false;
	json_object(out);
	json_field_str(out, "email", account.username);
	json_field_str(out, "name", account.name);
	json_field_str(out, "login_id", account.login_id);
	json_field_str(out, "contact_email", account.contact_email);
	json_field_c(out, "institution", "");
	json_field_str(out, "avatar_url", api_avatar_url(call));
	json_field_bool(out, "is_staff", account.is_system_admin);
	json_field_int(out, "org_id", account.team_id);
	json_field_int(out, "is_org_staff", account.is_team_admin);
	json_field_int(out, "usage", bytes);
	write_unlimited(out);
	json_object_end(out);
	return true;
}

bool api_change_contact_email(struct api_call *call, struct error *err)
{
	struct account_change change = { 0 };
	struct account account;
	if (!account_check_email(api_arg(call, "new_contact_email"), "new_contact_email", &change.contact_email, err) ||
	    !account_change(api_catalog(call->api), call->arena, call->caller.account_id, &change,
			    call->caller.username, &account, err))
		return false;
	json_object(&call->out);
	json_field_c(&call->out, "msg", "The contact email has been changed.");
	json_object_end(&call->out);
	return true;
}

/* ---- others ---- */

static void write_person(struct api_call *call, const struct account *account, bool with_email)
{
	struct json_out *out = &call->out;
	json_object(out);
	json_field_str(out, "email", account->username);
	json_field_str(out, "name", account->name);
	json_field_str(out, "avatar_url", api_avatar_url(call));
	if (with_email)
		json_field_str(out, "contact_email", account->contact_email);
	json_object_end(out);
}

bool api_get_user_common_info(struct api_call *call, struct error *err)
{
	struct account account;
	if (!account_find_in_team(api_catalog(call->api), call->arena, call->caller.team_id, api_path(call, "email"),
				  &account, err))
		return false;
	write_person(call, &account, true);
	return true;
}

/* Those of the list that the caller may know; the others are left out. */
bool api_list_users_by_id(struct api_call *call, struct error *err)
{
	const cJSON *ids = api_arg_json(call, "user_id_list"), *id = NULL;
	if (!cJSON_IsArray(ids) || cJSON_GetArraySize(ids) > MAX_USERS)
		return FAIL_WITH(err, param_invalid, STR("user_id_list"));
	json_object(&call->out);
	json_key(&call->out, "user_list");
	json_array(&call->out);
	for (id = ids->child; id; id = id->next) {
		struct account account;
		struct str name = json_str(id);
		if (!name.at)
			return FAIL_WITH(err, param_invalid, STR("user_id_list"));
		if (account_find_in_team(api_catalog(call->api), call->arena, call->caller.team_id, name, &account,
					 err))
			write_person(call, &account, false);
		else if (err->code != E_user_not_found)
			return false;
	}
	json_array_end(&call->out);
	json_object_end(&call->out);
	return true;
}

bool api_search_users(struct api_call *call, struct error *err)
{
	struct account_query query = {
		.team_id = call->caller.team_id,
		.active_only = true,
		.page = 1,
		.per_page = SEARCH_LIMIT,
	};
	struct account *accounts = NULL;
	size_t count = 0;
	if (!api_arg_required(call, "q", &query.search, err) ||
	    !account_list(api_catalog(call->api), call->arena, &query, &accounts, &count, NULL, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "users");
	json_array(&call->out);
	for (size_t i = 0; i < count; i++)
		write_person(call, &accounts[i], true);
	json_array_end(&call->out);
	json_object_end(&call->out);
	return true;
}

/* ---- what a program may know, by API token ---- */

bool api_get_app_user_info(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct base_entry base;
	struct account account;
	struct str username;
	if (!api_arg_required(call, "username", &username, err) ||
	    !base_entry_by_id(catalog, call->arena, call->caller.base_id, &base, err) ||
	    !account_find_in_team(catalog, call->arena, base.team_id, username, &account, err))
		return false;
	json_object(&call->out);
	json_field_str(&call->out, "name", account.name);
	json_field_str(&call->out, "id_in_org", account.id_in_org);
	json_object_end(&call->out);
	return true;
}

/* This server keeps no accounts of other services, so none is ever found. */
bool api_get_third_party_account(struct api_call *call, struct error *err)
{
	struct str name;
	return api_arg_required(call, "account_name", &name, err) && FAIL_WITH(err, user_not_found, name);
}
