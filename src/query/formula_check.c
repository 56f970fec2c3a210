/* What a formula's parts are: its columns, the kinds of its values, and whether they fit (formulas.md 2, 3, 6). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "model/link.h"
#include "query/formula_node.h"

/* A formula column that was read: many may name it. */
struct formula_memo {
	const struct column *column;
	struct node *node;
	bool open; /* still being checked: who names it now closes a circle */
	struct formula_memo *next;
};

bool formula_fail(const struct scope *scope, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	(void)FAIL_WITH(scope->err, formula_invalid, str_from_c(text));
	if (scope->chain == 0 && scope->out->at.to > scope->out->at.from)
		error_point(scope->err, scope->out->text, scope->out->at.from, scope->out->at.to);
	return false;
}

void formula_check_begin(struct formula_sql *out, const struct column *self)
{
	out->formulas = NULL;
	if (!self)
		return;
	out->formulas = ARENA_NEW(out->arena, struct formula_memo);
	*out->formulas = (struct formula_memo){ .column = self, .open = true };
}

/* ---- columns ---- */

int formula_column_kind(const struct column *column)
{
	switch (column->type->id) {
	case TYPE_number:
	case TYPE_rate:
		return KIND_NUMBER;
	case TYPE_duration:
		return KIND_DURATION;
	case TYPE_checkbox:
		return KIND_BOOL;
	case TYPE_date:
	case TYPE_ctime:
	case TYPE_mtime:
		return KIND_DATE;
	case TYPE_image:
	case TYPE_file:
	case TYPE_button:
	case TYPE_digital_sign:
		return KIND_EMPTY;
	case TYPE_link:
		return KIND_LIST;
	case TYPE_formula:
	case TYPE_link_formula:
		return 0;
	default:
		return KIND_TEXT;
	}
}

struct node *formula_load(const struct scope *scope, const struct column_type *type, const cJSON *data)
{
	struct str text = json_get_str(data, "formula");

	if (type->id == TYPE_link_formula)
		return formula_load_link(scope, data);
	return formula_parse(scope->out->arena, text.at ? text : STR(""), scope->err);
}

static bool is_formula(const struct column *column)
{
	return column->type->id == TYPE_formula || column->type->id == TYPE_link_formula;
}

/* Parses and checks the formula of another column, once. */
static bool check_formula_column(struct scope *scope, const struct table *table, struct node *node)
{
	struct formula_memo *memo = scope->out->formulas;
	struct scope inner = { scope->out, table, NULL, scope->chain + 1, scope->err, NULL };

	while (memo && memo->column != node->column)
		memo = memo->next;
	if (!memo) {
		memo = ARENA_NEW(scope->out->arena, struct formula_memo);
		*memo = (struct formula_memo){ node->column, NULL, true, scope->out->formulas };
		scope->out->formulas = memo;
		memo->node = formula_load(&inner, node->column->type, node->column->data_tree);
		if (!memo->node || inner.chain > FORMULA_MAX_CHAIN || !formula_check(&inner, memo->node))
			return false;
		memo->open = false;
	} else if (memo->open) {
		return formula_fail(scope, "the formulas refer to each other in a circle");
	}
	node->formula = memo->node;
	node->kind = memo->node->kind;
	node->element_kind = memo->node->element_kind;
	return true;
}

static void note_key(struct scope *scope, const struct column *column)
{
	struct formula_info *info = scope->info;

	for (size_t i = 0; info && i < info->key_count; i++)
		if (str_equal(info->keys[i], column->key))
			return;
	if (!info)
		return;
	info->keys = arena_more(scope->out->arena, info->keys, info->key_count, sizeof(struct str));
	info->keys[info->key_count++] = column->key;
}

static void note_name(struct scope *scope, struct str at, const struct column *column)
{
	struct names *names = scope->names;

	if (!names)
		return;
	names->list = arena_more(scope->out->arena, names->list, names->count, sizeof(struct name));
	names->list[names->count++] = (struct name){ at, column };
}

static const struct column *find_column(const struct table *table, struct str name)
{
	return map_get(table->column_by_name, name);
}

