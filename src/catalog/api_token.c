/* API tokens in the catalog: finding them, and lists. One SELECT serves all. */
#include "catalog/api_token.h"

#include <assert.h>

#include "core/arena.h"
#include "store/sql.h"
#include "store/store.h"

#define TOKEN_COLUMNS                                                                                                  \
	"t.id, t.base_id, t.app_name, t.permission, t.generation, t.token_hash, t.token_box, t.generated_by, "         \
	"a.name, t.generated_at, t.last_access, b.uuid, b.name, b.icon, b.color, b.deleted_at IS NOT NULL "
#define TOKEN_FROM                                                                                                     \
	"FROM api_token t JOIN base b ON b.id = t.base_id LEFT JOIN account a ON a.username = t.generated_by "

#define TOKEN_SELECT "SELECT " TOKEN_COLUMNS TOKEN_FROM

static void read_token(struct arena *arena, sqlite3_stmt *stmt, void *row)
{
	struct api_token_row *out = row;
	*out = (struct api_token_row){
		.id = store_column_int(stmt, 0),
		.base_id = store_column_int(stmt, 1),
		.app_name = store_column_copy(arena, stmt, 2),
		.generation = store_column_int(stmt, 4),
		.hash = store_column_copy(arena, stmt, 5),
		.box = store_column_copy(arena, stmt, 6),
		.generated_by = store_column_copy(arena, stmt, 7),
		.generated_by_name = store_column_copy(arena, stmt, 8),
		.generated_at = store_column_int(stmt, 9),
		.last_access = store_column_int(stmt, 10),
		.base_uuid = store_column_copy(arena, stmt, 11),
		.base_name = store_column_copy(arena, stmt, 12),
		.base_icon = store_column_copy(arena, stmt, 13),
		.base_color = store_column_copy(arena, stmt, 14),
		.is_trashed = store_column_int(stmt, 15) != 0,
	};
	if (!permission_parse(store_column_str(stmt, 3), &out->permission))
		out->permission = PERM_NONE;
}

bool api_token_load(struct store_conn *conn, struct arena *arena, int64_t base_id, struct str app_name,
		    struct api_token_row *out, struct error *err)
{
	bool found = false;
	if (!store_find_row(
		    conn, arena,
		    SQL(TOKEN_SELECT "WHERE t.base_id = ?1 AND t.app_name = ?2", SQL_INT(base_id), SQL_STR(app_name)),
		    read_token, out, &found, err))
		return false;
	return found || FAIL_WITH(err, api_token_not_found, app_name);
}

bool api_token_by_hash(struct catalog *catalog, struct arena *arena, struct str hash, struct api_token_row *out,
		       bool *found, struct error *err)
{
	return store_read_row(catalog_db(catalog), arena, SQL(TOKEN_SELECT "WHERE t.token_hash = ?1", SQL_BLOB(hash)),
			      read_token, out, found, err);
}

bool api_token_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct api_token_row *out, bool *found,
		     struct error *err)
{
	return store_read_row(catalog_db(catalog), arena, SQL(TOKEN_SELECT "WHERE t.id = ?1", SQL_INT(id)), read_token,
			      out, found, err);
}

bool api_token_of_base(struct catalog *catalog, struct arena *arena, int64_t base_id, struct api_token_row **out,
		       size_t *count, struct error *err)
{
	return store_read_list(catalog_db(catalog), arena,
			       SQL(TOKEN_SELECT "WHERE t.base_id = ?1 ORDER BY t.id", SQL_INT(base_id)), read_token,
			       out, count, err);
}

/* ---- all of a team ---- */

#define TEAM_WHERE                                                                                                     \
	"JOIN workspace w ON w.id = b.workspace_id WHERE w.team_id = ?1 AND b.deleted_at IS NULL "                     \
	"AND (?2 IS NULL OR instr(lower(t.app_name), lower(?2)) > 0 OR instr(lower(b.name), lower(?2)) > 0) "          \
	"AND (?3 IS NULL OR b.uuid = ?3) AND (?4 IS NULL OR t.permission = ?4) AND (?5 = 0 OR t.last_access < ?5) "

bool api_token_of_team(struct catalog *catalog, struct arena *arena, const struct api_token_query *query,
		       struct api_token_row **out, size_t *count, int64_t *total, struct error *err)
{
	assert(query->page >= 1 && query->per_page >= 1);
	struct str permission = { 0 };
	if (query->permission != PERM_NONE)
		permission = permission_text(query->permission);
	const struct str counting = STR("SELECT count(*) " TOKEN_FROM TEAM_WHERE);
	const struct sql *sql =
		SQL(TOKEN_SELECT TEAM_WHERE "ORDER BY t.id DESC LIMIT ?6 OFFSET ?7", SQL_INT(query->team_id),
		    SQL_STR(query->search), SQL_STR(query->base_uuid), SQL_STR(permission),
		    SQL_INT(query->unused_since), SQL_PAGE(query->page, query->per_page));
	return store_read_page(catalog_db(catalog), arena, sql, &counting, read_token, out, count, total, err);
}
