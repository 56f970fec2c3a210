/* Accounts: finding one, and lists. */
#include "catalog/account.h"

#include <assert.h>

#include "catalog/account_row.h"
#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/store.h"

enum { EMAIL_MAX_LEN = 254 };

void account_read(struct arena *arena, sqlite3_stmt *stmt, struct account *out)
{
	*out = (struct account){
		.id = store_column_int(stmt, 0),
		.username = store_column_copy(arena, stmt, 1),
		.contact_email = store_column_copy(arena, stmt, 2),
		.name = store_column_copy(arena, stmt, 3),
		.login_id = store_column_copy(arena, stmt, 4),
		.id_in_org = store_column_copy(arena, stmt, 5),
		.language = store_column_copy(arena, stmt, 6),
		.time_zone = store_column_copy(arena, stmt, 7),
		.is_active = store_column_int(stmt, 8) != 0,
		.is_system_admin = store_column_int(stmt, 9) != 0,
		.is_team_admin = store_column_int(stmt, 10) != 0,
		.team_id = store_column_int(stmt, 11),
		.created_at = store_column_int(stmt, 12),
		.last_login = store_column_int(stmt, 13), /* NULL reads as 0 */
		.generation = store_column_int(stmt, 14),
	};
}

bool account_check_email(struct str text, const char *param, struct str *email, struct error *err)
{
	struct str trimmed = str_trim(text), internal = STR("@auth.local");
	size_t at = str_find_byte(trimmed, '@', 0);
	bool ok = at != SIZE_MAX && at > 0 && at + 1 < trimmed.len && trimmed.len <= EMAIL_MAX_LEN &&
		  str_find_byte(trimmed, '@', at + 1) == SIZE_MAX && str_is_utf8(trimmed) &&
		  !str_equal_fold(str_slice(trimmed, at, trimmed.len), internal);
	for (size_t i = 0; ok && i < trimmed.len; i++)
		ok = (unsigned char)trimmed.at[i] > ' ' && trimmed.at[i] != 0x7f;
	if (!ok)
		return FAIL_WITH(err, param_invalid, str_from_c(param));
	*email = trimmed;
	return true;
}

/* ---- finding ---- */

/* The row that `stmt` finds, if there is one. */
static bool read_one(struct store_conn *conn, struct arena *arena, sqlite3_stmt *stmt, struct account *out, bool *found,
		     struct error *err)
{
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		account_read(arena, stmt, out);
		store_reset(stmt);
	}
	return true;
}

bool account_load(struct store_conn *conn, struct arena *arena, int64_t id, struct account *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	if (!store_prepare_c(conn, "SELECT " ACCOUNT_COLUMNS "FROM account a WHERE a.id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	if (!read_one(conn, arena, stmt, out, &found, err))
		return false;
	return found || FAIL_WITH(err, user_not_found, str_format(arena, "%lld", (long long)id));
}

bool account_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct account *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = account_load(conn, arena, id, out, err);
	store_read_end(db, &conn);
	return ok;
}

static bool find_named(struct store_conn *conn, struct arena *arena, struct str name, struct account *out, bool *found,
		       struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "SELECT " ACCOUNT_COLUMNS "FROM account a WHERE a.username = ?1 OR a.contact_email = ?1",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, name);
	return read_one(conn, arena, stmt, out, found, err);
}

bool account_find(struct catalog *catalog, struct arena *arena, struct str name, struct account *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	bool found = false;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = find_named(conn, arena, name, out, &found, err);
	store_read_end(db, &conn);
	return ok && (found || FAIL_WITH(err, user_not_found, name));
}

bool account_find_in_team(struct catalog *catalog, struct arena *arena, int64_t team_id, struct str name,
			  struct account *out, struct error *err)
{
	if (!account_find(catalog, arena, name, out, err))
		return false;
	return out->team_id == team_id || FAIL_WITH(err, user_not_found, name);
}

/* ---- lists ---- */

#define LIST_FROM                                                                                                      \
	"FROM account a WHERE (?1 = 0 OR a.team_id = ?1) AND (NOT ?2 OR a.is_active) "                                 \
	"AND (?3 IS NULL OR instr(lower(a.name), lower(?3)) > 0 OR instr(lower(a.contact_email), lower(?3)) > 0) "

static void bind_query(sqlite3_stmt *stmt, const struct account_query *query)
{
	store_bind_int(stmt, 1, query->team_id);
	store_bind_int(stmt, 2, query->active_only);
	store_bind_str(stmt, 3, query->search);
}

static bool list_in(struct store_conn *conn, struct arena *arena, const struct account_query *query,
		    struct account **out, size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn, "SELECT " ACCOUNT_COLUMNS LIST_FROM "ORDER BY a.id LIMIT ?4 OFFSET ?5", &stmt, err))
		return false;
	bind_query(stmt, query);
	store_bind_int(stmt, 4, query->per_page > 0 ? query->per_page : -1);
	store_bind_int(stmt, 5, query->per_page > 0 ? (int64_t)(query->page - 1) * query->per_page : 0);
	struct account *list = NULL;
	size_t n = 0;
	for (;;) {
		bool row = false;
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		account_read(arena, stmt, &list[n++]);
	}
	*out = list;
	*count = n;
	return true;
}

static bool count_all(struct store_conn *conn, const struct account_query *query, int64_t *total, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	if (!store_prepare_c(conn, "SELECT count(*) " LIST_FROM, &stmt, err))
		return false;
	bind_query(stmt, query);
	if (!store_step(conn, stmt, &row, err))
		return false;
	assert(row);
	*total = store_column_int(stmt, 0);
	store_reset(stmt);
	return true;
}

bool account_list(struct catalog *catalog, struct arena *arena, const struct account_query *query, struct account **out,
		  size_t *count, int64_t *total, struct error *err)
{
	assert(query->per_page == 0 || query->page >= 1);
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = list_in(conn, arena, query, out, count, err) && (!total || count_all(conn, query, total, err));
	store_read_end(db, &conn);
	return ok;
}
