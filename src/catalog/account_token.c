/* Account tokens in the catalog. */
#include "catalog/account_token.h"

#include "catalog/account_row.h"
#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/store.h"

/* ---- finding ---- */

static bool find_login(struct store_conn *conn, struct arena *arena, struct str name, struct account_login *out,
		       bool *found, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "SELECT " ACCOUNT_COLUMNS ", a.password_hash, t.token_box FROM account a "
			     "LEFT JOIN account_token t ON t.account_id = a.id "
			     "WHERE a.username = ?1 OR a.contact_email = ?1",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, name);
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		account_read(arena, stmt, &out->account);
		out->password_hash = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT);
		out->token_box = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT + 1);
		store_reset(stmt);
	}
	return true;
}

bool account_login_find(struct catalog *catalog, struct arena *arena, struct str name, struct account_login *out,
			bool *found, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = find_login(conn, arena, name, out, found, err);
	store_read_end(db, &conn);
	return ok;
}

static bool find_by_hash(struct store_conn *conn, struct arena *arena, struct str hash, struct account *out,
			 struct str *stored_hash, bool *found, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "SELECT " ACCOUNT_COLUMNS ", t.token_hash FROM account_token t "
			     "JOIN account a ON a.id = t.account_id WHERE t.token_hash = ?1",
			     &stmt, err))
		return false;
	store_bind_blob(stmt, 1, hash.at, hash.len);
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		account_read(arena, stmt, out);
		*stored_hash = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT);
		store_reset(stmt);
	}
	return true;
}

bool account_token_find(struct catalog *catalog, struct arena *arena, struct str hash, struct account *out,
			struct str *stored_hash, bool *found, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = find_by_hash(conn, arena, hash, out, stored_hash, found, err);
	store_read_end(db, &conn);
	return ok;
}

/* ---- signing in ---- */

struct job {
	struct arena *arena;
	const struct account_sign_in *in;
	struct str *box;
};

bool account_note_login(struct store_conn *conn, int64_t id, struct str password_hash, int64_t at, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "UPDATE account SET last_login = ?3 WHERE id = ?1 AND is_active AND password_hash = ?2",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	store_bind_str(stmt, 2, password_hash);
	store_bind_int(stmt, 3, at);
	if (!store_run(conn, stmt, err))
		return false;
	return store_changes(conn) == 1 || FAIL(err, login_failed);
}

static bool store_token(struct store_conn *conn, const struct account_sign_in *in, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(
		    conn,
		    "INSERT INTO account_token (account_id, token_hash, token_box, created_at) "
		    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, "
		    "token_box = excluded.token_box, created_at = excluded.created_at WHERE token_box = ?5",
		    &stmt, err))
		return false;
	store_bind_int(stmt, 1, in->account_id);
	store_bind_blob(stmt, 2, in->hash.at, in->hash.len);
	store_bind_blob(stmt, 3, in->box.at, in->box.len);
	store_bind_int(stmt, 4, in->at);
	if (in->replaces.at)
		store_bind_blob(stmt, 5, in->replaces.at, in->replaces.len);
	return store_run(conn, stmt, err);
}

static bool read_box(struct store_conn *conn, const struct job *job, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	if (!store_prepare_c(conn, "SELECT token_box FROM account_token WHERE account_id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, job->in->account_id);
	if (!store_step(conn, stmt, &row, err))
		return false;
	if (!row)
		return FAIL(err, login_failed); /* ended by somebody else just now */
	*job->box = store_column_copy(job->arena, stmt, 0);
	store_reset(stmt);
	return true;
}

static bool sign_in_job(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct job *job = ctx;
	const struct account_sign_in *in = job->in;
	return account_note_login(conn, in->account_id, in->password_hash, in->at, err) &&
	       (!in->box.at || store_token(conn, in, err)) && read_box(conn, job, err);
}

bool account_token_sign_in(struct catalog *catalog, struct arena *arena, const struct account_sign_in *sign_in,
			   struct str *box, struct error *err)
{
	struct job job = { .arena = arena, .in = sign_in, .box = box };
	if (!store_write(catalog_db(catalog), sign_in_job, &job, err))
		return false;
	if (sign_in->replaces.at)
		catalog_rights_changed(catalog);
	return true;
}
