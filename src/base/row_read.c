/* Reading rows: listing a table, with or without a view, and getting one row. */
#include "base/base_internal.h"

#include <assert.h>
#include <string.h>

#include "core/metric.h"
#include "query/formula.h"

enum { MAX_CELLS = 1000000 };

/* The limits of a call keep an answer below the documented million cells; nothing has to be counted. */
_Static_assert(BASE_MAX_ROWS *(BASE_MAX_COLUMNS + FIELD_COUNT) <= MAX_CELLS, "an answer may hold a million cells");

/* Where an answer ended: the place of its last row, and whether there are more rows behind it. */
struct page_end {
	int64_t place;
	bool is_cut;
	bool links_cut; /* a link cell holds more than is shown */
};

/* ---- paging in table order ---- */

/* Whoever pages through a table asks for the rows behind the page before. To skip those by counting would read them all
 * again, so the end of the newest pages is remembered, as long as the base does not change. */
static int64_t skip_by_mark(struct base *base, const struct selection *selection, int64_t version, int64_t *offset)
{
	const struct page_mark *best = NULL;
	int64_t after = INT64_MIN;

	pthread_mutex_lock(&base->model_lock);
	for (size_t i = 0; i < BASE_MARKS; i++) {
		const struct page_mark *mark = &base->marks[i];

		if (mark->version == version && mark->start > 0 && mark->start <= *offset &&
		    mark->without_archived == selection->without_archived &&
		    memcmp(mark->table_id, selection->table->id.at, ID_SHORT_LEN) == 0 &&
		    (!best || mark->start > best->start))
			best = mark;
	}
	if (best) {
		*offset -= best->start;
		after = best->after;
	}
	pthread_mutex_unlock(&base->model_lock);
	return after;
}

static void set_mark(struct base *base, const struct selection *selection, int64_t version, int64_t start,
		     int64_t after)
{
	struct page_mark *mark;

	pthread_mutex_lock(&base->model_lock);
	mark = &base->marks[base->next_mark++ % BASE_MARKS];
	*mark = (struct page_mark){
		.version = version, .start = start, .after = after, .without_archived = selection->without_archived
	};
	memcpy(mark->table_id, selection->table->id.at, ID_SHORT_LEN);
	pthread_mutex_unlock(&base->model_lock);
}

static bool list_in_table_order(struct base_read *read, struct arena *arena, const struct selection *selection,
				struct row_output *output, const struct base_list_rows *query, struct json_out *out,
				struct page_end *end, struct error *err)
{
	int64_t version, offset = query->start, after, first = 0, count = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!base_version_read(read->conn, &version, err))
		return false;
	after = selection->has_cursor ? selection->cursor.place : skip_by_mark(read->base, selection, version, &offset);
	if (!store_prepare(read->conn,
			   str_format(arena,
				      "SELECT %.*s FROM \"rows_%.*s\" WHERE _n > ?1%s ORDER BY _n LIMIT ?2 OFFSET ?3",
				      STR_ARG(output->select), STR_ARG(selection->table->id),
				      selection->without_archived ? " AND _archived = 0" : ""),
			   &stmt, err))
		return false;
	store_bind_int(stmt, 1, after);
	store_bind_int(stmt, 2, query->limit + 1); /* one more tells whether there are more */
	store_bind_int(stmt, 3, offset);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row && count < query->limit &&
	       (ok = row_output_write(output, stmt, out, err))) {
		after = sqlite3_column_int64(stmt, 0);
		first = count++ == 0 ? after : first;
	}
	store_reset(stmt);
	*end = (struct page_end){ .place = after, .is_cut = ok && row && count > 0 };
	if (count > 0 && offset > 0) /* rows were skipped by counting: the same page is found at once the next time */
		set_mark(read->base, selection, version, query->start, first - 1);
	if (end->is_cut && !selection->has_cursor)
		set_mark(read->base, selection, version, query->start + count, after);
	metric_add(M_rows_read_total, count);
	return ok;
}

/* ---- filtered or sorted ---- */

static bool selected_places(struct base_read *read, struct arena *arena, const struct selection *selection,
			    const struct base_list_rows *query, int64_t *places, size_t *count, struct error *err)
{
	const struct row_order *order = &selection->order;
	int limit = row_order_parameters(order) + 1;
	struct str sql =
		str_format(arena, "SELECT r0._n FROM \"rows_%.*s\" AS r0%.*s ORDER BY %.*sr0._n LIMIT ?%d OFFSET ?%d",
			   STR_ARG(selection->table->id), STR_ARG(selection_where(selection, arena)),
			   STR_ARG(buf_str(&order->sql)), limit, limit + 1);
	sqlite3_stmt *stmt;
	bool ok, row;

	*count = 0;
	if (!store_prepare(read->conn, sql, &stmt, err))
		return false;
	row_order_bind(order, stmt);
	store_bind_int(stmt, limit, query->limit + 1); /* one more tells whether there are more */
	store_bind_int(stmt, limit + 1, query->start);
	formula_sql_bind(&selection->filter, stmt);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row)
		places[(*count)++] = sqlite3_column_int64(stmt, 0);
	auto_index_note(read->base, &selection->uses, stmt);
	return ok;
}

static bool keyset_places(struct base_read *read, struct arena *arena, const struct selection *selection, bool empty,
			  int64_t limit, int64_t *places, size_t *count, struct error *err)
{
	struct str sql = str_format(arena, "SELECT r0._n FROM \"rows_%.*s\" AS r0%.*s AND %.*s",
				    STR_ARG(selection->table->id), STR_ARG(selection_where(selection, arena)),
				    STR_ARG(row_cursor_keyset(&selection->cursor, &selection->order, empty, arena)));
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(read->conn, sql, &stmt, err))
		return false;
	row_cursor_bind(&selection->cursor, stmt, limit - (int64_t)*count);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row)
		places[(*count)++] = sqlite3_column_int64(stmt, 0);
	auto_index_note(read->base, &selection->uses, stmt);
	return ok;
}

