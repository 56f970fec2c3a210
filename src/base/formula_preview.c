/* What a formula would give, before there is a column of it: the settings that it would get, and its values on the
 * first rows of a table or view, computed as those of a formula column are. Nothing is stored. */
#include "base/base_internal.h"

struct preview {
	struct base_read *read;
	struct arena *arena;
	const struct base_preview_formula *query;
	struct selection selection;
	struct column column; /* as it would be */
	struct formula_output *formulas;
};

static struct str settings_of(struct arena *arena, struct str formula)
{
	struct buf buf;
	struct json_out out;
	struct str data;

	buf_init(&buf, (size_t)1 << 20);
	out = json_out_to(&buf);
	json_object(&out);
	json_field_str(&out, "formula", formula);
	json_object_end(&out);
	data = buf_failed(&buf) ? STR("{}") : str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return data;
}

/* The column that saving would make, or change `self` into. */
static bool make_column(struct preview *preview, struct error *err)
{
	const struct table *table = preview->selection.table;
	const struct base_preview_formula *query = preview->query;
	struct column *column = &preview->column;
	const struct column *self = NULL;

	if (!str_is_empty(query->column) && !(self = change_find_column(table, query->column, err)))
		return false;
	*column = (struct column){ .key = self ? self->key : STR(""),
				   .type = column_type_by_name(STR("formula")),
				   .data = settings_of(preview->arena, query->formula) };
	if (!formula_data_complete(preview->arena, table, self, column->type, &column->data, err))
		return false;
	column_prepare(preview->arena, column);
	preview->formulas = formula_output_new(preview->arena, table);
	return formula_output_add(preview->formulas, table, column) >= 0 ||
	       FAIL_WITH(err, formula_invalid, STR("the formula is too large"));
}

/* The places and ids of the rows, in the view's order. */
static bool select_rows(const struct preview *preview, sqlite3_stmt **stmt, struct error *err)
{
	const struct selection *selection = &preview->selection;
	int limit = row_order_parameters(&selection->order) + 1;

	if (!store_prepare(preview->read->conn,
			   str_format(preview->arena,
				      "SELECT r0._n, r0._id FROM \"rows_%.*s\" AS r0%.*s ORDER BY %.*sr0._n LIMIT ?%d",
				      STR_ARG(selection->table->id),
				      STR_ARG(selection_where(selection, preview->arena)),
				      STR_ARG(buf_str(&selection->order.sql)), limit),
			   stmt, err))
		return false;
	row_order_bind(&selection->order, *stmt);
	store_bind_int(*stmt, limit, preview->query->rows.limit);
	formula_sql_bind(&selection->filter, *stmt);
	return true;
}

static bool write_row(const struct preview *preview, sqlite3_stmt *row, struct json_out *out, struct error *err)
{
	sqlite3_stmt *result = NULL;

	if (!formula_output_step(preview->formulas, preview->read->conn, store_column_int(row, 0), &result, err))
		return false;
	json_object(out);
	json_field_str(out, "_id", store_column_str(row, 1));
	json_key(out, "value");
	formula_output_write(preview->formulas, result, 0, &preview->column, FORM_IDS, out);
	json_object_end(out);
	store_reset(result);
	return true;
}

static bool write_preview(struct preview *preview, struct json_out *out, struct error *err)
{
	sqlite3_stmt *rows = NULL;
	bool ok = true, row = true;

	json_object(out);
	json_key(out, "column_data");
	json_raw(out, preview->column.data);
	json_key(out, "rows");
	json_array(out);
	/* A view whose filter makes no sense shows no row. */
	if (!preview->selection.problem) {
		ok = select_rows(preview, &rows, err);
		while (ok && (ok = store_step(preview->read->conn, rows, &row, err)) && row)
			ok = write_row(preview, rows, out, err);
	}
	json_array_end(out);
	json_object_end(out);
	return ok && (!buf_failed(out->buf) || FAIL(err, answer_too_large));
}

bool base_preview_formula(struct base *base, struct arena *arena, const struct base_preview_formula *query,
			  struct json_out *out, struct error *err)
{
	struct preview preview = { .arena = arena, .query = query };
	struct sql_budget budget = { 0 };
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	preview.read = &read;
	ok = selection_init(&preview.selection, &read, arena, &query->rows, err);
	if (ok) {
		sql_budget_begin(&budget, read.conn, BASE_SQL_MS);
		ok = make_column(&preview, err) && write_preview(&preview, out, err);
		sql_budget_end(&budget);
		selection_free(&preview.selection);
	}
	base_read_end(&read);
	return ok;
}
