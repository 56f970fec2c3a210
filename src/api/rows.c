/* Rows: list, get, append, update, delete (base-operations.md 3.2). */
#include "api/rows.h"
#include "api/base_call.h"
#include "api/handlers.h"

#include "catalog/account.h"
#include "core/arena.h"
#include "core/json_in.h"

static cJSON_bool is_update(const cJSON *node)
{
	return json_get_str(node, "row_id").at && cJSON_IsObject(json_get(node, "row"));
}

/* ---- reading ---- */

static enum cell_form asked_form(const struct api_call *call)
{
	bool names = api_arg_bool(call, "convert_keys", false) || api_arg_bool(call, "convert", false);

	return names ? FORM_NAMES : FORM_IDS;
}

/* "Me" in filters is the person behind the token; an application is nobody. */
static bool read_caller(struct api_call *call, struct base_list_rows *query, struct error *err)
{
	struct account account;

	if (call->caller.api_token_id || (!query->view.id.at && !query->view.name.at && !query->filters))
		return true;
	if (!account_find(api_catalog(call->api), call->arena, call->caller.username, &account, err))
		return false;
	query->user = call->caller.username;
	query->id_in_team = account.id_in_org;
	return true;
}

static bool read_filters(struct api_call *call, struct base_list_rows *query, struct error *err)
{
	query->filters = api_arg_json(call, "filters");
	query->filter_conjunction = api_arg(call, "filter_conjunction");
	if (!query->filters)
		return FAIL_WITH(err, param_missing, STR("filters"));
	return cJSON_IsArray(query->filters) || FAIL_WITH(err, param_invalid, STR("filters"));
}

bool api_read_list_arguments(struct api_call *call, bool filtered, struct base_list_rows *query, struct error *err)
{
	*query = (struct base_list_rows){
		.table = api_arg_table(call),
		.view = api_arg_view(call),
		.cursor = api_arg(call, "cursor"),
		.order_by = api_arg_given(call, "order_by"),
		.descending = str_equal_fold(api_arg(call, "direction"), STR("desc")),
		.grouped = api_arg_bool(call, "grouped", false),
		.names = api_user_names(call),
		.form = asked_form(call),
	};
	if (!api_arg_int(call, "start", 0, 0, INT64_MAX, &query->start, err) ||
	    !api_arg_int(call, "limit", BASE_MAX_ROWS, 0, INT64_MAX, &query->limit, err))
		return false;
	if (query->limit > BASE_MAX_ROWS)
		query->limit = BASE_MAX_ROWS;
	if (filtered && !read_filters(call, query, err))
		return false;
	return read_caller(call, query, err);
}

bool api_list_rows(struct api_call *call, struct error *err)
{
	struct base_list_rows query;
	struct base_call *on;

	return api_read_list_arguments(call, false, &query, err) && (on = api_open_base(call, err)) &&
	       base_list_rows(on->base, call->arena, &query, &call->out, err);
}

bool api_summarize_rows(struct api_call *call, struct error *err)
{
	struct base_list_rows query;
	struct base_call *on;

	if (!api_read_list_arguments(call, false, &query, err))
		return false;
	query.groupbys = api_arg_json(call, "groupbys");
	if (query.groupbys && !cJSON_IsArray(query.groupbys))
		return FAIL_WITH(err, param_invalid, STR("groupbys"));
	on = api_open_base(call, err);
	return on &&
	       base_summarize_rows(on->base, call->arena, &query, api_arg_json(call, "summaries"), &call->out, err);
}

bool api_color_rows(struct api_call *call, struct error *err)
{
	struct base_list_rows query;
	const cJSON *row_ids;
	struct base_call *on;

	return api_read_list_arguments(call, false, &query, err) && api_arg_row_ids(call, &row_ids, err) &&
	       (on = api_open_base(call, err)) &&
	       base_color_rows(on->base, call->arena, &query, row_ids, &call->out, err);
}

/* The rows that the filters of the body select, by name. */
bool api_list_filtered_rows(struct api_call *call, struct error *err)
{
	struct base_list_rows query;
	struct base_call *on;

	if (!api_read_list_arguments(call, true, &query, err))
		return false;
	query.form = FORM_NAMES;
	return (on = api_open_base(call, err)) && base_list_rows(on->base, call->arena, &query, &call->out, err);
}

