/* Arguments and results of the functions, and the conversions between kinds (formulas.md 2). */
#include "query/function_call.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/json_out.h"
#include "model/number_text.h"

struct arena *call_arena(struct call *call)
{
	if (!call->arena)
		call->arena = arena_new(SIZE_MAX);
	return call->arena;
}

static UCaseMap *case_rules;

static void load_case_rules(void)
{
	UErrorCode status = U_ZERO_ERROR;

	case_rules = ucasemap_open("", 0, &status);
	if (U_FAILURE(status))
		abort();
}

const UCaseMap *call_case_rules(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, load_case_rules);
	return case_rules;
}

/* ---- arguments ---- */

bool call_is_null(const struct call *call, int index)
{
	return index >= call->count || sqlite3_value_type(call->values[index]) == SQLITE_NULL;
}

bool call_is_error(const struct call *call, int index)
{
	return index < call->count && sqlite3_value_type(call->values[index]) == SQLITE_BLOB;
}

char call_kind(const struct call *call, int index)
{
	if ((size_t)index >= strlen(call->kinds))
		return 0;
	return call->kinds[index];
}

static bool is_text(const struct call *call, int index)
{
	return index < call->count && sqlite3_value_type(call->values[index]) == SQLITE_TEXT;
}

static struct str raw_text(const struct call *call, int index)
{
	const char *at = (const char *)sqlite3_value_text(call->values[index]);

	return at ? (struct str){ at, (size_t)sqlite3_value_bytes(call->values[index]) } : STR("");
}

bool call_is_empty(const struct call *call, int index)
{
	if (call_is_null(call, index))
		return true;
	if (!is_text(call, index))
		return false;
	struct str text = raw_text(call, index);
	bool list = call->kinds[0] == '\0' || call_kind(call, index) == KIND_LIST;
	return text.len == 0 || (list && str_equal(text, STR("[]")));
}

bool call_number(struct call *call, int index, double *out)
{
	*out = 0;
	if (call_is_null(call, index))
		return true;
	if (!is_text(call, index)) {
		*out = sqlite3_value_double(call->values[index]);
		return true;
	}
	return text_to_number(raw_text(call, index), out) || give_bad_value(call);
}

bool call_whole(struct call *call, int index, double fallback, double *out)
{
	*out = fallback;
	if (index >= call->count)
		return true;
	if (!call_number(call, index, out))
		return false;
	*out = fmax(-1e15, fmin(1e15, floor(*out)));
	return true;
}

struct str call_text(struct call *call, int index)
{
	int type = index < call->count ? sqlite3_value_type(call->values[index]) : SQLITE_NULL;

	if (type == SQLITE_NULL)
		return STR("");
	if (type != SQLITE_TEXT)
		return number_to_text(sqlite3_value_double(call->values[index]), call_arena(call));
	return raw_text(call, index);
}

/* A spreadsheet's serial number: days since 1900, which a spreadsheet takes for a leap year. */
static bool serial_to_moment(double serial, struct moment *out)
{
	if (!(serial >= 1 && serial < 2958466)) /* 10000-01-01 */
		return false;
	int64_t days = (int64_t)floor(serial);
	int64_t seconds = llround((serial - floor(serial)) * 86400);
	int64_t epoch = civil_to_days(1899, 12, days < 60 ? 31 : 30);
	out->wall = civil_from_ms((epoch + days) * 86400000 + seconds * 1000);
	out->precision = seconds == 0 ? DATE_DAY : DATE_SECOND;
	return true;
}

bool call_date(struct call *call, int index, struct moment *out)
{
	bool ok;

	if (call_is_null(call, index))
		ok = false;
	else if (is_text(call, index))
		ok = text_to_moment(raw_text(call, index), out);
	else
		ok = serial_to_moment(sqlite3_value_double(call->values[index]), out);
	return ok || give_bad_value(call);
}

bool call_bool(struct call *call, int index)
{
	if (call_is_null(call, index) || call_is_error(call, index))
		return false;
	if (is_text(call, index))
		return !call_is_empty(call, index);
	return sqlite3_value_double(call->values[index]) != 0;
}

/* ---- results ---- */

bool give_error(struct call *call, const char *error)
{
	if (call->formula)
		sqlite3_result_blob64(call->context, error, strlen(error), SQLITE_TRANSIENT);
	else
		sqlite3_result_null(call->context);
	return false;
}

