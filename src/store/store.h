/* SQLite for the rooms above: connections that agree on their settings, cached statements, and one durable write queue
 * a file. The only place where a file is opened (its VFS, its pragmas and the number of its connections).
 *
 * A `store_db` is one file: a writer connection behind a queue with group commit, and read connections that are opened
 * on demand and kept. WAL mode, synchronous=FULL: what store_write() has answered survives kill -9 and power loss
 * (https://www.sqlite.org/wal.html). Readers see a snapshot and never wait for the writer. */
#ifndef ATOLL_STORE_STORE_H
#define ATOLL_STORE_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct store_conn; /* one SQLite connection with its cache of prepared statements; used by one thread at a time */
struct store_db;   /* one file */

/* What a kind of file holds: its mark and the steps that lead to its newest schema. */
struct store_schema {
	uint32_t application_id;      /* PRAGMA application_id of such files */
	const struct str *migrations; /* migrations[i] is SQL that takes PRAGMA user_version from i to i + 1 */
	int version;                  /* number of migrations = newest user_version */
	/* Registers functions and collations on each new connection; NULL when there are none. */
	bool (*on_open)(sqlite3 *handle);
};

enum store_open_mode {
	STORE_OPEN_EXISTING, /* E_base_file_missing when there is no such file */
	STORE_CREATE,        /* makes the file; fails when it exists */
	STORE_OPEN_OR_CREATE,
};

struct store_options {
	enum store_open_mode mode;
	int max_readers; /* read connections kept at most */
	int cache_kib;   /* page cache of each connection */
};

/* Once a process, before any thread: SQLite's global settings (no memory statistics, no shared cache). */
bool store_init(void);
/* Where connections put what they sort beyond their cache: nameless files that are gone when they are closed. Before
 * any connection is opened. */
void store_set_temp_folder(const char *folder);

/* Opens the file and brings its schema up to date in one transaction. Errors: E_base_file_missing, E_base_damaged (not
 * a database, or another application_id; such a file stays as it is), E_base_too_new, E_storage_full, E_storage_failed.
 * The caller owns *out; nothing of `schema` is kept but `on_open`. */
bool store_open(const char *path, const struct store_schema *schema, const struct store_options *options,
		struct store_db **out, struct error *err);
/* Waits for running writes, checkpoints, closes every connection (the -wal file is gone afterwards), sets *db to NULL.
 * Nobody may begin a write or hold a read connection any more. NULL is fine. */
void store_close(struct store_db **db);

/* ---- writing ---- */

/* One write: runs on the writer connection inside its own savepoint. Returns false after filling err: then nothing of
 * it stays. It must not sleep, and must not start transactions. */
typedef bool (*store_job)(struct store_conn *conn, void *ctx, struct error *err);

/* Runs `job` and returns true when its change is durable. Calls from many threads are gathered: whoever finds the
 * writer free drains the queue, each job in a savepoint of one transaction, and one commit answers them all. When that
 * transaction can't be kept, all its jobs fail alike: E_storage_full, E_base_damaged, E_storage_failed, E_overloaded
 * (another process writes). A job may run on the thread of another caller, and none of its work is seen by readers
 * before the commit. */
bool store_write(struct store_db *db, store_job job, void *ctx, struct error *err);

/* ---- reading ---- */

/* A read connection inside a read transaction: one snapshot, from its first read until store_read_end(). Waits when all
 * are in use, so a thread must not hold one while it asks for another of the same file. */
bool store_read_begin(struct store_db *db, struct store_conn **out, struct error *err);
void store_read_end(struct store_db *db, struct store_conn **conn);
/* Calls `is_over(ctx)` every so many steps of SQLite's machine; when it says so, the statement that runs ends with
 * E_query_too_expensive. NULL ends that. */
void store_watch_steps(struct store_conn *conn, int steps, int (*is_over)(void *ctx), void *ctx);
/* The same with a connection of its own, for a reader that may take long: it waits for none and keeps none waiting. */
bool store_read_begin_apart(struct store_db *db, struct store_conn **out, struct error *err);
void store_read_end_apart(struct store_conn **conn);

/* ---- statements ---- */

/* The prepared statement of `sql`, from the connection's cache, reset and without bindings. The statement belongs to
 * the connection; two uses of the same text must not overlap. It may be thrown out once 63 others have been prepared
 * after it, unless it has rows left. `sql` is one statement; it may be a temporary text. */
bool store_prepare(struct store_conn *conn, struct str sql, sqlite3_stmt **out, struct error *err);
#define store_prepare_c(conn, literal, out, err) store_prepare((conn), STR(literal), (out), (err))

/* Binding, by 1-based index. Text and blobs are not copied: they must live until the statement is reset. */
void store_bind_str(sqlite3_stmt *stmt, int index, struct str value); /* the absent slice binds NULL */
void store_bind_c(sqlite3_stmt *stmt, int index, const char *value);
void store_bind_int(sqlite3_stmt *stmt, int index, int64_t value);
void store_bind_double(sqlite3_stmt *stmt, int index, double value);
void store_bind_blob(sqlite3_stmt *stmt, int index, const void *bytes, size_t len);
void store_bind_null(sqlite3_stmt *stmt, int index);

/* One step. *row tells whether there is a row; the statement is reset when there is none and on failure. */
bool store_step(struct store_conn *conn, sqlite3_stmt *stmt, bool *row, struct error *err);
/* Steps a statement that answers no rows, and resets it. */
bool store_run(struct store_conn *conn, sqlite3_stmt *stmt, struct error *err);
/* Ends a statement early. Also drops its bindings. */
void store_reset(sqlite3_stmt *stmt);
/* Runs SQL text without values (schema changes, from checked identifiers). */
bool store_exec(struct store_conn *conn, const char *sql, struct error *err);

/* Columns, by 0-based index. The slice lives until the next step or reset; NULL gives the absent slice. */
struct str store_column_str(sqlite3_stmt *stmt, int index);
/* A copy in the arena. */
struct str store_column_copy(struct arena *arena, sqlite3_stmt *stmt, int index);
int64_t store_column_int(sqlite3_stmt *stmt, int index);
double store_column_double(sqlite3_stmt *stmt, int index);
bool store_column_is_null(sqlite3_stmt *stmt, int index);

/* Rows that the last statement changed, and the rowid it inserted. */
int64_t store_changes(struct store_conn *conn);
int64_t store_last_rowid(struct store_conn *conn);
/* The raw handle, for what this header lacks (blobs, authorizer, progress handler; the last ends with the job or the
 * read that set it). */
sqlite3 *store_handle(struct store_conn *conn);

/* Grows when another process changed the file (PRAGMA data_version); for catalogs that the command line also writes. */
bool store_data_version(struct store_db *db, int64_t *out, struct error *err);
/* A consistent, durable copy of the file at `to`, page by page, made while others read and write. `to` must not exist.
 */
bool store_copy_file(struct store_db *db, const char *to, struct error *err);
/* PRAGMA integrity_check and foreign_key_check; the findings, one a line, go to `findings` ("" = sound). E_base_damaged
 * when the file is too damaged to be read. */
bool store_check(struct store_db *db, struct arena *arena, struct str *findings, struct error *err);

#endif
