/* API tokens in the catalog: finding them, and lists. One SELECT serves all. */
#include "catalog/api_token.h"

#include <assert.h>

#include "catalog/api_token_row.h"
#include "core/arena.h"
#include "store/store.h"

void api_token_read(struct arena *arena, sqlite3_stmt *stmt, struct api_token_row *out)
{
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

/* The row that `stmt` finds, if there is one. */
static bool read_one(struct store_conn *conn, struct arena *arena, sqlite3_stmt *stmt, struct api_token_row *out,
		     bool *found, struct error *err)
{
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		api_token_read(arena, stmt, out);
		store_reset(stmt);
	}
	return true;
}

static bool read_all(struct store_conn *conn, struct arena *arena, sqlite3_stmt *stmt, struct api_token_row **out,
		     size_t *count, struct error *err)
{
	struct api_token_row *list = NULL;
	size_t n = 0;
	for (;;) {
		bool row = false;
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		api_token_read(arena, stmt, &list[n++]);
	}
	*out = list;
	*count = n;
	return true;
}

bool api_token_load(struct store_conn *conn, struct arena *arena, int64_t base_id, struct str app_name,
		    struct api_token_row *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	if (!store_prepare_c(conn,
			     "SELECT " API_TOKEN_COLUMNS API_TOKEN_FROM "WHERE t.base_id = ?1 AND t.app_name = ?2",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, base_id);
	store_bind_str(stmt, 2, app_name);
	if (!read_one(conn, arena, stmt, out, &found, err))
		return false;
	return found || FAIL_WITH(err, api_token_not_found, app_name);
}

bool api_token_by_hash(struct catalog *catalog, struct arena *arena, struct str hash, struct api_token_row *out,
		       bool *found, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok =
		store_prepare_c(conn, "SELECT " API_TOKEN_COLUMNS API_TOKEN_FROM "WHERE t.token_hash = ?1", &stmt, err);
	if (ok) {
		store_bind_blob(stmt, 1, hash.at, hash.len);
		ok = read_one(conn, arena, stmt, out, found, err);
	}
	store_read_end(db, &conn);
	return ok;
}

bool api_token_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct api_token_row *out, bool *found,
		     struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = store_prepare_c(conn, "SELECT " API_TOKEN_COLUMNS API_TOKEN_FROM "WHERE t.id = ?1", &stmt, err);
	if (ok) {
		store_bind_int(stmt, 1, id);
		ok = read_one(conn, arena, stmt, out, found, err);
	}
	store_read_end(db, &conn);
	return ok;
}

bool api_token_of_base(struct catalog *catalog, struct arena *arena, int64_t base_id, struct api_token_row **out,
		       size_t *count, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = store_prepare_c(conn, "SELECT " API_TOKEN_COLUMNS API_TOKEN_FROM "WHERE t.base_id = ?1 ORDER BY t.id",
				  &stmt, err);
	if (ok) {
		store_bind_int(stmt, 1, base_id);
		ok = read_all(conn, arena, stmt, out, count, err);
	}
	store_read_end(db, &conn);
	return ok;
}

/* ---- all of a team ---- */

#define TEAM_WHERE                                                                                                     \
	"JOIN workspace w ON w.id = b.workspace_id WHERE w.team_id = ?1 AND b.deleted_at IS NULL "                     \
	"AND (?2 IS NULL OR instr(lower(t.app_name), lower(?2)) > 0 OR instr(lower(b.name), lower(?2)) > 0) "          \
	"AND (?3 IS NULL OR b.uuid = ?3) AND (?4 IS NULL OR t.permission = ?4) AND (?5 = 0 OR t.last_access < ?5) "

static void bind_query(sqlite3_stmt *stmt, const struct api_token_query *query)
{
	store_bind_int(stmt, 1, query->team_id);
	store_bind_str(stmt, 2, query->search);
	store_bind_str(stmt, 3, query->base_uuid);
	if (query->permission != PERM_NONE)
		store_bind_str(stmt, 4, permission_text(query->permission));
	store_bind_int(stmt, 5, query->unused_since);
}

static bool list_team(struct store_conn *conn, struct arena *arena, const struct api_token_query *query,
		      struct api_token_row **out, size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(
		    conn, "SELECT " API_TOKEN_COLUMNS API_TOKEN_FROM TEAM_WHERE "ORDER BY t.id DESC LIMIT ?6 OFFSET ?7",
		    &stmt, err))
		return false;
	bind_query(stmt, query);
	store_bind_int(stmt, 6, query->per_page);
	store_bind_int(stmt, 7, (int64_t)(query->page - 1) * query->per_page);
	return read_all(conn, arena, stmt, out, count, err);
}

static bool count_team(struct store_conn *conn, const struct api_token_query *query, int64_t *total, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	if (!store_prepare_c(conn, "SELECT count(*) " API_TOKEN_FROM TEAM_WHERE, &stmt, err))
		return false;
	bind_query(stmt, query);
	if (!store_step(conn, stmt, &row, err))
		return false;
	assert(row);
	*total = store_column_int(stmt, 0);
	store_reset(stmt);
	return true;
}

bool api_token_of_team(struct catalog *catalog, struct arena *arena, const struct api_token_query *query,
		       struct api_token_row **out, size_t *count, int64_t *total, struct error *err)
{
	assert(query->page >= 1 && query->per_page >= 1);
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = list_team(conn, arena, query, out, count, err) && count_team(conn, query, total, err);
	store_read_end(db, &conn);
	return ok;
}
