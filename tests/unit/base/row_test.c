/* Rows: appended, listed, got, updated, deleted, locked. */
#include "fixture.h"

static void a_new_base_has_three_empty_rows(void **state)
{
	(void)state;
	assert_string_equal(cells("Table1", "Name"), "null null null");
	assert_string_equal(cells("Table1", "_creator"), "\"ana@auth.local\" \"ana@auth.local\" \"ana@auth.local\"");
	assert_string_equal(cells("Table1", "_archived"), "false false false");
}

static void rows_come_back_as_they_went_in(void **state)
{
	const char *answer;

	(void)state;
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"N\",\"column_type\":\"number\"},"
			"{\"column_name\":\"B\",\"column_type\":\"checkbox\"}]");
	answer = append(
		"T",
		"[{\"Name\":\"a\",\"N\":1.5,\"B\":true},{\"N\":2,\"Name\":\"b\"},{},{\"Nobody\":1},{\"Name\":\"\"}]");
	assert_int_equal(json_get(json(answer), "inserted_row_count")->valuedouble, 3);
	assert_string_equal(json_get_str(json_get(json(answer), "first_row"), "0000").at, "a");
	assert_string_equal(cells("T", "Name"), "\"a\" \"b\" null");
	assert_string_equal(cells("T", "N"), "1.5 2 null");
	assert_string_equal(cells("T", "B"), "true null null");
}

static void nothing_known_appends_nothing(void **state)
{
	(void)state;
	assert_string_equal(append("Table1", "[{},{\"Nobody\":1}]"),
			    "{\"inserted_row_count\":0,\"row_ids\":[],\"first_row\":null}");
	assert_string_equal(query("SELECT count(*) FROM operation"), "0");
}

static void own_ids_are_kept_when_free(void **state)
{
	const char *answer;

	(void)state;
	make_table("Other", "[]");
	append("Other", "[{\"_id\":\"recAAAAAAAAAAAAAA\",\"Name\":\"x\"}]");
	answer = append("Table1",
			"[{\"_id\":\"recAAAAAAAAAAAAAA\",\"Name\":\"taken\"},{\"_id\":\"recB\",\"Name\":\"mine\"},"
			"{\"_id\":\"recB\",\"Name\":\"twice\"},{\"_id\":\"not an "
			"id\",\"Name\":\"bad\"},{\"_id\":\"recOnly\"}]");
	assert_int_equal(json_get(json(answer), "inserted_row_count")->valuedouble, 5);
	assert_string_equal(query("SELECT \"0000\" FROM rows_0000 WHERE _id = 'recB'"), "mine");
	assert_string_equal(query("SELECT count(*) FROM rows_0000 WHERE _id = 'recAAAAAAAAAAAAAA'"), "0");
	assert_string_equal(query("SELECT count(*) FROM rows_0000 WHERE length(_id) = 22"), "6");
	assert_string_equal(query("SELECT count(*) FROM rows_0000 WHERE _id = 'recOnly'"), "1");
}

static void options_are_made_on_the_fly(void **state)
{
	const char *answer;

	(void)state;
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"S\",\"column_type\":\"single-select\"},"
			"{\"column_name\":\"M\",\"column_type\":\"multiple-select\"}]");
	answer = append("T", "[{\"S\":\"red\",\"M\":[\"x\",\"y\"]},{\"S\":\"blue\",\"M\":[\"y\"]},{\"S\":\"red\"}]");
	assert_int_equal(json_get(json(answer), "inserted_row_count")->valuedouble, 3);
	/* The first row shows ids; the list shows names. */
	assert_string_not_equal(answer, "");
	assert_string_equal(cells("T", "S"), "\"red\" \"blue\" \"red\"");
	assert_string_equal(cells("T", "M"), "[\"x\",\"y\"] [\"y\"] null");
	assert_string_equal(query("SELECT json_array_length(data, '$.options') FROM column_def WHERE name = 'S'"), "2");
	append("T", "[{\"S\":\"blue\"},{\"S\":\"green\"}]");
	assert_string_equal(query("SELECT json_array_length(data, '$.options') FROM column_def WHERE name = 'S'"), "3");
	/* Each operation of the journal can be read with the options known at that time. */
	assert_string_equal(
		query("SELECT op_type FROM operation ORDER BY id"),
		"insert_table modify_column_data modify_column_data append_rows modify_column_data append_rows");
	assert_null(strstr(query("SELECT detail FROM operation WHERE op_type = 'append_rows'"), "null"));
}

