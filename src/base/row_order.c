/* ORDER BY for rows (views.md 4): by columns in their types' own order, empty cells last in both directions, and by the
 * table's order at last, which makes it stable. */
#include "base/base_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/json_in.h"

/* How the cells of a type are compared; "%s" stands for the quoted column. NULL sorts last. */
struct sort_form {
	enum column_type_id type;
	bool binds; /* "?%d" takes what row_order_bind() gives */
	const char *sql;
};

#define BY_VALUE "%s"
#define BY_TEXT "%s COLLATE natural_order"

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
	{ TYPE_checkbox, false, "coalesce(%s, 0)" },
	{ TYPE_single_select, true, "option_rank(%s, ?%d)" },
	{ TYPE_multiple_select, true, "option_ranks(%s, ?%d)" },
	{ TYPE_collaborator, true, "user_names(%s, ?%d) COLLATE natural_order" },
};

void row_order_init(struct row_order *order, const struct user_names *names)
{
	order->names = names;
	order->term_count = 0;
	buf_init(&order->sql, 1 << 16);
}

static const struct sort_form *form_of(const struct column *column)
{
	for (size_t i = 0; i < sizeof(sort_forms) / sizeof(sort_forms[0]); i++) {
		if (sort_forms[i].type == column->type->id)
			return &sort_forms[i];
	}
	return NULL;
}

void row_order_add(struct row_order *order, const struct column *column, bool descending)
{
	const struct sort_form *form = form_of(column);
	struct row_order_term *term;
	char quoted[24];

	if (!form || order->term_count == ROW_ORDER_MAX)
		return;
	assert(key_is_safe(column->key));
	snprintf(quoted, sizeof(quoted), "\"%.*s\"", STR_ARG(column->key));
	term = &order->terms[order->term_count++];
	*term = (struct row_order_term){ .bound = form->binds ? column : NULL,
					 .bare = strcmp(form->sql, BY_VALUE) == 0 ? column : NULL,
					 .from = order->sql.len,
					 .descending = descending };
	if (form->binds)
		buf_printf(&order->sql, form->sql, quoted, order->term_count);
	else
		buf_printf(&order->sql, form->sql, quoted);
	term->to = order->sql.len;
	buf_printf(&order->sql, " %s NULLS LAST, ", descending ? "DESC" : "ASC");
}

void row_order_add_view(struct row_order *order, const struct table *table, const struct view *view)
{
	const cJSON *sorts = json_get(view->body_tree, "sorts"), *sort = NULL;

	cJSON_ArrayForEach(sort, sorts)
	{
		const struct column *column = map_get(table->column_by_key, json_get_str(sort, "column_key"));

		if (column)
			row_order_add(order, column, str_equal_c(json_get_str(sort, "sort_type"), "down"));
	}
}

void row_order_bind(const struct row_order *order, sqlite3_stmt *stmt)
{
	for (int i = 0; i < order->term_count; i++) {
		const struct column *column = order->terms[i].bound;

		if (column && column->type->id == TYPE_collaborator)
			sqlite3_bind_pointer(stmt, i + 1, (void *)order->names, SQL_NAMES_POINTER, NULL);
		else if (column)
			sqlite3_bind_pointer(stmt, i + 1, (void *)column, SQL_COLUMN_POINTER, NULL);
	}
}

struct str row_order_expression(const struct row_order *order, int term)
{
	return str_slice(buf_str(&order->sql), order->terms[term].from, order->terms[term].to);
}

void row_order_free(struct row_order *order)
{
	buf_free(&order->sql);
}
