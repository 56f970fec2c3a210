/* Tables, columns, options and views as they are made, changed and deleted. */
#include "fixture.h"

static const char *insert_columns(const char *table, const char *columns)
{
	struct table_ref ref = table_ref(table);

	return ANSWER((json_array(OUT), base_insert_columns(world.base, world.arena, &world.actor, &ref, json(columns),
							    OUT, &world.err)) &&
		      (json_array_end(OUT), true));
}

static const char *names_of_columns(const char *table, const char *view)
{
	struct table_ref ref = table_ref(table), view_ref = { .name = str_from_c(view) };
	const char *answer = ANSWER(base_list_columns(world.base, &ref, &view_ref, OUT, &world.err));
	struct buf buf;
	const cJSON *column, *columns = json_get(json(answer), "columns");
	const char *text;

	buf_init(&buf, 1 << 20);
	cJSON_ArrayForEach(column, columns)
	{
		buf_append_str(&buf, json_get_str(column, "name"));
		buf_append_byte(&buf, ' ');
	}
	text = str_to_c(world.arena, str_trim(buf_str(&buf)));
	buf_free(&buf);
	return text;
}

static void tables_are_made_renamed_and_deleted(void **state)
{
	struct table_ref ref = table_ref("T"), first = table_ref("Table1"), renamed = table_ref("U");
	const char *answer;

	(void)state;
	answer = ANSWER(base_create_table(world.base, world.arena, &world.actor, STR(" T "), NULL, OUT, &world.err));
	assert_non_null(strstr(answer, "\"rows\":[]"));
	assert_non_null(strstr(answer, "\"Default View\""));
	assert_string_equal(names_of_columns("T", ""), "Name");
	assert_string_equal(
		ANSWER(base_create_table(world.base, world.arena, &world.actor, STR("T"), NULL, OUT, &world.err)),
		"table_exists");
	assert_false(base_rename_table(world.base, world.arena, &world.actor, &ref, STR("Table1"), &world.err));
	assert_int_equal(world.err.code, E_table_exists);
	assert_true(base_rename_table(world.base, world.arena, &world.actor, &ref, STR("U"), &world.err));
	assert_string_equal(list("T"), "table_not_found");
	append("U", "[{\"Name\":\"x\"}]");
	assert_true(base_delete_table(world.base, world.arena, &world.actor, &first, &(int64_t){ 0 }, &world.err));
	assert_string_equal(query("SELECT count(*) FROM sqlite_schema WHERE name = 'rows_0000'"), "0");
	assert_false(base_delete_table(world.base, world.arena, &world.actor, &renamed, &(int64_t){ 0 }, &world.err));
	assert_int_equal(world.err.code, E_last_table);
	assert_string_equal(cells("U", "Name"), "\"x\"");
	/* The place of the deleted one is closed, and an id is free again in no case of letters. */
	make_table("V", "[]");
	assert_string_equal(
		query("SELECT group_concat(name || position) FROM (SELECT * FROM table_def ORDER BY position)"),
		"U0,V1");
}

static void columns_are_inserted_where_asked(void **state)
{
	(void)state;
	append("Table1", "[{\"Name\":\"x\"}]");
	insert_columns("Table1", "[{\"column_name\":\"B\",\"column_type\":\"number\"},{\"column_name\":\"C\"}]");
	insert_columns(
		"Table1",
		"[{\"column_name\":\"A\",\"anchor_column\":\"Name\"},{\"column_name\":\"A2\",\"anchor_column\":\"A\","
		"\"column_type\":\"ctime\"}]");
	assert_string_equal(names_of_columns("Table1", ""), "Name A A2 B C");
	append("Table1", "[{\"Name\":\"y\",\"A\":\"1\",\"B\":2,\"C\":3}]");
	assert_string_equal(cells("Table1", "B"), "null null null null 2");
	assert_string_equal(cells("Table1", "C"), "null null null null \"3\"");
}

