/* Forged tokens: nothing but what was signed with the key passes. */
#include "auth/jwt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "core/arena.h"

static const unsigned char KEY[AUTH_KEY_BYTES] = "0123456789abcdef0123456789abcde";
static const unsigned char OTHER_KEY[AUTH_KEY_BYTES] = "another key, as long as the one";

#define PAYLOAD "{\"exp\":1,\"permission\":\"r\"}"

/* Made by another implementation (Python: base64, hmac, hashlib) with KEY and PAYLOAD. */
static const char KNOWN[] = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjEsInBlcm1pc3Npb24iOiJyIn0."
			    "76quE0TSWpxXoRvWGDjiJNuFtKgA1_kWNjAtaOe5PQs";

static struct str base64(struct arena *arena, struct str text)
{
	size_t size = sodium_base64_encoded_len(text.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = arena_alloc(arena, size);
	sodium_bin2base64(out, size, (const unsigned char *)text.at, text.len,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return (struct str){ out, size - 1 };
}

/* header.payload rightly signed with the key, whatever the header says. */
static struct str sign_any(struct arena *arena, struct str header, struct str payload)
{
	struct str h = base64(arena, header), p = base64(arena, payload);
	struct str text = str_format(arena, "%.*s.%.*s", STR_ARG(h), STR_ARG(p));
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256(mac, (const unsigned char *)text.at, text.len, KEY);
	struct str m = base64(arena, (struct str){ (const char *)mac, sizeof(mac) });
	return str_format(arena, "%.*s.%.*s", STR_ARG(text), STR_ARG(m));
}

static void test_round_trip(void **state)
{
	struct arena *arena = *state;
	struct str payload;
	struct str token = jwt_sign(arena, KEY, STR(PAYLOAD));
	assert_true(str_equal_c(token, KNOWN));
	assert_true(jwt_verify(arena, KEY, token, &payload));
	assert_true(str_equal(payload, STR(PAYLOAD)));
	assert_false(jwt_verify(arena, OTHER_KEY, token, &payload));
}

static void test_headers(void **state)
{
	struct arena *arena = *state;
	static const struct {
		const char *header;
		bool passes;
	} CASES[] = {
		{ "{\"typ\":\"JWT\",\"alg\":\"HS256\"}", true },
		{ "{\"typ\":\"JWT\",\"alg\":\"none\"}", false },
		{ "{\"typ\":\"JWT\",\"alg\":\"None\"}", false },
		{ "{\"typ\":\"JWT\",\"alg\":\"hs256\"}", false },
		{ "{\"typ\":\"JWT\",\"alg\":\"HS512\"}", false },
		{ "{\"typ\":\"JWT\",\"alg\":\"RS256\"}", false },
		{ "{\"typ\":\"JWT\"}", false },
		{ "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"jwk\":{}}", false },
		{ "", false },
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct str payload;
		struct str token = sign_any(arena, str_from_c(CASES[i].header), STR(PAYLOAD));
		if (jwt_verify(arena, KEY, token, &payload) != CASES[i].passes)
			fail_msg("header %s", CASES[i].header);
	}
}

static void test_unsigned(void **state)
{
	struct arena *arena = *state;
	struct str payload;
	struct str none = base64(arena, STR("{\"typ\":\"JWT\",\"alg\":\"none\"}")), p = base64(arena, STR(PAYLOAD));
	struct str unsigned_token = str_format(arena, "%.*s.%.*s.", STR_ARG(none), STR_ARG(p));
	assert_false(jwt_verify(arena, KEY, unsigned_token, &payload));
	struct str stripped = str_slice(str_from_c(KNOWN), 0, strlen(KNOWN) - 43);
	assert_false(jwt_verify(arena, KEY, stripped, &payload));
	assert_false(jwt_verify(arena, KEY, str_slice(stripped, 0, stripped.len - 1), &payload));
}

static void test_swapped_payload(void **state)
{
	struct arena *arena = *state;
	struct str payload;
	struct str header = str_slice(str_from_c(KNOWN), 0, 37),
		   mac = str_slice(str_from_c(KNOWN), strlen(KNOWN) - 44, SIZE_MAX);
	struct str better = base64(arena, STR("{\"exp\":9,\"permission\":\"rw\"}"));
	struct str token = str_format(arena, "%.*s%.*s%.*s", STR_ARG(header), STR_ARG(better), STR_ARG(mac));
	assert_false(jwt_verify(arena, KEY, token, &payload));
}

/* Every shortened token, and every token with one other character, is refused. */
static void test_every_truncation_and_change(void **state)
{
	struct arena *arena = *state;
	struct str payload;
	size_t len = strlen(KNOWN);
	for (size_t i = 0; i < len; i++)
		assert_false(jwt_verify(arena, KEY, (struct str){ KNOWN, i }, &payload));
	for (size_t i = 0; i < len; i++) {
		char *changed = str_to_c(arena, str_from_c(KNOWN));
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		if (jwt_verify(arena, KEY, (struct str){ changed, len }, &payload))
			fail_msg("changed at %zu: %s", i, changed);
	}
}

static void test_strange_forms(void **state)
{
	struct arena *arena = *state;
	struct str payload;
	const struct str cases[] = {
		{ NULL, 0 },
		STR(""),
		STR("."),
		STR(".."),
		STR("..."),
		str_format(arena, "%s.", KNOWN),
		str_format(arena, "%s=", KNOWN),
		str_format(arena, "%s ", KNOWN),
		str_format(arena, " %s", KNOWN),
		str_format(arena, "%s.%s", KNOWN, KNOWN),
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (jwt_verify(arena, KEY, cases[i], &payload))
			fail_msg("case %zu", i);
	}
}

static int set_up(void **state)
{
	if (sodium_init() < 0)
		return -1;
	*state = arena_new(16 << 20);
	return 0;
}

static int tear_down(void **state)
{
	struct arena *arena = *state;
	arena_free(&arena);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),      TEST(test_headers),       TEST(test_unsigned),
		TEST(test_swapped_payload), TEST(test_strange_forms), TEST(test_every_truncation_and_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
