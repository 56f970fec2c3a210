/* Making, renaming and deleting tables. */
#include "base/aside.h"
#include "base/base_internal.h"

#include "model/link.h"

/* ---- create ---- */

struct create_table {
	struct str name;
	const cJSON *columns;
	struct str id;
};

static bool name_is_free(const struct model *model, struct str name, struct error *err)
{
	for (size_t i = 0; i < model->table_count; i++) {
		if (str_equal(model->tables[i].name, name))
			return FAIL_WITH(err, table_exists, name);
	}
	return true;
}

struct str change_free_table_id(const struct change *change)
{
	const struct model *model = change->model;
	struct str *taken = ARENA_ARRAY(change->arena, struct str, model->table_count + 1);

	for (size_t i = 0; i < model->table_count; i++)
		taken[i] = model->tables[i].id;
	return model_free_id(change->arena, taken, model->table_count);
}

static bool read_columns(struct column_list *list, struct change *change, const struct create_table *create,
			 struct error *err)
{
	const cJSON *columns = create->columns;
	size_t given = (size_t)cJSON_GetArraySize(columns);
	struct arena *arena = change->arena;
	struct str key;

	*list = column_list_of(arena, NULL, given + 1);
	list->links = link_plan_new(change, create->id, create->name, given);
	for (const cJSON *column = columns ? columns->child : NULL; column; column = column->next) {
		if (!column_list_add(list, arena, column, &key, err))
			return false;
	}
	if (list->count == 0)
		list->at[list->count++] = column_spec_first(STR("Name"));
	return true;
}

static bool create_table(struct change *change, void *ctx, struct error *err)
{
	struct create_table *create = ctx;
	struct column_list columns;
	struct journal journal;
	const struct table *table;
	struct table_ref ref;
	bool ok;

	if (change->model->table_count >= BASE_MAX_TABLES)
		return FAIL(err, tables_limit);
	create->id = change_free_table_id(change);
	if (!name_is_free(change->model, create->name, err) || !read_columns(&columns, change, create, err) ||
	    !schema_insert_table(change, create->id, create->name, change->model->table_count, &columns, err) ||
	    !link_plan_store(columns.links, change, err) || !change_schema(change, err))
		return false;
	ref = (struct table_ref){ .id = create->id };
	table = change_find_table(change, &ref, err);
	if (!table)
		return false;
	journal_open(&journal, "insert_table", (struct str){ 0 });
	json_key(&journal.out, "table_data");
	table_write(table, &journal.out);
	ok = journal_store(&journal, change, err) && link_plan_journal(columns.links, change, err);
	journal_free(&journal);
	return ok;
}

bool base_create_table(struct base *base, struct arena *arena, const struct base_actor *actor, struct str name,
		       const cJSON *columns, struct json_out *out, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct create_table create = { .columns = columns };
	struct table_ref ref;
	bool ok;

	if (columns && !cJSON_IsNull(columns) && !cJSON_IsArray(columns))
		return FAIL_WITH(err, param_invalid, STR("columns"));
	if (!model_check_name(arena, name, "table_name", &create.name, err))
		return false;
	ok = change_run(&change, create_table, &create, err);
	if (ok) {
		ref = (struct table_ref){ .id = create.id };
		json_object(out);
		table_write_members(model_find_table(change.model, &ref, err), out);
		json_key(out, "rows");
		json_raw(out, STR("[]"));
		json_key(out, "id_row_map");
		json_raw(out, STR("{}"));
		json_object_end(out);
	}
	change_end(&change);
	return ok;
}

/* ---- rename ---- */

struct rename_table {
	const struct table_ref *table;
	struct str new_name;
};