static void bad_columns_are_refused(void **state)
{
	static const struct {
		const char *column, *error;
	} cases[] = {
		{ "{\"column_name\":\"Name\"}", "column_exists" },
		{ "{\"column_name\":\" Name \"}", "column_exists" },
		{ "{\"column_name\":\"\"}", "param_invalid" },
		{ "{}", "param_invalid" },
		{ "1", "param_invalid" },
		{ "{\"column_name\":\"X\",\"column_type\":\"nothing\"}", "column_type_unknown" },
		{ "{\"column_name\":\"X\",\"column_type\":\"link\"}", "column_data_invalid" },
		{ "{\"column_name\":\"X\",\"column_type\":\"formula\"}", "formula_invalid" },
		{ "{\"column_name\":\"X\",\"column_type\":\"link-formula\"}", "formula_invalid" },
		{ "{\"column_name\":\"X\",\"anchor_column\":\"Nobody\"}", "column_not_found" },
		{ "{\"column_name\":\"X\",\"column_type\":\"date\",\"column_data\":{\"format\":\"nonsense\"}}",
		  "column_data_invalid" },
		{ "{\"column_name\":\"X\",\"column_type\":\"ctime\"},{\"column_name\":\"Y\",\"column_type\":\"ctime\"}",
		  "column_exists" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char list_text[200];

		snprintf(list_text, sizeof(list_text), "[%s]", cases[i].column);
		assert_string_equal(insert_columns("Table1", list_text), cases[i].error);
	}
	assert_string_equal(names_of_columns("Table1", ""), "Name");
	assert_string_equal(ANSWER(base_create_table(world.base, world.arena, &world.actor, STR("T"),
						     json("[{\"column_name\":\"A\",\"column_type\":\"checkbox\"}]"),
						     OUT, &world.err)),
			    "first_column_type");
}

static void limits_hold(void **state)
{
	struct buf columns;

	(void)state;
	buf_init(&columns, 1 << 20);
	for (int i = 0; i < BASE_MAX_COLUMNS; i++)
		buf_printf(&columns, "%s{\"column_name\":\"c%d\"}", i ? "," : "[", i);
	buf_append_byte(&columns, ']');
	make_table("Wide", str_to_c(world.arena, buf_str(&columns)));
	buf_free(&columns);
	assert_string_equal(insert_columns("Wide", "[{\"column_name\":\"x\"}]"), "columns_limit");
	append("Wide", "[{\"c0\":\"a\",\"c499\":\"b\"}]");
	assert_string_equal(cells("Wide", "c499"), "\"b\"");
	for (int i = 2; i < BASE_MAX_TABLES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "t%d", i);
		make_table(name, "[]");
	}
	assert_string_equal(
		ANSWER(base_create_table(world.base, world.arena, &world.actor, STR("more"), NULL, OUT, &world.err)),
		"tables_limit");
	append("t100", "[{\"_id\":\"own\",\"Name\":\"a\"}]"); /* looks into all tables */
	assert_string_equal(cells("t100", "_id"), "\"own\"");
}

