/* The growing buffer and its memory of failure. */
#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_append(void **state)
{
	(void)state;
	struct buf buf;

	buf_init(&buf, 1 << 20);
	assert_true(str_equal(buf_str(&buf), STR("")));
	assert_non_null(buf_str(&buf).at);
	buf_append(&buf, NULL, 0);
	buf_append_str(&buf, (struct str){ 0 });
	buf_append(&buf, "ab", 2);
	buf_append_str(&buf, STR("cd"));
	buf_append_byte(&buf, 'e');
	buf_printf(&buf, "-%d-%s", 5, "x");
	assert_true(str_equal(buf_str(&buf), STR("abcde-5-x")));
	buf_clear(&buf);
	for (int i = 0; i < 100000; i++)
		buf_append_byte(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.len, 100000);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(buf.at[i], 'a' + i % 26);
	assert_false(buf_failed(&buf));
	buf_free(&buf);
	assert_int_equal(buf.len, 0);
	buf_append_byte(&buf, 'x'); /* usable again */
	assert_true(str_equal(buf_str(&buf), STR("x")));
	buf_free(&buf);
}

static void test_printf_of_any_length(void **state)
{
	(void)state;
	struct buf buf;

	buf_init(&buf, 1000);
	for (int len = 1; len <= 1000; len++) { /* the last one fills it to the brim */
		buf_clear(&buf);
		buf_printf(&buf, "%*s", len, "x");
		assert_false(buf_failed(&buf));
		assert_int_equal(buf.len, len);
		assert_int_equal(buf.at[len - 1], 'x');
	}
	buf_clear(&buf);
	buf_printf(&buf, "%*s", 1001, "");
	assert_true(buf_failed(&buf));
	assert_int_equal(buf.len, 0);
	buf_free(&buf);
}

static void test_limit(void **state)
{
	(void)state;
	struct buf buf;

	buf_init(&buf, 5);
	buf_append(&buf, "abcde", 5);
	assert_false(buf_failed(&buf));
	buf_append(&buf, "", 0);
	assert_false(buf_failed(&buf));
	buf_append_byte(&buf, 'f');
	assert_true(buf_failed(&buf));
	buf_clear(&buf);
	assert_false(buf_failed(&buf));
	buf_append(&buf, "abc", 3);
	buf_append(&buf, "def", 3);
	buf_append(&buf, "g", 1); /* would fit, but comes after the failure */
	assert_true(buf_failed(&buf));
	assert_true(str_equal(buf_str(&buf), STR("abc")));
	assert_null(buf_reserve(&buf, 1));
	buf_free(&buf);
	assert_non_null(buf_reserve(&buf, 0));
	assert_null(buf_reserve(&buf, SIZE_MAX));
	buf_free(&buf);
}

static void test_reserve(void **state)
{
	(void)state;
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	char *to = buf_reserve(&buf, 3000);
	memset(to, 'x', 3000);
	buf.len += 2;
	assert_true(str_equal(buf_str(&buf), STR("xx")));
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_printf_of_any_length),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_reserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
