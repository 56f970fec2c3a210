/* What happened to a row: its creation, changes and deletion, newest first, read from the journal
 * (base-operations.md 3.10-53). */
#include "base/base_internal.h"

#include <string.h>

#include "core/json_in.h"
#include "store/sql.h"

enum { DETAIL_MEMORY = 256 << 20, MAX_DETAIL_BYTES = 32 << 20 };

/* The row, there or gone. */
struct traced_row {
	struct str id;
	const struct table *table; /* NULL: the table is gone, or nothing is known of the row */
	int64_t ctime;             /* 0 = unknown */
	int64_t changes;           /* operations that changed or deleted it */
	int64_t insertion;         /* the operation that made it, 0 = unknown */
};

/* ---- finding ---- */

static bool find_in_tables(struct base_read *read, struct arena *arena, struct traced_row *traced, struct error *err)
{
	for (size_t i = 0; i < read->model->table_count && !traced->table; i++) {
		const struct table *table = &read->model->tables[i];
		struct str sql =
			str_format(arena, "SELECT _ctime FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(table->id));

		if (!store_find_number(read->conn, SQL_TEXT(sql, SQL_STR(traced->id)), &traced->ctime, err))
			return false;
		if (traced->ctime != 0)
			traced->table = table;
	}
	return true;
}

static void read_text(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	*(struct str *)item = store_column_copy(arena, stmt, 0);
}

/* A deleted row: its last operation tells its table and when it was made. */
static bool find_deleted(struct base_read *read, struct arena *arena, struct traced_row *traced, struct error *err)
{
	struct table_ref ref = { 0 };
	struct error ignored;
	bool found;

	if (!store_find_row(read->conn, arena,
			    SQL("SELECT table_id FROM operation WHERE id = "
				"(SELECT max(operation_id) FROM derived_row_change WHERE row_id = ?1)",
				SQL_STR(traced->id)),
			    read_text, &ref.id, &found, err))
		return false;
	if (!found)
		return true;
	traced->table = model_find_table(read->model, &ref, &ignored);
	/* The deleted row stands in the operation alone or in a list; its time is text there. */
	return store_find_number(
		read->conn,
		SQL("SELECT CAST(round((julianday(coalesce(json_extract(detail, '$.deleted_row._ctime'), "
		    "(SELECT json_extract(value, '$._ctime') FROM json_each(detail, '$.deleted_rows') "
		    "WHERE json_extract(value, '$._id') = ?1))) - 2440587.5) * 86400000.0) AS INTEGER) "
		    "FROM operation WHERE id = (SELECT max(operation_id) FROM derived_row_change WHERE row_id = ?1)",
		    SQL_STR(traced->id)),
		&traced->ctime, err);
}

static bool find_insertion(struct base_read *read, struct arena *arena, struct traced_row *traced, struct error *err)
{
	struct str mark = str_format(arena, "\"_id\":\"%.*s\"", STR_ARG(traced->id));

	if (traced->ctime == 0 || !traced->table)
		return true;
	return store_find_number(
		read->conn,
		SQL("SELECT id FROM operation WHERE op_time = ?1 AND table_id = ?2 "
		    "AND op_type IN ('insert_row', 'append_rows', 'insert_rows') AND instr(detail, ?3)",
		    SQL_INT(traced->ctime), SQL_STR(traced->table->id), SQL_STR(mark)),
		&traced->insertion, err);
}

static bool trace(struct base_read *read, struct arena *arena, struct traced_row *traced, struct error *err)
{
	return find_in_tables(read, arena, traced, err) && (traced->table || find_deleted(read, arena, traced, err)) &&
	       find_insertion(read, arena, traced, err) &&
	       store_find_number(read->conn,
				 SQL("SELECT count(*) FROM derived_row_change WHERE row_id = ?1", SQL_STR(traced->id)),
				 &traced->changes, err);
}

/* ---- one operation, as it concerns the row ---- */

/* The row's cells after and before; either may be NULL. */
struct cells {
	const cJSON *after, *before;
};

static const cJSON *by_id(const cJSON *list, struct str id)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, list)
	{
		if (str_equal(json_get_str(row, "_id"), id))
			return row;
	}
	return NULL;
}

/* Operations on one row and on several say the same in different places (clients.md 8). */
static struct cells cells_of(const cJSON *detail, struct str op_type, struct str id, const char *id_text)
{
	if (str_equal_c(op_type, "insert_row"))
		return (struct cells){ .after = json_get(detail, "row_data") };
	if (str_equal_c(op_type, "append_rows") || str_equal_c(op_type, "insert_rows"))
		return (struct cells){ .after = by_id(json_get(detail, "row_datas"), id) };
	if (str_equal_c(op_type, "modify_row"))
		return (struct cells){ json_get(detail, "updated"), json_get(detail, "old_row") };
	if (str_equal_c(op_type, "modify_rows"))
		return (struct cells){ json_get(json_get(detail, "updated"), id_text),
				       json_get(json_get(detail, "old_rows"), id_text) };
	if (str_equal_c(op_type, "delete_row"))
		return (struct cells){ .before = json_get(detail, "deleted_row") };
	return (struct cells){ .before = by_id(json_get(detail, "deleted_rows"), id) };
}

static const char *activity_type(struct str op_type)
{
	if (str_starts_with(op_type, STR("modify")))
		return "modify_row";
	return str_starts_with(op_type, STR("delete")) ? "delete_row" : "insert_row";
}

static void write_value(struct json_out *out, const char *key, const cJSON *value)
{
	json_key(out, key);
	if (value)
		json_tree(out, value);
	else
		json_null(out);
}

