/* Errors from the rows of defs/errors.def. */
#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_set(void **state)
{
	(void)state;
	struct error err;

	memset(&err, 0xAA, sizeof(err));
	assert_false(FAIL(&err, table_not_found));
	assert_int_equal(err.code, E_table_not_found);
	assert_int_equal(err.status, 404);
	assert_null(err.type);
	assert_int_equal(err.shape, SHAPE_FAMILY);
	assert_int_equal(err.retry_after_s, 0);
	assert_string_equal(err.message, "table not found");
	assert_false(FAIL_WITH(&err, method_not_allowed, STR("PATCH")));
	assert_int_equal(err.shape, SHAPE_DETAIL);
	assert_string_equal(err.message, "Method \"PATCH\" not allowed.");
	assert_false(FAIL(&err, columns_limit));
	assert_string_equal(err.type, "exceed_columns_limit");
	assert_false(FAIL(&err, too_many_requests));
	assert_string_equal(err.message, "");
	assert_false(FAIL(&err, base_exists)); /* an absent argument */
	assert_string_equal(err.message, "dtable  already exists in this workspace.");
	assert_false(FAIL_WITH(&err, table_not_found, STR("no hole"))); /* an argument that the text has no place for */
	assert_string_equal(err.message, "table not found");
	assert_string_equal(error_name(E_table_not_found), "table_not_found");
	assert_string_equal(error_name(E_NONE), "none");
}

/* A long argument is cut between characters, and what follows it is still there. */
static void test_long_argument(void **state)
{
	(void)state;
	const size_t room = sizeof(((struct error *)0)->message) - 1 - strlen("table  exists");
	char euros[900];

	for (size_t i = 0; i < sizeof(euros); i += 3)
		memcpy(euros + i, "\xe2\x82\xac", 3);
	for (size_t shift = 0; shift < 3; shift++) {
		char text[900];
		memset(text, 'x', shift);
		memcpy(text + shift, euros, sizeof(text) - shift);
		struct error err;
		assert_false(FAIL_WITH(&err, table_exists, ((struct str){ text, sizeof(text) })));
		struct str message = str_from_c(err.message);
		assert_true(str_is_utf8(message));
		assert_true(str_starts_with(message, STR("table ")));
		assert_true(str_ends_with(message, STR("\xe2\x82\xac exists")));
		assert_int_equal(message.len, strlen("table  exists") + shift + (room - shift) / 3 * 3);
	}
}

/* Every row is one that a client can be shown. */
static void test_rows(void **state)
{
	(void)state;

	for (int code = E_NONE + 1; code < E_COUNT; code++) {
		struct error err;
		assert_false(error_set(&err, (enum error_code)code, STR("it")));
		assert_in_range(err.status, 400, 599);
		assert_null(strstr(err.message, "{}"));
		assert_true((err.shape == SHAPE_EMPTY) == (err.message[0] == '\0'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_long_argument),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
