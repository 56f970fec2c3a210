/* Reading JSON: what RFC 8259 allows comes in, everything else is refused, whatever cJSON would have made of it. */
#include "core/json_in.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/json_out.h"

/* A literal that may hold NULs. */
#define TEXT(s)                                                                                                        \
	{                                                                                                              \
		(s), sizeof(s) - 1                                                                                     \
	}
#define NINES "99999999999999999999"

/* Parses a copy without a byte behind it, so that AddressSanitizer sees each read past the end. */
static bool parse(struct arena *arena, struct str text, cJSON **tree, struct error *err)
{
	char *copy = malloc(text.len ? text.len : 1);

	assert_non_null(copy);
	if (text.len)
		memcpy(copy, text.at, text.len);
	bool ok = json_parse(arena, (struct str){ copy, text.len }, tree, err);
	free(copy); /* the tree keeps nothing of it */
	return ok;
}

static void test_good(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		const char *compact; /* what the tree writes */
	} cases[] = {
		{ TEXT("{}"), "{}" },
		{ TEXT(" \t\r\n[ ]\n"), "[]" },
		{ TEXT("null"), "null" },
		{ TEXT("true"), "true" },
		{ TEXT("false "), "false" },
		{ TEXT("\"\""), "\"\"" },
		{ TEXT("0"), "0" },
		{ TEXT("-0"), "0" },
		{ TEXT("-12.50"), "-12.5" },
		{ TEXT("[0.1,1e3,1E+2,1e-2,-1.5e0]"), "[0.1,1000,100,0.01,-1.5]" },
		{ TEXT("1e-400"), "0" },
		{ TEXT("1.7976931348623157e308"), "1.7976931348623157e+308" },
		{ TEXT(NINES NINES NINES "999"), "1e+63" },
		{ TEXT("{\"a\":{\"b\":[1,\"x\",null,true]},\"\":2}"), "{\"a\":{\"b\":[1,\"x\",null,true]},\"\":2}" },
		{ TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\""), "\"\\\"\\\\/\\b\\f\\n\\r\\tA\xc3\xa9\"" },
		{ TEXT("\"\\ud83d\\ude00 \\uD83D\\uDE00\""), "\"\xf0\x9f\x98\x80 \xf0\x9f\x98\x80\"" },
		{ TEXT("\"\\u0001\x7f\\uffff\""), "\"\\u0001\x7f\xef\xbf\xbf\"" },
		{ TEXT("\"[[{{ 01 \\\\\""), "\"[[{{ 01 \\\\\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct error err = { 0 };
		cJSON *tree = NULL;
		if (!parse(arena, cases[i].text, &tree, &err))
			fail_msg("case %zu: %s", i, err.message);
		assert_string_equal(json_tree_text(arena, tree).at, cases[i].compact);
		arena_free(&arena);
	}
}

