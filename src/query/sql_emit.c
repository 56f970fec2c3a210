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

/* The cell as it is stored. */
static void emit_stored(struct formula_sql *out, const struct node *node)
{
	buf_printf(&out->sql, "r%d.\"%.*s\"", node->source - 1, STR_ARG(node->column->key));
}

static void emit_column_value(struct formula_sql *out, const struct column *column)
{
	out->values = arena_more(out->arena, out->values, out->count, sizeof(struct formula_value));
	out->values[out->count] = (struct formula_value){ .type = FORMULA_COLUMN, .column = column };
	buf_printf(&out->sql, "?%d", out->first_parameter + (int)out->count++);
}

/* What formulas compute is computed as formulas do; their errors are NULL here. */
static void emit_computed(struct formula_sql *out, const struct node *node, int alias)
{
	enum function_dialect dialect = out->dialect;

	if (node->hop_count == 0 && formula_emit_arithmetic(out, node->formula, alias))
		return;
	out->dialect = DIALECT_FORMULA;
	emit(out, "sql_value(");
	if (node->hop_count > 0)
		formula_emit_links(out, node, alias);
	else
		formula_emit(out, node->formula, alias);
	emit(out, ")");
	out->dialect = dialect;
}

static bool is_list_of_names(const struct node *node)
{
	return node->type == NODE_COLUMN && node->column && node->hop_count == 0 && !node->formula &&
	       node->column->type->id == TYPE_multiple_select;
}

void sql_emit_column(struct formula_sql *out, const struct node *node, int alias)
{
	if (node->field) {
		buf_printf(&out->sql, node->field->sql, alias);
	} else if (node->kind == KIND_EMPTY) {
		emit(out, "NULL");
	} else if (node->formula || node->hop_count > 0) {
		emit_computed(out, node, alias);
	} else if (is_list_of_names(node)) {
		emit(out, "cell_list(");
		emit_stored(out, node);
		emit(out, ",");
		emit_column_value(out, node->column);
		emit(out, ")");
	} else if (node->kind == KIND_LIST || node->kind == 0) {
		emit_stored(out, node);
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
static const struct node *select_column(const struct node *node)
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
	const struct node *select = select_column(a) && is_plain_constant(b)   ? a
				    : select_column(b) && is_plain_constant(a) ? b
									       : NULL;
	bool same = strcmp(mark, "=") == 0 || strcmp(mark, "<>") == 0;
	int kind = common_kind(a, b);

	if (select && same) {
		emit_stored(out, select);
		emit(out, mark);
		emit_option_id(out, select->column, select == a ? b : a);
		return;
	}
	emit_operand(out, a, kind);
	emit(out, mark);
	emit_operand(out, b, kind);
}

static void condition(struct formula_sql *out, const struct node *node, bool null_is_false);

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
	emit_sides(out, node->arguments[0], node->arguments[1], marks[node->op]);
	close_two_valued(out, plain, node->op == SQL_UNEQUAL);
}

static void emit_between(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	const struct node *of = node->arguments[0];
	int kind = common_kind(of, node->arguments[1]);
	bool plain = null_is_false && !node->negated;

	open_two_valued(out, plain);
	emit_operand(out, of, kind);
	emit(out, node->negated ? " NOT BETWEEN " : " BETWEEN ");
	emit_operand(out, node->arguments[1], kind);
	emit(out, " AND ");
	emit_operand(out, node->arguments[2], kind);
	close_two_valued(out, plain, node->negated);
}

