/* The settings of select columns, rewritten: their JSON is copied member by member, with another list of options. */
#include "base/base_internal.h"

#include "core/json_in.h"

/* Writes the members of a column's settings, but for the one of that name; NULL has none. */
static void write_except(const cJSON *data, const char *name, struct json_out *out)
{
	const cJSON *member = NULL;

	cJSON_ArrayForEach(member, data)
	{
		if (str_equal_c(str_from_c(member->string), name))
			continue;
		json_key_str(out, str_from_c(member->string));
		json_tree(out, member);
	}
}

bool column_is_select(const struct column *column)
{
	return column->type->id == TYPE_single_select || column->type->id == TYPE_multiple_select;
}

const cJSON *options_first(const cJSON *data)
{
	const cJSON *options = json_get(data, "options");

	return cJSON_IsArray(options) ? options->child : NULL;
}

void options_edit_begin(struct options_edit *edit, const struct column *column)
{
	edit->column = column;
	buf_init(&edit->buf, OPTIONS_MAX_BYTES);
	edit->out = json_out_to(&edit->buf);
	json_object(&edit->out);
	write_except(column->data_tree, "options", &edit->out);
	json_key(&edit->out, "options");
	json_array(&edit->out);
}

bool options_edit_end(struct options_edit *edit, struct arena *arena, struct str *data, struct error *err)
{
	cJSON *tree = NULL;
	bool ok;

	json_array_end(&edit->out);
	json_object_end(&edit->out);
	ok = !buf_failed(&edit->buf) || FAIL(err, request_too_complex);
	ok = ok && json_parse(arena, buf_str(&edit->buf), &tree, err) &&
	     column_data_normalize(arena, edit->column->type, tree, data, err);
	buf_free(&edit->buf);
	return ok;
}

bool column_data_store(struct change *change, const struct table *table, const struct column *column, struct str data,
		       bool with_cells, struct error *err)
{
	struct journal journal;
	sqlite3_stmt *stmt;
	bool ok;

	journal_open(&journal, "modify_column_data", table->id);
	json_field_str(&journal.out, "column_key", column->key);
	json_key(&journal.out, "column_data");
	json_raw(&journal.out, data.at ? data : STR("null"));
	json_key(&journal.out, "old_column_data");
	json_raw(&journal.out, column->data.at ? column->data : STR("null"));
	ok = (!with_cells ||
	      journal_column_cells(&journal, change->conn, change->arena, "old_rows_data", table, column, err)) &&
	     journal_store(&journal, change, err) &&
	     store_prepare_c(change->conn, "UPDATE column_def SET data = ?3 WHERE table_id = ?1 AND key = ?2", &stmt,
			     err);
	journal_free(&journal);
	if (!ok)
		return false;
	store_bind_str(stmt, 1, table->id);
	store_bind_str(stmt, 2, column->key);
	store_bind_str(stmt, 3, data);
	return store_run(change->conn, stmt, err);
}

/* A multiple-select cell keeps the others in their order; it is empty once none is left. */
static struct str drop_from_lists_sql(struct arena *arena, const char *table, const char *cell)
{
	return str_format(arena,
			  "UPDATE %s SET %s = (SELECT nullif(json_group_array(value), '[]') FROM json_each(%s) "
			  "WHERE value NOT IN (SELECT value FROM json_each(?1))) "
			  "WHERE %s IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(%s) "
			  "WHERE value IN (SELECT value FROM json_each(?1)))",
			  table, cell, cell, cell, cell);
}

bool options_drop_from_cells(struct change *change, const struct table *table, const struct column *column,
			     struct str ids, struct error *err)
{
	const char *rows = str_format(change->arena, "\"rows_%.*s\"", STR_ARG(table->id)).at;
	const char *cell = str_format(change->arena, "\"%.*s\"", STR_ARG(column->key)).at;
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn,
			   column->type->id == TYPE_multiple_select
				   ? drop_from_lists_sql(change->arena, rows, cell)
				   : str_format(change->arena,
						"UPDATE %s SET %s = NULL WHERE %s IN (SELECT value FROM json_each(?1))",
						rows, cell, cell),
			   &stmt, err))
		return false;
	store_bind_str(stmt, 1, ids);
	return store_run(change->conn, stmt, err);
}
