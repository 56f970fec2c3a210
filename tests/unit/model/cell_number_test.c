/* model/cell_number.c: number, rate, duration, checkbox, department. */
#include <math.h>

#include "fixture.h"

#define COMMA "{\"format\":\"euro\",\"decimal\":\"comma\",\"thousands\":\"dot\"}"
#define HM "{\"duration_format\":\"h:mm\"}"
#define HMS "{\"duration_format\":\"h:mm:ss\"}"

static void numbers(void **state)
{
	static const struct cell_case cases[] = {
		{ "number", NULL, "42", "42" },
		{ "number", NULL, "-0", "0" },
		{ "number", NULL, "0.1", "0.1" },
		{ "number", NULL, "1e300", "1e+300" },
		{ "number", NULL, "9007199254740993", "9007199254740992" },
		{ "number", NULL, "\"1,234.5\"", "1234.5" },
		{ "number", NULL, "\"5%\"", "0.05" },
		{ "number", NULL, "\"12%\"", "0.12" },
		{ "number", NULL, "\"12.34 %\"", "0.1234" },
		{ "number", NULL, "\"-5.5%\"", "-0.055" },
		{ "number", NULL, "\" 7 \"", "7" },
		{ "number", NULL, "\"$1 000.25\"", "1000.25" },
		{ "number", NULL, "\"1e5\"", "100000" },
		{ "number", NULL, "\".5\"", "0.5" },
		{ "number", NULL, "\"5.\"", "5" },
		{ "number", NULL, "\"-3\"", "-3" },
		{ "number", NULL, "\"1.2.3\"", "null" },
		{ "number", NULL, "\"12-3\"", "null" },
		{ "number", NULL, "\"--3\"", "null" },
		{ "number", NULL, "\"abc\"", "null" },
		{ "number", NULL, "\"-\"", "null" },
		{ "number", NULL, "\"NaN\"", "null" },
		{ "number", NULL, "\"Infinity\"", "null" },
		{ "number", NULL, "\"1e999\"", "1999" }, /* not a number as it stands: its digits */
		{ "number", NULL, "true", "null" },
		{ "number", NULL, "[1]", "null" },
		{ "number", NULL, "{}", "null" },
		{ "number", NULL, "\"\"", "null" },
		{ "number", "{\"format\":\"percent\"}", "5", "5" },
		{ "number", "{\"format\":\"percent\"}", "\"5%\"", "0.05" },
		{ "number", COMMA, "\"\u20ac1.234,50\"", "1234.5" },
		{ "number", COMMA, "\"12,5\"", "12.5" },
		{ "number", COMMA, "\"1,234.5\"", "1234.5" },
		{ "number", COMMA, "\"1.5\"", "1.5" },
		{ "rate", NULL, "4", "4" },
		{ "rate", NULL, "0", "0" },
		{ "rate", "{\"rate_max_number\":5}", "9", "9" },
		{ "rate", NULL, "\"3\"", "3" },
		{ "rate", NULL, "\"many\"", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void too_many_digits_are_no_number(void **state)
{
	char json[1000];
	const struct column *column = column_of("number", NULL);

	(void)state;
	for (int digits = 300; digits <= 900; digits += 200) {
		snprintf(json, sizeof(json), "\"%0*d\"", digits, 0);
		json[1] = '9';
		struct cell cell = cell_of(column, json);
		assert_int_equal(cell.kind, digits == 300 ? CELL_NUMBER : CELL_EMPTY);
	}
}

static void durations(void **state)
{
	static const struct cell_case cases[] = {
		{ "duration", HM, "5400", "5400" },
		{ "duration", HM, "\"5400\"", "5400" },
		{ "duration", HM, "\"1:30\"", "5400" },
		{ "duration", NULL, "\"1:30\"", "5400" },
		{ "duration", HM, "\"0:05\"", "300" },
		{ "duration", HM, "\"-1:30\"", "-5400" },
		{ "duration", HM, "\"1\uff1a30\"", "5400" },
		{ "duration", HM, "\"1:02:03\"", "3723" },
		{ "duration", HM, "\"1:30.5\"", "null" },
		{ "duration", HMS, "\"2:03\"", "123" },
		{ "duration", HMS, "\"1:02:03\"", "3723" },
		{ "duration", HMS, "\" 100:00:00 \"", "360000" },
		{ "duration", HMS, "\"- 0:00:10\"", "-10" },
		{ "duration", "{\"duration_format\":\"h:mm:ss.ss\"}", "\"0:00:01.25\"", "1.25" },
		{ "duration", HMS, "\"1:2:3:4\"", "null" },
		{ "duration", HMS, "\":\"", "null" },
		{ "duration", HMS, "\"1:\"", "null" },
		{ "duration", HMS, "\"1:-5\"", "null" },
		{ "duration", HMS, "\"an hour\"", "null" },
		{ "duration", HMS, "\"-\"", "null" },
		{ "duration", HMS, "true", "null" },
		{ "duration", HMS, "[60]", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void checkboxes(void **state)
{
	static const struct cell_case cases[] = {
		{ "checkbox", NULL, "true", "true" },     { "checkbox", NULL, "false", "false" },
		{ "checkbox", NULL, "\"true\"", "true" }, { "checkbox", NULL, "\"True\"", "true" },
		{ "checkbox", NULL, "1", "true" },        { "checkbox", NULL, "\"1\"", "true" },
		{ "checkbox", NULL, "\"on\"", "true" },   { "checkbox", NULL, "0", "false" },
		{ "checkbox", NULL, "2", "false" },       { "checkbox", NULL, "\"yes\"", "false" },
		{ "checkbox", NULL, "[]", "false" },      { "checkbox", NULL, "{}", "false" },
		{ "checkbox", NULL, "null", "null" },     { "checkbox", NULL, "\"\"", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void departments(void **state)
{
	static const struct cell_case cases[] = {
		{ "department-single-select", NULL, "17", "17" },
		{ "department-single-select", NULL, "\"17\"", "17" },
		{ "department-single-select", NULL, "1.5", "null" },
		{ "department-single-select", NULL, "1e30", "null" },
		{ "department-single-select", NULL, "\"Sales\"", "null" },
		{ "department-single-select", NULL, "[17]", "null" },
		{ "department-single-select", NULL, "true", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

/* A simple generator of numbers, the same in each run. */
static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state ^ (*state >> 29);
}

static void any_double_comes_back(void **state)
{
	const struct column *column = column_of("number", NULL);
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&seed);
		struct cell cell = { .kind = CELL_NUMBER };
		memcpy(&cell.number, &bits, sizeof(bits));
		if (!isfinite(cell.number) || cell.number == 0)
			continue;
		struct cell again = cell_of(column, written(column, &cell, FORM_IDS));
		assert_same_cell(&cell, &again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers),     TEST(too_many_digits_are_no_number), TEST(durations), TEST(checkboxes),
		TEST(departments), TEST(any_double_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
