/* JSON trees made in an arena, to be handed to what takes trees from clients. They are cJSON's own: the first child's
 * `prev` is the last one. Nothing of them is freed singly. */
#ifndef ATOLL_CORE_JSON_MAKE_H
#define ATOLL_CORE_JSON_MAKE_H

#include <cJSON.h>

#include "core/str.h"

struct arena;

/* A node of a cJSON type (cJSON_Object ...), without children. `name` is its member's, not copied; NULL in lists. */
cJSON *json_make(struct arena *arena, int type, const char *name);
cJSON *json_make_text(struct arena *arena, const char *name, struct str text);
/* The node alone, without its siblings, under another name; its children are shared. */
cJSON *json_make_copy(struct arena *arena, const cJSON *node, const char *name);
/* Adds a node without siblings as the last child. */
void json_make_append(cJSON *parent, cJSON *node);

#endif
