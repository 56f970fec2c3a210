#include "core/json_make.h"

#include "core/arena.h"

cJSON *json_make(struct arena *arena, int type, const char *name)
{
	cJSON *node = ARENA_NEW(arena, cJSON);

	node->type = type;
	node->string = (char *)name;
	return node;
}

cJSON *json_make_text(struct arena *arena, const char *name, struct str text)
{
	cJSON *node = json_make(arena, cJSON_String, name);

	node->valuestring = (char *)str_to_c(arena, text);
	return node;
}

cJSON *json_make_copy(struct arena *arena, const cJSON *node, const char *name)
{
	cJSON *copy = json_make(arena, 0, NULL);

	*copy = *node;
	copy->next = copy->prev = NULL;
	copy->string = (char *)name;
	return copy;
}

void json_make_append(cJSON *parent, cJSON *node)
{
	cJSON *first = parent->child;

	if (!first) {
		parent->child = node;
		node->prev = node;
		return;
	}
	first->prev->next = node;
	node->prev = first->prev;
	first->prev = node;
}
