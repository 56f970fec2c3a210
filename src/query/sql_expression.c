/* Reading constants, operands and conditions, by recursive descent, loosest first:
 *   OR   AND   NOT   comparisons and the word predicates   + -   * /   unary - */
#include <math.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "query/sql_parser.h"

static struct node *parse_sum(struct sql_parser *in);

/* ---- nodes ---- */

struct node *sql_node_new(struct sql_parser *in, enum node_type type)
{
	struct node *node = ARENA_NEW(in->arena, struct node);

	node->type = type;
	node->from = in->token.from;
	return node;
}

static struct node *text_new(struct sql_parser *in, struct str text)
{
	struct node *node = sql_node_new(in, NODE_TEXT);

	node->text = text;
	return node;
}

static void add_argument(struct sql_parser *in, struct node *node, struct node *argument)
{
	node->arguments = arena_more(in->arena, node->arguments, node->count,
				     sizeof(struct node *)); // NOLINT(bugprone-sizeof-expression)
	node->arguments[node->count++] = argument;
}

static struct node *operator_new(struct sql_parser *in, enum sql_operator op, struct node *left, struct node *right)
{
	struct node *node = sql_node_new(in, NODE_OPERATOR);

	node->op = op;
	node->from = left->from;
	add_argument(in, node, left);
	if (right)
		add_argument(in, node, right);
	node->to = in->last_to;
	return node;
}

static struct node *bool_new(struct sql_parser *in, bool value)
{
	struct node *node = sql_node_new(in, NODE_BOOL);

	node->number = value;
	return node;
}

/* ---- constants ---- */

static struct node *constant_of_json(struct sql_parser *in, const cJSON *value)
{
	struct node *node;
	const cJSON *item;

	if (cJSON_IsString(value))
		return text_new(in, json_str(value));
	if (cJSON_IsBool(value))
		return bool_new(in, cJSON_IsTrue(value));
	if (cJSON_IsNull(value))
		return sql_node_new(in, NODE_NULL);
	if (cJSON_IsNumber(value) && isfinite(value->valuedouble)) {
		node = sql_node_new(in, NODE_NUMBER);
		node->number = value->valuedouble;
		return node;
	}
	node = sql_node_new(in, NODE_LIST);
	cJSON_ArrayForEach(item, value)
	{
		struct node *element = cJSON_IsArray(item) || cJSON_IsObject(item) ? NULL : constant_of_json(in, item);

		if (!element)
			break;
		add_argument(in, node, element);
	}
	if (cJSON_IsArray(value) && !item)
		return node;
	(void)FAIL_WITH(in->err, sql_invalid,
			STR("a parameter is a string, a number, a boolean, null or a list of those"));
	return NULL;
}

/* The value of the next "?". */
struct node *sql_take_parameter(struct sql_parser *in)
{
	const cJSON *value = in->parameter_count++ == 0 && in->parameters ? in->parameters->child : in->next_parameter;
	struct node *node;

	if (!value) {
		(void)FAIL_WITH(in->err, sql_invalid,
				str_format(in->arena, "expected more than %d parameters, got %d",
					   in->parameter_count - 1, cJSON_GetArraySize(in->parameters)));
		return NULL;
	}
	in->next_parameter = value->next;
	node = constant_of_json(in, value);
	return node && sql_next(in) ? node : NULL;
}

struct node *sql_parse_digits(struct sql_parser *in)
{
	struct node *node = sql_node_new(in, NODE_NUMBER);
	struct str digits = in->token.text;

	if (digits.at[0] == '.')
		digits = str_format(in->arena, "0%.*s", STR_ARG(digits));
	if (!str_to_double(digits, &node->number))
		return sql_refuse(in);
	if (!sql_next(in))
		return NULL;
	node->to = in->last_to;
	return node;
}

/* A constant, or a list of them. */
struct node *sql_parse_cell(struct sql_parser *in)
{
	struct node *node;