static void test_bad(void **state)
{
	(void)state;
	static const struct str cases[] = {
		TEXT(""),
		TEXT(" "),
		TEXT("{"),
		TEXT("}"),
		TEXT("["),
		TEXT("]"),
		TEXT("[1"),
		TEXT("[1,"),
		TEXT("[1,]"),
		TEXT("[,1]"),
		TEXT("[1 2]"),
		TEXT("{\"a\"}"),
		TEXT("{\"a\":}"),
		TEXT("{\"a\":1,}"),
		TEXT("{a:1}"),
		TEXT("{'a':1}"),
		TEXT("{1:1}"),
		TEXT("{\"a\" 1}"),
		TEXT("[1]]"),
		TEXT("{}x"),
		TEXT("{} {}"),
		TEXT("1 2"),
		TEXT("tru"),
		TEXT("True"),
		TEXT("nul"),
		TEXT("truee"),
		TEXT("undefined"),
		TEXT("// c\n1"),
		TEXT("/**/1"),
		/* numbers */
		TEXT("01"),
		TEXT("-01"),
		TEXT("00"),
		TEXT("+1"),
		TEXT("-"),
		TEXT("- 1"),
		TEXT(".5"),
		TEXT("5."),
		TEXT("1.e5"),
		TEXT("1e"),
		TEXT("1e+"),
		TEXT("1e5.5"),
		TEXT("1-2"),
		TEXT("--1"),
		TEXT("1..2"),
		TEXT("0x10"),
		TEXT("1_0"),
		TEXT("NaN"),
		TEXT("Infinity"),
		TEXT("-Infinity"),
		TEXT("1e309"),
		TEXT("-1e999"),
		TEXT("[1e999999999999]"),
		TEXT(NINES NINES NINES "9999"),
		TEXT("{\"a\":1e400}"),
		/* strings */
		TEXT("\""),
		TEXT("\"abc"),
		TEXT("\"abc\\"),
		TEXT("\"abc\\\""),
		TEXT("\"\\x41\""),
		TEXT("\"\\'\""),
		TEXT("\"\\"),
		TEXT("\"\n\""),
		TEXT("\"\t\""),
		TEXT("\"\0\""),
		TEXT("\"abcdefgh\x1fijklmnop\""),
		TEXT("\"\\u0000\""),
		TEXT("\"\\u00\""),
		TEXT("\"\\u00zz\""),
		TEXT("\"\\u"),
		TEXT("\"\\ud83d\""),
		TEXT("\"\\ude00\""),
		TEXT("\"\\ud83d\\ud83d\""),
		TEXT("\"\\ud83dx\""),
		TEXT("\"\\ud83d\\n\""),
		TEXT("\"\\ud83d\\u"),
		TEXT("\"\\ud83d\\u00"),
		TEXT("{\"\\u0000\":1}"),
		TEXT("{\"\\ud83d\":1}"),
		/* bytes */
		TEXT("\"\xff\""),
		TEXT("\"\xc3\""),
		TEXT("\"\xed\xa0\x80\""),
		TEXT("\"\xc0\x80\""),
		TEXT("\xfe\xff[]"),
		TEXT("[]\0"),
		TEXT("\0[]"),
		TEXT("[\x01"
		     "1]"),
		TEXT("[1,\v2]"),
		TEXT("\f1"),
		TEXT("[1]\x1f"),
		TEXT("[\x7f]"),
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct error err = { 0 };
		cJSON *tree = NULL;
		if (parse(arena, cases[i], &tree, &err))
			fail_msg("accepted: %.*s", STR_ARG(cases[i]));
		assert_int_equal(err.status, 400);
		assert_null(tree);
		arena_free(&arena);
	}
}

static void test_absent(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	struct error err;
	cJSON *tree = NULL;

	assert_false(json_parse(arena, (struct str){ 0 }, &tree, &err));
	arena_free(&arena);
}

/* `depth` brackets, balanced. */
static bool parse_nested(int depth, const char *open, const char *close, struct error *err)
{
	struct arena *arena = arena_new(SIZE_MAX);
	struct buf buf;
	cJSON *tree = NULL;

	buf_init(&buf, 1 << 20);
	for (int i = 0; i < depth; i++)
		buf_append_str(&buf, str_from_c(open));
	buf_append_byte(&buf, '1');
	for (int i = 0; i < depth; i++)
		buf_append_str(&buf, str_from_c(close));
	bool ok = json_parse(arena, buf_str(&buf), &tree, err);
	buf_free(&buf);
	arena_free(&arena);
	return ok;
}

static void test_nesting(void **state)
{
	(void)state;
	struct error err;

	assert_true(parse_nested(JSON_MAX_NESTING, "[", "]", &err));
	assert_false(parse_nested(JSON_MAX_NESTING + 1, "[", "]", &err));
	assert_non_null(strstr(err.message, "nested"));
	assert_true(parse_nested(JSON_MAX_NESTING, "{\"[[[[\":", "}", &err));
	assert_false(parse_nested(JSON_MAX_NESTING + 1, "{\"\":", "}", &err));
	assert_false(parse_nested(100000, "[", "]", &err));
	assert_true(parse_nested(1000, "", "", &err));
}