bool api_reply_row(struct api_call *call, enum cell_form form, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on = api_open_base(call, err);

	char version[ROW_VERSION_LEN + 1];

	if (!on ||
	    !base_get_row(on->base, call->arena, &table, api_path(call, "row_id"), form, &call->out, version, err))
		return false;
	http_reply_header(call->reply, "etag", str_format(call->arena, "\"%s\"", version));
	return true;
}

bool api_get_row(struct api_call *call, struct error *err)
{
	return api_reply_row(call, asked_form(call), err);
}

/* ---- writing ---- */

bool api_read_append_arguments(struct api_call *call, struct base_append_rows *append, struct error *err)
{
	*append = (struct base_append_rows){
		.table = api_arg_table(call),
		.apply_default = api_arg_bool(call, "apply_default", false),
		.return_rows = api_arg_bool(call, "return_rows", false),
		.anchor_row_id = api_arg_given(call, "anchor_row_id"),
		.insert_above = str_equal_c(api_arg(call, "row_insert_position"), "insert_above"),
	};
	return api_arg_list(call, "rows", "row", cJSON_IsObject, &append->rows, err);
}

bool api_append_rows(struct api_call *call, struct error *err)
{
	struct base_append_rows append;
	struct base_call *on;

	return api_read_append_arguments(call, &append, err) && (on = api_open_base(call, err)) &&
	       base_append_rows(on->base, call->arena, &on->actor, &append, &call->out, err);
}

static cJSON_bool is_key_column(const cJSON *node)
{
	return cJSON_IsString(node) && node->valuestring[0];
}

bool api_upsert_rows(struct api_call *call, struct error *err)
{
	struct base_upsert_rows upsert = {
		.table = api_arg_table(call),
		.apply_default = api_arg_bool(call, "apply_default", false),
	};
	struct base_call *on;

	return api_arg_list(call, "rows", "row", cJSON_IsObject, &upsert.rows, err) &&
	       api_arg_list(call, "key_columns", "key_column", is_key_column, &upsert.keys, err) &&
	       (on = api_open_base(call, err)) &&
	       base_upsert_rows(on->base, call->arena, &on->actor, &upsert, &call->out, err);
}

/* `updates`, or the single form, where row_id and row stand in the body itself. */
static bool read_updates(const struct api_call *call, const cJSON **out, struct error *err)
{
	if (!api_arg_json(call, "updates") && is_update(call->body)) {
		*out = api_list_of_one(call, call->body);
		return true;
	}
	return api_arg_list(call, "updates", NULL, is_update, out, err);
}

/* If-Match: the call changes one row, as long as it is what the ETag of reading it told; "*": as long as it is there.
 */
static bool read_condition(struct api_call *call, struct base_call *on, struct table_ref table, const cJSON *ids,
			   struct error *err)
{
	struct str given = str_trim(http_header(call->request, "if-match"));
	struct base_condition *condition;

	if (!http_header(call->request, "if-match").at)
		return true;
	if (cJSON_GetArraySize(ids) != 1)
		return FAIL_WITH(err, bad_request, STR("If-Match needs exactly one row."));
	condition = ARENA_NEW(call->arena, struct base_condition);
	condition->table = table;
	condition->row_id = cJSON_IsObject(ids->child) ? json_get_str(ids->child, "row_id") : json_str(ids->child);
	on->actor.condition = condition;
	if (str_equal_c(given, "*"))
		return true;
	if (given.len != ROW_VERSION_LEN + 2 || given.at[0] != '"' || given.at[given.len - 1] != '"')
		return FAIL_WITH(err, param_invalid, STR("If-Match"));
	condition->version = str_slice(given, 1, given.len - 1);
	return true;
}

bool api_update_rows(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	const cJSON *updates;
	int64_t updated;

	return read_updates(call, &updates, err) && (on = api_open_base(call, err)) &&
	       read_condition(call, on, table, updates, err) &&
	       base_update_rows(on->base, call->arena, &on->actor, &table, updates, &updated, err) &&
	       api_write_success(call);
}

bool api_delete_rows(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	const cJSON *row_ids;
	int64_t deleted;

	if (!api_arg_row_ids(call, &row_ids, err) || !(on = api_open_base(call, err)) ||
	    !read_condition(call, on, table, row_ids, err) ||
	    !base_delete_rows(on->base, call->arena, &on->actor, &table, row_ids, &deleted, err))
		return false;
	json_object(&call->out);
	json_field_bool(&call->out, "success", true);
	json_field_int(&call->out, "deleted_rows", deleted);
	json_object_end(&call->out);
	return true;
}
