/* Options of select columns: what a name and an id may be, and the colours of new ones (columns.md 4). */
#ifndef ATOLL_MODEL_OPTION_H
#define ATOLL_MODEL_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

enum { OPTION_MAX_COUNT = 5000, OPTION_NAME_MAX_CHARS = 255, OPTION_ID_MAX = 64 };

/* The name that an option of that text has: trimmed, and cut at OPTION_NAME_MAX_CHARS. Empty when nothing is left. */
struct str option_name_cut(struct str text);
/* May a client give an option that id? 1 to OPTION_ID_MAX bytes that need no escaping in JSON. */
bool option_id_is_fine(struct str id);

struct option_color {
	const char *color, *text_color;
};

/* The colour of the n-th option that is made without one: the last 12 of the palette in turn. */
const struct option_color *option_color_for(size_t n);

#endif