/* A link column's value is the list of what the link shows. */
static bool use_display(struct scope *scope, struct node *node)
{
	const struct link *link = node->column->link;

	if (!link || !link->linked || !link->display) {
		node->kind = KIND_EMPTY;
		return true;
	}
	node->hops[node->hop_count++] = link;
	node->column = link->display;
	node->kind = KIND_LIST;
	node->element_kind = formula_column_kind(link->display);
	if (!is_formula(link->display))
		return true;
	if (!check_formula_column(scope, link->linked, node))
		return false;
	node->element_kind = node->kind;
	node->kind = KIND_LIST;
	return true;
}

/* Follows "Link.Column" or "Link.Link.Column". */
static bool follow_links(struct scope *scope, struct node *node)
{
	const struct table *table = scope->table;
	struct str rest = node->text;

	for (;;) {
		const struct column *column = find_column(table, rest);
		size_t dot = str_find_byte(rest, '.', 0);

		if (column) {
			note_name(scope, rest, column);
			node->column = column;
			if (column->type->id == TYPE_link && node->hop_count < FORMULA_MAX_HOPS)
				return use_display(scope, node);
			node->element_kind = formula_column_kind(column);
			node->kind = KIND_LIST;
			if (!is_formula(column))
				return true;
			if (!check_formula_column(scope, table, node))
				return false;
			node->element_kind = node->kind;
			node->kind = KIND_LIST;
			return true;
		}
		column = dot == SIZE_MAX ? NULL : find_column(table, str_slice(rest, 0, dot));
		if (!column || !column->link || !column->link->linked || node->hop_count == FORMULA_MAX_HOPS)
			return formula_fail(scope, "there is no column %.*s", STR_ARG(node->text));
		if (node->hop_count == 0)
			note_key(scope, column);
		note_name(scope, str_slice(rest, 0, dot), column);
		node->hops[node->hop_count++] = column->link;
		table = column->link->linked;
		rest = str_slice(rest, dot + 1, rest.len);
	}
}

static bool check_column(struct scope *scope, struct node *node)
{
	node->column = find_column(scope->table, node->text);
	if (!node->column)
		return follow_links(scope, node);
	note_key(scope, node->column);
	note_name(scope, node->text, node->column);
	node->kind = formula_column_kind(node->column);
	if (is_formula(node->column))
		return check_formula_column(scope, scope->table, node);
	return node->column->type->id != TYPE_link || use_display(scope, node);
}

/* ---- calls ---- */

/* An argument that names a column, as {Name} or as a text. */
static bool check_column_argument(struct scope *scope, const struct node *call, struct node *argument)
{
	static const enum column_type_id lists[] = { TYPE_multiple_select, TYPE_collaborator, TYPE_file, TYPE_image,
						     TYPE_link };
	bool is_list = false;

	if (argument->type != NODE_COLUMN && argument->type != NODE_TEXT)
		return formula_fail(scope, "%s takes the name of a column", call->function->name);
	argument->type = NODE_COLUMN;
	const struct column *column = find_column(scope->table, argument->text);
	if (!column)
		return formula_fail(scope, "there is no column %.*s", STR_ARG(argument->text));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		is_list = is_list || column->type->id == lists[i];
	if (str_equal(str_from_c(call->function->name), STR("countItems")) && !is_list)
		return formula_fail(scope, "countItems takes a column whose cells are lists");
	return check_column(scope, argument);
}

static bool is_number(int kind)
{
	return kind == KIND_NUMBER || kind == KIND_DURATION;
}

int formula_single_kind(const struct node *node)
{
	int kind = node->kind == KIND_LIST ? node->element_kind : node->kind;

	return kind ? kind : KIND_TEXT;
}

static bool check_comparison(const struct scope *scope, const struct node *call)
{
	int a = formula_single_kind(call->arguments[0]), b = formula_single_kind(call->arguments[1]);
	bool dates = (a == KIND_DATE && b == KIND_TEXT) || (a == KIND_TEXT && b == KIND_DATE);

	if (a == b || (is_number(a) && is_number(b)) || a == KIND_EMPTY || b == KIND_EMPTY || dates)
		return true;
	return formula_fail(scope, "%s compares values of different kinds", call->function->name);
}

static bool is_comparison(const struct node *call)
{
	return call->function->result == RESULT_BOOL && call->function->min_arguments == 2 &&
	       function_takes_kinds(call->function);
}

