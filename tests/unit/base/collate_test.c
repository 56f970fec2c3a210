/* Natural text order (views.md 4), and that it is an order. */
#include <string.h>

#include "fixture.h"

/* Each before the next. */
static const char *const ordered[] = {
	"",       "  ",      "-",       "0",     "00",     "1",        "02",       "2",
	"10",     "a",       "a01",     "a1",    "A1",     "a2",       "A2",       "a10",
	"A10",    "a10b",    "a11",     "apple", "Banana", "banana 2", "cherry",   "\xc3\xa9t\xc3\xa9",
	"File 2", "File 10", "file 11", "R9",    "R10",    "z",        "\xce\xb1",
};

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void texts_are_in_natural_order(void **state)
{
	size_t count = sizeof(ordered) / sizeof(ordered[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int got = sign(collate_compare(str_from_c(ordered[i]), str_from_c(ordered[j])));
			int wanted = (i > j) - (i < j);

			if (got != wanted)
				fail_msg("\"%s\" and \"%s\": %d, expected %d", ordered[i], ordered[j], got, wanted);
		}
	}
}

static void long_numbers_compare_as_numbers(void **state)
{
	(void)state;
	assert_true(collate_compare(STR("n 9"), STR("n 12345678901234567890123")) < 0);
	assert_true(collate_compare(STR("n 12345678901234567890124"), STR("n 12345678901234567890123")) > 0);
}

/* Without this a sort could come out differently each time. */
static void the_order_is_transitive(void **state)
{
	static const char *const texts[] = { "a10", "A10", "a2",  "A2",         "a02",  "A",   "a",   "10",
					     "9",   "9a",  "10A", "\xc3\xa9 2", "e 10", "e10", "E 10" };
	size_t count = sizeof(texts) / sizeof(texts[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			for (size_t k = 0; k < count; k++) {
				struct str a = str_from_c(texts[i]), b = str_from_c(texts[j]), c = str_from_c(texts[k]);

				if (collate_compare(a, b) < 0 && collate_compare(b, c) < 0 &&
				    collate_compare(a, c) >= 0)
					fail_msg("%s < %s < %s, but not first < last", a.at, b.at, c.at);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_in_natural_order),
		cmocka_unit_test(long_numbers_compare_as_numbers),
		cmocka_unit_test(the_order_is_transitive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
