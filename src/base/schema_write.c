/* Writing the description: rows of table_def, column_def and view_def, and the row tables that go with them. */
#include "base/base_internal.h"

#include <assert.h>
#include <string.h>

#include "core/json_in.h"

const struct table *change_find_table(const struct change *change, const struct table_ref *ref, struct error *err)
{
	return model_find_table(change->model, ref, err);
}

const struct column *change_find_column(const struct table *table, struct str name_or_key, struct error *err)
{
	const struct column *column = table_find_column(table, name_or_key);

	if (!column)
		(void)FAIL_WITH(err, column_not_found, name_or_key);
	return column;
}

const struct column *model_column(const struct model *model, struct str table_id, struct str key)
{
	const struct table *table = NULL;
	const struct column *column;

	for (size_t i = 0; i < model->table_count && !table; i++)
		table = str_equal(model->tables[i].id, table_id) ? &model->tables[i] : NULL;
	assert(table);
	column = map_get(table->column_by_key, key);
	assert(column);
	return column;
}

/* ---- lists of columns ---- */

struct column_list column_list_of(struct arena *arena, const struct table *table, size_t more)
{
	size_t count = table ? table->column_count : 0;
	struct column_list list = { .at = ARENA_ARRAY(arena, struct column_spec, count + more + 1), .count = count };

	for (size_t i = 0; i < count; i++) {
		const struct column *column = table->columns[i];

		list.at[i] = (struct column_spec){ .key = column->key,
						   .name = column->name,
						   .type = column->type,
						   .data = column->data,
						   .more = column->more,
						   .width = column->width };
	}
	return list;
}

struct column_spec column_spec_first(struct str name)
{
	return (struct column_spec){
		.key = STR("0000"), .name = name, .type = column_type_by_id(TYPE_text), .width = 200, .is_new = true
	};
}

struct str column_list_free_key(const struct column_list *list, struct arena *arena)
{
	struct str *taken = ARENA_ARRAY(arena, struct str, list->count + 1);

	if (list->count == 0)
		return STR("0000");
	for (size_t i = 0; i < list->count; i++)
		taken[i] = list->at[i].key;
	return model_free_id(arena, taken, list->count);
}

/* Right of the anchor (name or key), else last. */
static bool find_place(const struct column_list *list, struct str anchor, size_t *place, struct error *err)
{
	*place = list->count;
	if (str_is_empty(anchor))
		return true;
	for (size_t i = 0; i < list->count; i++) {
		if (str_equal(list->at[i].name, anchor)) {
			*place = i + 1;
			return true;
		}
	}
	for (size_t i = 0; i < list->count; i++) {
		if (str_equal(list->at[i].key, anchor)) {
			*place = i + 1;
			return true;
		}
	}
	return FAIL_WITH(err, column_not_found, anchor);
}

static bool check_fits(const struct column_list *list, const struct column_spec *spec, struct error *err)
{
	if (list->count >= BASE_MAX_COLUMNS)
		return FAIL(err, columns_limit);
	if (list->count == 0 && !spec->type->can_be_first)
		return FAIL_WITH(err, first_column_type, str_from_c(spec->type->name));
	if (column_name_is_system(spec->name, spec->key))
		return FAIL_WITH(err, column_exists, spec->name);
	for (size_t i = 0; i < list->count; i++) {
		/* The same key: a second column of a type that a table has once (ctime ...). */
		if (str_equal(list->at[i].name, spec->name) || str_equal(list->at[i].key, spec->key))
			return FAIL_WITH(err, column_exists, list->at[i].name);
	}
	return true;
}

static bool read_data(const struct column_list *list, struct arena *arena, const cJSON *data, struct column_spec *spec,
		      struct error *err)
{
	if (spec->type->id == TYPE_link)
		return list->links ? link_plan_add(list->links, data, spec, err)
				   : FAIL_WITH(err, column_type_unknown, str_from_c(spec->type->name));
	return column_data_normalize(arena, spec->type, data, &spec->data, err);
}

bool column_list_add(struct column_list *list, struct arena *arena, const cJSON *request, struct str *key,
		     struct error *err)
{
	struct str type_name = json_get_str(request, "column_type");
	struct column_spec spec = { .width = 200, .is_new = true };
	size_t place;

	if (!cJSON_IsObject(request))
		return FAIL_WITH(err, param_invalid, STR("columns"));
	if (!model_check_name(arena, json_get_str(request, "column_name"), "column_name", &spec.name, err))
		return false;
	if (!type_name.at)
		type_name = STR("text");
	spec.type = column_type_by_name(type_name);
	if (!spec.type || !spec.type->can_create)
		return FAIL_WITH(err, column_type_unknown, type_name);
	spec.key = spec.type->system_key ? str_from_c(spec.type->system_key) : column_list_free_key(list, arena);
	if (!check_fits(list, &spec, err) || !find_place(list, json_get_str(request, "anchor_column"), &place, err) ||
	    !read_data(list, arena, json_get(request, "column_data"), &spec, err))
		return false;
	memmove(&list->at[place + 1], &list->at[place], (list->count - place) * sizeof(list->at[0]));
	list->at[place] = spec;
	list->count++;
	*key = spec.key;
	return true;
}

