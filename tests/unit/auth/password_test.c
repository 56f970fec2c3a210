/* Passwords: what is right, and that nothing else is, at the same cost. */
#include "fixture.h"

#include "core/clock.h"

static bool is_right(struct arena *arena, struct str hash, struct str password)
{
	struct error err;
	bool right = true;
	assert_true(auth_verify_password(arena, hash, password, &right, &err));
	return right;
}

static void test_round_trip(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct error err;
	struct str hash, twin;
	(void)state;
	assert_true(auth_hash_password(arena, STR("geheim \xc3\xa4"), &hash, &err));
	assert_true(auth_hash_password(arena, STR("geheim \xc3\xa4"), &twin, &err));
	assert_false(str_equal(hash, twin));
	assert_true(str_starts_with(hash, STR("$argon2id$v=19$m=65536,t=2,p=1$")));
	assert_true(is_right(arena, hash, STR("geheim \xc3\xa4")));
	assert_false(is_right(arena, hash, STR("geheim")));
	assert_false(is_right(arena, hash, STR("")));
	assert_false(is_right(arena, STR("no hash"), STR("geheim")));
	arena_free(&arena);
}

static void test_lengths(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct error err;
	struct str hash;
	char text[1025];
	(void)state;
	memset(text, 'x', sizeof(text));
	assert_false(auth_hash_password(arena, STR(""), &hash, &err));
	assert_int_equal(err.code, E_param_invalid);
	assert_false(auth_hash_password(arena, (struct str){ text, 1025 }, &hash, &err));
	assert_true(auth_hash_password(arena, (struct str){ text, 1024 }, &hash, &err));
	assert_true(is_right(arena, hash, (struct str){ text, 1024 }));
	assert_false(is_right(arena, hash, (struct str){ text, 1025 }));
	arena_free(&arena);
}

/* A hash in a form that argon2 can't read would be refused at once: then this takes microseconds. */
static void test_unknown_name_costs_as_much(void **state)
{
	struct arena *arena = arena_new(1 << 20);
	struct error err;
	struct str hash;
	(void)state;
	int64_t start = clock_monotonic_us();
	assert_true(auth_hash_password(arena, STR("x"), &hash, &err));
	int64_t known = clock_monotonic_us() - start;
	start = clock_monotonic_us();
	assert_false(is_right(arena, (struct str){ 0 }, STR("x")));
	int64_t unknown = clock_monotonic_us() - start;
	assert_true(unknown > known / 4);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_unknown_name_costs_as_much),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
