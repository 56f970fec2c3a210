/* Reading conditions, by recursive descent, loosest first:
 *   OR   AND   NOT   comparisons and the word predicates   (sql_operand.c:) + - ||   * / %   unary - */
#include "core/arena.h"
#include "query/sql_parser.h"

/* ---- predicates ---- */

static const struct {
	const char *mark;
	enum sql_operator op;
} comparisons[] = {
	{ "=", SQL_EQUAL },       { "!=", SQL_UNEQUAL }, { "<>", SQL_UNEQUAL },       { "<", SQL_LESS },
	{ "<=", SQL_LESS_EQUAL }, { ">", SQL_GREATER },  { ">=", SQL_GREATER_EQUAL },
};

/* The constants, or a SELECT that gives them. */
static struct node *parse_list(struct sql_parser *in)
{
	struct node *list = sql_parse_rows(in), *one;

	if (list || in->err->code != E_NONE)
		return list;
	list = sql_is_mark(in, "(") || sql_is_mark(in, "?") ? sql_parse_cell(in) : sql_refuse(in);
	if (!list || list->type == NODE_LIST)
		return list;
	one = sql_node_new(in, NODE_LIST);
	sql_add_argument(in, one, list);
	return one;
}

static struct node *with_list(struct sql_parser *in, enum sql_operator op, struct node *left, bool negated)
{
	struct node *list = parse_list(in), *node;

	if (!list)
		return NULL;
	node = sql_operator_new(in, op, left, list);
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
		node = sql_operator_new(in, SQL_IS_NULL, left, NULL);
	else if (sql_take_word(in, "true"))
		node = sql_operator_new(in, SQL_IS_TRUE, left, NULL);
	else if (sql_take_word(in, "false"))
		node = sql_operator_new(in, SQL_IS_FALSE, left, NULL);
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
	struct node *low = sql_parse_sum(in), *high, *node;

	if (!low || !sql_want_word(in, "and") || !(high = sql_parse_sum(in)))
		return NULL;
	node = sql_operator_new(in, SQL_BETWEEN, left, low);
	sql_add_argument(in, node, high);
	node->to = in->last_to;
	node->negated = negated;
	return node;
}

static struct node *parse_predicate(struct sql_parser *in)
{
	struct node *left = sql_parse_sum(in), *right, *node;
	bool negated;

	if (!left)
		return NULL;
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		if (!sql_is_mark(in, comparisons[i].mark))
			continue;
		right = sql_next(in) ? sql_parse_sum(in) : NULL;
		return right ? sql_operator_new(in, comparisons[i].op, left, right) : NULL;
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

		right = sql_next(in) ? sql_parse_sum(in) : NULL;
		node = right ? sql_operator_new(in, op, left, right) : NULL;
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
	return node ? sql_operator_new(in, SQL_NOT, node, NULL) : NULL;
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
			left = joined = sql_operator_new(in, op, left, right);
		else
			sql_add_argument(in, joined, right);
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
