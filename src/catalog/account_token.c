/* Account tokens in the catalog. */
#include "catalog/account_token.h"

#include "catalog/account_row.h"
#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/sql.h"
#include "store/store.h"

/* ---- finding ---- */

static void read_login(struct arena *arena, sqlite3_stmt *stmt, void *login)
{
	struct account_login *out = login;
	account_read(arena, stmt, &out->account);
	out->password_hash = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT);
	out->token_box = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT + 1);
}

bool account_login_find(struct catalog *catalog, struct arena *arena, struct str name, struct account_login *out,
			bool *found, struct error *err)
{
	const struct sql *sql = SQL("SELECT " ACCOUNT_COLUMNS ", a.password_hash, t.token_box FROM account a "
				    "LEFT JOIN account_token t ON t.account_id = a.id "
				    "WHERE a.username = ?1 OR a.contact_email = ?1",
				    SQL_STR(name));
	return store_read_row(catalog_db(catalog), arena, sql, read_login, out, found, err);
}

struct token_owner {
	struct account *account;
	struct str *hash;
};

static void read_owner(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	const struct token_owner *out = item;
	account_read(arena, stmt, out->account);
	*out->hash = store_column_copy(arena, stmt, ACCOUNT_COLUMN_COUNT);
}

bool account_token_find(struct catalog *catalog, struct arena *arena, struct str hash, struct account *out,
			struct str *stored_hash, bool *found, struct error *err)
{
	struct token_owner owner = { .account = out, .hash = stored_hash };
	const struct sql *sql = SQL("SELECT " ACCOUNT_COLUMNS ", t.token_hash FROM account_token t "
				    "JOIN account a ON a.id = t.account_id WHERE t.token_hash = ?1",
				    SQL_BLOB(hash));
	return store_read_row(catalog_db(catalog), arena, sql, read_owner, &owner, found, err);
}

/* ---- signing in ---- */

struct job {
	struct arena *arena;
	const struct account_sign_in *in;
	struct str *box;
};

bool account_note_login(struct store_conn *conn, int64_t id, struct str password_hash, int64_t at, struct error *err)
{
	if (!store_run_sql(conn,
			   SQL("UPDATE account SET last_login = ?3 WHERE id = ?1 AND is_active AND password_hash = ?2",
			       SQL_INT(id), SQL_STR(password_hash), SQL_INT(at)),
			   err))
		return false;
	return store_changes(conn) == 1 || FAIL(err, login_failed);
}

static bool store_token(struct store_conn *conn, const struct account_sign_in *in, struct error *err)
{
	return store_run_sql(
		conn,
		SQL("INSERT INTO account_token (account_id, token_hash, token_box, created_at) "
		    "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (account_id) DO UPDATE SET token_hash = excluded.token_hash, "
		    "token_box = excluded.token_box, created_at = excluded.created_at WHERE token_box = ?5",
		    SQL_INT(in->account_id), SQL_BLOB(in->hash), SQL_BLOB(in->box), SQL_INT(in->at),
		    SQL_BLOB(in->replaces)),
		err);
}

static void read_text(struct arena *arena, sqlite3_stmt *stmt, void *text)
{
	struct str *out = text;
	*out = store_column_copy(arena, stmt, 0);
}

static bool read_box(struct store_conn *conn, const struct job *job, struct error *err)
{
	bool found = false;
	if (!store_find_row(
		    conn, job->arena,
		    SQL("SELECT token_box FROM account_token WHERE account_id = ?1", SQL_INT(job->in->account_id)),
		    read_text, job->box, &found, err))
		return false;
	return found || FAIL(err, login_failed); /* ended by somebody else just now */
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
