/* INSERT, UPDATE and DELETE: the rows that a statement means, changed as the row calls change them, so that times,
 * journal and events follow. One statement is one change; large ones are several operations of the journal. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"
#include "core/json_make.h"
#include "query/sql.h"
#include "query/sql_node.h"

enum { DELETED_AT_ONCE = BASE_MAX_DELETES, ARCHIVED_AT_ONCE = 10000 };

struct sql_write {
	const struct base_sql *query;
	struct sql_statement *statement;
	struct table_ref table;
	struct sql_budget budget;
	bool archives; /* the rows go into the archive, ARCHIVED_AT_ONCE a change */
	size_t archived;
};

/* ---- trees ---- */

static cJSON *named_value(struct arena *arena, const struct sql_set *set, const struct node *value)
{
	cJSON *json = sql_constant_json(arena, value);

	json->string = (char *)str_to_c(arena, set->column->name);
	return json;
}

/* {column: value} from `set_count` values. */
static cJSON *row_of(struct arena *arena, const struct sql_statement *statement, struct node *const *values)
{
	cJSON *row = json_make(arena, cJSON_Object, NULL);

	for (size_t i = 0; i < statement->set_count; i++)
		json_make_append(
			row, named_value(arena, &statement->sets[i], values ? values[i] : statement->sets[i].value));
	return row;
}

/* ---- the rows ---- */

/* The ids of all rows that WHERE means, before the first one is changed. Only this is watched step by step: a statement
 * that writes and is broken off would take the whole transaction with it, and with it what others wrote. */
static bool read_ids(struct sql_write *write, struct change *change, struct formula_sql *compiled, struct str **ids,
		     size_t *count, struct error *err)
{
	sqlite3_stmt *stmt;
	bool ok, row;

	sql_emit_row_ids(compiled, write->statement, write->archives);
	if (write->archives)
		buf_printf(&compiled->sql, " LIMIT %d", ARCHIVED_AT_ONCE);
	if (!sql_check_size(compiled, err))
		return false;
	sql_budget_begin(&write->budget, change->conn, write->query->max_ms);
	ok = store_prepare(change->conn, str_copy(change->arena, buf_str(&compiled->sql)), &stmt, err);
	if (ok) {
		formula_sql_bind(compiled, stmt);
		while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
			*ids = arena_more(change->arena, *ids, *count, sizeof(struct str));
			(*ids)[(*count)++] = store_column_copy(change->arena, stmt, 0);
		}
	}
	sql_budget_end(&write->budget);
	return ok;
}

static bool update_some(struct sql_write *write, struct change *change, const struct str *ids, size_t count,
			struct error *err)
{
	cJSON *updates = json_make(change->arena, cJSON_Array, NULL);
	int64_t changed;

	for (size_t i = 0; i < count; i++)
		json_make_append(updates,
				 row_update_tree(change->arena, ids[i], row_of(change->arena, write->statement, NULL)));
	return rows_update_differing(change, &write->table, updates, &changed, err);
}

static bool delete_some(struct sql_write *write, struct change *change, const struct str *ids, size_t count,
			struct error *err)
{
	cJSON *list = json_make(change->arena, cJSON_Array, NULL);
	int64_t deleted;

	for (size_t i = 0; i < count; i++)
		json_make_append(list, json_make_text(change->arena, NULL, ids[i]));
	return rows_delete(change, &write->table, list, &deleted, err);
}

static bool insert_rows(struct sql_write *write, struct change *change, struct error *err)
{
	const struct sql_statement *statement = write->statement;
	size_t row = 0;

	while (row < statement->row_count) {
		struct base_append_rows append = { .table = write->table };
		cJSON *rows = json_make(change->arena, cJSON_Array, NULL);
		struct str *ids;
		size_t count;

		for (size_t i = 0; i < BASE_MAX_ROWS && row < statement->row_count; i++, row++)
			json_make_append(
				rows, row_of(change->arena, statement, &statement->values[row * statement->set_count]));
		append.rows = rows;
		if (!rows_append(change, &append, &ids, &count, err))
			return false;
	}
	return true;
}

