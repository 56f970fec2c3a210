/* The log of operations, what happened to one row, and undoing (base-operations.md 3.7, 3.10). */
#include "api/base_call.h"
#include "api/handlers.h"

bool api_list_activities(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int page, per_page;
	struct str row_id;

	return api_arg_required(call, "row_id", &row_id, err) && api_arg_page(call, &page, &per_page, err) &&
	       (on = api_open_base(call, err)) &&
	       base_list_activities(on->base, call->arena, row_id, page, per_page, &call->out, err);
}

static bool list_operations(struct api_call *call, enum base_operations which, const char *key, struct error *err)
{
	struct base_call *on;
	int page, per_page;

	if (!api_arg_page(call, &page, &per_page, err) || !(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, key);
	if (!base_list_operations(on->base, which, page, per_page, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

bool api_list_operations(struct api_call *call, struct error *err)
{
	return list_operations(call, OPERATIONS_ALL, "operations", err);
}

bool api_list_delete_operations(struct api_call *call, struct error *err)
{
	return list_operations(call, OPERATIONS_DELETING, "delete_operation_logs", err);
}

bool api_list_archive_operations(struct api_call *call, struct error *err)
{
	return list_operations(call, OPERATIONS_ARCHIVING, "big_data_operation_logs", err);
}

bool api_list_deleted_rows(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int page, per_page;

	if (!api_arg_page(call, &page, &per_page, err) || !(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, "deleted_rows");
	if (!base_list_deleted_rows(on->base, page, per_page, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

/* ---- undoing ---- */

bool api_list_undoable(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int page, per_page;

	if (!api_arg_page(call, &page, &per_page, err) || !(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, "operations");
	if (!base_list_undoable(on->base, call->arena, page, per_page, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

bool api_undo_operation(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int64_t id;

	if (!str_to_int64(api_path(call, "op_id"), &id))
		return FAIL(err, operation_not_found);
	return (on = api_open_base(call, err)) && base_undo_operation(on->base, call->arena, &on->actor, id, err) &&
	       api_write_success(call);
}
