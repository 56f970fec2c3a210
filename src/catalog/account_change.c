/* Accounts: making, changing and deleting. Each change is one job of the catalog's write queue. */
#include "catalog/account.h"

#include <stdio.h>

#include "catalog/account_row.h"
#include "catalog/catalog.h"
#include "catalog/session.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/id.h"
#include "store/sql.h"
#include "store/store.h"

enum { USERNAME_BYTES = 16 };

/* What the jobs below need; each uses a part of it. */
struct edit {
	struct arena *arena;
	int64_t id;
	struct str actor;
	const struct account_new *wanted;
	const struct account_change *change;
	struct str password_hash;
	struct str old_hash; /* that of the present password; absent = whatever it is */
	int64_t keep_session;
	struct account *out;
};

static bool check_email_is_free(struct store_conn *conn, struct str email, int64_t but, struct error *err)
{
	bool taken = false;
	if (!store_find_any(
		    conn,
		    SQL("SELECT 1 FROM account WHERE contact_email = ?1 AND id <> ?2", SQL_STR(email), SQL_INT(but)),
		    &taken, err))
		return false;
	return !taken || FAIL_WITH(err, user_exists, email);
}

/* An active admin of the team other than `but`, the actor when it is one; E_last_admin when there is none. */
static bool find_other_admin(struct store_conn *conn, const struct account *but, struct str actor, int64_t *out,
			     struct error *err)
{
	if (!store_find_number(
		    conn,
		    SQL("SELECT id FROM account WHERE team_id = ?1 AND is_team_admin AND is_active AND id <> ?2 "
			"ORDER BY username = ?3 DESC, id LIMIT 1",
			SQL_INT(but->team_id), SQL_INT(but->id), SQL_STR(actor)),
		    out, err))
		return false;
	return *out != 0 || FAIL(err, last_admin);
}

static bool note(struct store_conn *conn, const struct account *account, struct str actor, struct str action,
		 struct error *err)
{
	const struct audit_field fields[] = { { "account", account->username },
					      { "contact_email", account->contact_email } };
	return audit_note(conn, account->team_id, actor, action, fields, 2, err);
}

/* ---- creating ---- */

static bool check_team(struct store_conn *conn, struct arena *arena, int64_t team_id, struct error *err)
{
	bool found = false;
	if (!store_find_any(conn, SQL("SELECT 1 FROM team WHERE id = ?1", SQL_INT(team_id)), &found, err))
		return false;
	return found || FAIL_WITH(err, team_not_found, str_format(arena, "%lld", (long long)team_id));
}

static bool insert_account(struct store_conn *conn, const struct account_new *wanted, int64_t *id, struct error *err)
{
	char hex[2 * USERNAME_BYTES + 1];
	char username[sizeof(hex) + sizeof("@auth.local")];
	id_new_hex(hex, USERNAME_BYTES);
	(void)snprintf(username, sizeof(username), "%s@auth.local", hex);
	if (!store_run_sql(
		    conn,
		    SQL("INSERT INTO account (username, contact_email, name, password_hash, is_system_admin, team_id, "
			"is_team_admin, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
			SQL_STR(str_from_c(username)), SQL_STR(wanted->contact_email), SQL_STR(wanted->name),
			SQL_STR(wanted->password_hash), SQL_INT(wanted->is_system_admin), SQL_INT(wanted->team_id),
			SQL_INT(wanted->is_team_admin), SQL_INT(clock_now_ms())),
		    err))
		return false;
	*id = store_last_rowid(conn);
	return true;
}

static bool create_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	int64_t id = 0;
	return check_team(conn, edit->arena, edit->wanted->team_id, err) &&
	       check_email_is_free(conn, edit->wanted->contact_email, 0, err) &&
	       insert_account(conn, edit->wanted, &id, err) &&
	       workspace_add_personal(conn, edit->wanted->team_id, id, err) &&
	       account_load(conn, edit->arena, id, edit->out, err) &&
	       note(conn, edit->out, edit->actor, STR("account_create"), err);
}

bool account_create(struct catalog *catalog, struct arena *arena, const struct account_new *wanted, struct str actor,
		    struct account *out, struct error *err)
{
	struct edit edit = { .arena = arena, .actor = actor, .wanted = wanted, .out = out };
	return catalog_write(catalog, create_job, &edit, err);
}

/* ---- changing ---- */

static bool apply_flag(enum account_flag flag, bool now)
{
	return flag == FLAG_STAYS ? now : flag == FLAG_ON;
}

/* A team that has an active admin keeps one. */
static bool check_admin_stays(struct store_conn *conn, const struct account *now, const struct account_change *change,
			      struct error *err)
{
	bool stays =
		apply_flag(change->is_active, now->is_active) && apply_flag(change->is_team_admin, now->is_team_admin);
	int64_t other = 0;
	if (!now->is_active || !now->is_team_admin || stays)
		return true;
	return find_other_admin(conn, now, STR(""), &other, err);
}

static bool update_account(struct store_conn *conn, const struct account *now, const struct account_change *change,
			   struct error *err)
{
	return store_run_sql(
		conn,
		SQL("UPDATE account SET contact_email = coalesce(?2, contact_email), name = coalesce(?3, name), "
		    "id_in_org = coalesce(?4, id_in_org), language = coalesce(?5, language), "
		    "time_zone = coalesce(?6, time_zone), is_active = ?7, is_team_admin = ?8, "
		    "is_system_admin = ?9 WHERE id = ?1",
		    SQL_INT(now->id), SQL_STR(change->contact_email), SQL_STR(change->name), SQL_STR(change->id_in_org),
		    SQL_STR(change->language), SQL_STR(change->time_zone),
		    SQL_INT(apply_flag(change->is_active, now->is_active)),
		    SQL_INT(apply_flag(change->is_team_admin, now->is_team_admin)),
		    SQL_INT(apply_flag(change->is_system_admin, now->is_system_admin))),
		err);
}

