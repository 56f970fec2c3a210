/* The words of a command line against a table of options. */
#include "cmd/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/str.h"

static const struct option_spec SPECS[] = {
	{ "name", "TEXT", "" }, { "data", "DIR", "" }, { "admin", NULL, "" }, { 0 }
};

enum { MAX_WORDS = 8 };

static size_t copy_words(struct arena *arena, const char *const words[MAX_WORDS], char *out[MAX_WORDS])
{
	size_t count = 0;
	for (; count < MAX_WORDS && words[count]; count++)
		out[count] = str_to_c(arena, str_from_c(words[count]));
	return count;
}

static void assert_text(const char *actual, const char *expected)
{
	if (!expected)
		assert_null(actual);
	else
		assert_string_equal(actual, expected);
}

static void test_good(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		const char *name, *data, *admin, *first;
		size_t arguments;
		bool help;
	} CASES[] = {
		{ { NULL }, NULL, NULL, NULL, NULL, 0, false },
		{ { "a" }, NULL, NULL, NULL, "a", 1, false },
		{ { "--name", "x", "a", "b" }, "x", NULL, NULL, "a", 2, false },
		{ { "a", "--name=x", "--admin" }, "x", NULL, "", "a", 1, false },
		{ { "--name=" }, "", NULL, NULL, NULL, 0, false },
		{ { "--name=a=b" }, "a=b", NULL, NULL, NULL, 0, false },
		{ { "--name", "--admin" }, "--admin", NULL, NULL, NULL, 0, false },
		{ { "--data", "-", "-" }, NULL, "-", NULL, "-", 1, false },
		{ { "--", "--name", "x" }, NULL, NULL, NULL, "--name", 2, false },
		{ { "--help" }, NULL, NULL, NULL, NULL, 0, true },
		{ { "-h", "a" }, NULL, NULL, NULL, "a", 1, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct arena *arena = arena_new(1 << 16);
		struct options options;
		struct error err = { 0 };
		char *words[MAX_WORDS];
		size_t count = copy_words(arena, CASES[i].words, words);
		assert_true(options_parse(arena, SPECS, words, count, &options, &err));
		assert_text(options_value(&options, "name"), CASES[i].name);
		assert_text(options_value(&options, "data"), CASES[i].data);
		assert_text(options_value(&options, "admin"), CASES[i].admin);
		assert_null(options_value(&options, "unheard-of"));
		assert_int_equal(options.argument_count, CASES[i].arguments);
		assert_text(options.arguments[0], CASES[i].first);
		assert_int_equal(options.help, CASES[i].help);
		arena_free(&arena);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		const char *says;
	} CASES[] = {
		{ { "--nam", "x" }, "Unknown option --nam." },
		{ { "--names=x" }, "Unknown option --names=x." },
		{ { "-n" }, "Unknown option -n." },
		{ { "--name" }, "--name needs a value." },
		{ { "--admin=1" }, "--admin takes no value." },
		{ { "--name", "x", "--name=y" }, "--name is given twice." },
		{ { "a", "b", "c", "d", "e" }, "Too many arguments: \"e\"." },
		{ { "--%s%n" }, "Unknown option --%s%n." },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct arena *arena = arena_new(1 << 16);
		struct options options;
		struct error err = { 0 };
		char *words[MAX_WORDS];
		size_t count = copy_words(arena, CASES[i].words, words);
		assert_false(options_parse(arena, SPECS, words, count, &options, &err));
		assert_string_equal(err.message, CASES[i].says);
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_refusals) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
