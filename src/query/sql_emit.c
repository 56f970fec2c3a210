/* A checked expression as SQLite's SQL: columns, operands, arithmetic, choices, aggregates; conditions are
 * sql_condition.c's. */
#include <string.h>

#include "core/arena.h"
#include "model/date_text.h"
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

bool sql_is_number_kind(int kind)
{
	return kind == KIND_NUMBER || kind == KIND_DURATION || kind == KIND_BOOL;
}

/* A constant as the other side's kind: "30" beside a number, a day beside a date. What can't be is NULL. */
static void emit_constant(struct formula_sql *out, const struct node *node, int kind)
{
	char text[DATE_TEXT_LEN];
	struct civil wall;
	double number;

	if (sql_is_number_kind(kind)) {
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
void sql_emit_operand(struct formula_sql *out, const struct node *node, int kind)
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
int sql_common_kind(const struct node *a, const struct node *b)
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

/* ---- arithmetic ---- */

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
		sql_emit_operand(out, node, kind);
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
	sql_emit_operand(out, of, formula_single_kind(of));
	emit(out, " IS NULL THEN NULL ELSE ");
	buf_printf(&out->sql, "s_to_%s('%c',", name, formula_single_kind(of));
	sql_emit_operand(out, of, formula_single_kind(of));
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
