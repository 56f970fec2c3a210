/* What formulas say about linked rows: {Link.Column}, countlinks(), rollup(), lookup(), findmax() and findmin()
 * (formulas.md 5.8, 7.2). */
#include <string.h>

#include "core/arena.h"
#include "model/link.h"
#include "query/filter.h"
#include "query/formula_node.h"

/* The text of an argument that names something; {Name} is fine too. */
static struct str name_of(const struct node *argument)
{
	return argument->type == NODE_TEXT || argument->type == NODE_COLUMN ? argument->text : (struct str){ 0 };
}

static const struct node *found_row(const struct node *call)
{
	return call->function->emit == EMIT_LOOKUP ? call->arguments[0] : NULL;
}

/* ---- checking ---- */

static bool check_link(struct scope *scope, struct node *call, const struct node *argument)
{
	struct str name = name_of(argument);
	struct node column = { .type = NODE_COLUMN, .text = name };

	if (!name.at || !formula_check(scope, &column) || column.hop_count == 0)
		return formula_fail(scope, "%s takes the name of a link column", call->function->name);
	call->hops[0] = column.hops[0];
	call->hop_count = 1;
	return true;
}

/* Turns an argument that names a column of the linked table into that column. */
static bool check_linked_column(struct scope *scope, const struct node *call, struct node *argument)
{
	struct scope linked = { scope->out, call->hops[0]->linked, NULL, scope->chain, scope->err, scope->names };
	struct str name = name_of(argument);

	if (!name.at)
		return formula_fail(scope, "%s takes the name of a column", call->function->name);
	*argument = (struct node){ .type = NODE_COLUMN, .text = name, .is_raw = argument->is_raw };
	return formula_check(&linked, argument);
}

static bool check_condition(struct scope *scope, struct node *call, size_t index)
{
	struct scope linked = { scope->out, call->hops[0]->linked, NULL, scope->chain + 1, scope->err, scope->names };

	if (call->count <= index)
		return true;
	if (call->arguments[index]->type != NODE_TEXT || linked.chain > FORMULA_MAX_CHAIN)
		return formula_fail(scope, "the condition of %s is a text", call->function->name);
	if (str_is_empty(call->arguments[index]->text))
		return true;
	struct node *condition = formula_parse(scope->out->arena, call->arguments[index]->text, scope->err);
	call->condition = condition;
	return condition && formula_check(&linked, condition);
}

/* A method of rollup(): the aggregate over v, the column's value, and n, the number of rows. */
static const struct method {
	const char *name;
	const char *sql;
	const char *kinds; /* of columns that it takes; "" = all */
	int result;        /* 0 = the column's */
} methods[] = {
	{ "sum", "CASE count(*) WHEN 0 THEN NULL ELSE total(v) END", "nt", KIND_NUMBER },
	{ "average", "CASE count(*) WHEN 0 THEN NULL ELSE total(v)/count(*) END", "nt", KIND_NUMBER },
	{ "count", "count(nullif(nullif(v,''),'[]'))", "", KIND_NUMBER },
	{ "max", "max(v)", "ntd", 0 },
	{ "min", "min(v)", "ntd", 0 },
	{ "concatenate", "group_concat(nullif(v,''),' ')", "", KIND_TEXT },
};

static const struct method *find_method(const struct node *call)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (call->arguments[2]->type == NODE_TEXT &&
		    str_equal_fold(call->arguments[2]->text, str_from_c(methods[i].name)))
			return &methods[i];
	return NULL;
}

static bool check_rollup(struct scope *scope, struct node *call)
{
	const struct method *method = find_method(call);
	const struct node *column = call->arguments[1];

	if (!method)
		return formula_fail(scope, "rollup knows average, concatenate, count, max, min and sum");
	if (method->kinds[0] && !strchr(method->kinds, column->kind))
		return formula_fail(scope, "rollup can't %s the column %.*s", method->name, STR_ARG(column->text));
	call->kind = method->result ? method->result : column->kind;
	return check_condition(scope, call, 3);
}

static bool check_lookup(struct scope *scope, struct node *call)
{
	struct node *row = call->arguments[0];

	if (row->type == NODE_CALL && row->function->result == RESULT_ROW) {
		if (row->count != 2 || !formula_check_links(scope, row))
			return formula_fail(scope, "lookup takes a row that findmax or findmin found");
		call->hops[0] = row->hops[0];
		call->hop_count = 1;
	} else if (!check_link(scope, call, row)) { /* lookup("Link", "Column"): as {Link.Column} */
		return false;
	}
	if (!check_linked_column(scope, call, call->arguments[1]))
		return false;
	call->kind = KIND_LIST;
	call->element_kind = call->arguments[1]->kind;
	return true;
}