static void test_get(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	struct error err;
	cJSON *tree = NULL;

	assert_true(
		json_parse(arena,
			   STR("{\"s\":\"text\",\"n\":7,\"t\":true,\"one\":1,\"zero\":0,\"yes\":\"True\",\"no\":\"0\","
			       "\"text\":\"-12\",\"half\":1.5,\"big\":9007199254740992,\"huge\":1e300,\"null\":null,"
			       "\"list\":[1],\"neg\":-3}"),
			   &tree, &err));
	assert_non_null(json_get(tree, "s"));
	assert_null(json_get(tree, "S"));
	assert_null(json_get(NULL, "s"));
	assert_null(json_get(json_get(tree, "list"), "s"));
	assert_true(str_equal(json_get_str(tree, "s"), STR("text")));
	assert_null(json_get_str(tree, "n").at);
	assert_null(json_get_str(tree, "missing").at);
	assert_true(json_get_bool(tree, "t", false));
	assert_true(json_get_bool(tree, "one", false));
	assert_false(json_get_bool(tree, "zero", true));
	assert_true(json_get_bool(tree, "yes", false));
	assert_false(json_get_bool(tree, "no", true));
	assert_true(json_get_bool(tree, "s", true));
	assert_false(json_get_bool(tree, "n", false));
	assert_true(json_get_bool(tree, "null", true));
	assert_true(json_get_bool(tree, "missing", true));

	static const struct {
		const char *key;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "n", true, 7 },     { "neg", true, -3 },  { "text", true, -12 },   { "big", true, 9007199254740992 },
		{ "half", false, 0 }, { "huge", false, 0 }, { "s", false, 0 },       { "t", false, 0 },
		{ "null", false, 0 }, { "list", false, 0 }, { "missing", false, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t value = 0;
		assert_true(json_get_int64(tree, cases[i].key, &value) == cases[i].ok);
		assert_int_equal(value, cases[i].value);
	}
	arena_free(&arena);
}

/* The scan never lets cJSON see, and never reads, past the end: each prefix and each one-byte change of a text. */
static void test_damaged(void **state)
{
	(void)state;
	const struct str good =
		STR("{\"rows\":[{\"a\\u00e9\\ud83d\\ude00\":\"\xc3\xa9 long enough text\",\"n\":-1.5e3}],\"t\":true}");
	static const char bytes[] = "\"\\{}[],:0-eu \x01\x80\xff";
	struct arena *arena = arena_new(SIZE_MAX);
	struct error err;
	cJSON *tree = NULL;
	char text[200];

	assert_true(parse(arena, good, &tree, &err));
	for (size_t len = 0; len < good.len; len++)
		assert_false(parse(arena, str_slice(good, 0, len), &tree, &err));
	for (size_t at = 0; at < good.len; at++) {
		for (size_t i = 0; i < sizeof(bytes); i++) { /* the NUL too */
			memcpy(text, good.at, good.len);
			text[at] = bytes[i];
			if (parse(arena, (struct str){ text, good.len }, &tree, &err))
				assert_non_null(tree);
		}
	}
	arena_free(&arena);
}

/* Threads parse at the same time, each into its own arena. */
static void *parse_often(void *argument)
{
	for (int i = 0; i < 300; i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct error err;
		cJSON *tree = NULL;
		struct str text = str_format(arena, "{\"a\":[%d,\"%d\"]}", i, i);
		bool ok = json_parse(arena, text, &tree, &err) && str_equal(json_tree_text(arena, tree), text);
		arena_free(&arena);
		if (!ok)
			return argument;
	}
	return NULL;
}

static void test_threads(void **state)
{
	(void)state;
	pthread_t threads[4];
	int fault = 1;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, parse_often, &fault), 0);
	for (int i = 0; i < 4; i++) {
		void *result = NULL;
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_null(result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),    cmocka_unit_test(test_bad), cmocka_unit_test(test_absent),
		cmocka_unit_test(test_nesting), cmocka_unit_test(test_get), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
