/* Columns: listing, inserting, renaming, resizing, freezing, moving, deleting. Changing the type is column_convert.c.
 */
#include "base/aside.h"
#include "base/base_internal.h"

#include "core/json_in.h"

enum { MAX_WIDTH = 10000 };

/* ---- read ---- */

bool base_list_columns(struct base *base, const struct table_ref *ref, const struct table_ref *view_ref,
		       struct json_out *out, struct error *err)
{
	const struct view *view = NULL;
	const struct table *table;
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = base_read_refresh(&read, err) && (table = model_find_table(read.model, ref, err));
	if (ok && view_ref && (!str_is_empty(view_ref->id) || !str_is_empty(view_ref->name))) {
		view = table_find_view(table, view_ref, err);
		ok = view != NULL;
	}
	if (ok) {
		json_object(out);
		json_key(out, "columns");
		json_array(out);
		for (size_t i = 0; i < table->column_count; i++) {
			if (!view_hides(view, table->columns[i]->key))
				column_write(table->columns[i], out);
		}
		json_array_end(out);
		json_object_end(out);
	}
	base_read_end(&read);
	return ok;
}

/* ---- insert ---- */

struct insert_columns {
	const struct table_ref *ref;
	const cJSON *columns;
	struct str table_id;
	struct str *keys; /* of the new columns, in the order of the request */
	size_t count;
};

bool column_journal_insert(struct change *change, struct str table_id, struct str key, struct error *err)
{
	const struct column *column = model_column(change->model, table_id, key);
	struct table_ref ref = { .id = table_id };
	const struct table *table = model_find_table(change->model, &ref, err);
	struct journal journal;
	bool ok;

	journal_open(&journal, "insert_column", table_id);
	json_field_str(&journal.out, "column_key", table->columns[column->position - 1]->key);
	json_key(&journal.out, "column_data");
	column_write(column, &journal.out);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool journal_insert(const struct insert_columns *insert, struct change *change, struct error *err)
{
	struct journal journal;
	bool ok;

	if (insert->count == 1)
		return column_journal_insert(change, insert->table_id, insert->keys[0], err);
	journal_open(&journal, "insert_columns", insert->table_id);
	json_key(&journal.out, "insert_columns");
	json_array(&journal.out);
	for (size_t i = 0; i < insert->count; i++)
		column_write(model_column(change->model, insert->table_id, insert->keys[i]), &journal.out);
	json_array_end(&journal.out);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool insert_columns(struct change *change, void *ctx, struct error *err)
{
	struct insert_columns *insert = ctx;
	const struct table *table = change_find_table(change, insert->ref, err);
	size_t given = (size_t)cJSON_GetArraySize(insert->columns);
	struct column_list list;

	if (!table)
		return false;
	insert->table_id = table->id;
	insert->keys = ARENA_ARRAY(change->arena, struct str, given + 1);
	list = column_list_of(change->arena, table, given);
	list.links = link_plan_new(change, table->id, table->name, given);
	for (const cJSON *column = insert->columns->child; column; column = column->next) {
		if (!column_list_add(&list, change->arena, column, &insert->keys[insert->count++], err))
			return false;
	}
	if (insert->count == 0)
		return true;
	return column_list_store(&list, change, table, table->id, err) &&
	       column_list_number(&list, change, table->id, err) && link_plan_store(list.links, change, err) &&
	       change_schema(change, err) && journal_insert(insert, change, err) &&
	       link_plan_journal(list.links, change, err);
}

bool base_insert_columns(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, const cJSON *columns, struct json_out *out, struct error *err)
{
	struct insert_columns insert = { .ref = table, .columns = columns };
	struct change change = change_new(base, arena, actor);
	bool ok = cJSON_IsArray(columns) ? change_run(&change, insert_columns, &insert, err)
					 : FAIL_WITH(err, param_invalid, STR("columns"));

	for (size_t i = 0; ok && i < insert.count; i++)
		column_write(model_column(change.model, insert.table_id, insert.keys[i]), out);
	change_end(&change);
	return ok;
}

/* ---- changes of one column ---- */

struct column_job {
	const struct table_ref *ref;
	struct str column_name;
	/* What the operation sets. */
	struct str text;
	int64_t number;
	/* Found inside the job. */
	const struct table *table;
	const struct column *column;
	struct str table_id, key; /* for after the job */
	int64_t op_id;            /* of the deletion */
};

static bool find(struct column_job *job, struct change *change, struct error *err)
{
	job->table = change_find_table(change, job->ref, err);
	if (!job->table)
		return false;
	job->column = change_find_column(job->table, job->column_name, err);
	if (!job->column)
		return false;
	job->table_id = job->table->id;
	job->key = job->column->key;
	return true;
}

/* Runs the job and writes the column as it is then. */
static bool run(struct base *base, struct arena *arena, const struct base_actor *actor, change_job function,
		struct column_job *job, struct json_out *out, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, function, job, err);

	if (ok && out)
		column_write(model_column(change.model, job->table_id, job->key), out);
	change_end(&change);
	return ok;
}

/* Runs "UPDATE column_def ..." with the table ?1, the key ?2, and ?3 the text, else the number. */
static bool set_column(const struct column_job *job, struct change *change, const char *sql, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, str_from_c(sql), &stmt, err))
		return false;
	store_bind_str(stmt, 1, job->table_id);
	store_bind_str(stmt, 2, job->key);
	if (job->text.at)
		store_bind_str(stmt, 3, job->text);
	else
		store_bind_int(stmt, 3, job->number);
	return store_run(change->conn, stmt, err) && change_schema(change, err);
}

