/* What store_open() accepts, what it refuses, and what it leaves behind. */
#include "fixture.h"

#include <string.h>
#include <sys/stat.h>

#include "core/arena.h"

static const struct str two_migrations[] = {
	LITERAL("CREATE TABLE item(id INTEGER PRIMARY KEY, text TEXT UNIQUE)"),
	LITERAL("ALTER TABLE item ADD COLUMN size INTEGER; CREATE TABLE extra(id INTEGER PRIMARY KEY)"),
};
static const struct str broken_migrations[] = {
	LITERAL("CREATE TABLE item(id INTEGER PRIMARY KEY, text TEXT UNIQUE)"),
	LITERAL("CREATE TABLE extra(id INTEGER PRIMARY KEY); CREATE TABLE item(id)"),
};
static const struct store_schema second_schema = { FIXTURE_APPLICATION_ID, two_migrations, 2, NULL };
static const struct store_schema broken_schema = { FIXTURE_APPLICATION_ID, broken_migrations, 2, NULL };
static const struct store_schema other_schema = { FIXTURE_APPLICATION_ID + 1, two_migrations, 2, NULL };

static bool reopen(struct fixture *f, const struct store_schema *schema, enum store_open_mode mode)
{
	const struct store_options options = { .mode = mode, .max_readers = 1, .cache_kib = 256 };

	store_close(&f->db);
	return store_open(f->path, schema, &options, &f->db, &f->err);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static size_t read_file(const char *path, char *bytes, size_t size)
{
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	size_t len = fread(bytes, 1, size, file);
	assert_int_equal(fclose(file), 0);
	return len;
}

static void test_a_new_file_gets_the_newest_schema(void **state)
{
	struct fixture *f = *state;
	struct stat status;

	assert_true(reopen(f, &second_schema, STORE_CREATE));
	assert_int_equal(fixture_read(f, "PRAGMA user_version"), 2);
	assert_int_equal(fixture_read(f, "PRAGMA application_id"), FIXTURE_APPLICATION_ID);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM pragma_table_info('item')"), 3);
	assert_int_equal(stat(f->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void test_an_old_file_is_migrated_and_keeps_its_rows(void **state)
{
	struct fixture *f = *state;
	char text[] = "kept";

	fixture_open(f, STORE_OPEN_OR_CREATE);
	assert_true(store_write(f->db, fixture_insert, text, &f->err));
	assert_true(reopen(f, &second_schema, STORE_OPEN_EXISTING));
	assert_int_equal(fixture_read(f, "PRAGMA user_version"), 2);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item WHERE text = 'kept' AND size IS NULL"), 1);
}

static void test_a_failing_migration_changes_nothing(void **state)
{
	struct fixture *f = *state;

	fixture_open(f, STORE_CREATE);
	assert_false(reopen(f, &broken_schema, STORE_OPEN_EXISTING));
	assert_int_equal(f->err.code, E_storage_failed);
	assert_true(reopen(f, &fixture_schema, STORE_OPEN_EXISTING));
	assert_int_equal(fixture_read(f, "PRAGMA user_version"), 1);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"), 0);
}

static void test_a_newer_file_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_true(reopen(f, &second_schema, STORE_CREATE));
	for (enum store_open_mode mode = STORE_OPEN_EXISTING; mode <= STORE_OPEN_OR_CREATE;
	     mode += STORE_OPEN_OR_CREATE) {
		assert_false(reopen(f, &fixture_schema, mode));
		assert_int_equal(f->err.code, E_base_too_new);
	}
	assert_true(reopen(f, &second_schema, STORE_OPEN_EXISTING));
}

static void test_a_missing_file(void **state)
{
	struct fixture *f = *state;

	assert_false(reopen(f, &fixture_schema, STORE_OPEN_EXISTING));
	assert_int_equal(f->err.code, E_base_file_missing);
	assert_int_not_equal(access(f->path, F_OK), 0);
}

static void test_create_does_not_touch_what_is_there(void **state)
{
	struct fixture *f = *state;

	fixture_open(f, STORE_CREATE);
	assert_false(reopen(f, &fixture_schema, STORE_CREATE));
	assert_int_equal(f->err.code, E_storage_failed);
	assert_true(reopen(f, &fixture_schema, STORE_OPEN_EXISTING));
}

static void test_a_failed_creation_leaves_no_file(void **state)
{
	struct fixture *f = *state;

	assert_false(reopen(f, &broken_schema, STORE_CREATE));
	assert_int_not_equal(access(f->path, F_OK), 0);
}

/* Files that are not ours are refused in both modes, and stay as they are to the byte. */
static void assert_refused_untouched(struct fixture *f, const struct store_schema *schema)
{
	static char before[1 << 16], after[1 << 16];
	size_t len = read_file(f->path, before, sizeof(before));

	for (enum store_open_mode mode = STORE_OPEN_EXISTING; mode <= STORE_OPEN_OR_CREATE;
	     mode += STORE_OPEN_OR_CREATE) {
		assert_false(reopen(f, schema, mode));
		assert_int_equal(f->err.code, E_base_damaged);
		assert_int_equal(read_file(f->path, after, sizeof(after)), len);
		assert_memory_equal(before, after, len);
	}
}

static void test_another_kind_of_file_is_refused(void **state)
{
	struct fixture *f = *state;

	fixture_open(f, STORE_CREATE);
	store_close(&f->db);
	assert_refused_untouched(f, &other_schema);
}

static void test_a_database_of_somebody_else_is_refused(void **state)
{
	struct fixture *f = *state;
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, "CREATE TABLE theirs(a)", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
	assert_refused_untouched(f, &fixture_schema);
}

static void test_an_impossible_version_is_refused(void **state)
{
	struct fixture *f = *state;
	sqlite3 *handle = NULL;

	assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(handle, "PRAGMA application_id = 0x41746c74; PRAGMA user_version = -1", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
	assert_refused_untouched(f, &fixture_schema);
}

static void test_garbage_is_refused(void **state)
{
	struct fixture *f = *state;
	char garbage[8192];

	memset(garbage, 'x', sizeof(garbage));
	write_file(f->path, garbage, sizeof(garbage));
	assert_refused_untouched(f, &fixture_schema);
}

static void test_an_emptied_file_is_damaged(void **state)
{
	struct fixture *f = *state;

	write_file(f->path, "", 0);
	assert_false(reopen(f, &fixture_schema, STORE_OPEN_EXISTING));
	assert_int_equal(f->err.code, E_base_damaged);
	/* Where a file may be made, an empty one is what a crash at that moment leaves. */
	assert_true(reopen(f, &fixture_schema, STORE_OPEN_OR_CREATE));
}

static void test_damaged_pages_are_reported_when_read(void **state)
{
	struct fixture *f = *state;
	static char bytes[1 << 16];
	struct arena *arena = arena_new(1 << 20);
	struct str findings = { 0 };
	char text[] = "row";

	fixture_open(f, STORE_CREATE);
	assert_true(store_write(f->db, fixture_insert, text, &f->err));
	store_close(&f->db);
	size_t len = read_file(f->path, bytes, sizeof(bytes));
	assert_true(len > 4096 && len < sizeof(bytes));
	memset(bytes + 4096, 0xa5, len - 4096);
	write_file(f->path, bytes, len);

	assert_true(reopen(f, &fixture_schema, STORE_OPEN_EXISTING));
	assert_false(store_write(f->db, fixture_insert, text, &f->err));
	assert_int_equal(f->err.code, E_base_damaged);
	assert_true(!store_check(f->db, arena, &findings, &f->err) || findings.len > 0);
	arena_free(&arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup_empty, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_a_new_file_gets_the_newest_schema),
		CASE(test_an_old_file_is_migrated_and_keeps_its_rows),
		CASE(test_a_failing_migration_changes_nothing),
		CASE(test_a_newer_file_is_refused),
		CASE(test_a_missing_file),
		CASE(test_create_does_not_touch_what_is_there),
		CASE(test_a_failed_creation_leaves_no_file),
		CASE(test_another_kind_of_file_is_refused),
		CASE(test_a_database_of_somebody_else_is_refused),
		CASE(test_an_impossible_version_is_refused),
		CASE(test_garbage_is_refused),
		CASE(test_an_emptied_file_is_damaged),
		CASE(test_damaged_pages_are_reported_when_read),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
