/* A small model: two tables, some columns, views. */
#ifndef ATOLL_TESTS_MODEL_MODEL_FIXTURE_H
#define ATOLL_TESTS_MODEL_MODEL_FIXTURE_H

#include "fixture.h"

static inline struct column *model_column(struct model *model, const char *key, const char *name, const char *type,
					  const char *data)
{
	struct column *column = ARENA_NEW(model->arena, struct column);

	column->key = str_from_c(key);
	column->name = str_from_c(name);
	column->type = column_type_by_name(str_from_c(type));
	column->data = str_from_c(data);
	column->width = 200;
	column_prepare(model->arena, column);
	return column;
}

static inline struct view model_view(const char *id, const char *name, const char *body)
{
	return (struct view){
		.id = str_from_c(id), .name = str_from_c(name), .type = STR("table"), .body = str_from_c(body)
	};
}

/* Parts (Name, Stock, State; Default View, Low stock) and a table whose name is the id of the first one. */
static inline struct model *small_model(void)
{
	struct model *model = model_new();
	struct table *parts, *other;

	model->tables = ARENA_ARRAY(model->arena, struct table, 2);
	model->table_count = 2;
	parts = &model->tables[0];
	other = &model->tables[1];

	*parts = (struct table){ .id = STR("0000"), .name = STR("Parts"), .column_count = 3, .view_count = 2 };
	parts->columns = ARENA_ARRAY(model->arena, struct column *, 3);
	parts->columns[0] = model_column(model, "0000", "Name", "text", NULL);
	parts->columns[1] = model_column(model, "h7Qd", "Stock", "number", "{\"format\":\"number\"}");
	parts->columns[2] = model_column(model, "wE2x", "h7Qd", "single-select", "{\"options\":[]}");
	parts->views = ARENA_ARRAY(model->arena, struct view, 2);
	parts->views[0] = model_view("0000", "Default View", "{}");
	parts->views[1] =
		model_view("Vt8c", "0000", "{\"is_locked\":true,\"hidden_columns\":[\"wE2x\"],\"rows\":[1],\"x\":{}}");
	table_prepare(model->arena, parts);

	*other = (struct table){ .id = STR("kP4z"), .name = STR("0000"), .column_count = 1, .view_count = 1 };
	other->columns = ARENA_ARRAY(model->arena, struct column *, 1);
	other->columns[0] = model_column(model, "0000", "Name", "text", NULL);
	other->views = ARENA_ARRAY(model->arena, struct view, 1);
	other->views[0] = model_view("0000", "Default View", NULL);
	other->more = STR(
		"{\"is_header_locked\":true,\"view_structure\":{\"folders\":[{\"_id\":\"f\"}],\"view_ids\":[\"x\"]}}");
	table_prepare(model->arena, other);
	return model;
}

#endif