static void auto_numbers_count_on(void **state)
{
	(void)state;
	make_table("T",
		   "[{\"column_name\":\"Name\"},{\"column_name\":\"No\",\"column_type\":\"auto-number\","
		   "\"column_data\":{\"format\":\"000\",\"digits\":3,\"prefix_type\":\"string\",\"prefix\":\"row\"}}]");
	append("T", "[{\"Name\":\"a\"},{\"Name\":\"b\",\"No\":\"mine\"}]");
	append("T", "[{\"Name\":\"c\"}]");
	assert_string_equal(cells("T", "No"), "\"row-001\" \"row-002\" \"row-003\"");
	assert_non_null(strstr(ANSWER(base_write_metadata(world.base, OUT, &world.err)), "\"max_used_auto_number\":3"));
}

static void a_late_auto_number_column_numbers_the_rows(void **state)
{
	struct table_ref ref = table_ref("Table1");
	const cJSON *columns = json("[{\"column_name\":\"No\",\"column_type\":\"auto-number\"}]");

	(void)state;
	ANSWER(base_insert_columns(world.base, world.arena, &world.actor, &ref, columns, OUT, &world.err));
	append("Table1", "[{\"Name\":\"a\"}]");
	assert_string_equal(cells("Table1", "No"), "\"0001\" \"0002\" \"0003\" \"0004\"");
}

static bool update(const char *table, const char *updates, int64_t *found)
{
	struct table_ref ref = table_ref(table);

	return base_update_rows(world.base, world.arena, &world.actor, &ref, json(updates), found, &world.err);
}

static void updates_change_only_what_they_name(void **state)
{
	int64_t found;

	(void)state;
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"N\",\"column_type\":\"number\"}]");
	append("T", "[{\"_id\":\"r1\",\"Name\":\"a\",\"N\":1},{\"_id\":\"r2\",\"Name\":\"b\",\"N\":2}]");
	assert_true(update("T",
			   "[{\"row_id\":\"r1\",\"row\":{\"N\":10}},{\"row_id\":\"nobody\",\"row\":{\"N\":1}},"
			   "{\"row_id\":\"r2\",\"row\":{\"Name\":null,\"_id\":\"x\"}},{\"row_id\":\"r1\",\"row\":{"
			   "\"Name\":\"c\"}}]",
			   &found));
	assert_int_equal(found, 2);
	assert_string_equal(cells("T", "Name"), "\"c\" null");
	assert_string_equal(cells("T", "N"), "10 2");
	assert_string_equal(
		query("SELECT detail ->> '$.old_rows.r1.0000', detail -> '$.updated.r2.0000' FROM operation "
		      "WHERE op_type = 'modify_rows'"),
		"a null");
}

static void an_update_of_nothing_is_no_change(void **state)
{
	int64_t found;

	(void)state;
	append("Table1", "[{\"_id\":\"r1\",\"Name\":\"a\"}]");
	assert_true(update("Table1", "[{\"row_id\":\"r1\",\"row\":{\"Nobody\":10}}]", &found));
	assert_int_equal(found, 1);
	assert_string_equal(query("SELECT count(*) FROM operation"), "1");
	assert_true(update("Table1", "[]", &found));
	assert_int_equal(found, 0);
}

static void deleted_rows_stand_in_the_journal(void **state)
{
	struct table_ref ref = table_ref("T");
	int64_t deleted;

	(void)state;
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"N\",\"column_type\":\"number\"}]");
	append("T", "[{\"_id\":\"r1\",\"Name\":\"a\"},{\"_id\":\"r2\",\"Name\":\"b\",\"N\":2},{\"_id\":\"r3\",\"Name\":"
		    "\"c\"}]");
	assert_true(base_delete_rows(world.base, world.arena, &world.actor, &ref, json("[\"r2\",\"nobody\",\"r2\"]"),
				     &deleted, &world.err));
	assert_int_equal(deleted, 1);
	assert_string_equal(cells("T", "Name"), "\"a\" \"c\"");
	assert_string_equal(
		query("SELECT detail ->> '$.row_id', detail ->> '$.upper_row_id', detail ->> '$.deleted_row.0000' "
		      "FROM operation WHERE op_type = 'delete_row'"),
		"r2 r1 b");
	assert_true(base_delete_rows(world.base, world.arena, &world.actor, &ref, json("[\"r1\",\"r3\"]"), &deleted,
				     &world.err));
	assert_int_equal(deleted, 2);
	assert_string_equal(query("SELECT json_array_length(detail, '$.deleted_rows'), detail -> '$.upper_row_ids' "
				  "FROM operation WHERE op_type = 'delete_rows'"),
			    "2 [\"\",\"\"]");
}

