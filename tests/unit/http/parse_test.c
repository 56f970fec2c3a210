/* Heads of requests, good and broken; chunks cut at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/parse.h"

#define H "Host: a\r\n"

static enum http_parsed parse(const char *text, struct http_head *head, struct error *err)
{
	/* Leaked on purpose into a static: slices of the head point into it. */
	static char copy[2 * HTTP_MAX_HEAD];
	size_t len = strlen(text);

	assert_true(len < sizeof(copy));
	memcpy(copy, text, len + 1);
	return http_parse_head(copy, len, 0, head, err);
}

static void test_good(void **state)
{
	static const struct {
		const char *text, *method, *path, *query;
		bool keep_alive, chunked, expects_continue;
		size_t content_length;
	} cases[] = {
		{ "GET / HTTP/1.1\r\n" H "\r\n", "GET", "/", NULL, true, false, false, 0 },
		{ "\r\nGET / HTTP/1.1\r\n" H "\r\n", "GET", "/", NULL, true, false, false, 0 },
		{ "GET /a?b=c?d HTTP/1.1\r\n" H "\r\n", "GET", "/a", "b=c?d", true, false, false, 0 },
		{ "GET /a? HTTP/1.1\r\n" H "\r\n", "GET", "/a", "", true, false, false, 0 },
		{ "GET http://h.example:80/a?b HTTP/1.1\r\n" H "\r\n", "GET", "/a", "b", true, false, false, 0 },
		{ "GET http://h.example HTTP/1.1\r\n" H "\r\n", "GET", "/", NULL, true, false, false, 0 },
		{ "OPTIONS * HTTP/1.1\r\n" H "\r\n", "OPTIONS", "/*", NULL, true, false, false, 0 },
		{ "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n", "GET", "/", NULL, false, false, false, 0 },
		{ "GET / HTTP/1.1\r\n" H "connection: TE, Close\r\n\r\n", "GET", "/", NULL, false, false, false, 0 },
		{ "GET / HTTP/1.0\r\n\r\n", "GET", "/", NULL, false, false, false, 0 },
		{ "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "GET", "/", NULL, true, false, false, 0 },
		{ "PUT /a HTTP/1.1\r\n" H "Content-Length: 12\r\n\r\n", "PUT", "/a", NULL, true, false, false, 12 },
		{ "PUT /a HTTP/1.1\r\n" H "Content-Length: 12\r\nContent-Length: 12\r\n\r\n", "PUT", "/a", NULL, true,
		  false, false, 12 },
		{ "PUT /a HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n\r\n", "PUT", "/a", NULL, true, true, false,
		  0 },
		{ "PUT /a HTTP/1.1\r\n" H "Content-Length: 2\r\nExpect: 100-Continue\r\n\r\n", "PUT", "/a", NULL, true,
		  false, true, 2 },
		{ "PUT /a HTTP/1.1\r\n" H "Content-Length: 2\r\nExpect: tea\r\n\r\n", "PUT", "/a", NULL, true, false,
		  false, 2 },
		{ "GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n", "GET", "/\xc3\xa4", NULL, true, false, false, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_head head;
		struct error err = { .message = "" };
		if (parse(cases[i].text, &head, &err) != HTTP_COMPLETE)
			fail_msg("%s: %s", cases[i].text, err.message);
		assert_int_equal(head.len, strlen(cases[i].text));
		assert_true(str_equal_c(head.method, cases[i].method));
		assert_true(str_equal_c(head.path, cases[i].path));
		assert_int_equal(head.query.at == NULL, cases[i].query == NULL);
		assert_true(str_equal_c(head.query, cases[i].query));
		assert_int_equal(head.keep_alive, cases[i].keep_alive);
		assert_int_equal(head.chunked, cases[i].chunked);
		assert_int_equal(head.expects_continue, cases[i].expects_continue);
		assert_int_equal(head.content_length, cases[i].content_length);
	}
}

static void test_broken(void **state)
{
	static const char *const cases[] = {
		"\r\n\r\n",
		"GET\r\n\r\n",
		"GET /\r\n\r\n",
		"GET / HTTP/2.0\r\n" H "\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET / HTTQ/1.1\r\n" H "\r\n",
		"G@T / HTTP/1.1\r\n" H "\r\n",
		"AVERYLONGMETHODNAME / HTTP/1.1\r\n" H "\r\n",
		"GET a HTTP/1.1\r\n" H "\r\n",
		"GET ftp://a/b HTTP/1.1\r\n" H "\r\n",
		"CONNECT a:443 HTTP/1.1\r\n" H "\r\n",
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\n" H H "\r\n",
		"GET / HTTP/1.1\r\n" H "a\x01: b\r\n\r\n",
		"GET / HTTP/1.1\r\n" H "a : b\r\n\r\n",
		"GET / HTTP/1.1\r\n" H "a: b\x01\r\n\r\n",
		"GET / HTTP/1.1\r\n" H "a: b\x7f\r\n\r\n",
		"GET / HTTP/1.1\r\n" H "a: b\rc: d\r\n\r\n",
		"GET / HTTP/1.1\r\n" H "a: b\r\n folded\r\n\r\n",
		"GET / HTTP/1.1\r\n" H ": b\r\n\r\n",
		"GET / HTTP/1.1\r\n" H "no colon\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: x\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: +1\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: 1, 1\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: 9999999999999999999\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
		"PUT / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n",
		"PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct http_head head;
		struct error err = { .status = 0 };
		if (parse(cases[i], &head, &err) != HTTP_BROKEN)
			fail_msg("taken as good: %s", cases[i]);
		assert_int_equal(err.status, 400);
	}
}

/* The path of a broken request decides the form of its error. */
static void test_broken_keeps_path(void **state)
{
	struct http_head head;
	struct error err;

	(void)state;
	assert_int_equal(parse("GET /api-gateway/x?y HTTP/1.1\r\n" H "a: \x01\r\n\r\n", &head, &err), HTTP_BROKEN);
	assert_true(str_equal_c(head.path, "/api-gateway/x"));
	assert_int_equal(parse("\x01\x02\r\n\r\n", &head, &err), HTTP_BROKEN);
	assert_null(head.path.at);
}

static void test_every_prefix_is_incomplete(void **state)
{
	char text[] = "POST /a?b HTTP/1.1\r\nHOST: a\r\nContent-Length: 3\r\n\r\n";
	struct http_head head;
	struct error err;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		assert_int_equal(http_parse_head(text, len, len ? len - 1 : 0, &head, &err), HTTP_INCOMPLETE);
	}
	assert_int_equal(http_parse_head(text, sizeof(text) - 1, sizeof(text) - 2, &head, &err), HTTP_COMPLETE);
	assert_true(str_equal_c(head.headers[0].name, "host"));
	assert_true(str_equal_c(head.headers[0].value, "a"));
}

static void test_header_limits(void **state)
{
	static const struct {
		int headers;
		enum http_parsed want;
	} cases[] = { { HTTP_MAX_HEADERS, HTTP_COMPLETE },
		      { HTTP_MAX_HEADERS + 1, HTTP_BROKEN },
		      { 300, HTTP_BROKEN } };
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[8192] = "GET / HTTP/1.1\r\nHost: a\r\n";
		struct http_head head;
		struct error err;
		for (int n = 1; n < cases[i].headers; n++)
			strcat(text, "x-header: 1\r\n");
		strcat(text, "\r\n");
		assert_int_equal(parse(text, &head, &err), cases[i].want);
		if (cases[i].want == HTTP_BROKEN)
			assert_int_equal(err.status, 431);
	}
}

