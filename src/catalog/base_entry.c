/* The directory of bases: finding one base, and what a base may be called. */
#include "catalog/base_entry.h"

#include "catalog/base_entry_row.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/id.h"
#include "store/sql.h"
#include "store/store.h"

void base_entry_read(struct arena *arena, sqlite3_stmt *stmt, void *entry)
{
	struct base_entry *out = entry;
	*out = (struct base_entry){
		.id = store_column_int(stmt, 0),
		.uuid = store_column_copy(arena, stmt, 1),
		.name = store_column_copy(arena, stmt, 2),
		.icon = store_column_copy(arena, stmt, 3),
		.color = store_column_copy(arena, stmt, 4),
		.created_at = store_column_int(stmt, 5),
		.updated_at = store_column_int(stmt, 6),
		.deleted_at = store_column_int(stmt, 7), /* NULL reads as 0 */
		.creator_id = store_column_int(stmt, 8),
		.creator_username = store_column_copy(arena, stmt, 9),
		.creator_name = store_column_copy(arena, stmt, 10),
		.modifier_name = store_column_copy(arena, stmt, 11),
		.workspace_id = store_column_int(stmt, 12),
		.team_id = store_column_int(stmt, 13),
		.owner_account_id = store_column_int(stmt, 14),
		.group_id = store_column_int(stmt, 15),
		.group_name = store_column_copy(arena, stmt, 16),
		.owner_username = store_column_copy(arena, stmt, 17),
		.owner_name = store_column_copy(arena, stmt, 18),
	};
}

bool base_entry_check_name(struct str text, const char *param, struct str *name, struct error *err)
{
	if (!catalog_check_name(text, param, name, err))
		return false;
	/* Names are segments of paths; clients send them raw, and some resolve dots. */
	if (str_find_byte(*name, '/', 0) != SIZE_MAX || str_equal(*name, STR(".")) || str_equal(*name, STR("..")))
		return FAIL_WITH(err, param_invalid, str_from_c(param));
	return true;
}

#define ENTRY_SELECT "SELECT " BASE_ENTRY_COLUMNS BASE_ENTRY_FROM

bool base_entry_find(struct catalog *catalog, struct arena *arena, int64_t workspace_id, struct str name,
		     struct base_entry *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool found = false;
	bool ok = workspace_check(conn, arena, workspace_id, err) &&
		  store_find_row(conn, arena,
				 SQL(ENTRY_SELECT "WHERE b.workspace_id = ?1 AND b.name = ?2 AND b.deleted_at IS NULL",
				     SQL_INT(workspace_id), SQL_STR(name)),
				 base_entry_read, out, &found, err);
	store_read_end(db, &conn);
	return ok && (found || FAIL_WITH(err, base_not_found, name));
}

/* Among the living bases, or among those of the trash. */
static bool by_uuid(struct catalog *catalog, struct arena *arena, bool trashed, struct str uuid, struct base_entry *out,
		    struct error *err)
{
	char dashed[ID_UUID_LEN + 1];
	bool found = false;
	if (id_parse_uuid(uuid, dashed) &&
	    !store_read_row(catalog_db(catalog), arena,
			    SQL(ENTRY_SELECT "WHERE b.uuid = ?1 AND (b.deleted_at IS NOT NULL) = ?2",
				SQL_STR(str_from_c(dashed)), SQL_INT(trashed)),
			    base_entry_read, out, &found, err))
		return false;
	return found || FAIL_WITH(err, base_not_found, uuid);
}

bool base_entry_by_uuid(struct catalog *catalog, struct arena *arena, struct str uuid, struct base_entry *out,
			struct error *err)
{
	return by_uuid(catalog, arena, false, uuid, out, err);
}

bool base_entry_trashed_by_uuid(struct catalog *catalog, struct arena *arena, struct str uuid, struct base_entry *out,
				struct error *err)
{
	return by_uuid(catalog, arena, true, uuid, out, err);
}

bool base_entry_load(struct store_conn *conn, struct arena *arena, int64_t id, bool trashed, struct base_entry *out,
		     struct error *err)
{
	bool found = false;
	if (!store_find_row(conn, arena,
			    SQL(ENTRY_SELECT "WHERE b.id = ?1 AND (b.deleted_at IS NOT NULL) = ?2", SQL_INT(id),
				SQL_INT(trashed)),
			    base_entry_read, out, &found, err))
		return false;
	return found || FAIL_WITH(err, base_not_found, str_format(arena, "%lld", (long long)id));
}

static bool by_id(struct catalog *catalog, struct arena *arena, int64_t id, bool trashed, struct base_entry *out,
		  struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = base_entry_load(conn, arena, id, trashed, out, err);
	store_read_end(db, &conn);
	return ok;
}

bool base_entry_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct base_entry *out,
		      struct error *err)
{
	return by_id(catalog, arena, id, false, out, err);
}

bool base_entry_trashed_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct base_entry *out,
			      struct error *err)
{
	return by_id(catalog, arena, id, true, out, err);
}
