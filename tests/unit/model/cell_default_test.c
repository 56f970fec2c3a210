/* model/cell_default.c: cells that a new row does not name. */
#include "core/clock.h"
#include "fixture.h"

#define ANA "5b1e0c77a2d94f6e8c3b7d90e4f1a2c6@auth.local"
#define ON "{\"enable_fill_default_value\":true,"
#define SELECT ON "\"options\":[{\"id\":\"1\",\"name\":\"a\"},{\"id\":\"2\",\"name\":\"b\"}],"

static const char *default_of(const char *type, const char *data)
{
	const struct column *column = column_of(type, data);
	struct cell cell;

	cell_default(column, &input, &cell);
	return written(column, &cell, FORM_OPERATION);
}

static void defaults(void **state)
{
	static const struct {
		const char *type, *data, *out;
	} cases[] = {
		{ "text", NULL, "null" },
		{ "text", "{\"default_value\":\"x\"}", "null" },
		{ "text", "{\"enable_fill_default_value\":false,\"default_value\":\"x\"}", "null" },
		{ "text", ON "\"default_value\":\"x\"}", "\"x\"" },
		{ "text", ON "\"default_value\":\"by {Creator.NAME} ({creator.id}) {x} {creator\"}",
		  "\"by Ana Prado (" ANA ") {x} {creator\"" },
		{ "text", ON "\"default_value\":5}", "null" },
		{ "text", ON "\"default_value\":\"\"}", "null" },
		{ "text", "{\"enable_fill_default_value\":true}", "null" },
		{ "long-text", ON "\"default_value\":\"{creator.name}\"}", "{\"text\":\"{creator.name}\"}" },
		{ "number", ON "\"default_value\":1.5}", "1.5" },
		{ "number", ON "\"default_value\":\"2\"}", "2" },
		{ "rate", ON "\"default_value\":3}", "3" },
		{ "duration", ON "\"default_value\":60}", "60" },
		{ "checkbox", ON "\"default_value\":true}", "true" },
		{ "checkbox", ON "\"default_value\":false}", "false" },
		{ "single-select", SELECT "\"default_value\":\"2\"}", "\"2\"" },
		{ "single-select", SELECT "\"default_value\":\"b\"}", "null" },
		{ "multiple-select", SELECT "\"default_value\":[\"2\",\"3\",\"1\",\"2\"]}", "[\"2\",\"1\"]" },
		{ "multiple-select", SELECT "\"default_value\":[]}", "null" },
		{ "collaborator", ON "\"default_value\":[\"x@auth.local\"]}", "[\"x@auth.local\"]" },
		{ "collaborator", ON "\"default_collaborator_type\":\"current_user\"}", "[\"" ANA "\"]" },
		{ "date", ON "\"default_date_type\":\"specific_date\",\"default_value\":\"2026-05-06\"}",
		  "\"2026-05-06\"" },
		{ "date", ON "\"default_value\":\"2026-05-06\"}", "\"2026-05-06\"" },
		{ "date", ON "\"default_date_type\":\"current_date\"}", "\"2026-03-01\"" },
		{ "date", ON "\"format\":\"M/D/YYYY HH:mm\",\"default_date_type\":\"current_date\"}",
		  "\"2026-03-01 00:30\"" },
		{ "date", ON "\"default_date_type\":\"days_before\",\"default_value\":1}", "\"2026-02-28\"" },
		{ "date", ON "\"default_date_type\":\"days_after\",\"default_value\":\"31\"}", "\"2026-04-01\"" },
		{ "date", ON "\"default_date_type\":\"days_after\",\"default_value\":\"soon\"}", "null" },
		{ "date", ON "\"default_date_type\":\"days_after\",\"default_value\":3999999}", "null" },
		{ "department-single-select", ON "\"default_value\":4}", "4" },
		{ "department-single-select", ON "\"default_value\":\"current_user_department\"}", "null" },
		{ "auto-number", ON "\"default_value\":\"1\"}", "null" },
		{ "creator", NULL, "null" },
	};

	(void)state;
	input.now_ms = 1772321400000; /* 2026-02-28T23:30:00Z: already March in Berlin */
	input.author = STR(ANA);
	input.author_name = STR("Ana Prado");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(default_of(cases[i].type, cases[i].data), cases[i].out);
}

static void applications_are_no_users(void **state)
{
	(void)state;
	assert_string_equal(default_of("collaborator", ON "\"default_collaborator_type\":\"current_user\"}"), "null");
	assert_string_equal(default_of("text", ON "\"default_value\":\"by {creator.name}.\"}"), "\"by .\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(defaults), TEST(applications_are_no_users) };

	if (!clock_set_zone("Europe/Berlin"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