static struct str flag_text(enum account_flag flag)
{
	static const struct str TEXTS[] = {
		[FLAG_STAYS] = { NULL, 0 }, [FLAG_OFF] = { "off", 3 }, [FLAG_ON] = { "on", 2 }
	};
	return TEXTS[flag];
}

static bool note_change(struct store_conn *conn, const struct edit *edit, struct error *err)
{
	const struct account_change *change = edit->change;
	const struct audit_field fields[] = {
		{ "account", edit->out->username },
		{ "contact_email", change->contact_email },
		{ "name", change->name },
		{ "is_active", flag_text(change->is_active) },
		{ "is_team_admin", flag_text(change->is_team_admin) },
		{ "is_system_admin", flag_text(change->is_system_admin) },
	};
	return audit_note(conn, edit->out->team_id, edit->actor, STR("account_change"), fields,
			  sizeof(fields) / sizeof(fields[0]), err);
}

static bool change_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct account now;
	if (!account_load(conn, edit->arena, edit->id, &now, err) ||
	    !check_admin_stays(conn, &now, edit->change, err) ||
	    (edit->change->contact_email.at && !check_email_is_free(conn, edit->change->contact_email, edit->id, err)))
		return false;
	if (edit->change->is_active == FLAG_OFF && !session_end_all(conn, edit->id, 0, err))
		return false;
	return update_account(conn, &now, edit->change, err) &&
	       account_load(conn, edit->arena, edit->id, edit->out, err) && note_change(conn, edit, err);
}

bool account_change(struct catalog *catalog, struct arena *arena, int64_t id, const struct account_change *change,
		    struct str actor, struct account *out, struct error *err)
{
	struct edit edit = { .arena = arena, .id = id, .actor = actor, .change = change, .out = out };
	return catalog_write(catalog, change_job, &edit, err);
}

/* ---- password ---- */

static bool set_password(struct store_conn *conn, const struct edit *edit, struct error *err)
{
	if (!store_run_sql(conn,
			   SQL("UPDATE account SET password_hash = ?2, generation = generation + 1 "
			       "WHERE id = ?1 AND (?3 IS NULL OR password_hash = ?3)",
			       SQL_INT(edit->id), SQL_STR(edit->password_hash), SQL_STR(edit->old_hash)),
			   err))
		return false;
	return store_changes(conn) == 1 || FAIL(err, old_password_wrong);
}

static bool password_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct account now;
	return account_load(conn, edit->arena, edit->id, &now, err) && set_password(conn, edit, err) &&
	       session_end_all(conn, edit->id, edit->keep_session, err) &&
	       store_run_sql(conn, SQL("DELETE FROM account_token WHERE account_id = ?1", SQL_INT(edit->id)), err) &&
	       note(conn, &now, edit->actor, STR("account_set_password"), err);
}

bool account_set_password(struct catalog *catalog, int64_t id, struct str password_hash, struct str actor,
			  struct error *err)
{
	struct edit edit = { .id = id, .actor = actor, .password_hash = password_hash };
	return catalog_write_alone(catalog, password_job, &edit, &edit.arena, err);
}

bool account_change_password(struct catalog *catalog, int64_t id, struct str old_hash, struct str password_hash,
			     int64_t keep_session, struct str actor, struct error *err)
{
	struct edit edit = { .id = id,
			     .actor = actor,
			     .password_hash = password_hash,
			     .old_hash = old_hash,
			     .keep_session = keep_session };
	return catalog_write_alone(catalog, password_job, &edit, &edit.arena, err);
}

/* ---- deleting ---- */

/* Everything that would otherwise lose its owner goes from account ?1 to account ?2, bases by way of the trash. */
static const char *const DELETE_STEPS[] = {
	"INSERT INTO people_member (people_id, account_id, is_admin) SELECT id, ?2, 1 FROM people WHERE owner_id = ?1 "
	"ON CONFLICT DO UPDATE SET is_admin = 1",
	"UPDATE people SET owner_id = ?2 WHERE owner_id = ?1",
	"UPDATE base SET deleted_at = coalesce(deleted_at, ?3), "
	"workspace_id = (SELECT id FROM workspace WHERE account_id = ?2) "
	"WHERE workspace_id = (SELECT id FROM workspace WHERE account_id = ?1)",
	"DELETE FROM account WHERE id = ?1",
};

static bool delete_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct edit *edit = ctx;
	struct account now;
	int64_t heir = 0;
	if (!account_load(conn, edit->arena, edit->id, &now, err) ||
	    !find_other_admin(conn, &now, edit->actor, &heir, err))
		return false;
	for (size_t i = 0; i < sizeof(DELETE_STEPS) / sizeof(DELETE_STEPS[0]); i++) {
		if (!store_run_sql(conn,
				   SQL_TEXT(str_from_c(DELETE_STEPS[i]), SQL_INT(edit->id), SQL_INT(heir),
					    SQL_INT(clock_now_ms())),
				   err))
			return false;
	}
	return note(conn, &now, edit->actor, STR("account_delete"), err);
}

bool account_delete(struct catalog *catalog, int64_t id, struct str actor, struct error *err)
{
	struct edit edit = { .id = id, .actor = actor };
	return catalog_write_alone(catalog, delete_job, &edit, &edit.arena, err);
}
