/* The model's life: made empty, filled and prepared by whoever reads a base, shared by reference count, freed at once.
 */
#include "model/model.h"

#include <assert.h>
#include <stdatomic.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "model/date_text.h"
#include "model/link.h"
#include "model/members.h"
#include "model/number_text.h"

struct model *model_new(void)
{
	struct arena *arena = arena_new(SIZE_MAX / 2);
	struct model *model = ARENA_NEW(arena, struct model);

	model->arena = arena;
	atomic_init(&model->references, 1);
	return model;
}

void model_retain(struct model *model)
{
	int before = atomic_fetch_add_explicit(&model->references, 1, memory_order_relaxed);

	assert(before > 0);
}

void model_release(struct model **model)
{
	struct model *gone = *model;

	*model = NULL;
	if (!gone)
		return;
	int before = atomic_fetch_sub_explicit(&gone->references, 1, memory_order_acq_rel);
	assert(before > 0);
	if (before > 1)
		return;
	struct arena *arena = gone->arena; /* the model lies in it */
	arena_free(&arena);
}

static void prepare_options(struct arena *arena, struct column *column)
{
	const cJSON *list = json_get(column->data_tree, "options");
	const cJSON *node;
	int given = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;

	column->options = ARENA_ARRAY(arena, struct select_option, (size_t)given + 1);
	column->option_by_name = map_new(arena, (size_t)given);
	column->option_by_id = map_new(arena, (size_t)given);
	cJSON_ArrayForEach(node, list)
	{
		struct select_option *option = &column->options[column->option_count];
		*option = (struct select_option){
			.id = json_get_str(node, "id"),
			.name = json_get_str(node, "name"),
			.color = json_get_str(node, "color"),
			.text_color = json_get_str(node, "textColor"),
			.border_color = json_get_str(node, "borderColor"),
			.position = column->option_count,
		};
		if (!option->id.at || !option->name.at || !map_put(column->option_by_id, option->id, option))
			continue;
		map_put(column->option_by_name, option->name, option);
		column->option_count++;
	}
}

static void prepare_date(struct column *column)
{
	const struct date_format *format = date_format_by_name(json_get_str(column->data_tree, "format"));

	column->date_format = format ? format : date_format_by_name(STR("YYYY-MM-DD"));
	column->date_has_time = column->date_format->precision != DATE_DAY;
	column->date_day_first = column->date_format->order == DATE_DAY_FIRST;
}

static void prepare_number(struct arena *arena, struct column *column)
{
	struct number_format *format = ARENA_NEW(arena, struct number_format);

	*format = number_format_of(column->data_tree);
	column->number_format = format;
	column->is_percent = format->kind == NUMBER_PERCENT;
}

static void prepare_duration(struct column *column)
{
	struct str format = json_get_str(column->data_tree, "duration_format");
	size_t point = str_find_byte(format, '.', 0);

	column->duration_has_seconds = str_starts_with(format, STR("h:mm:ss"));
	column->duration_decimals = point != SIZE_MAX && format.len - point <= 4 ? (int)(format.len - point - 1) : 0;
}

void column_prepare(struct arena *arena, struct column *column)
{
	column->data_tree = object_parse(arena, column->data);
	column->more_tree = object_parse(arena, column->more);
	column->json_name = json_prepare_key(arena, column->name);
	column->json_key = json_prepare_key(arena, column->key);
	switch (column->type->id) {
	case TYPE_single_select:
	case TYPE_multiple_select:
		prepare_options(arena, column);
		break;
	case TYPE_date:
		prepare_date(column);
		break;
	case TYPE_number:
		prepare_number(arena, column);
		break;
	case TYPE_duration:
		prepare_duration(column);
		break;
	case TYPE_link:
		link_prepare(arena, column);
		break;
	default:
		break;
	}
}

void table_prepare(struct arena *arena, struct table *table)
{
	table->more_tree = object_parse(arena, table->more);
	table->column_by_name = map_new(arena, table->column_count);
	table->column_by_key = map_new(arena, table->column_count);
	for (size_t i = 0; i < table->column_count; i++) {
		map_put(table->column_by_name, table->columns[i]->name, table->columns[i]);
		map_put(table->column_by_key, table->columns[i]->key, table->columns[i]);
	}
	for (size_t i = 0; i < table->view_count; i++)
		if (!table->views[i].body_tree)
			table->views[i].body_tree = object_parse(arena, table->views[i].body);
}
