/* Appending rows or changing those that are there already, told apart by the cells of key columns. The rows are
 * matched by one statement, which reads the table once for all of them unless an index helps; then those that match are
 * updated and the others appended, all in one change. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "core/json_make.h"

enum { MATCHED_AT_ONCE = 1000 };

/* One row object. */
struct given {
	const cJSON *object;
	const struct cell *keys[BASE_MAX_KEY_COLUMNS];
	struct str id; /* of the row that it matches, or that was appended; absent before */
	bool is_new;
};

struct upsert {
	const struct base_upsert_rows *query;
	const struct table *table;
	size_t key_columns[BASE_MAX_KEY_COLUMNS]; /* indexes in table->columns */
	size_t key_count;
	struct given *given;
	size_t count, inserted;
	int64_t updated;
};

/* ---- keys ---- */

static bool is_key_type(const struct column_type *type)
{
	return type->writable && type->storage != STORED_JSON && type->storage != STORED_SYSTEM;
}

static bool find_keys(struct upsert *upsert, struct error *err)
{
	const cJSON *name;

	cJSON_ArrayForEach(name, upsert->query->keys)
	{
		const struct column *column;
		size_t index = 0;

		if (upsert->key_count == BASE_MAX_KEY_COLUMNS)
			return FAIL_WITH(err, param_invalid, STR("key_columns"));
		column = change_find_column(upsert->table, json_str(name), err);
		if (!column)
			return false;
		if (!is_key_type(column->type))
			return FAIL_WITH(err, key_column_type, column->name);
		while (upsert->table->columns[index] != column)
			index++;
		upsert->key_columns[upsert->key_count++] = index;
	}
	return upsert->key_count > 0 || FAIL_WITH(err, param_missing, STR("key_columns"));
}

/* The row's key as people read it, for errors; and, with types that differ in text, to tell keys apart. */
static struct str key_text(const struct upsert *upsert, const struct given *given, struct arena *arena)
{
	struct json_out out;
	struct buf text;
	struct str copy;

	buf_init(&text, 1 << 20);
	out = json_out_to(&text);
	json_array(&out);
	for (size_t k = 0; k < upsert->key_count; k++)
		cell_write(upsert->table->columns[upsert->key_columns[k]], given->keys[k], FORM_NAMES, &out);
	json_array_end(&out);
	copy = str_copy(arena, buf_str(&text));
	buf_free(&text);
	return copy;
}

static bool read_key(struct upsert *upsert, struct row_batch *batch, struct given *given, struct error *err)
{
	struct input_row row;

	row_input_begin(&batch->input, &row);
	(void)row_input_add(&batch->input, &row, given->object);
	for (size_t k = 0; k < upsert->key_count; k++) {
		struct cell *cell = ARENA_NEW(batch->input.cell_input.arena, struct cell);

		if (row_input_has(&batch->input, &row, upsert->key_columns[k]))
			*cell = *row_input_cell(&batch->input, &row, upsert->key_columns[k]);
		if (cell->kind == CELL_EMPTY)
			return FAIL_WITH(err, key_empty, upsert->table->columns[upsert->key_columns[k]]->name);
		given->keys[k] = cell;
	}
	return true;
}

/* Options that a key names and its column lacks are made when the row is appended: here they match nothing. */
static bool read_keys(struct upsert *upsert, struct change *change, struct row_batch *batch, struct error *err)
{
	struct map *seen = map_new(change->arena, upsert->count);
	const cJSON *object;
	size_t i = 0;

	cJSON_ArrayForEach(object, upsert->query->rows)
	{
		struct given *given = &upsert->given[i++];
		struct str key;

		given->object = object;
		if (!read_key(upsert, batch, given, err))
			return false;
		key = key_text(upsert, given, change->arena);
		if (!map_put(seen, key, given))
			return FAIL_WITH(err, key_repeated, key);
	}
	return true;
}

/* ---- matching ---- */

/* Notes the key columns as uses; is there an index on one of them in which few rows have the same cell? Then the given
 * rows are looked up in it one by one. */
static bool choose_index(const struct upsert *upsert, struct change *change, struct index_uses *uses)
{
	bool found = false;

	for (size_t k = 0; k < upsert->key_count; k++) {
		const struct column *column = upsert->table->columns[upsert->key_columns[k]];
		struct index_use *use = index_use_add(uses, INDEX_JOIN, 0, upsert->table, column);

		if (!use)
			continue;
		use->is_chosen = auto_index_serves_lookups(change->conn, change->arena, use);
		found = found || use->is_chosen;
	}
	return found;
}

/* `rows` rows of (number, key, ...) against the table. */
static struct str match_sql(const struct upsert *upsert, struct arena *arena, size_t rows, bool by_index)
{
	struct buf sql;
	struct str text;

