/* A chunked bump allocator. Chunks grow up to a limit, so a small request costs one small block and a large one few big
 * ones. A few big ones are kept for the next request: to get fresh pages from the system costs more than to parse a
 * body into them. Under the sanitizers (ATOLL_SANITIZED) each allocation is a chunk of its own. */
#include "core/arena.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 4096, GROWTH = 4, LARGEST_CHUNK = 1 << 18, ALIGNMENT = 16 };
enum { KEPT_CHUNKS = 32 }; /* of LARGEST_CHUNK bytes, for all threads together: 8 MiB */

struct chunk {
	_Alignas(ALIGNMENT) struct chunk *next;
	size_t size; /* bytes behind this header */
	size_t used;
};

struct cleanup {
	struct cleanup *next;
	void (*release)(void *);
	void *object;
};

struct arena {
	struct chunk *newest;
	struct cleanup *cleanups;
	size_t used;
	size_t cap;
};

_Static_assert(sizeof(struct chunk) % ALIGNMENT == 0, "what follows a chunk's header must be aligned");

static void *allocate_or_die(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	return block;
}

static char *chunk_bytes(struct chunk *chunk)
{
	return (char *)(chunk + 1);
}

#ifdef ATOLL_SANITIZED
static struct chunk *chunk_get(const struct arena *arena, size_t at_least)
{
	struct chunk *chunk = allocate_or_die(sizeof(*chunk) + at_least);

	(void)arena;
	chunk->size = at_least;
	return chunk;
}

static void chunk_put(struct chunk *chunk)
{
	free(chunk);
}
#else
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static struct chunk *kept; /* under kept_lock */
static int kept_count;

static struct chunk *take_kept(void)
{
	pthread_mutex_lock(&kept_lock);
	struct chunk *chunk = kept;
	if (chunk) {
		kept = chunk->next;
		kept_count--;
	}
	pthread_mutex_unlock(&kept_lock);
	return chunk;
}

static struct chunk *chunk_get(const struct arena *arena, size_t at_least)
{
	const size_t largest = LARGEST_CHUNK - sizeof(struct chunk);
	size_t size = arena->newest ? arena->newest->size * GROWTH : FIRST_CHUNK - sizeof(struct chunk);

	if (size > largest)
		size = largest;
	if (size < at_least)
		size = at_least;
	struct chunk *chunk = size == largest ? take_kept() : NULL;
	if (!chunk)
		chunk = allocate_or_die(sizeof(*chunk) + size);
	chunk->size = size;
	return chunk;
}

static void chunk_put(struct chunk *chunk)
{
	bool keep = false;

	if (chunk->size == LARGEST_CHUNK - sizeof(struct chunk)) {
		pthread_mutex_lock(&kept_lock);
		keep = kept_count < KEPT_CHUNKS;
		if (keep) {
			chunk->next = kept;
			kept = chunk;
			kept_count++;
		}
		pthread_mutex_unlock(&kept_lock);
	}
	if (!keep)
		free(chunk);
}
#endif

static struct chunk *chunk_new(struct arena *arena, size_t at_least)
{
	struct chunk *chunk = chunk_get(arena, at_least);

	chunk->next = arena->newest;
	chunk->used = 0;
	arena->newest = chunk;
	return chunk;
}

static size_t aligned(size_t size)
{
#ifdef ATOLL_SANITIZED
	return size ? size : 1;
#else
	return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
#endif
}

struct arena *arena_new(size_t cap)
{
	struct arena *arena = allocate_or_die(sizeof(*arena));

	*arena = (struct arena){ .cap = cap };
	return arena;
}

void arena_free(struct arena **arena)
{
	if (!*arena)
		return;
	for (struct cleanup *c = (*arena)->cleanups; c; c = c->next)
		c->release(c->object);
	struct chunk *chunk = (*arena)->newest;
	while (chunk) {
		struct chunk *next = chunk->next;
		chunk_put(chunk);
		chunk = next;
	}
	free(*arena);
	*arena = NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->newest;

	assert(size < SIZE_MAX / 2);
	size = aligned(size);
	arena->used += size;
	if (!chunk || chunk->size - chunk->used < size)
		chunk = chunk_new(arena, size);
	void *block = chunk_bytes(chunk) + chunk->used;
	chunk->used += size;
	return block;
}

void *arena_zalloc(struct arena *arena, size_t count, size_t size)
{
	assert(size == 0 || count < SIZE_MAX / 2 / size);
	void *block = arena_alloc(arena, count * size);
	memset(block, 0, count * size);
	return block;
}

void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size)
{
	assert(new_size >= old_size && (old || old_size == 0));
#ifndef ATOLL_SANITIZED
	struct chunk *chunk = arena->newest;
	if (old && chunk && (char *)old + aligned(old_size) == chunk_bytes(chunk) + chunk->used) {
		size_t more = aligned(new_size) - aligned(old_size);
		if (chunk->size - chunk->used >= more) {
			chunk->used += more;
			arena->used += more;
			return old;
		}
	}
#endif
	void *block = arena_alloc(arena, new_size);
	if (old)
		memcpy(block, old, old_size);
	return block;
}

void arena_on_free(struct arena *arena, void (*release)(void *), void *object)
{
	struct cleanup *cleanup = arena_alloc(arena, sizeof(*cleanup));

	*cleanup = (struct cleanup){ .next = arena->cleanups, .release = release, .object = object };
	arena->cleanups = cleanup;
}

bool arena_overflowed(const struct arena *arena)
{
	return arena->used > arena->cap;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
