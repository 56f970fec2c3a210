/* Slices of text. */
#include "core/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"

/* A literal that may hold NULs. */
#define TEXT(s)                                                                                                        \
	{                                                                                                              \
		(s), sizeof(s) - 1                                                                                     \
	}

static void test_compare(void **state)
{
	(void)state;
	const struct str absent = { 0 };

	assert_true(str_equal(STR("abc"), STR("abc")));
	assert_false(str_equal(STR("abc"), STR("abd")));
	assert_false(str_equal(STR("abc"), STR("ab")));
	assert_true(str_equal(absent, STR("")));
	assert_true(str_equal_c(STR("abc"), "abc"));
	assert_false(str_equal_c(STR("abc"), "abcd"));
	assert_true(str_equal_fold(STR("aZ[`\xc3\xa9"), STR("Az[`\xc3\xa9")));
	assert_false(str_equal_fold(STR("@"), STR("`")));
	assert_false(str_equal_fold(STR("["), STR("{")));
	assert_false(str_equal_fold(STR("ab"), STR("abc")));
	assert_true(str_compare(STR("a"), STR("b")) < 0);
	assert_true(str_compare(STR("b"), STR("a")) > 0);
	assert_true(str_compare(STR("ab"), STR("abc")) < 0);
	assert_true(str_compare(STR("abc"), STR("ab")) > 0);
	assert_int_equal(str_compare(absent, STR("")), 0);
	assert_true(str_compare(STR("\xc3"), STR("z")) > 0); /* bytes are unsigned */
}

static void test_cut(void **state)
{
	(void)state;
	const struct str absent = { 0 };

	assert_true(str_starts_with(STR("Token abc"), STR("Token ")));
	assert_false(str_starts_with(STR("Tok"), STR("Token ")));
	assert_true(str_starts_with(absent, STR("")));
	assert_true(str_ends_with(STR("a.json"), STR(".json")));
	assert_false(str_ends_with(STR("json"), STR(".json")));
	assert_int_equal(str_find_byte(STR("a,b,c"), ',', 0), 1);
	assert_int_equal(str_find_byte(STR("a,b,c"), ',', 2), 3);
	assert_true(str_find_byte(STR("a,b,c"), ',', 4) == SIZE_MAX);
	assert_true(str_find_byte(STR("a"), 'a', 9) == SIZE_MAX);
	assert_true(str_equal(str_slice(STR("abcdef"), 2, 4), STR("cd")));
	assert_true(str_equal(str_slice(STR("abcdef"), 4, 99), STR("ef")));
	assert_int_equal(str_slice(STR("abcdef"), 5, 2).len, 0);
	assert_null(str_slice(absent, 1, 2).at);
	assert_true(str_equal(str_trim(STR(" \t\r\n a b \v\f")), STR("a b")));
	assert_int_equal(str_trim(STR("   ")).len, 0);
	assert_null(str_trim(absent).at);
	assert_null(str_from_c(NULL).at);
}

static void test_copy(void **state)
{
	(void)state;
	struct arena *arena = arena_new(1 << 20);
	const struct str absent = { 0 };

	struct str copy = str_copy(arena, str_slice(STR("hello"), 0, 4));
	assert_string_equal(copy.at, "hell");
	assert_int_equal(copy.len, 4);
	assert_null(str_copy(arena, absent).at);
	assert_string_equal(str_copy(arena, STR("")).at, "");
	assert_string_equal(str_to_c(arena, absent), "");
	copy = str_format(arena, "%d-%.*s", 7, STR_ARG(STR("x")));
	assert_string_equal(copy.at, "7-x");
	assert_int_equal(copy.len, 3);
	assert_int_equal(str_format(arena, "%1000d", 1).len, 1000);
	arena_free(&arena);
}

static void test_int64(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "007", true, 7 },
		{ "-42", true, -42 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "+1", false, 0 },
		{ " 1", false, 0 },
		{ "1 ", false, 0 },
		{ "1.0", false, 0 },
		{ "0x10", false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t value = 0;
		bool ok = str_to_int64(str_from_c(cases[i].text), &value);
		if (ok != cases[i].ok || value != cases[i].value)
			fail_msg("\"%s\": %d, %lld", cases[i].text, ok, (long long)value);
	}
	int64_t value = 0;
	assert_false(str_to_int64((struct str){ 0 }, &value));
}

