/* Link cells: the linked rows in the order of the cell, each with the value of the column that the link shows. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"
#include "model/link.h"

enum { CELL_PARAMETERS = 3 }; /* row, limit, offset */

/* The linked row's value that is shown, on the row r0. */
static struct str display_sql(struct link_cells *cells, struct arena *arena, const struct link *link)
{
	const struct column *display = link->display;
	struct str sql = STR("NULL");
	struct formula_info info;

	if (column_is_stored(display) || display->type->system_key)
		return str_format(arena, "r0.\"%.*s\"", STR_ARG(display->key));
	formula_sql_init(&cells->values, arena, clock_now_ms(), CELL_PARAMETERS + 1);
	if (formula_compile_shown(&cells->values, link->linked, display, 0, &info)) {
		sql = str_copy(arena, buf_str(&cells->values.sql));
		cells->kind = info.kind;
		cells->is_raw = info.is_raw;
	}
	formula_sql_free(&cells->values);
	return sql;
}

void link_cells_init(struct link_cells *cells, struct arena *arena, const struct link *link)
{
	const char *own = link->reversed ? "row2" : "row1", *other = link->reversed ? "row1" : "row2";
	const char *order = link->reversed ? "order2" : "order1";
	struct str display;

	*cells = (struct link_cells){ .link = link };
	display = display_sql(cells, arena, link);
	cells->sql = str_format(arena,
				"SELECT r0._id, %.*s FROM \"links_%.*s\" l JOIN \"rows_%.*s\" r0 ON r0._id = l.%s "
				"WHERE l.%s = ?1 ORDER BY l.%s LIMIT ?2 OFFSET ?3",
				STR_ARG(display), STR_ARG(link->id), STR_ARG(link->linked->id), other, own, order);
}

static void write_display(const struct link_cells *cells, sqlite3_stmt *stmt, enum cell_form form, struct json_out *out)
{
	const struct column *display = cells->link->display;
	struct cell cell = { .kind = CELL_EMPTY };

	if (cells->kind) {
		formula_cell_write(cells->kind, cells->is_raw, stmt, 1, display, form, out);
		return;
	}
	if (display->type->id == TYPE_ctime || display->type->id == TYPE_mtime)
		cell = (struct cell){ .kind = CELL_INTEGER, .integer = store_column_int(stmt, 1) };
	else
		cell_fetch(stmt, 1, display, &cell);
	cell_write(display, &cell, form, out);
}

bool link_cells_write(const struct link_cells *cells, struct store_conn *conn, struct link_page *page,
		      struct json_out *out, struct error *err)
{
	sqlite3_stmt *stmt;
	int64_t count = 0;
	bool ok, row;

	if (!store_prepare(conn, cells->sql, &stmt, err))
		return false;
	formula_sql_bind(&cells->values, stmt);
	store_bind_str(stmt, 1, page->row_id);
	store_bind_int(stmt, 2, page->limit + 1); /* one more tells whether there are more */
	store_bind_int(stmt, 3, page->offset);
	json_array(out);
	while ((ok = store_step(conn, stmt, &row, err)) && row && count++ < page->limit) {
		if (page->ids_only) {
			json_string(out, store_column_str(stmt, 0));
			continue;
		}
		json_object(out);
		json_field_str(out, "row_id", store_column_str(stmt, 0));
		json_key(out, "display_value");
		write_display(cells, stmt, page->form, out);
		json_object_end(out);
	}
	page->is_cut = ok && row;
	if (page->is_cut)
		store_reset(stmt);
	json_array_end(out);
	return ok;
}

/* ---- query-links ---- */

/* A whole number from 0 to `max`, which larger ones become; `fallback` when it is left out or no such number. */
static int64_t read_count(const cJSON *number, int64_t fallback, int64_t max)
{
	if (!cJSON_IsNumber(number) || !(number->valuedouble >= 0))
		return fallback;
	return number->valuedouble < (double)max ? (int64_t)number->valuedouble : max;
}

static bool read_page(const cJSON *asked, struct link_page *page, struct error *err)
{
	*page = (struct link_page){
		.row_id = cJSON_IsString(asked) ? json_str(asked) : json_get_str(asked, "row_id"),
		.offset = read_count(json_get(asked, "offset"), 0, INT32_MAX),
		.limit = read_count(json_get(asked, "limit"), 10, BASE_MAX_LINKS_SHOWN),
		.form = FORM_NAMES,
	};
	return page->row_id.at || FAIL_WITH(err, param_invalid, STR("rows"));
}

static bool query_links(struct base_read *read, struct arena *arena, const struct base_query_links *query,
			struct json_out *out, struct error *err)
{
	const struct table *table = model_find_table(read->model, &query->table, err);
	const struct column *column;
	const cJSON *asked;
	struct link_cells cells;

	if (!table)
		return false;
	column = table_find_column(table, query->column);
	if (!column)
		return FAIL_WITH(err, column_not_found, query->column);
	if (!column->link || !column->link->display)
		return FAIL_WITH(err, link_not_found, query->column);
	link_cells_init(&cells, arena, column->link);
	json_object(out);
	cJSON_ArrayForEach(asked, query->rows)
	{
		struct link_page page;

		if (!read_page(asked, &page, err))
			return false;
		json_key_str(out, page.row_id);
		if (!link_cells_write(&cells, read->conn, &page, out, err))
			return false;
	}
	json_object_end(out);
	return true;
}

bool base_query_links(struct base *base, struct arena *arena, const struct base_query_links *query,
		      struct json_out *out, struct error *err)
{
	struct base_read read;
	bool ok;

	if (cJSON_GetArraySize(query->rows) > BASE_MAX_ROWS)
		return FAIL_WITH(err, rows_limit, STR("1000"));
	if (!base_read_begin(base, &read, err))
		return false;
	ok = query_links(&read, arena, query, out, err);
	base_read_end(&read);
	return ok;
}
