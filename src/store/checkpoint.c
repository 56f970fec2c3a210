/* When the WAL is moved into the file. SQLite would do it inside a commit, while callers wait; we do it after they have
 * been answered. */
#include <stdio.h>

#include "core/log.h"
#include "core/metric.h"
#include "store/store_internal.h"

enum {
	CHECKPOINT_PAGES = 4000, /* pages written between two checkpoints */
	WAL_PAGES_MAX = 64000,   /* beyond, writers wait for the readers that keep the WAL from beginning anew */
	READERS_WAIT_MS = 1000,
	WAL_BYTES_KEPT = 64 << 20, /* what a WAL that begins anew keeps of its file */
};

bool conn_enable_wal(struct store_conn *conn, struct error *err)
{
	char sql[120];

	(void)snprintf(sql, sizeof(sql),
		       "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = %d; PRAGMA wal_autocheckpoint = 0",
		       WAL_BYTES_KEPT);
	return store_exec(conn, sql, err);
}

/* Pages that the connection has written since the last reset. (The size of the WAL would not tell: after a checkpoint
 * it begins anew, or not yet.) */
static int pages_written(struct store_conn *conn, bool reset)
{
	int pages = 0, highest;

	(void)sqlite3_db_status(conn->handle, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, reset);
	return pages;
}

void conn_checkpoint_if_due(struct store_conn *conn)
{
	int wal_pages = 0;

	if (pages_written(conn, false) < CHECKPOINT_PAGES)
		return;
	pages_written(conn, true);
	/* A failure (a full disk, a reader that stays) loses nothing: the pages are in the WAL, and we try again later.
	 */
	int code = sqlite3_wal_checkpoint_v2(conn->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &wal_pages, NULL);
	if (code == SQLITE_OK && wal_pages > WAL_PAGES_MAX) {
		sqlite3_busy_timeout(conn->handle, READERS_WAIT_MS);
		code = sqlite3_wal_checkpoint_v2(conn->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		sqlite3_busy_timeout(conn->handle, BUSY_TIMEOUT_MS);
	}
	if (code != SQLITE_OK)
		LOG(LOG_WARN, "checkpoint_failed", LOG_NUM("code", code), LOG_NUM("wal_pages", wal_pages));
	metric_add(M_store_checkpoints_total, 1);
}
