/* Sessions in the catalog. */
#include "catalog/session.h"

#include "catalog/account_row.h"
#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/store.h"

/* ---- finding ---- */

static bool find(struct store_conn *conn, struct arena *arena, struct str hash, struct session *out,
		 struct str *stored_hash, bool *found, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "SELECT " ACCOUNT_COLUMNS ", s.id, s.last_seen, s.expires_at, s.token_hash FROM session s "
			     "JOIN account a ON a.id = s.account_id WHERE s.token_hash = ?1",
			     &stmt, err))
		return false;
	store_bind_blob(stmt, 1, hash.at, hash.len);
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		account_read(arena, stmt, &out->account);
		out->id = store_column_int(stmt, ACCOUNT_COLUMN_COUNT);
		out->last_seen = store_column_int(stmt, ACCOUNT_COLUMN_COUNT + 1);
		out->expires_at = store_column_int(stmt, ACCOUNT_COLUMN_COUNT + 2);
		*stored_hash = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT + 3);
		store_reset(stmt);
	}
	return true;
}

bool session_find(struct catalog *catalog, struct arena *arena, struct str hash, struct session *out,
		  struct str *stored_hash, bool *found, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = find(conn, arena, hash, out, stored_hash, found, err);
	store_read_end(db, &conn);
	return ok;
}

/* ---- making, using, ending ---- */

/* What the jobs below need; each uses a part of it. */
struct job {
	const struct session_new *wanted;
	int64_t id, at, expires_at;
};

/* Runs a statement with up to three numbers. */
static bool run(struct store_conn *conn, struct str sql, int64_t first, int64_t second, int64_t third,
		struct error *err)
{
	const int64_t numbers[] = { first, second, third };
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	int count = sqlite3_bind_parameter_count(stmt);
	for (int i = 0; i < 3 && i < count; i++)
		store_bind_int(stmt, i + 1, numbers[i]);
	return store_run(conn, stmt, err);
}

static bool insert(struct store_conn *conn, const struct session_new *wanted, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "INSERT INTO session (account_id, token_hash, created_at, last_seen, expires_at) "
			     "VALUES (?1, ?2, ?3, ?3, ?4)",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, wanted->account_id);
	store_bind_blob(stmt, 2, wanted->token_hash.at, wanted->token_hash.len);
	store_bind_int(stmt, 3, wanted->at);
	store_bind_int(stmt, 4, wanted->expires_at);
	return store_run(conn, stmt, err);
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct job *job = ctx;
	const struct session_new *wanted = job->wanted;
	if (!account_note_login(conn, wanted->account_id, wanted->password_hash, wanted->at, err) ||
	    !run(conn, STR("DELETE FROM session WHERE expires_at <= ?1"), wanted->at, 0, 0, err) ||
	    !insert(conn, wanted, err))
		return false;
	job->id = store_last_rowid(conn);
	return run(conn,
		   STR("DELETE FROM session WHERE account_id = ?1 AND id NOT IN (SELECT id FROM session "
		       "WHERE account_id = ?1 ORDER BY last_seen DESC, id DESC LIMIT ?2)"),
		   wanted->account_id, SESSIONS_PER_ACCOUNT, 0, err);
}

bool session_create(struct catalog *catalog, const struct session_new *wanted, int64_t *id, struct error *err)
{
	struct job job = { .wanted = wanted };
	if (!store_write(catalog_db(catalog), create_job, &job, err))
		return false;
	*id = job.id;
	return true;
}

static bool touch_job(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct job *job = ctx;
	return run(conn, STR("UPDATE session SET last_seen = ?2, expires_at = ?3 WHERE id = ?1"), job->id, job->at,
		   job->expires_at, err);
}

bool session_touch(struct catalog *catalog, int64_t id, int64_t at, int64_t expires_at, struct error *err)
{
	struct job job = { .id = id, .at = at, .expires_at = expires_at };
	return store_write(catalog_db(catalog), touch_job, &job, err);
}

static bool end_job(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct job *job = ctx;
	return run(conn, STR("DELETE FROM session WHERE id = ?1"), job->id, 0, 0, err);
}

bool session_end(struct catalog *catalog, int64_t id, struct error *err)
{
	struct job job = { .id = id };
	if (!store_write(catalog_db(catalog), end_job, &job, err))
		return false;
	catalog_rights_changed(catalog);
	return true;
}

bool session_end_all(struct store_conn *conn, int64_t account_id, int64_t keep, struct error *err)
{
	return run(conn, STR("DELETE FROM session WHERE account_id = ?1 AND id <> ?2"), account_id, keep, 0, err);
}
