/* Read connections: snapshots, reuse, and the limit on their number. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store/store_internal.h"

static int64_t count_items(struct store_conn *conn)
{
	struct error err;
	int64_t count = -1;

	return conn_read_int(conn, STR("SELECT count(*) FROM item"), &count, &err) ? count : -1;
}

static void test_a_reader_keeps_its_snapshot(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;

	assert_true(store_read_begin(f->db, &conn, &f->err));
	assert_int_equal(count_items(conn), 0);
	assert_true(store_write(f->db, fixture_insert, "new", &f->err));
	assert_int_equal(count_items(conn), 0);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 1); /* another reader, begun later */
	store_read_end(f->db, &conn);
	assert_null(conn);
	assert_true(store_read_begin(f->db, &conn, &f->err));
	assert_int_equal(count_items(conn), 1);
	store_read_end(f->db, &conn);
}

static void test_the_connection_used_last_is_used_first(void **state)
{
	struct fixture *f = *state;
	struct store_conn *a = NULL, *b = NULL, *again = NULL;

	assert_true(store_read_begin(f->db, &a, &f->err));
	assert_true(store_read_begin(f->db, &b, &f->err));
	assert_ptr_not_equal(a, b);
	struct store_conn *last = a;
	store_read_end(f->db, &b);
	store_read_end(f->db, &a);
	assert_true(store_read_begin(f->db, &again, &f->err));
	assert_ptr_equal(again, last);
	store_read_end(f->db, &again);
	assert_int_equal(f->db->readers.open_count, 2);
}

static void test_a_reader_does_not_write(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;

	assert_true(store_read_begin(f->db, &conn, &f->err));
	assert_false(store_exec(conn, "INSERT INTO item(text) VALUES ('no')", &f->err));
	store_read_end(f->db, &conn);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 0);
}

static void test_rows_left_unread_do_no_harm(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	for (int i = 0; i < 3; i++) {
		assert_true(store_read_begin(f->db, &conn, &f->err));
		assert_int_equal(count_items(conn), i);
		assert_true(store_prepare_c(conn, "SELECT 1 UNION ALL SELECT 2", &stmt, &f->err));
		assert_true(store_step(conn, stmt, &row, &f->err) && row);
		store_read_end(f->db, &conn);
		char text[20];
		(void)snprintf(text, sizeof(text), "%d", i);
		assert_true(store_write(f->db, fixture_insert, text, &f->err));
	}
}

static void test_a_connection_that_cannot_be_opened(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;
	char moved[80];

	(void)snprintf(moved, sizeof(moved), "%s.moved", f->path);
	assert_int_equal(rename(f->path, moved), 0);
	for (int i = 0; i < 2 * f->db->readers.max; i++) /* a failure must not count as a connection */
		assert_false(store_read_begin(f->db, &conn, &f->err));
	assert_int_equal(rename(moved, f->path), 0);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 0);
}

/* ---- many ---- */

struct party {
	struct store_db *db;
	atomic_int failures;
	atomic_bool ended;
};

static bool insert_pair(struct store_conn *conn, void *ctx, struct error *err)
{
	char text[40];

	for (int i = 0; i < 2; i++) {
		(void)snprintf(text, sizeof(text), "%d.%d", *(int *)ctx, i);
		if (!fixture_insert(conn, text, err))
			return false;
	}
	return true;
}

/* Every snapshot holds whole pairs, and never fewer than the one before. */
static void *read_often(void *arg)
{
	struct party *party = arg;
	int64_t last = 0;

	while (!atomic_load(&party->ended)) {
		struct store_conn *conn = NULL;
		struct error err;
		if (!store_read_begin(party->db, &conn, &err)) {
			atomic_fetch_add(&party->failures, 1);
			break;
		}
		int64_t count = count_items(conn), same = count_items(conn);
		store_read_end(party->db, &conn);
		if (count < last || count % 2 != 0 || count != same)
			atomic_fetch_add(&party->failures, 1);
		last = count;
	}
	return NULL;
}

static void test_more_threads_than_connections(void **state)
{
	enum { THREADS = 12, PAIRS = 300 };
	struct fixture *f = *state;
	struct party party = { .db = f->db };
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_often, &party), 0);
	for (int i = 0; i < PAIRS; i++)
		assert_true(store_write(f->db, insert_pair, &i, &f->err));
	atomic_store(&party.ended, true);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(party.failures, 0);
	assert_in_range(f->db->readers.open_count, 1, 4);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 2 * PAIRS);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_a_reader_keeps_its_snapshot),
		CASE(test_the_connection_used_last_is_used_first),
		CASE(test_a_reader_does_not_write),
		CASE(test_rows_left_unread_do_no_harm),
		CASE(test_a_connection_that_cannot_be_opened),
		CASE(test_more_threads_than_connections),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