	buf_init(&sql, 1 << 20);
	buf_append_str(&sql, STR("WITH given(i"));
	for (size_t k = 0; k < upsert->key_count; k++)
		buf_printf(&sql, ", k%zu", k);
	buf_append_str(&sql, STR(") AS MATERIALIZED (VALUES "));
	for (size_t i = 0; i < rows; i++) {
		buf_append_str(&sql, i ? STR(", (?") : STR("(?"));
		for (size_t k = 0; k < upsert->key_count; k++)
			buf_append_str(&sql, STR(", ?"));
		buf_append_byte(&sql, ')');
	}
	buf_printf(&sql,
		   by_index ? ") SELECT given.i, r._id FROM given CROSS JOIN \"rows_%.*s\" AS r ON r." INDEX_TERM
			      " AND "
			    : ") SELECT given.i, r._id FROM \"rows_%.*s\" AS r JOIN given ON ",
		   STR_ARG(upsert->table->id));
	for (size_t k = 0; k < upsert->key_count; k++)
		buf_printf(&sql, "%sr.\"%.*s\" = given.k%zu", k ? " AND " : "",
			   STR_ARG(upsert->table->columns[upsert->key_columns[k]]->key), k);
	text = str_copy(arena, buf_str(&sql));
	buf_free(&sql);
	return text;
}

static void bind_given(const struct upsert *upsert, sqlite3_stmt *stmt, size_t rows)
{
	int parameter = 1;

	for (size_t i = 0; i < upsert->count && i < rows; i++) {
		store_bind_int(stmt, parameter++, (int64_t)i);
		for (size_t k = 0; k < upsert->key_count; k++)
			cell_bind(stmt, parameter++, upsert->given[i].keys[k]);
	}
}

/* A few sizes of the statement serve all requests: what stays unbound is NULL and matches nothing. */
static size_t statement_rows(size_t count)
{
	size_t rows = 1;

	while (rows < count)
		rows *= 10;
	return rows < MATCHED_AT_ONCE ? rows : MATCHED_AT_ONCE;
}

static bool match(struct upsert *upsert, struct change *change, struct error *err)
{
	size_t rows = statement_rows(upsert->count);
	struct index_uses uses = { 0 };
	bool ok, row, by_index = choose_index(upsert, change, &uses);
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, match_sql(upsert, change->arena, rows, by_index), &stmt, err))
		return false;
	sqlite3_clear_bindings(stmt);
	bind_given(upsert, stmt, rows);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		struct given *given = &upsert->given[store_column_int(stmt, 0)];

		if (given->id.at) {
			store_reset(stmt);
			return FAIL_WITH(err, key_ambiguous, key_text(upsert, given, change->arena));
		}
		given->id = store_column_copy(change->arena, stmt, 1);
	}
	auto_index_note(change->base, &uses, stmt);
	return ok;
}

/* ---- writing ---- */

static bool append_new(struct upsert *upsert, struct change *change, cJSON *rows, struct error *err)
{
	struct table_ref table = { .id = upsert->table->id };
	struct base_append_rows append = { .table = table,
					   .rows = rows,
					   .apply_default = upsert->query->apply_default };
	struct str *ids;
	size_t next = 0;

	if (!rows_append(change, &append, &ids, &upsert->inserted, err))
		return false;
	for (size_t i = 0; i < upsert->count; i++) {
		if (upsert->given[i].is_new)
			upsert->given[i].id = ids[next++];
	}
	return true;
}

static bool upsert_job(struct change *change, void *ctx, struct error *err)
{
	struct upsert *upsert = ctx;
	struct row_batch batch = { .ref = &upsert->query->table };
	cJSON *appends = json_make(change->arena, cJSON_Array, NULL);
	cJSON *updates = json_make(change->arena, cJSON_Array, NULL);
	struct table_ref table;
	bool ok = row_batch_begin(&batch, change, change->model, err);

	upsert->table = batch.table;
	ok = ok && find_keys(upsert, err) && read_keys(upsert, change, &batch, err) &&
	     (upsert->count == 0 || match(upsert, change, err));
	for (size_t i = 0; ok && i < upsert->count; i++) {
		struct given *given = &upsert->given[i];

		given->is_new = !given->id.at;
		if (given->is_new)
			json_make_append(appends, json_make_copy(change->arena, given->object, NULL));
		else
			json_make_append(updates, row_update_tree(change->arena, given->id,
								  json_make_copy(change->arena, given->object, NULL)));
	}
	if (ok)
		table = (struct table_ref){ .id = batch.table->id };
	ok = ok && (!appends->child || append_new(upsert, change, appends, err)) &&
	     (!updates->child || rows_update_differing(change, &table, updates, &upsert->updated, err));
	row_batch_end(&batch);
	return ok;
}

static void write_answer(const struct upsert *upsert, struct json_out *out)
{
	json_object(out);
	json_field_int(out, "inserted_row_count", (int64_t)upsert->inserted);
	json_field_int(out, "updated_row_count", upsert->updated);
	json_field_int(out, "unchanged_row_count",
		       (int64_t)upsert->count - (int64_t)upsert->inserted - upsert->updated);
	json_key(out, "row_ids");
	json_array(out);
	for (size_t i = 0; i < upsert->count; i++) {
		json_object(out);
		json_field_str(out, "_id", upsert->given[i].id);
		json_object_end(out);
	}
	json_array_end(out);
	json_object_end(out);
}

bool base_upsert_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct base_upsert_rows *query, struct json_out *out, struct error *err)
{
	struct upsert upsert = { .query = query, .count = (size_t)cJSON_GetArraySize(query->rows) };
	struct change change = change_new(base, arena, actor);
	bool ok;

	if (upsert.count > BASE_MAX_ROWS)
		return FAIL_WITH(err, rows_limit, STR("1000"));
	upsert.given = ARENA_ARRAY(arena, struct given, upsert.count + 1);
	ok = change_run(&change, upsert_job, &upsert, err);
	if (ok)
		write_answer(&upsert, out);
	change_end(&change);
	return ok;
}
