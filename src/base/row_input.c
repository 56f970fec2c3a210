/* Reads the row objects that clients send: finds each name's column and coerces the value. Rows of one request mostly
 * have the same members in the same order, so the n-th member is first compared with the n-th of the row before. */
#include "base/base_internal.h"

#include <assert.h>
#include <string.h>

enum { COLUMN_UNKNOWN = -1, COLUMN_READ_ONLY = -2 };

struct name_hint {
	const char *name;
	int column; /* its index in table->columns, or one of the above */
};

static void input_init(struct row_input *input, struct change *change, const struct table *table)
{
	const struct base_actor *actor = change->actor;

	*input = (struct row_input){
		.table = table,
		.cell_input = {
			.arena = change->arena,
			.now_ms = change->now_ms,
			.author = actor->app.at ? (struct str){ 0 } : actor->author,
			.author_name = actor->author_name,
			.find_user = actor->find_user,
			.find_user_ctx = actor->find_user_ctx,
			.make_option = option_make,
			.make_option_ctx = &input->options,
		},
		.options = { .arena = change->arena },
		.slots = ARENA_ARRAY(change->arena, size_t, table->column_count + 1),
	};
}

/* ---- one row ---- */

void row_input_reserve(struct row_input *input, const cJSON *like, size_t count)
{
	size_t members = like ? (size_t)cJSON_GetArraySize(like) : 0;

	if (members > input->table->column_count)
		members = input->table->column_count;
	input->cell_cap = members * count;
	input->cells = arena_alloc(input->cell_input.arena, input->cell_cap * sizeof(*input->cells));
}

static int find_column(const struct row_input *input, const char *name)
{
	const struct column *column = table_find_column(input->table, str_from_c(name));

	if (!column)
		return COLUMN_UNKNOWN;
	return column->type->writable ? (int)column->position : COLUMN_READ_ONLY;
}

static int hinted_column(struct row_input *input, size_t member, const char *name)
{
	if (member < input->hint_count && strcmp(input->hints[member].name, name) == 0)
		return input->hints[member].column;
	if (member >= input->hint_count) {
		size_t old = input->hint_count * sizeof(*input->hints);
		size_t count = (member + 1) * 2;

		input->hints = arena_grow(input->cell_input.arena, input->hints, old, count * sizeof(*input->hints));
		for (size_t i = input->hint_count; i < count; i++)
			input->hints[i] = (struct name_hint){ "", COLUMN_UNKNOWN };
		input->hint_count = count;
	}
	input->hints[member] = (struct name_hint){ name, find_column(input, name) };
	return input->hints[member].column;
}

bool row_input_has(const struct row_input *input, const struct input_row *row, size_t column)
{
	return input->slots[column] > row->first;
}

struct cell *row_input_cell(struct row_input *input, struct input_row *row, size_t column)
{
	assert(row->first + row->count == input->cell_count);
	if (row_input_has(input, row, column))
		return &input->cells[input->slots[column] - 1].cell;
	if (input->cell_count == input->cell_cap) {
		size_t old = input->cell_cap * sizeof(*input->cells);

		input->cell_cap = input->cell_cap ? input->cell_cap * 2 : 64;
		input->cells =
			arena_grow(input->cell_input.arena, input->cells, old, input->cell_cap * sizeof(*input->cells));
	}
	input->slots[column] = ++input->cell_count;
	row->count++;
	input->cells[input->cell_count - 1] = (struct given_cell){ .column = column };
	return &input->cells[input->cell_count - 1].cell;
}

void row_input_begin(struct row_input *input, struct input_row *row)
{
	row->first = input->cell_count;
	row->count = 0;
}

bool row_input_add(struct row_input *input, struct input_row *row, const cJSON *object)
{
	bool known = false;
	size_t member = 0;

	for (const cJSON *value = object->child; value; value = value->next, member++) {
		int column = hinted_column(input, member, value->string);

		known = known || column != COLUMN_UNKNOWN;
		if (column >= 0)
			cell_read(input->table->columns[column], value, &input->cell_input,
				  row_input_cell(input, row, (size_t)column));
	}
	return known;
}

/* ---- the rows of a request ---- */

static void take_model(struct row_batch *batch, struct model *model)
{
	struct model *old = batch->model;

	model_retain(model);
	batch->model = model;
	if (old)
		model_release(&old);
}

bool row_batch_begin(struct row_batch *batch, struct change *change, struct model *model, struct error *err)
{
	take_model(batch, model);
	batch->table = model_find_table(model, batch->ref, err);
	if (!batch->table)
		return false;
	input_init(&batch->input, change, batch->table);
	return true;
}

bool row_batch_is_current(const struct row_batch *batch, const struct change *change)
{
	return batch->model && str_equal(batch->model->stamp, change->model->stamp);
}

bool row_batch_store_options(struct row_batch *batch, struct change *change, struct error *err)
{
	struct table_ref ref = { .id = batch->table->id };

	if (!batch->input.options.columns)
		return true;
	if (!option_maker_check(&batch->input.options, err) ||
	    !option_maker_store(&batch->input.options, change, batch->table, err))
		return false;
	/* The cells keep pointing into the description that they were read with, so the batch holds on to that one; the
	 * renewed one is the change's. */
	batch->table = model_find_table(change->model, &ref, err);
	return batch->table != NULL;
}

void row_batch_write_cells(const struct row_batch *batch, const struct input_row *row, bool nulls, struct json_out *out)
{
	const struct given_cell *given = &batch->input.cells[row->first];

	for (size_t i = 0; i < row->count; i++) {
		const struct column *column = batch->table->columns[given[i].column];

		if (given[i].cell.kind == CELL_EMPTY && !nulls)
			continue;
		json_key_prepared(out, column->json_key);
		cell_write(column, &given[i].cell, FORM_OPERATION, out);
	}
}

void row_batch_end(struct row_batch *batch)
{
	if (batch->model)
		model_release(&batch->model);
}
