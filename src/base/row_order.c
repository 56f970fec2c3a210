/* ORDER BY for rows (views.md 4): by columns in their types' own order, empty cells last in both directions, and by the
 * table's order at last, which makes it stable. */
#include "base/base_internal.h"

#include <assert.h>
#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "query/formula_node.h"

/* How the cells of a type are compared; "%.*s" stands for the cell. NULL sorts last. */
struct sort_form {
	enum column_type_id type;
	bool binds; /* "?%d" takes what row_order_bind() gives */
	const char *sql;
};

#define BY_VALUE "%.*s"
#define BY_TEXT "%.*s COLLATE natural_order"

static const struct sort_form sort_forms[] = {
	{ TYPE_text, false, BY_TEXT },
	{ TYPE_url, false, BY_TEXT },
	{ TYPE_email, false, BY_TEXT },
	{ TYPE_auto_number, false, BY_TEXT },
	{ TYPE_default, false, BY_TEXT },
	{ TYPE_number, false, BY_VALUE },
	{ TYPE_duration, false, BY_VALUE },
	{ TYPE_rate, false, BY_VALUE },
	{ TYPE_date, false, BY_VALUE },
	{ TYPE_ctime, false, BY_VALUE },
	{ TYPE_mtime, false, BY_VALUE },
	{ TYPE_department, false, BY_VALUE },
	{ TYPE_checkbox, false, "coalesce(%.*s, 0)" },
	{ TYPE_single_select, true, "option_rank(%.*s, ?%d)" },
	{ TYPE_multiple_select, true, "option_ranks(%.*s, ?%d)" },
	{ TYPE_collaborator, true, "user_names(%.*s, ?%d) COLLATE natural_order" },
};

void row_order_init(struct row_order *order, struct arena *arena, const struct user_names *names)
{
	order->names = names;
	order->term_count = 0;
	buf_init(&order->sql, ROW_ORDER_MAX_BYTES);
	formula_sql_init(&order->values, arena, clock_now_ms(), 1);
}

int row_order_next_parameter(struct row_order *order)
{
	formula_emit_text(&order->values, STR(""));
	order->values.sql.len = 0;
	return (int)order->values.count;
}

static const struct sort_form *form_of(enum column_type_id type)
{
	for (size_t i = 0; i < sizeof(sort_forms) / sizeof(sort_forms[0]); i++) {
		if (sort_forms[i].type == type)
			return &sort_forms[i];
	}
	return NULL;
}

/* A computed column is ordered by what it gives; a list by its first number, date or box, by options, names or its text
 * (views.md 4). */
static enum column_type_id computed_type(const struct formula_info *info, const char **wrap)
{
	enum column_type_id element = info->column ? info->column->type->id : TYPE_text;

	*wrap = "%.*s";
	switch (info->kind) {
	case KIND_NUMBER:
	case KIND_DURATION:
		return TYPE_number;
	case KIND_DATE:
		return TYPE_date;
	case KIND_BOOL:
		return TYPE_checkbox;
	case KIND_LIST:
		break;
	default:
		*wrap = "nullif(%.*s,'')";
		return TYPE_text;
	}
	if (info->is_raw && (element == TYPE_single_select || element == TYPE_multiple_select))
		return TYPE_multiple_select;
	if (info->is_raw && element == TYPE_collaborator)
		return TYPE_collaborator;
	*wrap = "list_first(%.*s)";
	if (info->element_kind == KIND_BOOL)
		return TYPE_checkbox;
	if (info->element_kind == KIND_DATE)
		return TYPE_date;
	if (info->element_kind == KIND_NUMBER || info->element_kind == KIND_DURATION)
		return TYPE_number;
	*wrap = "nullif(list_text(%.*s),'')";
	return TYPE_text;
}

bool row_order_cell(struct formula_sql *values, const struct table *table, const struct column *column,
		    struct row_order_cell *cell)
{
	size_t from = values->sql.len;
	struct formula_info info;
	const char *wrap;

	*cell = (struct row_order_cell){ .type = column->type->id, .of = column };
	if (cell->type != TYPE_formula && cell->type != TYPE_link_formula && cell->type != TYPE_link) {
		assert(key_is_safe(column->key));
		cell->sql = str_format(values->arena, "\"%.*s\"", STR_ARG(column->key));
		return true;
	}
	if (!formula_compile_shown(values, table, column, 0, &info))
		return false;
	cell->type = computed_type(&info, &wrap);
	cell->of = info.column;
	cell->sql = str_format(values->arena, wrap, (int)(values->sql.len - from), values->sql.at + from);
	values->sql.len = from;
	return true;
}

void row_order_add_term(struct row_order *order, struct str sql, bool descending, struct row_order_term term)
{
	term.from = order->sql.len;
	term.descending = descending;
	buf_append_str(&order->sql, sql);
	term.to = order->sql.len;
	buf_printf(&order->sql, " %s NULLS LAST, ", descending ? "DESC" : "ASC");
	order->terms[order->term_count++] = term;
}

void row_order_add(struct row_order *order, const struct table *table, const struct column *column, bool descending)
{
	struct row_order_term term = { 0 };
	const struct sort_form *form;
	struct row_order_cell cell;
	struct str sql;

	if (order->term_count == ROW_ORDER_MAX || !row_order_cell(&order->values, table, column, &cell) ||
	    !(form = form_of(cell.type)))
		return;
	if (form->binds) {
		term.bound = cell.of;
		term.by_names = cell.type == TYPE_collaborator;
		term.parameter = row_order_next_parameter(order);
		sql = str_format(order->values.arena, form->sql, STR_ARG(cell.sql), term.parameter);
	} else {
		sql = str_format(order->values.arena, form->sql, STR_ARG(cell.sql));
	}
	term.bare = column == cell.of && strcmp(form->sql, BY_VALUE) == 0 ? column : NULL;
	row_order_add_term(order, sql, descending, term);
}

void row_order_add_view(struct row_order *order, const struct table *table, const struct view *view)
{
	const cJSON *sorts = json_get(view->body_tree, "sorts"), *sort = NULL;

	cJSON_ArrayForEach(sort, sorts)
	{
		const struct column *column = map_get(table->column_by_key, json_get_str(sort, "column_key"));

		if (column)
			row_order_add(order, table, column, str_equal_c(json_get_str(sort, "sort_type"), "down"));
	}
}

int row_order_parameters(const struct row_order *order)
{
	return (int)order->values.count;
}

void row_order_bind(const struct row_order *order, sqlite3_stmt *stmt)
{
	formula_sql_bind(&order->values, stmt);
	for (int i = 0; i < order->term_count; i++) {
		const struct row_order_term *term = &order->terms[i];

		if (term->by_names)
			sqlite3_bind_pointer(stmt, term->parameter, (void *)order->names, SQL_NAMES_POINTER, NULL);
		else if (term->bound)
			sqlite3_bind_pointer(stmt, term->parameter, (void *)term->bound, SQL_COLUMN_POINTER, NULL);
	}
}

struct str row_order_expression(const struct row_order *order, int term)
{
	return str_slice(buf_str(&order->sql), order->terms[term].from, order->terms[term].to);
}

void row_order_free(struct row_order *order)
{
	buf_free(&order->sql);
	formula_sql_free(&order->values);
}
