/* Date filters: what "today", "the past month" or "3 days ago" are, as calendar days of the server's zone (views.md
 * 3.6). Weeks run from Monday to Sunday. */
#include "query/filter.h"

#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "model/date_text.h"

/* Days are counted from 1970-01-01, a Thursday. */
static int64_t monday_of(int64_t day)
{
	return day - (((day + 3) % 7) + 7) % 7;
}

/* The first day of the month `months` away. */
static int64_t month_start(int64_t day, int months)
{
	struct civil wall = civil_from_days(day);
	int index = wall.year * 12 + wall.month - 1 + months;

	return civil_to_days(index / 12, index % 12 + 1, 1);
}

/* The same day of the month `months` away, or that month's last one. */
static int64_t month_shift(int64_t day, int months)
{
	int64_t shifted = month_start(day, months) + (civil_from_days(day).day - 1);
	int64_t last = month_start(day, months + 1) - 1;

	return shifted < last ? shifted : last;
}

static int64_t year_start(int64_t day, int years)
{
	return civil_to_days(civil_from_days(day).year + years, 1, 1);
}

/* A day relative to today; `n` is the numeric term. */
#define DAY(name, needs_number, day)                                                                                   \
	{                                                                                                              \
		name, false, needs_number, day, day                                                                    \
	}
/* The range of is_within. */
#define RANGE(name, needs_number, from, to)                                                                            \
	{                                                                                                              \
		name, true, needs_number, from, to                                                                     \
	}

enum unit {
	TODAY,
	TOMORROW,
	YESTERDAY,
	WEEK_AGO,
	WEEK_AHEAD,
	MONTH_AGO,
	MONTH_AHEAD,
	DAYS_AGO,
	DAYS_AHEAD,
	THIS_WEEK,
	THIS_WEEK_END,
	PAST_WEEK,
	PAST_WEEK_END,
	NEXT_WEEK,
	NEXT_WEEK_END,
	THIS_MONTH,
	THIS_MONTH_END,
	PAST_MONTH,
	PAST_MONTH_END,
	NEXT_MONTH,
	NEXT_MONTH_END,
	THIS_YEAR,
	THIS_YEAR_END,
	PAST_YEAR,
	PAST_YEAR_END,
	NEXT_YEAR,
	NEXT_YEAR_END,
};

static const struct modifier {
	const char *name;
	bool within, needs_number;
	enum unit from, to;
} modifiers[] = {
	DAY("today", false, TODAY),
	DAY("tomorrow", false, TOMORROW),
	DAY("yesterday", false, YESTERDAY),
	DAY("one_week_ago", false, WEEK_AGO),
	DAY("one_week_from_now", false, WEEK_AHEAD),
	DAY("one_month_ago", false, MONTH_AGO),
	DAY("one_month_from_now", false, MONTH_AHEAD),
	DAY("number_of_days_ago", true, DAYS_AGO),
	DAY("number_of_days_from_now", true, DAYS_AHEAD),
	RANGE("this_week", false, THIS_WEEK, THIS_WEEK_END),
	RANGE("the_past_week", false, PAST_WEEK, PAST_WEEK_END),
	RANGE("the_next_week", false, NEXT_WEEK, NEXT_WEEK_END),
	RANGE("this_month", false, THIS_MONTH, THIS_MONTH_END),
	RANGE("the_past_month", false, PAST_MONTH, PAST_MONTH_END),
	RANGE("the_next_month", false, NEXT_MONTH, NEXT_MONTH_END),
	RANGE("this_year", false, THIS_YEAR, THIS_YEAR_END),
	RANGE("the_past_year", false, PAST_YEAR, PAST_YEAR_END),
	RANGE("the_next_year", false, NEXT_YEAR, NEXT_YEAR_END),
	RANGE("the_past_numbers_of_days", true, DAYS_AGO, TODAY),
	RANGE("the_next_numbers_of_days", true, TODAY, DAYS_AHEAD),
};

