/* GET limits/: every limit that applies to the calls of this token, so that programs need not find them out by being
 * refused. */
#include "api/base_call.h"
#include "api/handlers.h"
#include "api/room.h"

#include "catalog/catalog.h"
#include "model/cell.h"
#include "model/option.h"

/* What is the same for every token. */
static const struct {
	const char *name;
	int64_t value;
} fixed[] = {
	{ "rows_per_list", BASE_MAX_ROWS },
	{ "rows_per_append", BASE_MAX_ROWS },
	{ "rows_per_update", BASE_MAX_ROWS },
	{ "rows_per_upsert", BASE_MAX_ROWS },
	{ "rows_per_delete", BASE_MAX_DELETES },
	{ "key_columns_per_upsert", BASE_MAX_KEY_COLUMNS },
	{ "links_per_call", BASE_MAX_LINKS },
	{ "links_per_cell_shown", BASE_LINKS_IN_CELL },
	{ "links_per_query", BASE_MAX_LINKS_SHOWN },
	{ "tables_per_base", BASE_MAX_TABLES },
	{ "columns_per_table", BASE_MAX_COLUMNS },
	{ "options_per_column", OPTION_MAX_COUNT },
	{ "filters_per_view", BASE_MAX_FILTERS },
	{ "text_characters", CELL_TEXT_MAX_CHARS },
	{ "long_text_characters", CELL_LONG_TEXT_MAX_CHARS },
	{ "idempotency_key_seconds", BASE_ONCE_SECONDS },
};

/* 0 in the settings is "unlimited", which is null here. */
static void field_rate(struct json_out *out, const char *name, int per_minute)
{
	json_key(out, name);
	if (per_minute > 0)
		json_int(out, per_minute);
	else
		json_null(out);
}

bool api_get_limits(struct api_call *call, struct error *err)
{
	const struct api_config *config = &call->api->config;
	struct json_out *out = &call->out;

	if (!api_open_base(call, err))
		return false;
	json_object(out);
	json_key(out, "limits");
	json_object(out);
	field_rate(out, "calls_per_minute_token", config->rate_per_token);
	field_rate(out, "calls_per_minute_base", config->rate_per_base);
	json_field_int(out, "request_bytes", (int64_t)(config->max_body < BODY_ROWS ? config->max_body : BODY_ROWS));
	json_field_int(out, "reply_bytes", (int64_t)config->max_reply);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		json_field_int(out, fixed[i].name, fixed[i].value);
	json_object_end(out);
	json_field_str(out, "permission", permission_text(call->caller.permission));
	json_object_end(out);
	return true;
}
