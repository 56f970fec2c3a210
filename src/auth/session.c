/* Sessions: a browser holds a random token in a cookie, pages hold the CSRF token that is derived from it. Neither is
 * stored, only the keyed hash by which a session is found. */
#include "catalog/session.h"

#include <sodium.h>
#include <string.h>

#include "auth/cache.h"
#include "auth/room.h"
#include "catalog/account_token.h"
#include "core/arena.h"
#include "core/clock.h"

enum { TOKEN_BYTES = 32, TOKEN_LEN = 2 * TOKEN_BYTES, PASSWORD_MIN_CHARS = 8 };

static const int64_t LIFE_MS = (int64_t)AUTH_SESSION_SECONDS * 1000;
/* How exactly a session's last use is known: so seldom it is written. */
static const int64_t TOUCH_MS = (int64_t)3600 * 1000;

/* What is cached under a token's hash; the username follows it. */
struct session_state {
	int64_t id, last_seen, expires_at;
	struct account_state account;
};

/* The prefixes keep what is derived for one use from being of any other. */
static struct str hash_token(struct auth *auth, struct arena *arena, struct str token)
{
	unsigned char *hash = arena_alloc(arena, AUTH_HASH_BYTES);
	secret_hash(&auth->keys, str_format(arena, "session %.*s", STR_ARG(token)), hash);
	return (struct str){ (const char *)hash, AUTH_HASH_BYTES };
}

static struct str csrf_token(struct auth *auth, struct arena *arena, struct str token)
{
	unsigned char hash[AUTH_HASH_BYTES];
	char *hex = arena_alloc(arena, 2 * sizeof(hash) + 1);
	secret_hash(&auth->keys, str_format(arena, "csrf %.*s", STR_ARG(token)), hash);
	(void)sodium_bin2hex(hex, 2 * sizeof(hash) + 1, hash, sizeof(hash));
	return (struct str){ hex, 2 * sizeof(hash) };
}

bool auth_is_csrf_token(const struct auth_session *session, struct str given)
{
	struct str right = session->csrf_token;
	return given.len == right.len && sodium_memcmp(given.at, right.at, right.len) == 0;
}

/* ---- checking ---- */

static bool is_token(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
			return false;
	}
	return text.len == TOKEN_LEN;
}

static void remember(struct auth *auth, struct arena *arena, struct str key, uint64_t version,
		     const struct session_state *state, struct str username)
{
	char *value = arena_alloc(arena, sizeof(*state) + username.len);
	memcpy(value, state, sizeof(*state));
	memcpy(value + sizeof(*state), username.at, username.len);
	auth_cache_put(auth->sessions, key, version, (struct str){ value, sizeof(*state) + username.len });
}

/* From the cache, else from the catalog. E_auth_missing when there is none. */
static bool load(struct auth *auth, struct arena *arena, struct str key, uint64_t version, struct session_state *state,
		 struct str *username, struct error *err)
{
	struct session session;
	struct str value, stored;
	bool found = false;
	if (auth_cache_get(auth->sessions, arena, key, version, &value)) {
		memcpy(state, value.at, sizeof(*state));
		*username = str_slice(value, sizeof(*state), value.len);
		return true;
	}
	if (!session_find(auth->catalog, arena, key, &session, &stored, &found, err))
		return false;
	if (!found || stored.len != key.len || sodium_memcmp(stored.at, key.at, key.len) != 0)
		return FAIL(err, auth_missing);
	*state = (struct session_state){
		.id = session.id,
		.last_seen = session.last_seen,
		.expires_at = session.expires_at,
		.account = auth_account_state(&session.account),
	};
	*username = session.account.username;
	remember(auth, arena, key, version, state, *username);
	return true;
}

/* Notes that it is used, now and then. A failure to do so is no reason to turn the caller away. */
static bool renew(struct auth *auth, struct session_state *state, int64_t now)
{
	struct error ignored;
	if (now - state->last_seen < TOUCH_MS || !session_touch(auth->catalog, state->id, now, now + LIFE_MS, &ignored))
		return false;
	state->last_seen = now;
	state->expires_at = now + LIFE_MS;
	return true;
}

bool auth_check_session(struct auth *auth, struct arena *arena, struct str token, struct auth_session *out,
			struct error *err)
{
	struct session_state state;
	struct str username;
	int64_t now = clock_now_ms();
	if (!is_token(token))
		return FAIL(err, auth_missing);
	struct str key = hash_token(auth, arena, token);
	uint64_t version = catalog_rights_version(auth->catalog);
	if (!load(auth, arena, key, version, &state, &username, err))
		return false;
	if (state.expires_at <= now)
		return FAIL(err, auth_missing);
	*out = (struct auth_session){ .token = token, .csrf_token = csrf_token(auth, arena, token) };
	if (!auth_fill_caller(&state.account, username, &out->caller, err))
		return false;
	out->caller.session_id = state.id;
	out->is_renewed = renew(auth, &state, now);
	if (out->is_renewed)
		remember(auth, arena, key, version, &state, username);
	return true;
}

/* ---- beginning and ending ---- */

bool auth_start_session(struct auth *auth, struct arena *arena, struct str name, struct str password, struct str remote,
			struct auth_session *out, struct error *err)
{
	struct account_login login = { 0 };
	if (!auth_check_login(auth, arena, name, password, remote, &login, err))
		return false;
	char *token = arena_alloc(arena, TOKEN_LEN + 1);
	id_new_hex(token, TOKEN_BYTES);
	*out = (struct auth_session){ .token = { token, TOKEN_LEN }, .is_renewed = true };
	out->csrf_token = csrf_token(auth, arena, out->token);
	int64_t now = clock_now_ms(), id = 0;
	struct session_new wanted = {
		.account_id = login.account.id,
		.password_hash = login.password_hash,
		.token_hash = hash_token(auth, arena, out->token),
		.at = now,
		.expires_at = now + LIFE_MS,
	};
	struct account_state state = auth_account_state(&login.account);
	if (!session_create(auth->catalog, &wanted, &id, err) ||
	    !auth_fill_caller(&state, login.account.username, &out->caller, err))
		return false;
	out->caller.session_id = id;
	return true;
}

bool auth_end_session(struct auth *auth, const struct caller *caller, struct error *err)
{
	return session_end(auth->catalog, caller->session_id, err);
}

/* ---- the own password ---- */

bool auth_change_password(struct auth *auth, struct arena *arena, const struct caller *caller, struct str old_password,
			  struct str new_password, struct str remote, struct error *err)
{
	struct account_login login = { 0 };
	struct str hash;
	if (str_prefix_chars(new_password, PASSWORD_MIN_CHARS - 1).len == new_password.len)
		return FAIL_WITH(err, password_too_short, str_format(arena, "%d", PASSWORD_MIN_CHARS));
	if (!auth_check_login(auth, arena, caller->username, old_password, remote, &login, err))
		return err->code == E_login_failed ? FAIL(err, old_password_wrong) : false;
	return auth_hash_password(arena, new_password, &hash, err) &&
	       account_change_password(auth->catalog, caller->account_id, login.password_hash, hash, caller->session_id,
				       caller->username, err);
}
