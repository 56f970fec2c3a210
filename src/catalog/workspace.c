/* Workspaces in the catalog: finding them, and what an account is on them. One SELECT serves all finders, so that a
 * workspace always comes with its owner's name. */
#include "catalog/workspace.h"

#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/store.h"

#define WORKSPACE_COLUMNS                                                                                              \
	"w.id, w.team_id, w.account_id, w.people_id, coalesce(p.name, 'personal'), o.username, o.name "
#define WORKSPACE_FROM                                                                                                 \
	"FROM workspace w LEFT JOIN people p ON p.id = w.people_id "                                                   \
	"JOIN account o ON o.id = coalesce(w.account_id, p.owner_id) "

static void read_workspace(struct arena *arena, sqlite3_stmt *stmt, struct workspace *out)
{
	*out = (struct workspace){
		.id = store_column_int(stmt, 0),
		.team_id = store_column_int(stmt, 1),
		.account_id = store_column_int(stmt, 2), /* NULL reads as 0 */
		.group_id = store_column_int(stmt, 3),
		.name = store_column_copy(arena, stmt, 4),
		.owner_username = store_column_copy(arena, stmt, 5),
		.owner_name = store_column_copy(arena, stmt, 6),
	};
}

/* The one workspace that `sql` finds by ?1 = `key`; *found tells whether there is one. */
static bool find_one(struct catalog *catalog, struct arena *arena, struct str sql, int64_t key, struct workspace *out,
		     bool *found, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	sqlite3_stmt *stmt = NULL;
	bool ok = store_prepare(conn, sql, &stmt, err);
	if (ok) {
		store_bind_int(stmt, 1, key);
		ok = store_step(conn, stmt, found, err);
		if (ok && *found) {
			read_workspace(arena, stmt, out);
			store_reset(stmt);
		}
	}
	store_read_end(db, &conn);
	return ok;
}

bool workspace_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct workspace *out, struct error *err)
{
	bool found = false;
	if (!find_one(catalog, arena, STR("SELECT " WORKSPACE_COLUMNS WORKSPACE_FROM "WHERE w.id = ?1"), id, out,
		      &found, err))
		return false;
	return found || FAIL_WITH(err, workspace_not_found, str_format(arena, "%lld", (long long)id));
}

bool workspace_of_account(struct catalog *catalog, struct arena *arena, int64_t account_id, struct workspace *out,
			  struct error *err)
{
	bool found = false;
	if (!find_one(catalog, arena, STR("SELECT " WORKSPACE_COLUMNS WORKSPACE_FROM "WHERE w.account_id = ?1"),
		      account_id, out, &found, err))
		return false;
	return found || FAIL_WITH(err, workspace_not_found, STR("personal"));
}

bool workspace_of_group(struct catalog *catalog, struct arena *arena, int64_t group_id, struct workspace *out,
			struct error *err)
{
	bool found = false;
	if (!find_one(catalog, arena, STR("SELECT " WORKSPACE_COLUMNS WORKSPACE_FROM "WHERE w.people_id = ?1"),
		      group_id, out, &found, err))
		return false;
	return found || FAIL_WITH(err, group_not_found, str_format(arena, "%lld", (long long)group_id));
}

static bool list_in(struct store_conn *conn, struct arena *arena, int64_t account_id, struct workspace **out,
		    size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "SELECT " WORKSPACE_COLUMNS
			     ", w.account_id IS NOT NULL OR EXISTS (SELECT 1 FROM people_member a"
			     " WHERE a.people_id = w.people_id AND a.account_id = ?1 AND a.is_admin), "
			     "(SELECT count(*) FROM people_member n WHERE n.people_id = w.people_id) " WORKSPACE_FROM
			     "WHERE w.account_id = ?1 "
			     "OR w.people_id IN (SELECT people_id FROM people_member WHERE account_id = ?1) "
			     "ORDER BY w.account_id IS NULL, w.id",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, account_id);
	size_t n = 0;
	struct workspace *list = NULL;
	bool row = false;
	for (;;) {
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		read_workspace(arena, stmt, &list[n]);
		list[n].role = store_column_int(stmt, 7) != 0 ? WORKSPACE_MANAGER : WORKSPACE_MEMBER;
		list[n++].member_count = store_column_int(stmt, 8);
	}
	*out = list;
	*count = n;
	return true;
}

bool workspace_list(struct catalog *catalog, struct arena *arena, int64_t account_id, struct workspace **out,
		    size_t *count, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = list_in(conn, arena, account_id, out, count, err);
	store_read_end(db, &conn);
	return ok;
}

bool workspace_role_of(struct catalog *catalog, int64_t workspace_id, int64_t account_id, enum workspace_role *out,
		       struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	bool ok = store_prepare_c(conn,
				  "SELECT w.account_id IS ?2 OR g.is_admin "
				  "FROM workspace w LEFT JOIN people_member g "
				  "ON g.people_id = w.people_id AND g.account_id = ?2 "
				  "WHERE w.id = ?1 AND (w.account_id IS ?2 OR g.account_id IS NOT NULL)",
				  &stmt, err);
	if (ok) {
		store_bind_int(stmt, 1, workspace_id);
		store_bind_int(stmt, 2, account_id);
		ok = store_step(conn, stmt, &row, err);
	}
	*out = WORKSPACE_STRANGER;
	if (ok && row) {
		*out = store_column_int(stmt, 0) != 0 ? WORKSPACE_MANAGER : WORKSPACE_MEMBER;
		store_reset(stmt);
	}
	store_read_end(db, &conn);
	return ok;
}

static bool add(struct store_conn *conn, struct str sql, int64_t team_id, int64_t owner, int64_t *id, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, team_id);
	store_bind_int(stmt, 2, owner);
	if (!store_run(conn, stmt, err))
		return false;
	if (id)
		*id = store_last_rowid(conn);
	return true;
}

bool workspace_add_personal(struct store_conn *conn, int64_t team_id, int64_t account_id, int64_t *id,
			    struct error *err)
{
	return add(conn, STR("INSERT INTO workspace (team_id, account_id) VALUES (?1, ?2)"), team_id, account_id, id,
		   err);
}

bool workspace_add_group(struct store_conn *conn, int64_t team_id, int64_t group_id, int64_t *id, struct error *err)
{
	return add(conn, STR("INSERT INTO workspace (team_id, people_id) VALUES (?1, ?2)"), team_id, group_id, id, err);
}
