/* Tables: create, duplicate, rename, delete (base-operations.md 3.4). */
#include "api/base_call.h"
#include "api/handlers.h"

#include "core/json_in.h"

/* The first column of a table made without any is named in the caller's language; `lang` knows this one besides
 * English. */
static bool read_columns(const struct api_call *call, const cJSON **out, struct error *err)
{
	static const char chinese[] = "[{\"column_name\":\"\xe5\x90\x8d\xe7\xa7\xb0\",\"column_type\":\"text\"}]";
	cJSON *tree;

	*out = api_arg_json(call, "columns");
	if (*out && !cJSON_IsArray(*out))
		return FAIL_WITH(err, param_invalid, STR("columns"));
	if (cJSON_GetArraySize(*out) > 0 || !str_equal_c(api_arg(call, "lang"), "zh-cn"))
		return true;
	if (!json_parse(call->arena, STR(chinese), &tree, err))
		return false;
	*out = tree;
	return true;
}

bool api_create_table(struct api_call *call, struct error *err)
{
	struct base_call *on;
	const cJSON *columns;
	struct str name;

	return api_arg_required(call, "table_name", &name, err) && read_columns(call, &columns, err) &&
	       (on = api_open_base(call, err)) &&
	       base_create_table(on->base, call->arena, &on->actor, name, columns, &call->out, err);
}

bool api_duplicate_table(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	bool with_rows = api_arg_bool(call, "is_duplicate_records", false);
	struct base_call *on = api_open_base(call, err);

	return on && base_duplicate_table(on->base, call->arena, &on->actor, &table, with_rows, &call->out, err);
}

bool api_rename_table(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	struct str new_name;

	return api_arg_required(call, "new_table_name", &new_name, err) && (on = api_open_base(call, err)) &&
	       base_rename_table(on->base, call->arena, &on->actor, &table, new_name, err) && api_write_success(call);
}

bool api_delete_table(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on = api_open_base(call, err);
	int64_t op_id;

	return on && base_delete_table(on->base, call->arena, &on->actor, &table, &op_id, err) &&
	       api_tell_operation(call, op_id) && api_write_success(call);
}
