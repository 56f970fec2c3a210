/* Tokens, passwords and rights: who is calling, and what may they do (auth.md 2 and 3).
 *
 * Files: secret.c (the server's master secret and the keys derived from it), password.c (argon2id), jwt.c (HS256),
 * account_token.c (sign in, check), session.c (the same for browsers), api_token.c (make, list, change, delete, check),
 * base_token.c (issue, check), right.c (cached: may this account use this base?), cache.c, attempts.c (limit of
 * sign-ins), last_access.c, rate.c (limit of calls). */
#ifndef ATOLL_AUTH_AUTH_H
#define ATOLL_AUTH_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct auth;

enum { AUTH_BASE_TOKEN_SECONDS = 3 * 24 * 3600, AUTH_TEMP_TOKEN_SECONDS = 3600 };

/* Who a request comes from once its token has been checked. Text lives in the arena given to the check. */
struct caller {
	/* Account: a person. */
	int64_t account_id;  /* 0 for an API token */
	struct str username; /* "<32 hex>@auth.local"; empty for an API token */
	int64_t generation;  /* of the account: what it makes ends with its password */
	int64_t team_id;
	bool is_team_admin;
	bool is_system_admin;
	int64_t session_id; /* of the browser that calls; 0 when it is a program */
	/* One base: API tokens, temporary API tokens and base tokens. */
	int64_t base_id;      /* 0 for an account token */
	struct str base_uuid; /* with dashes */
	enum permission permission;
	int64_t api_token_id; /* 0 when it stems from an account */
	struct str app_name;  /* "" when it stems from an account */
};

/* The name under which a caller's changes are written: username, or app_name (auth.md 2.1). */
struct str caller_author(const struct caller *caller);

/* Opens the room: reads or makes the master secret (ATOLL_SECRET_KEY as 64 hex, else the file DIR/secret.key, mode
 * 0600), derives the keys for the JWTs, the hashes and the boxes from it. `secret_hex` absent = the file. Keeps
 * `catalog`. */
bool auth_open(struct catalog *catalog, const char *data, struct str secret_hex, struct auth **out, struct error *err);
/* Writes the pending last accesses and frees it. */
void auth_close(struct auth **auth);
/* Writes pending last accesses every 5 seconds; called about once a second, by one thread. */
void auth_tick(struct auth *auth);

/* ---- passwords ---- */

/* argon2id by libsodium, interactive limits, as text, in the arena. Each takes 64 MiB, so two run at once and a few
 * wait. Any password of 1 to 1024 bytes will do: who makes an account for somebody else decides what is good enough.
 * Errors: E_param_invalid, E_overloaded. */
bool auth_hash_password(struct arena *arena, struct str password, struct str *out, struct error *err);

/* ---- account tokens ---- */

/* Checks name (contact email or username) and password and answers the account's token: the same one at each call while
 * it exists. Errors: E_login_failed; E_too_many_requests with retry_after_s after too many failures of one name or
 * address (attempts.h; success forgets those of the name, not those of the address, or any account would do to guess at
 * others); E_overloaded. Takes the same time for an unknown name. */
bool auth_sign_in(struct auth *auth, struct arena *arena, struct str name, struct str password, struct str remote,
		  struct str *token, struct error *err);
/* E_auth_invalid for an unknown token, E_account_inactive. */
bool auth_check_account(struct auth *auth, struct arena *arena, struct str token, struct caller *out,
			struct error *err);

/* Sets the caller's own password (8 characters at least) and ends account token, base tokens and sessions, but not the
 * session that calls. Errors: E_old_password_wrong, E_password_too_short, E_param_invalid, E_too_many_requests,
 * E_overloaded. */
bool auth_change_password(struct auth *auth, struct arena *arena, const struct caller *caller, struct str old_password,
			  struct str new_password, struct str remote, struct error *err);

/* ---- sessions: browsers that are signed in by a cookie (session.c) ---- */

enum { AUTH_SESSION_SECONDS = 28 * 24 * 3600 };

struct auth_session {
	struct str token;      /* what the cookie holds */
	struct str csrf_token; /* bound to it; what pages send along with changes */
	struct caller caller;
	bool is_renewed; /* it now ends AUTH_SESSION_SECONDS from now: the cookie has to be sent again */
};

/* A new session for a name and a password. The errors of auth_sign_in(). */
bool auth_start_session(struct auth *auth, struct arena *arena, struct str name, struct str password, struct str remote,
			struct auth_session *out, struct error *err);
