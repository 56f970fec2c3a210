/* Shares in the catalog. The tables of persons and groups are alike, so each statement exists twice and the kind
 * (the index) picks one of the two. */
#include "catalog/share.h"

#include "catalog/account_row.h"
#include "catalog/base_entry.h"
#include "catalog/base_entry_row.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/sql.h"
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

static void read_share(struct arena *arena, sqlite3_stmt *stmt, void *share)
{
	struct share *out = share;
	*out = (struct share){
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

static bool list(struct catalog *catalog, struct arena *arena, const char *sql, int64_t subject, enum share_kind kind,
		 struct share **out, size_t *count, struct error *err)
{
	if (!store_read_list(catalog_db(catalog), arena, SQL_TEXT(str_from_c(sql), SQL_INT(subject)), read_share, out,
			     count, err))
		return false;
	for (size_t i = 0; i < *count; i++)
		(*out)[i].kind = kind;
	return true;
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
	return base_entry_audit(conn, edit->base, edit->actor, action, "with", with, err);
}

/* The base still lives, and the person or group belongs to its team. */
static bool check_recipient(struct store_conn *conn, const struct edit *edit, struct error *err)
{
	struct base_entry now;
	bool found = false;
	if (!base_entry_load(conn, edit->arena, edit->base->id, false, &now, err) ||
	    !store_find_any(conn, SQL_TEXT(str_from_c(FIND[edit->kind]), SQL_INT(edit->id), SQL_INT(now.team_id)),
			    &found, err))
		return false;
	if (found)
		return true;
	return edit->kind == SHARE_ACCOUNT ? FAIL_WITH(err, user_not_found, edit->name)
					   : FAIL_WITH(err, group_not_found, edit->name);
}

static bool add_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	if (!check_recipient(conn, edit, err) ||
	    !store_run_sql(conn,
			   SQL_TEXT(str_from_c(INSERT[edit->kind]), SQL_INT(edit->base->id), SQL_INT(edit->id),
				    SQL_STR(permission_text(edit->permission)), SQL_INT(edit->from_id),
				    SQL_INT(clock_now_ms())),
			   err))
		return false;
	if (store_changes(conn) == 0)
		return FAIL_WITH(err, share_exists, edit->name);
	return audit(conn, edit, STR("base_share"), err);
}

static bool change_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	bool ends = edit->permission == PERM_NONE;
	if (!store_run_sql(conn,
			   SQL_TEXT(str_from_c(ends ? DELETE[edit->kind] : UPDATE[edit->kind]), SQL_INT(edit->base->id),
				    SQL_INT(edit->id), SQL_STR(permission_text(edit->permission))),
			   err))
		return false;
	if (store_changes(conn) == 0)
		return FAIL_WITH(err, share_not_found, edit->name);
	return audit(conn, edit, ends ? STR("base_unshare") : STR("base_share_change"), err);
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
	return catalog_write_alone(catalog, add_job, &edit, &edit.arena, err);
}

bool share_change(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
		  struct str name, enum permission permission, struct str actor, struct error *err)
{
	struct edit edit = {
		.base = base, .kind = kind, .id = id, .name = name, .permission = permission, .actor = actor
	};
	return catalog_write_alone(catalog, change_job, &edit, &edit.arena, err);
}

bool share_remove(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
		  struct str name, struct str actor, struct error *err)
{
	return share_change(catalog, base, kind, id, name, PERM_NONE, actor, err);
}

/* ---- who may use a base ---- */

static void read_related(struct arena *arena, sqlite3_stmt *stmt, void *user)
{
	struct related_user *out = user;
	*out = (struct related_user){
		.account_id = store_column_int(stmt, 0),
		.username = store_column_copy(arena, stmt, 1),
		.contact_email = store_column_copy(arena, stmt, 2),
		.name = store_column_copy(arena, stmt, 3),
		.id_in_org = store_column_copy(arena, stmt, 4),
		.is_manager = store_column_int(stmt, 5) != 0,
	};
}

bool share_related_users(struct catalog *catalog, struct arena *arena, int64_t base_id, struct related_user **out,
			 size_t *count, struct error *err)
{
	const struct sql *sql = SQL("WITH shelf AS (SELECT w.account_id, w.people_id FROM base b "
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
				    SQL_INT(base_id));
	return store_read_list(catalog_db(catalog), arena, sql, read_related, out, count, err);
}
