/* Percent-decoding, query parameters, headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "http/http.h"

static void assert_str(struct str got, const char *want)
{
	if (!want) {
		assert_null(got.at);
		return;
	}
	assert_non_null(got.at);
	if (!str_equal_c(got, want))
		fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got), want);
}

static void test_percent_decode(void **state)
{
	static const struct {
		const char *text;
		bool plus;
		const char *want; /* NULL: refused */
	} cases[] = {
		{ "", false, "" },
		{ "plain", false, "plain" },
		{ "a%20b", false, "a b" },
		{ "a+b", false, "a+b" },
		{ "a+b", true, "a b" },
		{ "%2B", true, "+" },
		{ "%e2%82%AC", false, "\xe2\x82\xac" },
		{ "%25", false, "%" },
		{ "%252F", false, "%2F" },
		{ "\xc3\xa4", false, "\xc3\xa4" },
		{ "%", false, NULL },
		{ "%4", false, NULL },
		{ "a%4", false, NULL },
		{ "%4g", false, NULL },
		{ "%g4", false, NULL },
		{ "%%41", false, NULL },
		{ "% 1", false, NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct str got = { 0 };
		bool ok = http_percent_decode(arena, str_from_c(cases[i].text), cases[i].plus, &got);
		assert_int_equal(ok, cases[i].want != NULL);
		if (ok)
			assert_str(got, cases[i].want);
		arena_free(&arena);
	}
}

static void test_percent_decode_nul(void **state)
{
	struct arena *arena = arena_new(SIZE_MAX);
	struct str got;

	(void)state;
	assert_true(http_percent_decode(arena, STR("a%00b"), false, &got));
	assert_int_equal(got.len, 3);
	assert_memory_equal(got.at, "a\0b", 3);
	arena_free(&arena);
}

static void test_query(void **state)
{
	static const struct {
		const char *query;
		const char *name;
		const char *want;
	} cases[] = {
		{ NULL, "a", NULL },     { "", "a", NULL },
		{ "a=1", "a", "1" },     { "a=1&b=2", "b", "2" },
		{ "a=1&a=2", "a", "1" }, { "a", "a", "" },
		{ "a=", "a", "" },       { "&&a=1&", "a", "1" },
		{ "a=b=c", "a", "b=c" }, { "table_name=My+Table%21", "table_name", "My Table!" },
		{ "ab=1", "a", NULL },   { "%61=1", "a", "1" },
		{ "a=%zz", "a", NULL },  { "b=%zz&a=1", "a", "1" },
		{ "=1", "", "1" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_request request = {
			.arena = arena_new(SIZE_MAX),
			.query = str_from_c(cases[i].query),
		};
		assert_str(http_query(&request, cases[i].name), cases[i].want);
		arena_free(&request.arena);
	}
}

static void test_header(void **state)
{
	struct http_request request = {
		.headers = {
			{ STR("content-type"), STR("multipart/form-data; boundary=x") },
			{ STR("content-type"), STR("multipart/form-data") },
			{ STR("x-empty"), STR("") },
		},
		.header_count = 3,
	};

	(void)state;
	assert_str(http_header(&request, "content-type"), "multipart/form-data; boundary=x");
	assert_str(http_header(&request, "x-empty"), "");
	assert_str(http_header(&request, "authorization"), NULL);
}

static void test_reply_header(void **state)
{
	struct http_reply reply = { .header_count = 0 };

	(void)state;
	http_reply_header(&reply, "x-good", STR("yes"));
	http_reply_header(&reply, "x-split", STR("a\r\nset-cookie: b"));
	http_reply_header(&reply, "x-line", STR("a\nb"));
	http_reply_header(&reply, "x-nul", (struct str){ "a\0b", 3 });
	assert_int_equal(reply.header_count, 1);
	assert_str(reply.headers[0].name, "x-good");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_percent_decode), cmocka_unit_test(test_percent_decode_nul),
		cmocka_unit_test(test_query),          cmocka_unit_test(test_header),
		cmocka_unit_test(test_reply_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
