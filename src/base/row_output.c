/* Writes rows as clients read them (base-operations.md 1.3), straight from SQLite's columns. What does not depend on
 * the row (which columns, their keys, their places in the result) is worked out once for all rows of an answer. */
#include "base/base_internal.h"

#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "model/link.h"

/* The fields that every row has, in the order of the answer, with the column of the SELECT that each comes from. */
enum {
	RESULT_ID = 1,
	RESULT_CTIME,
	RESULT_MTIME,
	RESULT_CREATOR,
	RESULT_LAST_MODIFIER,
	RESULT_LOCKED_BY,
	RESULT_ARCHIVED,
	RESULT_CELLS
};

static const struct {
	const char *key;
	struct str json_key;
	int result;
	bool legacy; /* also in shape C */
} fields[FIELD_COUNT] = {
	[FIELD_ID] = { "_id", { "\"_id\":", 6 }, RESULT_ID, true },
	[FIELD_CTIME] = { "_ctime", { "\"_ctime\":", 9 }, RESULT_CTIME, true },
	[FIELD_MTIME] = { "_mtime", { "\"_mtime\":", 9 }, RESULT_MTIME, true },
	[FIELD_CREATOR] = { "_creator", { "\"_creator\":", 11 }, RESULT_CREATOR, false },
	[FIELD_LAST_MODIFIER] = { "_last_modifier", { "\"_last_modifier\":", 17 }, RESULT_LAST_MODIFIER, false },
	[FIELD_LOCKED] = { "_locked", { "\"_locked\":", 10 }, RESULT_LOCKED_BY, false },
	[FIELD_LOCKED_BY] = { "_locked_by", { "\"_locked_by\":", 13 }, RESULT_LOCKED_BY, false },
	[FIELD_ARCHIVED] = { "_archived", { "\"_archived\":", 12 }, RESULT_ARCHIVED, false },
};

static enum row_field field_named(struct str name)
{
	int field = 0;

	while (field < FIELD_COUNT && !str_equal_c(name, fields[field].key))
		field++;
	return (enum row_field)field;
}

bool column_name_is_system(struct str name, struct str key)
{
	return field_named(name) != FIELD_COUNT && !str_equal(name, key);
}

bool view_hides(const struct view *view, struct str key)
{
	const cJSON *hidden = view ? json_get(view->body_tree, "hidden_columns") : NULL, *item = NULL;

	cJSON_ArrayForEach(item, hidden)
	{
		if (str_equal(json_str(item), key))
			return true;
	}
	return false;
}

static void add_formula(struct row_output *output, struct arena *arena, const struct table *table,
			struct output_column *added)
{
	if (!output->formulas)
		output->formulas = formula_output_new(arena, table);
	added->formula = formula_output_add(output->formulas, table, added->column);
}

static void add_column(struct row_output *output, struct arena *arena, const struct table *table,
		       const struct column *column, struct buf *select, int *next_result)
{
	bool names = output->form == FORM_NAMES || output->form == FORM_LEGACY;
	struct output_column *added = &output->columns[output->column_count];

	*added = (struct output_column){ .column = column,
					 .json_key = names ? column->json_name : column->json_key,
					 .result = -1,
					 .formula = -1,
					 .field = FIELD_COUNT };
	if (column->type->storage == STORED_SYSTEM) {
		/* By key it is one of the fields already; by name it takes that field's place. */
		if (!names)
			return;
		added->field = field_named(column->key);
		output->hide_field[added->field] = true;
	} else if (column_is_stored(column)) {
		buf_printf(select, ", \"%.*s\"", STR_ARG(column->key));
		added->result = (*next_result)++;
	} else if (column_is_formula(column->type)) {
		add_formula(output, arena, table, added);
	} else if (column->link && column->link->display) {
		added->links = ARENA_NEW(arena, struct link_cells);
		link_cells_init(added->links, arena, column->link);
	}
	output->column_count++;
}

