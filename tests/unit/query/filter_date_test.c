/* The days that date filters mean, seen from Wednesday, 15 May 2024 (views.md 3.6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/json_in.h"
#include "query/filter.h"

static int64_t instant(int year, int month, int day, int hour)
{
	return (civil_to_days(year, month, day) * 24 + hour) * 60 * 60 * 1000;
}

static const struct day_case {
	const char *modifier, *term; /* JSON, NULL = none */
	bool within;
	enum day_outcome outcome;
	const char *from, *to;
} cases[] = {
	{ "today", NULL, false, DAY_KNOWN, "2024-05-15", "2024-05-15" },
	{ "tomorrow", NULL, false, DAY_KNOWN, "2024-05-16", "2024-05-16" },
	{ "yesterday", NULL, false, DAY_KNOWN, "2024-05-14", "2024-05-14" },
	{ "one_week_ago", NULL, false, DAY_KNOWN, "2024-05-08", "2024-05-08" },
	{ "one_week_from_now", NULL, false, DAY_KNOWN, "2024-05-22", "2024-05-22" },
	{ "one_month_ago", NULL, false, DAY_KNOWN, "2024-04-15", "2024-04-15" },
	{ "one_month_from_now", NULL, false, DAY_KNOWN, "2024-06-15", "2024-06-15" },
	{ "number_of_days_ago", "3", false, DAY_KNOWN, "2024-05-12", "2024-05-12" },
	{ "number_of_days_ago", "\"20\"", false, DAY_KNOWN, "2024-04-25", "2024-04-25" },
	{ "number_of_days_from_now", "0", false, DAY_KNOWN, "2024-05-15", "2024-05-15" },
	{ "exact_date", "\"2024-02-29\"", false, DAY_KNOWN, "2024-02-29", "2024-02-29" },
	{ "exact_date", "\"2024-2-3 14:05\"", false, DAY_KNOWN, "2024-02-03", "2024-02-03" },
	{ "exact_date", "\"soon\"", false, DAY_NEVER, "", "" },
	{ "exact_date", "5", false, DAY_BAD_TERM, "", "" },
	{ "exact_date", "\"\"", false, DAY_INCOMPLETE, "", "" },
	{ "this_week", NULL, true, DAY_KNOWN, "2024-05-13", "2024-05-19" },
	{ "the_past_week", NULL, true, DAY_KNOWN, "2024-05-06", "2024-05-12" },
	{ "the_next_week", NULL, true, DAY_KNOWN, "2024-05-20", "2024-05-26" },
	{ "this_month", NULL, true, DAY_KNOWN, "2024-05-01", "2024-05-31" },
	{ "the_past_month", NULL, true, DAY_KNOWN, "2024-04-01", "2024-04-30" },
	{ "the_next_month", NULL, true, DAY_KNOWN, "2024-06-01", "2024-06-30" },
	{ "this_year", NULL, true, DAY_KNOWN, "2024-01-01", "2024-12-31" },
	{ "the_past_year", NULL, true, DAY_KNOWN, "2023-01-01", "2023-12-31" },
	{ "the_next_year", NULL, true, DAY_KNOWN, "2025-01-01", "2025-12-31" },
	{ "the_past_numbers_of_days", "10", true, DAY_KNOWN, "2024-05-05", "2024-05-15" },
	{ "the_next_numbers_of_days", "10", true, DAY_KNOWN, "2024-05-15", "2024-05-25" },
	/* What is of the other set, of none, or lacks its number */
	{ "this_week", NULL, false, DAY_UNMATCHED, "", "" },
	{ "today", NULL, true, DAY_UNMATCHED, "", "" },
	{ "some_day", NULL, false, DAY_UNMATCHED, "", "" },
	{ "", NULL, false, DAY_INCOMPLETE, "", "" },
	{ "number_of_days_ago", NULL, false, DAY_INCOMPLETE, "", "" },
	{ "number_of_days_ago", "\"x\"", false, DAY_BAD_TERM, "", "" },
	{ "number_of_days_ago", "1e300", false, DAY_BAD_TERM, "", "" },
	{ "the_past_numbers_of_days", "[1]", true, DAY_BAD_TERM, "", "" },
};

static void days_are_found(void **state)
{
	struct arena *arena = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct filter_days days;
		struct error err;
		cJSON *term = NULL;
		enum day_outcome outcome;

		if (cases[i].term)
			assert_true(json_parse(arena, str_from_c(cases[i].term), &term, &err));
		outcome = filter_days_of(instant(2024, 5, 15, 10), str_from_c(cases[i].modifier), term, cases[i].within,
					 &days);
		if (outcome != cases[i].outcome || strcmp(days.from, cases[i].from) != 0 ||
		    strcmp(days.to, cases[i].to) != 0)
			fail_msg("%s: %d, %s to %s", cases[i].modifier, (int)outcome, days.from, days.to);
	}
	arena_free(&arena);
}

static void months_end_where_they_end(void **state)
{
	struct filter_days days;

	(void)state;
	filter_days_of(instant(2024, 3, 31, 10), STR("one_month_ago"), NULL, false, &days);
	assert_string_equal(days.from, "2024-02-29");
	filter_days_of(instant(2023, 12, 31, 10), STR("one_month_from_now"), NULL, false, &days);
	assert_string_equal(days.from, "2024-01-31");
	filter_days_of(instant(2024, 1, 15, 10), STR("the_past_month"), NULL, true, &days);
	assert_string_equal(days.from, "2023-12-01");
	assert_string_equal(days.to, "2023-12-31");
	filter_days_of(instant(2024, 5, 19, 10), STR("this_week"), NULL, true, &days); /* a Sunday */
	assert_string_equal(days.from, "2024-05-13");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_found),
		cmocka_unit_test(months_end_where_they_end),
	};

	clock_set_zone("UTC");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
