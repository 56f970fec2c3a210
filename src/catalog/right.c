/* One statement that says what an account may do with a base: it is asked for each pair once and then cached. */
#include "catalog/right.h"

#include <assert.h>
#include <string.h>

#include "store/sql.h"
#include "store/store.h"

/* Permissions are numbers here as in enum permission, so that the greatest of several rights counts. */
#define SHARED "CASE s.permission WHEN 'rw' THEN 2 ELSE 1 END"
#define RIGHT_SELECT                                                                                                   \
	"SELECT a.id, b.id, b.uuid, w.team_id, b.deleted_at IS NOT NULL, max("                                         \
	"2 * (w.account_id IS a.id), "                                                                                 \
	"coalesce((SELECT 2 FROM people_member g WHERE g.people_id = w.people_id AND g.account_id = a.id), 0), "       \
	"coalesce((SELECT " SHARED " FROM base_share_account s WHERE s.base_id = b.id AND s.account_id = a.id), 0), "  \
	"coalesce((SELECT max(" SHARED ") FROM base_share_people s JOIN people_member g "                              \
	"ON g.people_id = s.people_id WHERE s.base_id = b.id AND g.account_id = a.id), 0)), a.generation "             \
	"FROM account a, base b JOIN workspace w ON w.id = b.workspace_id "

static_assert(PERM_R == 1 && PERM_RW == 2, "RIGHT_SELECT writes permissions as numbers");

static void read_right(struct arena *arena, sqlite3_stmt *stmt, void *right)
{
	(void)arena;
	struct right *out = right;
	struct str uuid = store_column_str(stmt, 2);
	assert(uuid.len < sizeof(out->base_uuid));
	out->account_id = store_column_int(stmt, 0);
	out->base_id = store_column_int(stmt, 1);
	memcpy(out->base_uuid, uuid.at, uuid.len);
	out->team_id = store_column_int(stmt, 3);
	out->is_trashed = store_column_int(stmt, 4) != 0;
	out->generation = store_column_int(stmt, 6);
	if (!out->is_trashed)
		out->permission = (enum permission)store_column_int(stmt, 5);
}

static bool find(struct catalog *catalog, const struct sql *sql, struct right *out, struct error *err)
{
	bool found = false;
	*out = (struct right){ .permission = PERM_NONE };
	return store_read_row(catalog_db(catalog), NULL, sql, read_right, out, &found, err);
}

bool right_by_id(struct catalog *catalog, int64_t account_id, int64_t base_id, struct right *out, struct error *err)
{
	return find(catalog,
		    SQL(RIGHT_SELECT "WHERE a.id = ?1 AND a.is_active AND b.id = ?2", SQL_INT(account_id),
			SQL_INT(base_id)),
		    out, err);
}

bool right_by_name(struct catalog *catalog, struct str username, struct str base_uuid, struct right *out,
		   struct error *err)
{
	return find(catalog,
		    SQL(RIGHT_SELECT "WHERE a.username = ?1 AND a.is_active AND b.uuid = ?2", SQL_STR(username),
			SQL_STR(base_uuid)),
		    out, err);
}
