/* The own profile: what a person chooses about oneself (name, language, time zone, password). */
#include "catalog/account.h"

#include "api/handlers.h"
#include "api/room.h"
#include "catalog/catalog.h"

enum { ZONE_MAX_LEN = 64 };

static void write_profile(struct api_call *call, const struct account *account)
{
	struct json_out *out = &call->out;
	json_object(out);
	json_field_str(out, "email", account->username);
	json_field_str(out, "name", account->name);
	json_field_str(out, "contact_email", account->contact_email);
	json_field_str(out, "login_id", account->login_id);
	json_field_str(out, "id_in_org", account->id_in_org);
	json_field_str(out, "avatar_url", api_avatar_url(call));
	json_field_str(out, "language", account->language);
	json_field_str(out, "time_zone", account->time_zone);
	json_field_int(out, "org_id", account->team_id);
	json_field_int(out, "is_org_staff", account->is_team_admin);
	json_object_end(out);
}

bool api_write_profile(struct api_call *call, struct error *err)
{
	struct account account;
	if (!account_by_id(api_catalog(call->api), call->arena, call->caller.account_id, &account, err))
		return false;
	write_profile(call, &account);
	return true;
}

bool api_get_user(struct api_call *call, struct error *err)
{
	return api_write_profile(call, err);
}

/* ---- changing it ---- */

static bool is_language(struct str text)
{
	static const char *const LANGUAGES[] = { "", "en", "fr", "de" };
	for (size_t i = 0; i < sizeof(LANGUAGES) / sizeof(LANGUAGES[0]); i++) {
		if (str_equal_c(text, LANGUAGES[i]))
			return true;
	}
	return false;
}

/* The form of a name in the zone database, "Europe/Berlin" or "Etc/GMT+5": which names exist is the browser's to know.
 */
static bool is_zone(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!letter && (i == 0 || c == '\0' || !strchr("0123456789_+-/", c)))
			return false;
	}
	return text.len <= ZONE_MAX_LEN;
}

bool api_change_user(struct api_call *call, struct error *err)
{
	struct str name = api_arg(call, "name");
	struct account_change change = { .language = api_arg(call, "language"),
					 .time_zone = api_arg(call, "time_zone") };
	struct account account;
	if (name.at && !catalog_check_name(name, "name", &change.name, err))
		return false;
	if (change.language.at && !is_language(change.language))
		return FAIL_WITH(err, param_invalid, STR("language"));
	if (change.time_zone.at && !is_zone(change.time_zone))
		return FAIL_WITH(err, param_invalid, STR("time_zone"));
	if (!account_change(api_catalog(call->api), call->arena, call->caller.account_id, &change,
			    call->caller.username, &account, err))
		return false;
	write_profile(call, &account);
	return true;
}

bool api_change_password(struct api_call *call, struct error *err)
{
	struct str old_password, new_password;
	if (!api_arg_required(call, "old_password", &old_password, err) ||
	    !api_arg_required(call, "new_password", &new_password, err) ||
	    !auth_change_password(api_auth(call->api), call->arena, &call->caller, old_password, new_password,
				  api_remote_address(call), err))
		return false;
	api_write_success(call);
	return true;
}
