/* A model from the API's description of a base: what model_write() writes, or `{"tables": [...]}` alone. */
#include <cJSON.h>

#include "core/arena.h"
#include "core/id.h"
#include "core/json_in.h"
#include "model/link.h"
#include "model/model.h"

static struct str copied(const struct model *model, struct str text)
{
	return text.at ? str_copy(model->arena, text) : (struct str){ 0 };
}

static bool read_column(struct model *model, struct table *table, const cJSON *json, struct error *err)
{
	struct column *column = ARENA_NEW(model->arena, struct column);
	const cJSON *data = json_get(json, "data");

	column->key = copied(model, json_get_str(json, "key"));
	column->name = copied(model, json_get_str(json, "name"));
	column->type = column_type_by_name(json_get_str(json, "type"));
	if (cJSON_IsObject(data))
		column->data = json_tree_text(model->arena, data);
	column->position = table->column_count;
	if (!column->type || !key_is_safe(column->key) || !column->name.at)
		return FAIL_WITH(err, param_invalid, STR("columns"));
	column_prepare(model->arena, column);
	table->columns[table->column_count++] = column;
	return true;
}

static bool read_table(struct model *model, const cJSON *json, struct error *err)
{
	struct table *table = &model->tables[model->table_count];
	const cJSON *columns = json_get(json, "columns"), *column;

	*table = (struct table){ .id = copied(model, json_get_str(json, "_id")),
				 .name = copied(model, json_get_str(json, "name")),
				 .position = model->table_count++ };
	if (!id_is_short(table->id) || !table->name.at)
		return FAIL_WITH(err, param_invalid, STR("tables"));
	table->columns = ARENA_ARRAY(model->arena, struct column *, (size_t)cJSON_GetArraySize(columns) + 1);
	cJSON_ArrayForEach(column, columns)
	{
		if (!read_column(model, table, column, err))
			return false;
	}
	table_prepare(model->arena, table);
	return true;
}

bool model_read(const cJSON *description, struct model **out, struct error *err)
{
	const cJSON *inner = json_get(description, "metadata");
	const cJSON *tables = json_get(inner ? inner : description, "tables"), *table;
	struct model *model;

	if (!cJSON_IsArray(tables))
		return FAIL_WITH(err, param_invalid, STR("tables"));
	model = model_new();
	model->tables = ARENA_ARRAY(model->arena, struct table, (size_t)cJSON_GetArraySize(tables) + 1);
	cJSON_ArrayForEach(table, tables)
	{
		if (!read_table(model, table, err)) {
			model_release(&model);
			return false;
		}
	}
	model_prepare_links(model);
	*out = model;
	return true;
}
