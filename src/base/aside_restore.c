/* Bringing back what an operation set aside (aside.h). */
#include "base/aside.h"

#include "store/sql.h"

struct restore {
	struct change *change;
	int64_t id; /* of the aside */
};

/* A row of aside_column. */
struct kept_column {
	struct str table_id, key, name, type;
	int64_t position;
	bool retyped, has_cells;
};

static bool run(struct restore *restore, struct str sql, struct str table_id, struct str key, struct error *err)
{
	return store_run_sql(restore->change->conn,
			     SQL_TEXT(sql, SQL_INT(restore->id), SQL_STR(table_id), SQL_STR(key)), err);
}

static bool find_aside(struct restore *restore, int64_t op_id, struct error *err)
{
	return store_find_number(restore->change->conn, SQL("SELECT id FROM aside WHERE op_id = ?1", SQL_INT(op_id)),
				 &restore->id, err) &&
	       (restore->id != 0 || FAIL(err, operation_not_undoable));
}

/* ---- what may be in the way ---- */

static bool check_tables(struct restore *restore, struct error *err)
{
	struct str *name = ARENA_NEW(restore->change->arena, struct str);
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare_c(
		    restore->change->conn,
		    "SELECT a.name FROM aside_table AS a JOIN table_def AS t ON t.name = a.name OR t.id = a.id "
		    "WHERE a.aside_id = ?1",
		    &stmt, err))
		return false;
	store_bind_int(stmt, 1, restore->id);
	if (!store_step(restore->change->conn, stmt, &row, err))
		return false;
	if (!row)
		return true;
	*name = store_column_copy(restore->change->arena, stmt, 0);
	store_reset(stmt);
	return FAIL_WITH(err, table_exists, *name);
}

/* A column needs its table; a new one must not have its name or key, a retyped one must still be there. */
static bool check_column(struct restore *restore, const struct kept_column *column, struct error *err)
{
	struct store_conn *conn = restore->change->conn;
	bool has_table, is_taken, is_there;

	if (!store_find_any(conn,
			    SQL("SELECT 1 FROM table_def WHERE id = ?1 UNION ALL SELECT 1 FROM aside_table "
				"WHERE aside_id = ?2 AND id = ?1",
				SQL_STR(column->table_id), SQL_INT(restore->id)),
			    &has_table, err) ||
	    !store_find_any(conn,
			    SQL("SELECT 1 FROM column_def WHERE table_id = ?1 AND (name = ?2 OR key = ?3)",
				SQL_STR(column->table_id), SQL_STR(column->name), SQL_STR(column->key)),
			    &is_taken, err) ||
	    !store_find_any(conn,
			    SQL("SELECT 1 FROM column_def WHERE table_id = ?1 AND key = ?2", SQL_STR(column->table_id),
				SQL_STR(column->key)),
			    &is_there, err))
		return false;
	if (!has_table)
		return FAIL(err, table_not_found);
	if (column->retyped && !is_there)
		return FAIL_WITH(err, column_not_found, column->name);
	if (!column->retyped && is_taken)
		return FAIL_WITH(err, column_exists, column->name);
	return true;
}

/* A link whose other table is gone by now would lead nowhere. */
static bool check_links(struct restore *restore, struct error *err)
{
	bool leads_nowhere;

	if (!store_find_any(
		    restore->change->conn,
		    SQL("WITH there(id) AS (SELECT id FROM table_def UNION SELECT id FROM aside_table WHERE aside_id = "
			"?1) SELECT 1 FROM aside_link WHERE aside_id = ?1 AND (table_id NOT IN there OR "
			"other_table_id NOT IN there)",
			SQL_INT(restore->id)),
		    &leads_nowhere, err))
		return false;
	return !leads_nowhere || FAIL(err, table_not_found);
}

/* ---- tables ---- */

