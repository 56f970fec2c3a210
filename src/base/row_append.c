/* Appending rows. Values are coerced and the journal's text is written before the job enters the write queue; the job
 * then only places, numbers and inserts. When the schema changed meanwhile, the job reads the rows again. */
#include "base/base_internal.h"

#include <assert.h>
#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "core/metric.h"

struct append {
	const struct base_append_rows *query;
	struct row_batch batch;
	size_t own_ids; /* rows that bring an id */
	bool numbered;  /* the table has auto-number columns */
	struct journal journal;
	bool composed; /* the journal's text is complete */
};

/* ---- before the job ---- */

static struct str new_id(struct arena *arena)
{
	char *id = arena_alloc(arena, ID_ROW_LEN + 1);

	id_new_row(id);
	return (struct str){ id, ID_ROW_LEN };
}

/* Cells that the request leaves out: defaults when asked for, and room for auto-numbers. */
static void add_cells(struct append *append, struct input_row *row)
{
	struct row_input *input = &append->batch.input;

	for (size_t i = 0; i < input->table->column_count; i++) {
		const struct column *column = input->table->columns[i];
		struct cell cell = { .kind = CELL_EMPTY };

		if (column->type->id == TYPE_auto_number) {
			row_input_cell(input, row, i);
		} else if (append->query->apply_default && column->type->writable && !row_input_has(input, row, i)) {
			cell_default(column, &input->cell_input, &cell);
			if (cell.kind != CELL_EMPTY)
				*row_input_cell(input, row, i) = cell;
		}
	}
}

static bool has_auto_number(const struct table *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (table->columns[i]->type->id == TYPE_auto_number)
			return true;
	}
	return false;
}

/* An object without any name that we know is not added; one whose known cells are all empty is
 * (base-operations.md 3.2-5). */
static bool read_rows(struct append *append, struct change *change, struct model *model, struct error *err)
{
	const cJSON *objects = append->query->rows;
	struct row_batch *batch = &append->batch;
	size_t given = (size_t)cJSON_GetArraySize(objects);

	if (!row_batch_begin(batch, change, model, err))
		return false;
	row_input_reserve(&batch->input, objects->child, given);
	batch->rows = ARENA_ARRAY(change->arena, struct input_row, given + 1);
	batch->count = 0;
	append->own_ids = 0;
	append->numbered = has_auto_number(batch->table);
	for (const cJSON *object = objects->child; object; object = object->next) {
		struct input_row *row = &batch->rows[batch->count];
		struct str id = json_get_str(object, "_id");
		bool own = id.at && id_is_row(id);

		if (!cJSON_IsObject(object))
			return FAIL_WITH(err, param_invalid, STR("rows"));
		row_input_begin(&batch->input, row);
		if (!row_input_add(&batch->input, row, object) && !own)
			continue;
		if (append->numbered || append->query->apply_default)
			add_cells(append, row);
		row->id = own ? id : new_id(change->arena);
		append->own_ids += own;
		batch->count++;
	}
	return true;
}

/* ---- the journal and the answer ---- */

static void write_journal_row(const struct append *append, const struct input_row *row, struct json_out *out)
{
	json_object(out);
	json_field_str(out, "_id", row->id);
	row_batch_write_cells(&append->batch, row, false, out);
	json_object_end(out);
}

/* insert_row for one, append_rows for many, insert_rows for many beside another (clients.md 8). */
static void compose_journal(struct append *append)
{
	struct str anchor = append->query->anchor_row_id;
	bool one = append->batch.count == 1;
	struct json_out *out = &append->journal.out;

	if (append->journal.buf.at)
		journal_free(&append->journal);
	journal_open(&append->journal,
		     one         ? "insert_row"
		     : anchor.at ? "insert_rows"
				 : "append_rows",
		     append->batch.table->id);
	if (one) {
		json_field_str(out, "row_id", anchor.at ? anchor : STR(""));
	} else if (anchor.at) {
		json_key(out, "row_ids");
		json_array(out);
		for (size_t i = 0; i < append->batch.count; i++)
			json_string(out, anchor);
		json_array_end(out);
	}
	if (one || anchor.at)
		json_field_c(out, "row_insert_position", append->query->insert_above ? "insert_above" : "insert_below");
	json_key(out, one ? "row_data" : "row_datas");
	if (!one)
		json_array(out);
	for (size_t i = 0; i < append->batch.count; i++)
		write_journal_row(append, &append->batch.rows[i], out);
	if (!one)
		json_array_end(out);
	if (one || anchor.at)
		json_key(out, "links_data"), json_raw(out, STR("{}"));
	if (append->query->archived)
		json_field_bool(out, "is_archived", true);
	json_key(out, "key_auto_number_config");
	json_raw(out, STR("{}"));
	append->composed = true;
}

