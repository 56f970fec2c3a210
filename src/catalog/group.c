/* Groups of people: finding them, their members, and lists. */
#include "catalog/group.h"

#include <assert.h>

#include "catalog/catalog.h"
#include "core/arena.h"
#include "store/sql.h"
#include "store/store.h"

#define GROUP_COLUMNS "p.id, p.team_id, p.name, p.owner_id, o.username, o.name, o.contact_email, p.created_at "
#define GROUP_FROM "FROM people p JOIN account o ON o.id = p.owner_id "

static void read_group(struct arena *arena, sqlite3_stmt *stmt, void *group)
{
	struct group *out = group;
	*out = (struct group){
		.id = store_column_int(stmt, 0),
		.team_id = store_column_int(stmt, 1),
		.name = store_column_copy(arena, stmt, 2),
		.owner_id = store_column_int(stmt, 3),
		.owner_username = store_column_copy(arena, stmt, 4),
		.owner_name = store_column_copy(arena, stmt, 5),
		.owner_contact_email = store_column_copy(arena, stmt, 6),
		.created_at = store_column_int(stmt, 7),
	};
}

bool group_load(struct store_conn *conn, struct arena *arena, int64_t id, struct group *out, struct error *err)
{
	bool found = false;
	if (!store_find_row(conn, arena, SQL("SELECT " GROUP_COLUMNS GROUP_FROM "WHERE p.id = ?1", SQL_INT(id)),
			    read_group, out, &found, err))
		return false;
	return found || FAIL_WITH(err, group_not_found, str_format(arena, "%lld", (long long)id));
}

bool group_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct group *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = group_load(conn, arena, id, out, err);
	store_read_end(db, &conn);
	return ok;
}

/* ---- lists ---- */

#define LIST_WHERE                                                                                                     \
	"WHERE p.team_id = ?1 "                                                                                        \
	"AND (?2 = 0 OR p.id IN (SELECT people_id FROM people_member WHERE account_id = ?2)) "                         \
	"AND (?3 IS NULL OR instr(lower(p.name), lower(?3)) > 0) "

bool group_list(struct catalog *catalog, struct arena *arena, const struct group_query *query, struct group **out,
		size_t *count, int64_t *total, struct error *err)
{
	assert(query->per_page == 0 || query->page >= 1);
	const struct str counting = STR("SELECT count(*) " GROUP_FROM LIST_WHERE);
	const struct sql *sql = SQL("SELECT " GROUP_COLUMNS GROUP_FROM LIST_WHERE "ORDER BY p.id LIMIT ?4 OFFSET ?5",
				    SQL_INT(query->team_id), SQL_INT(query->member_id), SQL_STR(query->search),
				    SQL_PAGE(query->page, query->per_page));
	return store_read_page(catalog_db(catalog), arena, sql, &counting, read_group, out, count, total, err);
}

/* ---- members ---- */

static void read_member(struct arena *arena, sqlite3_stmt *stmt, void *member)
{
	struct group_member *out = member;
	*out = (struct group_member){
		.account_id = store_column_int(stmt, 0),
		.username = store_column_copy(arena, stmt, 1),
		.contact_email = store_column_copy(arena, stmt, 2),
		.name = store_column_copy(arena, stmt, 3),
		.login_id = store_column_copy(arena, stmt, 4),
		.is_admin = store_column_int(stmt, 5) != 0,
		.is_owner = store_column_int(stmt, 6) != 0,
	};
}

#define MEMBER_SELECT                                                                                                  \
	"SELECT a.id, a.username, a.contact_email, a.name, a.login_id, m.is_admin, p.owner_id = a.id AS is_owner "     \
	"FROM people_member m JOIN people p ON p.id = m.people_id JOIN account a ON a.id = m.account_id "              \
	"WHERE m.people_id = ?1 "

bool group_members(struct catalog *catalog, struct arena *arena, int64_t group_id, struct group_member **out,
		   size_t *count, struct error *err)
{
	return store_read_list(
		catalog_db(catalog), arena,
		SQL(MEMBER_SELECT "ORDER BY is_owner DESC, a.name COLLATE NOCASE, a.id", SQL_INT(group_id)),
		read_member, out, count, err);
}

bool group_member_find(struct catalog *catalog, struct arena *arena, int64_t group_id, int64_t account_id,
		       struct str name, struct group_member *out, struct error *err)
{
	bool found = false;
	if (!store_read_row(catalog_db(catalog), arena,
			    SQL(MEMBER_SELECT "AND a.id = ?2", SQL_INT(group_id), SQL_INT(account_id)), read_member,
			    out, &found, err))
		return false;
	return found || FAIL_WITH(err, member_not_found, name);
}