static bool restore_tables(struct restore *restore, struct str *table_id, struct error *err)
{
	static const char *const statements[] = {
		"UPDATE table_def SET position = position + 1 WHERE position >= (SELECT position FROM aside_table "
		"WHERE "
		"aside_id = ?1)",
		"INSERT INTO table_def(id, position, name, more, created_at) SELECT id, min(position, (SELECT count(*) "
		"FROM "
		"table_def)), name, more, created_at FROM aside_table WHERE aside_id = ?1",
		"INSERT INTO view_def(table_id, id, position, name, type, body) SELECT table_id, id, position, name, "
		"type, "
		"body FROM aside_view WHERE aside_id = ?1",
	};
	struct change *change = restore->change;
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare_c(change->conn, "SELECT id FROM aside_table WHERE aside_id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, restore->id);
	if (!store_step(change->conn, stmt, &row, err))
		return false;
	if (!row)
		return true;
	*table_id = store_column_copy(change->arena, stmt, 0);
	store_reset(stmt);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!store_run_sql(change->conn, SQL_TEXT(str_from_c(statements[i]), SQL_INT(restore->id)), err))
			return false;
	}
	return store_exec(change->conn,
			  str_format(change->arena, "ALTER TABLE \"aside_%lld_rows_%.*s\" RENAME TO \"rows_%.*s\"",
				     (long long)restore->id, STR_ARG(*table_id), STR_ARG(*table_id))
				  .at,
			  err);
}

/* ---- columns ---- */

static bool read_columns(struct restore *restore, struct kept_column **columns, size_t *count, struct error *err)
{
	struct arena *arena = restore->change->arena;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare_c(restore->change->conn,
			     "SELECT table_id, key, name, type, position, retyped, has_cells FROM aside_column "
			     "WHERE aside_id = ?1 ORDER BY table_id, position",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, restore->id);
	*columns = NULL;
	*count = 0;
	while ((ok = store_step(restore->change->conn, stmt, &row, err)) && row) {
		*columns = arena_more(arena, *columns, *count, sizeof(**columns));
		(*columns)[(*count)++] = (struct kept_column){ .table_id = store_column_copy(arena, stmt, 0),
							       .key = store_column_copy(arena, stmt, 1),
							       .name = store_column_copy(arena, stmt, 2),
							       .type = store_column_copy(arena, stmt, 3),
							       .position = store_column_int(stmt, 4),
							       .retyped = store_column_int(stmt, 5) != 0,
							       .has_cells = store_column_int(stmt, 6) != 0 };
	}
	return ok;
}

/* The cells that the column has now make room for the old ones. */
static bool swap_cells(struct restore *restore, const struct kept_column *column, struct error *err)
{
	struct change *change = restore->change;
	const struct column *now = column->retyped ? model_column(change->model, column->table_id, column->key) : NULL;
	struct str cells = str_format(change->arena, "aside_%lld_%.*s", (long long)restore->id, STR_ARG(column->key));

	if (now && column_is_stored(now) &&
	    !row_table_drop_column(change->conn, change->arena, column->table_id, column->key, err))
		return false;
	return !column->has_cells ||
	       row_table_rename_column(change->conn, change->arena, column->table_id, cells, column->key, err);
}

static bool restore_column(struct restore *restore, const struct kept_column *column, struct error *err)
{
	static const char *const added[] = {
		"UPDATE column_def SET position = position + 1 WHERE table_id = ?2 AND position >= (SELECT position "
		"FROM "
		"aside_column WHERE aside_id = ?1 AND table_id = ?2 AND key = ?3)",
		"INSERT INTO column_def(table_id, key, position, name, type, data, width, frozen, more) SELECT "
		"table_id, key, "
		"min(position, (SELECT count(*) FROM column_def WHERE table_id = ?2)), name, type, data, width, "
		"frozen, more "
		"FROM aside_column WHERE aside_id = ?1 AND table_id = ?2 AND key = ?3",
	};
	static const char *const changed[] = {
		"UPDATE column_def SET (type, data) = (SELECT type, data FROM aside_column WHERE aside_id = ?1 AND "
		"table_id = "
		"?2 AND key = ?3) WHERE table_id = ?2 AND key = ?3",
		"DELETE FROM auto_number WHERE ?1 <> 0 AND table_id = ?2 AND column_key = ?3",
	};
	const char *const *statements = column->retyped ? changed : added;

	for (size_t i = 0; i < 2; i++) {
		if (!run(restore, str_from_c(statements[i]), column->table_id, column->key, err))
			return false;
	}
	return run(restore,
		   STR("INSERT INTO auto_number SELECT table_id, key, last_number FROM aside_column WHERE aside_id = "
		       "?1 AND "
		       "table_id = ?2 AND key = ?3 AND last_number IS NOT NULL"),
		   column->table_id, column->key, err) &&
	       swap_cells(restore, column, err);
}

