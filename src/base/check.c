/* Is a base's file sound? SQLite's own check, and ours: description and row tables must agree. */
#include "base/registry_internal.h"

#include "model/link.h"

static bool run_check(struct store_conn *conn, struct str sql, struct str table_id, struct buf *findings,
		      struct error *err)
{
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	if (table_id.at)
		store_bind_str(stmt, 1, table_id);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		buf_append_str(findings, store_column_str(stmt, 0));
		buf_append_byte(findings, '\n');
	}
	return ok;
}

/* Row tables that no table has. */
static const char strays[] =
	"SELECT 'no table for ' || name FROM sqlite_schema WHERE type = 'table' "
	"AND name LIKE 'rows\\_%' ESCAPE '\\' AND substr(name, 6) NOT IN (SELECT id FROM table_def)";

/* Indexes that made themselves, and their notes. */
static const char indexes[] =
	"SELECT 'no index auto_' || table_id || '_' || column_key FROM derived_auto_index "
	"WHERE 'auto_' || table_id || '_' || column_key NOT IN (SELECT name FROM sqlite_schema) "
	"UNION ALL SELECT 'nothing is known of the index ' || name FROM sqlite_schema WHERE type = 'index' "
	"AND name LIKE 'auto\\_%' ESCAPE '\\' "
	"AND name NOT IN (SELECT 'auto_' || table_id || '_' || column_key FROM derived_auto_index)";

static bool check_table(struct store_conn *conn, struct arena *arena, const struct table *table, struct buf *findings,
			struct error *err)
{
	struct str sql = str_format(arena, "SELECT 'rows_' || ?1 || ' lacks ' || value FROM json_each('[");
	const char *comma = "";

	for (size_t i = 0; i < table->column_count; i++) {
		if (!column_is_stored(table->columns[i]))
			continue;
		sql = str_format(arena, "%.*s%s\"%.*s\"", STR_ARG(sql), comma, STR_ARG(table->columns[i]->key));
		comma = ",";
	}
	sql = str_format(arena, "%.*s]') WHERE value NOT IN (SELECT name FROM pragma_table_info('rows_' || ?1))",
			 STR_ARG(sql));
	return run_check(conn, sql, table->id, findings, err);
}

/* Pairs of a link whose rows are not both there. */
static bool check_links(struct store_conn *conn, struct arena *arena, const struct table *table, struct buf *findings,
			struct error *err)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct link *link = table->columns[i]->link;
		struct str id = link ? link->id : STR("");
		bool ok;

		if (!link || link->reversed || !link->linked)
			continue;
		ok = run_check(conn,
			       str_format(arena,
					  "SELECT 'links_%.*s leads nowhere from ' || row1 || ' to ' || row2 "
					  "FROM \"links_%.*s\" WHERE row1 NOT IN (SELECT _id FROM \"rows_%.*s\") "
					  "OR row2 NOT IN (SELECT _id FROM \"rows_%.*s\") LIMIT 10",
					  STR_ARG(id), STR_ARG(id), STR_ARG(table->id), STR_ARG(link->linked->id)),
			       (struct str){ 0 }, findings, err);
		if (!ok)
			return false;
	}
	return true;
}

static bool check_agreement(struct base *base, struct arena *arena, struct buf *findings, struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = run_check(read.conn, STR(strays), (struct str){ 0 }, findings, err) &&
	     run_check(read.conn, STR(indexes), (struct str){ 0 }, findings, err);
	for (size_t i = 0; ok && i < read.model->table_count; i++)
		ok = check_table(read.conn, arena, &read.model->tables[i], findings, err) &&
		     check_links(read.conn, arena, &read.model->tables[i], findings, err);
	base_read_end(&read);
	return ok;
}

bool base_registry_check(struct base_registry *registry, struct str uuid, struct arena *arena, struct str *findings,
			 struct error *err)
{
	struct base *base = NULL;
	struct buf ours;
	bool ok;

	if (!base_acquire(registry, uuid, &base, err))
		return false;
	buf_init(&ours, 1 << 20);
	ok = store_check(base->db, arena, findings, err) && check_agreement(base, arena, &ours, err);
	if (ok && ours.len > 0)
		*findings = str_format(arena, "%.*s%s%.*s", STR_ARG(*findings), findings->len > 0 ? "\n" : "",
				       (int)(ours.len - 1), ours.at);
	buf_free(&ours);
	base_release(&base);
	return ok;
}
