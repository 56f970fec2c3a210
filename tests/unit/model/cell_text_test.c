/* model/cell_text.c: text, long-text, email, url, default. */
#include "fixture.h"

#define SMILE "\xf0\x9f\x98\x80" /* four bytes */

static void scalars_become_text(void **state)
{
	static const struct cell_case cases[] = {
		{ "text", NULL, "\"Bolt M8\"", "\"Bolt M8\"" },
		{ "text", NULL, "\"  blanks stay \"", "\"  blanks stay \"" },
		{ "text", NULL, "\"tab\\t quote\\\" back\\\\\"", "\"tab\\t quote\\\" back\\\\\"" },
		{ "text", NULL, "\"" SMILE " \u00e9\"", "\"" SMILE " \u00e9\"" },
		{ "text", NULL, "\"\\ud83d\\ude00\"", "\"" SMILE "\"" },
		{ "text", NULL, "12", "\"12\"" },
		{ "text", NULL, "-0.5", "\"-0.5\"" },
		{ "text", NULL, "1e21", "\"1e+21\"" },
		{ "text", NULL, "true", "\"true\"" },
		{ "text", NULL, "false", "\"false\"" },
		{ "text", NULL, "\"\"", "null" },
		{ "text", NULL, "null", "null" },
		{ "text", NULL, "[\"a\"]", "null" },
		{ "text", NULL, "{\"text\":\"a\"}", "null" },
		{ "email", NULL, "\"not an address\"", "\"not an address\"" },
		{ "email", NULL, "7", "\"7\"" },
		{ "url", NULL, "\"https://example.org/?a=b&c\"", "\"https://example.org/?a=b&c\"" },
		{ "url", NULL, "{}", "null" },
		{ "default", NULL, "\"old\"", "\"old\"" },
		{ "long-text", NULL, "\"# Title\\n- [ ] item\"", "\"# Title\\n- [ ] item\"" },
		{ "long-text", NULL, "{\"text\":\"**b**\",\"preview\":\"b\",\"images\":[],\"links\":[]}", "\"**b**\"" },
		{ "long-text", NULL, "{\"text\":\"\"}", "null" },
		{ "long-text", NULL, "{\"preview\":\"b\"}", "null" },
		{ "long-text", NULL, "[\"a\"]", "null" },
		{ "long-text", NULL, "3", "\"3\"" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void operations_hold_long_text_as_an_object(void **state)
{
	const struct column *column = column_of("long-text", NULL);
	struct cell cell = cell_of(column, "\"a \\\"b\\\"\"");

	(void)state;
	assert_string_equal(written(column, &cell, FORM_OPERATION), "{\"text\":\"a \\\"b\\\"\"}");
	assert_string_equal(written(column, &cell, FORM_LEGACY), "\"a \\\"b\\\"\"");
}

/* `chars` times `unit` as a JSON string. */
static const char *long_json(const char *unit, size_t chars)
{
	size_t len = strlen(unit);
	char *text = arena_alloc(arena, chars * len + 3);

	text[0] = '"';
	for (size_t i = 0; i < chars; i++)
		memcpy(text + 1 + i * len, unit, len);
	memcpy(text + 1 + chars * len, "\"", 2);
	return text;
}

static void long_texts_are_cut_between_characters(void **state)
{
	static const struct {
		const char *type, *unit;
		size_t chars, bytes_left;
	} cases[] = {
		{ "text", "x", 10000, 10000 },          { "text", "x", 10001, 10000 },
		{ "text", SMILE, 10000, 40000 },        { "text", SMILE, 10001, 40000 },
		{ "text", "\u00e9", 9999, 19998 },      { "url", "x", 20000, 10000 },
		{ "long-text", "x", 100000, 100000 },   { "long-text", "x", 100001, 100000 },
		{ "long-text", SMILE, 100005, 400000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct column *column = column_of(cases[i].type, NULL);
		struct cell cell = cell_of(column, long_json(cases[i].unit, cases[i].chars));
		assert_int_equal(cell.text.len, cases[i].bytes_left);
		assert_true(str_is_utf8(cell.text));
		assert_round_trip(column, &cell);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(scalars_become_text),
		TEST(operations_hold_long_text_as_an_object),
		TEST(long_texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
