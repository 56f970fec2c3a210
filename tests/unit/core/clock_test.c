/* Civil dates, the server's zone at its edges, and the forms of times. A process has one zone and threads remember its
 * offsets, so the cases of each zone run in a thread of their own that starts after the zone is set. */
#include "core/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static int64_t utc(int year, int month, int day, int hour, int minute)
{
	const struct civil c = { year, month, day, hour, minute, 0, 0 };

	return civil_to_ms(&c);
}

static void test_days(void **state)
{
	(void)state;

	assert_int_equal(civil_to_days(1970, 1, 1), 0);
	assert_int_equal(civil_to_days(2000, 3, 1), 11017);
	assert_int_equal(civil_to_days(1, 1, 1), -719162);
	assert_int_equal(civil_to_days(9999, 12, 31), 2932896);
	struct civil last = { 1, 1, 0, 0, 0, 0, 0 };
	for (int64_t days = -719162; days <= 2932896; days++) { /* each follows the one before, and is a date */
		struct civil c = civil_from_days(days);
		bool next_day = c.year == last.year && c.month == last.month && c.day == last.day + 1;
		bool next_month = c.year == last.year && c.month == last.month + 1 && c.day == 1;
		bool next_year = c.year == last.year + 1 && c.month == 1 && c.day == 1 && last.month == 12;
		if (!(next_day || next_month || next_year) || !civil_is_valid(&c) ||
		    civil_to_days(c.year, c.month, c.day) != days)
			fail_msg("day %lld", (long long)days);
		last = c;
	}
}

static void test_valid(void **state)
{
	(void)state;
	static const struct {
		struct civil c;
		bool ok;
	} cases[] = {
		{ { 2026, 1, 31, 23, 59, 59, 999 }, true }, { { 2024, 2, 29, 0, 0, 0, 0 }, true },
		{ { 2000, 2, 29, 0, 0, 0, 0 }, true },      { { 1, 1, 1, 0, 0, 0, 0 }, true },
		{ { 9999, 12, 31, 0, 0, 0, 0 }, true },     { { 2023, 2, 29, 0, 0, 0, 0 }, false },
		{ { 1900, 2, 29, 0, 0, 0, 0 }, false },     { { 2026, 4, 31, 0, 0, 0, 0 }, false },
		{ { 2026, 1, 0, 0, 0, 0, 0 }, false },      { { 2026, 0, 1, 0, 0, 0, 0 }, false },
		{ { 2026, 13, 1, 0, 0, 0, 0 }, false },     { { 0, 1, 1, 0, 0, 0, 0 }, false },
		{ { 10000, 1, 1, 0, 0, 0, 0 }, false },     { { 2026, 1, 1, 24, 0, 0, 0 }, false },
		{ { 2026, 1, 1, 0, 60, 0, 0 }, false },     { { 2026, 1, 1, 0, 0, 60, 0 }, false },
		{ { 2026, 1, 1, 0, 0, 0, 1000 }, false },   { { 2026, 1, 1, -1, 0, 0, 0 }, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (civil_is_valid(&cases[i].c) != cases[i].ok)
			fail_msg("case %zu", i);
	}
}

static void test_ms(void **state)
{
	(void)state;
	static const int64_t instants[] = { 0, -1, 1, 86399999, 86400000, -86400000, -86400001, 1772356530123 };

	for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++) {
		struct civil c = civil_from_ms(instants[i]);
		assert_true(civil_is_valid(&c));
		assert_int_equal(civil_to_ms(&c), instants[i]);
	}
	struct civil c = civil_from_ms(-1);
	assert_int_equal(c.year, 1969);
	assert_int_equal(c.millisecond, 999);
	assert_true(clock_now_ms() > utc(2024, 1, 1, 0, 0));
	int64_t before = clock_monotonic_us();
	assert_true(clock_monotonic_us() >= before);
}

