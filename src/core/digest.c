#include "core/digest.h"

#include <assert.h>
#include <sodium.h>
#include <stdint.h>

static_assert(sizeof(struct digest) >= sizeof(crypto_generichash_state), "libsodium's state fits");

static crypto_generichash_state *state_of(struct digest *digest)
{
	return (crypto_generichash_state *)(void *)digest->state;
}

void digest_begin(struct digest *digest)
{
	crypto_generichash_init(state_of(digest), NULL, 0, DIGEST_LEN / 2);
}

void digest_add(struct digest *digest, struct str part)
{
	uint64_t length = part.at ? part.len : UINT64_MAX;

	crypto_generichash_update(state_of(digest), (const unsigned char *)&length, sizeof(length));
	if (part.at)
		crypto_generichash_update(state_of(digest), (const unsigned char *)part.at, part.len);
}

void digest_end(struct digest *digest, char text[DIGEST_LEN + 1])
{
	unsigned char bytes[DIGEST_LEN / 2];

	crypto_generichash_final(state_of(digest), bytes, sizeof(bytes));
	sodium_bin2hex(text, DIGEST_LEN + 1, bytes, sizeof(bytes));
}