static void test_head_too_large(void **state)
{
	char *text = malloc(HTTP_MAX_HEAD + 1);
	struct http_head head;
	struct error err;

	(void)state;
	memset(text, 'a', HTTP_MAX_HEAD + 1);
	memcpy(text, "GET /", 5);
	assert_int_equal(http_parse_head(text, HTTP_MAX_HEAD - 1, 0, &head, &err), HTTP_INCOMPLETE);
	assert_int_equal(http_parse_head(text, HTTP_MAX_HEAD + 1, 0, &head, &err), HTTP_BROKEN);
	assert_int_equal(err.status, 431);
	free(text);
}

/* Decodes `coded` handed over in steps of `step` bytes, as a connection does. */
static enum http_parsed decode(const char *coded, size_t step, char *into, size_t *decoded, size_t *rest)
{
	struct http_chunks chunks = http_chunks_start();
	size_t total = strlen(coded);
	enum http_parsed parsed = HTTP_INCOMPLETE;

	*decoded = 0;
	for (size_t at = 0; at < total && parsed == HTTP_INCOMPLETE; at += step) {
		size_t len = total - at < step ? total - at : step;
		memcpy(into + *decoded, coded + at, len);
		parsed = http_chunks_decode(&chunks, into + *decoded, &len, rest);
		*decoded += len;
	}
	return parsed;
}

static void test_chunks(void **state)
{
	static const struct {
		const char *coded;
		enum http_parsed want;
		const char *decoded;
	} cases[] = {
		{ "0\r\n\r\n", HTTP_COMPLETE, "" },
		{ "3\r\nabc\r\n0\r\n\r\n", HTTP_COMPLETE, "abc" },
		{ "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", HTTP_COMPLETE, "abcde" },
		{ "A\r\n0123456789\r\n0\r\n\r\n", HTTP_COMPLETE, "0123456789" },
		{ "3;name=value\r\nabc\r\n0\r\n\r\n", HTTP_COMPLETE, "abc" },
		{ "3\r\nabc\r\n0\r\nTrailer: x\r\nMore: y\r\n\r\n", HTTP_COMPLETE, "abc" },
		{ "3\r\nabc\r\n", HTTP_INCOMPLETE, "abc" },
		{ "x\r\nabc\r\n", HTTP_BROKEN, NULL },
		{ "\r\nabc\r\n", HTTP_BROKEN, NULL },
		{ "-1\r\nabc\r\n", HTTP_BROKEN, NULL },
		{ "3\r\nabcd\r\n", HTTP_BROKEN, NULL },
		{ "11111111111111111\r\n", HTTP_BROKEN, NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t step = 1; step <= strlen(cases[i].coded); step++) {
			char into[200];
			size_t len, rest = 0;
			assert_int_equal(decode(cases[i].coded, step, into, &len, &rest), cases[i].want);
			if (!cases[i].decoded)
				continue;
			assert_int_equal(len, strlen(cases[i].decoded));
			assert_memory_equal(into, cases[i].decoded, len);
		}
	}
}

static void test_chunks_rest(void **state)
{
	char into[200];
	size_t len, rest = 0;

	(void)state;
	assert_int_equal(decode("3\r\nabc\r\n0\r\n\r\nGET /", 200, into, &len, &rest), HTTP_COMPLETE);
	assert_int_equal(len, 3);
	assert_int_equal(rest, 5);
	assert_memory_equal(into, "abcGET /", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_keeps_path),
		cmocka_unit_test(test_every_prefix_is_incomplete),
		cmocka_unit_test(test_header_limits),
		cmocka_unit_test(test_head_too_large),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_chunks_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
