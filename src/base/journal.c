/* The journal: every change as one row of the table `operation`, in the transaction that makes it. An operation's JSON
 * is what SeaTable's clients know (clients.md 8): values by column key, options by id, dates as stored, and the old
 * values of what it changes, so that it can be undone. New rows carry their _id and cells; their author and times are
 * the operation's own. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "store/sql.h"

enum { JOURNAL_MAX_OLD_CELLS = 10000 };

void journal_open(struct journal *journal, const char *op_type, struct str table_id)
{
	buf_init(&journal->buf, JOURNAL_MAX_BYTES);
	journal->out = json_out_to(&journal->buf);
	journal->op_type = op_type;
	journal->table_id = table_id;
	json_object(&journal->out);
	json_field_c(&journal->out, "op_type", op_type);
	if (table_id.at)
		json_field_str(&journal->out, "table_id", table_id);
}

bool journal_store(struct journal *journal, struct change *change, struct error *err)
{
	sqlite3_stmt *stmt;

	json_object_end(&journal->out);
	if (buf_failed(&journal->buf))
		return FAIL(err, request_too_complex);
	if (!store_prepare_c(change->conn,
			     "INSERT INTO operation(op_type, op_time, author, app, table_id, detail) "
			     "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			     &stmt, err))
		return false;
	store_bind_c(stmt, 1, journal->op_type);
	store_bind_int(stmt, 2, change->now_ms);
	store_bind_str(stmt, 3, change->actor->author);
	store_bind_str(stmt, 4, change->actor->app);
	store_bind_str(stmt, 5, journal->table_id);
	store_bind_str(stmt, 6, buf_str(&journal->buf));
	if (!store_run(change->conn, stmt, err))
		return false;
	journal->id = store_last_rowid(change->conn);
	return true;
}

bool journal_note_rows(const struct journal *journal, struct change *change, struct str row_ids, struct error *err)
{
	struct str list = str_format(change->arena, "[%.*s]", STR_ARG(row_ids));

	return store_run_sql(
		change->conn,
		SQL("INSERT INTO derived_row_change(row_id, operation_id) SELECT value, ?2 FROM json_each(?1)",
		    SQL_STR(list), SQL_INT(journal->id)),
		err);
}

void journal_free(struct journal *journal)
{
	buf_free(&journal->buf);
}

/* Is the column filled in so many rows that the journal leaves its old cells out? */
static bool has_many_cells(struct store_conn *conn, struct arena *arena, const struct table *table,
			   const struct column *column, bool *many, struct error *err)
{
	struct str sql = str_format(arena, "SELECT 1 FROM \"rows_%.*s\" WHERE \"%.*s\" IS NOT NULL LIMIT 1 OFFSET %d",
				    STR_ARG(table->id), STR_ARG(column->key), JOURNAL_MAX_OLD_CELLS);
	sqlite3_stmt *stmt;

	if (!store_prepare(conn, sql, &stmt, err) || !store_step(conn, stmt, many, err))
		return false;
	store_reset(stmt);
	return true;
}

bool journal_column_cells(struct journal *journal, struct store_conn *conn, struct arena *arena, const char *member,
			  const struct table *table, const struct column *column, struct error *err)
{
	struct json_out *out = &journal->out;
	sqlite3_stmt *stmt;
	bool ok, row, many;

	if (!column_is_stored(column))
		return true;
	if (!has_many_cells(conn, arena, table, column, &many, err))
		return false;
	if (many)
		return true;
	if (!store_prepare(conn,
			   str_format(arena,
				      "SELECT _id, \"%.*s\" FROM \"rows_%.*s\" WHERE \"%.*s\" IS NOT NULL ORDER BY _n",
				      STR_ARG(column->key), STR_ARG(table->id), STR_ARG(column->key)),
			   &stmt, err))
		return false;
	json_key(out, member);
	json_array(out);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		struct cell cell;

		cell_fetch(stmt, 1, column, &cell);
		json_object(out);
		json_field_str(out, "_id", store_column_str(stmt, 0));
		json_key_prepared(out, column->json_key);
		cell_write(column, &cell, FORM_OPERATION, out);
		json_object_end(out);
	}
	json_array_end(out);
	return ok;
}

/* ---- reading ---- */

void field_time_z(struct json_out *out, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	json_key(out, key);
	json_string(out, (struct str){ text, clock_format_z_ms(ms, text) });
}

