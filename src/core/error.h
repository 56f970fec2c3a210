/* The one error type: what went wrong, as the HTTP status and the message a client sees.
 *
 * Every function that can fail takes a `struct error *` and returns false (or NULL) after filling it. The messages are
 * rows of defs/errors.def; a row's text may hold one "{}" that the argument replaces. */
#ifndef ATOLL_CORE_ERROR_H
#define ATOLL_CORE_ERROR_H

#include <stdbool.h>

#include "core/str.h"

/* The JSON form of an error body, when it differs from its endpoint family's own (auth.md 1). */
enum error_shape {
	SHAPE_FAMILY,           /* as the endpoint's family says */
	SHAPE_DETAIL,           /* {"detail": text} */
	SHAPE_NON_FIELD_ERRORS, /* {"non_field_errors": [text]} */
	SHAPE_ERROR,            /* {"error": text} */
	SHAPE_STRING,           /* "text" */
	SHAPE_EMPTY,            /* no body */
};

enum error_code {
	E_NONE,
#define ERROR(code, status, type, shape, text) E_##code,
#include "defs/errors.def"
#undef ERROR
	E_COUNT
};

struct error {
	enum error_code code;
	int status;       /* HTTP status */
	const char *type; /* "error_type" of the gateway family, or NULL */
	enum error_shape shape;
	int retry_after_s; /* > 0: sent as Retry-After */
	char message[320]; /* UTF-8, what the client sees */
	/* The part of a text that the client sent of which the message speaks, in characters from 0; 0 to 0 = no part.
	 */
	size_t from, to;
};

/* Fills *err from the row of `code`, its "{}" replaced by `arg` (cut at a character boundary when long). */
void error_fill(struct error *err, enum error_code code, struct str arg);
/* The same, and returns false, so that a function can end with `return error_set(...)`; inline, so that whoever
 * analyses the callers sees that. */
static inline bool error_set(struct error *err, enum error_code code, struct str arg)
{
	error_fill(err, code, arg);
	return false;
}

/* Points at the bytes from..to of the text. */
void error_point(struct error *err, struct str text, size_t from, size_t to);

/* `return FAIL(err, table_not_found);` */
#define FAIL(err, code) error_set((err), E_##code, (struct str){ 0 })
/* `return FAIL_WITH(err, column_exists, name);` with a struct str. */
#define FAIL_WITH(err, code, arg) error_set((err), E_##code, (arg))

/* The row's name ("table_not_found"), for logs. */
const char *error_name(enum error_code code);

#endif
