/* Text -> pointer. */
#include "core/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"

static void test_put_get(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	struct map *map = map_new(arena, 0);
	int one = 1, two = 2;

	assert_null(map_get(map, STR("a")));
	assert_true(map_put(map, STR("a"), &one));
	assert_false(map_put(map, STR("a"), &two));
	assert_ptr_equal(map_get(map, STR("a")), &one);
	assert_null(map_get(map, STR("A")));
	assert_true(map_put(map, STR(""), &two));
	assert_ptr_equal(map_get(map, (struct str){ 0 }), &two);
	assert_int_equal(map_count(map), 2);
	arena_free(&arena);
}

static void test_many(void **state)
{
	(void)state;
	enum { MANY = 20000 };
	struct arena *arena = arena_new(SIZE_MAX);
	struct map *map = map_new(arena, 3);
	int *values = ARENA_ARRAY(arena, int, MANY);

	for (int i = 0; i < MANY; i++)
		assert_true(map_put(map, str_format(arena, "key %d", i), &values[i]));
	for (int i = 0; i < MANY; i++)
		assert_false(map_put(map, str_format(arena, "key %d", i), &values[0]));
	assert_int_equal(map_count(map), MANY);
	for (int i = 0; i < MANY; i++)
		assert_ptr_equal(map_get(map, str_format(arena, "key %d", i)), &values[i]);
	assert_null(map_get(map, STR("key 20000")));
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_get),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
