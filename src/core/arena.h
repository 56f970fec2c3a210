/* Memory that dies together: a request, a parse, a job allocates from one arena and frees nothing singly.
 *
 * The cap is soft: past it the arena still serves, so that no caller has to check, and remembers that it overflowed;
 * whoever owns the arena asks once, before it commits or replies, and ends in one clean error. Running out of real
 * memory aborts the process. Under the sanitizers each allocation is a heap block of its own, so that they see
 * overruns. An arena is used by one thread at a time. */
#ifndef ATOLL_CORE_ARENA_H
#define ATOLL_CORE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* A new arena whose arena_overflowed() turns true once more than `cap` bytes are asked of it. */
struct arena *arena_new(size_t cap);
/* Runs what arena_on_free() registered, newest first, frees everything and sets *arena to NULL. NULL is fine. */
void arena_free(struct arena **arena);
/* `size` bytes, aligned for any type, not cleared. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* `count` * `size` bytes set to zero. Never NULL. */
void *arena_zalloc(struct arena *arena, size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* A larger copy of the block `old` of `old_size` bytes (the newest block grows in place). Never NULL. */
void *arena_grow(struct arena *arena, void *old, size_t old_size, size_t new_size);
/* Calls `release(object)` when the arena is freed. */
void arena_on_free(struct arena *arena, void (*release)(void *), void *object);
bool arena_overflowed(const struct arena *arena);
/* Bytes asked for so far. */
size_t arena_used(const struct arena *arena);

/* The array `list` of `count` elements with room for one more: allocated when `count` is 0, doubled when it is full (at
 * 8, 16, 32 ...). For lists of unknown length that start as NULL and 0. */
static inline void *arena_more(struct arena *arena, void *list, size_t count, size_t size)
{
	if (count == 0)
		return arena_alloc(arena, 8 * size);
	if (count < 8 || (count & (count - 1)) != 0)
		return list;
	return arena_grow(arena, list, count * size, 2 * count * size);
}

#define ARENA_NEW(arena, type) ((type *)arena_zalloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_zalloc((arena), (count), sizeof(type)))

#endif
