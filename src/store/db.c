/* A file as a whole: opening, closing, copying, checking. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/log.h"
#include "store/store_internal.h"

/* Whether SQLite is to make the file; fails when the mode and what is on the disk do not fit. */
static bool decide(const char *path, enum store_open_mode mode, bool *create, struct error *err)
{
	bool exists = access(path, F_OK) == 0;

	*create = !exists;
	if (mode == STORE_OPEN_EXISTING && !exists)
		return FAIL(err, base_file_missing);
	if (mode == STORE_CREATE && exists)
		return FAIL(err, storage_failed);
	return true;
}

bool store_open(const char *path, const struct store_schema *schema, const struct store_options *options,
		struct store_db **out, struct error *err)
{
	bool create = false;

	if (!decide(path, options->mode, &create, err))
		return false;
	struct store_db *db = calloc(1, sizeof(*db));
	if (!db || !(db->path = strdup(path)) || !reader_pool_init(&db->readers, options->max_readers))
		abort();
	db->schema = *schema;
	db->cache_kib = options->cache_kib;
	write_queue_init(&db->queue);
	bool opened = conn_open(path, schema, CONN_WRITER, options->cache_kib, create, &db->writer, err);
	if (opened && migrate(db->writer, schema, options->mode != STORE_OPEN_EXISTING, err)) {
		*out = db;
		return true;
	}
	store_close(&db);
	if (create && opened)
		(void)unlink(path); /* half-made: nothing has been acknowledged */
	return false;
}

void store_close(struct store_db **db)
{
	struct store_db *d = *db;

	if (!d)
		return;
	reader_pool_destroy(&d->readers);
	conn_close(&d->writer); /* the last connection moves the WAL into the file and removes it */
	write_queue_destroy(&d->queue);
	free(d->path);
	free(d);
	*db = NULL;
}

static bool read_data_version(struct store_conn *conn, void *ctx, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	if (!store_prepare_c(conn, "PRAGMA data_version", &stmt, err) || !store_step(conn, stmt, &row, err))
		return false;
	*(int64_t *)ctx = row ? store_column_int(stmt, 0) : 0;
	store_reset(stmt);
	return true;
}

bool store_data_version(struct store_db *db, int64_t *out, struct error *err)
{
	/* Asked on the writer, the only connection of this process that writes: it sees a change only when others wrote. */
	return store_write(db, read_data_version, out, err);
}

static bool sync_file(const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return false;
	bool fine = fsync(file) == 0;
	close(file);
	return fine;
}

bool store_copy_file(struct store_db *db, const char *to, struct error *err)
{
	struct store_conn *from = NULL;
	sqlite3 *target = NULL;
	bool fine = false;

	if (access(to, F_OK) == 0)
		return FAIL(err, storage_failed);
	if (!store_read_begin(db, &from, err))
		return false;
	int code = sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	sqlite3_backup *backup = code == SQLITE_OK ? sqlite3_backup_init(target, "main", from->handle, "main") : NULL;
	if (backup) {
		(void)sqlite3_backup_step(backup, -1); /* all pages of one snapshot */
		code = sqlite3_backup_finish(backup);
	} else {
		code = sqlite3_errcode(target);
	}
	sqlite3_close(target);
	store_read_end(db, &from);
	if (code != SQLITE_OK)
		conn_fail(NULL, code, err);
	else if (!sync_file(to))
		FAIL(err, storage_failed);
	else
		fine = true;
	if (!fine)
		(void)unlink(to);
	return fine;
}

/* Appends the rows of a check, each as one line. */
static bool collect(struct store_conn *conn, struct str sql, struct buf *findings, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	while (store_step(conn, stmt, &row, err) && row) {
		struct str line = store_column_str(stmt, 0);
		if (str_equal(line, STR("ok")))
			continue;
		buf_append_str(findings, line);
		buf_append_byte(findings, '\n');
	}
	return !row;
}

bool store_check(struct store_db *db, struct arena *arena, struct str *findings, struct error *err)
{
	struct store_conn *conn = NULL;
	struct buf text;

	if (!store_read_begin(db, &conn, err))
		return false;
	buf_init(&text, 1 << 20);
	bool fine = collect(conn, STR("PRAGMA integrity_check(100)"), &text, err) &&
		    collect(conn, STR("SELECT 'row ' || ifnull(rowid, '?') || ' of ' || \"table\" || ' refers to a missing row of ' || "
				      "parent FROM pragma_foreign_key_check"),
			    &text, err);
	*findings = str_copy(arena, buf_str(&text));
	buf_free(&text);
	store_read_end(db, &conn);
	return fine;
}
