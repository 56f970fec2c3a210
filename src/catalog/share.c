/* Shares in the catalog. The tables of persons and groups are alike, so each statement exists twice and the kind
 * (the index) picks one of the two. */
#include "catalog/share.h"

#include "catalog/account_row.h"
#include "catalog/base_entry.h"
#include "catalog/base_entry_row.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/store.h"

#define SELECT_ACCOUNTS                                                                                                \
	"SELECT s.account_id, a.username, a.contact_email, a.name, s.permission, f.username, f.name, s.created_at, "   \
	"b.uuid, b.name FROM base_share_account s JOIN account a ON a.id = s.account_id "                              \
	"JOIN base b ON b.id = s.base_id JOIN workspace w ON w.id = b.workspace_id "                                   \
	"LEFT JOIN account f ON f.id = s.from_id "
#define SELECT_GROUPS                                                                                                  \
	"SELECT s.people_id, NULL, NULL, p.name, s.permission, f.username, f.name, s.created_at, b.uuid, b.name "      \
	"FROM base_share_people s JOIN people p ON p.id = s.people_id "                                                \
	"JOIN base b ON b.id = s.base_id JOIN workspace w ON w.id = b.workspace_id "                                   \
	"LEFT JOIN account f ON f.id = s.from_id "

static const char *const LIST_OF_BASE[] = {
	[SHARE_ACCOUNT] = SELECT_ACCOUNTS "WHERE s.base_id = ?1 ORDER BY s.created_at, s.account_id",
	[SHARE_GROUP] = SELECT_GROUPS "WHERE s.base_id = ?1 ORDER BY s.created_at, s.people_id",
};
static const char *const LIST_OF_TEAM[] = {
	[SHARE_ACCOUNT] = SELECT_ACCOUNTS "WHERE w.team_id = ?1 AND b.deleted_at IS NULL ORDER BY b.id, s.created_at",
	[SHARE_GROUP] = SELECT_GROUPS "WHERE w.team_id = ?1 AND b.deleted_at IS NULL ORDER BY b.id, s.created_at",
};
/* Is there such a person or group in the team? */
static const char *const FIND[] = {
	[SHARE_ACCOUNT] = "SELECT 1 FROM account WHERE id = ?1 AND team_id = ?2",
	[SHARE_GROUP] = "SELECT 1 FROM people WHERE id = ?1 AND team_id = ?2",
};
static const char *const INSERT[] = {
	[SHARE_ACCOUNT] = "INSERT OR IGNORE INTO base_share_account (base_id, account_id, permission, from_id, "
			  "created_at) VALUES (?1, ?2, ?3, " LIVING("?4") ", ?5)",
	[SHARE_GROUP] = "INSERT OR IGNORE INTO base_share_people (base_id, people_id, permission, from_id, "
			"created_at) VALUES (?1, ?2, ?3, " LIVING("?4") ", ?5)",
};
static const char *const UPDATE[] = {
	[SHARE_ACCOUNT] = "UPDATE base_share_account SET permission = ?3 WHERE base_id = ?1 AND account_id = ?2",
	[SHARE_GROUP] = "UPDATE base_share_people SET permission = ?3 WHERE base_id = ?1 AND people_id = ?2",
};
static const char *const DELETE[] = {
	[SHARE_ACCOUNT] = "DELETE FROM base_share_account WHERE base_id = ?1 AND account_id = ?2",
	[SHARE_GROUP] = "DELETE FROM base_share_people WHERE base_id = ?1 AND people_id = ?2",
};

static void read_share(struct arena *arena, sqlite3_stmt *stmt, enum share_kind kind, struct share *out)
{
	*out = (struct share){
		.kind = kind,
		.id = store_column_int(stmt, 0),
		.username = store_column_copy(arena, stmt, 1),
		.contact_email = store_column_copy(arena, stmt, 2),
		.name = store_column_copy(arena, stmt, 3),
		.from_username = store_column_copy(arena, stmt, 5),
		.from_name = store_column_copy(arena, stmt, 6),
		.created_at = store_column_int(stmt, 7),
		.base_uuid = store_column_copy(arena, stmt, 8),
		.base_name = store_column_copy(arena, stmt, 9),
	};
	if (!permission_parse(store_column_str(stmt, 4), &out->permission))
		out->permission = PERM_NONE;
}

