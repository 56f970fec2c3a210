/* Conversions that the compiler writes where SQLite cannot tell kinds apart (query/functions.h), numbers and dates as
 * their columns show them, and the parts of places. */
#include "core/json_out.h"
#include "model/cell.h"
#include "model/model.h"
#include "model/number_text.h"
#include "query/formula.h"
#include "query/function_call.h"

/* Takes the kind off the front of the arguments: to_number(kind, x) and the like. */
static char take_kind(struct call *call)
{
	const char *kind = (const char *)sqlite3_value_text(call->values[0]);

	call->values++;
	call->count--;
	if (!kind)
		return 0;
	return kind[0];
}

void run_to_number(struct call *call)
{
	char kind = take_kind(call);
	double number;

	if (kind == KIND_DATE)
		give_bad_value(call);
	else if (call_number(call, 0, &number))
		give_number(call, number);
}

void run_to_text(struct call *call)
{
	char kind = take_kind(call);

	if (kind == KIND_BOOL && !call_is_null(call, 0))
		give_text(call, call_bool(call, 0) ? STR("true") : STR("false"));
	else
		give_text(call, call_text(call, 0));
}

void run_to_date(struct call *call)
{
	char kind = take_kind(call);
	struct moment moment;

	if (kind == KIND_BOOL)
		give_bad_value(call);
	else if (call_date(call, 0, &moment))
		give_date(call, &moment.wall, moment.precision);
}

void run_to_bool(struct call *call)
{
	take_kind(call);
	give_bool(call, call_bool(call, 0));
}

/* ---- as columns show it (formulas.md 9) ---- */

static struct str display_number(double number, const cJSON *settings, struct arena *arena)
{
	struct number_format format;

	if (str_equal(json_get_str(settings, "format"), STR("duration"))) {
		struct str form = json_get_str(settings, "duration_format");
		bool with_seconds = str_starts_with(form, STR("h:mm:ss"));
		size_t decimals = form.len > strlen("h:mm:ss.") ? form.len - strlen("h:mm:ss.") : 0;

		return duration_print(number, with_seconds, decimals < 3 ? (int)decimals : 3, arena);
	}
	format = number_format_of(settings);
	return number_print(number, &format, arena);
}

/* display(kind, x, settings): empty stays empty. */
void run_display(struct call *call)
{
	char kind = take_kind(call);
	struct arena *arena = call_arena(call);
	struct error ignored;
	cJSON *settings = NULL;
	struct moment moment;
	double number;

	if (call_is_empty(call, 0)) {
		give_text(call, STR(""));
		return;
	}
	if (!call_is_null(call, 1) && !json_parse(arena, call_text(call, 1), &settings, &ignored))
		settings = NULL;
	if (kind == KIND_DATE) {
		const struct date_format *format = date_format_by_name(json_get_str(settings, "format"));
		char text[DATE_TEXT_LEN];

		if (!format || !text_to_moment(call_text(call, 0), &moment))
			give_text(call, call_text(call, 0));
		else
			give_text(call, (struct str){ text, date_print(&moment.wall, format, text) });
		return;
	}
	if (call_number(call, 0, &number))
		give_text(call, display_number(number, settings, arena));
}

/* The names of the chosen options in the order of the column's list. */
static struct str option_names(const struct column *column, struct str text, struct arena *arena)
{
	const cJSON *list = list_parse(text, arena);
	struct str names = STR("");

	for (size_t i = 0; list && i < column->option_count; i++) {
		const struct select_option *option = &column->options[i];

		for (const cJSON *item = list->child; item; item = item->next)
			if (str_equal(json_str(item), option->id))
				names = str_format(arena, "%.*s%s%.*s", STR_ARG(names), names.len > 0 ? ", " : "",
						   STR_ARG(option->name));
	}
	return names;
}

/* cell_text(cell, column) */
void run_cell_text(struct call *call)
{
	const struct column *column = sqlite3_value_pointer(call->values[1], FORMULA_COLUMN_POINTER);
	struct cell cell = { .kind = CELL_TEXT };

	if (!column || call_is_empty(call, 0))
		return;
	if (column->type->id == TYPE_multiple_select) {
		give_text(call, option_names(column, call_text(call, 0), call_arena(call)));
		return;
	}
	cell.text = call_text(call, 0);
	if (sqlite3_value_type(call->values[0]) == SQLITE_INTEGER)
		cell = (struct cell){ .kind = CELL_INTEGER, .integer = sqlite3_value_int64(call->values[0]) };
	give_text(call, cell_display(column, &cell, call_arena(call)));
}

/* cell_list(cell, column): what the column shows of a list cell, as a JSON list of names. */
void run_cell_list(struct call *call)
{
	const struct column *column = sqlite3_value_pointer(call->values[1], FORMULA_COLUMN_POINTER);
	struct json_out out;
	const cJSON *item;
	struct buf text;

	if (!column || call_is_empty(call, 0))
		return;
	buf_init(&text, FUNCTION_MAX_BYTES);
	out = json_out_to(&text);
	json_array(&out);
	cJSON_ArrayForEach(item, list_parse(call_text(call, 0), call_arena(call)))
	{
		const struct select_option *option = column_option_by_id(column, json_str(item));

		if (option)
			json_string(&out, option->name);
	}
	json_array_end(&out);
	if (text.len > 2 && !buf_failed(&text))
		give_text(call, buf_str(&text));
	buf_free(&text);
}

/* cell_place(cell, column): the place of a select cell's option in the column's list. */
void run_cell_place(struct call *call)
{
	const struct column *column = sqlite3_value_pointer(call->values[1], FORMULA_COLUMN_POINTER);
	struct str id = call_text(call, 0);
	const struct select_option *option = column && id.len > 0 ? column_option_by_id(column, id) : NULL;

	if (option)
		sqlite3_result_int64(call->context, (sqlite3_int64)option->position);
}

/* sql_value(x): an error of a formula is NULL in SQL. */
void run_sql_value(struct call *call)
{
	if (!call_is_error(call, 0))
		give_value(call, 0);
}

/* date_full(x): a date with its seconds, so that dates of all precisions compare as texts. */
void run_date_full(struct call *call)
{
	struct moment moment;
	char text[DATE_TEXT_LEN];

	if (!call_is_empty(call, 0) && text_to_moment(call_text(call, 0), &moment))
		give_text(call, (struct str){ text, date_print_stored(&moment.wall, DATE_SECOND, text) });
}

/* time_text(ms) */
void run_time_text(struct call *call)
{
	struct civil wall;

	if (!call_is_null(call, 0) && date_from_ms(sqlite3_value_double(call->values[0]), &wall))
		give_date(call, &wall, DATE_SECOND);
}

/* ---- places ---- */

static void give_place_part(struct call *call, const char *key)
{
	struct error ignored;
	cJSON *place = NULL;
	struct str part;

	if (call_is_null(call, 0) || !json_parse(call_arena(call), call_text(call, 0), &place, &ignored))
		return;
	part = json_get_str(place, key);
	if (part.len > 0)
		give_text(call, part);
}

void run_country(struct call *call)
{
	give_place_part(call, "country_region");
}

void run_province(struct call *call)
{
	give_place_part(call, "province");
}

void run_city(struct call *call)
{
	give_place_part(call, "city");
}

void run_district(struct call *call)
{
	give_place_part(call, "district");
}
