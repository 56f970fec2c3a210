/* JWT by hand: three parts of base64url and one HMAC. Since all tokens are our own, their header is a constant, and
 * comparing with it leaves no room for a choice of algorithm. */
#include "auth/jwt.h"

#include <assert.h>
#include <sodium.h>

#include "core/arena.h"

enum { MAX_TOKEN_LEN = 8192, VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

/* {"typ":"JWT","alg":"HS256"} and the dot after it */
#define HEADER "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."

static_assert(crypto_auth_hmacsha256_KEYBYTES == AUTH_KEY_BYTES, "HS256 is keyed with a derived key");

/* Appends the base64url form of `bytes` at `into`; the length without the NUL. */
static size_t encode(char *into, const void *bytes, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, VARIANT);
	(void)sodium_bin2base64(into, size, bytes, len, VARIANT);
	return size - 1;
}

static bool decode(struct str text, unsigned char *into, size_t size, size_t *len)
{
	const char *end = NULL;
	return sodium_base642bin(into, size, text.at, text.len, NULL, len, &end, VARIANT) == 0 &&
	       end == text.at + text.len;
}

struct str jwt_sign(struct arena *arena, const unsigned char key[AUTH_KEY_BYTES], struct str payload)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	size_t header = sizeof(HEADER) - 1;
	size_t size = header + sodium_base64_encoded_len(payload.len, VARIANT) +
		      sodium_base64_encoded_len(sizeof(mac), VARIANT);
	char *token = arena_alloc(arena, size);
	memcpy(token, HEADER, header);
	size_t len = header + encode(token + header, payload.at, payload.len);
	crypto_auth_hmacsha256(mac, (const unsigned char *)token, len, key);
	token[len++] = '.';
	len += encode(token + len, mac, sizeof(mac));
	return (struct str){ token, len };
}

bool jwt_verify(struct arena *arena, const unsigned char key[AUTH_KEY_BYTES], struct str token, struct str *payload)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	struct str header = STR(HEADER);
	size_t mac_len = 0, len = 0;
	if (token.len > MAX_TOKEN_LEN || !str_starts_with(token, header))
		return false;
	size_t dot = str_find_byte(token, '.', header.len);
	if (dot == SIZE_MAX || !decode(str_slice(token, dot + 1, token.len), mac, sizeof(mac), &mac_len) ||
	    mac_len != sizeof(mac) ||
	    crypto_auth_hmacsha256_verify(mac, (const unsigned char *)token.at, dot, key) != 0)
		return false;
	unsigned char *text = arena_alloc(arena, token.len);
	if (!decode(str_slice(token, header.len, dot), text, token.len, &len))
		return false;
	*payload = (struct str){ (const char *)text, len };
	return true;
}
