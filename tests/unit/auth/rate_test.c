/* The limit of calls: bursts, refilling, separate keys, bounded memory. */
#include "auth/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const int64_t SECOND = 1000 * 1000;

/* How many of `calls` at once pass. */
static int burst(struct rate_limiter *limiter, struct str key, int64_t now, int calls)
{
	struct error err;
	int passed = 0;
	for (int i = 0; i < calls; i++)
		passed += rate_take_at(limiter, key, now, &err);
	return passed;
}

static void test_bucket(void **state)
{
	static const struct {
		int64_t at;
		int calls, passed;
	} STEPS[] = {
		{ 100, 100, 60 },                    /* a minute's worth at once */
		{ 100, 1, 0 },    { 101, 5, 1 },     /* one a second */
		{ 111, 50, 10 },  { 1000, 100, 60 }, /* never more than full */
		{ 999, 1, 0 },                       /* time never runs backwards */
	};
	struct rate_limiter *limiter = rate_new(60);
	(void)state;
	for (size_t i = 0; i < sizeof(STEPS) / sizeof(STEPS[0]); i++)
		assert_int_equal(burst(limiter, STR("base"), STEPS[i].at * SECOND, STEPS[i].calls), STEPS[i].passed);
	rate_free(&limiter);
	assert_null(limiter);
}

static void test_retry_after(void **state)
{
	static const struct {
		int per_minute, retry_after_s;
	} CASES[] = { { 600, 1 }, { 60, 2 }, { 6, 11 }, { 1, 61 } };
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct rate_limiter *limiter = rate_new(CASES[i].per_minute);
		struct error err;
		assert_int_equal(burst(limiter, STR("base"), SECOND, CASES[i].per_minute), CASES[i].per_minute);
		assert_false(rate_take_at(limiter, STR("base"), SECOND, &err));
		assert_int_equal(err.code, E_too_many_requests);
		assert_int_equal(err.status, 429);
		assert_int_equal(err.retry_after_s, CASES[i].retry_after_s);
		assert_true(rate_take_at(limiter, STR("base"), (1 + err.retry_after_s) * SECOND, &err));
		rate_free(&limiter);
	}
}

static void test_keys_are_separate(void **state)
{
	struct rate_limiter *limiter = rate_new(10);
	(void)state;
	assert_int_equal(burst(limiter, STR("one"), SECOND, 20), 10);
	assert_int_equal(burst(limiter, STR("two"), SECOND, 20), 10);
	assert_int_equal(burst(limiter, STR("one"), SECOND, 20), 0);
	rate_free(&limiter);
}

/* The busy key stays limited while a million others come and go. */
static void test_memory_is_bounded(void **state)
{
	struct rate_limiter *limiter = rate_new(10);
	struct error err;
	char key[32];
	(void)state;
	for (int i = 0; i < 1000 * 1000; i++) {
		int len = snprintf(key, sizeof(key), "key %d", i);
		assert_true(rate_take_at(limiter, (struct str){ key, (size_t)len }, i, &err));
		if (i % 1000 == 0)
			(void)burst(limiter, STR("busy"), i, 20);
	}
	assert_int_equal(burst(limiter, STR("busy"), 1000 * 1000, 20), 0);
	rate_free(&limiter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_keys_are_separate),
		cmocka_unit_test(test_memory_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
