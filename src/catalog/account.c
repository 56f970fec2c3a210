/* Accounts: finding one, and lists. */
#include "catalog/account.h"

#include <assert.h>

#include "catalog/account_row.h"
#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/sql.h"
#include "store/store.h"

enum { EMAIL_MAX_LEN = 254 };

void account_read(struct arena *arena, sqlite3_stmt *stmt, void *account)
{
	struct account *out = account;
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

bool account_load(struct store_conn *conn, struct arena *arena, int64_t id, struct account *out, struct error *err)
{
	bool found = false;
	if (!store_find_row(conn, arena, SQL("SELECT " ACCOUNT_COLUMNS "FROM account a WHERE a.id = ?1", SQL_INT(id)),
			    account_read, out, &found, err))
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

bool account_find(struct catalog *catalog, struct arena *arena, struct str name, struct account *out, struct error *err)
{
	bool found = false;
	if (!store_read_row(catalog_db(catalog), arena,
			    SQL("SELECT " ACCOUNT_COLUMNS
				"FROM account a WHERE a.username = ?1 OR a.contact_email = ?1",
				SQL_STR(name)),
			    account_read, out, &found, err))
		return false;
	return found || FAIL_WITH(err, user_not_found, name);
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

bool account_list(struct catalog *catalog, struct arena *arena, const struct account_query *query, struct account **out,
		  size_t *count, int64_t *total, struct error *err)
{
	assert(query->per_page == 0 || query->page >= 1);
	const struct str counting = STR("SELECT count(*) " LIST_FROM);
	const struct sql *sql =
		SQL("SELECT " ACCOUNT_COLUMNS LIST_FROM "ORDER BY a.id LIMIT ?4 OFFSET ?5", SQL_INT(query->team_id),
		    SQL_INT(query->active_only), SQL_STR(query->search), SQL_PAGE(query->page, query->per_page));
	return store_read_page(catalog_db(catalog), arena, sql, &counting, account_read, out, count, total, err);
}
