/* A checked statement as SQLite's SQL. Conditions are two-valued: NULL makes a comparison false and its negation true
 * (sql.md 6). Where NULL and false are the same, at the top of WHERE and in what AND and OR join there, the plain
 * operator is written, so that SQLite can use it for joins and indexes. */
#include <string.h>

#include "core/arena.h"
#include "core/json_make.h"
#include "model/date_text.h"
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

/* ---- columns ---- */

/* The cell as it is stored; of a group of lists the list of the element that they share. */
void sql_emit_stored(struct formula_sql *out, const struct node *node)
{
	if (node->element) {
		buf_printf(&out->sql, "CASE WHEN e%d_%d.value IS NULL THEN NULL ELSE json_array(e%d_%d.value) END",
			   node->source - 1, node->element, node->source - 1, node->element);
		return;
	}
	buf_printf(&out->sql, "r%d.\"%.*s\"", node->source - 1, STR_ARG(node->column->key));
}

void sql_emit_bound_column(struct formula_sql *out, const struct column *column)
{
	out->values = arena_more(out->arena, out->values, out->count, sizeof(struct formula_value));
	out->values[out->count] = (struct formula_value){ .type = FORMULA_COLUMN, .column = column };
	buf_printf(&out->sql, "?%d", out->first_parameter + (int)out->count++);
}

void sql_open_missing(struct formula_sql *out, const struct node *node)
{
	if (node->may_be_missing)
		buf_printf(&out->sql, "CASE WHEN r%d._id IS NULL THEN NULL ELSE ", node->source - 1);
}

void sql_close_missing(struct formula_sql *out, const struct node *node)
{
	if (node->may_be_missing)
		emit(out, " END");
}

/* What formulas compute is computed as formulas do; their errors are NULL here. */
static void emit_computed(struct formula_sql *out, const struct node *node, int alias)
{
	enum function_dialect dialect = out->dialect;

	sql_open_missing(out, node);
	if (node->hop_count > 0 || !formula_emit_arithmetic(out, node->formula, alias)) {
		out->dialect = DIALECT_FORMULA;
		emit(out, "sql_value(");
		if (node->hop_count > 0)
			formula_emit_links(out, node, alias);
		else
			formula_emit_whole(out, node->formula, alias);
		emit(out, ")");
		out->dialect = dialect;
	}
	sql_close_missing(out, node);
}

static bool is_list_of_names(const struct node *node)
{
	return node->type == NODE_COLUMN && node->column && node->hop_count == 0 && !node->formula &&
	       node->column->type->id == TYPE_multiple_select;
}

/* One element of a list that was grouped by, as a list of one. */
static void emit_element(struct formula_sql *out, const struct node *node)
{
	bool names = is_list_of_names(node);

	if (names)
		emit(out, "cell_list(");
	sql_emit_stored(out, node);
	if (names) {
		emit(out, ",");
		sql_emit_bound_column(out, node->column);
		emit(out, ")");
	}
}

void sql_emit_column(struct formula_sql *out, const struct node *node, int alias)
{
	if (node->element) {
		emit_element(out, node);
	} else if (node->field) {
		buf_printf(&out->sql, node->field->sql, alias);
	} else if (node->kind == KIND_EMPTY) {
		emit(out, "NULL");
	} else if (node->formula || node->hop_count > 0) {
		emit_computed(out, node, alias);
	} else if (is_list_of_names(node)) {
		emit(out, "cell_list(");
		sql_emit_stored(out, node);
		emit(out, ",");
		sql_emit_bound_column(out, node->column);
		emit(out, ")");
	} else if (node->kind == KIND_LIST || node->kind == 0) {
		sql_emit_stored(out, node);
	} else {
		formula_emit_column(out, node->column, NULL, alias);
	}
}

/* ---- operands of comparisons ---- */

static bool is_number_kind(int kind)
{
	return kind == KIND_NUMBER || kind == KIND_DURATION || kind == KIND_BOOL;
}

/* A constant as the other side's kind: "30" beside a number, a day beside a date. What can't be is NULL. */
static void emit_constant(struct formula_sql *out, const struct node *node, int kind)
{
	char text[DATE_TEXT_LEN];
	struct civil wall;
	double number;

	if (is_number_kind(kind)) {
		if (str_to_double(str_trim(node->text), &number))
			formula_emit_number(out, number);
		else
			emit(out, "NULL");
	} else if (kind == KIND_DATE) {
		if (date_parse(node->text, false, &wall) && date_print_stored(&wall, DATE_SECOND, text) > 0)
			formula_emit_text(out, str_copy(out->arena, str_from_c(text)));
		else
			emit(out, "NULL");
	} else {
		formula_emit_text(out, node->text);
	}
}

