/* A cell on its way to another type (columns.md 6): as JSON that the other type's reader takes. */
#include "core/json_in.h"
#include "model/cell_types.h"

static cJSON *node(struct arena *arena, int type, struct str text)
{
	cJSON *made = ARENA_NEW(arena, cJSON);

	made->type = type;
	made->valuestring = text.at ? str_to_c(arena, text) : NULL;
	return made;
}

static void append(cJSON *list, cJSON **last, cJSON *item)
{
	if (*last) {
		(*last)->next = item;
		item->prev = *last;
	} else {
		list->child = item;
	}
	*last = item;
}

/* The names that a list cell holds, as a list that shows `text`. NULL when it holds none. */
static cJSON *name_list(const struct column *column, const struct cell *cell, struct str text, struct arena *arena)
{
	cJSON *list = node(arena, cJSON_Array, text);
	cJSON *last = NULL, *stored, *item;
	struct error err;

	if (!json_parse(arena, cell->text, &stored, &err))
		return NULL;
	cJSON_ArrayForEach(item, stored)
	{
		struct str name = json_str(item);
		if (column->type->id == TYPE_multiple_select) {
			const struct select_option *option = column_option_by_id(column, name);
			name = option ? option->name : (struct str){ 0 };
		}
		if (name.len > 0)
			append(list, &last, node(arena, cJSON_String, name));
	}
	return last ? list : NULL;
}

const cJSON *cell_for_conversion(const struct column *column, const struct cell *cell, struct arena *arena)
{
	struct str text = cell_display(column, cell, arena);
	cJSON *made;

	if (cell->kind == CELL_EMPTY)
		return NULL;
	if (cell->kind == CELL_NUMBER) {
		made = node(arena, cJSON_Number, text);
		made->valuedouble = cell->number;
		return made;
	}
	if (column->type->storage == STORED_JSON && cell->text.len > 0 && cell->text.at[0] == '[')
		return name_list(column, cell, text, arena);
	return text.len > 0 ? node(arena, cJSON_String, text) : NULL;
}
