/* The cache of prepared statements, binding and columns. */
#include "fixture.h"

#include "core/arena.h"
#include "store/store_internal.h"

/* Runs a test's body as one job. */
static bool as_job(struct store_conn *conn, void *ctx, struct error *err)
{
	(void)err;
	void (*const *body)(struct store_conn *) = ctx;

	(*body)(conn);
	return true;
}

static void run(void **state, void (*body)(struct store_conn *conn))
{
	struct fixture *f = *state;

	assert_true(store_write(f->db, as_job, &body, &f->err));
}

static sqlite3_stmt *prepare(struct store_conn *conn, const char *sql)
{
	struct error err;
	sqlite3_stmt *stmt = NULL;

	assert_true(store_prepare(conn, str_from_c(sql), &stmt, &err));
	return stmt;
}

static void values_body(struct store_conn *conn)
{
	struct arena *arena = arena_new(1 << 20);
	struct error err;
	bool row = false;
	sqlite3_stmt *stmt = prepare(conn, "SELECT ?1, ?2, ?3, ?4, ?5, ?6, typeof(?7), typeof(?8)");

	store_bind_str(stmt, 1, STR("with\0zero"));
	store_bind_int(stmt, 2, INT64_MIN);
	store_bind_double(stmt, 3, -0.5);
	store_bind_null(stmt, 4);
	store_bind_str(stmt, 5, (struct str){ 0 });
	store_bind_str(stmt, 6, STR(""));
	store_bind_blob(stmt, 7, NULL, 0);
	store_bind_c(stmt, 8, NULL);
	assert_true(store_step(conn, stmt, &row, &err) && row);
	struct str copy = store_column_copy(arena, stmt, 0);
	assert_int_equal(store_column_int(stmt, 1), INT64_MIN);
	assert_true(store_column_double(stmt, 2) == -0.5);
	assert_true(store_column_is_null(stmt, 3) && store_column_is_null(stmt, 4) && !store_column_is_null(stmt, 5));
	assert_null(store_column_str(stmt, 4).at);
	assert_null(store_column_copy(arena, stmt, 4).at);
	assert_non_null(store_column_str(stmt, 5).at);
	assert_true(str_equal_c(store_column_str(stmt, 6), "blob"));
	assert_true(str_equal_c(store_column_str(stmt, 7), "null"));
	store_reset(stmt);
	assert_true(str_equal(copy, STR("with\0zero")));
	arena_free(&arena);
}

static void test_values_come_back_as_they_were_bound(void **state)
{
	run(state, values_body);
}

static void same_text_body(struct store_conn *conn)
{
	struct error err;
	bool row = false;
	char temporary[] = "SELECT ?1";
	sqlite3_stmt *first = prepare(conn, temporary);

	store_bind_int(first, 1, 7);
	assert_true(store_step(conn, first, &row, &err) && row);
	assert_true(store_step(conn, first, &row, &err) && !row);
	temporary[0] = '#';
	sqlite3_stmt *second = prepare(conn, "SELECT ?1");
	assert_ptr_equal(first, second);
	assert_true(store_step(conn, second, &row, &err) && row);
	assert_true(store_column_is_null(second, 0)); /* the old binding is gone */
	store_reset(second);
	assert_ptr_not_equal(prepare(conn, "SELECT ?1 "), second);
}

static void test_the_same_text_gives_the_same_statement(void **state)
{
	run(state, same_text_body);
}

/* Prepares and runs `SELECT number`; tells whether it was in the cache, by its count of earlier runs. */
static bool select_number(struct store_conn *conn, int number)
{
	struct error err;
	bool row = false;
	char sql[40];

	(void)snprintf(sql, sizeof(sql), "SELECT %d", number);
	sqlite3_stmt *stmt = prepare(conn, sql);
	bool cached = sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_RUN, 0) > 0;
	assert_true(store_step(conn, stmt, &row, &err) && row);
	assert_int_equal(store_column_int(stmt, 0), number);
	store_reset(stmt);
	return cached;
}

static void eviction_body(struct store_conn *conn)
{
	struct error err;
	bool row = false;
	sqlite3_stmt *busy = prepare(conn, "SELECT 1 UNION ALL SELECT 2");

	assert_true(store_step(conn, busy, &row, &err) && row);
	assert_false(select_number(conn, 0));
	for (int i = 1; i < 3 * STATEMENT_CACHE; i++) {
		assert_false(select_number(conn, i));
		assert_true(select_number(conn, i - 1));
		assert_true(select_number(conn, 0));
	}
	assert_false(select_number(conn, 1)); /* thrown out long ago */
	assert_true(store_step(conn, busy, &row, &err) && row);
	assert_int_equal(store_column_int(busy, 0), 2);
	store_reset(busy);

	int held = 0;
	for (sqlite3_stmt *stmt = NULL; (stmt = sqlite3_next_stmt(store_handle(conn), stmt));)
		held++;
	assert_int_equal(held, STATEMENT_CACHE);
}

static void test_the_oldest_statement_makes_room_but_never_a_busy_one(void **state)
{
	run(state, eviction_body);
}

static void schema_body(struct store_conn *conn)
{
	struct error err;
	bool row = false;
	sqlite3_stmt *stmt = prepare(conn, "SELECT * FROM item");

	assert_true(store_step(conn, stmt, &row, &err) && !row);
	assert_true(store_exec(conn, "ALTER TABLE item ADD COLUMN more TEXT DEFAULT 'new'", &err));
	assert_true(store_exec(conn, "INSERT INTO item(text) VALUES ('a')", &err));
	assert_int_equal(store_changes(conn), 1);
	assert_int_equal(store_last_rowid(conn), 1);
	assert_ptr_equal(prepare(conn, "SELECT * FROM item"), stmt);
	assert_true(store_step(conn, stmt, &row, &err) && row);
	assert_true(str_equal_c(store_column_str(stmt, 2), "new"));
	store_reset(stmt);
}

static void test_a_cached_statement_survives_a_change_of_the_schema(void **state)
{
	run(state, schema_body);
	assert_int_equal(fixture_read(*state, "SELECT count(more) FROM item"), 1);
}

static void failing_body(struct store_conn *conn)
{
	struct error err = { 0 };
	sqlite3_stmt *stmt = NULL;

	assert_false(store_prepare(conn, STR("SELECT nothing"), &stmt, &err));
	assert_int_equal(err.code, E_storage_failed);
	assert_false(store_prepare(conn, STR("SELECT \"text\""), &stmt, &err)); /* no text in double quotes */
	assert_false(store_prepare(conn, STR("SELECT load_extension('x')"), &stmt, &err) &&
		     store_run(conn, stmt, &err));
	assert_false(store_exec(conn, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema", &err));

	stmt = prepare(conn, "INSERT INTO item(text) VALUES (?1)");
	store_bind_c(stmt, 1, "twice");
	assert_true(store_run(conn, stmt, &err));
	err = (struct error){ 0 };
	assert_false(store_run(conn, stmt, &err));
	assert_int_equal(err.code, E_storage_failed);
	store_bind_c(stmt, 1, "once");
	assert_true(store_run(conn, stmt, &err)); /* a failure leaves the statement usable */
}

static void test_failures(void **state)
{
	run(state, failing_body);
	assert_int_equal(fixture_read(*state, "SELECT count(*) FROM item"), 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_values_come_back_as_they_were_bound),
		CASE(test_the_same_text_gives_the_same_statement),
		CASE(test_the_oldest_statement_makes_room_but_never_a_busy_one),
		CASE(test_a_cached_statement_survives_a_change_of_the_schema),
		CASE(test_failures),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
