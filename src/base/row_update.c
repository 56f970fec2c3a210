/* Updating rows: only the given cells change, and _mtime and _last_modifier follow. Rows whose updates name the same
 * columns, the usual case, share their statements. */
#include "base/base_internal.h"

#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "core/json_make.h"

/* One item of `updates`; those of the same row are chained, because a row is changed once. */
struct item {
	struct str row_id;
	const cJSON *row;
	struct item *next_of_row, *last_of_row;
	bool is_first;
};

struct found_row {
	bool found;
	bool is_same;            /* all given cells are what the row holds */
	size_t old_from, old_to; /* its old cells in update.old */
};

struct update {
	struct row_batch batch;
	bool differing; /* rows whose cells are the same already stay untouched */
	struct item *items;
	size_t item_count;
	struct found_row *rows; /* beside batch.rows */
	int64_t found;          /* rows found */
	int64_t changed;        /* of them, those with cells to change */
	struct buf old;
	/* The statements for the columns of the row at hand. */
	const struct input_row *shape;
	struct str select_sql, update_sql;
};

/* ---- before the job ---- */

static bool read_items(struct update *update, struct arena *arena, const cJSON *updates, struct error *err)
{
	size_t count = (size_t)cJSON_GetArraySize(updates);
	struct map *by_row = map_new(arena, count);

	update->items = ARENA_ARRAY(arena, struct item, count + 1);
	for (const cJSON *object = updates->child; object; object = object->next) {
		struct item *item = &update->items[update->item_count++], *first;

		*item = (struct item){ .row_id = json_get_str(object, "row_id"),
				       .row = json_get(object, "row"),
				       .last_of_row = item };
		if (!item->row_id.at || !cJSON_IsObject(item->row))
			return FAIL_WITH(err, param_invalid, STR("updates"));
		item->is_first = map_put(by_row, item->row_id, item);
		if (item->is_first)
			continue;
		first = map_get(by_row, item->row_id);
		first->last_of_row->next_of_row = item;
		first->last_of_row = item;
	}
	return true;
}

static bool read_rows(struct update *update, struct change *change, struct model *model, struct error *err)
{
	struct row_batch *batch = &update->batch;

	if (!row_batch_begin(batch, change, model, err))
		return false;
	batch->rows = ARENA_ARRAY(change->arena, struct input_row, update->item_count + 1);
	update->rows = ARENA_ARRAY(change->arena, struct found_row, update->item_count + 1);
	batch->count = 0;
	row_input_reserve(&batch->input, update->items[0].row, update->item_count);
	for (size_t i = 0; i < update->item_count; i++) {
		struct input_row *row = &batch->rows[batch->count];

		if (!update->items[i].is_first)
			continue;
		row_input_begin(&batch->input, row);
		row->id = update->items[i].row_id;
		for (const struct item *item = &update->items[i]; item; item = item->next_of_row)
			(void)row_input_add(&batch->input, row, item->row);
		batch->count++;
	}
	return true;
}

/* ---- inside the job ---- */

static bool same_columns(const struct update *update, const struct input_row *a, const struct input_row *b)
{
	const struct given_cell *cells = update->batch.input.cells;

	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (cells[a->first + i].column != cells[b->first + i].column)
			return false;
	}
	return true;
}

static void prepare_shape(struct update *update, struct change *change, const struct input_row *row)
{
	const struct table *table = update->batch.table;
	struct buf select, set;

	if (update->shape && same_columns(update, update->shape, row))
		return;
	update->shape = row;
	buf_init(&select, 1 << 20);
	buf_init(&set, 1 << 20);
	for (size_t i = 0; i < row->count; i++) {
		struct str key = table->columns[update->batch.input.cells[row->first + i].column]->key;

		buf_printf(&select, ", \"%.*s\"", STR_ARG(key));
		buf_printf(&set, ", \"%.*s\" = ?%zu", STR_ARG(key), i + 4);
	}
	update->select_sql =
		str_format(change->arena, "SELECT _n, _mtime, _last_modifier%.*s FROM \"rows_%.*s\" WHERE _id = ?1",
			   STR_ARG(buf_str(&select)), STR_ARG(table->id));
	update->update_sql =
		str_format(change->arena, "UPDATE \"rows_%.*s\" SET _mtime = ?2, _last_modifier = ?3%.*s WHERE _n = ?1",
			   STR_ARG(table->id), STR_ARG(buf_str(&set)));
	buf_free(&select);
	buf_free(&set);
}

