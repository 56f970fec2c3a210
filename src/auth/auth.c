/* Opening and closing the room, and what it does once a second. */
#include "auth/auth.h"

#include <sodium.h>
#include <stdlib.h>

#include "auth/attempts.h"
#include "auth/cache.h"
#include "auth/last_access.h"
#include "auth/room.h"
#include "core/clock.h"

enum { CACHED_ACCOUNTS = 8192, CACHED_SESSIONS = 8192, CACHED_TOKENS = 16384, CACHED_RIGHTS = 32768 };
enum { FLUSH_EVERY_US = 5 * 1000 * 1000 };

struct str caller_author(const struct caller *caller)
{
	return caller->api_token_id ? caller->app_name : caller->username;
}

bool auth_open(struct catalog *catalog, const char *data, struct str secret_hex, struct auth **out, struct error *err)
{
	struct auth_keys keys;
	if (!secret_load(data, secret_hex, &keys, err))
		return false;
	struct auth *auth = calloc(1, sizeof(*auth));
	if (!auth)
		abort();
	auth->catalog = catalog;
	auth->keys = keys;
	sodium_memzero(&keys, sizeof(keys));
	auth->accounts = auth_cache_new(CACHED_ACCOUNTS);
	auth->sessions = auth_cache_new(CACHED_SESSIONS);
	auth->tokens = auth_cache_new(CACHED_TOKENS);
	auth->tokens_by_id = auth_cache_new(CACHED_TOKENS);
	auth->rights = auth_cache_new(CACHED_RIGHTS);
	auth->sign_ins = attempts_new();
	auth->accesses = last_access_new();
	auth->flushed_at_us = clock_monotonic_us();
	*out = auth;
	return true;
}

void auth_close(struct auth **auth)
{
	if (!*auth)
		return;
	last_access_flush((*auth)->accesses, (*auth)->catalog);
	last_access_free(&(*auth)->accesses);
	attempts_free(&(*auth)->sign_ins);
	auth_cache_free(&(*auth)->rights);
	auth_cache_free(&(*auth)->tokens_by_id);
	auth_cache_free(&(*auth)->tokens);
	auth_cache_free(&(*auth)->sessions);
	auth_cache_free(&(*auth)->accounts);
	sodium_memzero(&(*auth)->keys, sizeof((*auth)->keys));
	free(*auth);
	*auth = NULL;
}

void auth_tick(struct auth *auth)
{
	int64_t now = clock_monotonic_us();
	if (now - auth->flushed_at_us < FLUSH_EVERY_US)
		return;
	auth->flushed_at_us = now;
	last_access_flush(auth->accesses, auth->catalog);
}