static bool list_in(struct store_conn *conn, struct arena *arena, struct str sql, int64_t subject, enum share_kind kind,
		    struct share **out, size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, subject);
	struct share *shares = NULL;
	size_t n = 0;
	bool row = false;
	for (;;) {
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		shares = arena_more(arena, shares, n, sizeof(*shares));
		read_share(arena, stmt, kind, &shares[n++]);
	}
	*out = shares;
	*count = n;
	return true;
}

static bool list(struct catalog *catalog, struct arena *arena, const char *sql, int64_t subject, enum share_kind kind,
		 struct share **out, size_t *count, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = list_in(conn, arena, str_from_c(sql), subject, kind, out, count, err);
	store_read_end(db, &conn);
	return ok;
}

bool share_list(struct catalog *catalog, struct arena *arena, int64_t base_id, enum share_kind kind, struct share **out,
		size_t *count, struct error *err)
{
	return list(catalog, arena, LIST_OF_BASE[kind], base_id, kind, out, count, err);
}

bool share_list_of_team(struct catalog *catalog, struct arena *arena, int64_t team_id, enum share_kind kind,
			struct share **out, size_t *count, struct error *err)
{
	return list(catalog, arena, LIST_OF_TEAM[kind], team_id, kind, out, count, err);
}

/* ---- changing ---- */

struct edit {
	struct arena *arena;
	const struct base_entry *base;
	enum share_kind kind;
	int64_t id;
	struct str name;
	enum permission permission; /* PERM_NONE when it ends */
	int64_t from_id;
	struct str actor;
};

static bool audit(struct store_conn *conn, const struct edit *edit, struct str action, struct error *err)
{
	struct str with = str_format(edit->arena, "%s %lld: %.*s", edit->kind == SHARE_ACCOUNT ? "account" : "group",
				     (long long)edit->id, STR_ARG(permission_text(edit->permission)));
	return base_entry_audit(conn, edit->arena, edit->base, edit->actor, action, "with", with, err);
}