static void test_double(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		double value;
	} cases[] = {
		{ "0", true, 0 },       { "+1.5", true, 1.5 }, { "-1.5e3", true, -1500 }, { "1E-2", true, 0.01 },
		{ "007.5", true, 7.5 }, { "1e-400", true, 0 }, { "1e400", false, 0 },     { "", false, 0 },
		{ ".5", false, 0 },     { "5.", false, 0 },    { "1e", false, 0 },        { "1e+", false, 0 },
		{ "0x10", false, 0 },   { "inf", false, 0 },   { "nan", false, 0 },       { "1 ", false, 0 },
		{ "1,5", false, 0 },    { "--1", false, 0 },   { "1.5.5", false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double value = 0;
		bool ok = str_to_double(str_from_c(cases[i].text), &value);
		if (ok != cases[i].ok || (ok && value != cases[i].value))
			fail_msg("\"%s\": %d, %g", cases[i].text, ok, value);
	}
	char zeros[400];
	memset(zeros, '0', sizeof(zeros));
	double value = 1;
	assert_true(str_to_double((struct str){ zeros, 399 }, &value));
	assert_true(value == 0);
	assert_false(str_to_double((struct str){ zeros, 400 }, &value));
}

static void test_bool(void **state)
{
	(void)state;
	bool value = false;

	assert_true(str_to_bool(STR("True"), &value) && value);
	assert_true(str_to_bool(STR("FALSE"), &value) && !value);
	assert_true(str_to_bool(STR("1"), &value) && value);
	assert_true(str_to_bool(STR("0"), &value) && !value);
	assert_false(str_to_bool(STR("yes"), &value));
	assert_false(str_to_bool(STR(""), &value));
}

/* RFC 3629, and the borders of table 3-7 of the Unicode standard. */
static void test_utf8(void **state)
{
	(void)state;
	static const struct {
		struct str text;
		bool ok;
	} cases[] = {
		{ TEXT(""), true },
		{ TEXT("plain"), true },
		{ TEXT("\0"), true },
		{ TEXT("\x7f"), true },
		{ TEXT("\xc2\x80"), true },
		{ TEXT("\xdf\xbf"), true },
		{ TEXT("\xe0\xa0\x80"), true },
		{ TEXT("\xed\x9f\xbf"), true },
		{ TEXT("\xee\x80\x80"), true },
		{ TEXT("\xef\xbf\xbf"), true },
		{ TEXT("\xf0\x90\x80\x80"), true },
		{ TEXT("\xf4\x8f\xbf\xbf"), true },
		{ TEXT("\x80"), false },
		{ TEXT("\xbf"), false },
		{ TEXT("\xc0\x80"), false },
		{ TEXT("\xc1\xbf"), false },
		{ TEXT("\xc2"), false },
		{ TEXT("\xc2\x7f"), false },
		{ TEXT("\xc2\xc0"), false },
		{ TEXT("\xe0\x9f\xbf"), false },
		{ TEXT("\xed\xa0\x80"), false },
		{ TEXT("\xed\xbf\xbf"), false },
		{ TEXT("\xe2\x82"), false },
		{ TEXT("\xe2\x82z"), false },
		{ TEXT("\xf0\x8f\xbf\xbf"), false },
		{ TEXT("\xf4\x90\x80\x80"), false },
		{ TEXT("\xf5\x80\x80\x80"), false },
		{ TEXT("\xf0\x9f\x98"), false },
		{ TEXT("\xff"), false },
	};

	/* Each at every place relative to the words of the fast path. */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t before = 0; before < 18; before++) {
			char text[64];
			memset(text, 'x', sizeof(text));
			memcpy(text + before, cases[i].text.at, cases[i].text.len);
			size_t end = before + cases[i].text.len;
			if (str_is_utf8((struct str){ text, end }) != cases[i].ok ||
			    str_is_utf8((struct str){ text, end + before }) != cases[i].ok)
				fail_msg("case %zu after %zu bytes", i, before);
		}
	}
}

static void test_prefix_chars(void **state)
{
	(void)state;
	struct str text = STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
	static const size_t bytes[] = { 0, 1, 3, 6, 10, 11, 11 };

	for (size_t chars = 0; chars < sizeof(bytes) / sizeof(bytes[0]); chars++)
		assert_int_equal(str_prefix_chars(text, chars).len, bytes[chars]);
	assert_null(str_prefix_chars((struct str){ 0 }, 3).at);
}

/* Each byte of a text of any length counts, and so does the length. */
static void test_hash(void **state)
{
	(void)state;
	char text[80] = { 0 };

	for (size_t len = 0; len < 64; len++) {
		uint64_t hash = str_hash((struct str){ text, len });
		assert_true(hash == str_hash((struct str){ text, len }));
		assert_true(hash != str_hash((struct str){ text, len + 1 }));
		for (size_t i = 0; i < len; i++) {
			text[i] ^= 1;
			if (str_hash((struct str){ text, len }) == hash)
				fail_msg("byte %zu of %zu does not count", i, len);
			text[i] ^= 1;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare), cmocka_unit_test(test_cut),          cmocka_unit_test(test_copy),
		cmocka_unit_test(test_int64),   cmocka_unit_test(test_double),       cmocka_unit_test(test_bool),
		cmocka_unit_test(test_utf8),    cmocka_unit_test(test_prefix_chars), cmocka_unit_test(test_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
