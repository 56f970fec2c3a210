/* A base, whole: every table with its rows, and every link with its pairs, as clients that keep a copy of a base ask
 * for it (base-operations.md 5). All of it is read in one snapshot. Also how large it is. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "model/link.h"
#include "store/sql.h"

static bool write_rows(struct base_read *read, struct arena *arena, const struct table *table, struct json_out *out,
		       struct error *err)
{
	struct row_output output;
	sqlite3_stmt *stmt;
	bool ok = true, row;

	row_output_init(&output, arena, read->conn, table, NULL, FORM_OPERATION);
	if (!store_prepare(read->conn,
			   str_format(arena, "SELECT %.*s FROM \"rows_%.*s\" ORDER BY _n", STR_ARG(output.select),
				      STR_ARG(table->id)),
			   &stmt, err))
		return false;
	json_key(out, "rows");
	json_array(out);
	while (ok && (ok = store_step(read->conn, stmt, &row, err)) && row)
		ok = row_output_write(&output, stmt, out, err) &&
		     (!buf_failed(out->buf) || FAIL(err, answer_too_large));
	store_reset(stmt);
	json_array_end(out);
	json_key(out, "id_row_map");
	json_raw(out, STR("{}"));
	return ok;
}

/* {"<row>": [rows of the other side]}, from one side. */
static bool write_pairs(struct base_read *read, struct arena *arena, const struct link *link, int side,
			struct json_out *out, struct error *err)
{
	struct str sql = str_format(arena, "SELECT row%d, row%d FROM \"links_%.*s\" ORDER BY row%d, order%d", side,
				    3 - side, STR_ARG(link->id), side, side);
	struct str own = STR("");
	sqlite3_stmt *stmt;
	bool ok, row, open = false;

	if (!store_prepare(read->conn, sql, &stmt, err))
		return false;
	json_object(out);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row) {
		if (!open || !str_equal(own, store_column_str(stmt, 0))) {
			if (open)
				json_array_end(out);
			own = store_column_copy(arena, stmt, 0);
			json_key_str(out, own);
			json_array(out);
			open = true;
		}
		json_string(out, store_column_str(stmt, 1));
	}
	if (open)
		json_array_end(out);
	json_object_end(out);
	return ok;
}

static bool write_link(struct base_read *read, struct arena *arena, const struct link *link, struct json_out *out,
		       struct error *err)
{
	json_object(out);
	json_field_str(out, "_id", link->id);
	json_field_str(out, "table1_id", link->table_id);
	json_field_str(out, "table2_id", link->other_table_id);
	json_key(out, "table1_table2_map");
	if (!write_pairs(read, arena, link, 1, out, err))
		return false;
	json_key(out, "table2_table1_map");
	if (!write_pairs(read, arena, link, 2, out, err))
		return false;
	json_object_end(out);
	return true;
}

static bool write_links(struct base_read *read, struct arena *arena, struct json_out *out, struct error *err)
{
	json_key(out, "links");
	json_array(out);
	for (size_t t = 0; t < read->model->table_count; t++) {
		const struct table *table = &read->model->tables[t];

		for (size_t c = 0; c < table->column_count; c++) {
			const struct link *link = table->columns[c]->link;

			if (link && !link->reversed && !write_link(read, arena, link, out, err))
				return false;
		}
	}
	json_array_end(out);
	return true;
}

static bool write_whole(struct base_read *read, struct arena *arena, struct json_out *out, struct error *err)
{
	int64_t version;

	if (!base_version_read(read->conn, &version, err) || !base_read_refresh(read, err))
		return false;
	json_object(out);
	model_write_head(read->model, version, out);
	json_key(out, "statistics");
	json_raw(out, STR("[]"));
	if (!write_links(read, arena, out, err))
		return false;
	json_key(out, "tables");
	json_array(out);
	for (size_t t = 0; t < read->model->table_count; t++) {
		json_object(out);
		table_write_members(&read->model->tables[t], out);
		if (!write_rows(read, arena, &read->model->tables[t], out, err))
			return false;
		json_object_end(out);
	}
	json_array_end(out);
	json_object_end(out);
	return true;
}

bool base_write_whole(struct base *base, struct arena *arena, struct json_out *out, struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = write_whole(&read, arena, out, err);
	base_read_end(&read);
	return ok;
}

bool base_write_tables(struct base *base, struct json_out *out, struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = base_read_refresh(&read, err);
	json_array(out);
	for (size_t i = 0; ok && i < read.model->table_count; i++)
		table_write(&read.model->tables[i], out);
	json_array_end(out);
	base_read_end(&read);
	return ok;
}

bool base_write_table(struct base *base, const struct table_ref *ref, struct json_out *out, struct error *err)
{
	const struct table *table = NULL;
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = base_read_refresh(&read, err) && (table = model_find_table(read.model, ref, err));
	if (ok)
		table_write(table, out);
	base_read_end(&read);
	return ok;
}

/* ---- size ---- */

static bool write_size(struct base_read *read, struct arena *arena, struct json_out *out, struct error *err)
{
	int64_t rows = 0, count, bytes;

	json_field_str(out, "id", str_from_c(read->base->uuid));
	json_key(out, "tables");
	json_array(out);
	for (size_t i = 0; i < read->model->table_count; i++) {
		const struct table *table = &read->model->tables[i];
		struct str sql = str_format(arena, "SELECT count(*) FROM \"rows_%.*s\"", STR_ARG(table->id));

		if (!store_find_number(read->conn, SQL_TEXT(sql, { 0 }), &count, err))
			return false;
		json_object(out);
		json_field_str(out, "id", table->id);
		json_field_str(out, "name", table->name);
		json_field_int(out, "rows", count);
		json_object_end(out);
		rows += count;
	}
	json_array_end(out);
	if (!store_find_number(read->conn,
			       SQL_ALONE("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
			       &bytes, err))
		return false;
	json_field_int(out, "storage", bytes);
	json_field_int(out, "rows", rows);
	return true;
}

bool base_write_size(struct base *base, struct arena *arena, struct json_out *out, struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	json_object(out);
	ok = write_size(&read, arena, out, err);
	json_object_end(out);
	base_read_end(&read);
	return ok;
}
