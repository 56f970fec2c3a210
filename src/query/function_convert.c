/* Conversions that the compiler writes where SQLite cannot tell kinds apart (query/functions.h), numbers and dates as
 * their columns show them, and the parts of places. */
#include "model/number_text.h"
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
