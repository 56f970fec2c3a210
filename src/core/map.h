/* Text -> pointer, in an arena: names to columns, keys to options. Insert once, look up often, never remove. */
#ifndef ATOLL_CORE_MAP_H
#define ATOLL_CORE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

struct arena;
struct map;

/* A map for about `expected` entries; it grows as needed. */
struct map *map_new(struct arena *arena, size_t expected);
/* Adds `key` (not copied) unless present; false when it was there already (the old value stays). `value` not NULL. */
bool map_put(struct map *map, struct str key, void *value);
/* The value, or NULL. */
void *map_get(const struct map *map, struct str key);
size_t map_count(const struct map *map);

#endif
