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
	assert_string_equal(
		ANSWER(base_get_row(world.base, world.arena, &ref, STR("nobody"), FORM_IDS, OUT, &world.err)),
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
		TEST(bad_input_is_refused),
		TEST(pages_follow_each_other),
		TEST(marks_die_with_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