/* Columns that are gone by now are left out: nobody can tell what their values meant. */
static void write_row_data(struct json_out *out, const struct table *table, struct cells cells)
{
	json_key(out, "row_data");
	json_array(out);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = table->columns[i];
		const cJSON *after = NULL, *before = NULL;

		if (column->type->storage == STORED_SYSTEM)
			continue;
		if (cells.after)
			after = cJSON_GetObjectItemCaseSensitive(cells.after, column->key.at);
		if (cells.before)
			before = cJSON_GetObjectItemCaseSensitive(cells.before, column->key.at);
		if (!after && !before)
			continue;
		json_object(out);
		json_field_str(out, "column_key", column->key);
		json_field_str(out, "column_name", column->name);
		json_field_c(out, "column_type", column->type->name);
		write_value(out, "column_data", column->data_tree);
		write_value(out, "value", after);
		write_value(out, "old_value", before);
		json_object_end(out);
	}
	json_array_end(out);
}

static void write_detail(struct json_out *out, struct arena *arena, const struct traced_row *traced, struct str op_type,
			 struct str name, struct str text)
{
	struct error ignored;
	cJSON *detail;

	json_key(out, "detail");
	json_object(out);
	json_field_str(out, "table_id", traced->table->id);
	json_field_str(out, "table_name", traced->table->name);
	json_field_str(out, "row_name", name.at ? name : STR(""));
	json_field_c(out, "row_name_option", "");
	if (text.len > MAX_DETAIL_BYTES) {
		json_key(out, "row_data");
		json_raw(out, STR("[]"));
		json_field_bool(out, "is_cut", true);
	} else if (json_parse(arena, text, &detail, &ignored)) {
		write_row_data(out, traced->table, cells_of(detail, op_type, traced->id, str_to_c(arena, traced->id)));
	}
	json_object_end(out);
}

static void write_activity(struct base *base, sqlite3_stmt *stmt, const struct traced_row *traced, struct str name,
			   struct json_out *out)
{
	struct arena *arena = arena_new(DETAIL_MEMORY);
	struct str op_type = store_column_str(stmt, 1);

	json_object(out);
	json_field_int(out, "id", store_column_int(stmt, 0));
	json_field_str(out, "dtable_uuid", str_from_c(base->uuid));
	json_field_str(out, "row_id", traced->id);
	json_field_int(out, "row_count", 1);
	json_field_str(out, "op_user", store_column_str(stmt, 3));
	json_field_str(out, "op_app", store_column_is_null(stmt, 4) ? STR("") : store_column_str(stmt, 4));
	json_field_c(out, "op_type", activity_type(op_type));
	field_time_z(out, "op_time", store_column_int(stmt, 2));
	write_detail(out, arena, traced, op_type, name, store_column_str(stmt, 5));
	json_object_end(out);
	arena_free(&arena);
}

/* ---- the page ---- */

/* What the row is called now: its first cell. */
static bool read_name(struct base_read *read, struct arena *arena, const struct traced_row *traced, struct str *name,
		      struct error *err)
{
	const struct column *first = traced->table->columns[0];
	sqlite3_stmt *stmt;
	struct cell cell;
	bool row;

	*name = STR("");
	if (!column_is_stored(first))
		return true;
	if (!store_prepare(read->conn,
			   str_format(arena, "SELECT \"%.*s\" FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(first->key),
				      STR_ARG(traced->table->id)),
			   &stmt, err))
		return false;
	store_bind_str(stmt, 1, traced->id);
	if (!store_step(read->conn, stmt, &row, err))
		return false;
	if (!row)
		return true;
	cell_fetch(stmt, 0, first, &cell);
	*name = str_copy(arena, cell_display(first, &cell, arena));
	store_reset(stmt);
	return true;
}

/* The creation comes last, behind all changes. */
static bool write_page(struct base_read *read, struct arena *arena, const struct traced_row *traced, int page,
		       int per_page, struct json_out *out, struct error *err)
{
	sqlite3_stmt *stmt;
	struct str name;
	bool ok, row;

	if (!read_name(read, arena, traced, &name, err) ||
	    !store_prepare_c(read->conn,
			     "SELECT id, op_type, op_time, author, app, detail FROM operation WHERE id IN "
			     "(SELECT operation_id FROM derived_row_change WHERE row_id = ?1 UNION ALL SELECT ?2) "
			     "ORDER BY id DESC LIMIT ?3 OFFSET ?4",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, traced->id);
	store_bind_int(stmt, 2, traced->insertion);
	store_bind_int(stmt, 3, per_page);
	store_bind_int(stmt, 4, ((int64_t)page - 1) * per_page);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row)
		write_activity(read->base, stmt, traced, name, out);
	return ok;
}

static bool list_activities(struct base_read *read, struct arena *arena, struct traced_row *traced, int page,
			    int per_page, struct json_out *out, struct error *err)
{
	if (!trace(read, arena, traced, err))
		return false;
	json_object(out);
	json_key(out, "activities");
	json_array(out);
	if (traced->table && !write_page(read, arena, traced, page, per_page, out, err))
		return false;
	json_array_end(out);
	json_field_int(out, "total_count", traced->table ? traced->changes + (traced->insertion != 0) : 0);
	json_object_end(out);
	return true;
}

bool base_list_activities(struct base *base, struct arena *arena, struct str row_id, int page, int per_page,
			  struct json_out *out, struct error *err)
{
	struct traced_row traced = { .id = row_id };
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = list_activities(&read, arena, &traced, page, per_page, out, err);
	base_read_end(&read);
	return ok;
}
