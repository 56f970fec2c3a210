/* A file as a whole: closing, copying, checking, seeing what others write. */
#include "fixture.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "core/arena.h"

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

/* What a program other than ours does to the file. */
static void execute_elsewhere(const char *path, const char *sql)
{
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void test_closing_leaves_one_file(void **state)
{
	struct fixture *f = *state;
	char wal[80];

	(void)snprintf(wal, sizeof(wal), "%s-wal", f->path);
	assert_true(store_write(f->db, fixture_insert, "kept", &f->err));
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 1);
	assert_int_equal(access(wal, F_OK), 0);
	store_close(&f->db);
	store_close(&f->db);
	assert_int_not_equal(access(wal, F_OK), 0);
	fixture_open(f, STORE_OPEN_EXISTING);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 1);
}

enum { PAIRS = 400 };

static void *write_pairs(void *arg)
{
	struct fixture *f = arg;
	struct error err;

	for (int i = 0; i < PAIRS; i++) {
		if (!store_write(f->db, insert_pair, &i, &err))
			return arg;
	}
	return NULL;
}

static void test_copies_made_while_others_write(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = arena_new(1 << 20);
	struct fixture copy = { 0 };
	pthread_t writer;
	void *failed = NULL;
	int64_t last = 0;

	assert_int_equal(pthread_create(&writer, NULL, write_pairs, f), 0);
	for (int i = 0; i < 6; i++) {
		struct str findings;
		if (i == 5)
			assert_int_equal(pthread_join(writer, &failed), 0);
		(void)snprintf(copy.path, sizeof(copy.path), "%s/copy%d.db", f->folder, i);
		assert_true(store_copy_file(f->db, copy.path, &f->err));
		fixture_open(&copy, STORE_OPEN_EXISTING);
		int64_t count = fixture_read(&copy, "SELECT count(*) FROM item");
		assert_true(count % 2 == 0 && count >= last);
		assert_true(store_check(copy.db, arena, &findings, &copy.err));
		assert_int_equal(findings.len, 0);
		store_close(&copy.db);
		last = count;
	}
	assert_null(failed);
	assert_int_equal(last, 2 * PAIRS);
	arena_free(&arena);
}

static void test_a_copy_overwrites_nothing(void **state)
{
	struct fixture *f = *state;
	char target[80], line[20] = { 0 };

	(void)snprintf(target, sizeof(target), "%s/there.db", f->folder);
	FILE *file = fopen(target, "w+");
	assert_non_null(file);
	assert_true(fputs("precious", file) >= 0 && fflush(file) == 0);
	assert_false(store_copy_file(f->db, target, &f->err));
	assert_int_equal(f->err.code, E_storage_failed);
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "precious");
	assert_int_equal(fclose(file), 0);
	(void)snprintf(target, sizeof(target), "%s/no such folder/copy.db", f->folder);
	assert_false(store_copy_file(f->db, target, &f->err));
}

static bool insert_large(struct store_conn *conn, void *ctx, struct error *err)
{
	(void)ctx;
	return store_exec(conn, "INSERT INTO item(text) VALUES (zeroblob(2000000))", err);
}

static void test_a_copy_without_room(void **state)
{
	struct fixture *f = *state;
	char target[80];
	struct rlimit old, small;

	(void)snprintf(target, sizeof(target), "%s/copy.db", f->folder);
	assert_true(store_write(f->db, insert_large, NULL, &f->err));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ .rlim_cur = 1000000, .rlim_max = old.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool fine = store_copy_file(f->db, target, &f->err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_false(fine);
	assert_int_equal(f->err.code, E_storage_full);
	assert_int_not_equal(access(target, F_OK), 0);
	assert_true(store_copy_file(f->db, target, &f->err));
}

/* What others may do to a file, and what the check says of it. */
static const struct check_case {
	const char *sql, *finding;
} check_cases[] = {
	{ "SELECT 1", NULL },
	{ "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (7, 42)",
	  "row 7 of child refers to a missing row of item" },
	{ "INSERT INTO item VALUES (1, NULL); PRAGMA writable_schema = ON;"
	  "UPDATE sqlite_schema SET sql = replace(sql, 'text TEXT', 'text TEXT NOT NULL') WHERE name = 'item'",
	  "NULL value in item.text" },
	{ "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (1, 5), (2, 5)",
	  "row 1 of child refers to a missing row of item\nrow 2 of child refers to a missing row of item" },
};

static bool make_child(struct store_conn *conn, void *ctx, struct error *err)
{
	(void)ctx;
	return store_exec(conn, "CREATE TABLE child(id INTEGER PRIMARY KEY, item REFERENCES item(id))", err);
}

static void test_check(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(check_cases) / sizeof(check_cases[0]); i++) {
		const struct check_case *c = &check_cases[i];
		struct str findings;
		store_close(&f->db);
		(void)unlink(f->path);
		fixture_open(f, STORE_CREATE);
		assert_true(store_write(f->db, make_child, NULL, &f->err));
		store_close(&f->db);
		execute_elsewhere(f->path, c->sql);
		fixture_open(f, STORE_OPEN_EXISTING);
		assert_true(store_check(f->db, arena, &findings, &f->err));
		if (c->finding)
			assert_string_equal(findings.at, c->finding);
		else
			assert_int_equal(findings.len, 0);
	}
	arena_free(&arena);
}

/* A check that can't go on has failed: it must not pass for one that found nothing more. */
static void test_a_check_that_can_not_read(void **state)
{
	struct fixture *f = *state;
	struct arena *arena = arena_new(1 << 20);
	struct str findings = { 0 };
	char garbage[4096];

	assert_true(store_write(f->db, make_child, NULL, &f->err));
	int64_t page = fixture_read(f, "SELECT rootpage FROM sqlite_schema WHERE name = 'child'");
	store_close(&f->db);
	memset(garbage, 0xa5, sizeof(garbage));
	FILE *file = fopen(f->path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, (long)(page - 1) * (long)sizeof(garbage), SEEK_SET), 0);
	assert_int_equal(fwrite(garbage, 1, sizeof(garbage), file), sizeof(garbage));
	assert_int_equal(fclose(file), 0);
	fixture_open(f, STORE_OPEN_EXISTING);
	assert_false(store_check(f->db, arena, &findings, &f->err));
	assert_int_equal(f->err.code, E_base_damaged);
	arena_free(&arena);
}

static void test_the_data_version_tells_of_others_only(void **state)
{
	struct fixture *f = *state;
	int64_t first = 0, second = 0;

	assert_true(store_data_version(f->db, &first, &f->err));
	assert_true(store_write(f->db, fixture_insert, "ours", &f->err));
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 1);
	assert_true(store_data_version(f->db, &second, &f->err));
	assert_int_equal(second, first);
	execute_elsewhere(f->path, "INSERT INTO item(text) VALUES ('theirs')");
	assert_true(store_data_version(f->db, &second, &f->err));
	assert_true(second != first);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_closing_leaves_one_file),
		CASE(test_copies_made_while_others_write),
		CASE(test_a_copy_overwrites_nothing),
		CASE(test_a_copy_without_room),
		CASE(test_check),
		CASE(test_a_check_that_can_not_read),
		CASE(test_the_data_version_tells_of_others_only),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
