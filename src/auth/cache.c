/* The cache is split into shards with a lock each; a lock is held for a lookup and a copy of some hundred bytes. */
#include "auth/cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

enum { SHARDS = 16, SLOTS = 512 };

struct entry {
	struct entry *next; /* in the same slot */
	uint64_t version;
	size_t key_len, value_len;
	char bytes[]; /* key, value */
};

struct shard {
	pthread_mutex_t lock;
	size_t count;
	struct entry *slots[SLOTS];
};

struct auth_cache {
	size_t max_per_shard;
	struct shard shards[SHARDS];
};

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

struct auth_cache *auth_cache_new(size_t max_entries)
{
	struct auth_cache *cache = must(calloc(1, sizeof(*cache)));
	cache->max_per_shard = max_entries / SHARDS + 1;
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&cache->shards[i].lock, NULL);
	return cache;
}

static void empty(struct shard *shard)
{
	for (size_t i = 0; i < SLOTS; i++) {
		while (shard->slots[i]) {
			struct entry *entry = shard->slots[i];
			shard->slots[i] = entry->next;
			free(entry);
		}
	}
	shard->count = 0;
}

void auth_cache_free(struct auth_cache **cache)
{
	if (!*cache)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		empty(&(*cache)->shards[i]);
		pthread_mutex_destroy(&(*cache)->shards[i].lock);
	}
	free(*cache);
	*cache = NULL;
}

/* Where in the shard the key's entry hangs, or would. */
static struct entry **find(struct shard *shard, uint64_t hash, struct str key)
{
	struct entry **at = &shard->slots[hash / SHARDS % SLOTS];
	while (*at && !str_equal((struct str){ (*at)->bytes, (*at)->key_len }, key))
		at = &(*at)->next;
	return at;
}

bool auth_cache_get(struct auth_cache *cache, struct arena *arena, struct str key, uint64_t version, struct str *value)
{
	uint64_t hash = str_hash(key);
	struct shard *shard = &cache->shards[hash % SHARDS];
	bool found = false;
	pthread_mutex_lock(&shard->lock);
	const struct entry *entry = *find(shard, hash, key);
	if (entry && entry->version == version) {
		char *copy = arena_alloc(arena, entry->value_len);
		memcpy(copy, entry->bytes + entry->key_len, entry->value_len);
		*value = (struct str){ copy, entry->value_len };
		found = true;
	}
	pthread_mutex_unlock(&shard->lock);
	return found;
}

static struct entry *make_entry(struct str key, uint64_t version, struct str value)
{
	struct entry *entry = must(malloc(sizeof(*entry) + key.len + value.len));
	entry->next = NULL;
	entry->version = version;
	entry->key_len = key.len;
	entry->value_len = value.len;
	memcpy(entry->bytes, key.at, key.len);
	memcpy(entry->bytes + key.len, value.at, value.len);
	return entry;
}

void auth_cache_put(struct auth_cache *cache, struct str key, uint64_t version, struct str value)
{
	uint64_t hash = str_hash(key);
	struct shard *shard = &cache->shards[hash % SHARDS];
	struct entry *entry = make_entry(key, version, value);
	pthread_mutex_lock(&shard->lock);
	struct entry **at = find(shard, hash, key);
	if (*at) {
		struct entry *old = *at;
		entry->next = old->next;
		free(old);
		shard->count--;
	} else if (shard->count >= cache->max_per_shard) {
		empty(shard);
		at = find(shard, hash, key);
	}
	*at = entry;
	shard->count++;
	pthread_mutex_unlock(&shard->lock);
}
