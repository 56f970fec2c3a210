/* Whether a statement's expressions make sense: kinds of values, calls, operators, aggregates (sql.md 4, 6, 8). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "query/nesting.h"
#include "query/sql_check.h"

static void fill(struct error *err, const char *format, va_list arguments)
{
	char text[512];

	(void)vsnprintf(text, sizeof(text), format, arguments);
	(void)FAIL_WITH(err, sql_invalid, str_from_c(text));
}

bool sql_fail(struct formula_sql *out, struct error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fill(err, format, arguments);
	va_end(arguments);
	if (out->at.to > out->at.from)
		error_point(err, out->text, out->at.from, out->at.to);
	return false;
}

bool sql_fail_at(const struct formula_sql *out, struct text_span at, struct error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fill(err, format, arguments);
	va_end(arguments);
	if (at.to > at.from)
		error_point(err, out->text, at.from, at.to);
	return false;
}

/* ---- calls ---- */

static bool check_arguments(struct sql_place *place, struct node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		if (!sql_check_node(place, node->arguments[i]))
			return false;
	}
	return true;
}

static bool refuse_call(struct sql_place *place, const struct node *call)
{
	return sql_fail_at(place->out, (struct text_span){ call->from, call->to }, place->err,
			   "wrong use of the function %s", call->function->name);
}

static bool check_call(struct sql_place *place, struct node *call)
{
	const struct function *function = call->function;
	const struct sql_source *first = place->statement->visible_sources > 0 ? &place->statement->sources[0] : NULL;
	struct error inner;
	struct scope scope = { place->out, first ? first->table : NULL, NULL, 0, &inner, NULL };
	bool was_in_call = place->in_call, ok;

	if (call->count < (size_t)function->min_arguments ||
	    (function->max_arguments >= 0 && call->count > (size_t)function->max_arguments))
		return sql_fail(place->out, place->err, "wrong number of arguments to %s", function->name);
	if (function->result == RESULT_ROW)
		return refuse_call(place, call);
	if (strchr(function->params, 'L') || strchr(function->params, 'r')) {
		if (!scope.table)
			return refuse_call(place, call);
		call->source = first->number + 1;
		return formula_check_links(&scope, call) || refuse_call(place, call);
	}
	for (size_t i = 0; i < call->count; i++) {
		if (function_param(function, i) != 'c')
			continue;
		/* The name of a column may come as a text. */
		if (call->arguments[i]->type == NODE_TEXT)
			call->arguments[i]->type = NODE_COLUMN;
		if (call->arguments[i]->type != NODE_COLUMN)
			return refuse_call(place, call);
	}
	place->in_call = true;
	ok = check_arguments(place, call);
	place->in_call = was_in_call;
	for (size_t i = 0; ok && i < call->count; i++) {
		if (call->arguments[i]->kind == 0)
			call->arguments[i]->kind = KIND_EMPTY;
	}
	return ok && (formula_check_result(&scope, call) || refuse_call(place, call));
}

/* ---- operators ---- */

/* Columns of files and the like are only asked whether they are there. */
static bool refuse_file(struct sql_place *place, const struct node *node)
{
	return sql_fail(place->out, place->err, "column %.*s can only be asked for NULL", STR_ARG(node->text));
}

static bool check_arithmetic(struct sql_place *place, struct node *node)
{
	node->kind = node->op == SQL_JOIN ? KIND_TEXT : KIND_NUMBER;
	for (size_t i = 0; i < node->count; i++) {
		struct node *part = node->arguments[i];
		int kind = formula_single_kind(part);

		if (part->kind == 0)
			return refuse_file(place, part);
		if (node->op == SQL_JOIN)
			continue;
		if (part->type == NODE_TEXT && str_to_double(str_trim(part->text), &part->number)) {
			part->type = NODE_NUMBER;
			part->kind = kind = KIND_NUMBER;
		}
		if (kind != KIND_NUMBER && kind != KIND_DURATION && kind != KIND_EMPTY && kind != KIND_BOOL) {
			place->out->at = (struct text_span){ part->from, part->to };
			return sql_fail(place->out, place->err, "arithmetic takes numbers");
		}
	}
	return true;
}