bool formula_check_links(struct scope *scope, struct node *call)
{
	if (call->function->emit == EMIT_LOOKUP)
		return check_lookup(scope, call);
	if (!check_link(scope, call, call->arguments[0]))
		return false;
	call->kind = KIND_NUMBER;
	if (call->function->emit == EMIT_COUNT_LINKS)
		return check_condition(scope, call, 1);
	if (!check_linked_column(scope, call, call->arguments[1]))
		return false;
	if (call->function->emit == EMIT_ROLLUP)
		return check_rollup(scope, call);
	return true; /* a row, which lookup() asked for */
}

/* ---- emitting ---- */

/* The conditions of a link formula, on the first linked row; without a valid one there are none (formulas.md 7.1). */
static void emit_filters(struct formula_sql *out, const struct node *node, int row)
{
	struct filters filters = { .items = node->filters, .conjunction = node->conjunction, .row = row };
	enum function_dialect dialect = out->dialect;
	size_t from = out->sql.len, count = out->count;
	const char *problem;

	out->dialect = DIALECT_FORMULA;
	buf_append_str(&out->sql, STR(" AND "));
	if (filter_compile(out, node->hops[0]->linked, &filters, &problem) != FILTER_SOME) {
		out->sql.len = from;
		out->count = count;
	}
	out->dialect = dialect;
}

/* FROM the links and rows that the hops lead through, beginning at the row r<alias>; returns the last row's alias. */
static int emit_from(struct formula_sql *out, const struct node *node, int alias)
{
	int row = alias;

	buf_append_str(&out->sql, STR(" FROM "));
	for (size_t i = 0; i < node->hop_count; i++) {
		const struct link *link = node->hops[i];
		int next = ++out->aliases;

		if (i > 0)
			buf_printf(&out->sql, " JOIN ");
		buf_printf(&out->sql, "\"links_%.*s\" l%d ", STR_ARG(link->id), next);
		if (i > 0)
			buf_printf(&out->sql, "ON l%d.%s=r%d._id ", next, link->reversed ? "row2" : "row1", row);
		buf_printf(&out->sql, "JOIN \"rows_%.*s\" r%d ON r%d._id=l%d.%s", STR_ARG(link->linked->id), next, next,
			   next, link->reversed ? "row1" : "row2");
		row = next;
	}
	buf_printf(&out->sql, " WHERE l%d.%s=r%d._id", row - (int)node->hop_count + 1,
		   node->hops[0]->reversed ? "row2" : "row1", alias);
	if (node->filters)
		emit_filters(out, node, row - (int)node->hop_count + 1);
	if (node->condition) {
		buf_printf(&out->sql, " AND f_if('%cnn',", node->condition->kind);
		formula_emit(out, node->condition, row);
		buf_append_str(&out->sql, STR(",1,0)"));
	}
	return row;
}

static void emit_order(struct formula_sql *out, const struct node *node, int last, const char *direction)
{
	for (size_t i = 0; i < node->hop_count; i++)
		buf_printf(&out->sql, "%sl%d.%s%s", i > 0 ? "," : "", last - (int)node->hop_count + 1 + (int)i,
			   node->hops[i]->reversed ? "order2" : "order1", direction);
}

/* Values are emitted before the FROM that names their row: its alias is the next ones'. */
static int last_alias(const struct formula_sql *out, const struct node *node)
{
	return out->aliases + (int)node->hop_count;
}

static void emit_inner(struct formula_sql *out, const struct node *column, int alias)
{
	if (column->is_raw && column->hop_count == 0 && column->column->type->sqlite_type)
		buf_printf(&out->sql, "r%d.\"%.*s\"", alias, STR_ARG(column->column->key));
	else if (column->type == NODE_COLUMN && column->hop_count == 0)
		formula_emit_column(out, column->column, column->formula, alias);
	else
		formula_emit(out, column, alias);
}

