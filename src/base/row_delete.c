/* Deleting rows. The journal keeps them whole, with the row above each, so that they can come back to their places;
 * many rows make several operations, because one must not grow without bound. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"

enum { BYTES_AN_OPERATION = 8 << 20 };

struct deletion {
	const struct table_ref *ref;
	const cJSON *row_ids;
	int64_t deleted;
	const struct table *table;
	struct str select_sql, above_sql, delete_sql;
	/* What the operation at hand gathers: the items of its JSON lists. */
	struct gathered {
		struct buf buf;
		struct json_out out;
	} ids, rows, above, links;
	int64_t gathered;
};

static void prepare_sql(struct deletion *deletion, struct arena *arena)
{
	struct buf columns;

	buf_init(&columns, 1 << 20);
	for (size_t i = 0; i < deletion->table->column_count; i++) {
		if (column_is_stored(deletion->table->columns[i]))
			buf_printf(&columns, ", \"%.*s\"", STR_ARG(deletion->table->columns[i]->key));
	}
	deletion->select_sql = str_format(arena,
					  "SELECT _n, _id, _ctime, _mtime, _creator, _last_modifier, _locked_by, "
					  "_archived%.*s FROM \"rows_%.*s\" "
					  "WHERE _id = ?1",
					  STR_ARG(buf_str(&columns)), STR_ARG(deletion->table->id));
	deletion->above_sql = str_format(arena, "SELECT _id FROM \"rows_%.*s\" WHERE _n < ?1 ORDER BY _n DESC LIMIT 1",
					 STR_ARG(deletion->table->id));
	deletion->delete_sql =
		str_format(arena, "DELETE FROM \"rows_%.*s\" WHERE _n = ?1", STR_ARG(deletion->table->id));
	buf_free(&columns);
}

static void write_time(struct json_out *out, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	json_key(out, key);
	json_string(out, (struct str){ text, clock_format_utc_ms(ms, text) });
}

/* The row that `stmt` stands on, whole. */
static void write_row(const struct table *table, sqlite3_stmt *stmt, struct json_out *out)
{
	int index = 8;

	json_object(out);
	json_field_str(out, "_id", store_column_str(stmt, 1));
	write_time(out, "_ctime", store_column_int(stmt, 2));
	write_time(out, "_mtime", store_column_int(stmt, 3));
	json_field_str(out, "_creator", store_column_str(stmt, 4));
	json_field_str(out, "_last_modifier", store_column_str(stmt, 5));
	if (!store_column_is_null(stmt, 6))
		json_field_str(out, "_locked_by", store_column_str(stmt, 6));
	if (store_column_int(stmt, 7) != 0)
		json_field_bool(out, "_archived", true);
	for (size_t i = 0; i < table->column_count; i++) {
		struct cell cell;

		if (!column_is_stored(table->columns[i]))
			continue;
		cell_fetch(stmt, index++, table->columns[i], &cell);
		if (cell.kind == CELL_EMPTY)
			continue;
		json_key_prepared(out, table->columns[i]->json_key);
		cell_write(table->columns[i], &cell, FORM_OPERATION, out);
	}
	json_object_end(out);
}

static void gather_begin(struct gathered *gathered)
{
	buf_clear(&gathered->buf);
	gathered->out = json_out_to(&gathered->buf);
}

static void write_gathered(struct json_out *out, const char *key, const struct gathered *gathered, bool one)
{
	json_key(out, key);
	if (!one)
		json_array(out);
	json_raw(out, buf_str(&gathered->buf));
	if (!one)
		json_array_end(out);
}

