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
	int64_t changed; /* rows */
	bool archives;   /* the rows go into the archive, ARCHIVED_AT_ONCE a change */
	size_t archived;
};

/* ---- the rows ---- */

/* The values of an UPDATE's SETs. */
static struct node **set_values(struct arena *arena, const struct sql_statement *statement)
{
	struct node **values = ARENA_ARRAY(arena, struct node *, statement->set_count + 1);

	for (size_t i = 0; i < statement->set_count; i++)
		values[i] = statement->sets[i].value;
	return values;
}

/* A row that WHERE means, and what the SETs' expressions give on it before the first row is changed; NULL where all are
 * constants. */
struct found_row {
	struct str id;
	cJSON **computed;
};

struct found_rows {
	struct found_row *at;
	size_t count;
};

/* All of them. Only this is watched step by step: a statement that writes and is broken off would take the whole
 * transaction with it, and with it what others wrote. */
static bool find_rows(struct sql_write *write, struct change *change, struct formula_sql *compiled,
		      struct found_rows *found, struct error *err)
{
	struct node *const *values = set_values(change->arena, write->statement);
	struct index_uses uses;
	sqlite3_stmt *stmt;
	bool ok, row;

	compiled->without_archived = write->archives;
	sql_choose_indexes(change->conn, change->arena, write->statement, &uses);
	sql_emit_row_ids(compiled, write->statement);
	if (write->archives)
		buf_printf(&compiled->sql, " LIMIT %d", ARCHIVED_AT_ONCE);
	if (!sql_check_size(compiled, err))
		return false;
	sql_budget_begin(&write->budget, change->conn, write->query->max_ms);
	ok = store_prepare(change->conn, str_copy(change->arena, buf_str(&compiled->sql)), &stmt, err);
	if (ok) {
		formula_sql_bind(compiled, stmt);
		while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
			struct found_row one = { .id = store_column_copy(change->arena, stmt, 0) };

			ok = sqlite3_column_count(stmt) == 1 ||
			     sql_read_computed(change->arena, write->statement, values, stmt, 1, &one.computed, err);
			if (!ok)
				break;
			found->at = arena_more(change->arena, found->at, found->count, sizeof(one));
			found->at[found->count++] = one;
		}
		auto_index_note(change->base, &uses, stmt);
		store_reset(stmt);
	}
	sql_budget_end(&write->budget);
	return ok;
}

static bool update_some(struct sql_write *write, struct change *change, const struct found_row *rows, size_t count,
			struct error *err)
{
	struct node *const *values = set_values(change->arena, write->statement);
	cJSON *updates = json_make(change->arena, cJSON_Array, NULL);
	int64_t changed;

	for (size_t i = 0; i < count; i++)
		json_make_append(updates, row_update_tree(change->arena, rows[i].id,
							  sql_row_tree(change->arena, write->statement, values,
								       rows[i].computed)));
	if (!rows_update_differing(change, &write->table, updates, &changed, err))
		return false;
	write->changed += changed;
	return true;
}

static bool delete_some(struct sql_write *write, struct change *change, const struct found_row *rows, size_t count,
			struct error *err)
{
	cJSON *list = json_make(change->arena, cJSON_Array, NULL);
	int64_t deleted;

	for (size_t i = 0; i < count; i++)
		json_make_append(list, json_make_text(change->arena, NULL, rows[i].id));
	if (!rows_delete(change, &write->table, list, &deleted, err))
		return false;
	write->changed += deleted;
	return true;
}

/* One row of VALUES; its expressions are computed by a SELECT of their own. */
static bool make_row(struct sql_write *write, struct change *change, struct formula_sql *compiled,
		     struct node *const *values, cJSON **out, struct error *err)
{
	const struct sql_statement *statement = write->statement;
	cJSON **computed = NULL;
	sqlite3_stmt *stmt;
	bool ok = true, row;

	formula_sql_clear(compiled);
	if (sql_emit_values(compiled, values, statement->set_count)) {
		ok = sql_check_size(compiled, err) &&
		     store_prepare(change->conn, str_copy(change->arena, buf_str(&compiled->sql)), &stmt, err);
		if (ok) {
			formula_sql_bind(compiled, stmt);
			sql_budget_begin(&write->budget, change->conn, write->query->max_ms);
			ok = store_step(change->conn, stmt, &row, err) &&
			     sql_read_computed(change->arena, statement, values, stmt, 0, &computed, err);
			sql_budget_end(&write->budget);
			store_reset(stmt);
		}
	}
	if (ok)
		*out = sql_row_tree(change->arena, statement, values, computed);
	return ok;
}

static bool insert_rows(struct sql_write *write, struct change *change, struct formula_sql *compiled, struct error *err)
{
	const struct sql_statement *statement = write->statement;
	size_t row = 0;
	bool ok = true;

	while (ok && row < statement->row_count) {
		struct base_append_rows append = { .table = write->table };
		cJSON *rows = json_make(change->arena, cJSON_Array, NULL), *one;
		struct str *ids;
		size_t count;

		for (size_t i = 0; ok && i < BASE_MAX_ROWS && row < statement->row_count; i++, row++) {
			ok = make_row(write, change, compiled, &statement->values[row * statement->set_count], &one,
				      err);
			if (ok)
				json_make_append(rows, one);
		}
		append.rows = rows;
		ok = ok && rows_append(change, &append, &ids, &count, err);
	}
	write->changed = (int64_t)statement->row_count;
	return ok;
}

static bool change_rows(struct sql_write *write, struct change *change, struct formula_sql *compiled, struct error *err)
{
	bool deletes = write->statement->kind == SQL_DELETE;
	size_t at_once = deletes ? DELETED_AT_ONCE : BASE_MAX_ROWS;
	struct found_rows found = { 0 };

	if (!find_rows(write, change, compiled, &found, err))
		return false;
	for (size_t from = 0; from < found.count; from += at_once) {
		size_t some = found.count - from < at_once ? found.count - from : at_once;

		if (!sql_budget_check(&write->budget, err))
			return false;
		if (deletes ? !delete_some(write, change, found.at + from, some, err)
			    : !update_some(write, change, found.at + from, some, err))
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
		ok = write->statement->kind == SQL_INSERT ? insert_rows(write, change, &compiled, err)
							  : change_rows(write, change, &compiled, err);
	}
	formula_sql_free(&compiled);
	return ok;
}

bool sql_write(struct base *base, struct arena *arena, const struct base_actor *actor, const struct base_sql *query,
	       struct sql_statement *statement, int64_t *changed, struct json_out *out, struct error *err)
{
	struct sql_write write = { .query = query, .statement = statement };
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, write_job, &write, err);

	change_end(&change);
	if (!ok)
		return false;
	*changed = write.changed;
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
	struct found_rows found = { 0 };
	struct str *ids;
	bool ok;

	formula_sql_init(&compiled, change->arena, change->now_ms, 1);
	ok = sql_check(&compiled, change->model, write->statement, err) &&
	     find_rows(write, change, &compiled, &found, err);
	ids = ARENA_ARRAY(change->arena, struct str, found.count + 1);
	for (size_t i = 0; i < found.count; i++)
		ids[i] = found.at[i].id;
	write->archived = found.count;
	ok = ok && rows_archive(change, write->statement->sources[0].table, ids, write->archived, true,
				(struct str){ 0 }, err);
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