static bool read_operations(struct store_conn *conn, int64_t after,
			    bool (*sink)(void *ctx, const struct base_operation *operation), void *ctx,
			    struct error *err)
{
	sqlite3_stmt *stmt;
	bool row = false;
	bool wants_more = true;

	if (!store_prepare_c(conn,
			     "SELECT id, op_time, op_type, table_id, author, app, detail FROM operation "
			     "WHERE id > ?1 ORDER BY id",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, after);
	while (wants_more) {
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			return true;
		struct base_operation operation = {
			.id = store_column_int(stmt, 0),
			.op_time = store_column_int(stmt, 1),
			.op_type = store_column_str(stmt, 2),
			.table_id = store_column_str(stmt, 3),
			.author = store_column_str(stmt, 4),
			.app = store_column_str(stmt, 5),
			.detail = store_column_str(stmt, 6),
		};
		wants_more = sink(ctx, &operation);
	}
	store_reset(stmt);
	return true;
}

bool base_read_operations(struct base *base, int64_t after,
			  bool (*sink)(void *ctx, const struct base_operation *operation), void *ctx, struct error *err)
{
	struct store_conn *conn;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	bool ok = read_operations(conn, after, sink, ctx, err);
	store_read_end(base->db, &conn);
	return ok;
}

/* Which operations a list holds. */
static const char *const listed[] = {
	[OPERATIONS_ALL] = "SELECT id, author, app, op_time, detail FROM operation ORDER BY id DESC LIMIT ?1 OFFSET ?2",
	[OPERATIONS_DELETING] = "SELECT id, author, app, op_time, detail FROM operation "
				"WHERE op_type IN ('delete_row', 'delete_rows', 'delete_column', 'delete_table') "
				"ORDER BY id DESC LIMIT ?1 OFFSET ?2",
	[OPERATIONS_ARCHIVING] =
		"SELECT id, author, app, op_time, detail FROM operation "
		"WHERE op_type IN ('archive_rows', 'unarchive_rows') ORDER BY id DESC LIMIT ?1 OFFSET ?2",
};

static bool write_operations(struct base *base, struct store_conn *conn, enum base_operations which, int page,
			     int per_page, struct json_out *out, struct error *err)
{
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(conn, str_from_c(listed[which]), &stmt, err))
		return false;
	store_bind_int(stmt, 1, per_page);
	store_bind_int(stmt, 2, ((int64_t)page - 1) * per_page);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		json_object(out);
		json_field_int(out, "id", store_column_int(stmt, 0));
		json_field_int(out, "op_id", store_column_int(stmt, 0));
		json_field_str(out, "dtable_uuid", str_from_c(base->uuid));
		json_field_str(out, "author", store_column_str(stmt, 1));
		json_field_str(out, "app", store_column_str(stmt, 2));
		json_field_int(out, "op_time", store_column_int(stmt, 3));
		json_field_str(out, "operation", store_column_str(stmt, 4));
		json_object_end(out);
	}
	return ok;
}

bool base_list_operations(struct base *base, enum base_operations which, int page, int per_page, struct json_out *out,
			  struct error *err)
{
	struct store_conn *conn;
	bool ok;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	json_array(out);
	ok = write_operations(base, conn, which, page, per_page, out, err);
	json_array_end(out);
	store_read_end(base->db, &conn);
	return ok;
}

bool base_list_deleted_rows(struct base *base, int page, int per_page, struct json_out *out, struct error *err)
{
	struct store_conn *conn;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	ok = store_prepare_c(
		conn,
		"SELECT json_set(item.value, '$.table_id', operation.table_id) FROM operation, "
		"json_each(CASE op_type WHEN 'delete_row' THEN json_array(json_extract(detail, '$.deleted_row')) "
		"ELSE json_extract(detail, '$.deleted_rows') END) AS item "
		"WHERE op_type IN ('delete_row', 'delete_rows') ORDER BY operation.id DESC, item.key LIMIT ?1 OFFSET "
		"?2",
		&stmt, err);
	if (ok) {
		store_bind_int(stmt, 1, per_page);
		store_bind_int(stmt, 2, ((int64_t)page - 1) * per_page);
	}
	json_array(out);
	while (ok && (ok = store_step(conn, stmt, &row, err)) && row) {
		json_raw(out, store_column_str(stmt, 0));
	}
	json_array_end(out);
	store_read_end(base->db, &conn);
	return ok;
}
