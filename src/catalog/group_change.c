/* Groups of people: making, changing and deleting, and who belongs to them. Each change is one job of the catalog's
 * write queue. */
#include "catalog/group.h"

#include "catalog/catalog.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/clock.h"
#include "store/sql.h"
#include "store/store.h"

/* What the jobs below need; each uses a part of it. */
struct edit {
	struct arena *arena;
	int64_t id, team_id;
	struct str name; /* of the group; absent = stays */
	int64_t account_id;
	struct str account_name; /* how errors call it */
	bool is_admin;
	struct str actor;
	struct group *out;
};

static bool check_name_is_free(struct store_conn *conn, int64_t team_id, struct str name, int64_t but,
			       struct error *err)
{
	bool taken = false;
	if (!store_find_any(conn,
			    SQL("SELECT 1 FROM people WHERE team_id = ?1 AND name = ?2 AND id <> ?3", SQL_INT(team_id),
				SQL_STR(name), SQL_INT(but)),
			    &taken, err))
		return false;
	return !taken || FAIL_WITH(err, group_exists, name);
}

static bool check_account(struct store_conn *conn, struct arena *arena, int64_t team_id, int64_t account_id,
			  struct str name, struct error *err)
{
	bool found = false;
	if (!store_find_any(
		    conn,
		    SQL("SELECT 1 FROM account WHERE id = ?1 AND team_id = ?2", SQL_INT(account_id), SQL_INT(team_id)),
		    &found, err))
		return false;
	if (found)
		return true;
	if (!name.at)
		name = str_format(arena, "%lld", (long long)account_id);
	return FAIL_WITH(err, user_not_found, name);
}

/* Makes the account a member, or changes whether it is an admin. */
static bool put_member(struct store_conn *conn, int64_t group_id, int64_t account_id, bool is_admin, struct error *err)
{
	return store_run_sql(conn,
			     SQL("INSERT INTO people_member (people_id, account_id, is_admin) VALUES (?1, ?2, ?3) "
				 "ON CONFLICT DO UPDATE SET is_admin = excluded.is_admin",
				 SQL_INT(group_id), SQL_INT(account_id), SQL_INT(is_admin)),
			     err);
}

static bool note(struct store_conn *conn, const struct edit *edit, const struct group *group, struct str action,
		 struct error *err)
{
	struct str account = { 0 };
	if (edit->account_id)
		account = str_format(edit->arena, "%lld", (long long)edit->account_id);
	const struct audit_field fields[] = {
		{ "group", str_format(edit->arena, "%lld", (long long)group->id) },
		{ "name", group->name },
		{ "account_id", account },
	};
	return audit_note(conn, group->team_id, edit->actor, action, fields, 3, err);
}

/* ---- creating ---- */

static bool insert_group(struct store_conn *conn, const struct edit *edit, int64_t *id, struct error *err)
{
	if (!store_run_sql(conn,
			   SQL("INSERT INTO people (team_id, name, owner_id, created_at) VALUES (?1, ?2, ?3, ?4)",
			       SQL_INT(edit->team_id), SQL_STR(edit->name), SQL_INT(edit->account_id),
			       SQL_INT(clock_now_ms())),
			   err))
		return false;
	*id = store_last_rowid(conn);
	return true;
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	int64_t id = 0;
	return check_name_is_free(conn, edit->team_id, edit->name, 0, err) &&
	       check_account(conn, edit->arena, edit->team_id, edit->account_id, edit->account_name, err) &&
	       insert_group(conn, edit, &id, err) && put_member(conn, id, edit->account_id, true, err) &&
	       workspace_add_group(conn, edit->team_id, id, err) && group_load(conn, edit->arena, id, edit->out, err) &&
	       note(conn, edit, edit->out, STR("group_create"), err);
}

bool group_create(struct catalog *catalog, struct arena *arena, int64_t team_id, struct str name, int64_t owner_id,
		  struct str actor, struct group *out, struct error *err)
{
	struct edit edit = {
		.arena = arena, .team_id = team_id, .name = name, .account_id = owner_id, .actor = actor, .out = out
	};
	return catalog_write(catalog, create_job, &edit, err);
}

/* ---- changing ---- */

static bool rename_group(struct store_conn *conn, const struct edit *edit, const struct group *now, struct error *err)
{
	if (!edit->name.at)
		return true;
	return check_name_is_free(conn, now->team_id, edit->name, now->id, err) &&
	       store_run_sql(conn,
			     SQL("UPDATE people SET name = ?2 WHERE id = ?1", SQL_INT(now->id), SQL_STR(edit->name)),
			     err);
}

static bool hand_over(struct store_conn *conn, const struct edit *edit, const struct group *now, struct error *err)
{
	if (!edit->account_id)
		return true;
	return check_account(conn, edit->arena, now->team_id, edit->account_id, edit->account_name, err) &&
	       store_run_sql(conn,
			     SQL("UPDATE people SET owner_id = ?2 WHERE id = ?1", SQL_INT(now->id),
				 SQL_INT(edit->account_id)),
			     err) &&
	       put_member(conn, now->id, edit->account_id, true, err);
}