	if (sql_is_mark(in, "?"))
		return sql_take_parameter(in);
	if (sql_take_mark(in, "(")) {
		node = sql_node_new(in, NODE_LIST);
		while (!sql_is_mark(in, ")")) {
			struct node *item =
				node->count > 0 && !sql_take_mark(in, ",") ? sql_refuse(in) : sql_parse_cell(in);

			if (!item)
				return NULL;
			if (item->type == NODE_LIST)
				return sql_refuse(in);
			add_argument(in, node, item);
		}
		return sql_next(in) ? node : NULL;
	}
	if (in->token.type == TOKEN_STRING) {
		node = text_new(in, in->token.text);
		return sql_next(in) ? node : NULL;
	}
	if (in->token.type == TOKEN_DIGITS)
		return sql_parse_digits(in);
	if (sql_take_mark(in, "-")) {
		node = in->token.type == TOKEN_DIGITS ? sql_parse_digits(in) : sql_refuse(in);
		if (node)
			node->number = -node->number;
		return node;
	}
	if (sql_is_word(in, "true") || sql_is_word(in, "false")) {
		node = bool_new(in, sql_is_word(in, "true"));
		return sql_next(in) ? node : NULL;
	}
	if (sql_is_word(in, "null")) {
		node = sql_node_new(in, NODE_NULL);
		return sql_next(in) ? node : NULL;
	}
	return sql_refuse(in);
}

/* ---- operands ---- */

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
		add_argument(in, call, argument);
	}
	if (!sql_want_mark(in, ")"))
		return NULL;
	call->to = in->last_to;
	return call;
}

/* sum, min and max of one argument are aggregates, of more they are functions of a row (sql.md 8). */
static struct node *parse_call(struct sql_parser *in, struct str name, size_t from)
{
	struct node *call = sql_node_new(in, NODE_CALL);
	const struct function *function = function_find(name);

	call->from = from;
	call->text = name;
	if (!parse_arguments(in, call))
		return NULL;
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

static struct node *parse_operand(struct sql_parser *in)
{
	struct node *node, *zero;

	if (sql_take_mark(in, "(")) {
		node = sql_parse_condition(in);
		return node && sql_want_mark(in, ")") ? node : NULL;
	}
	if (sql_take_mark(in, "-")) {
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
		return operator_new(in, SQL_MINUS, zero, node);
	}
	/* if() and the like may be named as words that say something elsewhere. */
	if (in->token.type == TOKEN_WORD && function_find(in->token.text) && !sql_is_name(in)) {
		if (sql_is_called(in))
			return parse_name(in);
	}
	return sql_is_name(in) ? parse_name(in) : sql_parse_cell(in);
}

static struct node *parse_product(struct sql_parser *in)
{
	struct node *left = parse_operand(in);

	while (left && (sql_is_mark(in, "*") || sql_is_mark(in, "/"))) {
		enum sql_operator op = sql_is_mark(in, "*") ? SQL_TIMES : SQL_OVER;
		struct node *right = sql_next(in) ? parse_operand(in) : NULL;

		left = right ? operator_new(in, op, left, right) : NULL;
	}
	return left;
}

static struct node *parse_sum(struct sql_parser *in)
{
	struct node *left = parse_product(in);

	while (left && (sql_is_mark(in, "+") || sql_is_mark(in, "-"))) {
		enum sql_operator op = sql_is_mark(in, "+") ? SQL_PLUS : SQL_MINUS;
		struct node *right = sql_next(in) ? parse_product(in) : NULL;

		left = right ? operator_new(in, op, left, right) : NULL;
	}
	return left;
}

/* ---- predicates ---- */

static const struct {
	const char *mark;
	enum sql_operator op;
} comparisons[] = {
	{ "=", SQL_EQUAL },       { "!=", SQL_UNEQUAL }, { "<>", SQL_UNEQUAL },       { "<", SQL_LESS },
	{ "<=", SQL_LESS_EQUAL }, { ">", SQL_GREATER },  { ">=", SQL_GREATER_EQUAL },
};

static struct node *parse_list(struct sql_parser *in)
{
	struct node *list = sql_is_mark(in, "(") || sql_is_mark(in, "?") ? sql_parse_cell(in) : sql_refuse(in), *one;

	if (!list || list->type == NODE_LIST)
		return list;
	one = sql_node_new(in, NODE_LIST);
	add_argument(in, one, list);
	return one;
}

static struct node *with_list(struct sql_parser *in, enum sql_operator op, struct node *left, bool negated)
{
	struct node *list = parse_list(in), *node;

