/* The people of a team, for its admins (auth.md 8). Somebody of another team is unknown here. Dispatch has checked that
 * the caller is an admin of the team of the path. */
#include "catalog/account.h"

#include "api/handlers.h"
#include "api/usage.h"
#include "catalog/team.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/id.h"

enum { NEW_PASSWORD_BYTES = 9 };

/* ---- the team ---- */

/* Figures that this server does not count or limit. */
static const struct {
	const char *key;
	int64_t value;
} UNLIMITED[] = {
	{ "member_quota", -1 },       { "storage_quota", -2 },         { "row_usage", 0 },
	{ "row_total", -1 },          { "api_calls_count", 0 },        { "api_calls_limit", -1 },
	{ "automation_count", 0 },    { "automation_limit", -1 },      { "big_data_total_rows", 0 },
	{ "big_data_row_limit", -1 }, { "big_data_total_storage", 0 }, { "big_data_storage_quota", -1 },
};

bool api_team_info(struct api_call *call, struct error *err)
{
	struct json_out *out = &call->out;
	struct team team;
	int64_t bytes = 0;
	if (!team_by_id(api_catalog(call->api), call->arena, call->caller.team_id, &team, err) ||
	    !api_team_bytes(call, team.id, &bytes, err))
		return false;
	json_object(out);
	json_field_int(out, "org_id", team.id);
	json_field_str(out, "org_name", team.name);
	json_field_c(out, "role", "org_default");
	json_field_int(out, "member_usage", team.members);
	json_field_int(out, "active_members", team.active_members);
	json_field_int(out, "base_count", team.bases);
	json_field_int(out, "storage_usage", bytes);
	for (size_t i = 0; i < sizeof(UNLIMITED) / sizeof(UNLIMITED[0]); i++)
		json_field_int(out, UNLIMITED[i].key, UNLIMITED[i].value);
	json_object_end(out);
	return true;
}

/* ---- answers ---- */

static bool write_user(struct api_call *call, const struct account *account, struct error *err)
{
	struct json_out *out = &call->out;
	struct workspace workspace;
	int64_t bytes = 0;
	if (!workspace_of_account(api_catalog(call->api), call->arena, account->id, &workspace, err) ||
	    !api_workspace_bytes(call, workspace.id, &bytes, err))
		return false;
	json_object(out);
	json_field_int(out, "id", account->id);
	api_write_person_fields(call, account->username, account->name, account->contact_email);
	json_field_str(out, "login_id", account->login_id);
	json_field_str(out, "id_in_org", account->id_in_org);
	json_field_bool(out, "is_active", account->is_active);
	json_field_bool(out, "is_org_admin", account->is_team_admin);
	api_field_time(out, "ctime", account->created_at);
	if (account->last_login)
		api_field_time(out, "last_login", account->last_login);
	else
		json_field_null(out, "last_login");
	json_field_int(out, "self_usage", bytes);
	json_field_int(out, "quota_usage", bytes);
	json_field_int(out, "quota", -2);
	json_field_int(out, "quota_total", -2);
	json_field_int(out, "workspace_id", workspace.id);
	json_object_end(out);
	return true;
}

/* The person of the path. Who is not a system admin may look at one, but not take over the account. */
static bool find_user(struct api_call *call, bool to_change, struct account *out, struct error *err)
{
	if (!account_find_in_team(api_catalog(call->api), call->arena, call->caller.team_id, api_path(call, "email"),
				  out, err))
		return false;
	if (to_change && out->is_system_admin && !call->caller.is_system_admin)
		return FAIL(err, permission_denied);
	return true;
}

/* ---- users ---- */

bool api_team_list_users(struct api_call *call, struct error *err)
{
	struct account_query query = { .team_id = call->caller.team_id };
	struct account *accounts = NULL;
	size_t count = 0;
	int64_t total = 0;
	if (!api_arg_page(call, &query.page, &query.per_page, err) ||
	    !account_list(api_catalog(call->api), call->arena, &query, &accounts, &count, &total, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "user_list");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		if (!write_user(call, &accounts[i], err))
			return false;
	}
	json_array_end(out);
	json_field_int(out, "page", query.page);
	json_field_int(out, "per_page", query.per_page);
	api_field_page_next(out, query.page, query.per_page, total);
	json_field_int(out, "total_count", total);
	json_object_end(out);
	return true;
}