static void write_answer_row(const struct append *append, const struct change *change, const struct input_row *row,
			     struct json_out *out)
{
	char time[CLOCK_TEXT_LEN];
	struct str time_text = { time, clock_format_utc_ms(change->now_ms, time) };

	json_object(out);
	json_field_str(out, "_id", row->id);
	json_field_str(out, "_creator", change->actor->author);
	json_field_str(out, "_last_modifier", change->actor->author);
	json_field_str(out, "_ctime", time_text);
	json_field_str(out, "_mtime", time_text);
	row_batch_write_cells(&append->batch, row, false, out);
	json_object_end(out);
}

static void write_first_row(const struct append *append, const struct change *change, struct json_out *out)
{
	if (append->batch.count > 0)
		write_answer_row(append, change, &append->batch.rows[0], out);
	else
		json_null(out);
}

static void write_row_ids(const struct append *append, struct json_out *out)
{
	json_key(out, "row_ids");
	json_array(out);
	for (size_t i = 0; i < append->batch.count; i++) {
		json_object(out);
		json_field_str(out, "_id", append->batch.rows[i].id);
		json_object_end(out);
	}
	json_array_end(out);
}

static void write_answer(const struct append *append, const struct change *change, struct json_out *out)
{
	enum base_append_answer answer = append->query->answer;

	if (answer == APPENDED_ROW) {
		write_first_row(append, change, out);
		return;
	}
	json_object(out);
	json_field_int(out, "inserted_row_count", (int64_t)append->batch.count);
	if (answer == APPENDED_ALL) {
		write_row_ids(append, out);
		json_key(out, "first_row");
		write_first_row(append, change, out);
	}
	if (append->query->return_rows) {
		json_key(out, "rows");
		json_array(out);
		for (size_t i = 0; i < append->batch.count; i++)
			write_answer_row(append, change, &append->batch.rows[i], out);
		json_array_end(out);
	}
	json_object_end(out);
}

/* ---- inside the job ---- */

/* Gives new ids to rows whose own id is taken, by a row of any table or by one before in this request. */
static bool check_own_ids(struct append *append, struct change *change, struct error *err)
{
	struct map *seen = map_new(change->arena, append->batch.count);
	struct str sql = STR("SELECT EXISTS (");
	sqlite3_stmt *stmt;
	bool row;

	for (size_t i = 0; i < change->model->table_count; i++)
		sql = str_format(change->arena, "%.*s%sSELECT 1 FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(sql),
				 i ? " UNION ALL " : "", STR_ARG(change->model->tables[i].id));
	sql = str_format(change->arena, "%.*s)", STR_ARG(sql));
	for (size_t i = 0; i < append->batch.count; i++) {
		struct str *id = &append->batch.rows[i].id;

		if (!store_prepare(change->conn, sql, &stmt, err))
			return false;
		store_bind_str(stmt, 1, *id);
		if (!store_step(change->conn, stmt, &row, err))
			return false;
		assert(row);
		if (store_column_int(stmt, 0) != 0 || map_get(seen, *id))
			*id = new_id(change->arena);
		store_reset(stmt);
		map_put(seen, *id, id);
	}
	return true;
}

/* Fills the cells of auto-number columns. */
static bool number_rows(struct append *append, struct change *change, struct error *err)
{
	for (size_t c = 0; c < append->batch.table->column_count; c++) {
		const struct column *column = append->batch.table->columns[c];
		struct auto_number format;
		int64_t last;

		if (column->type->id != TYPE_auto_number)
			continue;
		format = auto_number_of(column);
		if (!auto_number_last(change->conn, append->batch.table->id, column->key, &last, err))
			return false;
		for (size_t i = 0; i < append->batch.count; i++) {
			struct given_cell *given = &append->batch.input.cells[append->batch.rows[i].first];

			while (given->column != c)
				given++;
			given->cell = (struct cell){
				.kind = CELL_TEXT,
				.text = auto_number_text(&format, change->arena, ++last, change->now_ms),
			};
		}
		if (!auto_number_set(change->conn, append->batch.table->id, column->key, last, err))
			return false;
	}
	return true;
}