static void columns_change(void **state)
{
	struct table_ref ref = table_ref("T");
	struct base *base = world.base;
	const struct base_actor *actor = &world.actor;

	(void)state;
	make_table("T", "[{\"column_name\":\"A\"},{\"column_name\":\"B\"},{\"column_name\":\"C\",\"column_type\":"
			"\"checkbox\"}]");
	append("T", "[{\"A\":\"a\",\"B\":\"b\",\"C\":true}]");
	assert_string_equal(
		ANSWER(base_rename_column(base, world.arena, actor, &ref, STR("B"), STR("A"), OUT, &world.err)),
		"column_name_taken");
	ANSWER(base_rename_column(base, world.arena, actor, &ref, STR("B"), STR("b"), OUT, &world.err));
	assert_string_equal(cells("T", "b"), "\"b\"");
	assert_non_null(
		strstr(ANSWER(base_resize_column(base, world.arena, actor, &ref, STR("b"), 77, OUT, &world.err)),
		       "\"width\":77"));
	assert_non_null(
		strstr(ANSWER(base_freeze_column(base, world.arena, actor, &ref, STR("b"), true, OUT, &world.err)),
		       "\"frozen\":true"));
	ANSWER(base_move_column(base, world.arena, actor, &ref, STR("b"), STR("C"), OUT, &world.err));
	assert_string_equal(names_of_columns("T", ""), "A C b");
	ANSWER(base_move_column(base, world.arena, actor, &ref, STR("b"), STR("A"), OUT, &world.err));
	assert_string_equal(names_of_columns("T", ""), "A b C");
	ANSWER(base_move_column(base, world.arena, actor, &ref, STR("A"), STR("b"), OUT, &world.err));
	assert_string_equal(names_of_columns("T", ""), "b A C");
	assert_string_equal(
		ANSWER(base_move_column(base, world.arena, actor, &ref, STR("Nobody"), STR("b"), OUT, &world.err)),
		"column_not_found");
	assert_false(base_delete_column(base, world.arena, actor, &ref, STR("b"), &(int64_t){ 0 }, &world.err));
	assert_int_equal(world.err.code, E_first_column);
	assert_true(base_delete_column(base, world.arena, actor, &ref, STR("A"), &(int64_t){ 0 }, &world.err));
	insert_columns("T", "[{\"column_name\":\"D\"}]");
	assert_string_equal(names_of_columns("T", ""), "b C D");
	assert_string_equal(cells("T", "C"), "true");
	assert_string_equal(
		query("SELECT detail ->> '$.old_rows_data[0].0000' FROM operation WHERE op_type = 'delete_column'"),
		"a");
}

/* A checkbox must not come first by the one before it moving away. */
static void the_first_column_keeps_a_fit_type(void **state)
{
	struct table_ref ref = table_ref("T");

	(void)state;
	make_table("T", "[{\"column_name\":\"A\"},{\"column_name\":\"C\",\"column_type\":\"checkbox\"}]");
	assert_string_equal(ANSWER(base_move_column(world.base, world.arena, &world.actor, &ref, STR("A"), STR("C"),
						    OUT, &world.err)),
			    "first_column_type");
}

static void options_are_edited(void **state)
{
	struct table_ref ref = table_ref("T");
	const char *answer;

	(void)state;
	make_table("T", "[{\"column_name\":\"A\"},{\"column_name\":\"S\",\"column_type\":\"single-select\"},"
			"{\"column_name\":\"M\",\"column_type\":\"multiple-select\",\"column_data\":{\"options\":[{"
			"\"id\":\"1\",\"name\":\"x\"},"
			"{\"id\":\"2\",\"name\":\"y\"},{\"id\":\"3\",\"name\":\"z\"}]}}]");
	assert_true(base_add_options(world.base, world.arena, &world.actor, &ref, STR("S"),
				     json("[{\"name\":\"a\",\"color\":\"#aaa\"},{\"name\":\"b\"},{\"name\":\"a\"}]"),
				     &world.err));
	assert_true(base_add_options(world.base, world.arena, &world.actor, &ref, STR("S"), json("[{\"name\":\"b\"}]"),
				     &world.err));
	assert_string_equal(
		query("SELECT json_array_length(data, '$.options'), data ->> '$.options[0].color' FROM column_def "
		      "WHERE name = 'S'"),
		"2 #aaa");
	assert_false(base_add_options(world.base, world.arena, &world.actor, &ref, STR("A"), json("[{\"name\":\"b\"}]"),
				      &world.err));
	append("T", "[{\"S\":\"a\",\"M\":[\"z\",\"x\",\"y\"]},{\"S\":\"b\",\"M\":[\"x\"]}]");
	answer =
		ANSWER(base_update_options(world.base, world.arena, &world.actor, &ref, STR("M"),
					   json("[{\"id\":\"1\",\"name\":\"X\",\"color\":\"red\"}]"), OUT, &world.err));
	assert_non_null(strstr(answer, "{\"id\":\"1\",\"name\":\"X\",\"color\":\"red\""));
	assert_string_equal(cells("T", "M"), "[\"z\",\"X\",\"y\"] [\"X\"]");
	assert_string_equal(ANSWER(base_update_options(world.base, world.arena, &world.actor, &ref, STR("M"),
						       json("[{\"id\":\"1\",\"name\":\"y\"}]"), OUT, &world.err)),
			    "param_invalid");
	assert_true(base_delete_options(world.base, world.arena, &world.actor, &ref, STR("M"),
					json("[\"X\",\"nobody\"]"), &world.err));
	assert_true(base_delete_options(world.base, world.arena, &world.actor, &ref, STR("S"), json("[\"a\"]"),
					&world.err));
	assert_string_equal(cells("T", "M"), "[\"z\",\"y\"] null");
	assert_string_equal(cells("T", "S"), "null \"b\"");
	assert_true(base_set_cascade(world.base, world.arena, &world.actor, &ref, STR("M"), STR("S"),
				     json("{\"z\":[\"b\",\"nobody\"],\"nobody\":[\"b\"]}"), &world.err));
	assert_string_equal(
		query("SELECT data -> '$.cascade_settings' = json_object('3', json_array(data ->> '$.options[0].id')), "
		      "length(data ->> '$.cascade_column_key') FROM column_def WHERE name = 'S'"),
		"1 4");
}

