/* Every API token of every base of the team, for its admins: list, make, change, delete (auth.md 3.6). */
#include "api/base_access.h"
#include "api/handlers.h"
#include "api/token_reply.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/id.h"

/* Optional filters: search, base_uuid, permission, unused_days. */
static bool read_filter(const struct api_call *call, struct api_token_filter *out, struct error *err)
{
	struct str permission = api_arg(call, "permission"), search = api_arg(call, "search");
	struct str uuid = api_arg(call, "base_uuid");
	char dashed[ID_UUID_LEN + 1];
	int64_t days = 0;
	*out = (struct api_token_filter){ 0 };
	if (!str_is_empty(search))
		out->search = search;
	if (!str_is_empty(uuid) && !id_parse_uuid(uuid, dashed))
		return FAIL_WITH(err, param_invalid, STR("base_uuid"));
	if (!str_is_empty(uuid))
		out->base_uuid = str_copy(call->arena, str_from_c(dashed));
	if (!str_is_empty(permission) && !permission_parse(permission, &out->permission))
		return FAIL_WITH(err, param_invalid, STR("permission"));
	if (!api_arg_int(call, "unused_days", 0, 0, 36500, &days, err))
		return false;
	if (days > 0)
		out->unused_since = clock_now_ms() - days * 24 * 3600 * 1000;
	return true;
}

bool api_team_list_tokens(struct api_call *call, struct error *err)
{
	struct api_token_filter filter;
	struct api_token *tokens = NULL;
	size_t count = 0;
	int64_t total = 0;
	int page = 0, per_page = 0;
	if (!api_arg_page(call, &page, &per_page, err) || !read_filter(call, &filter, err) ||
	    !auth_list_team_api_tokens(api_auth(call->api), call->arena, call->caller.team_id, &filter, page, per_page,
				       &tokens, &count, &total, err))
		return false;
	json_object(&call->out);
	api_write_tokens(call, "api_tokens", tokens, count, TOKEN_WITH_BASE);
	json_field_int(&call->out, "total_count", total);
	json_object_end(&call->out);
	return true;
}

bool api_team_list_base_tokens(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct api_token *tokens = NULL;
	size_t count = 0;
	if (!api_find_team_base(call, &base, err) ||
	    !auth_list_api_tokens(api_auth(call->api), call->arena, base.id, &tokens, &count, err))
		return false;
	json_object(&call->out);
	api_write_tokens(call, "api_tokens", tokens, count, TOKEN_WITH_USER);
	json_object_end(&call->out);
	return true;
}

bool api_team_create_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct api_token token;
	struct str app_name;
	enum permission permission;
	if (!api_find_team_base(call, &base, err) || !api_read_token_arguments(call, &app_name, &permission, err) ||
	    !auth_create_api_token(api_auth(call->api), call->arena, base.id, app_name, permission,
				   call->caller.username, &token, err))
		return false;
	call->reply->status = 201;
	api_write_token(call, &token, TOKEN_WITH_USER);
	return true;
}

bool api_team_change_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	struct api_token token;
	enum permission permission;
	if (!api_find_team_base(call, &base, err) || !api_read_token_arguments(call, NULL, &permission, err) ||
	    !auth_change_api_token(api_auth(call->api), call->arena, base.id, api_path(call, "app_name"), permission,
				   call->caller.username, &token, err))
		return false;
	api_write_token(call, &token, TOKEN_WITH_USER);
	return true;
}

bool api_team_delete_token(struct api_call *call, struct error *err)
{
	struct base_entry base;
	return api_find_team_base(call, &base, err) &&
	       auth_delete_api_token(api_auth(call->api), base.id, api_path(call, "app_name"), call->caller.username,
				     err) &&
	       api_write_success(call);
}
