/* Setting aside, and what becomes of it in the end. */
#include "base/aside.h"

#include <assert.h>

#include "model/link.h"
#include "store/sql.h"

enum { KEPT = 100, KEPT_MS = 7 * 24 * 60 * 60 * 1000 };

/* ---- what is too old ---- */

static void read_id(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	(void)arena;
	*(int64_t *)item = store_column_int(stmt, 0);
}

/* Runs the statements that `sql` gives, one a row, for the aside ?1. */
static bool run_found(struct change *change, const char *sql, int64_t id, struct error *err)
{
	struct str *texts = NULL;
	size_t count = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(change->conn, str_from_c(sql), &stmt, err))
		return false;
	store_bind_int(stmt, 1, id);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		texts = arena_more(change->arena, texts, count, sizeof(*texts));
		texts[count++] = store_column_copy(change->arena, stmt, 0);
	}
	for (size_t i = 0; ok && i < count; i++)
		ok = store_exec(change->conn, str_to_c(change->arena, texts[i]), err);
	return ok;
}

bool aside_forget(struct change *change, int64_t id, struct error *err)
{
	static const char *const statements[] = {
		"DELETE FROM aside_link WHERE aside_id = ?1",  "DELETE FROM aside_comment WHERE aside_id = ?1",
		"DELETE FROM aside_view WHERE aside_id = ?1",  "DELETE FROM aside_column WHERE aside_id = ?1",
		"DELETE FROM aside_table WHERE aside_id = ?1", "DELETE FROM aside WHERE id = ?1",
	};

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!store_run_sql(change->conn, SQL_TEXT(str_from_c(statements[i]), SQL_INT(id)), err))
			return false;
	}
	return true;
}

static bool drop(struct change *change, int64_t id, struct error *err)
{
	return run_found(
		       change,
		       "SELECT printf('DROP TABLE IF EXISTS \"aside_%d_rows_%s\"', aside_id, id) FROM aside_table "
		       "WHERE aside_id = ?1 UNION ALL "
		       "SELECT printf('DROP TABLE IF EXISTS \"aside_%d_links_%s\"', aside_id, link_id) FROM aside_link "
		       "WHERE aside_id = ?1 UNION ALL "
		       "SELECT printf('ALTER TABLE \"rows_%s\" DROP COLUMN \"aside_%d_%s\"', table_id, aside_id, key) "
		       "FROM aside_column WHERE aside_id = ?1 AND has_cells AND table_id IN (SELECT id FROM table_def)",
		       id, err) &&
	       aside_forget(change, id, err);
}

/* Cells in a table that is set aside itself wait for what becomes of it. */
static bool drop_old(struct change *change, struct error *err)
{
	int64_t id = 0;
	bool found = true;

	while (found) {
		if (!store_find_row(
			    change->conn, change->arena,
			    SQL("SELECT id FROM aside AS a WHERE (set_at < ?1 OR id <= (SELECT max(id) FROM aside) - "
				"?2) "
				"AND NOT EXISTS (SELECT 1 FROM aside_column WHERE aside_id = a.id AND has_cells "
				"AND table_id NOT IN (SELECT id FROM table_def)) ORDER BY id LIMIT 1",
				SQL_INT(change->now_ms - KEPT_MS), SQL_INT(KEPT)),
			    read_id, &id, &found, err) ||
		    (found && !drop(change, id, err)))
			return false;
	}
	return true;
}

bool aside_open(struct aside *aside, struct change *change, struct error *err)
{
	if (!drop_old(change, err) ||
	    !store_run_sql(change->conn, SQL("INSERT INTO aside(set_at) VALUES (?1)", SQL_INT(change->now_ms)), err))
		return false;
	aside->id = store_last_rowid(change->conn);
	return true;
}

bool aside_close(const struct aside *aside, struct change *change, int64_t op_id, struct error *err)
{
	return store_run_sql(change->conn,
			     SQL("UPDATE aside SET op_id = ?2 WHERE id = ?1", SQL_INT(aside->id), SQL_INT(op_id)), err);
}

/* ---- columns ---- */

static bool keep_column(const struct aside *aside, struct change *change, struct str table_id, struct str key,
			bool retyped, bool has_cells, struct error *err)
{
	return store_run_sql(
		change->conn,
		SQL("INSERT INTO aside_column SELECT ?1, ?4, ?5, c.table_id, c.key, c.position, c.name, c.type, "
		    "c.data, "
		    "c.width, c.frozen, c.more, n.last FROM column_def AS c LEFT JOIN auto_number AS n "
		    "ON n.table_id = c.table_id AND n.column_key = c.key WHERE c.table_id = ?2 AND c.key = ?3",
		    SQL_INT(aside->id), SQL_STR(table_id), SQL_STR(key), SQL_INT(retyped), SQL_INT(has_cells)),
		err);
}

