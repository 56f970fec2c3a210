/* Reading operands and arithmetic, loosest first:  + - ||   * / %   unary -   names, calls, CASE, SELECT. */
#include "core/arena.h"
#include "query/sql_parser.h"

static struct node *parse_operand(struct sql_parser *in);

/* ---- calls ---- */

static const struct {
	const char *name;
	enum sql_aggregate aggregate;
} aggregates[] = {
	{ "count", AGGREGATE_COUNT }, { "sum", AGGREGATE_SUM }, { "min", AGGREGATE_MIN },
	{ "max", AGGREGATE_MAX },     { "avg", AGGREGATE_AVG },
};

static struct node *parse_arguments(struct sql_parser *in, struct node *call)
{
	while (!sql_is_mark(in, ")")) {
		struct node *argument;

		if (call->count > 0 && !sql_want_mark(in, ","))
			return NULL;
		if (call->count == 0 && sql_take_word(in, "distinct"))
			call->distinct = true;
		if (call->count == 0 && sql_is_mark(in, "*")) {
			if (!sql_next(in))
				return NULL;
			call->star = true;
			break;
		}
		argument = sql_parse_condition(in);
		if (!argument)
			return NULL;
		sql_add_argument(in, call, argument);
	}
	if (!sql_want_mark(in, ")"))
		return NULL;
	call->to = in->last_to;
	return call;
}

/* What CAST may name. */
static const struct {
	const char *name;
	int kind;
} casts[] = {
	{ "number", KIND_NUMBER },
	{ "text", KIND_TEXT },
	{ "date", KIND_DATE },
	{ "bool", KIND_BOOL },
};

/* CAST(... AS type); the parenthesis is open. */
static struct node *parse_cast(struct sql_parser *in, struct node *cast)
{
	struct node *argument = sql_parse_condition(in);

	if (!argument || !sql_want_word(in, "as"))
		return NULL;
	sql_add_argument(in, cast, argument);
	for (size_t i = 0; cast->op == 0 && i < sizeof(casts) / sizeof(casts[0]); i++) {
		if (sql_take_word(in, casts[i].name))
			cast->op = casts[i].kind;
	}
	if (cast->op == 0 || !sql_want_mark(in, ")"))
		return cast->op == 0 ? sql_refuse(in) : NULL;
	cast->to = in->last_to;
	return cast;
}

/* sum, min and max of one argument are aggregates, of more they are functions of a row (sql.md 8). */
static struct node *parse_call(struct sql_parser *in, struct str name, size_t from)
{
	struct node *call = sql_node_new(in, NODE_CALL);
	const struct function *function = function_find(name);

	call->from = from;
	call->text = name;
	if (str_equal_fold(name, STR("cast"))) {
		call->type = NODE_CAST;
		return parse_cast(in, call);
	}
	if (!parse_arguments(in, call))
		return NULL;
	if (str_equal_fold(name, STR("coalesce")) && call->count > 0 && !call->star && !call->distinct) {
		call->type = NODE_COALESCE;
		return call;
	}
	for (size_t i = 0; i < sizeof(aggregates) / sizeof(aggregates[0]); i++) {
		if (!str_equal_fold(name, str_from_c(aggregates[i].name)) || (!call->star && call->count != 1))
			continue;
		if (call->star && (aggregates[i].aggregate != AGGREGATE_COUNT || call->distinct))
			break;
		call->type = NODE_AGGREGATE;
		call->op = (int)aggregates[i].aggregate;
		return call;
	}
	if (call->star || call->distinct)
		return sql_refuse_at(in, from, name);
	if (!function) {
		(void)FAIL_WITH(in->err, sql_invalid, str_format(in->arena, "no such function: %.*s", STR_ARG(name)));
		error_point(in->err, in->text, from, from + name.len);
		return NULL;
	}
	call->function = function;
	return call;
}

/* name, name.name, name.*, name(...) */
static struct node *parse_name(struct sql_parser *in)
{
	bool quoted = in->token.type == TOKEN_QUOTED_NAME;
	struct node *node = sql_node_new(in, NODE_COLUMN);

	node->text = in->token.text;
	if (!sql_next(in))
		return NULL;
	if (!quoted && sql_take_mark(in, "("))
		return parse_call(in, node->text, node->from);
	if (sql_take_mark(in, ".")) {
		node->table_name = node->text;
		if (sql_take_mark(in, "*")) {
			node->type = NODE_STAR;
			return node;
		}
		node->text = in->token.text;
		if (in->token.type != TOKEN_WORD && in->token.type != TOKEN_QUOTED_NAME)
			return sql_refuse(in);
		if (!sql_next(in))
			return NULL;
	}
	node->to = in->last_to;
	return node;
}

/* ---- CASE ---- */

/* CASE x WHEN a is CASE WHEN x = a. */
static struct node *parse_case(struct sql_parser *in)
{
	struct node *node = sql_node_new(in, NODE_CASE), *base = NULL;

