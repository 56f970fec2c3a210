/* The options of select columns, and which of them depend on another column's (base-operations.md 3.6-31 to 34). */
#include "api/base_call.h"
#include "api/handlers.h"

bool api_add_column_options(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	const cJSON *options;
	struct str column;

	return api_arg_column(call, &column, err) &&
	       api_arg_list(call, "options", NULL, cJSON_IsObject, &options, err) && (on = api_open_base(call, err)) &&
	       base_add_options(on->base, call->arena, &on->actor, &table, column, options, err) &&
	       api_write_success(call);
}

bool api_update_column_options(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct json_out empty = call->out;
	struct base_call *on;
	const cJSON *options;
	struct str column;

	if (!api_arg_column(call, &column, err) ||
	    !api_arg_list(call, "options", NULL, cJSON_IsObject, &options, err) || !(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, "options");
	if (!base_update_options(on->base, call->arena, &on->actor, &table, column, options, &call->out, err))
		return false;
	json_object_end(&call->out);
	if (!api_arg_bool(call, "return_options", false)) {
		buf_clear(&call->reply->body);
		call->out = empty;
		api_write_success(call);
	}
	return true;
}

bool api_delete_column_options(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	const cJSON *names;
	struct str column;

	return api_arg_column(call, &column, err) &&
	       api_arg_list(call, "option_names", NULL, cJSON_IsString, &names, err) &&
	       (on = api_open_base(call, err)) &&
	       base_delete_options(on->base, call->arena, &on->actor, &table, column, names, err) &&
	       api_write_success(call);
}

bool api_set_column_cascade(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	const cJSON *settings = api_arg_json(call, "cascade_settings");
	struct base_call *on;
	struct str parent, child;

	if (!api_arg_required(call, "parent_column", &parent, err) ||
	    !api_arg_required(call, "child_column", &child, err))
		return false;
	if (!cJSON_IsObject(settings))
		return FAIL_WITH(err, param_invalid, STR("cascade_settings"));
	return (on = api_open_base(call, err)) &&
	       base_set_cascade(on->base, call->arena, &on->actor, &table, parent, child, settings, err) &&
	       api_write_success(call);
}
