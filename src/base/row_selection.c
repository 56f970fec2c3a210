/* Which rows of a table a call asks for, and in which order: by its view, its own filters, its order and its cursor. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"
#include "query/filter.h"

/* Adds the condition of one list of filters to those before; the values follow the order's, LIMIT and OFFSET. */
static void add_filter(struct selection *selection, const struct filters *filters)
{
	struct formula_sql *sql = &selection->filter;
	size_t before = sql->sql.len;

	if (before > 0)
		buf_append_str(&sql->sql, STR(" AND "));
	if (filter_compile(sql, selection->table, filters, &selection->problem) != FILTER_SOME)
		sql->sql.len = before;
}

static void read_filters(struct selection *selection, struct arena *arena, const struct base_list_rows *query)
{
	struct filters filters = { .user = query->user, .id_in_team = query->id_in_team, .uses = &selection->uses };

	formula_sql_init(&selection->filter, arena, clock_now_ms(), row_order_parameters(&selection->order) + 3);
	if (selection->view) {
		filters.items = json_get(selection->view->body_tree, "filters");
		filters.conjunction = json_get_str(selection->view->body_tree, "filter_conjunction");
		add_filter(selection, &filters);
	}
	if (query->filters) {
		filters.items = query->filters;
		filters.conjunction = query->filter_conjunction;
		filters.by_name = true;
		add_filter(selection, &filters);
	}
}

static bool read_order(struct selection *selection, const struct model *model, struct arena *arena,
		       const struct base_list_rows *query, struct error *err)
{
	const cJSON *groupbys = query->groupbys;

	row_order_init(&selection->order, arena, &query->names);
	if (query->grouped && selection->view)
		groupbys = json_get(selection->view->body_tree, "groupbys");
	row_groups_add(&selection->groups, &selection->order, model, selection->table, groupbys);
	if (!str_is_empty(query->order_by)) {
		const struct column *column = table_find_column(selection->table, query->order_by);

		if (!column)
			return FAIL_WITH(err, column_not_found, query->order_by);
		row_order_add(&selection->order, selection->table, column, query->descending);
	} else if (selection->view) {
		row_order_add_view(&selection->order, selection->table, selection->view);
	}
	return true;
}

void selection_free(struct selection *selection)
{
	row_order_free(&selection->order);
	formula_sql_free(&selection->filter);
}

/* In table order the place alone tells where to go on; else the order's terms come first. */
static bool read_cursor(struct selection *selection, struct base_read *read, struct arena *arena,
			const struct base_list_rows *query, struct error *err)
{
	if (str_is_empty(query->cursor))
		return true;
	if (!row_cursor_read(read->conn, arena, query->cursor, selection->table, &selection->order, &selection->cursor,
			     err))
		return false;
	selection->has_cursor = true;
	return true;
}

/* The first rows in a column's order can be found by its index, unless a condition leaves some out. */
static void choose_index(struct selection *selection, struct base_read *read, struct arena *arena,
			 const struct base_list_rows *query)
{
	const struct row_order *order = &selection->order;

	if (selection->filter.sql.len == 0 && order->term_count > 0 && order->terms[0].bare && query->limit > 0)
		(void)index_use_add(&selection->uses, INDEX_ORDER, 0, selection->table, order->terms[0].bare);
	selection->by_index = auto_index_choose(read->conn, arena, &selection->uses, query->start + query->limit) != 0;
	selection->is_keyset = selection->by_index && selection->has_cursor && selection->filter.sql.len == 0 &&
			       order->term_count == 1 && query->start == 0;
}

/* The condition of the cursor, unless its rows are found without. */
static void add_cursor(struct selection *selection)
{
	struct formula_sql *filter = &selection->filter;

	if (!selection->has_cursor || selection->is_keyset ||
	    (selection->order.term_count == 0 && filter->sql.len == 0))
		return;
	if (filter->sql.len > 0) {
		buf_append_str(&filter->sql, STR(" AND "));
	} else { /* rows before the cursor would be passed over one by one in the index's order */
		selection->by_index = false;
		selection->uses.count = 0;
	}
	row_cursor_emit(&selection->cursor, &selection->order, filter);
}

bool selection_init(struct selection *selection, struct base_read *read, struct arena *arena,
		    const struct base_list_rows *query, struct error *err)
{
	*selection = (struct selection){ .table = model_find_table(read->model, &query->table, err) };
	if (!selection->table)
		return false;
	if (!str_is_empty(query->view.id) || !str_is_empty(query->view.name)) {
		selection->view = table_find_view(selection->table, &query->view, err);
		if (!selection->view)
			return false;
	}
	selection->without_archived = selection->view && !str_equal_c(selection->view->type, "archive");
	if (!read_order(selection, read->model, arena, query, err)) {
		row_order_free(&selection->order);
		return false;
	}
	read_filters(selection, arena, query);
	if (!read_cursor(selection, read, arena, query, err)) {
		selection_free(selection);
		return false;
	}
	choose_index(selection, read, arena, query);
	add_cursor(selection);
	return true;
}

struct str selection_where(const struct selection *selection, struct arena *arena)
{
	struct str filter = buf_str(&selection->filter.sql), where = STR("");

	if (selection->by_index)
		where = STR(" WHERE r0." INDEX_TERM);
	if (selection->without_archived)
		where = str_format(arena, "%.*s%sr0._archived = 0", STR_ARG(where), where.len ? " AND " : " WHERE ");
	if (filter.len > 0)
		where = str_format(arena, "%.*s%s%.*s", STR_ARG(where), where.len ? " AND " : " WHERE ",
				   STR_ARG(filter));
	return where;
}