	if (!list)
		return NULL;
	node = operator_new(in, op, left, list);
	node->negated = negated;
	return node;
}

static struct node *parse_is(struct sql_parser *in, struct node *left)
{
	bool negated;
	struct node *node;

	if (sql_take_word(in, "exactly"))
		return with_list(in, SQL_IS_EXACTLY, left, false);
	negated = sql_take_word(in, "not");
	if (sql_take_word(in, "null"))
		node = operator_new(in, SQL_IS_NULL, left, NULL);
	else if (sql_take_word(in, "true"))
		node = operator_new(in, SQL_IS_TRUE, left, NULL);
	else
		return sql_refuse(in);
	node->negated = negated;
	return node;
}

static struct node *parse_has(struct sql_parser *in, struct node *left)
{
	enum sql_operator op;

	if (sql_take_word(in, "any"))
		op = SQL_HAS_ANY;
	else if (sql_take_word(in, "all"))
		op = SQL_HAS_ALL;
	else if (sql_take_word(in, "none"))
		op = SQL_HAS_NONE;
	else
		return sql_refuse(in);
	return sql_want_word(in, "of") ? with_list(in, op, left, false) : NULL;
}

static struct node *parse_between(struct sql_parser *in, struct node *left, bool negated)
{
	struct node *low = parse_sum(in), *high, *node;

	if (!low || !sql_want_word(in, "and") || !(high = parse_sum(in)))
		return NULL;
	node = operator_new(in, SQL_BETWEEN, left, low);
	add_argument(in, node, high);
	node->to = in->last_to;
	node->negated = negated;
	return node;
}

static struct node *parse_predicate(struct sql_parser *in)
{
	struct node *left = parse_sum(in), *right, *node;
	bool negated;

	if (!left)
		return NULL;
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		if (!sql_is_mark(in, comparisons[i].mark))
			continue;
		right = sql_next(in) ? parse_sum(in) : NULL;
		return right ? operator_new(in, comparisons[i].op, left, right) : NULL;
	}
	if (sql_take_word(in, "is"))
		return parse_is(in, left);
	if (sql_take_word(in, "has"))
		return parse_has(in, left);
	negated = sql_take_word(in, "not");
	if (sql_take_word(in, "in"))
		return with_list(in, SQL_IN, left, negated);
	if (sql_take_word(in, "between"))
		return parse_between(in, left, negated);
	if (sql_is_word(in, "like") || sql_is_word(in, "ilike")) {
		enum sql_operator op = sql_is_word(in, "like") ? SQL_LIKE : SQL_ILIKE;

		right = sql_next(in) ? parse_sum(in) : NULL;
		node = right ? operator_new(in, op, left, right) : NULL;
		if (node)
			node->negated = negated;
		return node;
	}
	return negated ? sql_refuse(in) : left;
}

static struct node *parse_not(struct sql_parser *in)
{
	struct node *node;

	if (!sql_is_word(in, "not"))
		return parse_predicate(in);
	if (++in->depth > SQL_MAX_DEPTH)
		return sql_refuse(in);
	node = sql_next(in) ? parse_not(in) : NULL;
	in->depth--;
	return node ? operator_new(in, SQL_NOT, node, NULL) : NULL;
}

/* Conditions joined by a word, as one node of many arguments. */
static struct node *parse_joined(struct sql_parser *in, enum sql_operator op, const char *word,
				 struct node *(*part)(struct sql_parser *))
{
	struct node *left = part(in), *joined = NULL;

	while (left && sql_is_word(in, word)) {
		struct node *right = sql_next(in) ? part(in) : NULL;

		if (!right)
			return NULL;
		if (!joined)
			left = joined = operator_new(in, op, left, right);
		else
			add_argument(in, joined, right);
		joined->to = in->last_to;
	}
	return left;
}

static struct node *parse_and(struct sql_parser *in)
{
	return parse_joined(in, SQL_AND, "and", parse_not);
}

struct node *sql_parse_condition(struct sql_parser *in)
{
	struct node *node;

	if (++in->depth > SQL_MAX_DEPTH)
		return sql_refuse(in);
	node = parse_joined(in, SQL_OR, "or", parse_and);
	in->depth--;
	return node;
}