static bool change_rows(struct sql_write *write, struct change *change, struct formula_sql *compiled, struct error *err)
{
	bool deletes = write->statement->kind == SQL_DELETE;
	size_t at_once = deletes ? DELETED_AT_ONCE : BASE_MAX_ROWS, count = 0;
	struct str *ids = NULL;

	if (!read_ids(write, change, compiled, &ids, &count, err))
		return false;
	for (size_t from = 0; from < count; from += at_once) {
		size_t some = count - from < at_once ? count - from : at_once;

		if (!sql_budget_check(&write->budget, err))
			return false;
		if (deletes ? !delete_some(write, change, ids + from, some, err)
			    : !update_some(write, change, ids + from, some, err))
			return false;
	}
	return true;
}

static bool write_job(struct change *change, void *ctx, struct error *err)
{
	struct sql_write *write = ctx;
	struct formula_sql compiled;
	bool ok;

	formula_sql_init(&compiled, change->arena, change->now_ms, 1);
	ok = sql_check(&compiled, change->model, write->statement, err);
	if (ok) {
		write->table = (struct table_ref){ .id = write->statement->sources[0].table->id };
		ok = write->statement->kind == SQL_INSERT ? insert_rows(write, change, err)
							  : change_rows(write, change, &compiled, err);
	}
	formula_sql_free(&compiled);
	return ok;
}

bool sql_write(struct base *base, struct arena *arena, const struct base_actor *actor, const struct base_sql *query,
	       struct sql_statement *statement, struct json_out *out, struct error *err)
{
	struct sql_write write = { .query = query, .statement = statement };
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, write_job, &write, err);

	change_end(&change);
	if (!ok)
		return false;
	json_object(out);
	json_field_bool(out, "success", true);
	json_field_c(out, "error_message", "");
	json_field_null(out, "metadata");
	json_field_null(out, "results");
	json_object_end(out);
	return true;
}

/* ---- the archive ---- */

static bool archive_job(struct change *change, void *ctx, struct error *err)
{
	struct sql_write *write = ctx;
	struct formula_sql compiled;
	struct str *ids = NULL;
	bool ok;

	write->archived = 0;
	formula_sql_init(&compiled, change->arena, change->now_ms, 1);
	ok = sql_check(&compiled, change->model, write->statement, err) &&
	     read_ids(write, change, &compiled, &ids, &write->archived, err) &&
	     rows_archive(change, write->statement->sources[0].table, ids, write->archived, true, (struct str){ 0 },
			  err);
	formula_sql_free(&compiled);
	return ok;
}

/* The condition as that of a statement on the table. */
static struct str statement_text(struct arena *arena, const struct table *table, struct str where)
{
	char *name = arena_alloc(arena, 2 * table->name.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < table->name.len; i++) {
		if (table->name.at[i] == '`')
			name[len++] = '`';
		name[len++] = table->name.at[i];
	}
	return str_format(arena, "DELETE FROM `%.*s` WHERE %.*s", (int)len, name, STR_ARG(where));
}

bool base_archive_where(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table_ref, struct str where, int max_ms, struct error *err)
{
	struct base_sql query = { .max_ms = max_ms };
	struct sql_write write = { .query = &query, .archives = true };
	const struct table *table = NULL;
	struct base_read read;
	struct str text;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	table = model_find_table(read.model, table_ref, err);
	text = table ? statement_text(arena, table, where) : (struct str){ 0 };
	base_read_end(&read);
	ok = table != NULL;
	do {
		struct arena *step = arena_new(ROW_STEP_MEMORY);
		struct change change = change_new(base, step, actor);

		write.statement = ARENA_NEW(step, struct sql_statement);
		ok = ok && sql_parse(step, text, NULL, write.statement, err) &&
		     change_run(&change, archive_job, &write, err);
		change_end(&change);
		arena_free(&step);
	} while (ok && write.archived == ARCHIVED_AT_ONCE);
	return ok;
}