/* Several rows a statement, because running one costs as much as half a row; not too many, so that few texts serve all.
 */
enum { INSERT_PARAMETERS = 256, INSERT_ROWS = 32 };

/* How rows are bound: ?1 is the time and ?2 the author of all; each row has `width` parameters of its own: place, id
 * and one a stored column, that of column i at `offsets[i]`. */
struct insert {
	const struct table *table;
	int width;
	int *offsets;
	struct str names; /* `, "key", "key" ...` */
	bool archived;
};

static void insert_init(struct insert *insert, struct arena *arena, const struct table *table)
{
	struct buf names;

	*insert = (struct insert){ .table = table,
				   .width = 2,
				   .offsets = ARENA_ARRAY(arena, int, table->column_count + 1) };
	buf_init(&names, 1 << 20);
	for (size_t i = 0; i < table->column_count; i++) {
		if (!column_is_stored(table->columns[i]))
			continue;
		buf_printf(&names, ", \"%.*s\"", STR_ARG(table->columns[i]->key));
		insert->offsets[i] = insert->width++;
	}
	insert->names = str_copy(arena, buf_str(&names));
	buf_free(&names);
}

static struct str insert_sql(const struct insert *insert, struct arena *arena, size_t rows)
{
	struct buf sql;
	struct str text;
	int parameter = 3;

	buf_init(&sql, 1 << 20);
	buf_printf(
		&sql,
		"INSERT INTO \"rows_%.*s\"(_archived, _ctime, _mtime, _creator, _last_modifier, _n, _id%.*s) VALUES ",
		STR_ARG(insert->table->id), STR_ARG(insert->names));
	for (size_t row = 0; row < rows; row++) {
		buf_printf(&sql, "%s(%d, ?1, ?1, ?2, ?2", row > 0 ? ", " : "", insert->archived);
		for (int i = 0; i < insert->width; i++)
			buf_printf(&sql, ", ?%d", parameter++);
		buf_append_byte(&sql, ')');
	}
	text = str_copy(arena, buf_str(&sql));
	buf_free(&sql);
	return text;
}

static void bind_row(const struct append *append, const struct insert *insert, sqlite3_stmt *stmt, size_t at,
		     size_t row, const int64_t *places)
{
	const struct input_row *input = &append->batch.rows[row];
	const struct given_cell *given = &append->batch.input.cells[input->first];
	int base = 3 + (int)at * insert->width;

	store_bind_int(stmt, base, places[row]);
	store_bind_str(stmt, base + 1, input->id);
	for (size_t c = 0; c < input->count; c++)
		cell_bind(stmt, base + insert->offsets[given[c].column], &given[c].cell);
}

/* Inserts the rows [from, to), `group` a statement. */
static bool insert_groups(const struct append *append, struct change *change, const struct insert *insert, size_t from,
			  size_t to, size_t group, const int64_t *places, struct error *err)
{
	sqlite3_stmt *stmt;

	if (from == to)
		return true;
	if (!store_prepare(change->conn, insert_sql(insert, change->arena, group), &stmt, err))
		return false;
	while (from < to) {
		sqlite3_clear_bindings(stmt); /* cells that a row lacks are NULL */
		store_bind_int(stmt, 1, change->now_ms);
		store_bind_str(stmt, 2, change->actor->author);
		for (size_t i = 0; i < group; i++)
			bind_row(append, insert, stmt, i, from++, places);
		if (!store_run(change->conn, stmt, err))
			return false;
	}
	return true;
}

static bool insert_rows(struct append *append, struct change *change, const int64_t *places, struct error *err)
{
	size_t count = append->batch.count, group, grouped;
	struct insert insert;

	insert_init(&insert, change->arena, append->batch.table);
	insert.archived = append->query->archived;
	if (insert.archived && !row_table_index_live(change->conn, change->arena, insert.table->id, err))
		return false;
	group = insert.width < INSERT_PARAMETERS ? (size_t)(INSERT_PARAMETERS / insert.width) : 1;
	if (group > INSERT_ROWS)
		group = INSERT_ROWS;
	grouped = count - count % group;
	return insert_groups(append, change, &insert, 0, grouped, group, places, err) &&
	       insert_groups(append, change, &insert, grouped, count, 1, places, err);
}

