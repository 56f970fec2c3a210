/* Groups of people: finding them, their members, and lists. */
#include "catalog/group.h"

#include <assert.h>

#include "catalog/catalog.h"
#include "catalog/group_row.h"
#include "core/arena.h"
#include "store/store.h"

void group_read(struct arena *arena, sqlite3_stmt *stmt, struct group *out)
{
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
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	if (!store_prepare_c(conn, "SELECT " GROUP_COLUMNS GROUP_FROM "WHERE p.id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	if (!store_step(conn, stmt, &found, err))
		return false;
	if (!found)
		return FAIL_WITH(err, group_not_found, str_format(arena, "%lld", (long long)id));
	group_read(arena, stmt, out);
	store_reset(stmt);
	return true;
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

static void bind_query(sqlite3_stmt *stmt, const struct group_query *query)
{
	store_bind_int(stmt, 1, query->team_id);
	store_bind_int(stmt, 2, query->member_id);
	store_bind_str(stmt, 3, query->search);
}

static bool list_in(struct store_conn *conn, struct arena *arena, const struct group_query *query, struct group **out,
		    size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn, "SELECT " GROUP_COLUMNS GROUP_FROM LIST_WHERE "ORDER BY p.id LIMIT ?4 OFFSET ?5",
			     &stmt, err))
		return false;
	bind_query(stmt, query);
	store_bind_int(stmt, 4, query->per_page > 0 ? query->per_page : -1);
	store_bind_int(stmt, 5, query->per_page > 0 ? (int64_t)(query->page - 1) * query->per_page : 0);
	struct group *list = NULL;
	size_t n = 0;
	for (;;) {
		bool row = false;
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		group_read(arena, stmt, &list[n++]);
	}
	*out = list;
	*count = n;
	return true;
}

static bool count_all(struct store_conn *conn, const struct group_query *query, int64_t *total, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	if (!store_prepare_c(conn, "SELECT count(*) " GROUP_FROM LIST_WHERE, &stmt, err))
		return false;
	bind_query(stmt, query);
	if (!store_step(conn, stmt, &row, err))
		return false;
	assert(row);
	*total = store_column_int(stmt, 0);
	store_reset(stmt);
	return true;
}

bool group_list(struct catalog *catalog, struct arena *arena, const struct group_query *query, struct group **out,
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

/* ---- members ---- */

static bool members_in(struct store_conn *conn, struct arena *arena, int64_t group_id, struct group_member **out,
		       size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "SELECT a.id, a.username, a.contact_email, a.name, a.login_id, m.is_admin, "
			     "p.owner_id = a.id AS is_owner FROM people_member m JOIN people p ON p.id = m.people_id "
			     "JOIN account a ON a.id = m.account_id WHERE m.people_id = ?1 "
			     "ORDER BY is_owner DESC, a.name COLLATE NOCASE, a.id",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, group_id);
	struct group_member *list = NULL;
	size_t n = 0;
	for (;;) {
		bool row = false;
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		list[n++] = (struct group_member){
			.account_id = store_column_int(stmt, 0),
			.username = store_column_copy(arena, stmt, 1),
			.contact_email = store_column_copy(arena, stmt, 2),
			.name = store_column_copy(arena, stmt, 3),
			.login_id = store_column_copy(arena, stmt, 4),
			.is_admin = store_column_int(stmt, 5) != 0,
			.is_owner = store_column_int(stmt, 6) != 0,
		};
	}
	*out = list;
	*count = n;
	return true;
}

bool group_members(struct catalog *catalog, struct arena *arena, int64_t group_id, struct group_member **out,
		   size_t *count, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = members_in(conn, arena, group_id, out, count, err);
	store_read_end(db, &conn);
	return ok;
}

bool group_member_find(struct catalog *catalog, struct arena *arena, int64_t group_id, int64_t account_id,
		       struct str name, struct group_member *out, struct error *err)
{
	struct group_member *members = NULL;
	size_t count = 0;
	if (!group_members(catalog, arena, group_id, &members, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (members[i].account_id == account_id) {
			*out = members[i];
			return true;
		}
	}
	return FAIL_WITH(err, member_not_found, name);
}
