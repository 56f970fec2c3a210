/* A bounded table in memory of what the catalog said, for many threads. A value counts only while the version under
 * which it was put is the present one. Keys and values are bytes, copied in and out. */
#ifndef ATOLL_AUTH_CACHE_H
#define ATOLL_AUTH_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

struct arena;
struct auth_cache;

/* For about `max_entries` at most; when one part of it is full, that part is emptied. */
struct auth_cache *auth_cache_new(size_t max_entries);
void auth_cache_free(struct auth_cache **cache);
/* A copy of the value in the arena, aligned for any type; false when there is none of this version. */
bool auth_cache_get(struct auth_cache *cache, struct arena *arena, struct str key, uint64_t version, struct str *value);
/* Puts a value, in place of an older one. `version` is the one that was valid before the catalog was read. */
void auth_cache_put(struct auth_cache *cache, struct str key, uint64_t version, struct str value);

#endif
