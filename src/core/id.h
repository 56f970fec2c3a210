/* Identifiers and random bytes. All randomness is the system's (libsodium's randombytes). Forms: columns.md 8. */
#ifndef ATOLL_CORE_ID_H
#define ATOLL_CORE_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

struct arena;

enum {
	ID_ROW_LEN = 22,   /* a row's _id */
	ID_SHORT_LEN = 4,  /* table, column key, view, link */
	ID_UUID_LEN = 36,  /* with dashes */
	ID_HEX40_LEN = 40, /* account token, API token */
};

void id_random_bytes(void *into, size_t len);
/* A row id: 22 of [-0-9A-Z_a-z], in an alphabet that sorts as ASCII does: 42 bits of milliseconds (until 2109), 36 of a
 * count that starts at random and ascends within the thread's millisecond, 54 random ones. So rows made later sort
 * later, and the index on _id is appended to, not scattered. Writes 22 bytes and a NUL. */
void id_new_row(char into[ID_ROW_LEN + 1]);
/* 4 random characters of [0-9A-Za-z] and a NUL; the caller makes sure it is free (compare without case: SQLite's names
 * ignore it). */
void id_new_short(char into[ID_SHORT_LEN + 1]);
/* A random (version 4) uuid, lower case with dashes, and a NUL. */
void id_new_uuid(char into[ID_UUID_LEN + 1]);
/* `bytes` random bytes as lower-case hex and a NUL: 2 * bytes + 1 characters. */
void id_new_hex(char *into, size_t bytes);
/* Accepts 36 characters with dashes or 32 hex digits in any case; writes the lower-case dashed form and a NUL. */
bool id_parse_uuid(struct str text, char into[ID_UUID_LEN + 1]);
/* May a client bring this as its row's id? ^[-_0-9A-Za-z]{1,64}$ (base-operations.md 3.2) */
bool id_is_row(struct str text);
/* Exactly 4 of [0-9A-Za-z]? */
bool id_is_short(struct str text);
/* Exactly 40 lower-case hex digits? */
bool id_is_hex40(struct str text);

#endif
