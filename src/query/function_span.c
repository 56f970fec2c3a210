/* Time between dates, and dates after a pattern (formulas.md 5.4). */
#include <math.h>
#include <stdlib.h>

#include "query/function_call.h"

static int64_t span_ms(const struct moment *from, const struct moment *to)
{
	return civil_to_ms(&to->wall) - civil_to_ms(&from->wall);
}

int full_months(const struct civil *a, const struct civil *b)
{
	if (civil_to_ms(b) < civil_to_ms(a))
		return -full_months(b, a);
	int months = (b->year - a->year) * 12 + b->month - a->month;
	struct civil then = *a, now = *b;
	then.year = now.year = 2000; /* compares day and time alone; January has every day */
	then.month = now.month = 1;
	return months - (civil_to_ms(&now) < civil_to_ms(&then));
}

static bool two_dates(struct call *call, struct moment *a, struct moment *b)
{
	return call_date(call, 0, a) && call_date(call, 1, b);
}

void run_days(struct call *call)
{
	struct moment a, b;

	if (two_dates(call, &a, &b))
		give_number(call, trunc((double)span_ms(&a, &b) / 86400000.0));
}

void run_hours(struct call *call)
{
	struct moment a, b;

	if (two_dates(call, &a, &b))
		give_number(call, trunc((double)span_ms(&a, &b) / 3600000.0));
}

void run_months(struct call *call)
{
	struct moment a, b;

	if (two_dates(call, &a, &b))
		give_number(call, full_months(&a.wall, &b.wall));
}

/* ---- dateDif ---- */

static double seconds_between(const struct moment *a, const struct moment *b)
{
	return trunc((double)span_ms(a, b) / 1000.0);
}

static double days_between(const struct moment *a, const struct moment *b)
{
	return (double)(moment_days(b) - moment_days(a));
}

static double months_between(const struct moment *a, const struct moment *b)
{
	return full_months(&a->wall, &b->wall);
}

static double years_between(const struct moment *a, const struct moment *b)
{
	return trunc(months_between(a, b) / 12);
}

static double months_without_years(const struct moment *a, const struct moment *b)
{
	return fmod(months_between(a, b), 12);
}

/* Days from the last anniversary (or monthly return) of `a` to `b`. */
static double days_after_months(const struct moment *a, const struct moment *b, int step)
{
	struct moment from = { .wall = { .year = a->wall.year, .month = a->wall.month, .day = a->wall.day } };
	struct moment to = { .wall = { .year = b->wall.year, .month = b->wall.month, .day = b->wall.day } };
	int months = full_months(&from.wall, &to.wall);

	if (!civil_add_months(&from.wall, months - months % step))
		return 0;
	return days_between(&from, &to);
}

static double days_without_years(const struct moment *a, const struct moment *b)
{
	return days_after_months(a, b, 12);
}

static double days_without_months(const struct moment *a, const struct moment *b)
{
	return days_after_months(a, b, 1);
}

static const struct {
	const char *name;
	double (*between)(const struct moment *a, const struct moment *b);
} units[] = {
	{ "S", seconds_between },      { "D", days_between },        { "M", months_between },
	{ "Y", years_between },        { "YD", days_without_years }, { "YM", months_without_years },
	{ "MD", days_without_months },
};

/* An empty date is an error in formulas and, by SeaTable's documentation of SQL, 1900-01-01 there. */
static bool date_or_first(struct call *call, int index, struct moment *out)
{
	if (call->formula || !call_is_empty(call, index))
		return call_date(call, index, out);
	*out = (struct moment){ .wall = { .year = 1900, .month = 1, .day = 1 } };
	return true;
}

void run_date_dif(struct call *call)
{
	struct str name = call->formula ? STR("S") : STR("D");
	struct moment a, b;

	if (!date_or_first(call, 0, &a) || !date_or_first(call, 1, &b))
		return;
	if (call->count > 2 && !call_is_empty(call, 2))
		name = str_trim(call_text(call, 2));
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!str_equal_fold(name, str_from_c(units[i].name)))
			continue;
		bool reversed = span_ms(&a, &b) < 0;
		give_number(call, reversed ? -units[i].between(&b, &a) : units[i].between(&a, &b));
		return;
	}
	give_bad_value(call);
}

/* ---- workdays ---- */

static bool is_workday(int64_t days)
{
	int day = day_of_week(days);

	return day >= 1 && day <= 5;
}

/* Monday to Friday from `first` to `last`, both included. */
static int64_t count_workdays(int64_t first, int64_t last)
{
	int64_t weeks = (last - first + 1) / 7, count = weeks * 5;

	for (int64_t day = first + weeks * 7; day <= last; day++)
		count += is_workday(day);
	return count;
}

