/* Accounts: the people who can sign in. Everyone belongs to one team and has one personal workspace. An account has two
 * names: the username, which never changes and which rows and logs hold, and the contact email, by which people sign
 * in. Contract: auth.md 4 and 8. */
#ifndef ATOLL_CATALOG_ACCOUNT_H
#define ATOLL_CATALOG_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;

struct account {
	int64_t id;
	struct str username; /* "<32 hex>@auth.local" */
	struct str contact_email, name, login_id, id_in_org;
	struct str language, time_zone; /* "" = not chosen */
	bool is_active, is_system_admin, is_team_admin;
	int64_t team_id;
	int64_t created_at;
	int64_t last_login; /* 0 = never */
	int64_t generation; /* grows with each new password */
};

/* An email address as far as a server can tell: something@something of at most 254 bytes without blanks and control
 * characters, and not under "@auth.local", where usernames live. Errors: E_param_invalid naming `param`. */
bool account_check_email(struct str text, const char *param, struct str *email, struct error *err);

/* ---- finding; all fail with E_user_not_found ---- */

bool account_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct account *out, struct error *err);
/* By username or contact email (any letter case). */
bool account_find(struct catalog *catalog, struct arena *arena, struct str name, struct account *out,
		  struct error *err);
/* The same among the people of one team: everybody else is not found. */
bool account_find_in_team(struct catalog *catalog, struct arena *arena, int64_t team_id, struct str name,
			  struct account *out, struct error *err);

struct account_query {
	int64_t team_id;   /* 0 = all teams */
	struct str search; /* part of the name or contact email, ignoring the case of ASCII letters; absent = all */
	bool active_only;
	int page;     /* from 1 */
	int per_page; /* 0 = all */
};

/* By id. `total` (may be NULL): accounts on all pages. */
bool account_list(struct catalog *catalog, struct arena *arena, const struct account_query *query, struct account **out,
		  size_t *count, int64_t *total, struct error *err);

/* ---- changing; `actor` goes to the audit: a username, or "command line" ---- */

struct account_new {
	int64_t team_id;
	struct str contact_email; /* checked */
	struct str name;          /* checked with catalog_check_name() */
	struct str password_hash; /* auth_hash_password() */
	bool is_team_admin, is_system_admin;
};

/* Makes an account and its personal workspace. Errors: E_user_exists, E_team_not_found. */
bool account_create(struct catalog *catalog, struct arena *arena, const struct account_new *wanted, struct str actor,
		    struct account *out, struct error *err);

/* A flag in a change. */
enum account_flag { FLAG_STAYS, FLAG_OFF, FLAG_ON };

struct account_change {
	struct str contact_email, name, id_in_org, language, time_zone; /* checked; absent = stays */
	enum account_flag is_active, is_team_admin, is_system_admin;
};

/* Takes effect on all tokens at once. Errors: E_user_not_found, E_user_exists (contact email), E_last_admin (nobody
 * would be left to administer the team). */
bool account_change(struct catalog *catalog, struct arena *arena, int64_t id, const struct account_change *change,
		    struct str actor, struct account *out, struct error *err);
/* Also ends the account token, what was made with it, and the sessions: whoever knows one of these, or the old
 * password, is out. Errors: E_user_not_found. */
bool account_set_password(struct catalog *catalog, int64_t id, struct str password_hash, struct str actor,
			  struct error *err);
/* The same for the own password, which was found right against `old_hash`; the session `keep_session` lives on (0 =
 * none). Errors: E_user_not_found; E_old_password_wrong when there is another one by now. */
bool account_change_password(struct catalog *catalog, int64_t id, struct str old_hash, struct str password_hash,
			     int64_t keep_session, struct str actor, struct error *err);
/* Deletes an account with its tokens, shares and memberships. An active admin of the team (the actor, if it is one)
 * takes over its groups, and its bases, which go to that admin's trash. Errors: E_user_not_found, E_last_admin. */
bool account_delete(struct catalog *catalog, int64_t id, struct str actor, struct error *err);

#endif