/* One side of a comparison with a value of `kind`: of a list of texts the first element, of other lists the only one
 * (sql.md 7); dates with all their digits, so that they compare as texts. */
static void emit_operand(struct formula_sql *out, const struct node *node, int kind)
{
	if (node->type == NODE_TEXT && node->text.len > 0) {
		emit_constant(out, node, kind);
		return;
	}
	if (kind == KIND_DATE)
		emit(out, "date_full(");
	if (node->kind == KIND_LIST && formula_single_kind(node) == KIND_TEXT)
		emit(out, "list_first(");
	else if (node->kind == KIND_LIST)
		emit(out, "list_single(");
	value(out, node);
	if (node->kind == KIND_LIST)
		emit(out, ")");
	if (kind == KIND_DATE)
		emit(out, ")");
}

/* The kind in which two sides compare: a constant text follows the other. */
static int common_kind(const struct node *a, const struct node *b)
{
	int left = formula_single_kind(a), right = formula_single_kind(b);

	if (a->type == NODE_TEXT)
		return right;
	if (b->type == NODE_TEXT)
		return left;
	return left == KIND_DATE || right == KIND_DATE ? KIND_DATE : left;
}

/* A select column whose options are compared by id: the column itself, else NULL. */
const struct node *sql_select_column(const struct node *node)
{
	return node->type == NODE_COLUMN && node->column && !node->formula && node->hop_count == 0 &&
			       node->column->type->id == TYPE_single_select
		       ? node
		       : NULL;
}

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
	int kind = common_kind(a, b);

	if (select && same) {
		sql_emit_stored(out, select);
		emit(out, mark);
		emit_option_id(out, select->column, select == a ? b : a);
		return;
	}
	emit_operand(out, a, kind);
	emit(out, mark);
	emit_operand(out, b, kind);
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
	int kind = common_kind(of, node->arguments[1]);
	bool plain = null_is_false && !node->negated;

	open_two_valued(out, plain);
	if (!sql_emit_date_range(out, node)) {
		emit_operand(out, of, kind);
		emit(out, node->negated ? " NOT BETWEEN " : " BETWEEN ");
		emit_operand(out, node->arguments[1], kind);
		emit(out, " AND ");
		emit_operand(out, node->arguments[2], kind);
	}
	close_two_valued(out, plain, node->negated);
}

