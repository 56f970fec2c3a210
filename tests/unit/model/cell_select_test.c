/* model/cell_select.c: options by name and by id. */
#include "fixture.h"

#define OPTIONS                                                                                                            \
	"{\"options\":[{\"id\":\"417093\",\"name\":\"ok\"},{\"id\":\"aaa1\",\"name\":\"to do\"},"                          \
	"{\"id\":\"0000\",\"name\":\"7\"},{\"id\":\"ü\",\"name\":\"a \\\"b\\\" 😀\"},{\"id\":\"5\",\"name\":\" padded " \
	"\"}]}"

static void known_names(void **state)
{
	static const struct cell_case cases[] = {
		{ "single-select", OPTIONS, "\"ok\"", "\"ok\"" },
		{ "single-select", OPTIONS, "\"to do\"", "\"to do\"" },
		{ "single-select", OPTIONS, "\" ok \"", "\"ok\"" },
		{ "single-select", OPTIONS, "\" padded \"", "\" padded \"" },
		{ "single-select", OPTIONS, "7", "\"7\"" },
		{ "single-select", OPTIONS, "\"a \\\"b\\\" 😀\"", "\"a \\\"b\\\" 😀\"" },
		{ "single-select", OPTIONS, "\"OK\"", "null" },
		{ "single-select", OPTIONS, "\"417093\"", "null" },
		{ "single-select", OPTIONS, "true", "null" },
		{ "single-select", OPTIONS, "[\"ok\"]", "null" },
		{ "single-select", OPTIONS, "{\"id\":\"417093\"}", "null" },
		{ "single-select", OPTIONS, "\"  \"", "null" },
		{ "single-select", NULL, "\"ok\"", "null" },
		{ "multiple-select", OPTIONS, "[\"ok\",\"to do\"]", "[\"ok\",\"to do\"]" },
		{ "multiple-select", OPTIONS, "[\"to do\",\"ok\",\"to do\"]", "[\"to do\",\"ok\"]" },
		{ "multiple-select", OPTIONS, "[\"a \\\"b\\\" 😀\",7,null,[],\"gone\"]", "[\"a \\\"b\\\" 😀\",\"7\"]" },
		{ "multiple-select", OPTIONS, "\"to do\"", "[\"to do\"]" },
		{ "multiple-select", OPTIONS, "\"7 \\t ok\"", "[\"7\",\"ok\"]" },
		{ "multiple-select", OPTIONS, "\"to do, ok\"", "[\"to do\",\"ok\"]" },
		{ "multiple-select", OPTIONS, "7", "[\"7\"]" },
		{ "multiple-select", OPTIONS, "[]", "null" },
		{ "multiple-select", OPTIONS, "[\"gone\"]", "null" },
		{ "multiple-select", OPTIONS, "{}", "null" },
		{ "multiple-select", OPTIONS, "false", "null" },
		{ "multiple-select", NULL, "[\"ok\"]", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void the_form_decides_between_ids_and_names(void **state)
{
	static const struct {
		const char *type, *in;
		const char *out[4]; /* by enum cell_form */
	} cases[] = {
		{ "single-select", "\"to do\"", { "\"aaa1\"", "\"to do\"", "\"to do\"", "\"aaa1\"" } },
		{ "multiple-select",
		  "[\"to do\",\"7\"]",
		  { "[\"aaa1\",\"0000\"]", "[\"to do\",\"7\"]", "[\"to do\",\"7\"]", "[\"aaa1\",\"0000\"]" } },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct column *column = column_of(cases[i].type, OPTIONS);
		struct cell cell = cell_of(column, cases[i].in);
		for (int form = FORM_IDS; form <= FORM_OPERATION; form++)
			assert_string_equal(written(column, &cell, (enum cell_form)form), cases[i].out[form]);
	}
}

static void deleted_options_are_as_empty(void **state)
{
	const struct column *single = column_of("single-select", OPTIONS);
	const struct column *multiple = column_of("multiple-select", OPTIONS);
	struct cell gone = { .kind = CELL_TEXT, .text = STR("99") };
	struct cell partly = { .kind = CELL_TEXT, .text = STR("[\"99\",\"417093\",\"98\"]") };
	struct cell all = { .kind = CELL_TEXT, .text = STR("[\"99\",\"98\"]") };
	struct cell broken = { .kind = CELL_TEXT, .text = STR("[\"417093") };

	(void)state;
	for (int form = FORM_IDS; form <= FORM_OPERATION; form++) {
		bool ids = form == FORM_IDS || form == FORM_OPERATION;
		assert_string_equal(written(single, &gone, (enum cell_form)form), "null");
		assert_string_equal(written(multiple, &partly, (enum cell_form)form),
				    ids ? "[\"417093\"]" : "[\"ok\"]");
		assert_string_equal(written(multiple, &all, (enum cell_form)form), "null");
		assert_string_equal(written(multiple, &broken, (enum cell_form)form), "null");
	}
	assert_int_equal(cell_display(single, &gone, arena).len, 0);
	assert_string_equal(cell_display(multiple, &partly, arena).at, "ok");
}

/* Makes an option whose id is its name behind "new-". */
static const struct select_option *make(void *ctx, const struct column *column, struct str name)
{
	struct select_option *option = ARENA_NEW(arena, struct select_option);

	assert_non_null(column);
	++*(int *)ctx;
	option->name = name;
	option->id = str_format(arena, "new-%.*s", STR_ARG(name));
	return option;
}

static void unknown_names_make_options(void **state)
{
	int made = 0;
	const struct column *single = column_of("single-select", OPTIONS);
	const struct column *multiple = column_of("multiple-select", OPTIONS);
	char json[400];

	(void)state;
	input.make_option = make;
	input.make_option_ctx = &made;
	assert_string_equal(cell_of(single, "\"fresh\"").text.at, "new-fresh");
	assert_string_equal(cell_of(single, "3.5").text.at, "new-3.5");
	assert_string_equal(cell_of(multiple, "[\"x\",\"ok\",\" x \"]").text.at, "[\"new-x\",\"417093\"]");
	assert_string_equal(cell_of(multiple, "\"x y\"").text.at, "[\"new-x\",\"new-y\"]");
	assert_int_equal(made, 6);
	assert_int_equal(cell_of(single, "\" \"").kind, CELL_EMPTY);
	assert_int_equal(made, 6);
	/* a name has its limit */
	snprintf(json, sizeof(json), "\"%0300d\"", 1);
	assert_int_equal(cell_of(single, json).text.len, strlen("new-") + OPTION_NAME_MAX_CHARS);
}

static void many_names_are_kept_once(void **state)
{
	int made = 0;
	const struct column *column = column_of("multiple-select", OPTIONS);
	char json[4000] = "[", *end = json + 1;

	(void)state;
	input.make_option = make;
	input.make_option_ctx = &made;
	for (int i = 0; i < 200; i++)
		end += sprintf(end, "%s\"n%d\"", i ? "," : "", i % 50);
	memcpy(end, "]", 2);
	struct cell cell = cell_of(column, json);
	int members = cJSON_GetArraySize(parsed(cell.text.at));
	assert_int_equal(members, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(known_names),
		TEST(the_form_decides_between_ids_and_names),
		TEST(deleted_options_are_as_empty),
		TEST(unknown_names_make_options),
		TEST(many_names_are_kept_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
