/* JSON Web Tokens (RFC 7519) with HS256 (RFC 7515, RFC 7518 3.2) and nothing else. */
#ifndef ATOLL_AUTH_JWT_H
#define ATOLL_AUTH_JWT_H

#include <stdbool.h>

#include "auth/secret.h"
#include "core/str.h"

struct arena;

/* The signed token around `payload` (JSON text), in the arena. */
struct str jwt_sign(struct arena *arena, const unsigned char key[AUTH_KEY_BYTES], struct str payload);
/* The payload of a token that jwt_sign() made with this key: every other header (another alg, none) and every other
 * signature is refused, and nothing of a token is looked into before its signature has been found right. */
bool jwt_verify(struct arena *arena, const unsigned char key[AUTH_KEY_BYTES], struct str token, struct str *payload);

#endif
