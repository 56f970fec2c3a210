/* Indexes that made themselves are dropped when nobody uses them any more; used ones stay. */
#include "fixture.h"

#include "base/auto_index.h"
#include "core/clock.h"
#include "store/sql.h"

enum { ROWS = INDEX_ROWS_MIN + 1000 };

static int64_t count(const char *sql)
{
	struct store_conn *conn = NULL;
	int64_t number = -1;

	assert_true(store_read_begin(world.base->db, &conn, &world.err));
	assert_true(store_find_number(conn, SQL_TEXT(str_from_c(sql), { 0 }), &number, &world.err));
	store_read_end(world.base->db, &conn);
	return number;
}

static bool run_text(struct store_conn *conn, void *ctx, struct error *err)
{
	return store_exec(conn, ctx, err);
}

static void change(const char *sql)
{
	assert_true(store_write(world.base->db, run_text, (void *)sql, &world.err));
}

static const char *find(const char *code)
{
	struct base_sql query = { .text = str_format(world.arena, "SELECT Code FROM T WHERE Code = '%s'", code),
				  .max_ms = 10000 };
	int64_t changed;

	return ANSWER(base_run_sql(world.base, world.arena, &world.actor, &query, &changed, OUT, &world.err));
}

/* A table with an index, made since it was asked for. */
static void make_sample(void)
{
	make_table("T", "[{\"column_name\":\"Code\"}]");
	for (int from = 0; from < ROWS; from += 1000) {
		struct buf rows;

		buf_init(&rows, 1 << 20);
		for (int i = from; i < from + 1000; i++)
			buf_printf(&rows, "%s{\"Code\":\"c%d\"}", i > from ? "," : "[", i);
		buf_append_byte(&rows, ']');
		assert_non_null(strstr(append("T", str_to_c(world.arena, buf_str(&rows))), "row_ids"));
		buf_free(&rows);
	}
	for (int i = 0; i < INDEX_MISSES_MIN; i++) {
		assert_false(auto_index_is_due(world.base));
		assert_non_null(strstr(find("c7"), "c7"));
	}
	assert_true(auto_index_is_due(world.base));
	auto_index_care(world.base);
}

static const char indexes[] =
	"SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'auto\\_%' ESCAPE '\\'";

static void unused_ones_are_dropped(void **state)
{
	(void)state;
	make_sample();
	assert_int_equal(count(indexes), 1);
	auto_index_care(world.base);
	assert_int_equal(count(indexes), 1);
	change("UPDATE derived_auto_index SET used_at = 1");
	auto_index_care(world.base);
	assert_int_equal(count(indexes), 1); /* it costs nothing: nobody writes */
	change("UPDATE derived_auto_index SET used_version = used_version - 20000");
	auto_index_care(world.base);
	assert_int_equal(count(indexes), 0);
	assert_int_equal(count("SELECT count(*) FROM derived_auto_index"), 0);
	assert_non_null(strstr(find("c7"), "c7"));
}

static void used_ones_stay(void **state)
{
	(void)state;
	make_sample();
	change("UPDATE derived_auto_index SET used_at = 1, used_version = used_version - 20000");
	assert_non_null(strstr(find("c7"), "c7"));
	auto_index_care(world.base);
	assert_int_equal(count(indexes), 1);
	assert_true(count("SELECT used_at FROM derived_auto_index") > 1);
}

static void small_tables_and_rare_questions_get_none(void **state)
{
	(void)state;
	make_table("T", "[{\"column_name\":\"Code\"}]");
	append("T", "[{\"Code\":\"c7\"}]");
	for (int i = 0; i < 50; i++)
		assert_non_null(strstr(find("c7"), "c7"));
	assert_false(auto_index_is_due(world.base));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unused_ones_are_dropped),
		TEST(used_ones_stay),
		TEST(small_tables_and_rare_questions_get_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
