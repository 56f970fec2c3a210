/* model/cell_list.c and cell_sign.c: people, images, files, signatures. */
#include "fixture.h"

#define ANA "5b1e0c77a2d94f6e8c3b7d90e4f1a2c6@auth.local"
#define FILE_A "{\"name\":\"a.pdf\",\"size\":0,\"type\":\"file\",\"url\":\"/f/a.pdf\"}"
#define FILE_B "{\"id\":3,\"name\":\"b \\\"x\\\".png\",\"size\":12,\"type\":\"image\",\"url\":\"https://e.org/b\"}"

static struct str find_user(void *ctx, struct arena *into, struct str text)
{
	(void)ctx;
	(void)into;
	return str_equal(text, STR("Ana Prado")) || str_equal(text, STR("ana@example.org")) ? STR(ANA)
											    : (struct str){ 0 };
}

static void people(void **state)
{
	static const struct cell_case cases[] = {
		{ "collaborator", NULL, "[\"" ANA "\"]", "[\"" ANA "\"]" },
		{ "collaborator", NULL, "\"" ANA "\"", "[\"" ANA "\"]" },
		{ "collaborator", NULL, "[\"Ana Prado\",\"ana@example.org\"]", "[\"" ANA "\"]" },
		{ "collaborator", NULL, "\"Ana Prado\"", "[\"" ANA "\"]" },
		{ "collaborator", NULL, "[\"x@auth.local\",\"" ANA "\",\"x@auth.local\"]",
		  "[\"x@auth.local\",\"" ANA "\"]" },
		{ "collaborator", NULL, "[\"Nobody\",7,null,{}]", "null" },
		{ "collaborator", NULL, "[]", "null" },
		{ "collaborator", NULL, "12", "null" },
		{ "collaborator", NULL, "true", "null" },
		{ "collaborator", NULL, "{\"email\":\"" ANA "\"}", "null" },
	};

	(void)state;
	input.find_user = find_user;
	CHECK_CELLS(cases);
	input.find_user = NULL;
	assert_int_equal(cell_of(column_of("collaborator", NULL), "[\"Ana Prado\"]").kind, CELL_EMPTY);
}

static void images(void **state)
{
	static const struct cell_case cases[] = {
		{ "image", NULL, "[\"https://e.org/a.png\",\"/b.png\"]", "[\"https://e.org/a.png\",\"/b.png\"]" },
		{ "image", NULL, "[\"custom-asset://x\",\"\",3,null]", "[\"custom-asset://x\"]" },
		{ "image", NULL, "\"http://e.org/a.png  https://e.org/b.png\"",
		  "[\"http://e.org/a.png\",\"https://e.org/b.png\"]" },
		{ "image", NULL, "\"see http://e.org/a.png there\"", "[\"http://e.org/a.png\"]" },
		{ "image", NULL, "[\"a\\\"b\",\"c\\\\d\",\"e\\nf\"]", "[\"a\\\"b\",\"c\\\\d\",\"e\\nf\"]" },
		{ "image", NULL, "\"no address\"", "null" },
		{ "image", NULL, "[]", "null" },
		{ "image", NULL, "5", "null" },
		{ "image", NULL, "{\"url\":\"http://e.org/a.png\"}", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void files(void **state)
{
	static const struct cell_case cases[] = {
		{ "file", NULL, "[" FILE_A "]", "[" FILE_A "]" },
		{ "file", NULL, "[" FILE_A "," FILE_B "]", "[" FILE_A "," FILE_B "]" },
		{ "file", NULL, FILE_B, "[" FILE_B "]" },
		{ "file", NULL, "[{\"name\":\"\",\"size\":1,\"type\":\"file\",\"url\":\"u\"}," FILE_A "]",
		  "[" FILE_A "]" },
		{ "file", NULL, "[{\"name\":\"a\",\"type\":\"file\",\"url\":\"u\"}]", "null" },
		{ "file", NULL, "[{\"name\":\"a\",\"size\":\"1\",\"type\":\"file\",\"url\":\"u\"}]", "null" },
		{ "file", NULL, "[{\"name\":\"a\",\"size\":1,\"url\":\"u\"}]", "null" },
		{ "file", NULL, "[{\"name\":\"a\",\"size\":1,\"type\":\"file\"}]", "null" },
		{ "file", NULL, "[\"a.pdf\",3]", "null" },
		{ "file", NULL, "\"a.pdf\"", "null" },
		{ "file", NULL, "[]", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

static void signatures(void **state)
{
	static const char sign[] =
		"{\"username\":\"" ANA "\",\"sign_image_url\":\"/s.png\",\"sign_time\":\"2026-03-01 10:00\"}";
	static const struct cell_case cases[] = {
		{ "digital-sign", NULL, sign, sign },
		{ "digital-sign", NULL, "{\"sign_image_url\":\"/s.png\",\"sign_time\":5,\"x\":1}",
		  "{\"username\":null,\"sign_image_url\":\"/s.png\",\"sign_time\":5}" },
		{ "digital-sign", NULL, "{\"sign_image_url\":\"/s.png\",\"sign_time\":{}}",
		  "{\"username\":null,\"sign_image_url\":\"/s.png\",\"sign_time\":null}" },
		{ "digital-sign", NULL, "{\"username\":\"" ANA "\"}", "null" },
		{ "digital-sign", NULL, "\"me\"", "null" },
		{ "digital-sign", NULL, "[]", "null" },
	};

	(void)state;
	CHECK_CELLS(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(people), TEST(images), TEST(files), TEST(signatures) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