static bool rename_table(struct change *change, void *ctx, struct error *err)
{
	const struct rename_table *rename = ctx;
	const struct table *table = change_find_table(change, rename->table, err);
	struct journal journal;
	sqlite3_stmt *stmt;
	bool ok;

	if (!table)
		return false;
	if (str_equal(table->name, rename->new_name))
		return true;
	if (!name_is_free(change->model, rename->new_name, err) ||
	    !store_prepare_c(change->conn, "UPDATE table_def SET name = ?2 WHERE id = ?1", &stmt, err))
		return false;
	store_bind_str(stmt, 1, table->id);
	store_bind_str(stmt, 2, rename->new_name);
	if (!store_run(change->conn, stmt, err))
		return false;
	journal_open(&journal, "rename_table", table->id);
	json_field_str(&journal.out, "table_name", rename->new_name);
	json_field_str(&journal.out, "old_table_name", table->name);
	ok = journal_store(&journal, change, err) && change_schema(change, err);
	journal_free(&journal);
	return ok;
}

bool base_rename_table(struct base *base, struct arena *arena, const struct base_actor *actor,
		       const struct table_ref *table, struct str new_name, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct rename_table rename = { .table = table };
	bool ok;

	if (!model_check_name(arena, new_name, "new_table_name", &rename.new_name, err))
		return false;
	ok = change_run(&change, rename_table, &rename, err);
	change_end(&change);
	return ok;
}

/* ---- delete ---- */

static bool delete_definitions(struct change *change, const struct table *table, struct error *err)
{
	static const char *const statements[] = {
		"DELETE FROM auto_number WHERE table_id = ?1", "DELETE FROM comment WHERE table_id = ?1",
		"DELETE FROM view_def WHERE table_id = ?1",    "DELETE FROM column_def WHERE table_id = ?1",
		"DELETE FROM table_def WHERE id = ?1",
	};
	sqlite3_stmt *stmt;

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!store_prepare(change->conn, str_from_c(statements[i]), &stmt, err))
			return false;
		store_bind_str(stmt, 1, table->id);
		if (!store_run(change->conn, stmt, err))
			return false;
	}
	return schema_close_gap(change, "UPDATE table_def SET position = position - 1 WHERE ?1 <> id AND position > ?2",
				table->id, table->position, err);
}

/* Links to the table go with it, and so do the columns that show them elsewhere. */
static bool set_links_aside(const struct aside *aside, struct change *change, const struct table *table,
			    struct error *err)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct link *link = table->columns[i]->link;

		/* Of a link within the table both columns are here; its first one takes it. */
		if (link && !(link->linked == table && link->reversed) &&
		    !aside_link(aside, change, table->columns[i], err))
			return false;
	}
	return true;
}

struct delete_table {
	const struct table_ref *table;
	int64_t op_id;
};

/* The journal keeps the table's description, and for a while all of it is set aside. */
static bool delete_table(struct change *change, void *ctx, struct error *err)
{
	struct delete_table *job = ctx;
	const struct table *table = change_find_table(change, job->table, err);
	struct journal journal;
	struct aside aside;
	bool ok;

	if (!table)
		return false;
	if (change->model->table_count == 1)
		return FAIL(err, last_table);
	journal_open(&journal, "delete_table", table->id);
	json_field_str(&journal.out, "table_name", table->name);
	json_key(&journal.out, "deleted_table");
	table_write(table, &journal.out);
	ok = journal_store(&journal, change, err) && aside_open(&aside, change, err) &&
	     set_links_aside(&aside, change, table, err) && aside_table(&aside, change, table, err) &&
	     delete_definitions(change, table, err) && aside_close(&aside, change, journal.id, err) &&
	     change_schema(change, err);
	job->op_id = journal.id;
	journal_free(&journal);
	return ok;
}

bool base_delete_table(struct base *base, struct arena *arena, const struct base_actor *actor,
		       const struct table_ref *table, int64_t *op_id, struct error *err)
{
	struct delete_table job = { .table = table };
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, delete_table, &job, err);

	change_end(&change);
	*op_id = job.op_id;
	return ok;
}
