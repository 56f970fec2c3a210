/* The directory of bases: making, renaming, the trash, the stars. Each change is one job of the catalog's write queue
 * that reads what it needs, changes it and notes it in the audit, so that two callers never work on the same picture.
 */
#include "catalog/base_entry.h"

#include "catalog/account_row.h"
#include "catalog/base_entry_row.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/sql.h"
#include "store/store.h"

bool base_entry_audit(struct store_conn *conn, const struct base_entry *base, struct str actor, struct str action,
		      const char *key, struct str value, struct error *err)
{
	const struct audit_field fields[] = { { "base", base->uuid }, { "name", base->name }, { key, value } };
	return audit_note(conn, base->team_id, actor, action, fields, 3, err);
}

/* Is the name free among the living bases of the workspace, `but` aside? */
static bool name_is_free(struct store_conn *conn, int64_t workspace_id, struct str name, int64_t but, bool *is_free,
			 struct error *err)
{
	bool taken = false;
	if (!store_find_any(conn,
			    SQL("SELECT 1 FROM base WHERE workspace_id = ?1 AND name = ?2 AND deleted_at IS NULL "
				"AND id <> ?3",
				SQL_INT(workspace_id), SQL_STR(name), SQL_INT(but)),
			    &taken, err))
		return false;
	*is_free = !taken;
	return true;
}

/* `name`, or "name (1)", "name (2)" ... when it is taken. */
static bool find_free_name(struct store_conn *conn, struct arena *arena, int64_t workspace_id, struct str name,
			   struct str *out, struct error *err)
{
	struct str candidate = name;
	for (int n = 1;; n++) {
		bool is_free = false;
		if (!name_is_free(conn, workspace_id, candidate, 0, &is_free, err))
			return false;
		if (is_free)
			break;
		struct str suffix = str_format(arena, " (%d)", n);
		struct str stem = str_prefix_chars(name, BASE_NAME_MAX_CHARS - suffix.len);
		candidate = str_format(arena, "%.*s%.*s", STR_ARG(stem), STR_ARG(suffix));
	}
	*out = candidate;
	return true;
}

/* ---- creating ---- */

struct creation {
	struct arena *arena;
	const struct base_entry_new *wanted;
	struct str actor;
	struct base_entry *out;
};

/* The name to use, by the caller's wish for names that are taken. */
static bool choose_name(struct store_conn *conn, struct arena *arena, const struct base_entry_new *wanted,
			struct str *name, struct error *err)
{
	if (wanted->rename_when_taken)
		return find_free_name(conn, arena, wanted->workspace_id, wanted->name, name, err);
	bool is_free = false;
	if (!name_is_free(conn, wanted->workspace_id, wanted->name, 0, &is_free, err))
		return false;
	*name = wanted->name;
	return is_free || FAIL_WITH(err, base_exists, wanted->name);
}

static bool insert_base(struct store_conn *conn, const struct base_entry_new *wanted, struct str name,
			struct error *err)
{
	return store_run_sql(
		conn,
		SQL("INSERT INTO base (uuid, workspace_id, name, icon, color, creator_id, modifier_id, created_at,"
		    " updated_at) VALUES (?1, ?2, ?3, ?4, ?5, " LIVING("?6") ", " LIVING("?6") ", ?7, ?7)",
		    SQL_STR(wanted->uuid), SQL_INT(wanted->workspace_id), SQL_STR(name), SQL_STR(wanted->icon),
		    SQL_STR(wanted->color), SQL_INT(wanted->creator_id), SQL_INT(clock_now_ms())),
		err);
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct creation *creation = ctx;
	const struct base_entry_new *wanted = creation->wanted;
	struct str name;
	return workspace_check(conn, creation->arena, wanted->workspace_id, err) &&
	       choose_name(conn, creation->arena, wanted, &name, err) && insert_base(conn, wanted, name, err) &&
	       base_entry_load(conn, creation->arena, store_last_rowid(conn), false, creation->out, err) &&
	       base_entry_audit(conn, creation->out, creation->actor, STR("base_create"), NULL, (struct str){ 0 }, err);
}

bool base_entry_create(struct catalog *catalog, struct arena *arena, const struct base_entry_new *wanted,
		       struct str actor, struct base_entry *out, struct error *err)
{
	struct creation creation = { .arena = arena, .wanted = wanted, .actor = actor, .out = out };
	return catalog_write(catalog, create_job, &creation, err);
}

/* ---- changing ---- */

/* What the jobs below need; each uses a part of it. */
struct edit {
	struct arena *arena;
	int64_t id;
	struct str actor;
	const struct base_entry_change *change;
	struct base_entry *out;
};

