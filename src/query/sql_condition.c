/* Conditions as SQLite's SQL. They are two-valued: NULL makes a comparison false and its negation true
 * (sql.md 6). Where NULL and false are the same, at the top of WHERE and in what AND and OR join there, the plain
 * operator is written, so that SQLite can use it for joins and indexes. */
#include <string.h>

#include "model/option.h"
#include "query/sql_node.h"

static void emit(struct formula_sql *out, const char *text)
{
	buf_append_str(&out->sql, str_from_c(text));
}

static void value(struct formula_sql *out, const struct node *node)
{
	formula_emit(out, node, 0);
}

/* ---- comparisons ---- */

static void emit_option_id(struct formula_sql *out, const struct column *column, const struct node *name)
{
	const struct select_option *option = name->type == NODE_TEXT ? column_option_by_name(column, name->text) : NULL;

	if (option)
		formula_emit_text(out, option->id);
	else
		emit(out, "NULL");
}

static bool is_plain_constant(const struct node *node)
{
	return node->type == NODE_TEXT;
}

static void emit_sides(struct formula_sql *out, const struct node *a, const struct node *b, const char *mark)
{
	const struct node *select = sql_select_column(a) && is_plain_constant(b)   ? a
				    : sql_select_column(b) && is_plain_constant(a) ? b
										   : NULL;
	bool same = strcmp(mark, "=") == 0 || strcmp(mark, "<>") == 0;
	int kind = sql_common_kind(a, b);

	if (select && same) {
		sql_emit_stored(out, select);
		emit(out, mark);
		emit_option_id(out, select->column, select == a ? b : a);
		return;
	}
	sql_emit_operand(out, a, kind);
	emit(out, mark);
	sql_emit_operand(out, b, kind);
}

/* `text` must be NULL where it is not true or false; then it counts as `when_null`. */
static void close_two_valued(struct formula_sql *out, bool plain, bool when_null)
{
	if (!plain)
		emit(out, when_null ? ",1)" : ",0)");
	else
		emit(out, ")");
}

static void open_two_valued(struct formula_sql *out, bool plain)
{
	emit(out, plain ? "(" : "coalesce(");
}

static void emit_comparison(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	static const char *const marks[] = {
		[SQL_EQUAL] = "=",       [SQL_UNEQUAL] = "<>", [SQL_LESS] = "<",
		[SQL_LESS_EQUAL] = "<=", [SQL_GREATER] = ">",  [SQL_GREATER_EQUAL] = ">="
	};
	bool plain = null_is_false && node->op != SQL_UNEQUAL;

	open_two_valued(out, plain);
	if (!sql_emit_date_range(out, node))
		emit_sides(out, node->arguments[0], node->arguments[1], marks[node->op]);
	close_two_valued(out, plain, node->op == SQL_UNEQUAL);
}

static void emit_between(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	const struct node *of = node->arguments[0];
	int kind = sql_common_kind(of, node->arguments[1]);
	bool plain = null_is_false && !node->negated;

	open_two_valued(out, plain);
	if (!sql_emit_date_range(out, node)) {
		sql_emit_operand(out, of, kind);
		emit(out, node->negated ? " NOT BETWEEN " : " BETWEEN ");
		sql_emit_operand(out, node->arguments[1], kind);
		emit(out, " AND ");
		sql_emit_operand(out, node->arguments[2], kind);
	}
	close_two_valued(out, plain, node->negated);
}

static void emit_like(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	emit(out, node->negated ? "(NOT " : "(");
	if (null_is_false && !node->negated)
		sql_emit_prefix(out, node);
	emit(out, node->op == SQL_LIKE ? "text_like(" : "text_ilike(");
	sql_emit_operand(out, node->arguments[0], KIND_TEXT);
	emit(out, ",");
	sql_emit_operand(out, node->arguments[1], KIND_TEXT);
	emit(out, "))");
}

/* ---- lists ---- */

static void write_element(struct json_out *json, const struct node *node, int kind)
{
	double number;

	if (node->type == NODE_NUMBER)
		json_number(json, node->number);
	else if (node->type == NODE_BOOL)
		json_bool(json, node->number != 0);
	else if (sql_is_number_kind(kind) && str_to_double(str_trim(node->text), &number))
		json_number(json, number);
	else
		json_string(json, node->text);
}

