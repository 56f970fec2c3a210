/* The server's secret: 32 random bytes from which every key is derived, so that one file is all there is to keep safe.
 */
#ifndef ATOLL_AUTH_SECRET_H
#define ATOLL_AUTH_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/str.h"

struct arena;

enum { AUTH_KEY_BYTES = 32, AUTH_HASH_BYTES = 32 };

struct auth_keys {
	unsigned char jwt[AUTH_KEY_BYTES];  /* signs base tokens */
	unsigned char hash[AUTH_KEY_BYTES]; /* finds tokens */
	unsigned char box[AUTH_KEY_BYTES];  /* hides the copies of tokens */
};

/* Derives the keys from `hex` (64 hex digits), or when that is absent from the file `data`/secret.key, which is made
 * when it is missing. Errors: E_secret_unusable (wrong form, or readable by others). */
bool secret_load(const char *data, struct str hex, struct auth_keys *out, struct error *err);

/* The keyed hash by which a token is found. */
void secret_hash(const struct auth_keys *keys, struct str token, unsigned char into[AUTH_HASH_BYTES]);
/* The text encrypted and bound to `owner`, the name of the row it belongs to: nonce and ciphertext, in the arena. */
struct str secret_seal(const struct auth_keys *keys, struct arena *arena, struct str text, struct str owner);
/* The text again; false when the box was made with another key or for another owner. */
bool secret_unseal(const struct auth_keys *keys, struct arena *arena, struct str box, struct str owner,
		   struct str *text);

#endif
