/* Objects of which we know some members and echo the rest: the `more` of columns and tables, the body of views. */
#ifndef ATOLL_MODEL_MEMBERS_H
#define ATOLL_MODEL_MEMBERS_H

#include <cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/json_out.h"

struct arena;

struct member {
	const char *key;
	const char *fallback; /* JSON written when the object lacks it */
	bool written_by_us; /* never stored and never echoed: written as the fallback, or elsewhere when that is NULL */
};

/* Writes the known members in their order, from `tree` (may be NULL) or their fallbacks, then the other members of
 * `tree`. */
void members_write(const struct member *known, size_t count, const cJSON *tree, struct json_out *out);
/* NULL when it is not one of the known. */
const struct member *member_find(const struct member *known, size_t count, const char *key);
/* The object that `text` holds, in the arena; NULL for the absent slice and for anything but an object. */
const cJSON *object_parse(struct arena *arena, struct str text);

#endif