static void emit_like(struct formula_sql *out, const struct node *node)
{
	emit(out, node->negated ? "(NOT " : "(");
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

/* The constants as a bound JSON list; NULLs equal nothing. */
static void emit_wanted(struct formula_sql *out, const struct node *list, int kind)
{
	struct json_out json;
	struct buf text;

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

static void emit_in(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	const struct node *of = node->arguments[0], *list = node->arguments[1], *select = select_column(of);
	bool plain = null_is_false && !node->negated;
	size_t written = 0;

	if (of->kind == KIND_LIST) {
		emit_has(out, node, node->negated ? SQL_HAS_NONE : SQL_HAS_ANY);
		return;
	}
	open_two_valued(out, plain);
	if (select)
		emit_stored(out, select);
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
		emit_stored(out, of);
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

/* In halves, so that a thousand conditions are ten deep for SQLite, which limits the depth of expressions. */
static void emit_joined(struct formula_sql *out, const struct node *node, size_t from, size_t to, bool null_is_false)
{
	size_t middle = from + (to - from) / 2;

	if (to - from == 1) {
		condition(out, node->arguments[from], null_is_false);
		return;
	}
	emit(out, "(");
	emit_joined(out, node, from, middle, null_is_false);
	emit(out, node->op == SQL_AND ? " AND " : " OR ");
	emit_joined(out, node, middle, to, null_is_false);
	emit(out, ")");
}

static void condition(struct formula_sql *out, const struct node *node, bool null_is_false)
{
	if (node->type != NODE_OPERATOR || node->op >= SQL_PLUS) {
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
		condition(out, node->arguments[0], false);
		emit(out, ")");
		break;
	case SQL_LIKE:
	case SQL_ILIKE:
		emit_like(out, node);
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
		condition(out, node->arguments[0], false);
		emit(out, ")");
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

static void emit_arithmetic(struct formula_sql *out, const struct node *node)
{
	static const char *const marks[] = {
		[SQL_PLUS] = "+", [SQL_MINUS] = "-", [SQL_TIMES] = "*", [SQL_OVER] = "*1.0/"
	};

	emit(out, "(");
	emit_number(out, node->arguments[0]);
	emit(out, marks[node->op]);
	if (node->op == SQL_OVER)
		emit(out, "nullif(");
	emit_number(out, node->arguments[1]);
	emit(out, node->op == SQL_OVER ? ",0))" : ")");
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
		if (node->op >= SQL_PLUS)
			emit_arithmetic(out, node);
		else
			condition(out, node, false);
		break;
	case NODE_AGGREGATE:
		emit_aggregate(out, node);
		break;
	default:
		emit(out, "NULL");
	}
}

/* ---- statements ---- */

/* A column's cell as it is stored, or what it computes; anything else as it is. */
static void emit_item(struct formula_sql *out, const struct sql_item *item)
{
	enum function_dialect dialect = out->dialect;

	if (item->field) {
		buf_printf(&out->sql, "r%d.%s", item->source,
			   strcmp(item->field, "_locked") == 0 ? "_locked_by" : item->field);
	} else if (item->column && item->column->type->sqlite_type) {
		buf_printf(&out->sql, "r%d.\"%.*s\"", item->source, STR_ARG(item->column->key));
	} else if (item->column && item->column->type->system_key) {
		buf_printf(&out->sql, "r%d.%s", item->source, item->column->type->system_key);
	} else if (item->column && item->node->formula && item->column->type->id != TYPE_link) {
		/* Selected, a formula column shows its errors (sql.md 4). */
		out->dialect = DIALECT_FORMULA;
		formula_emit(out, item->node->formula, item->source);
		out->dialect = dialect;
	} else if (item->column && (item->column->type->id == TYPE_link || item->node->kind == 0)) {
		emit(out, "NULL");
	} else {
		value(out, item->node);
	}
}

static void emit_from(struct formula_sql *out, const struct sql_statement *statement)
{
	for (int i = 0; i < statement->source_count; i++)
		buf_printf(&out->sql, "%s\"rows_%.*s\" AS r%d", i ? ", " : " FROM ",
			   STR_ARG(statement->sources[i].table->id), i);
}

static void emit_where(struct formula_sql *out, const struct sql_statement *statement, bool without_archived,
		       const int64_t *after)
{
	const char *word = " WHERE ";

	if (after) {
		buf_printf(&out->sql, "%sr0._n > %lld", word, (long long)*after);
		word = " AND ";
	}

	for (int i = 0; without_archived && i < statement->source_count; i++) {
		buf_printf(&out->sql, "%sr%d._archived = 0", word, i);
		word = " AND ";
	}
	if (!statement->where)
		return;
	emit(out, word);
	condition(out, statement->where, true);
}

/* A select column is grouped by its options, a list by what is stored. */
static void emit_key(struct formula_sql *out, const struct node *node)
{
	if (node->type == NODE_COLUMN && node->column && !node->formula && node->hop_count == 0 &&
	    node->column->type->sqlite_type)
		emit_stored(out, node);
	else
		value(out, node);
}

static void emit_groups(struct formula_sql *out, const struct sql_statement *statement)
{
	for (int i = 0; i < statement->group_count; i++) {
		emit(out, i ? ", " : " GROUP BY ");
		emit_key(out, statement->groups[i].node);
	}
	if (statement->having) {
		emit(out, " HAVING ");
		condition(out, statement->having, true);
	}
}

/* Options in the order of their column's settings, lists element by element (sql.md 7, 8). */
static void emit_order_key(struct formula_sql *out, const struct node *node)
{
	if (select_column(node)) {
		emit(out, "cell_place(");
		emit_stored(out, node);
		emit(out, ",");
		emit_column_value(out, node->column);
		emit(out, ")");
	} else if (node->kind == KIND_LIST) {
		emit(out, "list_sort_key(");
		value(out, node);
		emit(out, ")");
	} else {
		value(out, node);
	}
}

static void emit_orders(struct formula_sql *out, const struct sql_statement *statement)
{
	const char *word = " ORDER BY ";

	for (int i = 0; i < statement->order_count; i++) {
		emit(out, word);
		emit_order_key(out, statement->orders[i].node);
		emit(out, statement->orders[i].descending ? " DESC" : "");
		word = ", ";
	}
	if (statement->distinct)
		return;
	/* In the order of the tables, groups in that of their first rows. */
	for (int i = 0; i < statement->source_count && (!statement->is_aggregate || statement->group_count > 0); i++) {
		buf_printf(&out->sql, statement->is_aggregate ? "%smin(r%d._n)" : "%sr%d._n", word, i);
		word = ", ";
	}
}

bool sql_has_cursor(const struct sql_statement *statement)
{
	return statement->source_count == 1 && !statement->distinct && !statement->is_aggregate &&
	       statement->order_count == 0;
}

void sql_emit_select(struct formula_sql *out, const struct sql_statement *statement, bool without_archived,
		     const int64_t *after)
{
	emit(out, statement->distinct ? "SELECT DISTINCT " : "SELECT ");
	for (size_t i = 0; i < statement->item_count; i++) {
		emit(out, i ? ", " : "");
		emit_item(out, &statement->items[i]);
	}
	for (int i = 0; i < statement->source_count && !statement->distinct && !statement->is_aggregate; i++)
		buf_printf(&out->sql, ", r%d._id", i);
	if (sql_has_cursor(statement))
		emit(out, ", r0._n");
	emit_from(out, statement);
	emit_where(out, statement, without_archived, after);
	emit_groups(out, statement);
	emit_orders(out, statement);
	emit(out, " LIMIT ");
	formula_emit_number(out, (double)(statement->limit < SQL_MAX_LIMIT ? statement->limit : SQL_MAX_LIMIT) + 1);
	emit(out, " OFFSET ");
	formula_emit_number(out, (double)statement->offset);
}

void sql_emit_row_ids(struct formula_sql *out, const struct sql_statement *statement, bool without_archived)
{
	emit(out, "SELECT r0._id");
	emit_from(out, statement);
	emit_where(out, statement, without_archived, NULL);
	emit(out, " ORDER BY r0._n");
}

cJSON *sql_constant_json(struct arena *arena, const struct node *node)
{
	static const int types[] = { [NODE_TEXT] = cJSON_String,
				     [NODE_LIST] = cJSON_Array,
				     [NODE_NUMBER] = cJSON_Number,
				     [NODE_NULL] = cJSON_NULL };
	cJSON *json;

	if (node->type == NODE_TEXT)
		return json_make_text(arena, NULL, node->text);
	if (node->type == NODE_BOOL)
		return json_make(arena, node->number != 0 ? cJSON_True : cJSON_False, NULL);
	json = json_make(arena, types[node->type], NULL);
	json->valuedouble = node->number;
	for (size_t i = 0; node->type == NODE_LIST && i < node->count; i++)
		json_make_append(json, sql_constant_json(arena, node->arguments[i]));
	return json;
}
