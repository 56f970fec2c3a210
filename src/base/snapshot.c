/* Snapshots: the file of a base copied as it was, and made a base of its own again (base-operations.md 3.10-54;
 * auth.md 5.4). The row in the base comes first, so that of two calls at once one makes the file; it counts once the
 * file is complete, and what a crash leaves unfinished is dropped with the next one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/registry_internal.h"
#include "core/clock.h"
#include "store/sql.h"

enum { APART_MS = 10 * 60 * 1000, MAX_SNAPSHOTS = 30, COMMIT_BYTES = 20 };

/* ---- files ---- */

static void snapshot_path(const struct base_registry *registry, struct str uuid, struct str commit_id,
			  char path[REGISTRY_PATH_LEN])
{
	snprintf(path, REGISTRY_PATH_LEN, "%s/snapshots/%.*s.%.*s.db", registry->config.data, STR_ARG(uuid),
		 STR_ARG(commit_id));
}

static bool make_folder(const struct base_registry *registry, struct error *err)
{
	char path[REGISTRY_PATH_LEN];

	snprintf(path, sizeof(path), "%s/snapshots", registry->config.data);
	return mkdir(path, 0700) == 0 || errno == EEXIST || FAIL(err, storage_failed);
}

void registry_delete_snapshots(const struct base_registry *registry, struct str uuid)
{
	char path[REGISTRY_PATH_LEN];
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/snapshots", registry->config.data);
	folder = opendir(path);
	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		if (strncmp(entry->d_name, uuid.at, uuid.len) == 0)
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
}

/* ---- making ---- */

struct making {
	const struct base_registry *registry;
	struct arena *arena;
	struct str uuid, name;
	struct base_snapshot *snapshot;
	bool is_due;
};

static void read_commit(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	*(struct str *)item = store_column_copy(arena, stmt, 0);
}

/* Drops the one snapshot that `sql` finds, row and file. */
static bool drop_found(struct store_conn *conn, const struct making *making, const struct sql *sql, bool *found,
		       struct error *err)
{
	char path[REGISTRY_PATH_LEN];
	struct str commit_id;

	if (!store_find_row(conn, making->arena, sql, read_commit, &commit_id, found, err))
		return false;
	if (!*found)
		return true;
	snapshot_path(making->registry, making->uuid, commit_id, path);
	(void)unlink(path);
	return store_run_sql(conn, SQL("DELETE FROM snapshot WHERE commit_id = ?1", SQL_STR(commit_id)), err);
}

/* Makes room, and drops what was never finished. */
static bool drop_old(struct store_conn *conn, const struct making *making, struct error *err)
{
	bool found = true;

	while (found) {
		if (!drop_found(conn, making,
				SQL("SELECT commit_id FROM snapshot WHERE is_ready = 0 AND made_at < ?1 LIMIT 1",
				    SQL_INT(making->snapshot->made_at - APART_MS)),
				&found, err))
			return false;
	}
	return drop_found(
		conn, making,
		SQL("SELECT commit_id FROM snapshot ORDER BY id DESC LIMIT 1 OFFSET ?1", SQL_INT(MAX_SNAPSHOTS - 1)),
		&found, err);
}

static bool claim(struct store_conn *conn, void *ctx, struct error *err)
{
	struct making *making = ctx;
	struct base_snapshot *snapshot = making->snapshot;
	int64_t version;
	bool recent;

	if (!base_version_read(conn, &version, err) ||
	    !store_find_any(conn,
			    SQL("SELECT 1 FROM snapshot WHERE made_at > ?1 OR (version = ?2 AND is_ready)",
				SQL_INT(snapshot->made_at - APART_MS), SQL_INT(version)),
			    &recent, err))
		return false;
	making->is_due = !recent;
	if (recent)
		return true;
	return drop_old(conn, making, err) &&
	       store_run_sql(conn,
			     SQL("INSERT INTO snapshot(commit_id, name, made_at, version) VALUES (?1, ?2, ?3, ?4)",
				 SQL_STR(snapshot->commit_id), SQL_STR(making->name), SQL_INT(snapshot->made_at),
				 SQL_INT(version)),
			     err);
}

