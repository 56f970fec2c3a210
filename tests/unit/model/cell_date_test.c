/* model/cell_date.c and date_text.c: dates in and out, in a zone with summer time. */
#include "core/clock.h"
#include "fixture.h"
#include "model/date_text.h"

#define DAY "{\"format\":\"YYYY-MM-DD\"}"
#define MINUTE "{\"format\":\"YYYY-MM-DD HH:mm\"}"
#define SECOND "{\"format\":\"YYYY-MM-DD HH:mm:ss\"}"
#define US "{\"format\":\"M/D/YYYY\"}"
#define UK "{\"format\":\"DD/MM/YYYY HH:mm\"}"

static void all_forms_are_read(void **state)
{
	static const struct cell_case cases[] = {
		{ "date", DAY, "\"2026-03-01\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", NULL, "\"2026-03-01\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", DAY, "\"2026-3-1\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", DAY, "\"2026/03/01\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", DAY, "\" 2026-07-01 \"", "\"2026-07-01T00:00:00+02:00\"" },
		{ "date", DAY, "\"2026-03-01 14:30\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", DAY, "\"01.03.2026\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", DAY, "\"3/1/2026\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", US, "\"3/1/2026\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", US, "\"25/12/2026\"", "\"2026-12-25T00:00:00+01:00\"" },
		{ "date", UK, "\"03/01/2026\"", "\"2026-01-03T00:00:00+01:00\"" },
		{ "date", UK, "\"12/25/2026 9:05\"", "\"2026-12-25T09:05:00+01:00\"" },
		{ "date", "{\"format\":\"D/M/YYYY\"}", "\"3/1/2026\"", "\"2026-01-03T00:00:00+01:00\"" },
		{ "date", MINUTE, "\"2026-03-01 14:30\"", "\"2026-03-01T14:30:00+01:00\"" },
		{ "date", MINUTE, "\"2026-03-01 14:30:59\"", "\"2026-03-01T14:30:00+01:00\"" },
		{ "date", MINUTE, "\"2026-03-01\"", "\"2026-03-01T00:00:00+01:00\"" },
		{ "date", MINUTE, "\"01.03.2026 4:30\"", "\"2026-03-01T04:30:00+01:00\"" },
		{ "date", SECOND, "\"2026-03-01 14:30:59\"", "\"2026-03-01T14:30:59+01:00\"" },
		/* instants, moved to the server's zone */
		{ "date", MINUTE, "\"2026-03-01T14:30:00Z\"", "\"2026-03-01T15:30:00+01:00\"" },
		{ "date", MINUTE, "\"2026-03-01T14:30:00.123+05:30\"", "\"2026-03-01T10:00:00+01:00\"" },
		{ "date", MINUTE, "\"2026-07-01T14:30:00-0400\"", "\"2026-07-01T20:30:00+02:00\"" },
		{ "date", DAY, "\"2026-03-01T23:30:00Z\"", "\"2026-03-02T00:00:00+01:00\"" },
		{ "date", MINUTE, "\"2026-03-01T14:30\"", "\"2026-03-01T14:30:00+01:00\"" },
		{ "date", MINUTE, "\"0\"", "\"1970-01-01T01:00:00+01:00\"" },
		{ "date", MINUTE, "\"1772375400000\"", "\"2026-03-01T15:30:00+01:00\"" },
		{ "date", MINUTE, "1772375400000", "\"2026-03-01T15:30:00+01:00\"" },
		/* around the change to summer time at 2026-03-29 02:00, and back at 2026-10-25 03:00 */
		{ "date", MINUTE, "\"2026-03-29 01:59\"", "\"2026-03-29T01:59:00+01:00\"" },
		{ "date", MINUTE, "\"2026-03-29 03:00\"", "\"2026-03-29T03:00:00+02:00\"" },
		{ "date", MINUTE, "\"2026-10-25 03:00\"", "\"2026-10-25T03:00:00+01:00\"" },
		{ "date", DAY, "\"2026-03-29\"", "\"2026-03-29T00:00:00+01:00\"" },
		{ "date", DAY, "\"2026-03-30\"", "\"2026-03-30T00:00:00+02:00\"" },
		{ "date", DAY, "\"2024-02-29\"", "\"2024-02-29T00:00:00+01:00\"" },
		{ "date", DAY, "\"9999-12-31\"", "\"9999-12-31T00:00:00+01:00\"" },
		/* no dates */
		{ "date", DAY, "\"2026-02-29\"", "null" },
		{ "date", DAY, "\"2026-13-01\"", "null" },
		{ "date", DAY, "\"2026-00-10\"", "null" },
		{ "date", DAY, "\"2026-04-31\"", "null" },
		{ "date", DAY, "\"0000-01-01\"", "null" },
		{ "date", DAY, "\"13/13/2026\"", "null" },
		{ "date", DAY, "\"2026-03-01 24:00\"", "null" },
		{ "date", DAY, "\"2026-03-01 12:60\"", "null" },
		{ "date", DAY, "\"2026-03-01x\"", "null" },
		{ "date", DAY, "\"2026-03-01 \u00e9\"", "null" },
		{ "date", DAY, "\"2026-03-01 1430\"", "null" },
		{ "date", DAY, "\"2026-03\"", "null" },
		{ "date", DAY, "\"2026-03/01\"", "null" },
		{ "date", DAY, "\"1-3-2026\"", "null" },
		{ "date", DAY, "\"2026.03.01\"", "null" },
		{ "date", DAY, "\"2026-03-01T10:00:00+2\"", "null" },
		{ "date", DAY, "\"2026-03-01T10:00:00+25:00\"", "null" },
		{ "date", DAY, "\"tomorrow\"", "null" },
		{ "date", DAY, "\"99999999999999999999999\"", "null" },
		{ "date", DAY, "\"999999999999999\"", "null" },
		{ "date", DAY, "1e300", "null" },
		{ "date", DAY, "-1e300", "null" },
		{ "date", DAY, "true", "null" },
		{ "date", DAY, "[\"2026-03-01\"]", "null" },
		{ "date", DAY, "{\"format\":\"YYYY\"}", "null" },
		{ "date", DAY, "\"\"", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void older_shapes_hold_dates_as_stored(void **state)
{
	const struct column *column = column_of("date", UK);
	struct cell cell = cell_of(column, "\"31/12/2026 23:05\"");

	(void)state;
	assert_string_equal(written(column, &cell, FORM_IDS), "\"2026-12-31T23:05:00+01:00\"");
	assert_string_equal(written(column, &cell, FORM_LEGACY), "\"2026-12-31 23:05\"");
	assert_string_equal(written(column, &cell, FORM_OPERATION), "\"2026-12-31 23:05\"");
}

/* What a file that was written to from elsewhere may hold. */
static void what_is_no_date_is_written_as_it_is(void **state)
{
	static const char *const stored[] = { "", "2026", "2026-13-01", "2026-03-01T10:00", "2026-03-01 10:00:0x" };
	const struct column *column = column_of("date", DAY);

	(void)state;
	for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
		struct cell cell = { .kind = CELL_TEXT, .text = str_from_c(stored[i]) };
		assert_string_equal(written(column, &cell, FORM_IDS), str_format(arena, "\"%s\"", stored[i]).at);
	}
}

static void each_format_shows_and_reads_itself(void **state)
{
	static const struct {
		const char *format, *shown;
	} cases[] = {
		{ "YYYY-MM-DD", "2024-03-07" },
		{ "YYYY-MM-DD HH:mm", "2024-03-07 09:05" },
		{ "YYYY-MM-DD HH:mm:ss", "2024-03-07 09:05:33" },
		{ "M/D/YYYY", "3/7/2024" },
		{ "M/D/YYYY HH:mm", "3/7/2024 09:05" },
		{ "DD/MM/YYYY", "07/03/2024" },
		{ "DD/MM/YYYY HH:mm", "07/03/2024 09:05" },
		{ "D/M/YYYY", "07/03/2024" },
		{ "D/M/YYYY HH:mm", "07/03/2024 09:05" },
		{ "DD.MM.YYYY", "07.03.2024" },
		{ "DD.MM.YYYY HH:mm", "07.03.2024 09:05" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct column *column =
			column_of("date", str_format(arena, "{\"format\":\"%s\"}", cases[i].format).at);
		struct cell cell = cell_of(column, "\"2024-03-07 09:05:33\"");
		struct str shown = cell_display(column, &cell, arena);
		assert_string_equal(shown.at, cases[i].shown);
		struct cell again = cell_of(column, str_format(arena, "\"%s\"", shown.at).at);
		assert_same_cell(&cell, &again);
	}
	assert_null(date_format_by_name(STR("YYYY-MM-DD ")));
	assert_null(date_format_by_name(STR("dd.mm.yyyy")));
	assert_null(date_format_by_name((struct str){ 0 }));
}

static void every_day_comes_back(void **state)
{
	const struct column *column = column_of("date", MINUTE);

	(void)state;
	for (int64_t day = civil_to_days(1900, 1, 1); day < civil_to_days(2100, 1, 1); day += 3) {
		struct civil wall = civil_from_days(day);
		char text[DATE_TEXT_LEN];
		wall.hour = 12;
		wall.minute = (int)(day & 31);
		struct cell cell = { .kind = CELL_TEXT, .text = { text, date_print_stored(&wall, DATE_MINUTE, text) } };
		/* Before 1893-04-01 and in some war years offsets had seconds or odd changes; noon is safe. */
		struct cell again = cell_of(column, written(column, &cell, FORM_IDS));
		assert_same_cell(&cell, &again);
	}
}

static void times_of_a_row(void **state)
{
	const struct column *column = column_of("ctime", NULL);
	struct cell cell = { .kind = CELL_INTEGER, .integer = 1772375401007 };

	(void)state;
	assert_string_equal(written(column, &cell, FORM_NAMES), "\"2026-03-01T14:30:01.007+00:00\"");
	assert_string_equal(cell_display(column, &cell, arena).at, "2026-03-01 15:30:01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_forms_are_read),
		TEST(older_shapes_hold_dates_as_stored),
		TEST(what_is_no_date_is_written_as_it_is),
		TEST(each_format_shows_and_reads_itself),
		TEST(every_day_comes_back),
		TEST(times_of_a_row),
	};

	if (!clock_set_zone("Europe/Berlin"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