/* Checks a cookie's token, and lets the session live on. Errors: E_auth_missing when there is no such session,
 * E_account_inactive. */
bool auth_check_session(struct auth *auth, struct arena *arena, struct str token, struct auth_session *out,
			struct error *err);
/* Is `given` the session's CSRF token? In constant time. */
bool auth_is_csrf_token(const struct auth_session *session, struct str given);
bool auth_end_session(struct auth *auth, const struct caller *caller, struct error *err);

/* ---- API tokens ---- */

/* An API token as its owners see it (auth.md 3.2 T, 3.6 TA, TB). */
struct api_token {
	int64_t id;
	struct str app_name;
	struct str token; /* the 40 hex digits, decrypted */
	enum permission permission;
	struct str generated_by;      /* username */
	struct str generated_by_name; /* display name */
	int64_t generated_at, last_access;
	/* team-wide lists only */
	struct str base_uuid, base_name, base_icon, base_color;
};

/* Filters of a team-wide list; zero = none. */
struct api_token_filter {
	struct str search; /* in app or base names */
	struct str base_uuid;
	enum permission permission;
	int64_t unused_since; /* last access before this instant */
};

/* Makes a token. Errors: E_param_invalid (app_name: 1 to 255 characters, no control characters; not "." or "..", which
 * URLs resolve away; not under "@auth.local": it would sign changes with a person's name), E_app_name_exists. */
bool auth_create_api_token(struct auth *auth, struct arena *arena, int64_t base_id, struct str app_name,
			   enum permission permission, struct str generated_by, struct api_token *out,
			   struct error *err);
/* All tokens of one base, oldest first. */
bool auth_list_api_tokens(struct auth *auth, struct arena *arena, int64_t base_id, struct api_token **out,
			  size_t *count, struct error *err);
/* A page (from 1) of all tokens of all living bases of a team. */
bool auth_list_team_api_tokens(struct auth *auth, struct arena *arena, int64_t team_id,
			       const struct api_token_filter *filter, int page, int per_page, struct api_token **out,
			       size_t *count, int64_t *total, struct error *err);
/* Changes the permission; base tokens made before end at once. Errors: E_api_token_not_found. */
bool auth_change_api_token(struct auth *auth, struct arena *arena, int64_t base_id, struct str app_name,
			   enum permission permission, struct str actor, struct api_token *out, struct error *err);
/* Deletes it and ends its base tokens at once. Errors: E_api_token_not_found. */
bool auth_delete_api_token(struct auth *auth, int64_t base_id, struct str app_name, struct str actor,
			   struct error *err);
/* Checks an API token or a temporary one (recognised by its two dots) and notes the access.
 * Errors: E_permission_denied; E_base_not_found when the base is in the trash. */
bool auth_check_api_token(struct auth *auth, struct arena *arena, struct str token, struct caller *out,
			  struct error *err);
/* A temporary API token for a person on a base (JWT, one hour). */
bool auth_issue_temp_api_token(struct auth *auth, struct arena *arena, const struct caller *account,
			       struct str base_uuid, struct str *out, struct error *err);

/* ---- base tokens ---- */

/* "5h", "3d" -> seconds; anything else, or none: AUTH_BASE_TOKEN_SECONDS (auth.md 3.3). */
int64_t auth_parse_exp(struct str text);
/* The JWT for one base: of an API token (caller from auth_check_api_token()), or of an account with `permission`. */
bool auth_issue_base_token(struct auth *auth, struct arena *arena, const struct caller *caller, struct str base_uuid,
			   enum permission permission, int64_t seconds, struct str *out, struct error *err);
/* Verifies signature, expiry, revocation and that the base lives; fills caller for that base. No disk is read while the
 * cache of rights is warm. Errors: E_base_token_invalid, E_base_token_expired. `base_uuid` is the path's; another
 * base's token gives E_base_token_invalid. */
bool auth_check_base_token(struct auth *auth, struct arena *arena, struct str token, struct str base_uuid,
			   struct caller *out, struct error *err);

/* ---- rights ---- */

/* What an account may do with a base: owner of the personal workspace or member of the group's workspace: rw; shares:
 * theirs; PERM_NONE otherwise or when the base is in the trash. Cached until catalog_rights_version() changes. */
bool auth_account_permission(struct auth *auth, int64_t account_id, int64_t base_id, enum permission *out,
			     struct error *err);

#endif
