/* What the files of this room share among themselves: its state, keys, and the cached state of tokens. Others use
 * auth.h. */
#ifndef ATOLL_AUTH_ROOM_H
#define ATOLL_AUTH_ROOM_H

#include <stdatomic.h>

#include "auth/auth.h"
#include "auth/secret.h"
#include "core/id.h"

struct account;
struct account_login;
struct attempts;
struct auth_cache;
struct last_access;

struct auth {
	struct catalog *catalog;
	struct auth_keys keys;
	/* Each holds copies of what the catalog says, valid for one catalog_rights_version(). */
	struct auth_cache *accounts; /* hash of an account token -> struct account_state, username */
	struct auth_cache *sessions; /* hash of a session's cookie -> its state, username */
	struct auth_cache *tokens;   /* hash of an API token -> struct token_state, app name */
	struct auth_cache *tokens_by_id;
	struct auth_cache *rights; /* account and base -> struct right */
	struct attempts *sign_ins;
	struct last_access *accesses;
	int64_t flushed_at_us; /* when the last accesses were written; used by auth_tick() alone */
};

/* What there is to know of a person who calls; the username is kept beside it. */
struct account_state {
	int64_t id, team_id, generation;
	bool is_active, is_team_admin, is_system_admin;
};

struct account_state auth_account_state(const struct account *account);
/* E_account_inactive. */
bool auth_fill_caller(const struct account_state *state, struct str username, struct caller *out, struct error *err);
/* Checks name and password under the limits of attempts.h; *out must be zero. The errors of auth_sign_in().
 * (account_token.c) */
bool auth_check_login(struct auth *auth, struct arena *arena, struct str name, struct str password, struct str remote,
		      struct account_login *out, struct error *err);

/* What there is to know of an API token in order to use it. */
struct token_state {
	int64_t id, base_id; /* id 0 = there is no such token (any more) */
	int64_t generation;
	enum permission permission;
	bool is_trashed; /* its base is in the trash */
	char base_uuid[ID_UUID_LEN + 1];
	struct str app_name;
};

/* From the cache, else from the catalog; text in the arena. (api_token.c) */
bool auth_token_state(struct auth *auth, struct arena *arena, int64_t id, struct token_state *out, struct error *err);
/* Notes that token `id` is used now. Rounded up to the next millisecond, since equal instants of making and use mean
 * "never used" (auth.md 3.2). (api_token.c) */
void auth_token_used(struct auth *auth, int64_t id);

struct right;
/* The cached right_by_name(). (right.c) */
bool auth_right_by_name(struct auth *auth, struct arena *arena, struct str username, struct str base_uuid,
			struct right *out, struct error *err);

/* Claims of our JWTs (auth.md 2.1), with ours: kind, tid, gen. (base_token.c) */
enum token_kind { KIND_BASE, KIND_TEMP };

struct claims {
	enum token_kind kind;
	double exp; /* seconds since 1970 */
	struct str base_uuid;
	struct str username; /* "" when it stems from an API token */
	enum permission permission;
	struct str app_name;
	int64_t token_id;   /* 0 when it stems from an account */
	int64_t generation; /* of the API token or the account, when this was made */
};

struct str auth_sign_claims(struct auth *auth, struct arena *arena, const struct claims *claims);
/* Signature and form, not expiry. False for whatever we did not sign as this kind. */
bool auth_read_claims(struct auth *auth, struct arena *arena, struct str token, enum token_kind kind,
		      struct claims *out);
bool auth_is_expired(const struct claims *claims);
/* The `exp` of a token that lives that long from now. */
int64_t auth_exp_in(int64_t seconds);

/* Is the password the one of the hash? An absent hash costs as much and is never right.
 * Errors: E_overloaded. (password.c) */
bool auth_verify_password(struct arena *arena, struct str hash, struct str password, bool *right, struct error *err);

#endif
