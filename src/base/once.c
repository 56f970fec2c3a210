/* Writes that are carried out once, however often they are sent (Idempotency-Key). The first change of a
 * request claims its key in its own transaction, so that key and change are there together or not at all; the answer
 * follows when it is known. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "store/sql.h"

enum { KEPT_MS = BASE_ONCE_SECONDS * 1000, MAX_KEPT = 10000, DROPPED_AT_ONCE = 10 };

/* ---- looking ---- */

struct found_once {
	struct base_once_answer *answer;
	struct str fingerprint;
};

static void read_once(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	struct found_once *found = item;

	found->fingerprint = store_column_copy(arena, stmt, 0);
	found->answer->is_known = !store_column_is_null(stmt, 1);
	found->answer->status = (int)store_column_int(stmt, 1);
	found->answer->body = store_column_copy(arena, stmt, 2);
}

bool base_find_once(struct base *base, struct arena *arena, const struct base_once *once,
		    struct base_once_answer *answer, bool *found, struct error *err)
{
	struct found_once row = { .answer = answer };

	*answer = (struct base_once_answer){ 0 };
	if (!store_read_row(
		    base->db, arena,
		    SQL("SELECT fingerprint, status, answer FROM once WHERE caller = ?1 AND key = ?2 AND made_at > ?3",
			SQL_STR(once->caller), SQL_STR(once->key), SQL_INT(clock_now_ms() - KEPT_MS)),
		    read_once, &row, found, err))
		return false;
	return !*found || str_equal(row.fingerprint, once->fingerprint) || FAIL(err, once_key_reused);
}

/* ---- claiming, inside the change ---- */

/* The oldest ones whose time is over, a few with each new one. */
static bool drop_old(struct change *change, struct error *err)
{
	return store_run_sql(change->conn,
			     SQL("DELETE FROM once WHERE id IN (SELECT id FROM once ORDER BY id LIMIT ?1) "
				 "AND (made_at <= ?2 OR id <= (SELECT max(id) FROM once) - ?3)",
				 SQL_INT(DROPPED_AT_ONCE), SQL_INT(change->now_ms - KEPT_MS), SQL_INT(MAX_KEPT)),
			     err);
}

bool once_claim(struct change *change, struct error *err)
{
	const struct base_once *once = change->actor->once;
	bool taken;

	if (!once || once->is_claimed)
		return true;
	if (!drop_old(change, err) ||
	    !store_run_sql(change->conn,
			   SQL("DELETE FROM once WHERE caller = ?1 AND key = ?2 AND made_at <= ?3",
			       SQL_STR(once->caller), SQL_STR(once->key), SQL_INT(change->now_ms - KEPT_MS)),
			   err) ||
	    !store_find_any(
		    change->conn,
		    SQL("SELECT 1 FROM once WHERE caller = ?1 AND key = ?2", SQL_STR(once->caller), SQL_STR(once->key)),
		    &taken, err))
		return false;
	if (taken)
		return FAIL(err, once_in_progress);
	return store_run_sql(change->conn,
			     SQL("INSERT INTO once(caller, key, fingerprint, made_at) VALUES (?1, ?2, ?3, ?4)",
				 SQL_STR(once->caller), SQL_STR(once->key), SQL_STR(once->fingerprint),
				 SQL_INT(change->now_ms)),
			     err);
}

/* ---- the answer ---- */

struct store_answer {
	const struct base_once *once;
	const struct base_once_answer *answer;
};

static bool store_answer(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct store_answer *store = ctx;

	return store_run_sql(conn,
			     SQL("UPDATE once SET status = ?3, answer = ?4 WHERE caller = ?1 AND key = ?2",
				 SQL_STR(store->once->caller), SQL_STR(store->once->key),
				 SQL_INT(store->answer->status), SQL_STR(store->answer->body)),
			     err);
}

bool base_store_once(struct base *base, const struct base_once *once, const struct base_once_answer *answer,
		     struct error *err)
{
	struct store_answer store = { .once = once, .answer = answer };

	return store_write(base->db, store_answer, &store, err);
}