void give_number(struct call *call, double number)
{
	if (isfinite(number))
		sqlite3_result_double(call->context, number == 0 ? 0 : number); /* no -0 */
	else
		give_bad_value(call);
}

void give_bool(struct call *call, bool value)
{
	sqlite3_result_int(call->context, value);
}

void give_text(struct call *call, struct str text)
{
	if (text.len > FUNCTION_MAX_CHARS)
		text = str_prefix_chars(text, FUNCTION_MAX_CHARS);
	sqlite3_result_text64(call->context, text.len > 0 ? text.at : "", text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void give_date(struct call *call, const struct civil *wall, enum date_precision precision)
{
	char text[DATE_TEXT_LEN];

	if (!civil_is_valid(wall))
		give_error(call, "#NUM!");
	else
		give_text(call, (struct str){ text, date_print_stored(wall, precision, text) });
}

void give_value(struct call *call, int index)
{
	if (index < call->count && (call->formula || !call_is_error(call, index)))
		sqlite3_result_value(call->context, call->values[index]);
}

/* ---- conversions ---- */

static bool is_digit(struct str text, size_t at)
{
	return at < text.len && text.at[at] >= '0' && text.at[at] <= '9';
}

static size_t skip_digits(struct str text, size_t at)
{
	while (is_digit(text, at))
		at++;
	return at;
}

bool text_leading_number(struct str text, double *out)
{
	enum { MAX_LEN = 390 };
	char copy[MAX_LEN + 4];

	text = str_trim(text);
	size_t start = text.len > 0 && (text.at[0] == '-' || text.at[0] == '+') ? 1 : 0;
	size_t end = skip_digits(text, start);
	if (end < text.len && text.at[end] == '.' && (end > start || is_digit(text, end + 1)))
		end = skip_digits(text, end + 1);
	if (end == start || end > MAX_LEN)
		return false;
	if (end < text.len && (text.at[end] == 'e' || text.at[end] == 'E')) {
		size_t sign = end + 1 < text.len && (text.at[end + 1] == '-' || text.at[end + 1] == '+') ? 1 : 0;
		size_t exponent = skip_digits(text, end + 1 + sign);

		if (exponent > end + 1 + sign && exponent <= MAX_LEN)
			end = exponent;
	}
	memcpy(copy, text.at, end);
	copy[end] = '\0';
	*out = strtod(copy, NULL);
	struct str rest = str_trim(str_slice(text, end, text.len));
	if (str_starts_with(rest, STR("%")))
		*out = decimal_shift(*out, -2);
	return isfinite(*out);
}

bool text_to_number(struct str text, double *out)
{
	*out = 0;
	text = str_trim(text);
	if (text.len == 0 || str_equal_fold(text, STR("false")))
		return true;
	if (str_equal_fold(text, STR("true"))) {
		*out = 1;
		return true;
	}
	return text_leading_number(text, out);
}

struct str number_to_text(double number, struct arena *arena)
{
	static const struct number_format plain = { .kind = NUMBER_PLAIN, .decimal = '.', .precision = -1 };

	return number_print(number, &plain, arena);
}

static enum date_precision precision_of(struct str text, const struct civil *wall)
{
	int colons = 0;

	for (size_t i = 0; i < text.len && text.at[i] != '+'; i++)
		colons += text.at[i] == ':';
	if (colons == 0)
		return DATE_DAY;
	return colons == 1                                          ? DATE_MINUTE
	       : (wall->second || wall->millisecond || colons >= 2) ? DATE_SECOND
								    : DATE_MINUTE;
}

bool text_to_moment(struct str text, struct moment *out)
{
	text = str_trim(text);
	/* The year comes first; what else cells accept (07.03.2024, milliseconds) means nothing here (formulas.md 8).
	 */
	if (text.len < 8 || skip_digits(text, 0) != 4 || (text.at[4] != '-' && text.at[4] != '/'))
		return false;
	if (!date_parse_stored(text, &out->wall) && !date_parse(text, false, &out->wall))
		return false;
	out->precision = precision_of(text, &out->wall);
	return out->wall.year >= 1900;
}

double decimal_shift(double number, int places)
{
	char digits[64], moved[96];
	size_t len = json_format_double(number, digits);
	char *exponent;
	long have = 0;

	digits[len] = '\0';
	exponent = strchr(digits, 'e');
	if (exponent) {
		have = strtol(exponent + 1, NULL, 10);
		*exponent = '\0';
	}
	(void)snprintf(moved, sizeof(moved), "%se%ld", digits, have + places);
	return strtod(moved, NULL);
}
