/* Locking and unlocking rows (base-operations.md 3.2-9). */
#include "api/base_call.h"
#include "api/handlers.h"

static bool set_lock(struct api_call *call, bool lock, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;
	const cJSON *row_ids;

	return api_arg_row_ids(call, &row_ids, err) && (on = api_open_base(call, err)) &&
	       base_lock_rows(on->base, call->arena, &on->actor, &table, row_ids, lock, err) && api_write_success(call);
}

bool api_lock_rows(struct api_call *call, struct error *err)
{
	return set_lock(call, true, err);
}

bool api_unlock_rows(struct api_call *call, struct error *err)
{
	return set_lock(call, false, err);
}