static int compare_days(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void run_networkdays(struct call *call)
{
	int64_t *holidays = ARENA_ARRAY(call_arena(call), int64_t, (size_t)call->count + 1);
	struct moment a, b, holiday;
	size_t count = 0;

	if (!two_dates(call, &a, &b))
		return;
	int64_t first = moment_days(&a), last = moment_days(&b);
	bool reversed = last < first;
	int64_t low = reversed ? last : first, high = reversed ? first : last;
	for (int i = 2; i < call->count; i++) {
		if (call_is_empty(call, i))
			continue;
		if (!call_date(call, i, &holiday))
			return;
		holidays[count++] = moment_days(&holiday);
	}
	qsort(holidays, count, sizeof(*holidays), compare_days);
	int64_t days = count_workdays(low, high);
	for (size_t i = 0; i < count; i++) {
		bool again = i > 0 && holidays[i] == holidays[i - 1];

		days -= !again && holidays[i] >= low && holidays[i] <= high && is_workday(holidays[i]);
	}
	give_number(call, (double)(reversed ? -days : days));
}

/* ---- patterns ---- */

static const char *const month_names[] = { "January", "February", "March",     "April",   "May",      "June",
					   "July",    "August",   "September", "October", "November", "December" };
static const char *const day_names[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };

static void put_number(struct buf *buf, int value, int digits)
{
	buf_printf(buf, "%0*d", digits, value);
}

static void put_name(struct buf *buf, const char *name, bool short_form)
{
	buf_append_str(buf, str_slice(str_from_c(name), 0, short_form ? 3 : SIZE_MAX));
}

/* The tokens, longest first; `value` is a number of the wall time, padded to `digits`; names are special. */
enum token_kind { YEAR, MONTH_NAME, MONTH, DAY, DAY_NAME, HOUR, HOUR_OF_12, MINUTE, SECOND, HALF };

static const struct token {
	const char *text;
	enum token_kind kind;
	int digits; /* of names: 3 = cut to three letters; of A and a: 1 = capitals */
} tokens[] = {
	{ "YYYY", YEAR, 4 },     { "YY", YEAR, 2 },      { "MMMM", MONTH_NAME, 0 }, { "MMM", MONTH_NAME, 3 },
	{ "MM", MONTH, 2 },      { "M", MONTH, 1 },      { "DD", DAY, 2 },          { "D", DAY, 1 },
	{ "dddd", DAY_NAME, 0 }, { "ddd", DAY_NAME, 3 }, { "HH", HOUR, 2 },         { "H", HOUR, 1 },
	{ "hh", HOUR_OF_12, 2 }, { "h", HOUR_OF_12, 1 }, { "mm", MINUTE, 2 },       { "m", MINUTE, 1 },
	{ "ss", SECOND, 2 },     { "s", SECOND, 1 },     { "A", HALF, 1 },          { "a", HALF, 0 },
};

static const struct token *token_at(struct str pattern, size_t at)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (str_starts_with(str_slice(pattern, at, pattern.len), str_from_c(tokens[i].text)))
			return &tokens[i];
	return NULL;
}

static void put_token(struct buf *buf, const struct token *token, const struct moment *moment)
{
	const struct civil *wall = &moment->wall;
	int values[] = {
		[YEAR] = token->digits == 2 ? wall->year % 100 : wall->year,
		[MONTH] = wall->month,
		[DAY] = wall->day,
		[HOUR] = wall->hour,
		[HOUR_OF_12] = (wall->hour + 11) % 12 + 1,
		[MINUTE] = wall->minute,
		[SECOND] = wall->second,
	};

	if (token->kind == MONTH_NAME)
		put_name(buf, month_names[wall->month - 1], token->digits == 3);
	else if (token->kind == DAY_NAME)
		put_name(buf, day_names[day_of_week(moment_days(moment))], token->digits == 3);
	else if (token->kind == HALF)
		buf_append_str(buf, str_from_c(token->digits ? (wall->hour < 12 ? "AM" : "PM")
							     : (wall->hour < 12 ? "am" : "pm")));
	else
		put_number(buf, values[token->kind], token->digits);
}

void run_datetimeformat(struct call *call)
{
	struct str pattern = call_text(call, 1);
	struct moment moment;
	struct buf buf;

	if (!call_date(call, 0, &moment))
		return;
	buf_init(&buf, (size_t)FUNCTION_MAX_BYTES * 4);
	for (size_t at = 0; at < pattern.len && buf.len < FUNCTION_MAX_BYTES;) {
		const struct token *token = token_at(pattern, at);

		if (token)
			put_token(&buf, token, &moment);
		else
			buf_append_byte(&buf, pattern.at[at]);
		at += token ? strlen(token->text) : 1;
	}
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}
