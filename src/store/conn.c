/* One SQLite connection: the only place where a file is opened. Its VFS and its settings are decided here, and how its
 * errors read to the rooms above. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "store/store_internal.h"

bool store_init(void)
{
	/* Without statistics no allocation takes SQLite's global lock. Without room for 20 pages from the start, an
	 * open base that is hardly used costs a third less memory. Savepoints stay in memory. */
	return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK &&
	       sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0) == SQLITE_OK &&
	       sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1) == SQLITE_OK && sqlite3_initialize() == SQLITE_OK;
}

void store_set_temp_folder(const char *folder)
{
	sqlite3_free(sqlite3_temp_directory);
	sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
}

/* The errno of what the system refused. SQLite's own (sqlite3_system_errno) may be gone after its clean-up, but the
 * file that met it, the WAL or the database, remembers. */
static int system_error_of(sqlite3 *handle)
{
	static const int pointers[] = { SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER };
	int system_error = sqlite3_system_errno(handle);

	for (size_t i = 0; system_error == 0 && i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		sqlite3_file *file = NULL;
		if (sqlite3_file_control(handle, "main", pointers[i], &file) == SQLITE_OK && file && file->pMethods)
			(void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &system_error);
	}
	return system_error;
}

bool conn_fail(struct store_conn *conn, int code, struct error *err)
{
	bool met_system = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
	int system_error = met_system && conn->handle ? system_error_of(conn->handle) : 0;

	if ((code & 0xFF) == SQLITE_INTERRUPT) /* store_watch_steps() */
		return FAIL(err, query_too_expensive);
	LOG(LOG_ERROR, "storage_failed", LOG_NUM("code", code), LOG_NUM("errno", system_error),
	    LOG_STR("message", str_from_c(conn->handle ? sqlite3_errmsg(conn->handle) : sqlite3_errstr(code))));
	switch (code & 0xFF) {
	case SQLITE_FULL:
		return FAIL(err, storage_full);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return FAIL(err, base_damaged);
	case SQLITE_BUSY: /* another process writes, and did not end in time */
		return FAIL(err, overloaded);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (code == SQLITE_IOERR_SHORT_READ)
			return FAIL(err, base_damaged);
		return conn_fail_system(system_error, err);
	default:
		return FAIL(err, storage_failed);
	}
}

bool conn_fail_system(int system_error, struct error *err)
{
	switch (system_error) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return FAIL(err, storage_full);
	default:
		return FAIL(err, storage_failed);
	}
}

static bool configure(struct store_conn *conn, bool (*on_open)(sqlite3 *), enum conn_kind kind, int cache_kib,
		      struct error *err)
{
	static const struct {
		int option, value;
	} options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },   { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 }, { SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },     { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	};
	char sql[300];
	sqlite3 *handle = conn->handle;

	sqlite3_extended_result_codes(handle, 1);
	sqlite3_busy_timeout(handle, BUSY_TIMEOUT_MS);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		int code = sqlite3_db_config(handle, options[i].option, options[i].value, NULL);
		if (code != SQLITE_OK)
			return conn_fail(conn, code, err);
	}
	/* Nothing here touches the file. secure_delete=FAST clears what was deleted wherever that costs no further I/O.
	 * What is sorted goes through a file in pieces of the cache's size, which is faster than in one piece and
	 * bounds memory. */
	int len = snprintf(sql, sizeof(sql),
			   "PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; PRAGMA secure_delete = FAST;"
			   "PRAGMA cell_size_check = ON; PRAGMA cache_size = -%d; PRAGMA query_only = %d",
			   cache_kib, kind == CONN_READER);
	assert(len > 0 && (size_t)len < sizeof(sql));
	if (!store_exec(conn, sql, err))
		return false;
	if (on_open && !on_open(handle))
		return conn_fail(conn, SQLITE_ERROR, err);
	return true;
}

bool conn_open(const char *path, bool (*on_open)(sqlite3 *), enum conn_kind kind, int cache_kib,
	       struct store_conn **out, struct error *err)
{
	/* Each connection is used by one thread at a time: it needs no lock of its own. */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	struct store_conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		abort();
	int code = sqlite3_open_v2(path, &conn->handle, flags, NULL);
	if (code != SQLITE_OK)
		conn_fail(conn, code, err);
	if (code != SQLITE_OK || !configure(conn, on_open, kind, cache_kib, err)) {
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
	for (int i = 0; i < STATEMENT_CACHE; i++)
		sqlite3_finalize(c->cache[i].stmt);
	int code = sqlite3_close(c->handle);
	assert(code == SQLITE_OK); /* else somebody keeps a statement or a blob of his own */
	free(c);
	*conn = NULL;
}

sqlite3 *store_handle(struct store_conn *conn)
{
	return conn->handle;
}
