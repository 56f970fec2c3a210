/* The limit of sign-ins: windows, taking back, and that a flood of names does not wipe a counter out. */
#include "auth/attempts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

static const int64_t SECOND = 1000 * 1000;

static int count(struct attempts *attempts, const char *key, int64_t second, int times)
{
	struct error err;
	int passed = 0;
	for (int i = 0; i < times; i++)
		passed += attempts_count(attempts, str_from_c(key), 10, second * SECOND, &err);
	return passed;
}

static void test_window(void **state)
{
	struct attempts *attempts = attempts_new();
	struct error err;
	(void)state;
	assert_int_equal(count(attempts, "ana", 1000, 12), 10);
	assert_int_equal(count(attempts, "ben", 1000, 3), 3);
	assert_int_equal(count(attempts, "ana", 1000 + ATTEMPTS_WINDOW_S - 1, 1), 0);
	assert_false(attempts_count(attempts, STR("ana"), 10, 1200 * SECOND, &err));
	assert_int_equal(err.code, E_too_many_requests);
	assert_int_equal(err.retry_after_s, ATTEMPTS_WINDOW_S - 200 + 1);
	assert_int_equal(count(attempts, "ana", 1000 + ATTEMPTS_WINDOW_S, 12), 10);
	attempts_free(&attempts);
	assert_null(attempts);
}

static void test_take_back_and_forget(void **state)
{
	struct attempts *attempts = attempts_new();
	(void)state;
	assert_int_equal(count(attempts, "ana", 1, 10), 10);
	attempts_take_back(attempts, STR("ana"));
	assert_int_equal(count(attempts, "ana", 1, 5), 1);
	attempts_forget(attempts, STR("ana"));
	assert_int_equal(count(attempts, "ana", 1, 12), 10);
	attempts_take_back(attempts, STR("never seen"));
	attempts_forget(attempts, STR("never seen"));
	attempts_free(&attempts);
}

static void test_a_flood_keeps_the_counter(void **state)
{
	struct attempts *attempts = attempts_new();
	char key[32];
	(void)state;
	assert_int_equal(count(attempts, "ana", 1, 10), 10);
	for (int i = 0; i < 100 * 1000; i++) {
		(void)snprintf(key, sizeof(key), "name %d", i);
		assert_int_equal(count(attempts, key, 2, 1), 1);
	}
	assert_int_equal(count(attempts, "ana", 3, 1), 0);
	attempts_free(&attempts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_take_back_and_forget),
		cmocka_unit_test(test_a_flood_keeps_the_counter),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
