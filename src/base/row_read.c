/* Reading rows: listing a table, with or without a view, and getting one row. */
#include "base/base_internal.h"

#include <assert.h>
#include <string.h>

#include "core/json_in.h"
#include "core/metric.h"

enum { MAX_CELLS = 1000000 };

/* The limits of a call keep an answer below the documented million cells; nothing has to be counted. */
_Static_assert(BASE_MAX_ROWS *(BASE_MAX_COLUMNS + FIELD_COUNT) <= MAX_CELLS, "an answer may hold a million cells");

/* ---- views ---- */

/* An item without column, predicate or a term where one is needed counts as absent (views.md 3.2). */
static bool filter_is_incomplete(const struct table *table, const cJSON *item)
{
	static const char *const need_no_term[] = { "is_empty", "is_not_empty", "is_current_user_ID", "include_me" };
	struct str key = json_get_str(item, "column_key");
	struct str predicate = json_get_str(item, "filter_predicate");
	const cJSON *term = json_get(item, "filter_term");
	struct str modifier = json_get_str(item, "filter_term_modifier");

	if (str_is_empty(key))
		return true;
	if (!map_get(table->column_by_key, key))
		return false;
	if (str_is_empty(predicate))
		return true;
	for (size_t i = 0; i < sizeof(need_no_term) / sizeof(need_no_term[0]); i++) {
		if (str_equal_c(predicate, need_no_term[i]))
			return false;
	}
	if (!str_is_empty(modifier))
		return false;
	return !term || cJSON_IsNull(term) || (cJSON_IsString(term) && str_is_empty(json_str(term))) ||
	       (cJSON_IsArray(term) && !term->child);
}

static bool view_has_filter(const struct table *table, const struct view *view)
{
	const cJSON *filters = json_get(view->body_tree, "filters"), *item = NULL, *inner = NULL;

	cJSON_ArrayForEach(item, filters)
	{
		const cJSON *group = json_get(item, "filters");

		if (!group && !filter_is_incomplete(table, item))
			return true;
		cJSON_ArrayForEach(inner, group)
		{
			if (!filter_is_incomplete(table, inner))
				return true;
		}
	}
	return false;
}

/* ---- paging in table order ---- */

/* Whoever pages through a table asks for the rows behind the page before. To skip those by counting would read them all
 * again, so the end of the newest pages is remembered, as long as the base does not change. */
static int64_t skip_by_mark(struct base *base, const struct table *table, int64_t version, int64_t *offset)
{
	const struct page_mark *best = NULL;
	int64_t after = INT64_MIN;

	pthread_mutex_lock(&base->model_lock);
	for (size_t i = 0; i < BASE_MARKS; i++) {
		const struct page_mark *mark = &base->marks[i];

		if (mark->version == version && mark->start > 0 && mark->start <= *offset &&
		    memcmp(mark->table_id, table->id.at, ID_SHORT_LEN) == 0 && (!best || mark->start > best->start))
			best = mark;
	}
	if (best) {
		*offset -= best->start;
		after = best->after;
	}
	pthread_mutex_unlock(&base->model_lock);
	return after;
}

static void set_mark(struct base *base, const struct table *table, int64_t version, int64_t start, int64_t after)
{
	struct page_mark *mark;

	pthread_mutex_lock(&base->model_lock);
	mark = &base->marks[base->next_mark++ % BASE_MARKS];
	*mark = (struct page_mark){ .version = version, .start = start, .after = after };
	memcpy(mark->table_id, table->id.at, ID_SHORT_LEN);
	pthread_mutex_unlock(&base->model_lock);
}

static bool list_in_table_order(struct base_read *read, struct arena *arena, const struct table *table,
				struct row_output *output, const struct base_list_rows *query, struct json_out *out,
				struct error *err)
{
	int64_t version, offset = query->start, after, count = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!base_version_read(read->conn, &version, err))
		return false;
	after = skip_by_mark(read->base, table, version, &offset);
	if (!store_prepare(read->conn,
			   str_format(arena,
				      "SELECT %.*s FROM \"rows_%.*s\" WHERE _n > ?1 ORDER BY _n LIMIT ?2 OFFSET ?3",
				      STR_ARG(output->select), STR_ARG(table->id)),
			   &stmt, err))
		return false;
	store_bind_int(stmt, 1, after);
	store_bind_int(stmt, 2, query->limit);
	store_bind_int(stmt, 3, offset);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row &&
	       (ok = row_output_write(output, stmt, out, err))) {
		after = sqlite3_column_int64(stmt, 0);
		count++;
	}
	store_reset(stmt);
	if (ok && count > 0 && count == query->limit)
		set_mark(read->base, table, version, query->start + count, after);
	metric_add(M_rows_read_total, count);
	return ok;
}