/* `name` may be missing: then the part of the address before the @ will do. */
static struct str name_argument(const struct api_call *call, struct str email)
{
	struct str name = str_trim(api_arg(call, "name"));
	return str_is_empty(name) ? str_slice(email, 0, str_find_byte(email, '@', 0)) : name;
}

bool api_team_create_user(struct api_call *call, struct error *err)
{
	struct account_new wanted = { .team_id = call->caller.team_id };
	struct account account;
	struct str password;
	return account_check_email(api_arg(call, "email"), "email", &wanted.contact_email, err) &&
	       catalog_check_name(name_argument(call, wanted.contact_email), "name", &wanted.name, err) &&
	       api_arg_required(call, "password", &password, err) &&
	       auth_hash_password(call->arena, password, &wanted.password_hash, err) &&
	       account_create(api_catalog(call->api), call->arena, &wanted, call->caller.username, &account, err) &&
	       write_user(call, &account, err);
}

bool api_team_get_user(struct api_call *call, struct error *err)
{
	struct account account;
	return find_user(call, false, &account, err) && write_user(call, &account, err);
}

static bool read_flag(const struct api_call *call, const char *name, enum account_flag *out, struct error *err)
{
	struct str text = api_arg(call, name);
	bool value;
	if (str_is_empty(text))
		return true;
	if (!str_to_bool(text, &value))
		return FAIL_WITH(err, param_invalid, str_from_c(name));
	*out = value ? FLAG_ON : FLAG_OFF;
	return true;
}

static bool read_change(const struct api_call *call, struct account_change *out, struct error *err)
{
	struct str name = api_arg(call, "name"), email = api_arg(call, "contact_email");
	struct str id_in_org = api_arg(call, "id_in_org");
	*out = (struct account_change){ 0 };
	if (name.at && !catalog_check_name(name, "name", &out->name, err))
		return false;
	if (email.at && !account_check_email(email, "contact_email", &out->contact_email, err))
		return false;
	if (!str_is_empty(id_in_org) && !catalog_check_name(id_in_org, "id_in_org", &out->id_in_org, err))
		return false;
	if (id_in_org.at && str_is_empty(id_in_org))
		out->id_in_org = STR("");
	return read_flag(call, "is_active", &out->is_active, err) &&
	       read_flag(call, "is_staff", &out->is_team_admin, err);
}

bool api_team_change_user(struct api_call *call, struct error *err)
{
	struct account account;
	struct account_change change;
	return find_user(call, true, &account, err) && read_change(call, &change, err) &&
	       account_change(api_catalog(call->api), call->arena, account.id, &change, call->caller.username, &account,
			      err) &&
	       write_user(call, &account, err);
}

bool api_team_delete_user(struct api_call *call, struct error *err)
{
	struct account account;
	return find_user(call, true, &account, err) &&
	       account_delete(api_catalog(call->api), account.id, call->caller.username, err) &&
	       api_write_success(call);
}

/* Makes a password up: the admin hands it over, and never chooses one that somebody else uses elsewhere. */
bool api_team_set_password(struct api_call *call, struct error *err)
{
	char password[2 * NEW_PASSWORD_BYTES + 1];
	struct account account;
	struct str hash;
	if (!find_user(call, true, &account, err))
		return false;
	id_new_hex(password, NEW_PASSWORD_BYTES);
	if (!auth_hash_password(call->arena, str_from_c(password), &hash, err) ||
	    !account_set_password(api_catalog(call->api), account.id, hash, call->caller.username, err))
		return false;
	json_object(&call->out);
	json_field_c(&call->out, "new_password", password);
	json_object_end(&call->out);
	return true;
}
