/* The archive ("big data"; base-operations.md 3.7): rows put there, rows moved there and back. */
#include "api/base_call.h"
#include "api/handlers.h"
#include "api/rows.h"

bool api_add_archived_rows(struct api_call *call, struct error *err)
{
	struct base_append_rows append;
	struct base_call *on;

	if (!api_read_append_arguments(call, &append, err))
		return false;
	append.answer = APPENDED_COUNT;
	append.archived = true;
	return (on = api_open_base(call, err)) &&
	       base_append_rows(on->base, call->arena, &on->actor, &append, &call->out, err);
}

/* The rows of a view, those of a condition, or a whole table. */
bool api_archive_view(struct api_call *call, struct error *err)
{
	struct str where = str_trim(api_arg(call, "where"));
	struct base_list_rows query;
	struct base_call *on;
	bool ok;

	if (!api_read_list_arguments(call, false, &query, err) || !(on = api_open_base(call, err)))
		return false;
	ok = str_is_empty(where)
		     ? base_archive_rows(on->base, &on->actor, &query, err)
		     : base_archive_where(on->base, call->arena, &on->actor, &query.table, where, BASE_SQL_MS, err);
	if (!ok)
		return false;
	json_object(&call->out);
	json_field_bool(&call->out, "success", true);
	json_field_c(&call->out, "error_message", "");
	json_object_end(&call->out);
	return true;
}

bool api_unarchive_rows(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	const cJSON *row_ids;
	struct base_call *on;
	struct str task_id;

	if (!api_arg_row_ids(call, &row_ids, err) || !(on = api_open_base(call, err)) ||
	    !base_unarchive_rows(on->base, call->arena, &on->actor, &table, row_ids, &task_id, err))
		return false;
	json_object(&call->out);
	json_field_bool(&call->out, "success", true);
	json_field_str(&call->out, "task_id", task_id);
	json_object_end(&call->out);
	return true;
}
