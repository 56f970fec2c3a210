/* API tokens in the catalog: making, changing and deleting, and when they were last used. */
#include "catalog/api_token.h"

#include "catalog/base_entry_row.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/sql.h"
#include "store/store.h"

/* What the jobs below need; each uses a part of it. */
struct edit {
	struct arena *arena;
	int64_t base_id;
	struct str app_name;
	enum permission permission;
	struct str actor;
	struct api_token_row *row;
};

/* Notes what was done to the token of a base that may be in the trash. */
static bool note(struct store_conn *conn, const struct edit *edit, struct str action, struct error *err)
{
	const struct api_token_row *row = edit->row;
	struct base_entry base;
	if (!base_entry_load(conn, edit->arena, row->base_id, row->is_trashed, &base, err))
		return false;
	const struct audit_field fields[] = {
		{ "base", base.uuid },
		{ "app_name", row->app_name },
		{ "permission", permission_text(row->permission) },
	};
	return audit_note(conn, base.team_id, edit->actor, action, fields, 3, err);
}

/* ---- making ---- */

static bool check_app_name_is_free(struct store_conn *conn, const struct api_token_row *row, struct error *err)
{
	bool taken = false;
	if (!store_find_any(conn,
			    SQL("SELECT 1 FROM api_token WHERE base_id = ?1 AND app_name = ?2", SQL_INT(row->base_id),
				SQL_STR(row->app_name)),
			    &taken, err))
		return false;
	return !taken || FAIL_WITH(err, app_name_exists, row->app_name);
}

static bool insert_row(struct store_conn *conn, const struct api_token_row *row, struct error *err)
{
	return store_run_sql(
		conn,
		SQL("INSERT INTO api_token (base_id, app_name, permission, token_hash, token_box, generated_by, "
		    "generated_at, last_access) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
		    SQL_INT(row->base_id), SQL_STR(row->app_name), SQL_STR(permission_text(row->permission)),
		    SQL_BLOB(row->hash), SQL_BLOB(row->box), SQL_STR(row->generated_by), SQL_INT(clock_now_ms())),
		err);
}

static bool insert_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct base_entry base;
	return base_entry_load(conn, edit->arena, edit->row->base_id, false, &base, err) &&
	       check_app_name_is_free(conn, edit->row, err) && insert_row(conn, edit->row, err) &&
	       api_token_load(conn, edit->arena, edit->row->base_id, edit->row->app_name, edit->row, err) &&
	       note(conn, edit, STR("api_token_create"), err);
}

bool api_token_insert(struct catalog *catalog, struct arena *arena, struct api_token_row *row, struct error *err)
{
	struct edit edit = { .arena = arena, .row = row, .actor = row->generated_by };
	return catalog_write(catalog, insert_job, &edit, err);
}

/* ---- changing ---- */

static bool change_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	return store_run_sql(conn,
			     SQL("UPDATE api_token SET permission = ?3, generation = generation + (permission <> ?3) "
				 "WHERE base_id = ?1 AND app_name = ?2",
				 SQL_INT(edit->base_id), SQL_STR(edit->app_name),
				 SQL_STR(permission_text(edit->permission))),
			     err) &&
	       api_token_load(conn, edit->arena, edit->base_id, edit->app_name, edit->row, err) &&
	       note(conn, edit, STR("api_token_change"), err);
}

bool api_token_change(struct catalog *catalog, struct arena *arena, int64_t base_id, struct str app_name,
		      enum permission permission, struct str actor, struct api_token_row *out, struct error *err)
{
	struct edit edit = { .arena = arena,
			     .base_id = base_id,
			     .app_name = app_name,
			     .permission = permission,
			     .actor = actor,
			     .row = out };
	return catalog_write(catalog, change_job, &edit, err);
}

/* ---- deleting ---- */

static bool delete_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	return api_token_load(conn, edit->arena, edit->base_id, edit->app_name, edit->row, err) &&
	       store_run_sql(conn, SQL("DELETE FROM api_token WHERE id = ?1", SQL_INT(edit->row->id)), err) &&
	       note(conn, edit, STR("api_token_delete"), err);
}

bool api_token_delete(struct catalog *catalog, int64_t base_id, struct str app_name, struct str actor,
		      struct error *err)
{
	struct api_token_row row;
	struct edit edit = { .base_id = base_id, .app_name = app_name, .actor = actor, .row = &row };
	return catalog_write_alone(catalog, delete_job, &edit, &edit.arena, err);
}

/* ---- last access ---- */

struct accesses {
	const struct api_token_access *list;
	size_t count;
};

static bool accesses_job(struct store_conn *conn, void *ctx, struct error *err)
{
	const struct accesses *accesses = ctx;
	for (size_t i = 0; i < accesses->count; i++) {
		const struct api_token_access *access = &accesses->list[i];
		if (!store_run_sql(conn,
				   SQL("UPDATE api_token SET last_access = max(last_access, ?2) WHERE id = ?1",
				       SQL_INT(access->token_id), SQL_INT(access->at)),
				   err))
			return false;
	}
	return true;
}

bool api_token_write_accesses(struct catalog *catalog, const struct api_token_access *accesses, size_t count,
			      struct error *err)
{
	struct accesses ctx = { .list = accesses, .count = count };
	return store_write(catalog_db(catalog), accesses_job, &ctx, err);
}
