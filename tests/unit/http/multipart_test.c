/* multipart/form-data, as browsers, Python, Node and hurried scripts send it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "http/form.h"
#include "http/http.h"

#define TYPE "multipart/form-data; boundary=X"
#define NAME(name) "Content-Disposition: form-data; name=\"" name "\"\r\n"
#define PART(name, value) "--X\r\n" NAME(name) "\r\n" value "\r\n"
#define FILE_PART(parameters, value)                                                                                   \
	"--X\r\nContent-Disposition: form-data; name=\"file\"; " parameters "\r\n\r\n" value "\r\n"
#define END "--X--\r\n"

/* Parses a copy of exactly the body's size, so that the sanitizer sees a byte read too many. */
static bool parse(struct arena *arena, const char *type, const char *body, struct http_field **fields, size_t *count,
		  struct error *err)
{
	size_t len = strlen(body);
	char *copy = arena_alloc(arena, len);

	memcpy(copy, body, len);
	return http_parse_multipart(arena, str_from_c(type), (struct str){ copy, len }, fields, count, err);
}

static void test_good(void **state)
{
	static const struct {
		const char *type, *body;
		const char *fields; /* "name:value|", files "name(filename):value|" */
	} cases[] = {
		{ TYPE, END, "" },
		{ TYPE, PART("a", "1") END, "a:1|" },
		{ TYPE, PART("a", "1") "--X--", "a:1|" },
		{ TYPE, PART("a", "1") PART("b", "") PART("a", "2") END, "a:1|b:|a:2|" },
		{ TYPE, PART("a", "1") END "epilogue", "a:1|" },
		{ TYPE, "preamble\r\n" PART("a", "1") END, "a:1|" },
		{ TYPE, "--X \t\r\n" NAME("a") "\r\n1\r\n" END, "a:1|" },
		{ TYPE, PART("a", "line\r\n\r\nline\r\n") END, "a:line\r\n\r\nline\r\n|" },
		{ TYPE, PART("a", "\r\n--Xy is not the end\r\n--") END, "a:\r\n--Xy is not the end\r\n--|" },
		{ TYPE, FILE_PART("filename=\"a.txt\"", "text") PART("replace", "0") END,
		  "file(a.txt):text|replace:0|" },
		{ TYPE, "--X\r\nContent-Type: text/plain\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n" END,
		  "a:1|" },
		{ TYPE, FILE_PART("filename=\"\"", "") END, "file():|" },
		{ TYPE, FILE_PART("filename=\"a \\\"b\\\".txt\"", "1") END, "file(a \"b\".txt):1|" },
		{ TYPE, FILE_PART("filename=\"a %22b%22%0D%0A.txt\"", "1") END, "file(a \"b\".txt):1|" },
		{ TYPE, FILE_PART("filename=\"a;b=c.txt\"", "1") END, "file(a;b=c.txt):1|" },
		{ TYPE, FILE_PART("filename=\"50%.txt\"", "1") END, "file(50%.txt):1|" },
		{ TYPE, FILE_PART("filename=\"C:\\temp\\a.txt\"", "1") END, "file(a.txt):1|" },
		{ TYPE, FILE_PART("filename=\"../../etc/passwd\"", "1") END, "file(passwd):1|" },
		{ TYPE, FILE_PART("filename=\"folder/\"", "1") END, "file():1|" },
		{ TYPE, FILE_PART("filename=plain.txt", "1") END, "file(plain.txt):1|" },
		{ TYPE, FILE_PART("filename=\"\xc3\xa4.txt\"", "1") END, "file(\xc3\xa4.txt):1|" },
		{ TYPE, FILE_PART("filename=\"x\"; filename*=UTF-8''%e2%82%ac%20a.txt", "1") END,
		  "file(\xe2\x82\xac a.txt):1|" },
		{ TYPE, FILE_PART("filename*=utf-8'en'..%2Fa.txt; filename=\"x\"", "1") END, "file(a.txt):1|" },
		{ TYPE, FILE_PART("filename=\"x\"; filename*=iso-8859-1''%e4.txt", "1") END, "file(x):1|" },
		{ TYPE, FILE_PART("filename=\"x\"; filename*=broken", "1") END, "file(x):1|" },
		{ TYPE, FILE_PART("filename=\"x\"; filename*=UTF-8''%zz", "1") END, "file(x):1|" },
		/* Where the boundary comes from */
		{ "multipart/form-data; boundary=\"X\"", PART("a", "1") END, "a:1|" },
		{ "multipart/form-data; charset=utf-8; BOUNDARY=X", PART("a", "1") END, "a:1|" },
		{ "multipart/form-data; boundary=X, multipart/form-data", PART("a", "1") END, "a:1|" },
		{ "multipart/form-data; boundary=X; charset=utf-8", PART("a", "1") END, "a:1|" },
		{ "multipart/form-data", PART("a", "1") END, "a:1|" },
		{ "multipart/form-data; boundary=", PART("a", "1") END, "a:1|" },
		{ "", PART("a", "1") END, "a:1|" },
		{ NULL, PART("a", "1") END, "a:1|" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_field *fields;
		struct error err = { .message = "" };
		size_t count;
		struct buf got;
		buf_init(&got, 1000);
		if (!parse(arena, cases[i].type, cases[i].body, &fields, &count, &err))
			fail_msg("%zu %s: %s", i, cases[i].body, err.message);
		for (size_t f = 0; f < count; f++) {
			buf_append_str(&got, fields[f].name);
			if (fields[f].filename.at)
				buf_printf(&got, "(%.*s)", STR_ARG(fields[f].filename));
			buf_printf(&got, ":%.*s|", STR_ARG(fields[f].value));
		}
		if (!str_equal_c(buf_str(&got), cases[i].fields))
			fail_msg("%zu got %.*s want %s", i, STR_ARG(buf_str(&got)), cases[i].fields);
		buf_free(&got);
		arena_free(&arena);
	}
}

static void test_bad(void **state)
{
	static const struct {
		const char *type, *body;
	} cases[] = {
		{ TYPE, "" },
		{ TYPE, "--X" },
		{ TYPE, "--X\r\n" },
		{ TYPE, "no boundary in here" },
		{ TYPE, PART("a", "1") }, /* the end is missing */
		{ TYPE, PART("a", "1") "--X-" },
		{ TYPE, "--X\r\n\r\nno headers\r\n" END },
		{ TYPE, "--X\r\nContent-Type: text/plain\r\n\r\n1\r\n" END }, /* no name */
		{ TYPE, "--X\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END },
		{ TYPE, "--X\r\n" NAME("a") END },        /* no empty line */
		{ TYPE, "--X\r\n" NAME("a") "\r\n" END }, /* no value */
		{ TYPE, PART("\xff", "1") END },
		{ TYPE, FILE_PART("filename=\"\xff\"", "1") END },
		{ TYPE, FILE_PART("filename*=UTF-8''%ff", "1") END },
		{ TYPE, FILE_PART("filename*=UTF-8''a%00.txt", "1") END },
		{ "multipart/form-data; boundary=Y", PART("a", "1") END },
		{ "multipart/form-data", "a=1&b=2" },
		{ "multipart/form-data", "--\r\n" },
		{ "multipart/form-data", "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_field *fields;
		struct error err = { .status = 0 };
		size_t count;
		if (parse(arena, cases[i].type, cases[i].body, &fields, &count, &err))
			fail_msg("taken as good: %s", cases[i].body);
		assert_int_equal(err.status, 400);
		arena_free(&arena);
	}
}

static void test_binary(void **state)
{
	static const char body[] = "--X\r\n" NAME("file") "\r\na\0b\xff\r\n-\r\n--X--\r\n";
	struct arena *arena = arena_new(SIZE_MAX);
	struct http_field *fields;
	struct error err;
	size_t count;

	(void)state;
	assert_true(
		http_parse_multipart(arena, STR(TYPE), (struct str){ body, sizeof(body) - 1 }, &fields, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(fields[0].value.len, 7);
	assert_memory_equal(fields[0].value.at, "a\0b\xff\r\n-", 7);
	arena_free(&arena);
}

/* Cut anywhere, a body is refused (or, cut within the last line, understood) and nothing behind it is read. */
static void test_every_prefix(void **state)
{
	static const char body[] = PART("a", "1") FILE_PART("filename=\"\\\"q\\\"\"; filename*=UTF-8''%41", "text") END;
	size_t whole = strlen(body) - strlen("\r\n");

	(void)state;
	for (size_t len = 0; len < sizeof(body) - 1; len++) {
		struct arena *arena = arena_new(SIZE_MAX);
		char *copy = arena_alloc(arena, len ? len : 1);
		struct http_field *fields;
		struct error err;
		size_t count;
		memcpy(copy, body, len);
		assert_int_equal(
			http_parse_multipart(arena, STR(TYPE), (struct str){ copy, len }, &fields, &count, &err),
			len >= whole);
		arena_free(&arena);
	}
}

static void test_limit(void **state)
{
	struct arena *arena = arena_new(SIZE_MAX);
	struct buf body;
	struct http_field *fields;
	struct error err;
	size_t count;

	(void)state;
	buf_init(&body, 1 << 20);
	for (int i = 0; i < FORM_MAX_FIELDS; i++)
		buf_append_str(&body, STR(PART("a", "1")));
	size_t len = body.len;
	buf_append_str(&body, STR(END));
	assert_true(http_parse_multipart(arena, STR(TYPE), buf_str(&body), &fields, &count, &err));
	assert_int_equal(count, FORM_MAX_FIELDS);
	body.len = len;
	buf_append_str(&body, STR(PART("a", "1") END));
	assert_false(http_parse_multipart(arena, STR(TYPE), buf_str(&body), &fields, &count, &err));
	buf_free(&body);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),         cmocka_unit_test(test_bad),   cmocka_unit_test(test_binary),
		cmocka_unit_test(test_every_prefix), cmocka_unit_test(test_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