/* delete_row for one, delete_rows for more (clients.md 8). */
static bool store_operation(struct deletion *deletion, struct change *change, struct error *err)
{
	bool one = deletion->gathered == 1, ok;
	struct journal journal;

	if (deletion->gathered == 0)
		return true;
	journal_open(&journal, one ? "delete_row" : "delete_rows", deletion->table->id);
	write_gathered(&journal.out, one ? "row_id" : "row_ids", &deletion->ids, one);
	write_gathered(&journal.out, one ? "deleted_row" : "deleted_rows", &deletion->rows, one);
	write_gathered(&journal.out, one ? "upper_row_id" : "upper_row_ids", &deletion->above, one);
	json_key(&journal.out, "deleted_links_data");
	json_object(&journal.out);
	json_raw(&journal.out, buf_str(&deletion->links.buf));
	json_object_end(&journal.out);
	ok = !buf_failed(&deletion->rows.buf) || FAIL(err, request_too_complex);
	ok = ok && journal_store(&journal, change, err) &&
	     journal_note_rows(&journal, change, buf_str(&deletion->ids.buf), err);
	journal_free(&journal);
	deletion->gathered = 0;
	gather_begin(&deletion->ids);
	gather_begin(&deletion->rows);
	gather_begin(&deletion->above);
	gather_begin(&deletion->links);
	return ok;
}

/* The id of the row above; "" for the first row. */
static bool write_above(struct deletion *deletion, struct change *change, int64_t place, struct error *err)
{
	sqlite3_stmt *stmt;
	bool found;

	if (!store_prepare(change->conn, deletion->above_sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, place);
	if (!store_step(change->conn, stmt, &found, err))
		return false;
	json_string(&deletion->above.out, found ? store_column_str(stmt, 0) : STR(""));
	if (found)
		store_reset(stmt);
	return true;
}

static bool delete_row(struct deletion *deletion, struct change *change, struct str id, struct error *err)
{
	sqlite3_stmt *stmt;
	int64_t place;
	bool found;

	if (!store_prepare(change->conn, deletion->select_sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, id);
	if (!store_step(change->conn, stmt, &found, err))
		return false;
	if (!found)
		return true;
	place = store_column_int(stmt, 0);
	json_string(&deletion->ids.out, id);
	write_row(deletion->table, stmt, &deletion->rows.out);
	store_reset(stmt);
	if (!write_above(deletion, change, place, err) ||
	    !link_drop_row(change, deletion->table, id, &deletion->links.out, err) ||
	    !comment_drop_row(change, id, err) || !store_prepare(change->conn, deletion->delete_sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, place);
	if (!store_run(change->conn, stmt, err))
		return false;
	deletion->deleted++;
	deletion->gathered++;
	return deletion->rows.buf.len < BYTES_AN_OPERATION || store_operation(deletion, change, err);
}

static bool delete_all(struct deletion *deletion, struct change *change, struct error *err)
{
	const cJSON *id = NULL;

	deletion->table = change_find_table(change, deletion->ref, err);
	if (!deletion->table)
		return false;
	prepare_sql(deletion, change->arena);
	cJSON_ArrayForEach(id, deletion->row_ids)
	{
		if (!delete_row(deletion, change, json_str(id), err))
			return false;
	}
	return store_operation(deletion, change, err);
}

bool rows_delete(struct change *change, const struct table_ref *table, const cJSON *row_ids, int64_t *deleted,
		 struct error *err)
{
	struct deletion deletion = { .ref = table, .row_ids = row_ids };
	struct gathered *gathered[] = { &deletion.ids, &deletion.rows, &deletion.above, &deletion.links };
	bool ok;

	for (size_t i = 0; i < sizeof(gathered) / sizeof(gathered[0]); i++) {
		buf_init(&gathered[i]->buf, JOURNAL_MAX_BYTES);
		gather_begin(gathered[i]);
	}
	ok = delete_all(&deletion, change, err);
	*deleted = deletion.deleted;
	for (size_t i = 0; i < sizeof(gathered) / sizeof(gathered[0]); i++)
		buf_free(&gathered[i]->buf);
	return ok;
}

struct delete_rows {
	const struct table_ref *table;
	const cJSON *row_ids;
	int64_t deleted;
};

static bool delete_job(struct change *change, void *ctx, struct error *err)
{
	struct delete_rows *delete = ctx;

	return rows_delete(change, delete->table, delete->row_ids, &delete->deleted, err);
}

bool base_delete_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, const cJSON *row_ids, int64_t *deleted, struct error *err)
{
	struct delete_rows delete = { .table = table, .row_ids = row_ids };
	struct change change = change_new(base, arena, actor);
	bool ok = check_row_ids(row_ids, err) && change_run(&change, delete_job, &delete, err);

	*deleted = delete.deleted;
	change_end(&change);
	return ok;
}
