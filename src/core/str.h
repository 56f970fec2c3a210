/* Text as a slice: a pointer and a length, never owned, not always NUL-terminated.
 * Everything that comes from a client is UTF-8 and passes str_is_utf8() at the door. */
#ifndef ATOLL_CORE_STR_H
#define ATOLL_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
	const char *at; /* NULL means "absent"; "" means "empty" */
	size_t len;
};

/* A slice of a string literal. */
#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* Arguments for printf's "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).at ? (s).at : ""

/* The slice of a NUL-terminated string; NULL gives the absent slice. */
struct str str_from_c(const char *text);

static inline bool str_is_empty(struct str s)
{
	return s.len == 0;
}

static inline bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Compares with a NUL-terminated string. */
bool str_equal_c(struct str s, const char *text);
/* Equality that ignores the case of ASCII letters. */
bool str_equal_fold(struct str a, struct str b);
/* Byte order, shorter first on a common prefix; <0, 0, >0. */
int str_compare(struct str a, struct str b);
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
/* Index of the first `byte` at or after `from`, or SIZE_MAX. */
size_t str_find_byte(struct str s, char byte, size_t from);
/* The part [from, to), clamped to the slice. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);

/* A NUL-terminated copy in the arena. */
struct str str_copy(struct arena *arena, struct str s);
/* The same, as a C string. */
char *str_to_c(struct arena *arena, struct str s);
/* Formats into the arena (printf rules). */
struct str str_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whole-slice decimal integer; false when it is anything else or out of range. */
bool str_to_int64(struct str s, int64_t *out);
/* Whole-slice finite decimal number of less than 400 bytes (JSON's form; a leading + and leading zeros are allowed);
 * false otherwise. */
bool str_to_double(struct str s, double *out);
/* true/false/1/0 in any letter case (auth.md 1, "booleans in query"); false otherwise. */
bool str_to_bool(struct str s, bool *out);

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms)? */
bool str_is_utf8(struct str s);
/* Bytes below 0x80 only? */
bool str_is_ascii(struct str s);
/* How many code points. */
size_t str_count_chars(struct str s);
/* The longest prefix of at most `max_chars` code points. */
struct str str_prefix_chars(struct str s, size_t max_chars);
/* 64-bit hash for tables in memory; another one in each process. */
uint64_t str_hash(struct str s);

#endif