static bool insert_column(const struct column_spec *column, struct change *change, struct str table_id, size_t position,
			  struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(change->conn,
			     "INSERT INTO column_def(table_id, key, position, name, type, data, width, more) "
			     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, table_id);
	store_bind_str(stmt, 2, column->key);
	store_bind_int(stmt, 3, (int64_t)position);
	store_bind_str(stmt, 4, column->name);
	store_bind_c(stmt, 5, column->type->name);
	store_bind_str(stmt, 6, column->data);
	store_bind_int(stmt, 7, column->width);
	store_bind_str(stmt, 8, column->more.at ? column->more : STR("{}"));
	return store_run(change->conn, stmt, err);
}

static bool move_column(const struct column_spec *column, struct change *change, struct str table_id, size_t position,
			struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(change->conn, "UPDATE column_def SET position = ?3 WHERE table_id = ?1 AND key = ?2",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, table_id);
	store_bind_str(stmt, 2, column->key);
	store_bind_int(stmt, 3, (int64_t)position);
	return store_run(change->conn, stmt, err);
}

bool column_list_store(const struct column_list *list, struct change *change, const struct table *table,
		       struct str table_id, struct error *err)
{
	if (!column_list_complete_formulas(list, change->arena, table, err))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		const struct column_spec *column = &list->at[i];
		bool stays = !column->is_new && table && i < table->column_count &&
			     str_equal(table->columns[i]->key, column->key);

		if (column->is_new && !insert_column(column, change, table_id, i, err))
			return false;
		if (!column->is_new && !stays && !move_column(column, change, table_id, i, err))
			return false;
		if (column->is_new && table && column->type->sqlite_type &&
		    !row_table_add_column(change->conn, change->arena, table_id, column->key, column->type->sqlite_type,
					  err))
			return false;
	}
	return true;
}

bool column_list_number(const struct column_list *list, struct change *change, struct str table_id, struct error *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct column_spec *spec = &list->at[i];
		struct column column = { .key = spec->key, .name = spec->name, .type = spec->type, .data = spec->data };

		if (!spec->is_new || spec->type->id != TYPE_auto_number)
			continue;
		column_prepare(change->arena, &column);
		if (!auto_number_fill(change, table_id, &column, err))
			return false;
	}
	return true;
}

/* ---- tables and views ---- */

bool schema_insert_view(struct change *change, struct str table_id, const struct view *view, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(
		    change->conn,
		    "INSERT INTO view_def(table_id, id, position, name, type, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
		    &stmt, err))
		return false;
	store_bind_str(stmt, 1, table_id);
	store_bind_str(stmt, 2, view->id);
	store_bind_int(stmt, 3, (int64_t)view->position);
	store_bind_str(stmt, 4, view->name);
	store_bind_str(stmt, 5, view->type);
	store_bind_str(stmt, 6, view->body);
	return store_run(change->conn, stmt, err);
}

bool schema_insert_table(struct change *change, struct str id, struct str name, size_t position,
			 const struct column_list *columns, struct error *err)
{
	struct view view = { .id = STR("0000"), .name = STR("Default View"), .type = STR("table") };
	struct table empty = { .id = id };
	sqlite3_stmt *stmt;

	if (!store_prepare_c(change->conn,
			     "INSERT INTO table_def(id, position, name, created_at) VALUES (?1, ?2, ?3, ?4)", &stmt,
			     err))
		return false;
	store_bind_str(stmt, 1, id);
	store_bind_int(stmt, 2, (int64_t)position);
	store_bind_str(stmt, 3, name);
	store_bind_int(stmt, 4, change->now_ms);
	return store_run(change->conn, stmt, err) && column_list_store(columns, change, NULL, id, err) &&
	       row_table_create(change->conn, change->arena, id, columns, err) &&
	       column_list_number(columns, change, id, err) &&
	       view_body_merge(change->arena, &empty, NULL, NULL, &view.body, err) &&
	       schema_insert_view(change, id, &view, err);
}

bool schema_close_gap(struct change *change, const char *sql, struct str table_id, size_t position, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, str_from_c(sql), &stmt, err))
		return false;
	store_bind_str(stmt, 1, table_id);
	store_bind_int(stmt, 2, (int64_t)position);
	return store_run(change->conn, stmt, err);
}