static void write_time(struct json_out *out, int64_t ms)
{
	char text[CLOCK_TEXT_LEN];

	json_key(out, "_mtime");
	json_string(out, (struct str){ text, clock_format_utc_ms(ms, text) });
}

/* Finds the row and writes what it held, as the members of an object. */
static bool read_old(struct update *update, struct change *change, const struct input_row *row, struct found_row *old,
		     int64_t *place, struct error *err)
{
	struct json_out out = json_out_to(&update->old);
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, update->select_sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, row->id);
	if (!store_step(change->conn, stmt, &old->found, err))
		return false;
	if (!old->found)
		return true;
	old->is_same = update->differing;
	*place = store_column_int(stmt, 0);
	json_object(&out);
	for (size_t i = 0; i < row->count; i++) {
		const struct given_cell *given = &update->batch.input.cells[row->first + i];
		const struct column *column = update->batch.table->columns[given->column];
		struct cell cell;

		cell_fetch(stmt, (int)i + 3, column, &cell);
		old->is_same = old->is_same && cell_equal(&cell, &given->cell);
		if (column_notifies(column) &&
		    !notify_collaborators(change, update->batch.table, column, row->id, &cell, &given->cell, err))
			return false;
		json_key_prepared(&out, column->json_key);
		cell_write(column, &cell, FORM_OPERATION, &out);
	}
	json_field_str(&out, "_last_modifier", store_column_str(stmt, 2));
	write_time(&out, store_column_int(stmt, 1));
	json_object_end(&out);
	store_reset(stmt);
	return true;
}

static bool change_row(struct update *update, struct change *change, const struct input_row *row, struct found_row *old,
		       struct error *err)
{
	sqlite3_stmt *stmt;
	int64_t place = 0;

	prepare_shape(update, change, row);
	old->old_from = update->old.len;
	if (!read_old(update, change, row, old, &place, err))
		return false;
	if (!old->found)
		return true;
	old->old_to = update->old.len;
	update->found++;
	if (row->count == 0 || old->is_same)
		return true;
	update->changed++;
	if (!store_prepare(change->conn, update->update_sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, place);
	store_bind_int(stmt, 2, change->now_ms);
	store_bind_str(stmt, 3, change->actor->author);
	for (size_t i = 0; i < row->count; i++)
		cell_bind(stmt, (int)i + 4, &update->batch.input.cells[row->first + i].cell);
	return store_run(change->conn, stmt, err);
}

/* ---- the journal ---- */

static void write_updated(const struct update *update, const struct change *change, size_t i, struct json_out *out)
{
	json_object(out);
	row_batch_write_cells(&update->batch, &update->batch.rows[i], true, out);
	json_field_str(out, "_last_modifier", change->actor->author);
	write_time(out, change->now_ms);
	json_object_end(out);
}

static void write_old(const struct update *update, size_t i, struct json_out *out)
{
	json_raw(out, str_slice(buf_str(&update->old), update->rows[i].old_from, update->rows[i].old_to));
}

static bool is_changed(const struct update *update, size_t i)
{
	return update->rows[i].found && !update->rows[i].is_same && update->batch.rows[i].count > 0;
}

static void write_one(const struct update *update, const struct change *change, struct json_out *out)
{
	size_t i = 0;

	while (!is_changed(update, i))
		i++;
	json_field_str(out, "row_id", update->batch.rows[i].id);
	json_key(out, "updated");
	write_updated(update, change, i, out);
	json_key(out, "old_row");
	write_old(update, i, out);
}

static void write_many(const struct update *update, const struct change *change, struct json_out *out)
{
	json_key(out, "row_ids");
	json_array(out);
	for (size_t i = 0; i < update->batch.count; i++) {
		if (is_changed(update, i))
			json_string(out, update->batch.rows[i].id);
	}
	json_array_end(out);
	json_key(out, "updated");
	json_object(out);
	for (size_t i = 0; i < update->batch.count; i++) {
		if (!is_changed(update, i))
			continue;
		json_key_str(out, update->batch.rows[i].id);
		write_updated(update, change, i, out);
	}
	json_object_end(out);
	json_key(out, "old_rows");
	json_object(out);
	for (size_t i = 0; i < update->batch.count; i++) {
		if (!is_changed(update, i))
			continue;
		json_key_str(out, update->batch.rows[i].id);
		write_old(update, i, out);
	}
	json_object_end(out);
}

static bool note_changed(const struct update *update, const struct journal *journal, struct change *change,
			 struct error *err)
{
	struct json_out out;
	struct buf ids;
	bool ok;

