/* Counters, from several threads, and their text. */
#include "core/metric.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void *count_up(void *unused)
{
	(void)unused;
	for (int i = 0; i < 300000; i++)
		metric_add(M_rows_read_total, 2);
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_up, NULL), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(metric_get(M_rows_read_total), 2400000);
}

static void test_write(void **state)
{
	(void)state;
	struct buf buf;
	int helps = 0;

	buf_init(&buf, 1 << 16);
	metric_set(M_bases_open, 7);
	metric_add(M_bases_open, -3);
	metric_write(&buf);
	buf_append_byte(&buf, '\0');
	assert_false(buf_failed(&buf));
	assert_non_null(strstr(buf.at, "# HELP atoll_bases_open Base files open now.\n"
				       "# TYPE atoll_bases_open gauge\natoll_bases_open 4\n"));
	for (const char *at = buf.at; (at = strstr(at, "# HELP atoll_")); at++)
		helps++;
	assert_int_equal(helps, METRIC_COUNT);
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