/* The constants as a bound JSON list, or what the SELECT gives as one; NULLs equal nothing. */
static void emit_wanted(struct formula_sql *out, const struct node *list, int kind)
{
	struct json_out json;
	struct buf text;

	if (list->type == NODE_SELECT) {
		emit(out, "(SELECT json_group_array(c0) FROM (");
		sql_emit_query(out, list->select, -1);
		emit(out, ") WHERE c0 IS NOT NULL)");
		return;
	}
	buf_init(&text, 1 << 20);
	json = json_out_to(&text);
	json_array(&json);
	for (size_t i = 0; i < list->count; i++) {
		if (list->arguments[i]->type != NODE_NULL)
			write_element(&json, list->arguments[i], kind);
	}
	json_array_end(&json);
	formula_emit_text(out, str_copy(out->arena, buf_str(&text)));
	buf_free(&text);
}

/* "none" is true of an empty cell, the others false. */
static void emit_has(struct formula_sql *out, const struct node *node, enum sql_operator op)
{
	static const char *const functions[] = { [SQL_HAS_ANY] = "list_has_any(",
						 [SQL_HAS_ALL] = "list_has_all(",
						 [SQL_HAS_NONE] = "list_has_any(",
						 [SQL_IS_EXACTLY] = "list_is_exactly(" };
	const struct node *of = node->arguments[0];

	emit(out, op == SQL_HAS_NONE ? "(NOT coalesce(" : "coalesce(");
	emit(out, functions[op]);
	value(out, of);
	emit(out, ",");
	emit_wanted(out, node->arguments[1], formula_single_kind(of));
	emit(out, op == SQL_HAS_NONE ? "),0))" : "),0)");
}

/* The one column of a SELECT as values of the kind that it is compared in. */
static void emit_wanted_rows(struct formula_sql *out, const struct node *rows, int kind)
{
	bool list = rows->kind == KIND_LIST, text = formula_single_kind(rows) == KIND_TEXT;

	emit(out, "(SELECT ");
	emit(out, kind == KIND_DATE ? "date_full(" : "(");
	emit(out, !list ? "(" : text ? "list_first(" : "list_single(");
	emit(out, "c0)) FROM (");
	sql_emit_query(out, rows->select, -1);
	emit(out, "))");
}

/* NULLs among the rows equal nothing. */
static void emit_in_rows(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	const struct node *of = node->arguments[0], *rows = node->arguments[1];
	int kind = sql_common_kind(of, rows);

	if (of->kind == KIND_LIST) {
		emit_has(out, node, node->negated ? SQL_HAS_NONE : SQL_HAS_ANY);
		return;
	}
	emit(out, node->negated ? "(NOT coalesce(" : null_is_false ? "(" : "coalesce(");
	sql_emit_operand(out, of, kind);
	emit(out, " IN ");
	emit_wanted_rows(out, rows, kind);
	emit(out, node->negated ? ",0))" : null_is_false ? ")" : ",0)");
}

static void emit_in(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	const struct node *of = node->arguments[0], *list = node->arguments[1], *select = sql_select_column(of);
	bool plain = null_is_false && !node->negated;
	size_t written = 0;

	if (list->type == NODE_SELECT) {
		emit_in_rows(out, node, null_is_false);
		return;
	}
	if (of->kind == KIND_LIST) {
		emit_has(out, node, node->negated ? SQL_HAS_NONE : SQL_HAS_ANY);
		return;
	}
	open_two_valued(out, plain);
	if (select)
		sql_emit_stored(out, select);
	else
		sql_emit_operand(out, of, of->kind);
	emit(out, node->negated ? " NOT IN (" : " IN (");
	for (size_t i = 0; i < list->count; i++) {
		if (list->arguments[i]->type == NODE_NULL ||
		    (select && !(list->arguments[i]->type == NODE_TEXT &&
				 column_option_by_name(select->column, list->arguments[i]->text))))
			continue;
		emit(out, written++ ? "," : "");
		if (select)
			emit_option_id(out, select->column, list->arguments[i]);
		else
			sql_emit_operand(out, list->arguments[i], of->kind);
	}
	emit(out, ")");
	close_two_valued(out, plain, node->negated);
}