static int64_t day_of(enum unit unit, int64_t today, int64_t n)
{
	switch (unit) {
	case TODAY:
		return today;
	case TOMORROW:
		return today + 1;
	case YESTERDAY:
		return today - 1;
	case WEEK_AGO:
		return today - 7;
	case WEEK_AHEAD:
		return today + 7;
	case MONTH_AGO:
		return month_shift(today, -1);
	case MONTH_AHEAD:
		return month_shift(today, 1);
	case DAYS_AGO:
		return today - n;
	case DAYS_AHEAD:
		return today + n;
	case THIS_WEEK:
	case THIS_WEEK_END:
	case PAST_WEEK:
	case PAST_WEEK_END:
	case NEXT_WEEK:
	case NEXT_WEEK_END: {
		/* Pairs of first and last day, in the order this, past, next. */
		static const int weeks[] = { 0, -1, 1 };
		int index = (int)(unit - THIS_WEEK);

		return monday_of(today) + 7 * (int64_t)weeks[index / 2] + (index % 2 ? 6 : 0);
	}
	case THIS_MONTH:
		return month_start(today, 0);
	case THIS_MONTH_END:
		return month_start(today, 1) - 1;
	case PAST_MONTH:
		return month_start(today, -1);
	case PAST_MONTH_END:
		return month_start(today, 0) - 1;
	case NEXT_MONTH:
		return month_start(today, 1);
	case NEXT_MONTH_END:
		return month_start(today, 2) - 1;
	case THIS_YEAR:
		return year_start(today, 0);
	case THIS_YEAR_END:
		return year_start(today, 1) - 1;
	case PAST_YEAR:
		return year_start(today, -1);
	case PAST_YEAR_END:
		return year_start(today, 0) - 1;
	case NEXT_YEAR:
		return year_start(today, 1);
	case NEXT_YEAR_END:
		return year_start(today, 2) - 1;
	}
	return today;
}

static void print_day(int64_t day, char into[12])
{
	char text[DATE_TEXT_LEN] = "";
	struct civil wall = civil_from_days(day);

	if (civil_is_valid(&wall))
		date_print_stored(&wall, DATE_DAY, text);
	memcpy(into, text, 11);
	into[11] = 0;
}

bool filter_term_is_missing(const cJSON *term)
{
	return !term || cJSON_IsNull(term) || (cJSON_IsString(term) && term->valuestring[0] == 0) ||
	       (cJSON_IsArray(term) && !term->child);
}

/* A number of days: a number, or the text of one. */
static bool read_number(const cJSON *term, int64_t *n)
{
	if (cJSON_IsString(term))
		return str_to_int64(json_str(term), n) && *n > -4000000 && *n < 4000000;
	if (!cJSON_IsNumber(term) || fabs(term->valuedouble) > 4000000)
		return false;
	*n = (int64_t)term->valuedouble;
	return true;
}

static enum day_outcome exact(const cJSON *term, bool minute, struct filter_days *days)
{
	char text[DATE_TEXT_LEN];
	struct civil wall;

	if (filter_term_is_missing(term))
		return DAY_INCOMPLETE;
	if (!cJSON_IsString(term))
		return DAY_BAD_TERM;
	if (!date_parse(json_str(term), false, &wall))
		return DAY_NEVER;
	days->is_minute = minute;
	date_print_stored(&wall, DATE_MINUTE, text);
	memcpy(days->minute, text, 17);
	days->minute[16] = 0;
	memcpy(days->from, text, 10);
	days->from[10] = 0;
	memcpy(days->to, days->from, sizeof(days->to));
	return DAY_KNOWN;
}

enum day_outcome filter_days_of(int64_t now_ms, struct str modifier, const cJSON *term, bool within,
				struct filter_days *days)
{
	struct civil now;
	int64_t today, n = 0;

	*days = (struct filter_days){ .is_minute = false };
	if (str_is_empty(modifier))
		return DAY_INCOMPLETE;
	if (!within && (str_equal_c(modifier, "exact_date") || str_equal_c(modifier, "exact_date_time")))
		return exact(term, str_equal_c(modifier, "exact_date_time"), days);
	if (!date_from_ms((double)now_ms, &now))
		return DAY_NEVER;
	today = civil_to_days(now.year, now.month, now.day);
	for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++) {
		const struct modifier *known = &modifiers[i];

		if (known->within != within || !str_equal_c(modifier, known->name))
			continue;
		if (known->needs_number && filter_term_is_missing(term))
			return DAY_INCOMPLETE;
		if (known->needs_number && !read_number(term, &n))
			return DAY_BAD_TERM;
		print_day(day_of(known->from, today, n), days->from);
		print_day(day_of(known->to, today, n), days->to);
		return DAY_KNOWN;
	}
	return DAY_UNMATCHED;
}
