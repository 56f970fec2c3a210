/* The WAL is moved into the file when it has grown, and begins anew. */
#include "fixture.h"

#include <sys/stat.h>

#include "core/metric.h"

enum { CHANGE_BYTES = 20 << 20 }; /* more than the pages after which a checkpoint is due */

static int64_t size_of(const struct fixture *f, const char *ending)
{
	char path[80];
	struct stat status;

	(void)snprintf(path, sizeof(path), "%s%s", f->path, ending);
	return stat(path, &status) == 0 ? status.st_size : -1;
}

static bool write_large(struct store_conn *conn, void *ctx, struct error *err)
{
	sqlite3_stmt *stmt = NULL;

	(void)ctx;
	if (!store_prepare_c(conn, "INSERT OR REPLACE INTO item VALUES (1, zeroblob(?1))", &stmt, err))
		return false;
	store_bind_int(stmt, 1, CHANGE_BYTES);
	return store_run(conn, stmt, err);
}

static void test_a_large_wal_goes_into_the_file(void **state)
{
	struct fixture *f = *state;
	int64_t checkpoints = metric_get(M_store_checkpoints_total);

	assert_true(store_write(f->db, fixture_insert, "small", &f->err));
	assert_int_equal(metric_get(M_store_checkpoints_total), checkpoints);
	for (int i = 0; i < 4; i++)
		assert_true(store_write(f->db, write_large, NULL, &f->err));
	assert_int_equal(metric_get(M_store_checkpoints_total), checkpoints + 4);
	assert_true(size_of(f, "") > CHANGE_BYTES);
	assert_true(store_write(f->db, fixture_insert, "another small one", &f->err));
	assert_int_equal(metric_get(M_store_checkpoints_total), checkpoints + 4);
	assert_true(size_of(f, "-wal") < 3LL * CHANGE_BYTES); /* else 7: a change writes what it frees, too */
}

static void test_a_reader_of_old_pages_is_not_disturbed(void **state)
{
	struct fixture *f = *state;
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	assert_true(store_write(f->db, fixture_insert, "old", &f->err));
	assert_true(store_read_begin(f->db, &conn, &f->err));
	for (int i = 0; i < 3; i++) {
		assert_true(store_prepare_c(conn, "SELECT text FROM item WHERE id = 1", &stmt, &f->err));
		assert_true(store_step(conn, stmt, &row, &f->err) && row);
		assert_true(str_equal_c(store_column_str(stmt, 0), "old"));
		store_reset(stmt);
		assert_true(store_write(f->db, write_large, NULL, &f->err));
	}
	store_read_end(f->db, &conn);
	assert_true(store_write(f->db, write_large, NULL, &f->err));
	assert_int_equal(fixture_read(f, "SELECT length(text) FROM item WHERE id = 1"), CHANGE_BYTES);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_a_large_wal_goes_into_the_file),
		CASE(test_a_reader_of_old_pages_is_not_disturbed),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