void row_output_init(struct row_output *output, struct arena *arena, struct store_conn *conn, const struct table *table,
		     const struct view *view, enum cell_form form)
{
	struct buf select;
	int next_result = RESULT_CELLS;

	*output = (struct row_output){ .form = form,
				       .conn = conn,
				       .first_cell = RESULT_CELLS,
				       .columns = ARENA_ARRAY(arena, struct output_column, table->column_count + 1),
				       .time_ms = { INT64_MIN, INT64_MIN } };
	buf_init(&select, 1 << 20);
	buf_printf(&select, "_n, _id, _ctime, _mtime, _creator, _last_modifier, _locked_by, _archived");
	for (size_t i = 0; i < FIELD_COUNT; i++)
		output->hide_field[i] = form == FORM_LEGACY && !fields[i].legacy;
	for (size_t i = 0; i < table->column_count; i++) {
		if (!view_hides(view, table->columns[i]->key))
			add_column(output, arena, table, table->columns[i], &select, &next_result);
	}
	output->select = str_copy(arena, buf_str(&select));
	buf_free(&select);
}

/* `slot` 0 for creation, 1 for change: each stays the same for many rows on end. */
static void write_time(struct row_output *output, int slot, int64_t ms, struct json_out *out)
{
	if (output->time_ms[slot] != ms) {
		output->time_ms[slot] = ms;
		output->time_len[slot] = clock_format_utc_ms(ms, output->time_text[slot]);
	}
	json_string(out, (struct str){ output->time_text[slot], output->time_len[slot] });
}

static void write_field(struct row_output *output, enum row_field field, sqlite3_stmt *stmt, struct json_out *out)
{
	int result = fields[field].result;

	switch (field) {
	case FIELD_CTIME:
	case FIELD_MTIME:
		write_time(output, field == FIELD_MTIME, sqlite3_column_int64(stmt, result), out);
		break;
	case FIELD_LOCKED:
		if (sqlite3_column_type(stmt, result) == SQLITE_NULL)
			json_null(out);
		else
			json_bool(out, true);
		break;
	case FIELD_ARCHIVED:
		json_bool(out, sqlite3_column_int(stmt, result) != 0);
		break;
	default:
		json_string(out, store_column_str(stmt, result));
		break;
	}
}

static bool write_link(struct row_output *output, const struct output_column *column, struct str row_id,
		       struct json_out *out, struct error *err)
{
	struct link_page page = {
		.row_id = row_id, .limit = BASE_LINKS_IN_CELL, .form = output->form, .ids_only = output->link_ids
	};

	if (!link_cells_write(column->links, output->conn, &page, out, err))
		return false;
	output->links_cut = output->links_cut || page.is_cut;
	return true;
}

bool row_output_write(struct row_output *output, sqlite3_stmt *stmt, struct json_out *out, struct error *err)
{
	sqlite3_stmt *formulas = NULL;

	if (output->formulas &&
	    !formula_output_step(output->formulas, output->conn, sqlite3_column_int64(stmt, 0), &formulas, err))
		return false;
	json_object(out);
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (output->hide_field[i])
			continue;
		json_key_prepared(out, fields[i].json_key);
		write_field(output, (enum row_field)i, stmt, out);
	}
	for (size_t i = 0; i < output->column_count; i++) {
		const struct output_column *column = &output->columns[i];
		struct cell cell = { .kind = CELL_EMPTY };

		json_key_prepared(out, column->json_key);
		if (column->field != FIELD_COUNT) {
			write_field(output, column->field, stmt, out);
		} else if (column->formula >= 0) {
			formula_output_write(output->formulas, formulas, column->formula, column->column, output->form,
					     out);
		} else if (column->links) {
			if (!write_link(output, column, store_column_str(stmt, RESULT_ID), out, err))
				return false;
		} else {
			if (column->result >= 0)
				cell_fetch(stmt, column->result, column->column, &cell);
			cell_write(column->column, &cell, output->form, out);
		}
	}
	json_object_end(out);
	if (formulas)
		store_reset(formulas);
	return true;
}