static void open_journal(struct journal *journal, const struct column_job *job, const char *op_type)
{
	journal_open(journal, op_type, job->table_id);
	json_field_str(&journal->out, "column_key", job->key);
}

static bool store_journal(struct journal *journal, struct change *change, struct error *err)
{
	bool ok = journal_store(journal, change, err);

	journal_free(journal);
	return ok;
}

static bool rename_column(struct change *change, void *ctx, struct error *err)
{
	struct column_job *job = ctx;
	const struct column *other;
	struct journal journal;

	if (!find(job, change, err))
		return false;
	other = map_get(job->table->column_by_name, job->text);
	if (other == job->column)
		return true;
	if (other || column_name_is_system(job->text, job->key))
		return FAIL(err, column_name_taken);
	open_journal(&journal, job, "rename_column");
	json_field_str(&journal.out, "new_column_name", job->text);
	json_field_str(&journal.out, "old_column_name", job->column->name);
	return store_journal(&journal, change, err) && formula_rename_column(change, job->column, job->text, err) &&
	       set_column(job, change, "UPDATE column_def SET name = ?3 WHERE table_id = ?1 AND key = ?2", err);
}

bool base_rename_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, struct str new_name, struct json_out *out,
			struct error *err)
{
	struct column_job job = { .ref = table, .column_name = column };

	return model_check_name(arena, new_name, "new_column_name", &job.text, err) &&
	       run(base, arena, actor, rename_column, &job, out, err);
}

static bool resize_column(struct change *change, void *ctx, struct error *err)
{
	struct column_job *job = ctx;
	struct journal journal;

	if (!find(job, change, err))
		return false;
	open_journal(&journal, job, "resize_column");
	json_field_int(&journal.out, "new_column_width", job->number);
	json_field_int(&journal.out, "old_column_width", job->column->width);
	return store_journal(&journal, change, err) &&
	       set_column(job, change, "UPDATE column_def SET width = ?3 WHERE table_id = ?1 AND key = ?2", err);
}

bool base_resize_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, int64_t width, struct json_out *out,
			struct error *err)
{
	struct column_job job = { .ref = table, .column_name = column, .number = width };

	if (width < 0 || width > MAX_WIDTH)
		return FAIL_WITH(err, param_invalid, STR("new_column_width"));
	return run(base, arena, actor, resize_column, &job, out, err);
}

static bool freeze_column(struct change *change, void *ctx, struct error *err)
{
	struct column_job *job = ctx;
	struct journal journal;

	if (!find(job, change, err))
		return false;
	open_journal(&journal, job, "freeze_column");
	json_field_bool(&journal.out, "frozen", job->number != 0);
	return store_journal(&journal, change, err) &&
	       set_column(job, change, "UPDATE column_def SET frozen = ?3 WHERE table_id = ?1 AND key = ?2", err);
}

