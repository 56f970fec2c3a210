/* The SQLite table "rows_<id>" behind a table: its columns come and go here, and cells pass between struct cell and
 * SQLite. Its text explains itself to whoever opens the file with another program. */
#include "base/base_internal.h"

#include <assert.h>

bool column_is_stored(const struct column *column)
{
	return column->type->sqlite_type != NULL;
}

bool row_table_create(struct store_conn *conn, struct arena *arena, struct str table_id,
		      const struct column_list *columns, struct error *err)
{
	struct str sql = str_format(
		arena,
		"CREATE TABLE \"rows_%.*s\" (\n"
		"\t-- The rows of one table (table_def). The columns without a leading _ bear the keys of column_def.\n"
		"\t_n INTEGER PRIMARY KEY,               -- place in the table's order; gaps leave room between rows\n"
		"\t_id TEXT NOT NULL UNIQUE,             -- the row's id for clients, unique in the base\n"
		"\t_ctime INTEGER NOT NULL,              -- when it was made, milliseconds since 1970 UTC\n"
		"\t_mtime INTEGER NOT NULL,              -- when a cell changed last\n"
		"\t_creator TEXT,                        -- user name, or name of an application's token\n"
		"\t_last_modifier TEXT,\n"
		"\t_locked_by TEXT,                      -- who locked the row, NULL = not locked\n"
		"\t_archived INTEGER NOT NULL DEFAULT 0  -- 1 = in the archive\n",
		STR_ARG(table_id));

	assert(id_is_short(table_id));
	for (size_t i = 0; i < columns->count; i++) {
		const struct column_spec *column = &columns->at[i];

		if (!column->type->sqlite_type)
			continue;
		assert(key_is_safe(column->key));
		sql = str_format(arena, "%.*s\t, \"%.*s\" %s\n", STR_ARG(sql), STR_ARG(column->key),
				 column->type->sqlite_type);
	}
	return store_exec(conn, str_format(arena, "%.*s)", STR_ARG(sql)).at, err);
}

bool row_table_add_column(struct store_conn *conn, struct arena *arena, struct str table_id, struct str name,
			  const char *sqlite_type, struct error *err)
{
	return store_exec(conn,
			  str_format(arena, "ALTER TABLE \"rows_%.*s\" ADD COLUMN \"%.*s\" %s", STR_ARG(table_id),
				     STR_ARG(name), sqlite_type)
				  .at,
			  err);
}

bool row_table_drop_column(struct store_conn *conn, struct arena *arena, struct str table_id, struct str name,
			   struct error *err)
{
	if (!auto_index_drop(conn, arena, table_id, name, err))
		return false;
	return store_exec(
		conn,
		str_format(arena, "ALTER TABLE \"rows_%.*s\" DROP COLUMN \"%.*s\"", STR_ARG(table_id), STR_ARG(name))
			.at,
		err);
}

bool row_table_rename_column(struct store_conn *conn, struct arena *arena, struct str table_id, struct str from,
			     struct str to, struct error *err)
{
	return store_exec(conn,
			  str_format(arena, "ALTER TABLE \"rows_%.*s\" RENAME COLUMN \"%.*s\" TO \"%.*s\"",
				     STR_ARG(table_id), STR_ARG(from), STR_ARG(to))
				  .at,
			  err);
}

void cell_bind(sqlite3_stmt *stmt, int index, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_EMPTY:
		store_bind_null(stmt, index);
		break;
	case CELL_NUMBER:
		store_bind_double(stmt, index, cell->number);
		break;
	case CELL_INTEGER:
		store_bind_int(stmt, index, cell->integer);
		break;
	case CELL_TEXT:
		store_bind_str(stmt, index, cell->text);
		break;
	}
}

void cell_of_value(sqlite3_value *value, const struct column *column, struct cell *out)
{
	if (sqlite3_value_type(value) == SQLITE_NULL) {
		out->kind = CELL_EMPTY;
		return;
	}
	/* By what the type stores, whatever lies in the file: SQLite converts. */
	switch (column->type->storage) {
	case STORED_NUMBER:
		out->kind = CELL_NUMBER;
		out->number = sqlite3_value_double(value);
		break;
	case STORED_BOOL:
	case STORED_INTEGER:
		out->kind = CELL_INTEGER;
		out->integer = sqlite3_value_int64(value);
		break;
	default:
		out->kind = CELL_TEXT;
		out->text.at = (const char *)sqlite3_value_text(value);
		out->text.len = (size_t)sqlite3_value_bytes(value);
		break;
	}
}

void cell_fetch(sqlite3_stmt *stmt, int index, const struct column *column, struct cell *out)
{
	/* Connections are opened without a mutex, so a column's value may be read like a function's argument. */
	cell_of_value(sqlite3_column_value(stmt, index), column, out);
}
