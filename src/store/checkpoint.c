/* When the WAL is moved into the file. SQLite would do it inside a commit, while callers wait; we do it after they have
 * been answered. */
#include <stdio.h>

#include "core/log.h"
#include "core/metric.h"
#include "store/store_internal.h"

enum {
	CHECKPOINT_PAGES = 4000, /* pages that the WAL grows by between two checkpoints */
	WAL_PAGES_MAX = 64000,   /* beyond, writers wait for the readers that keep the WAL from beginning anew */
	READERS_WAIT_MS = 1000,
	WAL_BYTES_KEPT = 64 << 20, /* what a WAL that begins anew keeps of its file */
};

static int note_wal_pages(void *ctx, sqlite3 *handle, const char *schema, int pages)
{
	struct store_conn *conn = ctx;

	(void)handle;
	(void)schema;
	if (pages < conn->wal_pages)
		conn->checkpoint_at = CHECKPOINT_PAGES; /* it began anew */
	conn->wal_pages = pages;
	return SQLITE_OK;
}

void conn_watch_wal(struct store_conn *conn)
{
	conn->checkpoint_at = CHECKPOINT_PAGES;
	/* Replaces SQLite's own automatic checkpoint. */
	sqlite3_wal_hook(conn->handle, note_wal_pages, conn);
}

bool conn_enable_wal(struct store_conn *conn, struct error *err)
{
	char sql[100];

	(void)snprintf(sql, sizeof(sql), "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = %d", WAL_BYTES_KEPT);
	return store_exec(conn, sql, err);
}

void conn_checkpoint_if_due(struct store_conn *conn)
{
	bool too_long = conn->wal_pages >= WAL_PAGES_MAX;

	if (conn->wal_pages < conn->checkpoint_at)
		return;
	if (too_long)
		sqlite3_busy_timeout(conn->handle, READERS_WAIT_MS);
	/* A failure (a full disk, a reader that stays) loses nothing: the pages are in the WAL, and we try again later.
	 */
	int code = sqlite3_wal_checkpoint_v2(
		conn->handle, NULL, too_long ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (too_long)
		sqlite3_busy_timeout(conn->handle, BUSY_TIMEOUT_MS);
	if (code != SQLITE_OK)
		LOG(LOG_WARN, "checkpoint_failed", LOG_NUM("code", code), LOG_NUM("wal_pages", conn->wal_pages));
	conn->checkpoint_at = conn->wal_pages + CHECKPOINT_PAGES;
	metric_add(M_store_checkpoints_total, 1);
}
