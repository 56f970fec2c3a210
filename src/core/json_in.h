/* Reading JSON: cJSON's tree in an arena, behind checks that cJSON lacks (UTF-8, nesting, NUL, finite numbers).
 * The tree's nodes are cJSON's own; read them with cJSON_IsString() and so on, or with the helpers below. */
#ifndef ATOLL_CORE_JSON_IN_H
#define ATOLL_CORE_JSON_IN_H

#include <cJSON.h>
#include <stdbool.h>

#include "core/error.h"
#include "core/str.h"

struct arena;

enum { JSON_MAX_NESTING = 64 };

/* Parses the whole of `text` (RFC 8259). The tree and its strings live in the arena. Fails with 400: not UTF-8, not
 * JSON, nested deeper than JSON_MAX_NESTING, a number that is not finite or longer than 63 characters, a \u0000 or lone
 * surrogate in a string. */
bool json_parse(struct arena *arena, struct str text, cJSON **out, struct error *err);

/* The member `key` (exact case) of an object, or NULL; also NULL when `object` is NULL or no object. */
const cJSON *json_get(const cJSON *object, const char *key);
/* The text of a string node; absent slice for NULL and every other kind. */
struct str json_str(const cJSON *node);
/* json_str(json_get(object, key)). */
struct str json_get_str(const cJSON *object, const char *key);
/* A boolean, 0/1, or "true"/"false" text; `fallback` when missing or anything else. */
bool json_get_bool(const cJSON *object, const char *key, bool fallback);
/* An integral number, or its decimal text; false when missing or anything else. */
bool json_get_int64(const cJSON *object, const char *key, int64_t *out);

#endif