static void views_are_made_changed_and_deleted(void **state)
{
	struct table_ref ref = table_ref("Table1");
	struct base *base = world.base;
	const struct base_actor *actor = &world.actor;
	const char *answer;

	(void)state;
	answer = ANSWER(base_create_view(base, world.arena, actor, &ref, json("{\"name\":\"V\",\"is_locked\":true}"),
					 OUT, &world.err));
	assert_non_null(strstr(answer, "\"is_locked\":true"));
	assert_string_equal(
		ANSWER(base_create_view(base, world.arena, actor, &ref, json("{\"name\":\"V\"}"), OUT, &world.err)),
		"params_invalid");
	assert_string_equal(
		ANSWER(base_create_view(base, world.arena, actor, &ref, json("{\"name\":\"\"}"), OUT, &world.err)),
		"params_invalid");
	answer = ANSWER(base_update_view(base, world.arena, actor, &ref, STR("V"),
					 json("{\"name\":\"W\",\"sorts\":[{\"column_name\":\"Name\",\"sort_type\":"
					      "\"up\"}],\"custom_settings\":1}"),
					 OUT, &world.err));
	assert_non_null(strstr(answer, "\"sorts\":[{\"column_key\":\"0000\",\"sort_type\":\"up\"}]"));
	assert_non_null(strstr(answer, "\"is_locked\":true"));
	assert_string_equal(query("SELECT op_type FROM operation ORDER BY id"),
			    "insert_view rename_view modify_sorts modify_view_settings");
	assert_string_equal(ANSWER(base_get_view(base, &ref, STR("V"), OUT, &world.err)), "view_not_found");
	assert_non_null(strstr(ANSWER(base_list_views(base, &ref, OUT, &world.err)), "\"name\":\"W\""));
	assert_true(base_delete_view(base, world.arena, actor, &ref, STR("nobody"), &world.err));
	assert_true(base_delete_view(base, world.arena, actor, &ref, STR("Default View"), &world.err));
	assert_false(base_delete_view(base, world.arena, actor, &ref, STR("W"), &world.err));
	assert_int_equal(world.err.code, E_last_view);
}

static void views_hide_columns(void **state)
{
	struct table_ref ref = table_ref("Table1");

	(void)state;
	insert_columns("Table1", "[{\"column_name\":\"A\"},{\"column_name\":\"B\"}]");
	ANSWER(base_update_view(world.base, world.arena, &world.actor, &ref, STR("Default View"),
				json("{\"hidden_columns\":[\"A\"]}"), OUT, &world.err));
	assert_string_equal(names_of_columns("Table1", "Default View"), "Name B");
	assert_string_equal(names_of_columns("Table1", ""), "Name A B");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tables_are_made_renamed_and_deleted),
		TEST(columns_are_inserted_where_asked),
		TEST(bad_columns_are_refused),
		TEST(limits_hold),
		TEST(columns_change),
		TEST(the_first_column_keeps_a_fit_type),
		TEST(options_are_edited),
		TEST(views_are_made_changed_and_deleted),
		TEST(views_hide_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