/* The JSON list of the values of `column` (its own hops not counted) on the rows that `node` leads to. */
static void emit_list(struct formula_sql *out, const struct node *node, const struct node *column, int alias)
{
	const char *element = column->element_kind == KIND_BOOL && column == node
				      ? "json(CASE v WHEN 0 THEN 'false' ELSE 'true' END)"
				      : "v";

	buf_printf(&out->sql, "(SELECT nullif(json_group_array(%s),'[]') FROM (SELECT ", element);
	int row = last_alias(out, node);
	int before = out->aliases;
	out->aliases = row; /* keeps these names for the FROM below */
	if (column == node && node->is_raw && node->column->type->sqlite_type)
		buf_printf(&out->sql, "r%d.\"%.*s\"", row, STR_ARG(node->column->key));
	else if (column == node)
		formula_emit_column(out, node->column, node->formula, row);
	else
		emit_inner(out, column, row);
	int after = out->aliases;
	out->aliases = before;
	buf_append_str(&out->sql, STR(" AS v"));
	emit_from(out, node, alias);
	out->aliases = out->aliases > after ? out->aliases : after;
	buf_append_str(&out->sql, STR(" ORDER BY "));
	emit_order(out, node, row, "");
	buf_append_str(&out->sql, STR(") WHERE v IS NOT NULL AND v<>'' AND typeof(v)<>'blob')"));
}

/* A one-element list of `column` on the row that findmax() or findmin() finds. */
static void emit_found(struct formula_sql *out, const struct node *call, int alias)
{
	const struct node *row_call = found_row(call);
	const char *direction = row_call->function->emit == EMIT_FIND_MAX ? "DESC" : "ASC";
	int row = last_alias(out, call), before = out->aliases;

	buf_append_str(&out->sql, STR("(SELECT CASE WHEN v IS NULL OR v='' OR typeof(v)='blob' THEN NULL "
				      "ELSE json_array(v) END FROM (SELECT "));
	out->aliases = row;
	emit_inner(out, call->arguments[1], row);
	buf_append_str(&out->sql, STR(" AS v,"));
	emit_inner(out, row_call->arguments[1], row);
	int after = out->aliases;
	out->aliases = before;
	buf_append_str(&out->sql, STR(" AS c"));
	emit_from(out, call, alias);
	out->aliases = out->aliases > after ? out->aliases : after;
	buf_printf(&out->sql, " ORDER BY c %s NULLS LAST,", direction);
	emit_order(out, call, row, " DESC");
	buf_append_str(&out->sql, STR(" LIMIT 1))"));
}

static void emit_rollup(struct formula_sql *out, const struct node *call, int alias)
{
	const struct method *method = find_method(call);
	const struct node *column = call->arguments[1];
	bool text = method->result == KIND_TEXT;
	int row = last_alias(out, call), before = out->aliases;

	buf_printf(&out->sql, "(SELECT %s FROM (SELECT ", method->sql);
	out->aliases = row;
	if (text && column->type == NODE_COLUMN && column->hop_count == 0 && column->column->data.at &&
	    (column->kind == KIND_NUMBER || column->kind == KIND_DURATION || column->kind == KIND_DATE)) {
		buf_printf(&out->sql, "f_display('%c',", column->kind);
		emit_inner(out, column, row);
		buf_append_byte(&out->sql, ',');
		formula_emit_text(out, column->column->data);
		buf_append_byte(&out->sql, ')');
	} else {
		buf_printf(&out->sql, text ? "f_to_text('%c'," : "+(", column->kind);
		if (text && column->kind == KIND_LIST)
			buf_append_str(&out->sql, STR("f_list_text("));
		emit_inner(out, column, row);
		buf_append_str(&out->sql, text && column->kind == KIND_LIST ? STR("))") : STR(")"));
	}
	int after = out->aliases;
	out->aliases = before;
	buf_append_str(&out->sql, STR(" AS v"));
	emit_from(out, call, alias);
	out->aliases = out->aliases > after ? out->aliases : after;
	buf_append_str(&out->sql, STR(" ORDER BY "));
	emit_order(out, call, row, "");
	buf_append_str(&out->sql, STR("))"));
}

void formula_emit_links(struct formula_sql *out, const struct node *node, int alias)
{
	if (node->type == NODE_COLUMN) {
		emit_list(out, node, node, alias);
	} else if (node->function->emit == EMIT_COUNT_LINKS) {
		buf_append_str(&out->sql, STR("(SELECT count(*)"));
		emit_from(out, node, alias);
		buf_append_byte(&out->sql, ')');
	} else if (node->function->emit == EMIT_ROLLUP) {
		emit_rollup(out, node, alias);
	} else if (found_row(node) && found_row(node)->type == NODE_CALL) {
		emit_found(out, node, alias);
	} else {
		emit_list(out, node, node->arguments[1], alias);
	}
}