static void emit_like(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	emit(out, node->negated ? "(NOT " : "(");
	if (null_is_false && !node->negated)
		sql_emit_prefix(out, node);
	emit(out, node->op == SQL_LIKE ? "text_like(" : "text_ilike(");
	emit_operand(out, node->arguments[0], KIND_TEXT);
	emit(out, ",");
	emit_operand(out, node->arguments[1], KIND_TEXT);
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
	else if (is_number_kind(kind) && str_to_double(str_trim(node->text), &number))
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
	int kind = common_kind(of, rows);

	if (of->kind == KIND_LIST) {
		emit_has(out, node, node->negated ? SQL_HAS_NONE : SQL_HAS_ANY);
		return;
	}
	emit(out, node->negated ? "(NOT coalesce(" : null_is_false ? "(" : "coalesce(");
	emit_operand(out, of, kind);
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
		emit_operand(out, of, of->kind);
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
			emit_operand(out, list->arguments[i], of->kind);
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

/* ---- conditions and arithmetic ---- */

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
		emit_operand(out, of, formula_single_kind(of));
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

static void emit_number(struct formula_sql *out, const struct node *node)
{
	if (node->kind == KIND_LIST)
		emit(out, "list_first(");
	value(out, node);
	if (node->kind == KIND_LIST)
		emit(out, ")");
}

/* As text: of a list the first element. */
static void emit_text(struct formula_sql *out, const struct node *node)
{
	int kind = formula_single_kind(node);

	if (node->kind == KIND_LIST)
		emit_operand(out, node, kind);
	else if (kind == KIND_TEXT || kind == KIND_EMPTY)
		value(out, node);
	else {
		buf_printf(&out->sql, "nullif(s_to_text('%c',", kind);
		value(out, node);
		emit(out, "),'')");
	}
}

static void emit_arithmetic(struct formula_sql *out, const struct node *node)
{
	static const char *const marks[] = { [SQL_PLUS] = "+",     [SQL_MINUS] = "-",     [SQL_TIMES] = "*",
					     [SQL_OVER] = "*1.0/", [SQL_REMAINDER] = ",", [SQL_JOIN] = "||" };
	void (*part)(struct formula_sql *, const struct node *) = node->op == SQL_JOIN ? emit_text : emit_number;

	emit(out, node->op == SQL_REMAINDER ? "mod(" : "(");
	part(out, node->arguments[0]);
	emit(out, marks[node->op]);
	if (node->op == SQL_OVER)
		emit(out, "nullif(");
	part(out, node->arguments[1]);
	emit(out, node->op == SQL_OVER ? ",0))" : ")");
}

/* ---- CASE, COALESCE, CAST ---- */

/* A value of the kind that the whole has. */
static void emit_chosen(struct formula_sql *out, const struct node *whole, const struct node *node)
{
	if (whole->kind == KIND_TEXT)
		emit_text(out, node);
	else
		value(out, node);
}

static void emit_case(struct formula_sql *out, const struct node *node)
{
	size_t at = 0;

	emit(out, "CASE");
	for (; at + 1 < node->count; at += 2) {
		emit(out, " WHEN ");
		sql_emit_condition(out, node->arguments[at], true);
		emit(out, " THEN ");
		emit_chosen(out, node, node->arguments[at + 1]);
	}
	if (at < node->count) {
		emit(out, " ELSE ");
		emit_chosen(out, node, node->arguments[at]);
	}
	emit(out, " END");
}

/* Empty texts and lists are NULL. */
static void emit_coalesce(struct formula_sql *out, const struct node *node)
{
	emit(out, "coalesce(NULL");
	for (size_t i = 0; i < node->count; i++) {
		emit(out, ",nullif(");
		emit_chosen(out, node, node->arguments[i]);
		emit(out, node->kind == KIND_LIST ? ",'[]')" : ",'')");
	}
	emit(out, ")");
}

static void emit_cast(struct formula_sql *out, const struct node *node)
{
	const struct node *of = node->arguments[0];
	const char *name = node->op == KIND_NUMBER ? "number"
			   : node->op == KIND_DATE ? "date"
			   : node->op == KIND_BOOL ? "bool"
						   : "text";

	emit(out, "CASE WHEN ");
	emit_operand(out, of, formula_single_kind(of));
	emit(out, " IS NULL THEN NULL ELSE ");
	buf_printf(&out->sql, "s_to_%s('%c',", name, formula_single_kind(of));
	emit_operand(out, of, formula_single_kind(of));
	emit(out, ") END");
}

/* ---- aggregates ---- */

static void emit_aggregate(struct formula_sql *out, const struct node *node)
{
	static const char *const names[] = { [AGGREGATE_COUNT] = "count",
					     [AGGREGATE_SUM] = "sum",
					     [AGGREGATE_MIN] = "min",
					     [AGGREGATE_MAX] = "max",
					     [AGGREGATE_AVG] = "avg" };
	const struct node *of = node->count > 0 ? node->arguments[0] : NULL;
	bool single = of && of->kind == KIND_LIST && node->op != AGGREGATE_COUNT;

	buf_printf(&out->sql, "%s(%s", names[node->op], node->distinct ? "DISTINCT " : "");
	if (!of)
		emit(out, "*");
	if (single)
		emit(out, "list_single(");
	if (of)
		value(out, of);
	emit(out, single ? "))" : ")");
}

void sql_emit_node(struct formula_sql *out, const struct node *node)
{
	switch (node->type) {
	case NODE_BOOL:
		emit(out, node->number != 0 ? "1" : "0");
		break;
	case NODE_OPERATOR:
		if (sql_is_arithmetic(node->op))
			emit_arithmetic(out, node);
		else
			sql_emit_condition(out, node, false);
		break;
	case NODE_AGGREGATE:
		emit_aggregate(out, node);
		break;
	case NODE_CASE:
		emit_case(out, node);
		break;
	case NODE_COALESCE:
		emit_coalesce(out, node);
		break;
	case NODE_CAST:
		emit_cast(out, node);
		break;
	case NODE_SELECT:
		emit(out, "(SELECT c0 FROM (");
		sql_emit_query(out, node->select, 1);
		emit(out, "))");
		break;
	case NODE_EXISTS:
		emit(out, "EXISTS(");
		sql_emit_query(out, node->select, 1);
		emit(out, ")");
		break;
	default:
		emit(out, "NULL");
	}
}
