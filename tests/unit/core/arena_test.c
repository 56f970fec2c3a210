/* The arena: alignment, growth, cap, cleanups, big chunks that serve again. */
#include "core/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

static void test_alloc(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	unsigned char *blocks[400];
	size_t asked = 0;

	for (size_t i = 0; i < 400; i++) {
		blocks[i] = arena_alloc(arena, i * 7);
		assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		memset(blocks[i], (int)(i & 0xFF), i * 7);
		asked += i * 7;
	}
	for (size_t i = 0; i < 400; i++) { /* none overlaps another */
		for (size_t at = 0; at < i * 7; at++)
			assert_int_equal(blocks[i][at], i & 0xFF);
	}
	assert_true(arena_used(arena) >= asked);
	assert_false(arena_overflowed(arena));
	arena_free(&arena);
	assert_null(arena);
	arena_free(&arena);
}

static void test_zalloc(void **state)
{
	(void)state;

	for (int round = 0; round < 3; round++) { /* also in memory that served before */
		struct arena *arena = arena_new(SIZE_MAX);
		for (int i = 0; i < 20; i++) {
			unsigned char *block = arena_zalloc(arena, 1000, 100);
			for (size_t at = 0; at < 100000; at++)
				assert_int_equal(block[at], 0);
			memset(block, 0xAA, 100000);
		}
		assert_non_null(arena_zalloc(arena, 0, 8));
		arena_free(&arena);
	}
}

static void test_grow(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	char *text = arena_grow(arena, NULL, 0, 3);

	memcpy(text, "abc", 3);
	for (size_t size = 3; size < 2000000; size *= 3) {
		text = arena_grow(arena, text, size, size * 3);
		assert_memory_equal(text, "abc", 3);
		text[size * 3 - 1] = 'z';
	}
	char *other = arena_alloc(arena, 10); /* now `text` is not the newest block */
	memset(other, 'o', 10);
	char *moved = arena_grow(arena, text, 3, 100);
	memset(moved + 3, 'm', 97);
	assert_memory_equal(moved, "abc", 3);
	assert_memory_equal(other, "oooooooooo", 10);
	arena_free(&arena);
}

static void test_more(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	int *list = NULL;

	for (size_t count = 0; count < 1000; count++) {
		list = arena_more(arena, list, count, sizeof(*list));
		list[count] = (int)count;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	arena_free(&arena);
}

static void test_cap(void **state)
{
	(void)state;
	struct arena *arena = arena_new(1024);

	(void)arena_alloc(arena, 1024);
	assert_false(arena_overflowed(arena));
	memset(arena_alloc(arena, 5000), 1, 5000); /* still served */
	assert_true(arena_overflowed(arena));
	arena_free(&arena);
}

static int released[3];
static int release_count;

static void note_release(void *object)
{
	released[release_count++] = *(int *)object; /* the object is still there */
}

static void test_on_free(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);

	for (int i = 0; i < 3; i++) {
		int *object = ARENA_NEW(arena, int);
		*object = i;
		arena_on_free(arena, note_release, object);
	}
	assert_int_equal(release_count, 0);
	arena_free(&arena);
	assert_int_equal(release_count, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(released[i], 2 - i);
}

/* Arenas of several threads share what was freed: nobody may get memory that somebody else still has. */
static void *fill_and_check(void *mark)
{
	for (int round = 0; round < 20; round++) {
		struct arena *arena = arena_new(SIZE_MAX);
		unsigned char *blocks[100];
		for (size_t i = 0; i < 100; i++) {
			blocks[i] = arena_alloc(arena, 20000);
			memset(blocks[i], *(unsigned char *)mark, 20000);
		}
		for (size_t i = 0; i < 100; i++) {
			for (size_t at = 0; at < 20000; at += 100) {
				if (blocks[i][at] != *(unsigned char *)mark)
					return "shared memory";
			}
		}
		arena_free(&arena);
	}
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	pthread_t threads[4];
	unsigned char marks[] = { 1, 2, 3, 4 };

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, fill_and_check, &marks[i]), 0);
	for (int i = 0; i < 4; i++) {
		void *fault = NULL;
		assert_int_equal(pthread_join(threads[i], &fault), 0);
		assert_null(fault);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc),   cmocka_unit_test(test_zalloc), cmocka_unit_test(test_grow),
		cmocka_unit_test(test_more),    cmocka_unit_test(test_cap),    cmocka_unit_test(test_on_free),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
