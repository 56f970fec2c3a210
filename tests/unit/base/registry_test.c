/* Base files: many of them with few open, damaged and missing ones, copies, deletion under use. */
#include "fixture.h"

#include <pthread.h>
#include <unistd.h>

#include "core/metric.h"

static struct str uuid_new(void)
{
	char *uuid = arena_alloc(world.arena, ID_UUID_LEN + 1);

	id_new_uuid(uuid);
	return (struct str){ uuid, ID_UUID_LEN };
}

static struct str create(void)
{
	struct str uuid = uuid_new();

	assert_true(base_registry_create(world.registry, uuid, STR("ana"), &world.err));
	return uuid;
}

static const char *path_of(struct str uuid)
{
	return str_format(world.arena, "%s/bases/%.*s.db", world.folder, STR_ARG(uuid)).at;
}

/* The name of the error that acquiring gives; "" when it works. */
static const char *acquire_error(struct str uuid)
{
	struct base *base;

	if (!base_acquire(world.registry, uuid, &base, &world.err))
		return error_name(world.err.code);
	base_release(&base);
	return "";
}

static void overwrite(const char *path, long offset, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	fseek(file, offset, SEEK_SET);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void broken_files_leave_the_others_alone(void **state)
{
	struct str garbage = create(), empty = create(), newer = create(), foreign = create(), fine = create();

	(void)state;
	overwrite(path_of(garbage), 0, "this is no database at all, not even a bit of one", 48);
	assert_int_equal(truncate(path_of(empty), 0), 0);
	overwrite(path_of(newer), 60, "\0\0\0\x63", 4);   /* user_version 99 */
	overwrite(path_of(foreign), 68, "\0\0\0\x07", 4); /* application_id */
	assert_string_equal(acquire_error(garbage), "base_damaged");
	assert_string_equal(acquire_error(empty), "base_damaged");
	assert_string_equal(acquire_error(newer), "base_too_new");
	assert_string_equal(acquire_error(foreign), "base_damaged");
	assert_string_equal(acquire_error(uuid_new()), "base_file_missing");
	assert_string_equal(acquire_error(fine), "");
	assert_string_equal(cells("Table1", "Name"), "null null null");
}

static void more_bases_than_may_be_open(void **state)
{
	struct str uuids[20];
	struct base *held[7];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		uuids[i] = create();
	for (size_t i = 0; i < 200; i++)
		assert_string_equal(acquire_error(uuids[i * 7 % 20]), "");
	assert_int_equal(metric_get(M_bases_open), 8);
	/* One of eight is the fixture's. */
	for (size_t i = 0; i < 7; i++)
		assert_true(base_acquire(world.registry, uuids[i], &held[i], &world.err));
	assert_string_equal(acquire_error(uuids[10]), "overloaded");
	assert_string_equal(acquire_error(uuids[3]), "");
	base_release(&held[0]);
	assert_string_equal(acquire_error(uuids[10]), "");
	for (size_t i = 1; i < 7; i++)
		base_release(&held[i]);
}

static void idle_bases_are_closed(void **state)
{
	struct base_registry_config config = {
		.data = world.folder, .max_open = 8, .idle_seconds = 0, .max_readers = 1, .cache_kib = 64
	};
	struct base_registry *registry;
	struct str uuid = create();
	struct base *base;

	(void)state;
	assert_true(base_registry_new(&config, &registry, &world.err));
	assert_true(base_acquire(registry, uuid, &base, &world.err));
	base_registry_tick(registry);
	assert_int_equal(metric_get(M_bases_open), 1);
	base_release(&base);
	base_registry_tick(registry);
	assert_int_equal(metric_get(M_bases_open), 0);
	assert_int_not_equal(access(str_format(world.arena, "%s-wal", path_of(uuid)).at, F_OK), 0);
	base_registry_free(&registry);
}

static void a_copy_is_a_base_of_its_own(void **state)
{
	struct base_list_rows rows = { .table = table_ref("Table1"), .limit = 1000, .form = FORM_NAMES };
	struct str to = uuid_new();
	struct base *copy;
	int64_t bytes;

	(void)state;
	append("Table1", "[{\"Name\":\"before\"}]");
	assert_true(base_registry_copy(world.registry, str_from_c(world.uuid), to, &world.err));
	append("Table1", "[{\"Name\":\"after\"}]");
	assert_true(base_acquire(world.registry, to, &copy, &world.err));
	assert_string_equal(member_of_rows(ANSWER(base_list_rows(copy, world.arena, &rows, OUT, &world.err)), "Name"),
			    "null null null \"before\"");
	world.base = (base_release(&world.base), copy);
	assert_string_equal(query("SELECT value FROM base_info WHERE key = 'uuid'"), to.at);
	assert_string_equal(query("SELECT count(*) FROM operation"), "0");
	assert_true(base_registry_size(world.registry, to, &bytes, &world.err));
	assert_true(bytes > 8192);
	assert_false(base_registry_copy(world.registry, uuid_new(), uuid_new(), &world.err));
	assert_int_equal(world.err.code, E_base_file_missing);
}

static void backups_open_as_bases(void **state)
{
	const char *to = str_format(world.arena, "%s/backup.db", world.folder).at;
	struct store_options options = { .mode = STORE_OPEN_EXISTING, .max_readers = 1, .cache_kib = 64 };
	struct store_db *db;

	(void)state;
	append("Table1", "[{\"Name\":\"x\"}]");
	assert_true(base_registry_backup(world.registry, str_from_c(world.uuid), to, &world.err));
	assert_true(store_open(to, &base_schema, &options, &db, &world.err));
	store_close(&db);
	assert_false(base_registry_backup(world.registry, str_from_c(world.uuid), to, &world.err));
}

static void *release_later(void *base)
{
	struct base *held = base;

	usleep(50000);
	base_release(&held);
	return NULL;
}

static void deleting_waits_for_users(void **state)
{
	struct str uuid = create();
	struct base *base;
	pthread_t thread;

	(void)state;
	assert_true(base_acquire(world.registry, uuid, &base, &world.err));
	pthread_create(&thread, NULL, release_later, base);
	assert_true(base_registry_delete(world.registry, uuid, &world.err));
	pthread_join(thread, NULL);
	assert_int_not_equal(access(path_of(uuid), F_OK), 0);
	assert_string_equal(acquire_error(uuid), "base_file_missing");
	assert_true(base_registry_delete(world.registry, uuid, &world.err));
	assert_string_equal(cells("Table1", "Name"), "null null null");
}

static void half_made_files_are_swept_away(void **state)
{
	const char *half = str_format(world.arena, "%s/bases/unfinished/half.db", world.folder).at;
	struct base_registry *registry;
	FILE *file = fopen(half, "w");

	(void)state;
	assert_non_null(file);
	fclose(file);
	registry = registry_of(world.folder, 1);
	assert_int_not_equal(access(half, F_OK), 0);
	base_registry_free(&registry);
}

static bool break_the_schema(struct change *change, void *ctx, struct error *err)
{
	(void)ctx;
	return store_exec(change->conn,
			  "CREATE TABLE rows_zzzz(a); ALTER TABLE rows_0000 ADD COLUMN other; "
			  "ALTER TABLE rows_0000 DROP COLUMN \"0000\"",
			  err);
}

static void checks_find_what_does_not_agree(void **state)
{
	struct change change = change_new(world.base, world.arena, &world.actor);
	struct str findings, uuid = str_from_c(world.uuid);

	(void)state;
	assert_true(base_registry_check(world.registry, uuid, world.arena, &findings, &world.err));
	assert_string_equal(findings.at, "");
	assert_true(change_run(&change, break_the_schema, NULL, &world.err));
	change_end(&change);
	assert_true(base_registry_check(world.registry, uuid, world.arena, &findings, &world.err));
	assert_string_equal(str_to_c(world.arena, findings), "no table for rows_zzzz\nrows_0000 lacks 0000");
}

/* Threads that open, use and evict the same few bases. */
static void *churn(void *arg)
{
	struct str *uuids = arg;
	unsigned seed = (unsigned)(uintptr_t)&seed;

	for (int i = 0; i < 300; i++) {
		struct base *base;
		struct error err;
		int64_t version;

		if (!base_acquire(world.registry, uuids[rand_r(&seed) % 12], &base, &err)) {
			if (err.code != E_overloaded)
				return (void *)error_name(err.code);
			continue;
		}
		if (!base_get_version(base, &version, &err))
			return (void *)error_name(err.code);
		base_release(&base);
	}
	return NULL;
}

static void many_threads_share_few_places(void **state)
{
	struct str uuids[12];
	pthread_t threads[6];

	(void)state;
	for (size_t i = 0; i < 12; i++)
		uuids[i] = create();
	for (size_t i = 0; i < 6; i++)
		pthread_create(&threads[i], NULL, churn, uuids);
	for (size_t i = 0; i < 6; i++) {
		void *failure;

		pthread_join(threads[i], &failure);
		assert_null(failure);
	}
	assert_true(metric_get(M_bases_open) <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(broken_files_leave_the_others_alone),
		TEST(more_bases_than_may_be_open),
		TEST(idle_bases_are_closed),
		TEST(a_copy_is_a_base_of_its_own),
		TEST(backups_open_as_bases),
		TEST(deleting_waits_for_users),
		TEST(half_made_files_are_swept_away),
		TEST(checks_find_what_does_not_agree),
		TEST(many_threads_share_few_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
