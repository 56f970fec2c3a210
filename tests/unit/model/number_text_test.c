/* model/number_print.c and number_parse.c, by the formats of columns. */
#include <math.h>

#include "fixture.h"

static void numbers_are_shown_by_format(void **state)
{
	static const struct {
		const char *data;
		double number;
		const char *shown;
	} cases[] = {
		{ NULL, 1234.5, "1234.5" },
		{ NULL, 0, "0" },
		{ NULL, 100, "100" },
		{ NULL, -1e-9, "0" },
		{ NULL, 0.123456789, "0.12345679" },
		{ NULL, 1e20, "100000000000000000000" },
		{ NULL, -1e22, "-1e+22" },
		{ "{\"enable_precision\":true,\"precision\":2}", 1234.5, "1234.50" },
		{ "{\"enable_precision\":true,\"precision\":2}", -0.001, "0.00" },
		{ "{\"enable_precision\":true,\"precision\":0}", 2.6, "3" },
		{ "{\"enable_precision\":false,\"precision\":2}", 1.234, "1.234" },
		{ "{\"enable_precision\":true,\"precision\":99}", 1.25, "1.25" },
		{ "{\"format\":\"percent\"}", 0.256, "25.6%" },
		{ "{\"format\":\"percent\"}", 0.07, "7%" },
		{ "{\"format\":\"percent\",\"enable_precision\":true,\"precision\":1}", 0.5, "50.0%" },
		{ "{\"format\":\"dollar\"}", 1234.567, "$1234.56" },
		{ "{\"format\":\"dollar\"}", 0.29, "$0.29" },
		{ "{\"format\":\"euro\"}", 4, "€4.00" },
		{ "{\"format\":\"euro\"}", -5, "€-5.00" },
		{ "{\"format\":\"yuan\"}", 1, "￥1.00" },
		{ "{\"format\":\"euro\",\"decimal\":\"comma\",\"thousands\":\"dot\",\"enable_precision\":true,"
		  "\"precision\":2}",
		  1234.5, "€1.234,50" },
		{ "{\"format\":\"custom_currency\",\"currency_symbol\":\"CHF\",\"currency_symbol_position\":\"after\"}",
		  7.5, "7.50CHF" },
		{ "{\"format\":\"custom_currency\",\"currency_symbol\":\"CHF\",\"currency_symbol_position\":"
		  "\"before\"}",
		  -7.5, "CHF-7.50" },
		{ "{\"thousands\":\"comma\"}", 1234567.125, "1,234,567.125" },
		{ "{\"thousands\":\"space\"}", 123456, "123 456" },
		{ "{\"thousands\":\"comma\"}", 999, "999" },
		{ "{\"thousands\":\"comma\"}", -1000, "-1,000" },
		{ "{\"format\":\"unheard of\"}", 1.5, "1.5" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct column *column = column_of("number", cases[i].data);
		struct cell cell = { .kind = CELL_NUMBER, .number = cases[i].number };
		assert_string_equal(cell_display(column, &cell, arena).at, cases[i].shown);
	}
}

static void durations_are_shown_by_format(void **state)
{
	static const struct {
		double seconds;
		const char *format, *shown;
	} cases[] = {
		{ 3661, "h:mm", "1:01" },
		{ 3661, "h:mm:ss", "1:01:01" },
		{ 59, "h:mm", "0:00" },
		{ 59, "h:mm:ss", "0:00:59" },
		{ -90, "h:mm", "-0:01" },
		{ -90, "h:mm:ss", "-0:01:30" },
		{ 0, "h:mm", "0:00" },
		{ 0, "h:mm:ss", "0:00" },
		{ -30, "h:mm", "0:00" },
		{ 59.6, "h:mm:ss", "0:01:00" },
		{ 90000, "h:mm", "25:00" },
		{ 1.25, "h:mm:ss.s", "0:00:01.3" },
		{ 1.25, "h:mm:ss.ss", "0:00:01.25" },
		{ 3661.005, "h:mm:ss.sss", "1:01:01.005" },
		{ 1e300, "h:mm", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct column *column =
			column_of("duration", str_format(arena, "{\"duration_format\":\"%s\"}", cases[i].format).at);
		struct cell cell = { .kind = CELL_NUMBER, .number = cases[i].seconds };
		assert_string_equal(cell_display(column, &cell, arena).at, cases[i].shown);
	}
}

/* What a format shows, its column reads back (to the precision shown). */
static void shown_numbers_are_read_back(void **state)
{
	static const char *const formats[] = {
		NULL,
		"{\"format\":\"percent\"}",
		"{\"thousands\":\"comma\"}",
		"{\"thousands\":\"space\"}",
		"{\"format\":\"euro\",\"decimal\":\"comma\",\"thousands\":\"dot\"}",
		"{\"format\":\"dollar\",\"thousands\":\"comma\"}",
	};
	static const double numbers[] = { 0, 1, -1, 0.25, 1234.5, -98765.75, 1234567, 1e15 };

	(void)state;
	for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		const struct column *column = column_of("number", formats[f]);
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			struct cell cell = { .kind = CELL_NUMBER, .number = numbers[i] };
			struct str shown = cell_display(column, &cell, arena);
			struct cell again = cell_of(column, str_format(arena, "\"%s\"", shown.at).at);
			assert_int_equal(again.kind, CELL_NUMBER);
			assert_true(fabs(again.number - numbers[i]) <= 1e-9);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_shown_by_format),
		TEST(durations_are_shown_by_format),
		TEST(shown_numbers_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
