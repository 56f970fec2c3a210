/* The directory of bases: making, renaming, the trash, the stars. Each change is one job of the catalog's write queue
 * that reads what it needs, changes it and notes it in the audit, so that two callers never work on the same picture.
 */
#include "catalog/base_entry.h"

#include "catalog/account_row.h"
#include "catalog/base_entry_row.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/json_out.h"
#include "store/store.h"

bool base_entry_load(struct store_conn *conn, struct arena *arena, int64_t id, bool trashed, struct base_entry *out,
		     struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn, "SELECT " BASE_ENTRY_COLUMNS BASE_ENTRY_FROM "WHERE b.id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	bool row = false;
	if (!store_step(conn, stmt, &row, err))
		return false;
	if (row) {
		base_entry_read(arena, stmt, out);
		store_reset(stmt);
		if ((out->deleted_at != 0) == trashed)
			return true;
	}
	return FAIL_WITH(err, base_not_found, str_format(arena, "%lld", (long long)id));
}

bool base_entry_audit(struct store_conn *conn, struct arena *arena, const struct base_entry *base, struct str actor,
		      struct str action, const char *key, struct str value, struct error *err)
{
	struct buf text;
	buf_init(&text, 1 << 16);
	struct json_out out = json_out_to(&text);
	json_object(&out);
	json_field_str(&out, "base", base->uuid);
	json_field_str(&out, "name", base->name);
	if (key)
		json_field_str(&out, key, value);
	json_object_end(&out);
	struct str detail = str_copy(arena, buf_str(&text));
	buf_free(&text);
	return audit_append(conn, base->team_id, actor, action, detail, err);
}

/* Is the name free among the living bases of the workspace, `but` aside? */
static bool name_is_free(struct store_conn *conn, int64_t workspace_id, struct str name, int64_t but, bool *is_free,
			 struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(
		    conn,
		    "SELECT 1 FROM base WHERE workspace_id = ?1 AND name = ?2 AND deleted_at IS NULL AND id <> ?3",
		    &stmt, err))
		return false;
	store_bind_int(stmt, 1, workspace_id);
	store_bind_str(stmt, 2, name);
	store_bind_int(stmt, 3, but);
	bool taken = false;
	if (!store_step(conn, stmt, &taken, err))
		return false;
	store_reset(stmt);
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
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(
		    conn,
		    "INSERT INTO base (uuid, workspace_id, name, icon, color, creator_id, modifier_id, created_at,"
		    " updated_at) VALUES (?1, ?2, ?3, ?4, ?5, " LIVING("?6") ", " LIVING("?6") ", ?7, ?7)",
		    &stmt, err))
		return false;
	store_bind_str(stmt, 1, wanted->uuid);
	store_bind_int(stmt, 2, wanted->workspace_id);
	store_bind_str(stmt, 3, name);
	store_bind_str(stmt, 4, wanted->icon);
	store_bind_str(stmt, 5, wanted->color);
	store_bind_int(stmt, 6, wanted->creator_id);
	store_bind_int(stmt, 7, clock_now_ms());
	return store_run(conn, stmt, err);
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct creation *creation = ctx;
	const struct base_entry_new *wanted = creation->wanted;
	bool workspace = false;
	if (!workspace_exists(conn, wanted->workspace_id, &workspace, err))
		return false;
	if (!workspace) {
		struct str id = str_format(creation->arena, "%lld", (long long)wanted->workspace_id);
		return FAIL_WITH(err, workspace_not_found, id);
	}
	struct str name;
	return choose_name(conn, creation->arena, wanted, &name, err) && insert_base(conn, wanted, name, err) &&
	       base_entry_load(conn, creation->arena, store_last_rowid(conn), false, creation->out, err) &&
	       base_entry_audit(conn, creation->arena, creation->out, creation->actor, STR("base_create"), NULL,
				STR(""), err);
}

bool base_entry_create(struct catalog *catalog, struct arena *arena, const struct base_entry_new *wanted,
		       struct str actor, struct base_entry *out, struct error *err)
{
	struct creation creation = { .arena = arena, .wanted = wanted, .actor = actor, .out = out };
	if (!store_write(catalog_db(catalog), create_job, &creation, err))
		return false;
	catalog_rights_changed(catalog);
	return true;
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
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(
		    conn,
		    "UPDATE base SET name = coalesce(?2, name), icon = coalesce(?3, icon), "
		    "color = coalesce(?4, color), modifier_id = " LIVING("?5") ", updated_at = ?6 WHERE id = ?1",
		    &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->id);
	store_bind_str(stmt, 2, edit->change->name);
	store_bind_str(stmt, 3, edit->change->icon);
	store_bind_str(stmt, 4, edit->change->color);
	store_bind_int(stmt, 5, edit->change->modifier_id);
	store_bind_int(stmt, 6, clock_now_ms());
	return store_run(conn, stmt, err);
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
	       base_entry_audit(conn, edit->arena, &before, edit->actor, STR("base_change"), "new_name",
				edit->out->name, err);
}