/* ---- sorted ---- */

static bool sorted_places(struct base_read *read, struct arena *arena, const struct table *table,
			  const struct row_order *order, const struct base_list_rows *query, int64_t *places,
			  size_t *count, struct error *err)
{
	struct str sql = str_format(arena, "SELECT _n FROM \"rows_%.*s\" ORDER BY %.*s_n LIMIT ?%d OFFSET ?%d",
				    STR_ARG(table->id), STR_ARG(buf_str(&order->sql)), order->bound_count + 1,
				    order->bound_count + 2);
	sqlite3_stmt *stmt;
	bool ok, row;

	*count = 0;
	if (!store_prepare(read->conn, sql, &stmt, err))
		return false;
	row_order_bind(order, stmt);
	store_bind_int(stmt, order->bound_count + 1, query->limit);
	store_bind_int(stmt, order->bound_count + 2, query->start);
	while ((ok = store_step(read->conn, stmt, &row, err)) && row)
		places[(*count)++] = sqlite3_column_int64(stmt, 0);
	return ok;
}

/* First the places of the page's rows, then those rows: the sorter holds keys only. */
static bool list_sorted(struct base_read *read, struct arena *arena, const struct table *table,
			struct row_output *output, const struct row_order *order, const struct base_list_rows *query,
			struct json_out *out, struct error *err)
{
	int64_t *places = ARENA_ARRAY(arena, int64_t, (size_t)query->limit + 1);
	sqlite3_stmt *stmt;
	size_t count;
	bool row;

	if (!sorted_places(read, arena, table, order, query, places, &count, err) ||
	    !store_prepare(read->conn,
			   str_format(arena, "SELECT %.*s FROM \"rows_%.*s\" WHERE _n = ?1", STR_ARG(output->select),
				      STR_ARG(table->id)),
			   &stmt, err))
		return false;
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

static bool order_of(struct row_order *order, const struct table *table, const struct view *view,
		     const struct base_list_rows *query, struct error *err)
{
	if (!str_is_empty(query->order_by)) {
		const struct column *column = table_find_column(table, query->order_by);

		if (!column)
			return FAIL_WITH(err, column_not_found, query->order_by);
		row_order_add(order, column, query->descending);
	} else if (view) {
		row_order_add_view(order, table, view);
	}
	return true;
}

static bool list_rows(struct base_read *read, struct arena *arena, const struct base_list_rows *query,
		      struct json_out *out, struct error *err)
{
	const struct table *table = model_find_table(read->model, &query->table, err);
	const struct view *view = NULL;
	struct row_output output;
	struct row_order order;
	bool ok;

	if (!table)
		return false;
	if (!str_is_empty(query->view.id) || !str_is_empty(query->view.name)) {
		view = table_find_view(table, &query->view, err);
		if (!view)
			return false;
		if (view_has_filter(table, view))
			return FAIL_WITH(err, not_implemented, STR("A view with filters"));
	}
	row_order_init(&order, &query->names);
	row_output_init(&output, arena, read->conn, table, view, query->form);
	output.link_ids = query->link_ids;
	json_object(out);
	json_key(out, "rows");
	json_array(out);
	ok = order_of(&order, table, view, query, err);
	if (ok && order.bound_count == 0)
		ok = list_in_table_order(read, arena, table, &output, query, out, err);
	else if (ok)
		ok = list_sorted(read, arena, table, &output, &order, query, out, err);
	json_array_end(out);
	json_object_end(out);
	row_order_free(&order);
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
		    enum cell_form form, struct json_out *out, struct error *err)
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
	if (!row_output_write(&output, stmt, out, err))
		return false;
	store_reset(stmt);
	metric_add(M_rows_read_total, 1);
	return true;
}

bool base_get_row(struct base *base, struct arena *arena, const struct table_ref *table, struct str row_id,
		  enum cell_form form, struct json_out *out, struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = get_row(&read, arena, table, row_id, form, out, err);
	base_read_end(&read);
	return ok;
}