/* Constants compare with options and dates; the values of a SELECT must be of the kind of what is looked for. */
static bool check_in(struct sql_place *place, const struct node *node)
{
	int left = formula_single_kind(node->arguments[0]), right = formula_single_kind(node->arguments[1]);
	bool numbers = left != KIND_TEXT && left != KIND_DATE && right != KIND_TEXT && right != KIND_DATE;

	return numbers || left == right || left == KIND_EMPTY || right == KIND_EMPTY ||
	       sql_fail(place->out, place->err, "IN compares values of different kinds");
}

static bool check_operands(struct sql_place *place, struct node *node)
{
	bool rows = node->op == SQL_IN || (node->op >= SQL_HAS_ANY && node->op <= SQL_IS_EXACTLY);

	if (!rows || node->arguments[1]->type != NODE_SELECT)
		return check_arguments(place, node);
	return sql_check_node(place, node->arguments[0]) && sql_check_sub_select(place, node->arguments[1], true) &&
	       check_in(place, node);
}

static bool check_operator(struct sql_place *place, struct node *node)
{
	bool was_in_call = place->in_call, ok;

	place->in_call = false;
	ok = check_operands(place, node);
	place->in_call = was_in_call;
	if (!ok)
		return false;
	node->kind = KIND_BOOL;
	if (sql_is_arithmetic(node->op))
		return check_arithmetic(place, node);
	for (size_t i = 0; i < node->count; i++) {
		if (node->arguments[i]->kind == 0 && node->op != SQL_IS_NULL)
			return refuse_file(place, node->arguments[i]);
	}
	return true;
}

static void count_columns(const struct sql_statement *statement, const struct node *node, int *own, int *others)
{
	if (node->type == NODE_COLUMN)
		*(sql_is_own(statement, node) ? own : others) += 1;
	for (size_t i = 0; i < node->count; i++)
		count_columns(statement, node->arguments[i], own, others);
}

/* SQLite would take such an aggregate for one of the SELECT around. */
static bool is_of_outer_rows(const struct sql_statement *statement, const struct node *node)
{
	int own = 0, others = 0;

	count_columns(statement, node, &own, &others);
	return own == 0 && others > 0;
}

static bool check_aggregate(struct sql_place *place, struct node *node)
{
	bool ok;
	int kind;

	if (!place->aggregates || place->in_aggregate)
		return sql_fail(place->out, place->err, "misuse of the aggregate %.*s", STR_ARG(node->text));
	place->statement->is_aggregate = true;
	place->in_aggregate = true;
	ok = check_arguments(place, node);
	place->in_aggregate = false;
	if (!ok)
		return false;
	if (node->count > 0 && is_of_outer_rows(place->statement, node->arguments[0]))
		return sql_fail(place->out, place->err, "%.*s must be of a column of its own SELECT",
				STR_ARG(node->text));
	kind = node->count > 0 ? formula_single_kind(node->arguments[0]) : KIND_NUMBER;
	if ((node->op == AGGREGATE_SUM || node->op == AGGREGATE_AVG) && (kind == KIND_DATE || kind == KIND_TEXT))
		return sql_fail(place->out, place->err, "%.*s takes numbers", STR_ARG(node->text));
	node->kind = node->op == AGGREGATE_MIN || node->op == AGGREGATE_MAX ? kind : KIND_NUMBER;
	return true;
}

/* ---- CASE, COALESCE, CAST ---- */

static bool is_value_of(const struct node *node, size_t index)
{
	return node->type == NODE_COALESCE || index % 2 == 1 || index + 1 == node->count;
}

