/* The description follows the schema: after rollbacks, within one commit, in old snapshots, and in jobs that prepared
 * their rows too early. */
#include "fixture.h"

#include <pthread.h>

struct step {
	bool fail;
	const char *column; /* inserted by the job */
	size_t seen;        /* columns of the first table that the job saw */
};

static bool insert_and_maybe_fail(struct change *change, void *ctx, struct error *err)
{
	struct step *step = ctx;
	struct column_list list = column_list_of(change->arena, &change->model->tables[0], 1);
	const cJSON *request;
	struct str key;

	step->seen = list.count;
	if (!step->column)
		return true;
	request = json(step->column);
	if (!column_list_add(&list, change->arena, request, &key, err) ||
	    !column_list_store(&list, change, &change->model->tables[0], STR("0000"), err) ||
	    !change_schema(change, err))
		return false;
	assert_int_equal(change->model->tables[0].column_count, step->seen + 1);
	return step->fail ? FAIL_WITH(err, bad_request, STR("on purpose")) : true;
}

static size_t run_step(bool fail, const char *column)
{
	struct step step = { .fail = fail, .column = column };
	struct change change = change_new(world.base, world.arena, &world.actor);
	bool ok = change_run(&change, insert_and_maybe_fail, &step, &world.err);

	assert_int_equal(ok, !fail);
	change_end(&change);
	return step.seen;
}

static size_t columns_that_readers_see(void)
{
	struct model *model;
	size_t count;

	assert_true(base_get_model(world.base, &model, &world.err));
	count = model->tables[0].column_count;
	model_release(&model);
	return count;
}

static void a_rolled_back_change_is_forgotten(void **state)
{
	(void)state;
	assert_int_equal(run_step(true, "{\"column_name\":\"A\"}"), 1);
	assert_int_equal(columns_that_readers_see(), 1);
	assert_int_equal(run_step(false, NULL), 1);
	assert_int_equal(run_step(false, "{\"column_name\":\"A\"}"), 1);
	assert_int_equal(columns_that_readers_see(), 2);
	assert_int_equal(run_step(true, "{\"column_name\":\"B\"}"), 2);
	assert_int_equal(run_step(false, "{\"column_name\":\"B\",\"column_type\":\"number\"}"), 2);
	assert_int_equal(columns_that_readers_see(), 3);
	append("Table1", "[{\"B\":1}]");
	assert_string_equal(cells("Table1", "B"), "null null null 1");
}

static void an_old_snapshot_keeps_its_description(void **state)
{
	struct base_read read, later;

	(void)state;
	assert_true(base_read_begin(world.base, &read, &world.err));
	run_step(false, "{\"column_name\":\"A\"}");
	assert_true(base_read_begin(world.base, &later, &world.err));
	assert_int_equal(read.model->tables[0].column_count, 1);
	assert_int_equal(later.model->tables[0].column_count, 2);
	base_read_end(&later);
	base_read_end(&read);
}

/* The description that the base holds for early preparation may be older than what the writer sees. */
static void rows_read_too_early_are_read_again(void **state)
{
	struct base_read old;
	struct model *stale;

	(void)state;
	assert_true(base_read_begin(world.base, &old, &world.err));
	stale = old.model;
	model_retain(stale);
	run_step(false, "{\"column_name\":\"A\",\"column_type\":\"number\"}");
	pthread_mutex_lock(&world.base->model_lock);
	model_release(&world.base->model);
	world.base->model = stale;
	pthread_mutex_unlock(&world.base->model_lock);
	assert_non_null(strstr(append("Table1", "[{\"A\":5},{\"A\":6}]"), "\"inserted_row_count\":2"));
	base_read_end(&old);
	assert_string_equal(cells("Table1", "A"), "null null null 5 6");
	assert_string_equal(query("SELECT json_array_length(detail, '$.row_datas') FROM operation"), "2");
}

/* Threads that append with the same new options while another one inserts columns: every option is made once. */
static void *append_options(void *arg)
{
	struct arena *arena = arena_new(64 << 20);
	struct base_actor actor = { .author = STR("ana@auth.local") };
	const char *failure = NULL;

	(void)arg;
	for (int i = 0; i < 40 && !failure; i++) {
		struct base_append_rows rows = { .table = table_ref("T") };
		struct str text = str_format(arena, "[{\"S\":\"o%d\",\"Name\":\"n\"},{\"S\":\"o%d\"}]", i, i + 1);
		struct error err;
		struct buf buf;
		struct json_out out = json_out_to(&buf);
		cJSON *tree;

		buf_init(&buf, 1 << 20);
		if (!json_parse(arena, text, &tree, &err))
			failure = "json";
		rows.rows = tree;
		if (!failure && !base_append_rows(world.base, arena, &actor, &rows, &out, &err))
			failure = error_name(err.code);
		buf_free(&buf);
	}
	arena_free(&arena);
	return (void *)failure;
}

static void *insert_columns(void *arg)
{
	struct arena *arena = arena_new(64 << 20);
	struct base_actor actor = { .author = STR("ana@auth.local") };
	const char *failure = NULL;

	(void)arg;
	for (int i = 0; i < 20 && !failure; i++) {
		struct table_ref ref = table_ref("T");
		struct error err;
		struct buf buf;
		struct json_out out = json_out_to(&buf);
		cJSON *tree;

		buf_init(&buf, 1 << 20);
		if (!json_parse(arena, str_format(arena, "[{\"column_name\":\"c%d\"}]", i), &tree, &err) ||
		    !base_insert_columns(world.base, arena, &actor, &ref, tree, &out, &err))
			failure = error_name(err.code);
		buf_free(&buf);
	}
	arena_free(&arena);
	return (void *)failure;
}

static void concurrent_appends_make_each_option_once(void **state)
{
	pthread_t threads[5];

	(void)state;
	make_table("T", "[{\"column_name\":\"Name\"},{\"column_name\":\"S\",\"column_type\":\"single-select\"}]");
	for (size_t i = 0; i < 5; i++)
		pthread_create(&threads[i], NULL, i == 4 ? insert_columns : append_options, NULL);
	for (size_t i = 0; i < 5; i++) {
		void *failure;

		pthread_join(threads[i], &failure);
		if (failure)
			fail_msg("%s", (const char *)failure);
	}
	assert_string_equal(query("SELECT json_array_length(data, '$.options') FROM column_def WHERE name = 'S'"),
			    "41");
	assert_string_equal(query("SELECT count(*) FROM column_def WHERE name LIKE 'c%'"), "20");
	assert_string_equal(
		query("SELECT count(*) FROM (SELECT json_array_length(detail, '$.row_datas') AS n FROM operation "
		      "WHERE op_type = 'append_rows') WHERE n = 2"),
		"160");
	assert_null(strstr(cells("T", "S"), "null"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_rolled_back_change_is_forgotten),
		TEST(an_old_snapshot_keeps_its_description),
		TEST(rows_read_too_early_are_read_again),
		TEST(concurrent_appends_make_each_option_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