static void locks_keep_their_first_holder(void **state)
{
	struct table_ref ref = table_ref("Table1");

	(void)state;
	append("Table1", "[{\"_id\":\"r1\",\"Name\":\"a\"}]");
	assert_true(base_lock_rows(world.base, world.arena, &world.actor, &ref, json("[\"r1\"]"), true, &world.err));
	world.actor.author = STR("ben@auth.local");
	assert_true(base_lock_rows(world.base, world.arena, &world.actor, &ref, json("[\"r1\"]"), true, &world.err));
	assert_string_equal(cells("Table1", "_locked_by"), "null null null \"ana@auth.local\"");
	assert_string_equal(cells("Table1", "_locked"), "null null null true");
	assert_true(base_lock_rows(world.base, world.arena, &world.actor, &ref, json("[\"r1\"]"), false, &world.err));
	assert_string_equal(cells("Table1", "_locked"), "null null null null");
	assert_string_equal(query("SELECT op_type FROM operation ORDER BY id"), "insert_row lock_rows unlock_rows");
}

static void missing_cells_take_defaults_when_asked(void **state)
{
	struct base_append_rows rows = { .table = table_ref("T"), .apply_default = true };

	(void)state;
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"N\",\"column_type\":\"number\",\"column_data\":"
			"{\"enable_fill_default_value\":true,\"default_value\":7}}]");
	rows.rows = json("[{\"Name\":\"a\"},{\"Name\":\"b\",\"N\":1},{\"Name\":\"c\",\"N\":null},{}]");
	append_with(rows);
	assert_string_equal(cells("T", "N"), "7 1 null");
	rows.apply_default = false;
	append_with(rows);
	assert_string_equal(cells("T", "N"), "7 1 null null 1 null");
}

static void answers_have_the_documented_shapes(void **state)
{
	struct base_append_rows rows = { .table = table_ref("T"), .return_rows = true };
	const char *answer;

	(void)state;
	make_table("T", "[{\"column_name\":\"Na\\\"me\"},{\"column_name\":\"By\",\"column_type\":\"creator\"},"
			"{\"column_name\":\"Push\",\"column_type\":\"button\"},{\"column_name\":\"Empty\"}]");
	rows.rows = json("[{\"_id\":\"r1\",\"Na\\\"me\":\"x\",\"By\":\"me\"}]");
	answer = append_with(rows);
	/* The first row, and rows when asked for: by key, without empty cells. */
	assert_int_equal(cJSON_GetArraySize(json_get(json(answer), "first_row")), 6);
	assert_non_null(strstr(answer, "\"rows\":[{\"_id\":\"r1\",\"_creator\":\"ana@auth.local\""));
	/* By name, a column of type creator shows the field under its own name only. */
	answer = list("T");
	assert_non_null(strstr(answer, "\"Na\\\"me\":\"x\",\"By\":\"ana@auth.local\",\"Push\":null,\"Empty\":null}"));
	assert_null(strstr(answer, "\"_creator\""));
	assert_non_null(strstr(answer, "\"_locked\":null,\"_locked_by\":null,\"_archived\":false"));
	/* By key, it is that field. */
	answer = list_with((struct base_list_rows){ .table = table_ref("T"), .form = FORM_IDS });
	assert_non_null(strstr(answer, "\"_creator\":\"ana@auth.local\""));
	assert_non_null(strstr(answer, "\"_archived\":false,\"0000\":\"x\""));
	/* Shape C has three system fields. */
	answer = list_with((struct base_list_rows){ .table = table_ref("T"), .form = FORM_LEGACY });
	assert_null(strstr(answer, "\"_archived\""));
	assert_non_null(strstr(answer, "\"_mtime\""));
}

static void the_journal_tells_who(void **state)
{
	(void)state;
	append("Table1", "[{\"Name\":\"a\"}]");
	world.actor = (struct base_actor){ .author = STR("sync"), .app = STR("sync") };
	append("Table1", "[{\"Name\":\"b\"}]");
	assert_string_equal(
		query("SELECT author || ' ' || coalesce(app, '-') || ' ' || table_id FROM operation ORDER BY id"),
		"ana@auth.local - 0000 sync sync 0000");
	assert_string_equal(query("SELECT count(*) FROM operation WHERE op_time IN (SELECT _ctime FROM rows_0000)"),
			    "2");
}