static bool finish(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct making *making = ctx;

	return store_run_sql(
		conn,
		SQL("UPDATE snapshot SET is_ready = 1 WHERE commit_id = ?1", SQL_STR(making->snapshot->commit_id)),
		err);
}

static bool give_up(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct making *making = ctx;

	return store_run_sql(
		conn, SQL("DELETE FROM snapshot WHERE commit_id = ?1", SQL_STR(making->snapshot->commit_id)), err);
}

bool base_registry_snapshot(struct base_registry *registry, struct base *base, struct arena *arena, struct str name,
			    struct base_snapshot *snapshot, bool *made, struct error *err)
{
	struct making making = {
		.registry = registry, .arena = arena, .uuid = str_from_c(base->uuid), .name = name, .snapshot = snapshot
	};
	char *commit_id = arena_alloc(arena, 2 * COMMIT_BYTES + 1);
	char path[REGISTRY_PATH_LEN];
	struct error ignored;

	id_new_hex(commit_id, COMMIT_BYTES);
	*snapshot =
		(struct base_snapshot){ .commit_id = str_from_c(commit_id), .name = name, .made_at = clock_now_ms() };
	if (!make_folder(registry, err) || !store_write(base->db, claim, &making, err))
		return false;
	*made = making.is_due;
	if (!making.is_due)
		return true;
	snapshot_path(registry, making.uuid, snapshot->commit_id, path);
	if (store_copy_file(base->db, path, err) && store_write(base->db, finish, &making, err))
		return true;
	(void)unlink(path);
	(void)store_write(base->db, give_up, &making, &ignored);
	return false;
}

/* ---- listing ---- */

static void read_snapshot(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	*(struct base_snapshot *)item = (struct base_snapshot){
		.commit_id = store_column_copy(arena, stmt, 0),
		.name = store_column_copy(arena, stmt, 1),
		.made_at = store_column_int(stmt, 2),
	};
}

bool base_list_snapshots(struct base *base, struct arena *arena, int page, int per_page, struct base_snapshot **list,
			 size_t *count, int64_t *total, struct error *err)
{
	struct str counting = STR("SELECT count(*) FROM snapshot WHERE is_ready");

	return store_read_page(base->db, arena,
			       SQL("SELECT commit_id, name, made_at FROM snapshot WHERE is_ready "
				   "ORDER BY id DESC LIMIT ?1 OFFSET ?2",
				   SQL_PAGE(page, per_page)),
			       &counting, read_snapshot, list, count, total, err);
}

bool base_find_snapshot(struct base *base, struct arena *arena, struct str commit_id, struct base_snapshot *out,
			struct error *err)
{
	bool found;

	return store_read_row(base->db, arena,
			      SQL("SELECT commit_id, name, made_at FROM snapshot WHERE is_ready AND commit_id = ?1",
				  SQL_STR(commit_id)),
			      read_snapshot, out, &found, err) &&
	       (found || FAIL(err, snapshot_not_found));
}

/* ---- restoring ---- */

static bool copy_bytes(int from, int to)
{
	ssize_t copied;

	do
		copied = copy_file_range(from, NULL, to, NULL, 1 << 30, 0);
	while (copied > 0);
	return copied == 0 && fsync(to) == 0;
}

bool registry_copy_snapshot(const struct base_registry *registry, struct str uuid, struct str commit_id, const char *to,
			    struct error *err)
{
	char path[REGISTRY_PATH_LEN];
	int from, into;
	bool ok;

	snapshot_path(registry, uuid, commit_id, path);
	from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return errno == ENOENT ? FAIL(err, snapshot_not_found) : FAIL(err, storage_failed);
	into = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ok = into >= 0 && copy_bytes(from, into);
	if (!ok)
		(void)(errno == ENOSPC ? FAIL(err, storage_full) : FAIL(err, storage_failed));
	if (into >= 0)
		close(into);
	close(from);
	return ok;
}
