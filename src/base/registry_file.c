/* Making, copying, deleting and checking the files of bases. A new file is written in DATA/bases/unfinished and renamed
 * into place once it is complete, so that no crash leaves half a base. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/registry_internal.h"

enum { SMALL_ARENA = 16 << 20 };

/* ---- paths ---- */

static void format_path(const struct base_registry *registry, const char *folder, struct str uuid,
			char path[REGISTRY_PATH_LEN])
{
	char canonical[ID_UUID_LEN + 1];
	int len;

	/* A path is made of nothing but a uuid: whoever passes another text has a bug. */
	assert(id_parse_uuid(uuid, canonical) && str_equal_c(uuid, canonical));
	len = snprintf(path, REGISTRY_PATH_LEN, "%s/%s/%s.db", registry->config.data, folder, canonical);
	assert(len > 0 && len + 8 < REGISTRY_PATH_LEN);
}

void registry_path(const struct base_registry *registry, struct str uuid, char path[REGISTRY_PATH_LEN])
{
	format_path(registry, "bases", uuid, path);
}

static bool make_folder(const struct base_registry *registry, const char *name, char path[REGISTRY_PATH_LEN])
{
	snprintf(path, REGISTRY_PATH_LEN, "%s/%s", registry->config.data, name);
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

bool registry_make_folders(struct base_registry *registry, struct error *err)
{
	char path[REGISTRY_PATH_LEN];
	struct dirent *entry;
	DIR *folder;

	if (!make_folder(registry, "bases", path) || !make_folder(registry, "bases/unfinished", path))
		return FAIL(err, storage_failed);
	store_set_temp_folder(path);
	if (!registry->config.is_sole_user)
		return true;
	folder = opendir(path);
	if (!folder)
		return FAIL(err, storage_failed);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	return true;
}

/* Renames a finished, closed file into place; durable on return. */
static bool put_in_place(const struct base_registry *registry, const char *from, const char *to, struct error *err)
{
	char folder_path[REGISTRY_PATH_LEN];
	int folder;
	bool ok;

	snprintf(folder_path, sizeof(folder_path), "%s/bases", registry->config.data);
	folder = open(folder_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = folder >= 0 && rename(from, to) == 0 && fsync(folder) == 0;
	if (folder >= 0)
		close(folder);
	return ok ? true : FAIL(err, storage_failed);
}

static void remove_file(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm" };
	char name[REGISTRY_PATH_LEN + 8];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, endings[i]);
		(void)unlink(name);
	}
}

/* ---- making ---- */

/* Opens the file at `path`, runs the job in it as `author`, closes it. */
static bool work_in_file(const char *path, enum store_open_mode mode, struct str author, change_job job, void *ctx,
			 struct error *err)
{
	struct store_options options = { .mode = mode, .max_readers = 1, .cache_kib = 1024 };
	struct base_actor actor = { .author = author };
	struct base base = { .state = BASE_OPEN, .model_lock = PTHREAD_MUTEX_INITIALIZER };
	struct arena *arena = arena_new(SMALL_ARENA);
	struct change change = change_new(&base, arena, &actor);
	bool ok = store_open(path, &base_schema, &options, &base.db, err) && change_run(&change, job, ctx, err);

	change_end(&change);
	base_models_free(&base);
	if (base.db)
		store_close(&base.db);
	arena_free(&arena);
	return ok;
}

/* What a new base holds (auth.md 5.3). */
static bool fill_new(struct change *change, void *ctx, struct error *err)
{
	const struct str *uuid = ctx;
	struct column_list columns = column_list_of(change->arena, NULL, 1);
	const int64_t rows = 3;
	sqlite3_stmt *stmt;

	columns.at[columns.count++] = column_spec_first(STR("Name"));
	if (!base_info_write(change->conn, STR("uuid"), *uuid, err) ||
	    !schema_insert_table(change, STR("0000"), STR("Table1"), 0, &columns, err) || !change_schema(change, err) ||
	    !store_prepare_c(change->conn,
			     "INSERT INTO rows_0000(_n, _id, _ctime, _mtime, _creator, _last_modifier) "
			     "VALUES (?1, ?2, ?3, ?3, ?4, ?4)",
			     &stmt, err))
		return false;
	for (int64_t i = 1; i <= rows; i++) {
		char id[ID_ROW_LEN + 1];

		id_new_row(id);
		store_bind_int(stmt, 1, i * PLACE_STEP);
		store_bind_c(stmt, 2, id);
		store_bind_int(stmt, 3, change->now_ms);
		store_bind_str(stmt, 4, change->actor->author);
		if (!store_run(change->conn, stmt, err))
			return false;
	}
	return true;
}