	buf_init(&ids, 1 << 20);
	out = json_out_to(&ids);
	for (size_t i = 0; i < update->batch.count; i++) {
		if (is_changed(update, i))
			json_string(&out, update->batch.rows[i].id);
	}
	ok = journal_note_rows(journal, change, buf_str(&ids), err);
	buf_free(&ids);
	return ok;
}

static bool update_job(struct change *change, void *ctx, struct error *err)
{
	struct update *update = ctx;
	struct journal journal;
	bool ok;

	if (!row_batch_is_current(&update->batch, change) && !read_rows(update, change, change->model, err))
		return false;
	for (size_t i = 0; i < update->batch.count; i++) {
		if (!change_row(update, change, &update->batch.rows[i], &update->rows[i], err))
			return false;
	}
	if (buf_failed(&update->old))
		return FAIL(err, request_too_complex);
	if (update->changed == 0)
		return true;
	if (!row_batch_store_options(&update->batch, change, err))
		return false;
	journal_open(&journal, update->changed == 1 ? "modify_row" : "modify_rows", update->batch.table->id);
	if (update->changed == 1)
		write_one(update, change, &journal.out);
	else
		write_many(update, change, &journal.out);
	ok = journal_store(&journal, change, err);
	ok = ok && note_changed(update, &journal, change, err);
	journal_free(&journal);
	return ok;
}

cJSON *row_update_tree(struct arena *arena, struct str row_id, cJSON *row)
{
	cJSON *update = json_make(arena, cJSON_Object, NULL);

	row->string = (char *)"row";
	json_make_append(update, json_make_text(arena, "row_id", row_id));
	json_make_append(update, row);
	return update;
}

bool rows_update_differing(struct change *change, const struct table_ref *table, const cJSON *updates, int64_t *changed,
			   struct error *err)
{
	struct update update = { .batch = { .ref = table }, .differing = true };
	bool ok;

	buf_init(&update.old, JOURNAL_MAX_BYTES);
	ok = read_items(&update, change->arena, updates, err) && update_job(change, &update, err);
	*changed = update.changed;
	buf_free(&update.old);
	row_batch_end(&update.batch);
	return ok;
}

static void read_early(struct update *update, struct change *change)
{
	struct model *model = base_held_model(change->base);
	struct error ignored;

	if (!model)
		return;
	if (!read_rows(update, change, model, &ignored))
		row_batch_end(&update->batch);
	model_release(&model);
}

bool base_update_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, const cJSON *updates, int64_t *updated, struct error *err)
{
	struct update update = { .batch = { .ref = table } };
	struct change change = change_new(base, arena, actor);
	bool ok;

	if (!cJSON_IsArray(updates))
		return FAIL_WITH(err, param_invalid, STR("updates"));
	if (cJSON_GetArraySize(updates) > BASE_MAX_ROWS)
		return FAIL_WITH(err, rows_limit, STR("1000"));
	if (!read_items(&update, arena, updates, err))
		return false;
	buf_init(&update.old, JOURNAL_MAX_BYTES);
	read_early(&update, &change);
	ok = change_run(&change, update_job, &update, err);
	*updated = update.found;
	buf_free(&update.old);
	row_batch_end(&update.batch);
	change_end(&change);
	return ok;
}
