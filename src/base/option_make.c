/* Options made on the fly: a row may name an option that its select column lacks, and the option then comes to be
 * (columns.md 3). While rows are read they are gathered here; the job writes each column's settings once. */
#include "base/base_internal.h"

#include <stdio.h>

#include "model/option.h"

struct made_option {
	struct select_option option;
	struct made_option *next;
};

struct made_options {
	const struct column *column;
	struct map *by_name;
	struct map *ids;
	struct made_option *first, **end;
	struct made_options *next;
};

static struct made_options *options_of(struct option_maker *maker, const struct column *column)
{
	struct made_options *made = maker->columns;

	while (made && made->column != column)
		made = made->next;
	if (made)
		return made;
	made = ARENA_NEW(maker->arena, struct made_options);
	made->column = column;
	made->by_name = map_new(maker->arena, 8);
	made->ids = map_new(maker->arena, 8);
	made->end = &made->first;
	made->next = maker->columns;
	maker->columns = made;
	return made;
}

/* A number below 1,000,000 as text, unique in the column (columns.md 4). */
static struct str free_id(struct option_maker *maker, const struct made_options *made)
{
	struct str id;

	do {
		uint32_t number;

		id_random_bytes(&number, sizeof(number));
		id = str_format(maker->arena, "%u", (unsigned)(number % 1000000));
	} while (column_option_by_id(made->column, id) || map_get(made->ids, id));
	return id;
}

const struct select_option *option_make(void *ctx, const struct column *column, struct str name)
{
	struct option_maker *maker = ctx;
	struct made_options *made = options_of(maker, column);
	struct made_option *option = map_get(made->by_name, name);

	if (option)
		return &option->option;
	maker->is_full = maker->is_full || column->option_count + map_count(made->by_name) >= OPTION_MAX_COUNT;
	if (maker->is_full)
		return NULL;
	option = ARENA_NEW(maker->arena, struct made_option);
	option->option = (struct select_option){
		.id = free_id(maker, made),
		.name = str_copy(maker->arena, name),
		.position = column->option_count + map_count(made->by_name),
	};
	map_put(made->by_name, option->option.name, option);
	map_put(made->ids, option->option.id, option);
	*made->end = option;
	made->end = &option->next;
	return &option->option;
}

bool option_maker_check(const struct option_maker *maker, struct error *err)
{
	char limit[12];

	if (!maker->is_full)
		return true;
	snprintf(limit, sizeof(limit), "%d", OPTION_MAX_COUNT);
	return FAIL_WITH(err, options_limit, str_from_c(limit));
}

bool made_options_data(const struct made_options *made, struct arena *arena, struct str *data, struct error *err)
{
	struct options_edit edit;

	options_edit_begin(&edit, made->column);
	for (const cJSON *option = options_first(made->column->data_tree); option; option = option->next)
		json_tree(&edit.out, option);
	for (const struct made_option *option = made->first; option; option = option->next) {
		json_object(&edit.out);
		json_field_str(&edit.out, "id", option->option.id);
		json_field_str(&edit.out, "name", option->option.name);
		json_object_end(&edit.out);
	}
	return options_edit_end(&edit, arena, data, err);
}

bool option_maker_store(struct option_maker *maker, struct change *change, const struct table *table, struct error *err)
{
	for (const struct made_options *made = maker->columns; made; made = made->next) {
		struct str data;

		if (!made_options_data(made, change->arena, &data, err) ||
		    !column_data_store(change, table, made->column, data, false, err))
			return false;
	}
	return change_schema(change, err);
}
