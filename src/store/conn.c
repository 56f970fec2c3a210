/* One SQLite connection: the only place where a file is opened. Its VFS, its settings and its limits are decided here. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "store/store_internal.h"

enum { BUSY_TIMEOUT_MS = 10000 };

bool store_init(void)
{
	/* Without statistics no allocation takes SQLite's global lock. */
	return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK && sqlite3_initialize() == SQLITE_OK;
}

bool conn_fail(struct store_conn *conn, int code, struct error *err)
{
	sqlite3 *handle = conn ? conn->handle : NULL;
	int system_error = handle ? sqlite3_system_errno(handle) : 0;

	LOG(LOG_ERROR, "storage_failed", LOG_NUM("code", code), LOG_NUM("errno", system_error),
	    LOG_STR("message", str_from_c(handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code))));
	switch (code & 0xFF) {
	case SQLITE_FULL:
		return FAIL(err, storage_full);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return FAIL(err, base_damaged);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (system_error == ENOSPC || system_error == EDQUOT)
			return FAIL(err, storage_full);
		if ((code & 0xFF) == SQLITE_IOERR && code == SQLITE_IOERR_SHORT_READ)
			return FAIL(err, base_damaged);
		break;
	default:
		break;
	}
	return FAIL(err, storage_failed);
}

static int note_wal_pages(void *conn, sqlite3 *handle, const char *schema, int pages)
{
	(void)handle;
	(void)schema;
	((struct store_conn *)conn)->wal_pages = pages;
	return SQLITE_OK;
}

static bool configure(struct store_conn *conn, const struct store_schema *schema, enum conn_kind kind, int cache_kib,
		      struct error *err)
{
	char sql[500];
	sqlite3 *handle = conn->handle;

	sqlite3_extended_result_codes(handle, 1);
	sqlite3_busy_timeout(handle, BUSY_TIMEOUT_MS);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	/* Checkpoints are made by the write queue, after the waiting callers have been answered. */
	(void)snprintf(sql, sizeof(sql),
		       "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
		       "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = FAST; PRAGMA wal_autocheckpoint = 0;"
		       "PRAGMA cell_size_check = ON; PRAGMA recursive_triggers = OFF; PRAGMA cache_size = -%d; PRAGMA query_only = %d",
		       cache_kib, kind == CONN_READER);
	if (!store_exec(conn, sql, err))
		return false;
	sqlite3_wal_hook(handle, note_wal_pages, conn);
	if (schema->on_open && !schema->on_open(handle))
		return conn_fail(conn, SQLITE_ERROR, err);
	return true;
}

bool conn_open(const char *path, const struct store_schema *schema, enum conn_kind kind, int cache_kib, bool create,
	       struct store_conn **out, struct error *err)
{
	/* Each connection is used by one thread at a time: it needs no lock of its own. */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
	struct store_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		abort();
	int code = sqlite3_open_v2(path, &conn->handle, flags, NULL);
	if (code != SQLITE_OK) {
		conn_fail(conn, code, err);
		conn_close(&conn);
		return false;
	}
	if (!configure(conn, schema, kind, cache_kib, err)) {
		conn_close(&conn);
		return false;
	}
	*out = conn;
	return true;
}

void conn_close(struct store_conn **conn)
{
	struct store_conn *c = *conn;

	if (!c)
		return;
	if (c->release)
		c->release(c->attached);
	for (int i = 0; i < STATEMENT_CACHE; i++)
		sqlite3_finalize(c->cache[i].stmt);
	int code = sqlite3_close(c->handle);
	assert(code == SQLITE_OK);
	(void)code;
	free(c);
	*conn = NULL;
}

sqlite3 *store_handle(struct store_conn *conn)
{
	return conn->handle;
}

void store_conn_attach(struct store_conn *conn, void *object, void (*release)(void *))
{
	if (conn->release)
		conn->release(conn->attached);
	conn->attached = object;
	conn->release = release;
}

void *store_conn_attached(const struct store_conn *conn)
{
	return conn->attached;
}