bool base_registry_create(struct base_registry *registry, struct str uuid, struct str author, struct error *err)
{
	char unfinished[REGISTRY_PATH_LEN], path[REGISTRY_PATH_LEN];
	bool ok;

	format_path(registry, "bases/unfinished", uuid, unfinished);
	registry_path(registry, uuid, path);
	ok = work_in_file(unfinished, STORE_CREATE, author, fill_new, &uuid, err) &&
	     put_in_place(registry, unfinished, path, err);
	if (!ok)
		remove_file(unfinished);
	return ok;
}

/* ---- copying ---- */

/* A copy is a base of its own: it takes the contents, and leaves the history to the original, to the last byte. */
static bool make_independent(struct change *change, void *ctx, struct error *err)
{
	const struct str *uuid = ctx;

	return base_info_write(change->conn, STR("uuid"), *uuid, err) &&
	       store_exec(change->conn,
			  "PRAGMA secure_delete = ON; DELETE FROM derived_row_change; DELETE FROM once; "
			  "DELETE FROM notification; DELETE FROM snapshot; DELETE FROM operation",
			  err) &&
	       change_schema(change, err);
}

/* Makes the copied file, if it was `copied`, a base. */
static bool finish_copy(const struct base_registry *registry, const char *unfinished, bool copied, struct str uuid,
			struct error *err)
{
	char path[REGISTRY_PATH_LEN];
	bool ok;

	registry_path(registry, uuid, path);
	ok = copied && work_in_file(unfinished, STORE_OPEN_EXISTING, (struct str){ 0 }, make_independent, &uuid, err) &&
	     put_in_place(registry, unfinished, path, err);
	if (!ok)
		remove_file(unfinished);
	return ok;
}

bool base_registry_copy(struct base_registry *registry, struct str from_uuid, struct str to_uuid, struct error *err)
{
	char unfinished[REGISTRY_PATH_LEN];
	struct base *from = NULL;
	bool ok;

	format_path(registry, "bases/unfinished", to_uuid, unfinished);
	if (!base_acquire(registry, from_uuid, &from, err))
		return false;
	ok = store_copy_file(from->db, unfinished, err);
	base_release(&from);
	return finish_copy(registry, unfinished, ok, to_uuid, err);
}

bool base_registry_restore(struct base_registry *registry, struct str uuid, struct str commit_id, struct str to_uuid,
			   struct error *err)
{
	char unfinished[REGISTRY_PATH_LEN];

	format_path(registry, "bases/unfinished", to_uuid, unfinished);
	return finish_copy(registry, unfinished, registry_copy_snapshot(registry, uuid, commit_id, unfinished, err),
			   to_uuid, err);
}

bool base_registry_backup(struct base_registry *registry, struct str uuid, const char *to, struct error *err)
{
	struct base *base = NULL;
	bool ok;

	if (!base_acquire(registry, uuid, &base, err))
		return false;
	ok = store_copy_file(base->db, to, err);
	base_release(&base);
	return ok;
}

/* ---- deleting, measuring ---- */

bool base_registry_delete(struct base_registry *registry, struct str uuid, struct error *err)
{
	char path[REGISTRY_PATH_LEN];
	struct base *base = registry_close_for_good(registry, uuid);
	bool ok;

	registry_path(registry, uuid, path);
	remove_file(path);
	registry_delete_snapshots(registry, uuid);
	ok = access(path, F_OK) != 0;
	registry_forget(base);
	return ok ? true : FAIL(err, storage_failed);
}

bool base_registry_size(struct base_registry *registry, struct str uuid, int64_t *bytes, struct error *err)
{
	char path[REGISTRY_PATH_LEN];
	struct stat status;

	registry_path(registry, uuid, path);
	if (stat(path, &status) != 0)
		return errno == ENOENT ? FAIL(err, base_file_missing) : FAIL(err, storage_failed);
	*bytes = status.st_size;
	return true;
}
