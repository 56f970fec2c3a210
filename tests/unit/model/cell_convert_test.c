/* model/cell_convert.c: what becomes of cells when their column changes its type. */
#include "core/clock.h"
#include "fixture.h"

#define OPTIONS "{\"options\":[{\"id\":\"1\",\"name\":\"red\"},{\"id\":\"2\",\"name\":\"dark blue\"}]}"
#define HMS "{\"duration_format\":\"h:mm:ss\"}"

static void cells_move_to_other_types(void **state)
{
	static const struct {
		const char *from, *from_data, *in, *to, *to_data, *out; /* in and out by name, dates as stored */
	} cases[] = {
		{ "text", NULL, "\"1,234.5 kg\"", "number", NULL, "1234.5" },
		{ "text", NULL, "\"red\"", "single-select", OPTIONS, "\"red\"" },
		{ "text", NULL, "\"red, dark blue\"", "multiple-select", OPTIONS, "[\"red\",\"dark blue\"]" },
		{ "text", NULL, "\"2026-03-01\"", "date", NULL, "\"2026-03-01\"" },
		{ "text", NULL, "\"hello\"", "date", NULL, "null" },
		{ "text", NULL, "\"true\"", "checkbox", NULL, "true" },
		{ "text", NULL, "\"http://e.org/a\"", "image", NULL, "[\"http://e.org/a\"]" },
		{ "number", "{\"format\":\"euro\",\"decimal\":\"comma\",\"thousands\":\"dot\"}", "1234.5", "text", NULL,
		  "\"€1.234,50\"" },
		{ "number", "{\"format\":\"euro\",\"decimal\":\"comma\",\"thousands\":\"dot\"}", "1234.567", "rate",
		  NULL, "1234.567" },
		{ "number", "{\"format\":\"percent\"}", "0.256", "text", NULL, "\"25.6%\"" },
		{ "number", "{\"format\":\"percent\"}", "0.256", "number", NULL, "0.256" },
		{ "number", NULL, "90", "duration", HMS, "90" },
		{ "number", NULL, "1", "checkbox", NULL, "true" },
		{ "number", NULL, "7", "single-select", OPTIONS, "null" },
		{ "duration", HMS, "3661", "text", NULL, "\"1:01:01\"" },
		{ "duration", HMS, "3661", "number", NULL, "3661" },
		{ "rate", NULL, "0", "text", NULL, "null" },
		{ "checkbox", NULL, "true", "text", NULL, "\"true\"" },
		{ "checkbox", NULL, "false", "text", NULL, "\"false\"" },
		{ "date", "{\"format\":\"DD.MM.YYYY\"}", "\"2026-03-01\"", "text", NULL, "\"01.03.2026\"" },
		{ "single-select", OPTIONS, "\"dark blue\"", "text", NULL, "\"dark blue\"" },
		{ "single-select", OPTIONS, "\"dark blue\"", "multiple-select", OPTIONS, "[\"dark blue\"]" },
		{ "multiple-select", OPTIONS, "[\"dark blue\",\"red\"]", "text", NULL, "\"dark blue, red\"" },
		{ "multiple-select", OPTIONS, "[\"red\"]", "single-select", OPTIONS, "\"red\"" },
		{ "multiple-select", OPTIONS, "[\"red\"]", "long-text", NULL, "\"red\"" },
		{ "multiple-select", OPTIONS, "[\"red\"]", "number", NULL, "null" },
		{ "multiple-select", OPTIONS, "[\"red\"]", "checkbox", NULL, "false" },
		{ "collaborator", NULL, "[\"a@auth.local\",\"b@auth.local\"]", "text", NULL,
		  "\"a@auth.local, b@auth.local\"" },
		{ "collaborator", NULL, "[\"a@auth.local\"]", "collaborator", NULL, "[\"a@auth.local\"]" },
		{ "long-text", NULL, "\"# a\"", "text", NULL, "\"# a\"" },
		{ "geolocation", "{\"geo_format\":\"lng_lat\"}", "{\"lat\":50,\"lng\":8.23}", "text", NULL,
		  "\"N50°0′0″, E8°13′48″\"" },
		{ "department-single-select", NULL, "4", "text", NULL, "\"4\"" },
		{ "file", NULL, "[{\"name\":\"a\",\"size\":1,\"type\":\"file\",\"url\":\"u\"}]", "text", NULL, "null" },
		{ "image", NULL, "[\"http://e.org/a\"]", "image", NULL, "[\"http://e.org/a\"]" },
		{ "text", NULL, "null", "number", NULL, "null" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct column *from = column_of(cases[i].from, cases[i].from_data);
		const struct column *to = column_of(cases[i].to, cases[i].to_data);
		struct cell cell = cell_of(from, cases[i].in), converted;
		cell_read(to, cell_for_conversion(from, &cell, arena), &input, &converted);
		const char *out = written(to, &converted, FORM_LEGACY);
		if (strcmp(out, cases[i].out) != 0)
			fail_msg("%s %s to %s: %s, expected %s", cases[i].from, cases[i].in, cases[i].to, out,
				 cases[i].out);
	}
}

static void times_of_a_row_become_dates(void **state)
{
	const struct column *from = column_of("mtime", NULL);
	const struct column *to = column_of("date", "{\"format\":\"YYYY-MM-DD HH:mm\"}");
	struct cell cell = { .kind = CELL_INTEGER, .integer = 1772375401007 }, converted;

	(void)state;
	cell_read(to, cell_for_conversion(from, &cell, arena), &input, &converted);
	assert_string_equal(written(to, &converted, FORM_LEGACY), "\"2026-03-01 15:30\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(cells_move_to_other_types), TEST(times_of_a_row_become_dates) };

	if (!clock_set_zone("Europe/Berlin"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
