/* The JSON writer: commas, escapes, trees. Numbers: json_number_test.c. */
#include "core/json_out.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/json_in.h"

static void test_structure(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	struct str prepared = json_prepare_key(arena, STR("a \"b\"\n"));
	struct buf buf;
	struct json_out out = json_out_to(&buf);

	buf_init(&buf, 1 << 16);
	json_object(&out);
	json_field_str(&out, "s", STR("x"));
	json_field_str(&out, "absent", (struct str){ 0 });
	json_field_c(&out, "c", "y");
	json_field_c(&out, "no", NULL);
	json_field_int(&out, "i", -5);
	json_field_bool(&out, "b", true);
	json_field_null(&out, "z");
	json_key(&out, "list");
	json_array(&out);
	json_array(&out);
	json_array_end(&out);
	json_object(&out);
	json_object_end(&out);
	json_bool(&out, false);
	json_number(&out, 1.5);
	json_number(&out, NAN);
	json_number(&out, -INFINITY);
	json_raw(&out, STR("[1,2]"));
	json_string(&out, STR(""));
	json_array_end(&out);
	json_key_str(&out, STR("k\\"));
	json_int(&out, 1);
	json_key_prepared(&out, prepared);
	json_int(&out, 2);
	json_object_end(&out);
	assert_false(buf_failed(&buf));
	buf_append_byte(&buf, '\0');
	assert_string_equal(buf.at,
			    "{\"s\":\"x\",\"absent\":null,\"c\":\"y\",\"no\":null,\"i\":-5,\"b\":true,\"z\":null,"
			    "\"list\":[[],{},false,1.5,null,null,[1,2],\"\"],\"k\\\\\":1,\"a \\\"b\\\"\\n\":2}");
	buf_free(&buf);
	buf_init(&buf, 1 << 16);
	out = json_out_to(&buf);
	json_object(&out);
	json_key_prepared(&out, prepared); /* the first key has no comma */
	json_null(&out);
	json_object_end(&out);
	assert_true(str_equal(buf_str(&buf), STR("{\"a \\\"b\\\"\\n\":null}")));
	buf_free(&buf);
	arena_free(&arena);
}

/* Every byte, at every place relative to the eight bytes that are looked at together, comes back from a parser. */
static void test_escapes(void **state)
{
	(void)state;
	struct buf buf;

	buf_init(&buf, 1 << 16);
	for (int byte = 1; byte < 0x80; byte++) {
		for (size_t before = 0; before < 10; before++) {
			struct arena *arena = arena_new(SIZE_MAX);
			struct json_out out = json_out_to(&buf);
			struct error err;
			cJSON *tree = NULL;
			char text[40];
			memset(text, 'x', sizeof(text));
			text[before] = (char)byte;
			struct str value = { text, before + 1 + before };
			buf_clear(&buf);
			json_string(&out, value);
			assert_true(json_parse(arena, buf_str(&buf), &tree, &err));
			assert_true(str_equal(json_str(tree), value));
			bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
			assert_true((buf.len > value.len + 2) == escaped);
			arena_free(&arena);
		}
	}
	buf_clear(&buf);
	struct json_out out = json_out_to(&buf);
	json_string(&out, STR("\b\f\n\r\t\x01\x1f/\x7f\xc3\xa9\xe2\x80\xa8"));
	assert_true(str_equal(buf_str(&buf), STR("\"\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\xc3\xa9\xe2\x80\xa8\"")));
	buf_free(&buf);
}

static void test_tree(void **state)
{
	(void)state;
	struct arena *arena = arena_new(SIZE_MAX);
	struct str text = STR("{\"a\":[1,2.5,\"\xc3\xa9\\n\",true,false,null,{}],\"b \\\"\":{\"c\":[]},\"\":-1e+300}");
	struct error err;
	cJSON *tree = NULL;

	assert_true(json_parse(arena, text, &tree, &err));
	assert_true(str_equal(json_tree_text(arena, tree), text));
	arena_free(&arena);
}

/* A full buffer remembers it, and holds nothing past its limit. */
static void test_limit(void **state)
{
	(void)state;

	for (size_t limit = 0; limit < 40; limit++) {
		struct buf buf;
		struct json_out out = json_out_to(&buf);
		buf_init(&buf, limit);
		json_object(&out);
		json_field_c(&out, "key", "a \"value\" to escape");
		json_field_int(&out, "n", 12345678);
		json_object_end(&out);
		assert_true(buf_failed(&buf));
		assert_true(buf.len <= limit);
		buf_free(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
