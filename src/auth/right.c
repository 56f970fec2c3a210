/* Rights of accounts on bases, cached: asked for with each call of a base token that stems from an account. */
#include "catalog/right.h"

#include <string.h>

#include "auth/cache.h"
#include "auth/room.h"
#include "core/arena.h"

static bool get(struct auth *auth, struct arena *arena, struct str key, uint64_t version, struct right *out)
{
	struct str value;
	if (!auth_cache_get(auth->rights, arena, key, version, &value))
		return false;
	memcpy(out, value.at, sizeof(*out));
	return true;
}

static void put(struct auth *auth, struct str key, uint64_t version, const struct right *right)
{
	auth_cache_put(auth->rights, key, version, (struct str){ (const char *)right, sizeof(*right) });
}

bool auth_right_by_name(struct auth *auth, struct arena *arena, struct str username, struct str base_uuid,
			struct right *out, struct error *err)
{
	struct str key = str_format(arena, "%.*s %.*s", STR_ARG(username), STR_ARG(base_uuid));
	uint64_t version = catalog_rights_version(auth->catalog);
	if (get(auth, arena, key, version, out))
		return true;
	if (!right_by_name(auth->catalog, username, base_uuid, out, err))
		return false;
	put(auth, key, version, out);
	return true;
}

bool auth_account_permission(struct auth *auth, int64_t account_id, int64_t base_id, enum permission *out,
			     struct error *err)
{
	const int64_t numbers[] = { account_id, base_id };
	struct str key = { (const char *)numbers, sizeof(numbers) };
	struct arena *arena = arena_new(4096);
	uint64_t version = catalog_rights_version(auth->catalog);
	struct right right;
	bool ok = get(auth, arena, key, version, &right);
	if (!ok && right_by_id(auth->catalog, account_id, base_id, &right, err)) {
		put(auth, key, version, &right);
		ok = true;
	}
	arena_free(&arena);
	if (ok)
		*out = right.permission;
	return ok;
}