/* One operation must not grow without bound, nor may one deletion be refused for its size. */
static void large_deletions_make_several_operations(void **state)
{
	enum { ROWS = 60 };
	struct table_ref ref = table_ref("T");
	char *text = arena_alloc(world.arena, 300001);
	struct buf ids;
	int64_t deleted;

	(void)state;
	memset(text, 'x', 300000);
	text[300000] = '\0';
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"A\",\"column_type\":\"long-text\"},"
			"{\"column_name\":\"B\",\"column_type\":\"long-text\"}]");
	buf_init(&ids, 1 << 20);
	for (int i = 0; i < ROWS; i++) {
		append("T", str_format(world.arena, "[{\"_id\":\"r%d\",\"A\":\"%s\",\"B\":\"%s\"}]", i, text, text).at);
		buf_printf(&ids, "%s\"r%d\"", i ? "," : "[", i);
	}
	buf_append_byte(&ids, ']');
	assert_true(base_delete_rows(world.base, world.arena, &world.actor, &ref,
				     json(str_to_c(world.arena, buf_str(&ids))), &deleted, &world.err));
	buf_free(&ids);
	assert_int_equal(deleted, ROWS);
	assert_string_equal(query("SELECT sum(json_array_length(detail, '$.row_ids')), count(*) > 1 FROM operation "
				  "WHERE op_type = 'delete_rows'"),
			    "60 1");
}

static void bad_input_is_refused(void **state)
{
	struct table_ref ref = table_ref("Table1"), nobody = table_ref("Nobody");
	int64_t count;

	(void)state;
	assert_string_equal(append("Nobody", "[{\"Name\":\"a\"}]"), "table_not_found");
	assert_string_equal(append("Table1", "[1]"), "param_invalid");
	assert_string_equal(append("Table1", "{}"), "param_invalid");
	assert_string_equal(list("Nobody"), "table_not_found");
	assert_false(update("Table1", "[{\"row_id\":1,\"row\":{}}]", &count));
	assert_int_equal(world.err.code, E_param_invalid);
	assert_false(base_delete_rows(world.base, world.arena, &world.actor, &ref, json("[1]"), &count, &world.err));
	assert_int_equal(world.err.code, E_param_invalid);
	assert_false(base_delete_rows(world.base, world.arena, &world.actor, &nobody, json("[]"), &count, &world.err));
	assert_int_equal(world.err.code, E_table_not_found);
	assert_string_equal(ANSWER(base_get_row(world.base, world.arena, &ref, STR("nobody"), FORM_IDS, OUT,
						(char[ROW_VERSION_LEN + 1]){ 0 }, &world.err)),
			    "row_not_found");
}

static void pages_follow_each_other(void **state)
{
	struct base_list_rows page = { .table = table_ref("T"), .form = FORM_NAMES, .limit = 2 };

	(void)state;
	make_table("T", "[]");
	append("T", "[{\"Name\":\"a\"},{\"Name\":\"b\"},{\"Name\":\"c\"},{\"Name\":\"d\"},{\"Name\":\"e\"}]");
	assert_string_equal(member_of_rows(list_with(page), "Name"), "\"a\" \"b\"");
	page.start = 2; /* goes on from the mark */
	assert_string_equal(member_of_rows(list_with(page), "Name"), "\"c\" \"d\"");
	page.start = 3; /* one behind a mark */
	assert_string_equal(member_of_rows(list_with(page), "Name"), "\"d\" \"e\"");
	page.start = 4;
	assert_string_equal(member_of_rows(list_with(page), "Name"), "\"e\"");
	page.start = 9;
	assert_string_equal(list_with(page), "{\"rows\":[]}");
}

static void marks_die_with_a_change(void **state)
{
	struct base_list_rows page = { .table = table_ref("Table1"), .form = FORM_NAMES, .limit = 2 };
	struct table_ref ref = table_ref("Table1");
	int64_t deleted;

	(void)state;
	append("Table1", "[{\"_id\":\"r1\",\"Name\":\"a\"},{\"_id\":\"r2\",\"Name\":\"b\"}]");
	list_with(page);
	assert_true(
		base_delete_rows(world.base, world.arena, &world.actor, &ref, json("[\"r1\"]"), &deleted, &world.err));
	page.start = 2;
	assert_string_equal(member_of_rows(list_with(page), "Name"), "null \"b\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_base_has_three_empty_rows),
		TEST(rows_come_back_as_they_went_in),
		TEST(nothing_known_appends_nothing),
		TEST(own_ids_are_kept_when_free),
		TEST(options_are_made_on_the_fly),
		TEST(auto_numbers_count_on),
		TEST(a_late_auto_number_column_numbers_the_rows),
		TEST(updates_change_only_what_they_name),
		TEST(an_update_of_nothing_is_no_change),
		TEST(deleted_rows_stand_in_the_journal),
		TEST(locks_keep_their_first_holder),
		TEST(missing_cells_take_defaults_when_asked),
		TEST(answers_have_the_documented_shapes),
		TEST(the_journal_tells_who),
		TEST(large_deletions_make_several_operations),
		TEST(bad_input_is_refused),
		TEST(pages_follow_each_other),
		TEST(marks_die_with_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
