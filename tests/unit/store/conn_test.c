/* What every connection agrees on, and how SQLite's errors read to the rooms above. */
#include "fixture.h"

#include <errno.h>

#include "store/store_internal.h"

static const struct setting {
	const char *pragma;
	int64_t value;
} settings[] = {
	{ "PRAGMA synchronous", 2 }, /* FULL */
	{ "PRAGMA foreign_keys", 1 },
	{ "PRAGMA temp_store", 1 },    /* files */
	{ "PRAGMA secure_delete", 2 }, /* FAST */
	{ "PRAGMA cell_size_check", 1 },
	{ "PRAGMA trusted_schema", 0 },
	{ "PRAGMA cache_size", -256 },
	{ "PRAGMA busy_timeout", BUSY_TIMEOUT_MS },
	{ "SELECT journal_mode = 'wal' FROM pragma_journal_mode", 1 },
};

static void assert_settings(struct store_conn *conn)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		struct error err;
		int64_t value = -1;
		assert_true(conn_read_int(conn, str_from_c(settings[i].pragma), &value, &err));
		if (value != settings[i].value)
			fail_msg("%s is %lld", settings[i].pragma, (long long)value);
	}
}

static void test_all_connections_have_the_same_settings(void **state)
{
	struct fixture *f = *state;
	struct store_conn *reader = NULL;

	assert_settings(f->db->writer);
	assert_true(store_read_begin(f->db, &reader, &f->err));
	assert_settings(reader);
	store_read_end(f->db, &reader);
}

static bool damage_schema(struct store_conn *conn, void *ctx, struct error *err)
{
	(void)ctx;
	return store_exec(conn, "PRAGMA writable_schema = ON", err) &&
	       store_exec(conn, "DELETE FROM sqlite_schema", err);
}

static void test_no_statement_damages_the_file(void **state)
{
	struct fixture *f = *state;

	assert_false(store_write(f->db, damage_schema, NULL, &f->err));
	assert_int_equal(f->err.code, E_storage_failed);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'item'"), 1);
}

static void test_errors(void **state)
{
	static const struct {
		int code;
		enum error_code error;
	} cases[] = {
		{ SQLITE_FULL, E_storage_full },
		{ SQLITE_CORRUPT, E_base_damaged },
		{ SQLITE_CORRUPT_INDEX, E_base_damaged },
		{ SQLITE_NOTADB, E_base_damaged },
		{ SQLITE_IOERR_SHORT_READ, E_base_damaged },
		{ SQLITE_BUSY, E_overloaded },
		{ SQLITE_BUSY_RECOVERY, E_overloaded },
		{ SQLITE_IOERR_FSYNC, E_storage_failed },
		{ SQLITE_CANTOPEN, E_storage_failed },
		{ SQLITE_READONLY, E_storage_failed },
		{ SQLITE_CONSTRAINT_UNIQUE, E_storage_failed },
		{ SQLITE_INTERRUPT, E_query_too_expensive },
	};
	static const struct {
		int system_error;
		enum error_code error;
	} system_cases[] = {
		{ ENOSPC, E_storage_full }, { EDQUOT, E_storage_full }, { EFBIG, E_storage_full },
		{ EIO, E_storage_failed },  { 0, E_storage_failed },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(conn_fail(f->db->writer, cases[i].code, &f->err));
		if (f->err.code != cases[i].error)
			fail_msg("%d is %s", cases[i].code, error_name(f->err.code));
	}
	for (size_t i = 0; i < sizeof(system_cases) / sizeof(system_cases[0]); i++) {
		assert_false(conn_fail_system(system_cases[i].system_error, &f->err));
		assert_int_equal(f->err.code, system_cases[i].error);
	}
}

static int stop(void *unused)
{
	(void)unused;
	return 1;
}

static int64_t count_items(struct store_conn *conn)
{
	struct error err;
	int64_t count = -1;

	return conn_read_int(conn, STR("SELECT count(*) FROM item"), &count, &err) ? count : -1;
}

/* A budget of work that is used up fails the statement, and is gone with the read or the job that set it. */
static void test_a_progress_handler_ends_with_its_read(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;

	for (int i = 0; i < 2; i++) {
		assert_true(store_read_begin(f->db, &conn, &f->err));
		assert_int_equal(count_items(conn), 0);
		sqlite3_progress_handler(store_handle(conn), 1, stop, NULL);
		assert_int_equal(count_items(conn), -1);
		store_read_end(f->db, &conn);
	}
	assert_int_equal(f->db->readers.open_count, 1);
}

static bool insert_and_stop(struct store_conn *conn, void *ctx, struct error *err)
{
	bool fine = fixture_insert(conn, ctx, err);

	sqlite3_progress_handler(store_handle(conn), 1, stop, NULL);
	return fine;
}

static void test_a_progress_handler_ends_with_its_job(void **state)
{
	struct fixture *f = *state;

	assert_true(store_write(f->db, insert_and_stop, "first", &f->err));
	assert_true(store_write(f->db, insert_and_stop, "second", &f->err));
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 2);
}

static int forbid(void *unused, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)unused, (void)a, (void)b, (void)c, (void)d;
	return action == SQLITE_TRANSACTION ? SQLITE_DENY : SQLITE_OK;
}

/* A reader that can't leave its snapshot does not serve again. */
static void test_a_read_that_can_not_be_ended(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;

	for (int i = 0; i < 2 * f->db->readers.max; i++) {
		char text[20];
		(void)snprintf(text, sizeof(text), "%d", i);
		assert_true(store_read_begin(f->db, &conn, &f->err));
		assert_int_equal(count_items(conn), i);
		assert_int_equal(sqlite3_set_authorizer(store_handle(conn), forbid, NULL), SQLITE_OK);
		store_read_end(f->db, &conn);
		assert_null(conn);
		assert_true(store_write(f->db, fixture_insert, text, &f->err));
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_all_connections_have_the_same_settings),
		CASE(test_no_statement_damages_the_file),
		CASE(test_errors),
		CASE(test_a_progress_handler_ends_with_its_read),
		CASE(test_a_progress_handler_ends_with_its_job),
		CASE(test_a_read_that_can_not_be_ended),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