/* Values of different kinds are texts. */
static bool check_choice(struct sql_place *place, struct node *node)
{
	node->kind = KIND_EMPTY;
	if (!check_arguments(place, node))
		return false;
	for (size_t i = 0; i < node->count; i++) {
		const struct node *value = node->arguments[i];
		int kind = value->kind == KIND_DURATION ? KIND_NUMBER : value->kind;

		if (kind == 0)
			return refuse_file(place, value);
		if (!is_value_of(node, i) || kind == KIND_EMPTY)
			continue;
		if (node->kind == KIND_EMPTY)
			node->element_kind = value->element_kind;
		node->kind = node->kind == KIND_EMPTY || node->kind == kind ? kind : KIND_TEXT;
		if (kind == KIND_LIST && node->element_kind != value->element_kind)
			node->kind = KIND_TEXT;
	}
	return true;
}

static bool check_cast(struct sql_place *place, struct node *node)
{
	if (!check_arguments(place, node))
		return false;
	node->kind = node->op;
	return node->arguments[0]->kind != 0 || refuse_file(place, node->arguments[0]);
}

static bool check_part(struct sql_place *place, struct node *node)
{
	switch (node->type) {
	case NODE_NUMBER:
		node->kind = KIND_NUMBER;
		return true;
	case NODE_TEXT:
		node->kind = node->text.len > 0 ? KIND_TEXT : KIND_EMPTY;
		return true;
	case NODE_BOOL:
		node->kind = KIND_BOOL;
		return true;
	case NODE_NULL:
		node->kind = KIND_EMPTY;
		return true;
	case NODE_LIST:
		node->kind = KIND_LIST;
		return check_arguments(place, node);
	case NODE_COLUMN:
		return sql_check_column(place, node);
	case NODE_CALL:
		return check_call(place, node);
	case NODE_OPERATOR:
		return check_operator(place, node);
	case NODE_AGGREGATE:
		return check_aggregate(place, node);
	case NODE_CASE:
	case NODE_COALESCE:
		return check_choice(place, node);
	case NODE_CAST:
		return check_cast(place, node);
	case NODE_SELECT:
		return sql_check_sub_select(place, node, true);
	case NODE_EXISTS:
		return sql_check_sub_select(place, node, false);
	default:
		return sql_fail(place->out, place->err, "a * stands alone, or in COUNT");
	}
}

/* Whatever walks a tree afterwards, SQLite's parser too, may rely on its depth. */
bool sql_check_node(struct sql_place *place, struct node *node)
{
	struct text_span around = place->out->at;
	bool ok;

	if (place->depth == SQL_MAX_TREE)
		return sql_fail(place->out, place->err, "the statement is nested too deeply");
	place->depth++;
	place->out->at = (struct text_span){ node->from, node->to };
	ok = check_part(place, node);
	if (ok)
		place->out->at = around;
	place->depth--;
	return ok;
}

bool sql_check(struct formula_sql *out, const struct model *model, struct sql_statement *statement, struct error *err)
{
	struct sql_place place = { .out = out, .model = model, .statement = statement, .err = err };

	out->dialect = DIALECT_SQL;
	out->text = statement->text;
	out->at = (struct text_span){ 0 };
	out->aliases = statement->rows_named > 0 ? statement->rows_named - 1 : 0;
	formula_check_begin(out, NULL);
	return statement->kind == SQL_SELECT ? sql_check_select(&place) : sql_check_write(&place);
}

bool sql_check_size(const struct formula_sql *compiled, struct error *err)
{
	if (buf_failed(&compiled->sql) || compiled->count > SQL_MAX_VALUES)
		return FAIL_WITH(err, sql_invalid, STR("the statement is too large"));
	return nesting_of(buf_str(&compiled->sql)) <= NESTING_MAX ||
	       FAIL_WITH(err, sql_invalid, STR("the statement is nested too deeply"));
}
