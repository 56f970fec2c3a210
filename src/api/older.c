/* What older servers answer in a shape of their own (base-operations.md 6): rows with names as keys and dates as they
 * are stored, a new row as it is, tables one by one. The other older paths share the handlers of today's. */
#include "api/base_call.h"
#include "api/handlers.h"
#include "api/rows.h"

#include "core/arena.h"
#include "core/json_in.h"

bool api_get_whole_base(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);

	return on && base_write_whole(on->base, call->arena, &call->out, err);
}

bool api_get_table(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on = api_open_base(call, err);

	if (!on)
		return false;
	json_object(&call->out);
	json_key(&call->out, "table");
	if (!base_write_table(on->base, &table, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

bool api_list_tables(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);

	if (!on)
		return false;
	json_object(&call->out);
	json_key(&call->out, "tables");
	if (!base_write_tables(on->base, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

bool api_get_row_counts(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);

	return on && base_write_size(on->base, call->arena, &call->out, err);
}

/* ---- rows ---- */

static bool list_rows(struct api_call *call, bool filtered, struct error *err)
{
	struct base_list_rows query;
	struct base_call *on;

	if (!api_read_list_arguments(call, filtered, &query, err) || !(on = api_open_base(call, err)))
		return false;
	query.form = FORM_LEGACY;
	query.link_ids = !api_arg_bool(call, "convert_link_id", false);
	return base_list_rows(on->base, call->arena, &query, &call->out, err);
}

bool api_list_rows_older(struct api_call *call, struct error *err)
{
	return list_rows(call, false, err);
}

bool api_list_filtered_rows_older(struct api_call *call, struct error *err)
{
	return list_rows(call, true, err);
}

bool api_get_row_older(struct api_call *call, struct error *err)
{
	return api_reply_row(call, api_arg_bool(call, "convert", false) ? FORM_LEGACY : FORM_OPERATION, err);
}

/* The row itself, by column key. */
bool api_append_row_older(struct api_call *call, struct error *err)
{
	struct base_append_rows append;
	struct base_call *on;

	if (!api_read_append_arguments(call, &append, err) || !(on = api_open_base(call, err)))
		return false;
	append.answer = APPENDED_ROW;
	return base_append_rows(on->base, call->arena, &on->actor, &append, &call->out, err);
}

/* {"inserted_row_count"}, with the rows when they are asked for. */
bool api_append_rows_older(struct api_call *call, struct error *err)
{
	struct base_append_rows append;
	struct base_call *on;

	if (!api_read_append_arguments(call, &append, err) || !(on = api_open_base(call, err)))
		return false;
	append.answer = APPENDED_COUNT;
	return base_append_rows(on->base, call->arena, &on->actor, &append, &call->out, err);
}
