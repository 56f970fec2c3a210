/* A file as a whole: making, opening, closing, copying, checking. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/buf.h"
#include "store/store_internal.h"

/* Makes the file, still empty, or sees that it is there: as the mode asks. */
static bool provide_file(const char *path, enum store_open_mode mode, struct error *err)
{
	if (mode == STORE_OPEN_EXISTING) {
		if (access(path, F_OK) != 0 && errno == ENOENT)
			return FAIL(err, base_file_missing);
		return true;
	}
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0 && errno == EEXIST && mode == STORE_OPEN_OR_CREATE)
		return true;
	if (file < 0)
		return conn_fail_system(errno, err);
	close(file);
	return true;
}

bool store_open(const char *path, const struct store_schema *schema, const struct store_options *options,
		struct store_db **out, struct error *err)
{
	if (!provide_file(path, options->mode, err))
		return false;
	struct store_db *db = calloc(1, sizeof(*db));
	if (!db || !(db->path = strdup(path)))
		abort();
	db->on_open = schema->on_open;
	db->cache_kib = options->cache_kib;
	write_queue_init(&db->queue);
	reader_pool_init(&db->readers, options->max_readers);
	if (conn_open(path, db->on_open, CONN_WRITER, db->cache_kib, &db->writer, err) &&
	    migrate(db->writer, schema, options->mode != STORE_OPEN_EXISTING, err)) {
		*out = db;
		return true;
	}
	store_close(&db);
	if (options->mode == STORE_CREATE)
		(void)unlink(path); /* ours, and half made */
	return false;
}

void store_close(struct store_db **db)
{
	struct store_db *d = *db;

	if (!d)
		return;
	write_queue_finish(&d->queue);
	reader_pool_destroy(&d->readers);
	conn_close(&d->writer); /* the last connection moves the WAL into the file and removes it */
	free(d->path);
	free(d);
	*db = NULL;
}

static bool read_data_version(struct store_conn *conn, void *ctx, struct error *err)
{
	return conn_read_int(conn, STR("PRAGMA data_version"), ctx, err);
}

bool store_data_version(struct store_db *db, int64_t *out, struct error *err)
{
	/* Asked on the writer, the only connection of this process that writes: it sees a change only when others
	 * wrote. */
	return store_write(db, read_data_version, out, err);
}

static bool sync_file(const char *path, struct error *err)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return conn_fail_system(errno, err);
	bool fine = fsync(file) == 0 || conn_fail_system(errno, err);
	close(file);
	return fine;
}

/* Copies all pages of the connection's snapshot. */
static bool copy_pages(struct store_conn *from, struct store_conn *to, struct error *err)
{
	/* The copy is worth nothing before it is whole, and is synchronised once then. */
	if (!store_exec(to, "PRAGMA synchronous = OFF", err))
		return false;
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	if (!backup)
		return conn_fail(to, sqlite3_extended_errcode(to->handle), err);
	int code = sqlite3_backup_step(backup, -1);
	int end = sqlite3_backup_finish(backup);
	return (code == SQLITE_DONE && end == SQLITE_OK) || conn_fail(to, code == SQLITE_DONE ? end : code, err);
}

bool store_copy_file(struct store_db *db, const char *to, struct error *err)
{
	struct store_conn *from = NULL, *target = NULL;
	bool fine;

	if (!provide_file(to, STORE_CREATE, err))
		return false;
	fine = store_read_begin(db, &from, err) && conn_open(to, NULL, CONN_WRITER, db->cache_kib, &target, err) &&
	       copy_pages(from, target, err);
	conn_close(&target);
	if (from)
		store_read_end(db, &from);
	fine = fine && sync_file(to, err);
	if (!fine)
		(void)unlink(to);
	return fine;
}

/* Appends the rows of a check, one a line. */
static bool collect(struct store_conn *conn, struct str sql, struct buf *findings, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	for (;;) {
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			return true;
		struct str line = store_column_str(stmt, 0);
		if (str_equal_c(line, "ok"))
			continue;
		if (findings->len > 0)
			buf_append_byte(findings, '\n');
		buf_append_str(findings, line);
	}
}

bool store_check(struct store_db *db, struct arena *arena, struct str *findings, struct error *err)
{
	struct store_conn *conn = NULL;
	struct buf text;

	if (!store_read_begin(db, &conn, err))
		return false;
	buf_init(&text, 1 << 20);
	bool fine = collect(conn, STR("PRAGMA integrity_check(100)"), &text, err) &&
		    collect(conn,
			    STR("SELECT 'row ' || ifnull(rowid, '?') || ' of ' || \"table\" || ' refers to a missing "
				"row of ' || "
				"parent FROM pragma_foreign_key_check LIMIT 100"),
			    &text, err);
	*findings = str_copy(arena, buf_str(&text));
	buf_free(&text);
	store_read_end(db, &conn);
	return fine;
}
