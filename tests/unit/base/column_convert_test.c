/* A column's type changes, and its cells with it (columns.md 6). Which text becomes what is model/cell_convert_test.c.
 */
#include "fixture.h"

static const char *retype(const char *column, const char *type, const char *data)
{
	struct table_ref ref = table_ref("T");

	return ANSWER(base_retype_column(world.base, world.arena, &world.actor, &ref, str_from_c(column),
					 str_from_c(type), data ? json(data) : NULL, &(int64_t){ 0 }, OUT, &world.err));
}

static void cells_follow_their_column(void **state)
{
	static const struct {
		const char *type, *data, *cells;
	} steps[] = {
		/* one after the other */
		{ "text", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "long-text", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "text", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "url", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "single-select", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "multiple-select", NULL, "[\"7\"] [\"x\"] null [\"20 kg\"]" },
		{ "single-select", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "text", NULL, "\"7\" \"x\" null \"20 kg\"" },
		{ "number", NULL, "7 null null 20" },
		{ "text", NULL, "\"7\" null null \"20\"" },
		{ "checkbox", NULL, "false null null false" },
		{ "text", NULL, "\"false\" null null \"false\"" },
		{ "auto-number", "{\"digits\":2}", "\"01\" \"02\" \"03\" \"04\"" },
		{ "text", NULL, "\"01\" \"02\" \"03\" \"04\"" },
		{ "number", NULL, "1 2 3 4" },
		{ "rate", NULL, "1 2 3 4" },
		{ "button", NULL, "null null null null" },
		{ "number", NULL, "null null null null" },
	};

	(void)state;
	make_table("T", "[{\"column_name\":\"A\"},{\"column_name\":\"X\"},{\"column_name\":\"Z\"}]");
	append("T", "[{\"X\":\"7\",\"Z\":\"1\"},{\"X\":\"x\"},{\"A\":\"a\"},{\"X\":\"20 kg\"}]");
	for (size_t i = 1; i < sizeof(steps) / sizeof(steps[0]); i++) {
		const char *answer = retype("X", steps[i].type, steps[i].data), *got;

		if (answer[0] != '{')
			fail_msg("step %zu: %s: %s", i, answer, world.err.message);
		got = cells("T", "X");
		if (strcmp(got, steps[i].cells) != 0)
			fail_msg("step %zu to %s: %s, expected %s", i, steps[i].type, got, steps[i].cells);
	}
	assert_string_equal(cells("T", "Z"), "\"1\" null null null");
	append("T", "[{\"X\":5}]");
	assert_string_equal(cells("T", "X"), "null null null null 5");
	assert_string_equal(query("SELECT count(*) FROM operation WHERE op_type = 'modify_column_type'"), "17");
	assert_string_equal(
		query("SELECT count(*) FROM pragma_table_info((SELECT 'rows_' || id FROM table_def WHERE name = 'T')) "
		      "WHERE name NOT LIKE 'aside_%'"),
		"11");
}

static void options_stay_between_kinds_of_select(void **state)
{
	(void)state;
	make_table("T", "[{\"column_name\":\"A\"},{\"column_name\":\"X\",\"column_type\":\"single-select\",\"column_"
			"data\":{\"options\":["
			"{\"id\":\"5\",\"name\":\"five\",\"color\":\"blue\"},{\"id\":\"6\",\"name\":\"six\"}]}}]");
	append("T", "[{\"X\":\"five\"}]");
	assert_non_null(
		strstr(retype("X", "multiple-select", NULL), "{\"id\":\"5\",\"name\":\"five\",\"color\":\"blue\""));
	assert_string_equal(query("SELECT json_array_length(data, '$.options') FROM column_def WHERE name = 'X'"), "2");
	assert_string_equal(cells("T", "X"), "[\"five\"]");
}

static void lost_options_leave_the_cells(void **state)
{
	(void)state;
	make_table("T", "[{\"column_name\":\"A\"},{\"column_name\":\"X\",\"column_type\":\"single-select\",\"column_"
			"data\":{\"options\":["
			"{\"id\":\"5\",\"name\":\"five\"},{\"id\":\"6\",\"name\":\"six\"}]}}]");
	append("T", "[{\"X\":\"five\"},{\"X\":\"six\"}]");
	retype("X", "single-select", "{\"options\":[{\"id\":\"6\",\"name\":\"sechs\"}]}");
	assert_string_equal(cells("T", "X"), "null \"sechs\"");
	assert_string_equal(query("SELECT json_array_length(detail, '$.old_rows_data') FROM operation "
				  "WHERE op_type = 'modify_column_data'"),
			    "2");
	retype("X", "single-select", NULL); /* nothing given: nothing lost */
	assert_string_equal(cells("T", "X"), "null \"sechs\"");
}

static void some_changes_are_refused(void **state)
{
	(void)state;
	make_table(
		"T",
		"[{\"column_name\":\"A\"},{\"column_name\":\"X\"},{\"column_name\":\"C\",\"column_type\":\"ctime\"}]");
	assert_string_equal(retype("X", "link", NULL), "bad_request");
	assert_string_equal(retype("X", "formula", NULL), "formula_invalid");
	assert_string_equal(retype("X", "nothing", NULL), "column_type_unknown");
	assert_string_equal(retype("X", "mtime", NULL), "bad_request");
	assert_string_equal(retype("C", "text", NULL), "bad_request");
	assert_string_equal(retype("A", "checkbox", NULL), "first_column_type");
	assert_string_equal(retype("Nobody", "text", NULL), "column_not_found");
	assert_string_equal(retype("X", "number", "{\"format\":\"nonsense\"}"), "column_data_invalid");
	assert_string_equal(query("SELECT count(*) FROM operation"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(cells_follow_their_column), TEST(options_stay_between_kinds_of_select),
					    TEST(lost_options_leave_the_cells), TEST(some_changes_are_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
