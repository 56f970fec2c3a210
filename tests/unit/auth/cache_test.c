/* The cache: versions, bounds, many threads. */
#include "auth/cache.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"

static void test_versions(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct auth_cache *cache = auth_cache_new(100);
	struct str value;
	(void)state;
	assert_false(auth_cache_get(cache, arena, STR("a"), 1, &value));
	auth_cache_put(cache, STR("a"), 1, STR("one"));
	assert_true(auth_cache_get(cache, arena, STR("a"), 1, &value));
	assert_true(str_equal(value, STR("one")));
	assert_false(auth_cache_get(cache, arena, STR("a"), 2, &value));
	assert_false(auth_cache_get(cache, arena, STR("b"), 1, &value));
	auth_cache_put(cache, STR("a"), 2, STR("two"));
	assert_true(auth_cache_get(cache, arena, STR("a"), 2, &value));
	assert_true(str_equal(value, STR("two")));
	auth_cache_free(&cache);
	assert_null(cache);
	arena_free(&arena);
}

static void test_is_bounded(void **state)
{
	struct arena *arena = arena_new(16 << 20);
	struct auth_cache *cache = auth_cache_new(1000);
	struct str value;
	size_t kept = 0;
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct str key = str_format(arena, "key %d", i);
		auth_cache_put(cache, key, 1, key);
		assert_true(auth_cache_get(cache, arena, key, 1, &value));
	}
	for (int i = 0; i < 20000; i++) {
		struct str key = str_format(arena, "key %d", i);
		if (auth_cache_get(cache, arena, key, 1, &value)) {
			assert_true(str_equal(value, key));
			kept++;
		}
	}
	assert_in_range(kept, 1, 1016); /* one more in each of 16 shards */
	auth_cache_free(&cache);
	arena_free(&arena);
}

static struct auth_cache *shared;
static atomic_int wrong;

static void *work(void *arg)
{
	struct arena *arena = arena_new(16 << 20);
	(void)arg;
	for (int i = 0; i < 20000; i++) {
		struct str key = str_format(arena, "key %d", i % 97), value;
		if (auth_cache_get(shared, arena, key, (uint64_t)(i % 3), &value) && !str_equal(value, key))
			atomic_fetch_add(&wrong, 1);
		auth_cache_put(shared, key, (uint64_t)(i % 3), key);
	}
	arena_free(&arena);
	return NULL;
}

static void test_many_threads(void **state)
{
	pthread_t threads[4];
	(void)state;
	shared = auth_cache_new(64);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	auth_cache_free(&shared);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_is_bounded),
		cmocka_unit_test(test_many_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