/* An empty text and an empty list are NULL too. */
static void emit_is_null(struct formula_sql *out, const struct node *node)
{
	const struct node *of = node->arguments[0];
	bool stored = of->type == NODE_COLUMN && of->column && !of->formula && of->hop_count == 0 &&
		      of->column->type->sqlite_type;

	emit(out, "(");
	if (stored) {
		sql_emit_stored(out, of);
	} else {
		emit(out, of->kind == KIND_LIST ? "nullif(" : of->kind == KIND_TEXT ? "nullif(" : "(");
		value(out, of);
		emit(out, of->kind == KIND_LIST ? ",'[]')" : of->kind == KIND_TEXT ? ",'')" : ")");
	}
	emit(out, node->negated ? " IS NOT NULL)" : " IS NULL)");
}

/* ---- conditions ---- */

/* What is no condition by itself is true when it is neither 0, empty nor NULL. */
static void emit_truth(struct formula_sql *out, const struct node *node)
{
	const struct node *list = node->kind == KIND_LIST ? node : NULL;

	emit(out, "coalesce(");
	if (list)
		emit(out, "list_first(");
	value(out, node);
	if (list)
		emit(out, ")");
	emit(out, formula_single_kind(node) == KIND_TEXT || formula_single_kind(node) == KIND_DATE ? "<>''" : "<>0");
	emit(out, ",0)");
}

/* NULL is neither true nor false. */
static void emit_is_false(struct formula_sql *out, const struct node *node)
{
	const struct node *of = node->arguments[0];
	bool condition = of->type == NODE_OPERATOR && !sql_is_arithmetic(of->op);

	emit(out, node->negated ? "(NOT " : "(");
	if (condition) {
		emit(out, "NOT ");
		sql_emit_condition(out, of, false);
	} else {
		emit(out, "coalesce(");
		sql_emit_operand(out, of, formula_single_kind(of));
		emit(out,
		     formula_single_kind(of) == KIND_TEXT || formula_single_kind(of) == KIND_DATE ? "='',0)" : "=0,0)");
	}
	emit(out, ")");
}

/* In halves, so that a thousand conditions are ten deep for SQLite, which limits the depth of expressions. */
static void emit_joined(struct formula_sql *out, const struct node *node, size_t from, size_t to, bool null_is_false)
{
	size_t middle = from + (to - from) / 2;

	if (to - from == 1) {
		sql_emit_condition(out, node->arguments[from], null_is_false);
		return;
	}
	emit(out, "(");
	emit_joined(out, node, from, middle, null_is_false);
	emit(out, node->op == SQL_AND ? " AND " : " OR ");
	emit_joined(out, node, middle, to, null_is_false);
	emit(out, ")");
}

void sql_emit_condition(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	if (node->type != NODE_OPERATOR || sql_is_arithmetic(node->op)) {
		emit_truth(out, node);
		return;
	}
	switch ((enum sql_operator)node->op) {
	case SQL_AND:
	case SQL_OR:
		emit_joined(out, node, 0, node->count, null_is_false);
		break;
	case SQL_NOT:
		emit(out, "(NOT ");
		sql_emit_condition(out, node->arguments[0], false);
		emit(out, ")");
		break;
	case SQL_LIKE:
	case SQL_ILIKE:
		emit_like(out, node, null_is_false);
		break;
	case SQL_IN:
		emit_in(out, node, null_is_false);
		break;
	case SQL_BETWEEN:
		emit_between(out, node, null_is_false);
		break;
	case SQL_IS_NULL:
		emit_is_null(out, node);
		break;
	case SQL_IS_TRUE:
		emit(out, node->negated ? "(NOT " : "(");
		sql_emit_condition(out, node->arguments[0], false);
		emit(out, ")");
		break;
	case SQL_IS_FALSE:
		emit_is_false(out, node);
		break;
	case SQL_HAS_ANY:
	case SQL_HAS_ALL:
	case SQL_HAS_NONE:
	case SQL_IS_EXACTLY:
		emit_has(out, node, (enum sql_operator)node->op);
		break;
	default:
		emit_comparison(out, node, null_is_false);
	}
}