bool base_freeze_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, bool frozen, struct json_out *out,
			struct error *err)
{
	struct column_job job = { .ref = table, .column_name = column, .number = frozen };

	return run(base, arena, actor, freeze_column, &job, out, err);
}

/* ---- move ---- */

/* The table's columns with `from` put right of `target`. */
static struct column_list moved_list(const struct column_job *job, struct arena *arena, size_t target)
{
	struct column_list list = column_list_of(arena, job->table, 0), moved = column_list_of(arena, NULL, list.count);
	size_t from = job->column->position;

	for (size_t i = 0; i < list.count; i++) {
		if (i != from)
			moved.at[moved.count++] = list.at[i];
		if (i == target)
			moved.at[moved.count++] = list.at[from];
	}
	return moved;
}

static bool move_column(struct change *change, void *ctx, struct error *err)
{
	struct column_job *job = ctx;
	const struct column *target;
	struct column_list list;
	struct journal journal;
	size_t from;

	if (!find(job, change, err))
		return false;
	target = change_find_column(job->table, job->text, err);
	if (!target)
		return false;
	from = job->column->position;
	if (target == job->column || target->position + 1 == from)
		return true;
	list = moved_list(job, change->arena, target->position);
	if (!list.at[0].type->can_be_first)
		return FAIL_WITH(err, first_column_type, str_from_c(list.at[0].type->name));
	open_journal(&journal, job, "move_column");
	json_field_str(&journal.out, "target_column_key", target->key);
	json_field_str(&journal.out, "old_upper_column_key", from > 0 ? job->table->columns[from - 1]->key : STR(""));
	return store_journal(&journal, change, err) &&
	       column_list_store(&list, change, job->table, job->table_id, err) && change_schema(change, err);
}

bool base_move_column(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str column, struct str target, struct json_out *out,
		      struct error *err)
{
	struct column_job job = { .ref = table, .column_name = column, .text = target };

	return run(base, arena, actor, move_column, &job, out, err);
}

/* ---- delete ---- */

bool column_delete_definition(struct change *change, struct str table_id, const struct column *column,
			      struct error *err)
{
	static const char *const statements[] = {
		"UPDATE column_def SET position = position - 1 WHERE table_id = ?1 AND position > "
		"(SELECT position FROM column_def WHERE table_id = ?1 AND key = ?2)",
		"DELETE FROM auto_number WHERE table_id = ?1 AND column_key = ?2",
		"DELETE FROM column_def WHERE table_id = ?1 AND key = ?2",
	};
	sqlite3_stmt *stmt;

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!store_prepare(change->conn, str_from_c(statements[i]), &stmt, err))
			return false;
		store_bind_str(stmt, 1, table_id);
		store_bind_str(stmt, 2, column->key);
		if (!store_run(change->conn, stmt, err))
			return false;
	}
	return true;
}

static bool delete_column(struct change *change, void *ctx, struct error *err)
{
	struct column_job *job = ctx;
	struct journal journal;
	struct aside aside;
	bool ok;

	if (!find(job, change, err))
		return false;
	if (job->column->position == 0)
		return FAIL(err, first_column);
	open_journal(&journal, job, "delete_column");
	json_key(&journal.out, "old_column");
	column_write(job->column, &journal.out);
	json_field_str(&journal.out, "upper_column_key", job->table->columns[job->column->position - 1]->key);
	ok = journal_column_cells(&journal, change->conn, change->arena, "old_rows_data", job->table, job->column,
				  err) &&
	     journal_store(&journal, change, err) && aside_open(&aside, change, err) &&
	     (!job->column->link || aside_link(&aside, change, job->column, err)) &&
	     aside_column(&aside, change, job->table_id, job->column, err) &&
	     aside_close(&aside, change, journal.id, err) && change_schema(change, err);
	job->op_id = journal.id;
	journal_free(&journal);
	return ok;
}

bool base_delete_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, int64_t *op_id, struct error *err)
{
	struct column_job job = { .ref = table, .column_name = column };
	bool ok = run(base, arena, actor, delete_column, &job, NULL, err);

	*op_id = job.op_id;
	return ok;
}