/* ---- links ---- */

/* Pairs come back but for those whose rows are gone by now. */
static bool restore_link(struct restore *restore, struct str link_id, struct str first, struct str second,
			 struct error *err)
{
	struct arena *arena = restore->change->arena;
	struct str sql = str_format(arena,
				    "ALTER TABLE \"aside_%lld_links_%.*s\" RENAME TO \"links_%.*s\"; "
				    "CREATE INDEX \"links_%.*s_back\" ON \"links_%.*s\"(row2, order2, row1); "
				    "DELETE FROM \"links_%.*s\" WHERE row1 NOT IN (SELECT _id FROM \"rows_%.*s\") OR "
				    "row2 NOT IN (SELECT _id "
				    "FROM \"rows_%.*s\")",
				    (long long)restore->id, STR_ARG(link_id), STR_ARG(link_id), STR_ARG(link_id),
				    STR_ARG(link_id), STR_ARG(link_id), STR_ARG(first), STR_ARG(second));

	return store_exec(restore->change->conn, sql.at, err);
}

static bool restore_links(struct restore *restore, struct error *err)
{
	struct arena *arena = restore->change->arena;
	struct str *ids = NULL;
	sqlite3_stmt *stmt;
	size_t count = 0;
	bool ok, row;

	if (!store_prepare_c(restore->change->conn,
			     "SELECT link_id, table_id, other_table_id FROM aside_link WHERE aside_id = ?1", &stmt,
			     err))
		return false;
	store_bind_int(stmt, 1, restore->id);
	while ((ok = store_step(restore->change->conn, stmt, &row, err)) && row) {
		ids = arena_more(arena, ids, count, 3 * sizeof(*ids));
		for (int i = 0; i < 3; i++)
			ids[3 * count + (size_t)i] = store_column_copy(arena, stmt, i);
		count++;
	}
	for (size_t i = 0; ok && i < count; i++)
		ok = restore_link(restore, ids[3 * i], ids[3 * i + 1], ids[3 * i + 2], err);
	return ok;
}

/* ---- the whole ---- */

static bool journal(struct restore *restore, struct str table_id, const struct kept_column *column, struct error *err)
{
	struct journal entry;
	bool ok;

	journal_open(&entry, column ? "restore_column" : "restore_table", table_id);
	if (column)
		json_field_str(&entry.out, "column_key", column->key);
	ok = journal_store(&entry, restore->change, err);
	journal_free(&entry);
	return ok;
}

bool aside_restore(struct change *change, int64_t op_id, struct error *err)
{
	struct restore restore = { .change = change };
	struct kept_column *columns;
	struct str table_id = { 0 };
	size_t count;

	if (!find_aside(&restore, op_id, err) || !check_tables(&restore, err) || !check_links(&restore, err) ||
	    !read_columns(&restore, &columns, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!check_column(&restore, &columns[i], err))
			return false;
	}
	if (!restore_tables(&restore, &table_id, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!restore_column(&restore, &columns[i], err))
			return false;
	}
	if (!restore_links(&restore, err) ||
	    !run(&restore,
		 STR("INSERT INTO comment(id, table_id, row_id, author, text, created_at, updated_at, resolved) SELECT "
		     "id, "
		     "table_id, row_id, author, text, created_at, updated_at, resolved FROM aside_comment WHERE "
		     "aside_id = ?1"),
		 (struct str){ 0 }, (struct str){ 0 }, err) ||
	    !aside_forget(change, restore.id, err) || !change_schema(change, err))
		return false;
	if (table_id.at)
		return journal(&restore, table_id, NULL, err);
	return count == 0 || journal(&restore, columns[0].table_id, &columns[0], err);
}