static bool apply_change(struct store_conn *conn, const struct edit *edit, struct error *err)
{
	const struct base_entry_change *change = edit->change;
	return store_run_sql(
		conn,
		SQL("UPDATE base SET name = coalesce(?2, name), icon = coalesce(?3, icon), "
		    "color = coalesce(?4, color), modifier_id = " LIVING("?5") ", updated_at = ?6 WHERE id = ?1",
		    SQL_INT(edit->id), SQL_STR(change->name), SQL_STR(change->icon), SQL_STR(change->color),
		    SQL_INT(change->modifier_id), SQL_INT(clock_now_ms())),
		err);
}

static bool change_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry before;
	if (!base_entry_load(conn, edit->arena, edit->id, false, &before, err))
		return false;
	if (edit->change->name.at) {
		bool is_free = false;
		if (!name_is_free(conn, before.workspace_id, edit->change->name, edit->id, &is_free, err))
			return false;
		if (!is_free)
			return FAIL_WITH(err, base_exists, edit->change->name);
	}
	return apply_change(conn, edit, err) && base_entry_load(conn, edit->arena, edit->id, false, edit->out, err) &&
	       base_entry_audit(conn, &before, edit->actor, STR("base_change"), "new_name", edit->out->name, err);
}

bool base_entry_change(struct catalog *catalog, struct arena *arena, int64_t id, const struct base_entry_change *change,
		       struct str actor, struct base_entry *out, struct error *err)
{
	struct edit edit = { .arena = arena, .id = id, .actor = actor, .change = change, .out = out };
	return store_write(catalog_db(catalog), change_job, &edit, err);
}

/* ---- the trash ---- */

static bool trash_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry entry;
	return base_entry_load(conn, edit->arena, edit->id, false, &entry, err) &&
	       store_run_sql(
		       conn,
		       SQL("UPDATE base SET deleted_at = ?2 WHERE id = ?1", SQL_INT(edit->id), SQL_INT(clock_now_ms())),
		       err) &&
	       base_entry_audit(conn, &entry, edit->actor, STR("base_trash"), NULL, (struct str){ 0 }, err);
}

bool base_entry_trash(struct catalog *catalog, int64_t id, struct str actor, struct error *err)
{
	struct edit edit = { .id = id, .actor = actor };
	return catalog_write_alone(catalog, trash_job, &edit, &edit.arena, err);
}

static bool purge_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry entry;
	return base_entry_load(conn, edit->arena, edit->id, true, &entry, err) &&
	       store_run_sql(conn, SQL("DELETE FROM base WHERE id = ?1", SQL_INT(edit->id)), err) &&
	       base_entry_audit(conn, &entry, edit->actor, STR("base_purge"), NULL, (struct str){ 0 }, err);
}

bool base_entry_purge(struct catalog *catalog, int64_t id, struct str actor, struct error *err)
{
	struct edit edit = { .id = id, .actor = actor };
	return catalog_write_alone(catalog, purge_job, &edit, &edit.arena, err);
}

static bool restore_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry before;
	struct str name;
	return base_entry_load(conn, edit->arena, edit->id, true, &before, err) &&
	       find_free_name(conn, edit->arena, before.workspace_id, before.name, &name, err) &&
	       store_run_sql(conn,
			     SQL("UPDATE base SET deleted_at = NULL, name = ?2 WHERE id = ?1", SQL_INT(edit->id),
				 SQL_STR(name)),
			     err) &&
	       base_entry_load(conn, edit->arena, edit->id, false, edit->out, err) &&
	       base_entry_audit(conn, edit->out, edit->actor, STR("base_restore"), NULL, (struct str){ 0 }, err);
}

bool base_entry_restore(struct catalog *catalog, struct arena *arena, int64_t id, struct str actor,
			struct base_entry *out, struct error *err)
{
	struct edit edit = { .arena = arena, .id = id, .actor = actor, .out = out };
	return catalog_write(catalog, restore_job, &edit, err);
}

/* ---- stars ---- */

struct star {
	int64_t account_id, base_id;
	bool starred;
};

static bool star_job(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct star *star = ctx;
	struct str text = star->starred ? STR("INSERT OR IGNORE INTO base_star (account_id, base_id) "
					      "SELECT a.id, b.id FROM account a, base b WHERE a.id = ?1 AND b.id = ?2")
					: STR("DELETE FROM base_star WHERE account_id = ?1 AND base_id = ?2");
	return store_run_sql(conn, SQL_TEXT(text, SQL_INT(star->account_id), SQL_INT(star->base_id)), err);
}

bool base_entry_star(struct catalog *catalog, int64_t account_id, int64_t base_id, bool starred, struct error *err)
{
	struct star star = { .account_id = account_id, .base_id = base_id, .starred = starred };
	return store_write(catalog_db(catalog), star_job, &star, err);
}
