/* The API tokens of one base, by account token, and what is got with one: a base token (auth.md 3.2, 3.3). */
#include "api/base_access.h"
#include "api/handlers.h"
#include "api/token_reply.h"
#include "core/arena.h"

/* ---- managing ---- */

bool api_list_api_tokens(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct api_token *tokens = NULL;
	size_t count = 0;
	if (!api_find_base(call, ACCESS_MANAGE, &base, err) ||
	    !auth_list_api_tokens(api_auth(call->api), call->arena, base.id, &tokens, &count, err))
		return false;
	json_object(&call->out);
	api_write_tokens(call, "api_tokens", tokens, count, TOKEN_ALONE);
	json_object_end(&call->out);
	return true;
}

bool api_create_api_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct api_token token;
	struct str app_name;
	enum permission permission;
	if (!api_find_base(call, ACCESS_MANAGE, &base, err) ||
	    !api_read_token_arguments(call, &app_name, &permission, err) ||
	    !auth_create_api_token(api_auth(call->api), call->arena, base.id, app_name, permission,
				   call->caller.username, &token, err))
		return false;
	call->reply->status = 201;
	api_write_token(call, &token, TOKEN_ALONE);
	return true;
}

bool api_change_api_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct api_token token;
	enum permission permission;
	if (!api_find_base(call, ACCESS_MANAGE, &base, err) ||
	    !api_read_token_arguments(call, NULL, &permission, err) ||
	    !auth_change_api_token(api_auth(call->api), call->arena, base.id, api_path(call, "app_name"), permission,
				   call->caller.username, &token, err))
		return false;
	api_write_token(call, &token, TOKEN_ALONE);
	return true;
}

bool api_delete_api_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	return api_find_base(call, ACCESS_MANAGE, &base, err) &&
	       auth_delete_api_token(api_auth(call->api), base.id, api_path(call, "app_name"), call->caller.username,
				     err) &&
	       api_write_success(call);
}

/* ---- a person on a base ---- */

bool api_get_temp_api_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct str token;
	if (!api_find_base(call, ACCESS_READ, &base, err) ||
	    !auth_issue_temp_api_token(api_auth(call->api), call->arena, &call->caller, base.uuid, &token, err))
		return false;
	json_object(&call->out);
	json_field_str(&call->out, "api_token", token);
	json_object_end(&call->out);
	return true;
}

/* The permission follows the caller's own right on the base. */
bool api_get_access_token(struct api_call *call, struct error *err)
{
	struct auth *auth = api_auth(call->api);
	struct base_entry base;
	enum permission permission = PERM_NONE;
	struct str token;
	if (!api_find_base(call, ACCESS_READ, &base, err) ||
	    !auth_account_permission(auth, call->caller.account_id, base.id, &permission, err))
		return false;
	if (permission == PERM_NONE)
		return FAIL(err, permission_denied);
	if (!auth_issue_base_token(auth, call->arena, &call->caller, base.uuid, permission,
				   auth_parse_exp(api_arg(call, "exp")), &token, err))
		return false;
	json_object(&call->out);
	json_field_str(&call->out, "access_token", token);
	json_field_str(&call->out, "dtable_uuid", base.uuid);
	json_object_end(&call->out);
	return true;
}

/* ---- a program ---- */

static void write_url(struct api_call *call, const char *key, const char *path)
{
	struct str origin = api_origin(call);
	json_field_str(&call->out, key, str_format(call->arena, "%.*s%s", STR_ARG(origin), path));
}

/* Numbers that some client takes for the token's lifetime must not appear here (auth.md 3.3). */
bool api_exchange_api_token(struct api_call *call, struct error *err)
{
	const struct caller *caller = &call->caller;
	struct base_entry base;
	struct str token;
	if (!base_entry_by_id(api_catalog(call->api), call->arena, caller->base_id, &base, err) ||
	    !auth_issue_base_token(api_auth(call->api), call->arena, caller, caller->base_uuid, caller->permission,
				   auth_parse_exp(api_arg(call, "exp")), &token, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_field_str(out, "app_name", caller->app_name);
	json_field_str(out, "access_token", token);
	json_field_str(out, "dtable_uuid", base.uuid);
	write_url(call, "dtable_server", "/api-gateway/");
	write_url(call, "dtable_socket", "/");
	write_url(call, "dtable_db", "/dtable-db/");
	json_field_int(out, "workspace_id", base.workspace_id);
	json_field_str(out, "dtable_name", base.name);
	json_field_bool(out, "use_api_gateway", true);
	json_object_end(out);
	return true;
}