static bool place_rows(const struct append *append, struct change *change, int64_t *places, struct error *err)
{
	struct str anchor = append->query->anchor_row_id;

	if (!anchor.at)
		return row_place_end(change->conn, change->arena, append->batch.table->id, append->batch.count, places,
				     err);
	return row_place_beside(change->conn, change->arena, append->batch.table->id, anchor,
				append->query->insert_above, append->batch.count, places, err);
}

/* Tells people that they were put into the rows. */
static bool notify_rows(const struct append *append, struct change *change, struct error *err)
{
	const struct row_batch *batch = &append->batch;

	for (size_t c = 0; c < batch->table->column_count; c++) {
		const struct column *column = batch->table->columns[c];

		if (!column_notifies(column))
			continue;
		for (size_t i = 0; i < batch->count; i++) {
			const struct given_cell *given = &batch->input.cells[batch->rows[i].first];

			for (size_t g = 0; g < batch->rows[i].count; g++) {
				if (given[g].column == c &&
				    !notify_collaborators(change, batch->table, column, batch->rows[i].id, NULL,
							  &given[g].cell, err))
					return false;
			}
		}
	}
	return true;
}

static bool append_job(struct change *change, void *ctx, struct error *err)
{
	struct append *append = ctx;
	struct row_batch *batch = &append->batch;
	int64_t *places;

	if (!row_batch_is_current(batch, change)) {
		append->composed = false;
		if (!read_rows(append, change, change->model, err))
			return false;
	}
	if (batch->count == 0)
		return true;
	places = ARENA_ARRAY(change->arena, int64_t, append->batch.count);
	if (!place_rows(append, change, places, err) || (append->own_ids > 0 && !check_own_ids(append, change, err)) ||
	    (append->numbered && !number_rows(append, change, err)) || !insert_rows(append, change, places, err) ||
	    !row_batch_store_options(batch, change, err))
		return false;
	if (!append->composed)
		compose_journal(append);
	return notify_rows(append, change, err) && journal_store(&append->journal, change, err);
}

bool rows_append(struct change *change, const struct base_append_rows *query, struct str **ids, size_t *count,
		 struct error *err)
{
	struct append append = { .query = query, .batch = { .ref = &query->table } };
	bool ok = append_job(change, &append, err);

	*count = ok ? append.batch.count : 0;
	*ids = ARENA_ARRAY(change->arena, struct str, *count + 1);
	for (size_t i = 0; i < *count; i++)
		(*ids)[i] = append.batch.rows[i].id;
	metric_add(M_rows_appended_total, (int64_t)*count);
	if (append.journal.buf.at)
		journal_free(&append.journal);
	row_batch_end(&append.batch);
	return ok;
}

/* What can be done with the description that we hold is done before the queue; its errors count only inside the job,
 * with the description that the writer sees. */
static void read_early(struct append *append, struct change *change)
{
	struct model *model = base_held_model(change->base);
	struct error ignored;

	if (!model)
		return;
	if (!read_rows(append, change, model, &ignored))
		row_batch_end(&append->batch);
	else if (append->batch.count > 0 && append->own_ids == 0 && !append->numbered &&
		 !append->batch.input.options.columns)
		compose_journal(append);
	model_release(&model);
}

bool base_append_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct base_append_rows *query, struct json_out *out, struct error *err)
{
	struct append append = { .query = query, .batch = { .ref = &query->table } };
	struct change change = change_new(base, arena, actor);
	bool ok;

	if (!cJSON_IsArray(query->rows))
		return FAIL_WITH(err, param_invalid, STR("rows"));
	if (cJSON_GetArraySize(query->rows) > BASE_MAX_ROWS)
		return FAIL_WITH(err, rows_limit, STR("1000"));
	read_early(&append, &change);
	ok = change_run(&change, append_job, &append, err);
	if (ok) {
		write_answer(&append, &change, out);
		metric_add(M_rows_appended_total, (int64_t)append.batch.count);
	}
	if (append.journal.buf.at)
		journal_free(&append.journal);
	row_batch_end(&append.batch);
	change_end(&change);
	return ok;
}
