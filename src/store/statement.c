/* Prepared statements: each connection keeps the ones it used last, found by their text. */
#include <assert.h>

#include "core/arena.h"
#include "store/store_internal.h"

/* The slot that holds the text, or the one to use for it. A statement in the middle of its rows is never thrown out. */
static struct cached_statement *find_slot(struct store_conn *conn, struct str sql, uint64_t hash, bool *found)
{
	struct cached_statement *oldest = NULL;

	for (int i = 0; i < STATEMENT_CACHE; i++) {
		struct cached_statement *slot = &conn->cache[i];
		if (slot->stmt && slot->hash == hash && str_equal_c(sql, sqlite3_sql(slot->stmt))) {
			*found = true;
			return slot;
		}
		if (slot->stmt && sqlite3_stmt_busy(slot->stmt))
			continue;
		if (!oldest || slot->used_at < oldest->used_at)
			oldest = slot;
	}
	assert(oldest);
	*found = false;
	return oldest;
}

bool store_prepare(struct store_conn *conn, struct str sql, sqlite3_stmt **out, struct error *err)
{
	uint64_t hash = str_hash(sql);
	bool found = false;
	struct cached_statement *slot = find_slot(conn, sql, hash, &found);

	if (found) {
		assert(!sqlite3_stmt_busy(slot->stmt));
		sqlite3_reset(slot->stmt);
		sqlite3_clear_bindings(slot->stmt);
	} else {
		sqlite3_finalize(slot->stmt);
		*slot = (struct cached_statement){ .hash = hash };
		assert(sql.len < INT32_MAX);
		const char *rest = NULL;
		int code = sqlite3_prepare_v3(conn->handle, sql.at, (int)sql.len, SQLITE_PREPARE_PERSISTENT,
					      &slot->stmt, &rest);
		if (code != SQLITE_OK)
			return conn_fail(conn, code, err);
		assert(slot->stmt && rest == sql.at + sql.len); /* one statement, and nothing behind it */
	}
	slot->used_at = ++conn->tick;
	*out = slot->stmt;
	return true;
}

static void bound(int code)
{
	assert(code == SQLITE_OK); /* an index or a size that the statement can't take is our own mistake */
}

void store_bind_str(sqlite3_stmt *stmt, int index, struct str value)
{
	if (value.at)
		bound(sqlite3_bind_text64(stmt, index, value.at, value.len, SQLITE_STATIC, SQLITE_UTF8));
	else
		bound(sqlite3_bind_null(stmt, index));
}

void store_bind_c(sqlite3_stmt *stmt, int index, const char *value)
{
	store_bind_str(stmt, index, str_from_c(value));
}

void store_bind_int(sqlite3_stmt *stmt, int index, int64_t value)
{
	bound(sqlite3_bind_int64(stmt, index, value));
}

void store_bind_double(sqlite3_stmt *stmt, int index, double value)
{
	bound(sqlite3_bind_double(stmt, index, value));
}

void store_bind_blob(sqlite3_stmt *stmt, int index, const void *bytes, size_t len)
{
	bound(sqlite3_bind_blob64(stmt, index, len ? bytes : "", len, SQLITE_STATIC));
}

void store_bind_null(sqlite3_stmt *stmt, int index)
{
	bound(sqlite3_bind_null(stmt, index));
}

bool store_step(struct store_conn *conn, sqlite3_stmt *stmt, bool *row, struct error *err)
{
	int code = sqlite3_step(stmt);

	*row = code == SQLITE_ROW;
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		conn_fail(conn, code, err);
	sqlite3_reset(stmt);
	return code == SQLITE_DONE;
}

bool store_run(struct store_conn *conn, sqlite3_stmt *stmt, struct error *err)
{
	int code = sqlite3_step(stmt);

	if (code != SQLITE_DONE && code != SQLITE_ROW)
		conn_fail(conn, code, err);
	sqlite3_reset(stmt);
	return code == SQLITE_DONE || code == SQLITE_ROW;
}

void store_reset(sqlite3_stmt *stmt)
{
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

bool conn_run(struct store_conn *conn, struct str sql, struct error *err)
{
	sqlite3_stmt *stmt = NULL;

	return store_prepare(conn, sql, &stmt, err) && store_run(conn, stmt, err);
}

bool conn_read_int(struct store_conn *conn, struct str sql, int64_t *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	if (!store_prepare(conn, sql, &stmt, err) || !store_step(conn, stmt, &row, err))
		return false;
	*out = row ? store_column_int(stmt, 0) : 0;
	store_reset(stmt);
	return true;
}

bool store_exec(struct store_conn *conn, const char *sql, struct error *err)
{
	int code = sqlite3_exec(conn->handle, sql, NULL, NULL, NULL);

	return code == SQLITE_OK || conn_fail(conn, code, err);
}

struct str store_column_str(sqlite3_stmt *stmt, int index)
{
	const char *text = (const char *)sqlite3_column_text(stmt, index);

	if (!text)
		return (struct str){ 0 };
	return (struct str){ text, (size_t)sqlite3_column_bytes(stmt, index) };
}

struct str store_column_copy(struct arena *arena, sqlite3_stmt *stmt, int index)
{
	return str_copy(arena, store_column_str(stmt, index));
}

int64_t store_column_int(sqlite3_stmt *stmt, int index)
{
	return sqlite3_column_int64(stmt, index);
}

double store_column_double(sqlite3_stmt *stmt, int index)
{
	return sqlite3_column_double(stmt, index);
}

bool store_column_is_null(sqlite3_stmt *stmt, int index)
{
	return sqlite3_column_type(stmt, index) == SQLITE_NULL;
}

int64_t store_changes(struct store_conn *conn)
{
	return sqlite3_changes64(conn->handle);
}

int64_t store_last_rowid(struct store_conn *conn)
{
	return sqlite3_last_insert_rowid(conn->handle);
}

void conn_end_statements(struct store_conn *conn)
{
	sqlite3_progress_handler(conn->handle, 0, NULL, NULL); /* before it stops our COMMIT */
	for (int i = 0; i < STATEMENT_CACHE; i++) {
		if (conn->cache[i].stmt && sqlite3_stmt_busy(conn->cache[i].stmt))
			store_reset(conn->cache[i].stmt);
	}
}

void store_watch_steps(struct store_conn *conn, int steps, int (*is_over)(void *ctx), void *ctx)
{
	sqlite3_progress_handler(conn->handle, steps, is_over, ctx);
}
