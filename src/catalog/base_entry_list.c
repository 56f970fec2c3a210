/* Lists of bases. Each kind of list is a row of one table: which bases belong to it and in which order they come; the
 * rest of the SELECT is the same for all. Parameters: ?1 subject, ?2 viewer, ?3 search, ?4 limit, ?5 offset. */
#include <assert.h>

#include "catalog/base_entry.h"
#include "catalog/base_entry_row.h"
#include "core/arena.h"
#include "store/sql.h"
#include "store/store.h"

/* Workspaces of the account ?1: its own, and those of its groups. */
#define OWN_WORKSPACES                                                                                                 \
	"SELECT id FROM workspace WHERE account_id = ?1 UNION ALL "                                                    \
	"SELECT v.id FROM people_member g JOIN workspace v ON v.people_id = g.people_id WHERE g.account_id = ?1 "
#define REACHABLE                                                                                                      \
	"b.deleted_at IS NULL AND b.id IN ("                                                                           \
	"SELECT id FROM base WHERE deleted_at IS NULL AND workspace_id IN (" OWN_WORKSPACES ") "                       \
	"UNION SELECT base_id FROM base_share_account WHERE account_id = ?1 "                                          \
	"UNION SELECT s.base_id FROM people_member g JOIN base_share_people s ON s.people_id = g.people_id "           \
	"WHERE g.account_id = ?1)"
#define BY_NAME "b.name COLLATE NOCASE, b.id"
#define BY_DELETION "b.deleted_at DESC, b.id DESC"
#define NO_SHARE "NULL, NULL, NULL, NULL "
#define SHARED_BY "LEFT JOIN account f ON f.id = s.from_id "

static const struct list_kind {
	const char *share; /* columns: permission, who shared it (username, name), with which group */
	const char *joins;
	const char *where;
	const char *order;
} KINDS[] = {
	[BASES_OF_WORKSPACE] = { NO_SHARE, "", "b.workspace_id = ?1 AND b.deleted_at IS NULL", BY_NAME },
	[BASES_MANAGED] = { NO_SHARE, "",
			    "b.deleted_at IS NULL AND b.workspace_id IN (" OWN_WORKSPACES "AND g.is_admin)", BY_NAME },
	[BASES_REACHABLE] = { NO_SHARE, "", REACHABLE, BY_NAME },
	[BASES_STARRED] = { NO_SHARE, "",
			    "b.id IN (SELECT base_id FROM base_star WHERE account_id = ?1) AND " REACHABLE, BY_NAME },
	[BASES_SHARED] = { "s.permission, f.username, f.name, NULL ",
			   "JOIN base_share_account s ON s.base_id = b.id AND s.account_id = ?1 " SHARED_BY,
			   "b.deleted_at IS NULL", BY_NAME },
	[BASES_SHARED_WITH_GROUPS] = { "s.permission, f.username, f.name, s.people_id ",
				       "JOIN base_share_people s ON s.base_id = b.id "
				       "JOIN people_member g ON g.people_id = s.people_id AND g.account_id = "
				       "?1 " SHARED_BY,
				       "b.deleted_at IS NULL", "s.people_id, " BY_NAME },
	[BASES_OF_TEAM] = { NO_SHARE, "", "w.team_id = ?1 AND b.deleted_at IS NULL", BY_NAME },
	[BASES_OF_ALL] = { NO_SHARE, "", "b.deleted_at IS NULL", BY_NAME },
	[TRASH_OF_ACCOUNT] = { NO_SHARE, "", "w.account_id = ?1 AND b.deleted_at IS NOT NULL", BY_DELETION },
	[TRASH_OF_GROUP] = { NO_SHARE, "", "w.people_id = ?1 AND b.deleted_at IS NOT NULL", BY_DELETION },
	[TRASH_OF_TEAM] = { NO_SHARE, "", "w.team_id = ?1 AND b.deleted_at IS NOT NULL", BY_DELETION },
	[TRASH_OF_ALL] = { NO_SHARE, "", "b.deleted_at IS NOT NULL", BY_DELETION },
};

#define AND_SEARCH "AND (?3 IS NULL OR instr(lower(b.name), lower(?3)) > 0) "

static void read_listed(struct arena *arena, sqlite3_stmt *stmt, void *entry)
{
	struct base_entry *out = entry;
	base_entry_read(arena, stmt, out);
	out->starred = store_column_int(stmt, BASE_ENTRY_COLUMN_COUNT) != 0;
	if (!permission_parse(store_column_str(stmt, BASE_ENTRY_COLUMN_COUNT + 1), &out->permission))
		out->permission = PERM_NONE;
	out->from_username = store_column_copy(arena, stmt, BASE_ENTRY_COLUMN_COUNT + 2);
	out->from_name = store_column_copy(arena, stmt, BASE_ENTRY_COLUMN_COUNT + 3);
	out->shared_group_id = store_column_int(stmt, BASE_ENTRY_COLUMN_COUNT + 4);
}

bool base_entry_list(struct catalog *catalog, struct arena *arena, const struct base_query *query,
		     struct base_entry **out, size_t *count, int64_t *total, struct error *err)
{
	assert(query->list <= TRASH_OF_ALL && (query->per_page == 0 || query->page >= 1));
	const struct list_kind *kind = &KINDS[query->list];
	struct str listing = str_format(arena,
					"SELECT " BASE_ENTRY_COLUMNS ", EXISTS (SELECT 1 FROM base_star t "
					"WHERE t.base_id = b.id AND t.account_id = ?2), %s" BASE_ENTRY_FROM
					"%sWHERE %s " AND_SEARCH "ORDER BY %s LIMIT ?4 OFFSET ?5",
					kind->share, kind->joins, kind->where, kind->order);
	struct str counting = str_format(arena, "SELECT count(*) " BASE_ENTRY_FROM "%sWHERE %s " AND_SEARCH,
					 kind->joins, kind->where);
	const struct sql *sql = SQL_TEXT(listing, SQL_INT(query->subject), SQL_INT(query->viewer),
					 SQL_STR(query->search), SQL_PAGE(query->page, query->per_page));
	return store_read_page(catalog_db(catalog), arena, sql, &counting, read_listed, out, count, total, err);
}
