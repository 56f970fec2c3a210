/* Fingerprints: equal inputs have equal ones, and nobody finds another input with the same. Not for secrets, which are
 * hashed under a key (auth/secret.h). */
#ifndef ATOLL_CORE_DIGEST_H
#define ATOLL_CORE_DIGEST_H

#include "core/str.h"

enum { DIGEST_LEN = 32 }; /* hex digits */

/* What went in so far; of the size that libsodium asks for. */
struct digest {
	_Alignas(64) unsigned char state[384];
};

void digest_begin(struct digest *digest);
/* Adds a part; parts are told apart, and an absent one from an empty one. */
void digest_add(struct digest *digest, struct str part);
/* Writes the fingerprint, terminated. */
void digest_end(struct digest *digest, char text[DIGEST_LEN + 1]);

#endif