/* Behind a cursor in the order of an index: those that have a cell, then those that have none. */
static bool places_behind(struct base_read *read, struct arena *arena, const struct selection *selection,
			  const struct base_list_rows *query, int64_t *places, size_t *count, struct error *err)
{
	bool in_empty = cJSON_IsNull(selection->cursor.values);
	int64_t limit = query->limit + 1;

	*count = 0;
	return (in_empty || keyset_places(read, arena, selection, false, limit, places, count, err)) &&
	       ((int64_t)*count == limit || keyset_places(read, arena, selection, true, limit, places, count, err));
}

/* First the places of the page's rows, then those rows: the sorter holds keys only. */
static bool list_selected(struct base_read *read, struct arena *arena, const struct selection *selection,
			  struct row_output *output, const struct base_list_rows *query, struct json_out *out,
			  struct page_end *end, struct error *err)
{
	int64_t *places = ARENA_ARRAY(arena, int64_t, (size_t)query->limit + 1);
	sqlite3_stmt *stmt;
	size_t count;
	bool row;

	if (!(selection->is_keyset ? places_behind : selected_places)(read, arena, selection, query, places, &count,
								      err) ||
	    !store_prepare(read->conn,
			   str_format(arena, "SELECT %.*s FROM \"rows_%.*s\" WHERE _n = ?1", STR_ARG(output->select),
				      STR_ARG(selection->table->id)),
			   &stmt, err))
		return false;
	if (count > (size_t)query->limit)
		*end = (struct page_end){ .place = places[--count ? count - 1 : 0], .is_cut = count > 0 };
	for (size_t i = 0; i < count; i++) {
		store_bind_int(stmt, 1, places[i]);
		if (!store_step(read->conn, stmt, &row, err))
			return false;
		if (row && !row_output_write(output, stmt, out, err))
			return false;
		sqlite3_reset(stmt);
	}
	store_reset(stmt);
	metric_add(M_rows_read_total, (int64_t)count);
	return true;
}

/* ---- the calls ---- */

static bool write_rows(struct base_read *read, struct arena *arena, const struct selection *selection,
		       const struct base_list_rows *query, struct json_out *out, struct page_end *end,
		       struct error *err)
{
	struct row_output output;
	bool ok;

	if (selection->problem)
		return true;
	row_output_init(&output, arena, read->conn, selection->table, selection->view, query->form);
	output.link_ids = query->link_ids;
	if (selection->order.term_count == 0 && selection->filter.sql.len == 0)
		ok = list_in_table_order(read, arena, selection, &output, query, out, end, err);
	else
		ok = list_selected(read, arena, selection, &output, query, out, end, err);
	end->links_cut = output.links_cut;
	return ok;
}

static bool list_rows(struct base_read *read, struct arena *arena, const struct base_list_rows *query,
		      struct json_out *out, struct error *err)
{
	struct page_end end = { 0 };
	struct selection selection;
	bool ok;

	if (!selection_init(&selection, read, arena, query, err))
		return false;
	if (selection.problem && query->filters) {
		ok = FAIL_WITH(err, filter_invalid, str_from_c(selection.problem));
	} else {
		json_object(out);
		json_key(out, "rows");
		json_array(out);
		ok = write_rows(read, arena, &selection, query, out, &end, err);
		json_array_end(out);
		if (ok && end.is_cut)
			ok = row_cursor_write(read->conn, arena, selection.table, &selection.order, end.place, out,
					      err);
		if (end.links_cut)
			json_field_bool(out, "links_cut", true);
		if (selection.problem)
			json_field_c(out, "error_message", selection.problem);
		json_object_end(out);
	}
	selection_free(&selection);
	return ok;
}

bool base_list_rows(struct base *base, struct arena *arena, const struct base_list_rows *query, struct json_out *out,
		    struct error *err)
{
	struct base_read read;
	bool ok;

	assert(query->limit >= 0 && query->limit <= BASE_MAX_ROWS);
	if (!base_read_begin(base, &read, err))
		return false;
	ok = list_rows(&read, arena, query, out, err);
	base_read_end(&read);
	return ok;
}

static bool get_row(struct base_read *read, struct arena *arena, const struct table_ref *ref, struct str row_id,
		    enum cell_form form, struct json_out *out, char *version, struct error *err)
{
	const struct table *table = model_find_table(read->model, ref, err);
	struct row_output output;
	sqlite3_stmt *stmt;
	bool row;

	if (!table)
		return false;
	row_output_init(&output, arena, read->conn, table, NULL, form);
	if (!store_prepare(read->conn,
			   str_format(arena, "SELECT %.*s FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(output.select),
				      STR_ARG(table->id)),
			   &stmt, err))
		return false;
	store_bind_str(stmt, 1, row_id);
	if (!store_step(read->conn, stmt, &row, err))
		return false;
	if (!row)
		return FAIL(err, row_not_found);
	row_output_version(&output, stmt, version);
	if (!row_output_write(&output, stmt, out, err))
		return false;
	store_reset(stmt);
	metric_add(M_rows_read_total, 1);
	return true;
}

bool base_get_row(struct base *base, struct arena *arena, const struct table_ref *table, struct str row_id,
		  enum cell_form form, struct json_out *out, char version[ROW_VERSION_LEN + 1], struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = get_row(&read, arena, table, row_id, form, out, version, err);
	base_read_end(&read);
	return ok;
}
