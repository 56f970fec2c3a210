/* Writing JSON straight into a buffer: no tree. The code that writes reads like the JSON it writes:
 *
 *     json_object(&out);
 *     json_key(&out, "rows"); json_array(&out); ... json_array_end(&out);
 *     json_object_end(&out);
 *
 * Commas are put by themselves. Failure is remembered by the buffer (buf_failed()). */
#ifndef ATOLL_CORE_JSON_OUT_H
#define ATOLL_CORE_JSON_OUT_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/str.h"

struct json_out {
	struct buf *buf;
	bool comma; /* the next value or key needs a comma before it */
};

static inline struct json_out json_out_to(struct buf *buf)
{
	return (struct json_out){ .buf = buf, .comma = false };
}

void json_object(struct json_out *out);
void json_object_end(struct json_out *out);
void json_array(struct json_out *out);
void json_array_end(struct json_out *out);
/* `key` is written as it is: it must need no escaping. */
void json_key(struct json_out *out, const char *key);
/* A key that may need escaping (a column's name). */
void json_key_str(struct json_out *out, struct str key);
/* Appends `prepared`, a complete `"key":` that json_prepare_key() made: the fast path for rows. */
void json_key_prepared(struct json_out *out, struct str prepared);
/* The escaped and quoted key with its colon, in the arena, for json_key_prepared(). */
struct str json_prepare_key(struct arena *arena, struct str key);

/* A string; the absent slice writes null. */
void json_string(struct json_out *out, struct str value);
void json_string_c(struct json_out *out, const char *value);
void json_int(struct json_out *out, int64_t value);
/* The shortest decimal form that reads back as the same double; integers without fraction; not finite: null. */
void json_number(struct json_out *out, double value);
void json_bool(struct json_out *out, bool value);
void json_null(struct json_out *out);
/* Text that is JSON already. */
void json_raw(struct json_out *out, struct str json);
/* A whole tree that json_parse() made. */
void json_tree(struct json_out *out, const cJSON *tree);
/* The compact JSON text of a tree, in the arena. */
struct str json_tree_text(struct arena *arena, const cJSON *tree);

/* key and value in one line. */
void json_field_str(struct json_out *out, const char *key, struct str value);
void json_field_c(struct json_out *out, const char *key, const char *value);
void json_field_int(struct json_out *out, const char *key, int64_t value);
void json_field_bool(struct json_out *out, const char *key, bool value);
void json_field_null(struct json_out *out, const char *key);

/* The decimal form, into at least 20 bytes; returns its length. The bytes are not followed by a NUL. */
size_t json_format_int(int64_t value, char *into);
/* The shortest form of a finite double as json_number() writes it, into at least 32 bytes; the same otherwise. */
size_t json_format_double(double value, char *into);

#endif