/* What a zone shows at an instant (wall = false), or at a time on its walls. Changes of clocks from the tz database. */
struct zone_case {
	const char *zone;
	bool wall;
	int year, month, day, hour, minute;
	int offset;
};

static const struct zone_case zone_cases[] = {
	/* Berlin: forward on 29 March 2026 at 01:00 UTC, back on 25 October at 01:00 UTC */
	{ "Europe/Berlin", false, 2026, 1, 15, 12, 0, 60 },
	{ "Europe/Berlin", false, 2026, 3, 29, 0, 59, 60 },
	{ "Europe/Berlin", false, 2026, 3, 29, 1, 0, 120 },
	{ "Europe/Berlin", false, 2026, 10, 25, 0, 59, 120 },
	{ "Europe/Berlin", false, 2026, 10, 25, 1, 0, 60 },
	{ "Europe/Berlin", false, 1969, 12, 31, 12, 0, 60 },
	{ "Europe/Berlin", false, 1970, 1, 1, 12, 0, 60 },
	{ "Europe/Berlin", true, 2026, 3, 29, 1, 59, 60 },
	{ "Europe/Berlin", true, 2026, 3, 29, 2, 0, 60 },  /* in the gap */
	{ "Europe/Berlin", true, 2026, 3, 29, 2, 59, 60 }, /* in the gap */
	{ "Europe/Berlin", true, 2026, 3, 29, 3, 0, 120 },
	{ "Europe/Berlin", true, 2026, 3, 30, 12, 0, 120 },
	{ "Europe/Berlin", true, 2026, 10, 25, 1, 59, 120 },
	{ "Europe/Berlin", true, 2026, 10, 25, 2, 0, 120 },  /* twice */
	{ "Europe/Berlin", true, 2026, 10, 25, 2, 59, 120 }, /* twice */
	{ "Europe/Berlin", true, 2026, 10, 25, 3, 0, 60 },
	/* New York: forward on 8 March 2026 at 07:00 UTC, back on 1 November at 06:00 UTC */
	{ "America/New_York", false, 2026, 3, 8, 6, 59, -300 },
	{ "America/New_York", false, 2026, 3, 8, 7, 0, -240 },
	{ "America/New_York", true, 2026, 3, 8, 1, 59, -300 },
	{ "America/New_York", true, 2026, 3, 8, 2, 30, -300 },
	{ "America/New_York", true, 2026, 3, 8, 3, 0, -240 },
	{ "America/New_York", true, 2026, 11, 1, 1, 30, -240 },
	{ "America/New_York", true, 2026, 11, 1, 2, 0, -300 },
	/* Lord Howe: half an hour back on 5 April 2026, 02:00 on the wall, 15:00 UTC */
	{ "Australia/Lord_Howe", false, 2026, 4, 4, 14, 59, 660 },
	{ "Australia/Lord_Howe", false, 2026, 4, 4, 15, 0, 630 },
	{ "Australia/Lord_Howe", true, 2026, 4, 5, 1, 45, 660 },
	{ "Australia/Lord_Howe", true, 2026, 4, 5, 2, 0, 630 },
	/* Samoa left out 30 December 2011 */
	{ "Pacific/Apia", false, 2011, 12, 30, 9, 59, -600 },
	{ "Pacific/Apia", false, 2011, 12, 30, 10, 0, 840 },
	{ "Pacific/Apia", true, 2011, 12, 29, 23, 59, -600 },
	{ "Pacific/Apia", true, 2011, 12, 30, 12, 0, -600 },
	{ "Pacific/Apia", true, 2011, 12, 31, 0, 0, 840 },
	{ "Asia/Kathmandu", false, 2026, 6, 1, 0, 0, 345 },
	{ "Asia/Kathmandu", true, 2026, 6, 1, 0, 0, 345 },
	{ "UTC", false, 2026, 6, 1, 0, 0, 0 },
	{ "UTC", true, 2026, 6, 1, 0, 0, 0 },
};

