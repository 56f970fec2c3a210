/* Identifiers: their forms, their order, and that they don't repeat. */
#include "core/id.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"

enum { THREADS = 4, PER_THREAD = 25000 };

static char ids[THREADS * PER_THREAD][ID_ROW_LEN + 1];

/* Each thread's ids ascend; returns what is wrong, or NULL. */
static void *make_rows(void *first)
{
	char(*mine)[ID_ROW_LEN + 1] = first;

	for (int i = 0; i < PER_THREAD; i++) {
		id_new_row(mine[i]);
		if (i > 0 && strcmp(mine[i - 1], mine[i]) >= 0)
			return "not ascending";
		if (strlen(mine[i]) != ID_ROW_LEN || !id_is_row(str_from_c(mine[i])))
			return "not a row id";
	}
	return NULL;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void test_rows(void **state)
{
	(void)state;
	pthread_t threads[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_rows, ids[i * PER_THREAD]), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *fault = NULL;
		assert_int_equal(pthread_join(threads[i], &fault), 0);
		assert_null(fault);
	}
	qsort(ids, (size_t)THREADS * PER_THREAD, sizeof(ids[0]), compare_ids);
	for (size_t i = 1; i < (size_t)THREADS * PER_THREAD; i++)
		assert_string_not_equal(ids[i - 1], ids[i]);
}

/* An id of a later millisecond sorts later, whichever thread makes it. */
static void *make_row(void *into)
{
	id_new_row(into);
	return NULL;
}

static void test_time_orders(void **state)
{
	(void)state;
	char before[ID_ROW_LEN + 1], after[ID_ROW_LEN + 1];

	for (int i = 0; i < 20; i++) {
		pthread_t thread;
		id_new_row(before);
		int64_t made = clock_now_ms();
		while (clock_now_ms() <= made)
			;
		assert_int_equal(pthread_create(&thread, NULL, make_row, after), 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_true(strcmp(before, after) < 0);
	}
}

static void test_short(void **state)
{
	(void)state;
	bool seen[128] = { false };
	int distinct = 0;

	for (int i = 0; i < 2000; i++) {
		char id[ID_SHORT_LEN + 1];
		id_new_short(id);
		assert_int_equal(strlen(id), ID_SHORT_LEN);
		assert_true(id_is_short(str_from_c(id)));
		for (int at = 0; at < ID_SHORT_LEN; at++) {
			distinct += !seen[(int)id[at]];
			seen[(int)id[at]] = true;
		}
	}
	assert_int_equal(distinct, 62); /* a letter is missing in 8,000 once in 10^55 times */
}

static void test_uuid(void **state)
{
	(void)state;
	char uuid[ID_UUID_LEN + 1], other[ID_UUID_LEN + 1], again[ID_UUID_LEN + 1];

	id_new_uuid(uuid);
	id_new_uuid(other);
	assert_string_not_equal(uuid, other);
	assert_int_equal(strlen(uuid), ID_UUID_LEN);
	assert_int_equal(uuid[14], '4');
	assert_non_null(strchr("89ab", uuid[19]));
	assert_true(id_parse_uuid(str_from_c(uuid), again));
	assert_string_equal(uuid, again);
}

static void test_parse_uuid(void **state)
{
	(void)state;
	const char *lower = "650d8a0d-7e27-46a8-8b18-6cc6b3f8b8f3";
	static const char *const good[] = {
		"650d8a0d-7e27-46a8-8b18-6cc6b3f8b8f3",
		"650D8A0D-7E27-46A8-8B18-6CC6B3F8B8F3",
		"650d8a0d7e2746a88b186cc6b3f8b8f3",
		"650D8a0d7e2746a88b186cc6B3f8b8F3",
	};
	static const char *const bad[] = {
		"",
		"650d8a0d-7e27-46a8-8b18-6cc6b3f8b8f",
		"650d8a0d-7e27-46a8-8b18-6cc6b3f8b8f33",
		"650d8a0d7e2746a88b186cc6b3f8b8fg",
		"650d8a0d07e27-46a8-8b18-6cc6b3f8b8f3",
		"650d8a0-d7e27-46a8-8b18-6cc6b3f8b8f3",
		"-------------------------------------",
		"{650d8a0d7e2746a88b186cc6b3f8b8f3}",
		"650d8a0d-7e27-46a8-8b18-6cc6b3f8b8f ",
	};
	char uuid[ID_UUID_LEN + 1];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(id_parse_uuid(str_from_c(good[i]), uuid));
		assert_string_equal(uuid, lower);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(id_parse_uuid(str_from_c(bad[i]), uuid));
}

static void test_hex(void **state)
{
	(void)state;

	for (size_t bytes = 0; bytes <= 40; bytes++) {
		char hex[90], other[90];
		memset(hex, '~', sizeof(hex));
		id_new_hex(hex, bytes);
		assert_int_equal(strlen(hex), 2 * bytes);
		assert_int_equal(strspn(hex, "0123456789abcdef"), 2 * bytes);
		assert_int_equal(hex[2 * bytes + 1], '~');
		id_new_hex(other, bytes);
		if (bytes >= 16)
			assert_string_not_equal(hex, other);
		assert_true(id_is_hex40(str_from_c(hex)) == (bytes == 20));
	}
}

/* Every value of a byte comes up at every place. */
static void test_hex_is_random(void **state)
{
	(void)state;
	bool seen[4][256] = { { false } };
	int distinct = 0;

	for (int i = 0; i < 10000; i++) {
		char hex[9];
		id_new_hex(hex, 4);
		for (int at = 0; at < 4; at++) {
			char byte[3] = { hex[2 * at], hex[2 * at + 1], '\0' };
			long value = strtol(byte, NULL, 16);
			distinct += !seen[at][value];
			seen[at][value] = true;
		}
	}
	assert_int_equal(distinct, 1024); /* fails by chance once in 10^14 runs */
}

static void test_forms(void **state)
{
	(void)state;
	const char *long64 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; /* 65 */

	assert_true(id_is_row(STR("a")));
	assert_true(id_is_row(STR("-_09AZaz")));
	assert_true(id_is_row((struct str){ long64, 64 }));
	assert_false(id_is_row((struct str){ long64, 65 }));
	assert_false(id_is_row(STR("")));
	assert_false(id_is_row((struct str){ 0 }));
	assert_false(id_is_row(STR("a b")));
	assert_false(id_is_row(STR("a\0b")));
	assert_false(id_is_row(STR("\xc3\xa9")));
	assert_false(id_is_row(STR("a'")));
	assert_true(id_is_short(STR("0aZ9")));
	assert_false(id_is_short(STR("0aZ")));
	assert_false(id_is_short(STR("0aZ99")));
	assert_false(id_is_short(STR("0a-9")));
	assert_false(id_is_short(STR("0a\0"
				     "9")));
	assert_true(id_is_hex40(STR("0123456789abcdef0123456789abcdef01234567")));
	assert_false(id_is_hex40(STR("0123456789ABCDEF0123456789abcdef01234567")));
	assert_false(id_is_hex40(STR("0123456789abcdef0123456789abcdef0123456")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),  cmocka_unit_test(test_time_orders),   cmocka_unit_test(test_short),
		cmocka_unit_test(test_uuid),  cmocka_unit_test(test_parse_uuid),    cmocka_unit_test(test_hex),
		cmocka_unit_test(test_forms), cmocka_unit_test(test_hex_is_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