static bool change_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct group now;
	return group_load(conn, edit->arena, edit->id, &now, err) && rename_group(conn, edit, &now, err) &&
	       hand_over(conn, edit, &now, err) && group_load(conn, edit->arena, edit->id, edit->out, err) &&
	       note(conn, edit, edit->out, STR("group_change"), err);
}

bool group_change(struct catalog *catalog, struct arena *arena, int64_t id, struct str name, int64_t owner_id,
		  struct str actor, struct group *out, struct error *err)
{
	struct edit edit = {
		.arena = arena, .id = id, .name = name, .account_id = owner_id, .actor = actor, .out = out
	};
	return catalog_write(catalog, change_job, &edit, err);
}

/* ---- deleting ---- */

static bool check_is_empty(struct store_conn *conn, int64_t group_id, struct error *err)
{
	bool found = false;
	if (!store_find_any(conn,
			    SQL("SELECT 1 FROM base b JOIN workspace w ON w.id = b.workspace_id "
				"WHERE w.people_id = ?1 AND b.deleted_at IS NULL",
				SQL_INT(group_id)),
			    &found, err))
		return false;
	return !found || FAIL(err, group_has_bases);
}

static bool move_trash_to_owner(struct store_conn *conn, const struct group *group, struct error *err)
{
	return store_run_sql(conn,
			     SQL("UPDATE base SET workspace_id = (SELECT id FROM workspace WHERE account_id = ?2) "
				 "WHERE workspace_id = (SELECT id FROM workspace WHERE people_id = ?1)",
				 SQL_INT(group->id), SQL_INT(group->owner_id)),
			     err);
}

static bool delete_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct group now;
	return group_load(conn, edit->arena, edit->id, &now, err) && check_is_empty(conn, edit->id, err) &&
	       move_trash_to_owner(conn, &now, err) &&
	       store_run_sql(conn, SQL("DELETE FROM people WHERE id = ?1", SQL_INT(edit->id)), err) &&
	       note(conn, edit, &now, STR("group_delete"), err);
}

bool group_delete(struct catalog *catalog, int64_t id, struct str actor, struct error *err)
{
	struct edit edit = { .id = id, .actor = actor };
	return catalog_write_alone(catalog, delete_job, &edit, &edit.arena, err);
}

/* ---- members ---- */

static bool is_member(struct store_conn *conn, const struct edit *edit, bool *found, struct error *err)
{
	return store_find_any(conn,
			      SQL("SELECT 1 FROM people_member WHERE people_id = ?1 AND account_id = ?2",
				  SQL_INT(edit->id), SQL_INT(edit->account_id)),
			      found, err);
}

static bool add_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct group now;
	bool found = false;
	if (!group_load(conn, edit->arena, edit->id, &now, err) ||
	    !check_account(conn, edit->arena, now.team_id, edit->account_id, edit->account_name, err) ||
	    !is_member(conn, edit, &found, err))
		return false;
	if (found)
		return FAIL_WITH(err, member_exists, edit->account_name);
	return put_member(conn, edit->id, edit->account_id, false, err) &&
	       note(conn, edit, &now, STR("group_add_member"), err);
}

bool group_add_member(struct catalog *catalog, int64_t group_id, int64_t account_id, struct str name, struct str actor,
		      struct error *err)
{
	struct edit edit = { .id = group_id, .account_id = account_id, .account_name = name, .actor = actor };
	return catalog_write_alone(catalog, add_job, &edit, &edit.arena, err);
}

/* The group, of which the account is a member but not the owner. */
static bool load_for_member(struct store_conn *conn, const struct edit *edit, struct group *out, struct error *err)
{
	bool found = false;
	if (!group_load(conn, edit->arena, edit->id, out, err) || !is_member(conn, edit, &found, err))
		return false;
	if (!found)
		return FAIL_WITH(err, member_not_found, edit->account_name);
	return out->owner_id != edit->account_id || FAIL(err, group_owner_stays);
}

static bool admin_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct group now;
	return load_for_member(conn, edit, &now, err) &&
	       put_member(conn, edit->id, edit->account_id, edit->is_admin, err) &&
	       note(conn, edit, &now, edit->is_admin ? STR("group_set_admin") : STR("group_unset_admin"), err);
}

bool group_set_admin(struct catalog *catalog, int64_t group_id, int64_t account_id, struct str name, bool is_admin,
		     struct str actor, struct error *err)
{
	struct edit edit = {
		.id = group_id, .account_id = account_id, .account_name = name, .is_admin = is_admin, .actor = actor
	};
	return catalog_write_alone(catalog, admin_job, &edit, &edit.arena, err);
}

static bool remove_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct group now;
	return load_for_member(conn, edit, &now, err) &&
	       store_run_sql(conn,
			     SQL("DELETE FROM people_member WHERE people_id = ?1 AND account_id = ?2",
				 SQL_INT(edit->id), SQL_INT(edit->account_id)),
			     err) &&
	       note(conn, edit, &now, STR("group_remove_member"), err);
}

bool group_remove_member(struct catalog *catalog, int64_t group_id, int64_t account_id, struct str name,
			 struct str actor, struct error *err)
{
	struct edit edit = { .id = group_id, .account_id = account_id, .account_name = name, .actor = actor };
	return catalog_write_alone(catalog, remove_job, &edit, &edit.arena, err);
}