static bool case_holds(const struct zone_case *c)
{
	const struct civil wall = { c->year, c->month, c->day, c->hour, c->minute, 0, 0 };

	return (c->wall ? clock_offset_of(&wall) : clock_offset_at(civil_to_ms(&wall))) == c->offset;
}

/* Returns the case that fails, or NULL; twice, so that also what was remembered is looked at. */
static void *run_zone_cases(void *zone)
{
	for (size_t i = 0; i < 2 * sizeof(zone_cases) / sizeof(zone_cases[0]); i++) {
		const struct zone_case *c = &zone_cases[i % (sizeof(zone_cases) / sizeof(zone_cases[0]))];
		if (strcmp(c->zone, zone) == 0 && !case_holds(c))
			return (void *)(uintptr_t)c;
	}
	return NULL;
}

/* Returns the number of instants, of every half an hour of three years, where libc says something else. */
static void *compare_with_libc(void *zone)
{
	intptr_t wrong = 0;

	(void)zone;
	for (int64_t instant = utc(2025, 1, 1, 0, 0); instant < utc(2028, 1, 1, 0, 0); instant += 1800000) {
		time_t at = (time_t)(instant / 1000);
		struct tm local;
		localtime_r(&at, &local);
		wrong += clock_offset_at(instant) != local.tm_gmtoff / 60;
	}
	return (void *)wrong;
}

static void *run_in_thread(void *(*work)(void *), const char *zone)
{
	pthread_t thread;
	void *result = NULL;

	assert_true(clock_set_zone(zone));
	assert_int_equal(pthread_create(&thread, NULL, work, (void *)(uintptr_t)zone), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	return result;
}

static void test_zones(void **state)
{
	(void)state;
	static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
					     "Pacific/Apia",  "Asia/Kathmandu",   "UTC" };

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		const struct zone_case *c = run_in_thread(run_zone_cases, zones[i]);
		if (c)
			fail_msg("%s %d-%02d-%02d %02d:%02d%s", c->zone, c->year, c->month, c->day, c->hour, c->minute,
				 c->wall ? "" : " UTC");
		assert_null(run_in_thread(compare_with_libc, zones[i]));
	}
}

static void test_unknown_zones(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"Europe/Nowhere", "Europe", "zone.tab", "../zoneinfo/UTC", "/etc/localtime", "europe/berlin",
		"CET-1CEST",      " ",      ".",        "Europe/../UTC"
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (clock_set_zone(bad[i]))
			fail_msg("accepted: %s", bad[i]);
	}
	assert_true(clock_set_zone(""));
}

static void *format_all(void *zone)
{
	static const struct {
		size_t (*format)(int64_t, char[CLOCK_TEXT_LEN]);
		int64_t instant;
		const char *text;
	} cases[] = {
		{ clock_format_utc_ms, 1772356530123, "2026-03-01T09:15:30.123+00:00" },
		{ clock_format_zone_s, 1772356530123, "2026-03-01T05:45:30-03:30" },
		{ clock_format_z_ms, 1772356530123, "2026-03-01T09:15:30.123Z" },
		{ clock_format_zone_s, 1783000000000, "2026-07-02T11:16:40-02:30" },
		{ clock_format_utc_ms, -1, "1969-12-31T23:59:59.999+00:00" },
		{ clock_format_z_ms, 0, "1970-01-01T00:00:00.000Z" },
	};

	(void)zone;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[CLOCK_TEXT_LEN];
		size_t len = cases[i].format(cases[i].instant, text);
		if (strcmp(text, cases[i].text) != 0 || len != strlen(text))
			return (void *)(uintptr_t)cases[i].text;
	}
	return NULL;
}

static void test_format(void **state)
{
	(void)state;
	const char *fault = run_in_thread(format_all, "America/St_Johns");

	if (fault)
		fail_msg("not %s", fault);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),  cmocka_unit_test(test_valid),         cmocka_unit_test(test_ms),
		cmocka_unit_test(test_zones), cmocka_unit_test(test_unknown_zones), cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