/* The base still lives, and the person or group belongs to its team. */
static bool check_recipient(struct store_conn *conn, const struct edit *edit, struct error *err)
{
	struct base_entry now;
	sqlite3_stmt *stmt = NULL;
	if (!base_entry_load(conn, edit->arena, edit->base->id, false, &now, err) ||
	    !store_prepare(conn, str_from_c(FIND[edit->kind]), &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->id);
	store_bind_int(stmt, 2, now.team_id);
	bool found = false;
	if (!store_step(conn, stmt, &found, err))
		return false;
	store_reset(stmt);
	if (found)
		return true;
	return edit->kind == SHARE_ACCOUNT ? FAIL_WITH(err, user_not_found, edit->name)
					   : FAIL_WITH(err, group_not_found, edit->name);
}

static bool add_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	sqlite3_stmt *stmt = NULL;
	if (!check_recipient(conn, edit, err) || !store_prepare(conn, str_from_c(INSERT[edit->kind]), &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->base->id);
	store_bind_int(stmt, 2, edit->id);
	store_bind_str(stmt, 3, permission_text(edit->permission));
	store_bind_int(stmt, 4, edit->from_id);
	store_bind_int(stmt, 5, clock_now_ms());
	if (!store_run(conn, stmt, err))
		return false;
	if (store_changes(conn) == 0)
		return FAIL_WITH(err, share_exists, edit->name);
	return audit(conn, edit, STR("base_share"), err);
}

static bool change_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	sqlite3_stmt *stmt = NULL;
	bool ends = edit->permission == PERM_NONE;
	if (!store_prepare(conn, str_from_c(ends ? DELETE[edit->kind] : UPDATE[edit->kind]), &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->base->id);
	store_bind_int(stmt, 2, edit->id);
	if (!ends)
		store_bind_str(stmt, 3, permission_text(edit->permission));
	if (!store_run(conn, stmt, err))
		return false;
	if (store_changes(conn) == 0)
		return FAIL_WITH(err, share_not_found, edit->name);
	return audit(conn, edit, ends ? STR("base_unshare") : STR("base_share_change"), err);
}

/* Runs the job with an arena of its own; then everybody's rights are to be looked at anew. */
static bool write_edit(struct catalog *catalog, store_job job, struct edit *edit, struct error *err)
{
	edit->arena = arena_new(1 << 16);
	bool ok = store_write(catalog_db(catalog), job, edit, err);
	arena_free(&edit->arena);
	if (ok)
		catalog_rights_changed(catalog);
	return ok;
}

bool share_add(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
	       struct str name, enum permission permission, int64_t from_id, struct str actor, struct error *err)
{
	if (id == (kind == SHARE_ACCOUNT ? base->owner_account_id : base->group_id))
		return FAIL(err, share_to_self);
	struct edit edit = { .base = base,
			     .kind = kind,
			     .id = id,
			     .name = name,
			     .permission = permission,
			     .from_id = from_id,
			     .actor = actor };
	return write_edit(catalog, add_job, &edit, err);
}

bool share_change(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
		  struct str name, enum permission permission, struct str actor, struct error *err)
{
	struct edit edit = {
		.base = base, .kind = kind, .id = id, .name = name, .permission = permission, .actor = actor
	};
	return write_edit(catalog, change_job, &edit, err);
}

bool share_remove(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
		  struct str name, struct str actor, struct error *err)
{
	return share_change(catalog, base, kind, id, name, PERM_NONE, actor, err);
}

/* ---- who may use a base ---- */

static bool related_in(struct store_conn *conn, struct arena *arena, int64_t base_id, struct related_user **out,
		       size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "WITH shelf AS (SELECT w.account_id, w.people_id FROM base b "
			     "JOIN workspace w ON w.id = b.workspace_id WHERE b.id = ?1), "
			     "related(account_id, is_manager) AS (SELECT account_id, 1 FROM shelf "
			     "UNION ALL SELECT g.account_id, g.is_admin FROM shelf "
			     "JOIN people_member g ON g.people_id = shelf.people_id "
			     "UNION ALL SELECT account_id, 0 FROM base_share_account WHERE base_id = ?1 "
			     "UNION ALL SELECT g.account_id, 0 FROM base_share_people s "
			     "JOIN people_member g ON g.people_id = s.people_id WHERE s.base_id = ?1) "
			     "SELECT a.id, a.username, a.contact_email, a.name, a.id_in_org, max(r.is_manager) "
			     "FROM related r JOIN account a ON a.id = r.account_id WHERE a.is_active "
			     "GROUP BY a.id ORDER BY a.name COLLATE NOCASE, a.id",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, base_id);
	struct related_user *list = NULL;
	size_t n = 0;
	bool row = false;
	for (;;) {
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		list[n++] = (struct related_user){
			.account_id = store_column_int(stmt, 0),
			.username = store_column_copy(arena, stmt, 1),
			.contact_email = store_column_copy(arena, stmt, 2),
			.name = store_column_copy(arena, stmt, 3),
			.id_in_org = store_column_copy(arena, stmt, 4),
			.is_manager = store_column_int(stmt, 5) != 0,
		};
	}
	*out = list;
	*count = n;
	return true;
}

bool share_related_users(struct catalog *catalog, struct arena *arena, int64_t base_id, struct related_user **out,
			 size_t *count, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = related_in(conn, arena, base_id, out, count, err);
	store_read_end(db, &conn);
	return ok;
}
