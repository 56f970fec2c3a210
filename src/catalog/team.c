/* Teams in the catalog. */
#include "catalog/team.h"

#include "catalog/catalog.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/sql.h"
#include "store/store.h"

#define TEAM_SELECT                                                                                                    \
	"SELECT t.id, t.name, t.created_at, (SELECT count(*) FROM account a WHERE a.team_id = t.id), "                 \
	"(SELECT count(*) FROM account a WHERE a.team_id = t.id AND a.is_active), "                                    \
	"(SELECT count(*) FROM base b JOIN workspace w ON w.id = b.workspace_id "                                      \
	"WHERE w.team_id = t.id AND b.deleted_at IS NULL) FROM team t "

static void read_team(struct arena *arena, sqlite3_stmt *stmt, void *team)
{
	struct team *out = team;
	*out = (struct team){
		.id = store_column_int(stmt, 0),
		.name = store_column_copy(arena, stmt, 1),
		.created_at = store_column_int(stmt, 2),
		.members = store_column_int(stmt, 3),
		.active_members = store_column_int(stmt, 4),
		.bases = store_column_int(stmt, 5),
	};
}

/* Inside a read or write. */
static bool load(struct store_conn *conn, struct arena *arena, int64_t id, struct team *out, struct error *err)
{
	bool found = false;
	if (!store_find_row(conn, arena, SQL(TEAM_SELECT "WHERE t.id = ?1", SQL_INT(id)), read_team, out, &found, err))
		return false;
	return found || FAIL_WITH(err, team_not_found, str_format(arena, "%lld", (long long)id));
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
	bool found = false;
	if (!store_read_row(catalog_db(catalog), arena, SQL(TEAM_SELECT "WHERE t.name = ?1", SQL_STR(name)), read_team,
			    out, &found, err))
		return false;
	return found || FAIL_WITH(err, team_not_found, name);
}

bool team_list(struct catalog *catalog, struct arena *arena, struct team **out, size_t *count, struct error *err)
{
	return store_read_list(catalog_db(catalog), arena, SQL_ALONE(TEAM_SELECT "ORDER BY t.id"), read_team, out,
			       count, err);
}

/* ---- making ---- */

struct creation {
	struct arena *arena;
	struct str name, actor;
	struct team *out;
};

static bool check_name_is_free(struct store_conn *conn, const struct creation *creation, struct error *err)
{
	bool taken = false;
	if (!store_find_any(conn, SQL("SELECT 1 FROM team WHERE name = ?1", SQL_STR(creation->name)), &taken, err))
		return false;
	return !taken || FAIL_WITH(err, team_exists, creation->name);
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct creation *creation = ctx;
	const struct audit_field fields[] = { { "name", creation->name } };
	return check_name_is_free(conn, creation, err) &&
	       store_run_sql(conn,
			     SQL("INSERT INTO team (name, created_at) VALUES (?1, ?2)", SQL_STR(creation->name),
				 SQL_INT(clock_now_ms())),
			     err) &&
	       load(conn, creation->arena, store_last_rowid(conn), creation->out, err) &&
	       audit_note(conn, creation->out->id, creation->actor, STR("team_create"), fields, 1, err);
}

bool team_create(struct catalog *catalog, struct arena *arena, struct str name, struct str actor, struct team *out,
		 struct error *err)
{
	struct creation creation = { .arena = arena, .name = name, .actor = actor, .out = out };
	return store_write(catalog_db(catalog), create_job, &creation, err);
}
