/* The directory of bases: finding one base, and what a base may be called. */
#include "catalog/base_entry.h"

#include "catalog/base_entry_row.h"
#include "core/arena.h"
#include "core/id.h"
#include "store/store.h"

void base_entry_read(struct arena *arena, sqlite3_stmt *stmt, struct base_entry *out)
{
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

static bool workspace_exists(struct store_conn *conn, int64_t id, bool *exists, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn, "SELECT 1 FROM workspace WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	if (!store_step(conn, stmt, exists, err))
		return false;
	store_reset(stmt);
	return true;
}

/* Which base a finder looks for: by text or by number. */
struct wanted {
	const char *where;
	struct str text; /* ?1, when .at is set */
	int64_t number;  /* ?1, or ?2 beside the text */
};

static bool find_in(struct store_conn *conn, struct arena *arena, struct str sql, const struct wanted *wanted,
		    struct base_entry *out, bool *found, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	if (wanted->text.at)
		store_bind_str(stmt, 1, wanted->text);
	if (wanted->number)
		store_bind_int(stmt, wanted->text.at ? 2 : 1, wanted->number);
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		base_entry_read(arena, stmt, out);
		store_reset(stmt);
	}
	return true;
}

static bool find(struct catalog *catalog, struct arena *arena, const struct wanted *wanted, struct base_entry *out,
		 bool *found, struct error *err)
{
	struct str sql = str_format(arena, "SELECT " BASE_ENTRY_COLUMNS BASE_ENTRY_FROM "WHERE %s", wanted->where);
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = find_in(conn, arena, sql, wanted, out, found, err);
	store_read_end(db, &conn);
	return ok;
}

bool base_entry_find(struct catalog *catalog, struct arena *arena, int64_t workspace_id, struct str name,
		     struct base_entry *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool workspace = false, found = false;
	struct wanted wanted = { .text = name, .number = workspace_id };
	bool ok = workspace_exists(conn, workspace_id, &workspace, err) &&
		  find_in(conn, arena,
			  STR("SELECT " BASE_ENTRY_COLUMNS BASE_ENTRY_FROM
			      "WHERE b.name = ?1 AND b.workspace_id = ?2 AND b.deleted_at IS NULL"),
			  &wanted, out, &found, err);
	store_read_end(db, &conn);
	if (!ok)
		return false;
	if (!workspace)
		return FAIL_WITH(err, workspace_not_found, str_format(arena, "%lld", (long long)workspace_id));
	return found || FAIL_WITH(err, base_not_found, name);
}

static bool by_uuid(struct catalog *catalog, struct arena *arena, const char *where, struct str uuid,
		    struct base_entry *out, struct error *err)
{
	char dashed[ID_UUID_LEN + 1];
	bool found = false;
	if (id_parse_uuid(uuid, dashed)) {
		struct wanted wanted = { .where = where, .text = str_from_c(dashed) };
		if (!find(catalog, arena, &wanted, out, &found, err))
			return false;
	}
	return found || FAIL_WITH(err, base_not_found, uuid);
}

bool base_entry_by_uuid(struct catalog *catalog, struct arena *arena, struct str uuid, struct base_entry *out,
			struct error *err)
{
	return by_uuid(catalog, arena, "b.uuid = ?1 AND b.deleted_at IS NULL", uuid, out, err);
}

bool base_entry_trashed_by_uuid(struct catalog *catalog, struct arena *arena, struct str uuid, struct base_entry *out,
				struct error *err)
{
	return by_uuid(catalog, arena, "b.uuid = ?1 AND b.deleted_at IS NOT NULL", uuid, out, err);
}

static bool by_id(struct catalog *catalog, struct arena *arena, const char *where, int64_t id, struct base_entry *out,
		  struct error *err)
{
	bool found = false;
	struct wanted wanted = { .where = where, .number = id };
	if (!find(catalog, arena, &wanted, out, &found, err))
		return false;
	return found || FAIL_WITH(err, base_not_found, str_format(arena, "%lld", (long long)id));
}

bool base_entry_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct base_entry *out,
		      struct error *err)
{
	return by_id(catalog, arena, "b.id = ?1 AND b.deleted_at IS NULL", id, out, err);
}

bool base_entry_trashed_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct base_entry *out,
			      struct error *err)
{
	return by_id(catalog, arena, "b.id = ?1 AND b.deleted_at IS NOT NULL", id, out, err);
}
