/* Comments on rows (base-operations.md 3.8). */
#include "api/base_call.h"
#include "api/handlers.h"

#include "core/json_in.h"

enum { MAX_MENTIONED = 100 };

static bool comment_id(const struct api_call *call, int64_t *id, struct error *err)
{
	return str_to_int64(api_path(call, "comment_id"), id) || FAIL(err, comment_not_found);
}

bool api_list_comments(struct api_call *call, struct error *err)
{
	struct base_call *on;
	struct str row_id;

	return api_arg_required(call, "row_id", &row_id, err) && (on = api_open_base(call, err)) &&
	       base_list_comments(on->base, row_id, &call->out, err);
}

/* Who is mentioned must be somebody who may use the base. */
static bool read_mentioned(struct api_call *call, const cJSON **mentioned, struct error *err)
{
	struct user_names names = api_user_names(call);
	const cJSON *user;

	*mentioned = api_arg_json(call, "to_users");
	if (*mentioned && (!cJSON_IsArray(*mentioned) || cJSON_GetArraySize(*mentioned) > MAX_MENTIONED))
		return FAIL_WITH(err, param_invalid, STR("to_users"));
	cJSON_ArrayForEach(user, *mentioned)
	{
		if (!cJSON_IsString(user) || !names.name_of(names.ctx, json_str(user)).at)
			return FAIL_WITH(err, param_invalid, STR("to_users"));
	}
	return true;
}

bool api_add_comment(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	const cJSON *mentioned;
	struct str row_id, text;
	struct base_call *on;
	int64_t id;

	if (!api_arg_required(call, "row_id", &row_id, err) || !api_arg_required(call, "comment", &text, err) ||
	    !(on = api_open_base(call, err)) || !read_mentioned(call, &mentioned, err) ||
	    !base_add_comment(on->base, call->arena, &on->actor, &table, row_id, text, mentioned, &id, err))
		return false;
	json_object(&call->out);
	json_field_bool(&call->out, "success", true);
	json_field_int(&call->out, "id", id);
	json_object_end(&call->out);
	return true;
}

bool api_get_comment(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int64_t id;

	return comment_id(call, &id, err) && (on = api_open_base(call, err)) &&
	       base_get_comment(on->base, id, &call->out, err);
}

bool api_delete_comment(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int64_t id;

	return comment_id(call, &id, err) && (on = api_open_base(call, err)) &&
	       base_delete_comment(on->base, call->arena, &on->actor, id, err) && api_write_success(call);
}

bool api_resolve_comment(struct api_call *call, struct error *err)
{
	struct base_call *on;
	bool resolved;
	int64_t id;

	if (!str_to_bool(api_arg(call, "resolved"), &resolved))
		return FAIL_WITH(err, param_invalid, STR("resolved"));
	return comment_id(call, &id, err) && (on = api_open_base(call, err)) &&
	       base_resolve_comment(on->base, call->arena, &on->actor, id, resolved, err) && api_write_success(call);
}

bool api_count_comments(struct api_call *call, struct error *err)
{
	struct base_call *on;
	struct str row_id;
	int64_t count;

	if (!api_arg_required(call, "row_id", &row_id, err) || !(on = api_open_base(call, err)) ||
	    !base_count_comments(on->base, row_id, &count, err))
		return false;
	json_object(&call->out);
	json_field_int(&call->out, "count", count);
	json_object_end(&call->out);
	return true;
}

bool api_list_comments_within_days(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int64_t days;

	if (!api_arg_int(call, "days", 0, 1, 36500, &days, err))
		return false;
	if (days == 0)
		return FAIL_WITH(err, param_missing, STR("days"));
	if (!(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, "comments");
	if (!base_list_comments_since(on->base, days, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

bool api_count_comments_by_row(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);

	if (!on)
		return false;
	json_object(&call->out);
	json_key(&call->out, "rows_comments_num");
	if (!base_count_comments_by_row(on->base, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}
