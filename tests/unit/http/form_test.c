/* application/x-www-form-urlencoded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "http/form.h"
#include "http/http.h"

static void test_good(void **state)
{
	static const struct {
		const char *text;
		const char *fields; /* as "name:value|" */
	} cases[] = {
		{ "", "" },
		{ "&&", "" },
		{ "a=1", "a:1|" },
		{ "a=1&b=2", "a:1|b:2|" },
		{ "a=1&a=2", "a:1|a:2|" },
		{ "a", "a:|" },
		{ "a=", "a:|" },
		{ "=1", ":1|" },
		{ "a=b=c", "a:b=c|" },
		{ "name=My+base+%26+more", "name:My base & more|" },
		{ "na%6De=%e2%82%ac", "name:\xe2\x82\xac|" },
		{ "a=%2B%25", "a:+%|" },
		{ "a=\xc3\xa4", "a:\xc3\xa4|" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_field *fields;
		struct error err;
		size_t count;
		struct buf got;
		buf_init(&got, 1000);
		assert_true(http_parse_urlencoded(arena, str_from_c(cases[i].text), &fields, &count, &err));
		for (size_t f = 0; f < count; f++) {
			assert_null(fields[f].filename.at);
			buf_printf(&got, "%.*s:%.*s|", STR_ARG(fields[f].name), STR_ARG(fields[f].value));
		}
		assert_true(str_equal_c(buf_str(&got), cases[i].fields));
		buf_free(&got);
		arena_free(&arena);
	}
}

static void test_bad(void **state)
{
	static const char *const cases[] = { "a=%",   "a=%4",   "a=%zz", "%=1",    "a=%ff",
					     "%c3=1", "a=\xff", "a=%00", "a=1&b=%" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_field *fields;
		struct error err = { .status = 0 };
		size_t count;
		assert_false(http_parse_urlencoded(arena, str_from_c(cases[i]), &fields, &count, &err));
		assert_int_equal(err.status, 400);
		arena_free(&arena);
	}
}

static void test_limit(void **state)
{
	char text[2 * (FORM_MAX_FIELDS + 1) + 1] = "";
	struct arena *arena = arena_new(SIZE_MAX);
	struct http_field *fields;
	struct error err;
	size_t count;

	(void)state;
	for (int i = 0; i < FORM_MAX_FIELDS; i++)
		strcat(text, "a&");
	assert_true(http_parse_urlencoded(arena, str_from_c(text), &fields, &count, &err));
	assert_int_equal(count, FORM_MAX_FIELDS);
	strcat(text, "a");
	assert_false(http_parse_urlencoded(arena, str_from_c(text), &fields, &count, &err));
	assert_int_equal(err.status, 400);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