static struct str cells_name(const struct aside *aside, struct arena *arena, struct str key)
{
	assert(key_is_safe(key));
	return str_format(arena, "aside_%lld_%.*s", (long long)aside->id, STR_ARG(key));
}

bool aside_column(const struct aside *aside, struct change *change, struct str table_id, const struct column *column,
		  struct error *err)
{
	bool stored = column_is_stored(column);

	return keep_column(aside, change, table_id, column->key, false, stored, err) &&
	       column_delete_definition(change, table_id, column, err) &&
	       (!stored || (auto_index_drop(change->conn, change->arena, table_id, column->key, err) &&
			    row_table_rename_column(change->conn, change->arena, table_id, column->key,
						    cells_name(aside, change->arena, column->key), err)));
}

bool aside_copy_column(const struct aside *aside, struct change *change, struct str table_id,
		       const struct column *column, struct error *err)
{
	struct str cells = cells_name(aside, change->arena, column->key), key = column->key;

	if (!keep_column(aside, change, table_id, key, true, column_is_stored(column), err))
		return false;
	if (!column_is_stored(column))
		return true;
	return row_table_add_column(change->conn, change->arena, table_id, cells, column->type->sqlite_type, err) &&
	       store_exec(change->conn,
			  str_format(change->arena,
				     "UPDATE \"rows_%.*s\" SET \"%.*s\" = \"%.*s\" WHERE \"%.*s\" IS NOT NULL",
				     STR_ARG(table_id), STR_ARG(cells), STR_ARG(key), STR_ARG(key))
				  .at,
			  err);
}

/* ---- links ---- */

bool aside_link(const struct aside *aside, struct change *change, const struct column *column, struct error *err)
{
	const struct link *link = column->link;
	const struct table *table = NULL;
	const struct column *partner = link_partner(change->model, column, &table);

	if (partner && (!keep_column(aside, change, table->id, partner->key, false, false, err) ||
			!column_delete_definition(change, table->id, partner, err)))
		return false;
	return store_run_sql(change->conn,
			     SQL("INSERT INTO aside_link VALUES (?1, ?2, ?3, ?4)", SQL_INT(aside->id),
				 SQL_STR(link->id), SQL_STR(link->table_id), SQL_STR(link->other_table_id)),
			     err) &&
	       store_exec(change->conn,
			  str_format(change->arena,
				     "DROP INDEX IF EXISTS \"links_%.*s_back\"; "
				     "ALTER TABLE \"links_%.*s\" RENAME TO \"aside_%lld_links_%.*s\"",
				     STR_ARG(link->id), STR_ARG(link->id), (long long)aside->id, STR_ARG(link->id))
				  .at,
			  err);
}

/* ---- tables ---- */

bool aside_table(const struct aside *aside, struct change *change, const struct table *table, struct error *err)
{
	static const char *const kept[] = {
		"INSERT INTO aside_table SELECT ?1, id, position, name, more, created_at FROM table_def WHERE id = ?2",
		"INSERT INTO aside_view SELECT ?1, table_id, id, position, name, type, body FROM view_def WHERE "
		"table_id = ?2",
		"INSERT INTO aside_comment SELECT ?1, id, table_id, row_id, author, text, created_at, updated_at, "
		"resolved "
		"FROM comment WHERE table_id = ?2",
		"INSERT INTO aside_column SELECT ?1, 0, 0, c.table_id, c.key, c.position, c.name, c.type, c.data, "
		"c.width, "
		"c.frozen, c.more, n.last FROM column_def AS c LEFT JOIN auto_number AS n ON n.table_id = c.table_id "
		"AND n.column_key = c.key WHERE c.table_id = ?2",
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (!store_run_sql(change->conn, SQL_TEXT(str_from_c(kept[i]), SQL_INT(aside->id), SQL_STR(table->id)),
				   err))
			return false;
	}
	/* They are the table's, and would keep its name. */
	return run_found(change,
			 "SELECT printf('DROP INDEX IF EXISTS \"auto_%s_%s\"', table_id, column_key) FROM "
			 "derived_auto_index "
			 "WHERE table_id IN (SELECT id FROM aside_table WHERE aside_id = ?1)",
			 aside->id, err) &&
	       auto_index_drop(change->conn, change->arena, table->id, (struct str){ 0 }, err) &&
	       store_exec(change->conn,
			  str_format(change->arena, "ALTER TABLE \"rows_%.*s\" RENAME TO \"aside_%lld_rows_%.*s\"",
				     STR_ARG(table->id), (long long)aside->id, STR_ARG(table->id))
				  .at,
			  err);
}
