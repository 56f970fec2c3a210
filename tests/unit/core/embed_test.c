/* A file as bytes in the binary: this one. */
#include "core/embed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

EMBED(itself, "tests/unit/core/embed_test.c");

static void test_embed(void **state)
{
	(void)state;
	struct str text = EMBED_STR(itself);

	assert_true(str_starts_with(text, STR("/* A file as bytes in the binary: this one. */\n")));
	assert_true(str_ends_with(text, STR("cmocka_run_group_tests(tests, NULL, NULL);\n}\n")));
	assert_int_equal(text.at[text.len], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_embed) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
