/* Links between rows: query, add, replace, remove, match (base-operations.md 3.3). */
#include "api/base_call.h"
#include "api/handlers.h"

#include "core/arena.h"
#include "core/json_in.h"

bool api_query_links(struct api_call *call, struct error *err)
{
	static const char *const names[] = { "link_column_key", "link_column_name", "link_column" };
	struct base_query_links query = { .table = api_arg_table(call), .rows = api_arg_json(call, "rows") };
	struct base_call *on;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && str_is_empty(query.column); i++)
		query.column = api_arg(call, names[i]);
	if (str_is_empty(query.column))
		return FAIL_WITH(err, param_invalid, STR("link_column"));
	if (!cJSON_IsArray(query.rows))
		return FAIL_WITH(err, param_invalid, STR("rows"));
	return (on = api_open_base(call, err)) && base_query_links(on->base, call->arena, &query, &call->out, err);
}

/* ---- changing ---- */

static cJSON *new_node(struct api_call *call, int type)
{
	cJSON *node = ARENA_NEW(call->arena, cJSON);

	node->type = type;
	return node;
}

/* {"<row>": [...]} of one row. */
static const cJSON *map_of_one(struct api_call *call, struct str row_id, const cJSON *others)
{
	cJSON *map = new_node(call, cJSON_Object), *list = new_node(call, cJSON_Array);

	list->child = others ? others->child : NULL;
	list->string = str_to_c(call->arena, row_id);
	list->prev = list;
	map->child = list;
	return map;
}

/* The map, or one of the forms for a single row: table_row_id and other_table_row_id, row_id and other_rows_ids. */
static bool read_rows(struct api_call *call, const cJSON **rows, struct error *err)
{
	struct str row_id = api_arg_given(call, "table_row_id"), other = api_arg_given(call, "other_table_row_id");
	cJSON *text;

	*rows = api_arg_json(call, "other_rows_ids_map");
	if (*rows)
		return true;
	if (row_id.at && other.at) {
		text = new_node(call, cJSON_String);
		text->valuestring = str_to_c(call->arena, other);
		*rows = map_of_one(call, row_id, api_list_of_one(call, text));
		return true;
	}
	row_id = api_arg_given(call, "row_id");
	if (!row_id.at)
		return FAIL_WITH(err, param_missing, STR("other_rows_ids_map"));
	*rows = map_of_one(call, row_id, api_arg_json(call, "other_rows_ids"));
	return true;
}

static bool edit_links(struct api_call *call, enum base_link_change change, int64_t *changed, struct error *err)
{
	struct base_edit_links query = { .change = change, .table = api_arg_table(call) };
	struct base_call *on;

	return api_arg_required(call, "link_id", &query.link_id, err) && read_rows(call, &query.rows, err) &&
	       (on = api_open_base(call, err)) &&
	       base_edit_links(on->base, call->arena, &on->actor, &query, changed, err);
}

bool api_add_links(struct api_call *call, struct error *err)
{
	int64_t changed;

	return edit_links(call, LINKS_ADD, &changed, err) && api_write_success(call);
}

bool api_replace_links(struct api_call *call, struct error *err)
{
	int64_t changed;

	return edit_links(call, LINKS_REPLACE, &changed, err) && api_write_success(call);
}

bool api_remove_links(struct api_call *call, struct error *err)
{
	int64_t changed;

	if (!edit_links(call, LINKS_REMOVE, &changed, err))
		return false;
	json_object(&call->out);
	json_field_int(&call->out, "deleted_links_count", changed);
	json_field_bool(&call->out, "success", true);
	json_object_end(&call->out);
	return true;
}

/* ---- matching ---- */

bool api_auto_link(struct api_call *call, struct error *err)
{
	struct base_match_links query = { .keys = api_arg_json(call, "matching_keys") };
	struct base_call *on;
	struct str task_id;

	if (!api_arg_required(call, "link_id", &query.link_id, err) || !(on = api_open_base(call, err)) ||
	    !base_match_links(on->base, call->arena, &on->actor, &query, &task_id, err))
		return false;
	json_object(&call->out);
	json_field_str(&call->out, "task_id", task_id);
	json_object_end(&call->out);
	return true;
}

/* The id comes in the query, in a JSON object, or as a JSON string that is the whole body of the GET. */
bool api_get_auto_link_task(struct api_call *call, struct error *err)
{
	struct str task_id = api_arg(call, "task_id");
	struct base_call *on;
	bool found;

	if (str_is_empty(task_id))
		task_id = api_arg(call, "auto_link_task_id");
	if (str_is_empty(task_id) && cJSON_IsString(call->body))
		task_id = json_str(call->body);
	if (str_is_empty(task_id))
		return FAIL_WITH(err, param_missing, STR("task_id"));
	if (!(on = api_open_base(call, err)) || !base_find_task(on->base, task_id, &found, err))
		return false;
	if (!found)
		return FAIL_WITH(err, task_not_found, task_id);
	json_object(&call->out);
	json_field_c(&call->out, "status", "success");
	json_object_end(&call->out);
	return true;
}
