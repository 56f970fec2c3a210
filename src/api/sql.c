/* SQL (base-operations.md 4; sql.md 10). */
#include "api/base_call.h"
#include "api/handlers.h"

#include "core/json_in.h"

bool api_run_sql(struct api_call *call, struct error *err)
{
	struct base_sql query = {
		.cursor = api_arg(call, "cursor"),
		.parameters = api_arg_json(call, "parameters"),
		.convert_keys = api_arg_bool(call, "convert_keys", false),
		.server_only = api_arg_bool(call, "server_only", false),
		.may_write = call->caller.permission == PERM_RW,
		.max_ms = BASE_SQL_MS,
	};
	struct base_call *on;
	int64_t changed;

	if (!api_arg_required(call, "sql", &query.text, err))
		return false;
	if (query.parameters && !cJSON_IsArray(query.parameters))
		return FAIL_WITH(err, param_invalid, STR("parameters"));
	on = api_open_base(call, err);
	if (!on || !base_run_sql(on->base, call->arena, &on->actor, &query, &changed, &call->out, err))
		return false;
	/* SeaTable's answer has no place for it. */
	if (changed >= 0)
		http_reply_header(call->reply, "atoll-changed-rows",
				  str_format(call->arena, "%lld", (long long)changed));
	return true;
}
