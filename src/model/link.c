/* What columns of type link lead to: found by ids once all tables of a base are read. */
#include "model/link.h"

#include "core/arena.h"
#include "core/id.h"
#include "core/json_in.h"
#include "model/model.h"

void link_prepare(struct arena *arena, struct column *column)
{
	const cJSON *data = column->data_tree;
	const cJSON *multiple = json_get(data, "is_multiple");
	struct link link = {
		.id = json_get_str(data, "link_id"),
		.table_id = json_get_str(data, "table_id"),
		.other_table_id = json_get_str(data, "other_table_id"),
		.is_multiple = !cJSON_IsFalse(multiple),
		.display_key = json_get_str(data, "display_column_key"),
	};

	if (!id_is_short(link.id) || !id_is_short(link.table_id) || !id_is_short(link.other_table_id))
		return;
	column->link = ARENA_NEW(arena, struct link);
	*column->link = link;
}

static const struct table *table_by_id(const struct model *model, struct str id)
{
	for (size_t i = 0; i < model->table_count; i++) {
		if (str_equal(model->tables[i].id, id))
			return &model->tables[i];
	}
	return NULL;
}

void model_prepare_links(struct model *model)
{
	for (size_t t = 0; t < model->table_count; t++) {
		const struct table *table = &model->tables[t];

		for (size_t c = 0; c < table->column_count; c++) {
			struct link *link = table->columns[c]->link;

			if (!link)
				continue;
			link->reversed =
				str_equal(link->table_id, link->other_table_id)
					? cJSON_IsTrue(json_get(table->columns[c]->data_tree, "is_linked_back"))
					: str_equal(link->other_table_id, table->id);
			link->linked = table_by_id(model, link->reversed ? link->table_id : link->other_table_id);
			if (!link->linked || link->linked->column_count == 0)
				continue;
			link->display = map_get(link->linked->column_by_key, link->display_key);
			if (!link->display)
				link->display = link->linked->columns[0];
		}
	}
}

const struct column *model_find_link(const struct model *model, struct str link_id)
{
	const struct column *found = NULL;

	for (size_t t = 0; t < model->table_count; t++) {
		const struct table *table = &model->tables[t];

		for (size_t c = 0; c < table->column_count; c++) {
			const struct link *link = table->columns[c]->link;

			if (link && str_equal(link->id, link_id) && (!found || !link->reversed))
				found = table->columns[c];
		}
	}
	return found;
}

const struct column *link_partner(const struct model *model, const struct column *column, const struct table **table)
{
	for (size_t t = 0; t < model->table_count; t++) {
		for (size_t c = 0; c < model->tables[t].column_count; c++) {
			const struct column *other = model->tables[t].columns[c];

			if (other == column || !other->link || !str_equal(other->link->id, column->link->id))
				continue;
			*table = &model->tables[t];
			return other;
		}
	}
	return NULL;
}