	if (!sql_next(in) || (!sql_is_word(in, "when") && !(base = sql_parse_sum(in))))
		return NULL;
	do {
		struct node *when, *then;

		if (!sql_want_word(in, "when") || !(when = sql_parse_condition(in)) || !sql_want_word(in, "then") ||
		    !(then = sql_parse_condition(in)))
			return NULL;
		sql_add_argument(in, node, base ? sql_operator_new(in, SQL_EQUAL, base, when) : when);
		sql_add_argument(in, node, then);
	} while (sql_is_word(in, "when"));
	if (sql_take_word(in, "else")) {
		struct node *other = sql_parse_condition(in);

		if (!other)
			return NULL;
		sql_add_argument(in, node, other);
	}
	if (!sql_want_word(in, "end"))
		return NULL;
	node->to = in->last_to;
	return node;
}

/* ---- SELECT within parentheses, which are open ---- */

static struct node *parse_sub_select(struct sql_parser *in, enum node_type type, size_t from)
{
	struct node *node = sql_node_new(in, type);

	node->from = from;
	node->select = sql_parse_query(in);
	if (!node->select || !sql_want_mark(in, ")"))
		return NULL;
	node->to = in->last_to;
	return node;
}

/* ---- operands ---- */

struct node *sql_parse_rows(struct sql_parser *in)
{
	struct sql_parser before = *in;

	if (sql_take_mark(in, "(") && sql_is_word(in, "select"))
		return parse_sub_select(in, NODE_SELECT, before.token.from);
	*in = before;
	return NULL;
}

static struct node *parse_in_parentheses(struct sql_parser *in)
{
	struct node *node = sql_parse_rows(in);

	if (node || in->err->code != E_NONE)
		return node;
	if (!sql_next(in))
		return NULL;
	node = sql_parse_condition(in);
	return node && sql_want_mark(in, ")") ? node : NULL;
}

static struct node *parse_exists(struct sql_parser *in)
{
	size_t from = in->token.from;

	if (!sql_next(in) || !sql_want_mark(in, "("))
		return NULL;
	return sql_is_word(in, "select") ? parse_sub_select(in, NODE_EXISTS, from) : sql_refuse(in);
}

static struct node *parse_negative(struct sql_parser *in)
{
	struct node *node, *zero;

	if (++in->depth > SQL_MAX_DEPTH)
		return sql_refuse(in);
	node = parse_operand(in);
	in->depth--;
	if (!node)
		return NULL;
	if (node->type == NODE_NUMBER) {
		node->number = -node->number;
		return node;
	}
	zero = sql_node_new(in, NODE_NUMBER);
	return sql_operator_new(in, SQL_MINUS, zero, node);
}

static struct node *parse_any_operand(struct sql_parser *in)
{
	if (sql_is_mark(in, "("))
		return parse_in_parentheses(in);
	if (sql_take_mark(in, "-"))
		return parse_negative(in);
	if (sql_is_case(in))
		return parse_case(in);
	if (sql_is_word(in, "exists") && sql_is_called(in))
		return parse_exists(in);
	/* if() and the like may be named as words that say something elsewhere. */
	if (in->token.type == TOKEN_WORD && function_find(in->token.text) && !sql_is_name(in)) {
		if (sql_is_called(in))
			return parse_name(in);
	}
	return sql_is_name(in) ? parse_name(in) : sql_parse_cell(in);
}

static struct node *parse_operand(struct sql_parser *in)
{
	struct node *node = parse_any_operand(in);

	if (node && node->to == 0)
		node->to = in->last_to;
	return node;
}

/* ---- arithmetic ---- */

static const struct {
	const char *mark;
	enum sql_operator op;
	bool is_product;
} marks[] = {
	{ "*", SQL_TIMES, true }, { "/", SQL_OVER, true },   { "%", SQL_REMAINDER, true },
	{ "+", SQL_PLUS, false }, { "-", SQL_MINUS, false }, { "||", SQL_JOIN, false },
};

/* Operators of one precedence, from left to right. */
static struct node *parse_marks(struct sql_parser *in, bool products, struct node *(*part)(struct sql_parser *))
{
	struct node *left = part(in), *right;
	size_t i = 0;

	while (left && i < sizeof(marks) / sizeof(marks[0])) {
		if (marks[i].is_product != products || !sql_is_mark(in, marks[i].mark)) {
			i++;
			continue;
		}
		right = sql_next(in) ? part(in) : NULL;
		left = right ? sql_operator_new(in, marks[i].op, left, right) : NULL;
		i = 0;
	}
	return left;
}

static struct node *parse_product(struct sql_parser *in)
{
	return parse_marks(in, true, parse_operand);
}

struct node *sql_parse_sum(struct sql_parser *in)
{
	return parse_marks(in, false, parse_product);
}