/* if() chooses among 2, 3; ifs() among 2, 4 ...; switch() among 3, 5 ... and a last one. */
bool formula_is_branch(const struct node *call, size_t index)
{
	if (str_equal(str_from_c(call->function->name), STR("if")))
		return index > 0;
	if (str_equal(str_from_c(call->function->name), STR("ifs")))
		return index % 2 == 1;
	return index > 1 && (index % 2 == 0 || index + 1 == call->count);
}

static int kind_of_branches(const struct node *call)
{
	int all = 0;

	for (size_t i = 0; i < call->count; i++) {
		int kind = call->arguments[i]->kind;

		if (!formula_is_branch(call, i) || kind == KIND_EMPTY)
			continue;
		kind = kind == KIND_DURATION ? KIND_NUMBER : kind;
		if (kind != KIND_NUMBER && kind != KIND_DATE)
			return KIND_TEXT;
		if (all && all != kind)
			return KIND_TEXT;
		all = kind;
	}
	return all ? all : KIND_TEXT;
}

static bool check_arithmetic(const struct scope *scope, struct node *call)
{
	int a = formula_single_kind(call->arguments[0]), b = formula_single_kind(call->arguments[1]);

	call->kind = a == KIND_DATE && b != KIND_DATE ? KIND_DATE : KIND_NUMBER;
	if (a != KIND_DATE && b == KIND_DATE)
		return formula_fail(scope, "a date can't be the second part of %s unless the first is one",
				    call->function->name);
	return true;
}

static bool check_result(struct scope *scope, struct node *call)
{
	static const char kinds[] = { [RESULT_NUMBER] = KIND_NUMBER,
				      [RESULT_TEXT] = KIND_TEXT,
				      [RESULT_BOOL] = KIND_BOOL,
				      [RESULT_DATE] = KIND_DATE,
				      [RESULT_LIST] = KIND_LIST };

	if (is_comparison(call) && !check_comparison(scope, call))
		return false;
	if (call->function->result == RESULT_ARITHMETIC)
		return check_arithmetic(scope, call);
	call->kind = call->function->result == RESULT_BRANCHES ? kind_of_branches(call) : kinds[call->function->result];
	return true;
}

static bool check_count(const struct scope *scope, const struct node *call)
{
	const struct function *function = call->function;
	bool odd_ifs = str_equal(str_from_c(function->name), STR("ifs")) && call->count % 2 == 1;

	if (call->count < (size_t)function->min_arguments || odd_ifs)
		return formula_fail(scope, "too few arguments of %s", function->name);
	if (call->count > 100 || (function->max_arguments >= 0 && call->count > (size_t)function->max_arguments))
		return formula_fail(scope, "too many arguments of %s", function->name);
	return true;
}

bool formula_check_result(struct scope *scope, struct node *call)
{
	return check_count(scope, call) && check_result(scope, call);
}

static bool check_call(struct scope *scope, struct node *call)
{
	if (!check_count(scope, call))
		return false;
	if (call->function->result == RESULT_ROW)
		return formula_fail(scope, "%s stands in lookup only", call->function->name);
	if (strchr(call->function->params, 'L') || strchr(call->function->params, 'r'))
		return formula_check_links(scope, call);
	for (size_t i = 0; i < call->count; i++) {
		bool column = function_param(call->function, i) == 'c';

		if (column ? !check_column_argument(scope, call, call->arguments[i])
			   : !formula_check(scope, call->arguments[i]))
			return false;
	}
	return check_result(scope, call);
}

static bool check_part(struct scope *scope, struct node *node)
{
	switch (node->type) {
	case NODE_NUMBER:
		node->kind = KIND_NUMBER;
		return true;
	case NODE_TEXT:
		node->kind = node->text.len > 0 ? KIND_TEXT : KIND_EMPTY;
		return true;
	case NODE_COLUMN:
		return check_column(scope, node);
	default:
		return check_call(scope, node);
	}
}

bool formula_check(struct scope *scope, struct node *node)
{
	struct text_span around = scope->out->at;
	bool ok;

	scope->out->at = (struct text_span){ node->from, node->to };
	ok = check_part(scope, node);
	if (ok)
		scope->out->at = around;
	return ok;
}
