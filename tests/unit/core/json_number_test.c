/* Numbers as JSON text: every double comes back, in the shortest form there is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "core/json_out.h"

static void test_int(void **state)
{
	(void)state;
	int64_t values[200] = { 0, INT64_MIN, INT64_MAX };
	size_t count = 3;

	for (int64_t power = 1; power < INT64_MAX / 10; power *= 10) {
		for (int64_t near = -1; near <= 1; near++) {
			values[count++] = power + near;
			values[count++] = -power - near;
		}
	}
	for (size_t i = 0; i < count; i++) {
		char into[32], expected[32];
		into[json_format_int(values[i], into)] = '\0';
		(void)snprintf(expected, sizeof(expected), "%lld", (long long)values[i]);
		assert_string_equal(into, expected);
	}
}

static void test_known(void **state)
{
	(void)state;
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" },
		{ -0.0, "0" },
		{ 1, "1" },
		{ -1, "-1" },
		{ 0.1, "0.1" },
		{ -0.1, "-0.1" },
		{ 0.3, "0.3" },
		{ 0.1 + 0.2, "0.30000000000000004" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 2.0 / 3, "0.6666666666666666" },
		{ 3.14, "3.14" },
		{ 1.005, "1.005" },
		{ 100.25, "100.25" },
		{ 0.001, "0.001" },
		{ 0.01, "0.01" },
		{ 48.8566969, "48.8566969" },
		{ -122.4194155, "-122.4194155" },
		{ 123456789.123, "123456789.123" },
		{ 9007199254740991.0, "9007199254740991" },
		{ -9007199254740991.0, "-9007199254740991" },
		{ 9007199254740992.0, "9007199254740992" },
		{ 4503599627370495.5, "4503599627370495.5" },
		{ 1e15, "1000000000000000" },
		{ 1e16, "1e+16" },
		{ 1e21, "1e+21" },
		{ 0.0005, "0.0005" },
		{ 0.000001, "1e-06" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
		{ 2.2250738585072014e-308, "2.2250738585072014e-308" },
		{ 5e-324, "5e-324" },
		{ -1e-310, "-1e-310" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char into[32];
		size_t len = json_format_double(cases[i].value, into);
		if (!str_equal_c((struct str){ into, len }, cases[i].text))
			fail_msg("%s came out as %.*s", cases[i].text, (int)len, into);
	}
}

/* A fixed seed: a failure can be repeated. */
static uint64_t next_random(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* Digits of the number, without leading zeros, zeros at the end of a whole number, and the exponent. */
static int significant_digits(const char *text)
{
	int digits = 0, zeros = 0;

	for (; *text && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (digits == 0 && *text == '0'))
			continue;
		digits++;
		zeros = *text == '0' ? zeros + 1 : 0;
	}
	return digits - zeros;
}

static void check(double value)
{
	char into[32], shortest[40];
	size_t len = json_format_double(value, into);

	assert_true(len < sizeof(into));
	into[len] = '\0';
	if (strtod(into, NULL) != value)
		fail_msg("%a came out as %s", value, into);
	for (int precision = fabs(value) < 1e-300 ? 1 : 15; precision <= 17; precision++) {
		(void)snprintf(shortest, sizeof(shortest), "%.*g", precision, value);
		if (strtod(shortest, NULL) == value)
			break;
	}
	if (significant_digits(into) > significant_digits(shortest))
		fail_msg("%s could be %s", into, shortest);
}

static void check_near(double value)
{
	double below = value, above = value;

	check(value);
	for (int i = 0; i < 3; i++) {
		below = nextafter(below, -INFINITY);
		above = nextafter(above, INFINITY);
		check(below);
		check(above);
	}
}

static void test_round_trip(void **state)
{
	(void)state;

	for (int i = 0; i < 100000; i++) {
		uint64_t bits = next_random();
		double any = 0;
		memcpy(&any, &bits, sizeof(any));
		if (isfinite(any))
			check(any);
		/* the same fraction, of everyday size: 2^-10 to 2^53 */
		bits = (bits & 0x800FFFFFFFFFFFFFu) | (1013 + next_random() % 64) << 52;
		memcpy(&any, &bits, sizeof(any));
		check(any);
		/* short decimals, as people write them */
		check((double)(int64_t)(next_random() % 2000000000) / pow(10, (double)(next_random() % 9)));
	}
}

/* Where the distance between doubles or the number of digits changes. */
static void test_borders(void **state)
{
	(void)state;

	for (int exponent = -320; exponent <= 307; exponent++)
		check_near(pow(10, exponent));
	for (int exponent = -1070; exponent <= 1022; exponent++) {
		check_near(ldexp(1, exponent));
		check_near(-ldexp(1, exponent));
	}
}

/* What is written is a number of RFC 8259. */
static void test_is_json(void **state)
{
	(void)state;

	for (int i = 0; i < 2000; i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct error err;
		uint64_t bits = next_random();
		double value = 0;
		cJSON *tree = NULL;
		char into[32];
		memcpy(&value, &bits, sizeof(value));
		if (isfinite(value)) {
			size_t len = json_format_double(value, into);
			assert_true(json_parse(arena, (struct str){ into, len }, &tree, &err));
			assert_true(cJSON_IsNumber(tree) && tree->valuedouble == value);
		}
		arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_int),     cmocka_unit_test(test_known),   cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_borders), cmocka_unit_test(test_is_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