bool base_entry_change(struct catalog *catalog, struct arena *arena, int64_t id, const struct base_entry_change *change,
		       struct str actor, struct base_entry *out, struct error *err)
{
	struct edit edit = { .arena = arena, .id = id, .actor = actor, .change = change, .out = out };
	return store_write(catalog_db(catalog), change_job, &edit, err);
}

/* ---- the trash ---- */

/* Runs `job`, which changes who may use a base, with an arena of its own. */
static bool write_trash(struct catalog *catalog, store_job job, int64_t id, struct str actor, struct error *err)
{
	struct arena *arena = arena_new(1 << 16);
	struct edit edit = { .arena = arena, .id = id, .actor = actor };
	bool ok = store_write(catalog_db(catalog), job, &edit, err);
	arena_free(&arena);
	if (ok)
		catalog_rights_changed(catalog);
	return ok;
}

static bool trash_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry entry;
	sqlite3_stmt *stmt = NULL;
	if (!base_entry_load(conn, edit->arena, edit->id, false, &entry, err) ||
	    !store_prepare_c(conn, "UPDATE base SET deleted_at = ?2 WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->id);
	store_bind_int(stmt, 2, clock_now_ms());
	return store_run(conn, stmt, err) &&
	       base_entry_audit(conn, edit->arena, &entry, edit->actor, STR("base_trash"), NULL, STR(""), err);
}

bool base_entry_trash(struct catalog *catalog, int64_t id, struct str actor, struct error *err)
{
	return write_trash(catalog, trash_job, id, actor, err);
}

static bool purge_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry entry;
	sqlite3_stmt *stmt = NULL;
	if (!base_entry_load(conn, edit->arena, edit->id, true, &entry, err) ||
	    !store_prepare_c(conn, "DELETE FROM base WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->id);
	return store_run(conn, stmt, err) &&
	       base_entry_audit(conn, edit->arena, &entry, edit->actor, STR("base_purge"), NULL, STR(""), err);
}

bool base_entry_purge(struct catalog *catalog, int64_t id, struct str actor, struct error *err)
{
	return write_trash(catalog, purge_job, id, actor, err);
}

static bool restore_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry before;
	struct str name;
	sqlite3_stmt *stmt = NULL;
	if (!base_entry_load(conn, edit->arena, edit->id, true, &before, err) ||
	    !find_free_name(conn, edit->arena, before.workspace_id, before.name, &name, err) ||
	    !store_prepare_c(conn, "UPDATE base SET deleted_at = NULL, name = ?2 WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->id);
	store_bind_str(stmt, 2, name);
	return store_run(conn, stmt, err) && base_entry_load(conn, edit->arena, edit->id, false, edit->out, err) &&
	       base_entry_audit(conn, edit->arena, edit->out, edit->actor, STR("base_restore"), NULL, STR(""), err);
}

bool base_entry_restore(struct catalog *catalog, struct arena *arena, int64_t id, struct str actor,
			struct base_entry *out, struct error *err)
{
	struct edit edit = { .arena = arena, .id = id, .actor = actor, .out = out };
	if (!store_write(catalog_db(catalog), restore_job, &edit, err))
		return false;
	catalog_rights_changed(catalog);
	return true;
}

/* ---- stars ---- */

struct star {
	int64_t account_id, base_id;
	bool starred;
};

static bool star_job(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct star *star = ctx;
	sqlite3_stmt *stmt = NULL;
	struct str sql = star->starred ? STR("INSERT OR IGNORE INTO base_star (account_id, base_id) "
					     "SELECT a.id, b.id FROM account a, base b WHERE a.id = ?1 AND b.id = ?2")
				       : STR("DELETE FROM base_star WHERE account_id = ?1 AND base_id = ?2");
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, star->account_id);
	store_bind_int(stmt, 2, star->base_id);
	return store_run(conn, stmt, err);
}

bool base_entry_star(struct catalog *catalog, int64_t account_id, int64_t base_id, bool starred, struct error *err)
{
	struct star star = { .account_id = account_id, .base_id = base_id, .starred = starred };
	return store_write(catalog_db(catalog), star_job, &star, err);
}
