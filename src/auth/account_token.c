/* Account tokens: signing in with a password, and checking the token that came of it. */
#include "catalog/account_token.h"

#include <sodium.h>
#include <string.h>

#include "auth/attempts.h"
#include "auth/cache.h"
#include "auth/room.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/metric.h"

/* ---- checking ---- */

struct account_state auth_account_state(const struct account *account)
{
	return (struct account_state){
		.id = account->id,
		.team_id = account->team_id,
		.generation = account->generation,
		.is_active = account->is_active,
		.is_team_admin = account->is_team_admin,
		.is_system_admin = account->is_system_admin,
	};
}

bool auth_fill_caller(const struct account_state *state, struct str username, struct caller *out, struct error *err)
{
	if (!state->is_active)
		return FAIL(err, account_inactive);
	*out = (struct caller){
		.account_id = state->id,
		.username = username,
		.generation = state->generation,
		.team_id = state->team_id,
		.is_team_admin = state->is_team_admin,
		.is_system_admin = state->is_system_admin,
		.base_uuid = STR(""),
		.app_name = STR(""),
	};
	return true;
}

static void remember(struct auth *auth, struct arena *arena, struct str key, uint64_t version,
		     const struct account_state *state, struct str username)
{
	char *value = arena_alloc(arena, sizeof(*state) + username.len);
	memcpy(value, state, sizeof(*state));
	memcpy(value + sizeof(*state), username.at, username.len);
	auth_cache_put(auth->accounts, key, version, (struct str){ value, sizeof(*state) + username.len });
}

bool auth_check_account(struct auth *auth, struct arena *arena, struct str token, struct caller *out, struct error *err)
{
	unsigned char hash[AUTH_HASH_BYTES];
	struct str key = { (const char *)hash, sizeof(hash) };
	struct account_state state;
	struct account account;
	struct str value, stored;
	bool found = false;
	if (!id_is_hex40(token))
		return FAIL(err, auth_invalid);
	secret_hash(&auth->keys, token, hash);
	uint64_t version = catalog_rights_version(auth->catalog);
	if (auth_cache_get(auth->accounts, arena, key, version, &value)) {
		memcpy(&state, value.at, sizeof(state));
		return auth_fill_caller(&state, str_slice(value, sizeof(state), value.len), out, err);
	}
	if (!account_token_find(auth->catalog, arena, key, &account, &stored, &found, err))
		return false;
	if (!found || stored.len != sizeof(hash) || sodium_memcmp(stored.at, hash, sizeof(hash)) != 0)
		return FAIL(err, auth_invalid);
	state = auth_account_state(&account);
	remember(auth, arena, key, version, &state, account.username);
	return auth_fill_caller(&state, account.username, out, err);
}

/* ---- signing in ---- */

/* Under which an attempt counts: the account, whichever of its names was given, else the name itself. */
static struct str name_key(struct arena *arena, struct str name, const struct account_login *login, bool found)
{
	if (found)
		return str_format(arena, "account %lld", (long long)login->account.id);
	char *lower = str_to_c(arena, str_prefix_chars(name, 255));
	for (char *c = lower; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	}
	return str_format(arena, "name %s", lower);
}

static struct str box_owner(struct arena *arena, const struct account *account)
{
	return str_format(arena, "account_token %.*s", STR_ARG(account->username));
}

/* Notes the sign-in and answers the token: the present one, or a new one when there is none that this secret can open.
 */
static bool issue(struct auth *auth, struct arena *arena, const struct account_login *login, struct str *token,
		  struct error *err)
{
	struct str owner = box_owner(arena, &login->account), box = { 0 };
	struct account_sign_in in = {
		.account_id = login->account.id,
		.password_hash = login->password_hash,
		.at = clock_now_ms(),
	};
	unsigned char hash[AUTH_HASH_BYTES];
	char hex[ID_HEX40_LEN + 1];
	if (!login->token_box.at || !secret_unseal(&auth->keys, arena, login->token_box, owner, token)) {
		id_new_hex(hex, ID_HEX40_LEN / 2);
		secret_hash(&auth->keys, str_from_c(hex), hash);
		in.hash = (struct str){ (const char *)hash, sizeof(hash) };
		in.box = secret_seal(&auth->keys, arena, str_from_c(hex), owner);
		in.replaces = login->token_box;
		sodium_memzero(hex, sizeof(hex));
	}
	if (!account_token_sign_in(auth->catalog, arena, &in, &box, err))
		return false;
	return secret_unseal(&auth->keys, arena, box, owner, token) || FAIL(err, internal);
}

bool auth_check_login(struct auth *auth, struct arena *arena, struct str name, struct str password, struct str remote,
		      struct account_login *out, struct error *err)
{
	bool found = false, right = false;
	int64_t now = clock_monotonic_us();
	struct str address_key = str_format(arena, "address %.*s", STR_ARG(remote));
	if (!attempts_count(auth->sign_ins, address_key, ATTEMPTS_PER_ADDRESS, now, err) ||
	    !account_login_find(auth->catalog, arena, name, out, &found, err))
		return false;
	struct str key = name_key(arena, name, out, found);
	if (!attempts_count(auth->sign_ins, key, ATTEMPTS_PER_NAME, now, err) ||
	    !auth_verify_password(arena, out->password_hash, password, &right, err))
		return false;
	if (!right || !out->account.is_active) {
		metric_add(M_sign_ins_refused_total, 1);
		return FAIL(err, login_failed);
	}
	attempts_forget(auth->sign_ins, key);
	attempts_take_back(auth->sign_ins, address_key);
	return true;
}

bool auth_sign_in(struct auth *auth, struct arena *arena, struct str name, struct str password, struct str remote,
		  struct str *token, struct error *err)
{
	struct account_login login = { 0 };
	return auth_check_login(auth, arena, name, password, remote, &login, err) &&
	       issue(auth, arena, &login, token, err);
}
