/* Workspaces in the catalog: finding them, and what an account is on them. One SELECT serves all finders, so that a
 * workspace always comes with its owner's name. */
#include "catalog/workspace.h"

#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/sql.h"
#include "store/store.h"

#define WORKSPACE_COLUMNS                                                                                              \
	"w.id, w.team_id, w.account_id, w.people_id, coalesce(p.name, 'personal'), o.username, o.name "
#define WORKSPACE_FROM                                                                                                 \
	"FROM workspace w LEFT JOIN people p ON p.id = w.people_id "                                                   \
	"JOIN account o ON o.id = coalesce(w.account_id, p.owner_id) "
#define WORKSPACE_SELECT "SELECT " WORKSPACE_COLUMNS WORKSPACE_FROM

static void read_workspace(struct arena *arena, sqlite3_stmt *stmt, void *workspace)
{
	struct workspace *out = workspace;
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

bool workspace_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct workspace *out, struct error *err)
{
	bool found = false;
	if (!store_read_row(catalog_db(catalog), arena, SQL(WORKSPACE_SELECT "WHERE w.id = ?1", SQL_INT(id)),
			    read_workspace, out, &found, err))
		return false;
	return found || FAIL_WITH(err, workspace_not_found, str_format(arena, "%lld", (long long)id));
}

bool workspace_of_account(struct catalog *catalog, struct arena *arena, int64_t account_id, struct workspace *out,
			  struct error *err)
{
	bool found = false;
	if (!store_read_row(catalog_db(catalog), arena,
			    SQL(WORKSPACE_SELECT "WHERE w.account_id = ?1", SQL_INT(account_id)), read_workspace, out,
			    &found, err))
		return false;
	return found || FAIL_WITH(err, workspace_not_found, STR("personal"));
}

bool workspace_of_group(struct catalog *catalog, struct arena *arena, int64_t group_id, struct workspace *out,
			struct error *err)
{
	bool found = false;
	if (!store_read_row(catalog_db(catalog), arena,
			    SQL(WORKSPACE_SELECT "WHERE w.people_id = ?1", SQL_INT(group_id)), read_workspace, out,
			    &found, err))
		return false;
	return found || FAIL_WITH(err, group_not_found, str_format(arena, "%lld", (long long)group_id));
}

static void read_listed(struct arena *arena, sqlite3_stmt *stmt, void *workspace)
{
	struct workspace *out = workspace;
	read_workspace(arena, stmt, out);
	out->role = store_column_int(stmt, 7) != 0 ? WORKSPACE_MANAGER : WORKSPACE_MEMBER;
	out->member_count = store_column_int(stmt, 8);
}

bool workspace_list(struct catalog *catalog, struct arena *arena, int64_t account_id, struct workspace **out,
		    size_t *count, struct error *err)
{
	const struct sql *sql =
		SQL("SELECT " WORKSPACE_COLUMNS ", w.account_id IS NOT NULL OR EXISTS (SELECT 1 FROM people_member a"
		    " WHERE a.people_id = w.people_id AND a.account_id = ?1 AND a.is_admin), "
		    "(SELECT count(*) FROM people_member n WHERE n.people_id = w.people_id) " WORKSPACE_FROM
		    "WHERE w.account_id = ?1 "
		    "OR w.people_id IN (SELECT people_id FROM people_member WHERE account_id = ?1) "
		    "ORDER BY w.account_id IS NULL, w.id",
		    SQL_INT(account_id));
	return store_read_list(catalog_db(catalog), arena, sql, read_listed, out, count, err);
}

static void read_role(struct arena *arena, sqlite3_stmt *stmt, void *role)
{
	(void)arena;
	enum workspace_role *out = role;
	*out = store_column_int(stmt, 0) != 0 ? WORKSPACE_MANAGER : WORKSPACE_MEMBER;
}

bool workspace_role_of(struct catalog *catalog, int64_t workspace_id, int64_t account_id, enum workspace_role *out,
		       struct error *err)
{
	bool found = false;
	*out = WORKSPACE_STRANGER;
	return store_read_row(catalog_db(catalog), NULL,
			      SQL("SELECT w.account_id IS ?2 OR g.is_admin "
				  "FROM workspace w LEFT JOIN people_member g "
				  "ON g.people_id = w.people_id AND g.account_id = ?2 "
				  "WHERE w.id = ?1 AND (w.account_id IS ?2 OR g.account_id IS NOT NULL)",
				  SQL_INT(workspace_id), SQL_INT(account_id)),
			      read_role, out, &found, err);
}

bool workspace_check(struct store_conn *conn, struct arena *arena, int64_t id, struct error *err)
{
	bool found = false;
	if (!store_find_any(conn, SQL("SELECT 1 FROM workspace WHERE id = ?1", SQL_INT(id)), &found, err))
		return false;
	return found || FAIL_WITH(err, workspace_not_found, str_format(arena, "%lld", (long long)id));
}

bool workspace_add_personal(struct store_conn *conn, int64_t team_id, int64_t account_id, struct error *err)
{
	return store_run_sql(conn,
			     SQL("INSERT INTO workspace (team_id, account_id) VALUES (?1, ?2)", SQL_INT(team_id),
				 SQL_INT(account_id)),
			     err);
}

bool workspace_add_group(struct store_conn *conn, int64_t team_id, int64_t group_id, struct error *err)
{
	return store_run_sql(
		conn,
		SQL("INSERT INTO workspace (team_id, people_id) VALUES (?1, ?2)", SQL_INT(team_id), SQL_INT(group_id)),
		err);
}
