/* Statements with their values: what is bound, what is found, and that nothing stays open. */
#include "fixture.h"

#include "core/arena.h"
#include "store/sql.h"

struct item {
	int64_t id;
	struct str text;
};

static void read_item(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	struct item *out = item;

	out->id = store_column_int(stmt, 0);
	out->text = store_column_copy(arena, stmt, 1);
}

/* Twelve items: more than the array's first room. */
static bool fill_job(struct store_conn *conn, void *ctx, struct error *err)
{
	(void)ctx;
	for (int i = 1; i <= 12; i++) {
		char text[20];

		(void)snprintf(text, sizeof(text), "item %d", i);
		if (!store_run_sql(
			    conn,
			    SQL("INSERT INTO item(id, text) VALUES (?1, ?2)", SQL_INT(i), SQL_STR(str_from_c(text))),
			    err))
			return false;
	}
	return true;
}

static void fill(struct fixture *f)
{
	assert_true(store_write(f->db, fill_job, NULL, &f->err));
}

static bool values_job(struct store_conn *conn, void *ctx, struct error *err)
{
	(void)ctx;
	static const struct {
		struct sql_value value;
		const char *type;
	} cases[] = {
		{ { .kind = SQL_VALUE_INT, .number = 7 }, "integer" },
		{ { .kind = SQL_VALUE_STR, .bytes = { "", 0 } }, "text" },
		{ { .kind = SQL_VALUE_STR }, "null" },
		{ { .kind = SQL_VALUE_BLOB, .bytes = { "ab", 2 } }, "blob" },
		{ { .kind = SQL_VALUE_BLOB, .bytes = { "", 0 } }, "blob" },
		{ { .kind = SQL_VALUE_BLOB }, "null" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t is_so = 0;

		assert_true(store_find_number(
			conn, SQL("SELECT typeof(?1) = ?2", cases[i].value, SQL_STR(str_from_c(cases[i].type))), &is_so,
			err));
		assert_int_equal(is_so, 1);
	}
	return true;
}

static void test_values_keep_their_types(void **state)
{
	struct fixture *f = *state;

	assert_true(store_write(f->db, values_job, NULL, &f->err));
}

static bool find_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct arena *arena = ctx;
	struct item item = { .id = -1 };
	int64_t number = -1;
	bool found = false;

	assert_true(store_find_row(conn, arena, SQL("SELECT id, text FROM item WHERE id >= ?1", SQL_INT(3)), read_item,
				   &item, &found, err));
	assert_true(found && item.id == 3 && str_equal_c(item.text, "item 3"));
	assert_true(store_find_row(conn, arena, SQL("SELECT id, text FROM item WHERE id = ?1", SQL_INT(99)), read_item,
				   &item, &found, err));
	assert_true(!found && item.id == 3);
	assert_true(store_find_any(conn, SQL_ALONE("SELECT NULL FROM item"), &found, err) && found);
	assert_true(store_find_any(conn, SQL_ALONE("SELECT 1 FROM item WHERE id < 0"), &found, err) && !found);
	assert_true(store_find_number(conn, SQL_ALONE("SELECT count(*) FROM item"), &number, err) && number == 12);
	assert_true(store_find_number(conn, SQL_ALONE("SELECT id FROM item WHERE id < 0"), &number, err));
	assert_int_equal(number, 0);
	for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt(store_handle(conn), stmt));)
		assert_false(sqlite3_stmt_busy(stmt) && !strstr(sqlite3_sql(stmt), "SAVEPOINT"));
	return true;
}

static void test_what_is_not_there_is_no_error(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = arena_new(1 << 16);

	fill(f);
	assert_true(store_write(f->db, find_job, arena, &f->err));
	arena_free(&arena);
}

static void test_lists_and_pages(void **state)
{
	static const struct {
		int page, per_page;
		size_t count;
		int64_t first;
	} cases[] = {
		{ 1, 0, 12, 1 }, { 1, 5, 5, 1 }, { 3, 5, 2, 11 }, { 4, 5, 0, 0 }, { 0, 0, 12, 1 },
	};
	struct fixture *f = *state;
	struct arena *arena = arena_new(1 << 16);
	const struct str counting = STR("SELECT count(*) FROM item WHERE id > ?1");

	fill(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct item *items = NULL;
		size_t count = 99;
		int64_t total = 0;

		assert_true(
			store_read_page(f->db, arena,
					SQL("SELECT id, text FROM item WHERE id > ?1 ORDER BY id LIMIT ?2 OFFSET ?3",
					    SQL_INT(0), SQL_PAGE(cases[i].page, cases[i].per_page)),
					&counting, read_item, &items, &count, &total, &f->err));
		assert_int_equal(count, cases[i].count);
		assert_int_equal(total, 12);
		for (size_t at = 0; at < count; at++)
			assert_int_equal(items[at].id, cases[i].first + (int64_t)at);
	}
	struct item *none = NULL;
	size_t count = 99;
	assert_true(store_read_list(f->db, arena, SQL("SELECT id, text FROM item WHERE id > ?1", SQL_INT(50)),
				    read_item, &none, &count, &f->err));
	assert_int_equal(count, 0);
	arena_free(&arena);
}

static void test_a_statement_that_fails_says_so(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = arena_new(1 << 16);
	struct item item;
	bool found = false;

	assert_false(store_read_row(f->db, arena, SQL_ALONE("SELECT abs(-9223372036854775808), 0"), read_item, &item,
				    &found, &f->err));
	assert_int_equal(f->err.status, 500);
	/* The connection went back: more of them than there are can be had one after another. */
	for (int i = 0; i < 10; i++)
		assert_true(
			store_read_row(f->db, arena, SQL_ALONE("SELECT 1, 'x'"), read_item, &item, &found, &f->err));
	arena_free(&arena);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_values_keep_their_types),
		CASE(test_what_is_not_there_is_no_error),
		CASE(test_lists_and_pages),
		CASE(test_a_statement_that_fails_says_so),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
