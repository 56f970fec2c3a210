/* Columns: list, insert one or many, change, delete (base-operations.md 3.6). */
#include "api/base_call.h"
#include "api/handlers.h"
#include "api/rows.h"

enum { PREVIEWED_ROWS = 5 };

bool api_list_columns(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct table_ref view = api_arg_view(call);
	struct base_call *on = api_open_base(call, err);

	return on && base_list_columns(on->base, &table, &view, &call->out, err);
}

bool api_preview_formula(struct api_call *call, struct error *err)
{
	struct base_preview_formula query = { .formula = api_arg(call, "formula"),
					      .column = api_arg_given(call, "column_key") };
	struct base_call *on;

	if (!query.formula.at)
		return FAIL_WITH(err, param_missing, STR("formula"));
	return api_read_list_arguments(call, false, &query.rows, err) &&
	       api_arg_int(call, "limit", PREVIEWED_ROWS, 1, BASE_MAX_PREVIEWED, &query.rows.limit, err) &&
	       (on = api_open_base(call, err)) && base_preview_formula(on->base, call->arena, &query, &call->out, err);
}

/* ---- inserting ---- */

bool api_insert_column(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	struct str name;

	if (!api_arg_required(call, "column_name", &name, err))
		return false;
	if (!cJSON_IsObject(call->body))
		return FAIL(err, params_invalid);
	on = api_open_base(call, err);
	return on && base_insert_columns(on->base, call->arena, &on->actor, &table, api_list_of_one(call, call->body),
					 &call->out, err);
}

bool api_append_columns(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	const cJSON *columns;

	if (!api_arg_list(call, "columns", NULL, cJSON_IsObject, &columns, err) || !(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, "columns");
	json_array(&call->out);
	if (!base_insert_columns(on->base, call->arena, &on->actor, &table, columns, &call->out, err))
		return false;
	json_array_end(&call->out);
	json_object_end(&call->out);
	return true;
}

/* ---- changing: op_type decides ---- */

/* One change, with what all of them need at hand. */
struct column_change {
	struct api_call *call;
	struct base *base;
	struct base_actor *actor;
	struct table_ref table;
	struct str column;
};

static bool rename_column(struct column_change *change, struct error *err)
{
	struct str new_name;

	return api_arg_required(change->call, "new_column_name", &new_name, err) &&
	       base_rename_column(change->base, change->call->arena, change->actor, &change->table, change->column,
				  new_name, &change->call->out, err);
}

static bool resize_column(struct column_change *change, struct error *err)
{
	int64_t width;

	if (!api_arg_int(change->call, "new_column_width", 0, 1, 10000, &width, err))
		return false;
	if (width == 0)
		return FAIL_WITH(err, param_missing, STR("new_column_width"));
	return base_resize_column(change->base, change->call->arena, change->actor, &change->table, change->column,
				  width, &change->call->out, err);
}

static bool freeze_column(struct column_change *change, struct error *err)
{
	return base_freeze_column(change->base, change->call->arena, change->actor, &change->table, change->column,
				  api_arg_bool(change->call, "frozen", true), &change->call->out, err);
}

static bool move_column(struct column_change *change, struct error *err)
{
	struct str target;

	return api_arg_required(change->call, "target_column", &target, err) &&
	       base_move_column(change->base, change->call->arena, change->actor, &change->table, change->column,
				target, &change->call->out, err);
}

static bool retype_column(struct column_change *change, struct error *err)
{
	const cJSON *data = api_arg_json(change->call, "column_data");
	struct str new_type;
	int64_t op_id;

	return api_arg_required(change->call, "new_column_type", &new_type, err) &&
	       base_retype_column(change->base, change->call->arena, change->actor, &change->table, change->column,
				  new_type, data, &op_id, &change->call->out, err) &&
	       api_tell_operation(change->call, op_id);
}

static const struct {
	const char *op_type;
	bool (*change)(struct column_change *change, struct error *err);
} changes[] = {
	{ "rename_column", rename_column }, { "resize_column", resize_column },      { "freeze_column", freeze_column },
	{ "move_column", move_column },     { "modify_column_type", retype_column },
};

enum { CHANGE_COUNT = sizeof(changes) / sizeof(changes[0]) };

bool api_update_column(struct api_call *call, struct error *err)
{
	struct column_change change = { .call = call, .table = api_arg_table(call) };
	struct str op_type = api_arg(call, "op_type");
	struct base_call *on;
	size_t i = 0;

	while (i < CHANGE_COUNT && !str_equal_c(op_type, changes[i].op_type))
		i++;
	if (i == CHANGE_COUNT)
		return FAIL_WITH(err, param_invalid, STR("op_type"));
	if (!api_arg_column(call, &change.column, err) || !(on = api_open_base(call, err)))
		return false;
	change.base = on->base;
	change.actor = &on->actor;
	return changes[i].change(&change, err);
}

bool api_delete_column(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	struct str column;
	int64_t op_id;

	return api_arg_column(call, &column, err) && (on = api_open_base(call, err)) &&
	       base_delete_column(on->base, call->arena, &on->actor, &table, column, &op_id, err) &&
	       api_tell_operation(call, op_id) && api_write_success(call);
}
