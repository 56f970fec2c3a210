/* Teams in the catalog. */
#include "catalog/team.h"

#include "catalog/catalog.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/store.h"

#define TEAM_SELECT                                                                                                    \
	"SELECT t.id, t.name, t.created_at, (SELECT count(*) FROM account a WHERE a.team_id = t.id), "                 \
	"(SELECT count(*) FROM account a WHERE a.team_id = t.id AND a.is_active), "                                    \
	"(SELECT count(*) FROM base b JOIN workspace w ON w.id = b.workspace_id "                                      \
	"WHERE w.team_id = t.id AND b.deleted_at IS NULL) FROM team t "

static void read_team(struct arena *arena, sqlite3_stmt *stmt, struct team *out)
{
	*out = (struct team){
		.id = store_column_int(stmt, 0),
		.name = store_column_copy(arena, stmt, 1),
		.created_at = store_column_int(stmt, 2),
		.members = store_column_int(stmt, 3),
		.active_members = store_column_int(stmt, 4),
		.bases = store_column_int(stmt, 5),
	};
}

static bool read_all(struct store_conn *conn, struct arena *arena, sqlite3_stmt *stmt, struct team **out, size_t *count,
		     struct error *err)
{
	struct team *list = NULL;
	size_t n = 0;
	for (;;) {
		bool row = false;
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		list = arena_more(arena, list, n, sizeof(*list));
		read_team(arena, stmt, &list[n++]);
	}
	*out = list;
	*count = n;
	return true;
}

/* Inside a read or write. */
static bool load(struct store_conn *conn, struct arena *arena, int64_t id, struct team *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	struct team *found = NULL;
	size_t count = 0;
	if (!store_prepare_c(conn, TEAM_SELECT "WHERE t.id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	if (!read_all(conn, arena, stmt, &found, &count, err))
		return false;
	if (count == 0)
		return FAIL_WITH(err, team_not_found, str_format(arena, "%lld", (long long)id));
	*out = found[0];
	return true;
}

bool team_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct team *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = load(conn, arena, id, out, err);
	store_read_end(db, &conn);
	return ok;
}

bool team_by_name(struct catalog *catalog, struct arena *arena, struct str name, struct team *out, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	struct team *found = NULL;
	size_t count = 0;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = store_prepare_c(conn, TEAM_SELECT "WHERE t.name = ?1", &stmt, err);
	if (ok) {
		store_bind_str(stmt, 1, name);
		ok = read_all(conn, arena, stmt, &found, &count, err);
	}
	store_read_end(db, &conn);
	if (!ok)
		return false;
	if (count == 0)
		return FAIL_WITH(err, team_not_found, name);
	*out = found[0];
	return true;
}

bool team_list(struct catalog *catalog, struct arena *arena, struct team **out, size_t *count, struct error *err)
{
	struct store_db *db = catalog_db(catalog);
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = store_prepare_c(conn, TEAM_SELECT "ORDER BY t.id", &stmt, err) &&
		  read_all(conn, arena, stmt, out, count, err);
	store_read_end(db, &conn);
	return ok;
}

/* ---- changing ---- */

struct edit {
	struct arena *arena;
	int64_t id; /* 0 = a new one */
	struct str name, actor;
	struct team *out;
};

static bool check_name_is_free(struct store_conn *conn, const struct edit *edit, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool taken = false;
	if (!store_prepare_c(conn, "SELECT 1 FROM team WHERE name = ?1 AND id <> ?2", &stmt, err))
		return false;
	store_bind_str(stmt, 1, edit->name);
	store_bind_int(stmt, 2, edit->id);
	if (!store_step(conn, stmt, &taken, err))
		return false;
	store_reset(stmt);
	return !taken || FAIL_WITH(err, team_exists, edit->name);
}

static bool note(struct store_conn *conn, const struct edit *edit, struct str action, struct error *err)
{
	const struct audit_field fields[] = { { "name", edit->name } };
	return audit_note(conn, edit->out->id, edit->actor, action, fields, 1, err);
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	sqlite3_stmt *stmt = NULL;
	if (!check_name_is_free(conn, edit, err) ||
	    !store_prepare_c(conn, "INSERT INTO team (name, created_at) VALUES (?1, ?2)", &stmt, err))
		return false;
	store_bind_str(stmt, 1, edit->name);
	store_bind_int(stmt, 2, clock_now_ms());
	return store_run(conn, stmt, err) && load(conn, edit->arena, store_last_rowid(conn), edit->out, err) &&
	       note(conn, edit, STR("team_create"), err);
}

bool team_create(struct catalog *catalog, struct arena *arena, struct str name, struct str actor, struct team *out,
		 struct error *err)
{
	struct edit edit = { .arena = arena, .name = name, .actor = actor, .out = out };
	return store_write(catalog_db(catalog), create_job, &edit, err);
}

static bool rename_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	sqlite3_stmt *stmt = NULL;
	if (!check_name_is_free(conn, edit, err) ||
	    !store_prepare_c(conn, "UPDATE team SET name = ?2 WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, edit->id);
	store_bind_str(stmt, 2, edit->name);
	return store_run(conn, stmt, err) && load(conn, edit->arena, edit->id, edit->out, err) &&
	       note(conn, edit, STR("team_rename"), err);
}

bool team_rename(struct catalog *catalog, struct arena *arena, int64_t id, struct str name, struct str actor,
		 struct team *out, struct error *err)
{
	struct edit edit = { .arena = arena, .id = id, .name = name, .actor = actor, .out = out };
	return store_write(catalog_db(catalog), rename_job, &edit, err);
}
