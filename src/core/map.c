/* Open addressing with linear steps; at most half full. */
#include "core/map.h"

#include <assert.h>

#include "core/arena.h"

struct entry {
	struct str key;
	void *value; /* NULL = free */
};

struct map {
	struct arena *arena;
	struct entry *entries;
	size_t size; /* a power of two */
	size_t count;
};

struct map *map_new(struct arena *arena, size_t expected)
{
	struct map *map = ARENA_NEW(arena, struct map);

	map->arena = arena;
	map->size = 8;
	while (map->size < expected * 2)
		map->size *= 2;
	map->entries = ARENA_ARRAY(arena, struct entry, map->size);
	return map;
}

/* The entry of the key, or the free one where it belongs. */
static struct entry *find(const struct map *map, struct str key)
{
	size_t at = str_hash(key) & (map->size - 1);

	while (map->entries[at].value && !str_equal(map->entries[at].key, key))
		at = (at + 1) & (map->size - 1);
	return &map->entries[at];
}

static void grow(struct map *map)
{
	struct entry *old = map->entries;
	size_t old_size = map->size;

	map->size *= 2;
	map->entries = ARENA_ARRAY(map->arena, struct entry, map->size);
	for (size_t i = 0; i < old_size; i++) {
		if (old[i].value)
			*find(map, old[i].key) = old[i];
	}
}

bool map_put(struct map *map, struct str key, void *value)
{
	assert(value);
	struct entry *entry = find(map, key);
	if (entry->value)
		return false;
	*entry = (struct entry){ key, value };
	if (++map->count * 2 > map->size)
		grow(map);
	return true;
}

void *map_get(const struct map *map, struct str key)
{
	return find(map, key)->value;
}

size_t map_count(const struct map *map)
{
	return map->count;
}
