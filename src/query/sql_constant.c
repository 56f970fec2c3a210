/* Reading constants and lists of them; making nodes. */
#include <math.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "query/sql_parser.h"

/* ---- nodes ---- */

struct node *sql_node_new(struct sql_parser *in, enum node_type type)
{
	struct node *node = ARENA_NEW(in->arena, struct node);

	node->type = type;
	node->from = in->token.from;
	return node;
}

void sql_add_argument(struct sql_parser *in, struct node *node, struct node *argument)
{
	node->arguments = arena_more(in->arena, node->arguments, node->count,
				     sizeof(struct node *)); // NOLINT(bugprone-sizeof-expression)
	node->arguments[node->count++] = argument;
}

struct node *sql_operator_new(struct sql_parser *in, enum sql_operator op, struct node *left, struct node *right)
{
	struct node *node = sql_node_new(in, NODE_OPERATOR);

	node->op = op;
	node->from = left->from;
	sql_add_argument(in, node, left);
	if (right)
		sql_add_argument(in, node, right);
	node->to = in->last_to;
	return node;
}

static struct node *text_new(struct sql_parser *in, struct str text)
{
	struct node *node = sql_node_new(in, NODE_TEXT);

	node->text = text;
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
		sql_add_argument(in, node, element);
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
	if (!node || !sql_next(in))
		return NULL;
	node->to = in->last_to;
	return node;
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

static struct node *parse_constant(struct sql_parser *in)
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
			sql_add_argument(in, node, item);
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

struct node *sql_parse_cell(struct sql_parser *in)
{
	struct node *node = parse_constant(in);

	if (node)
		node->to = in->last_to;
	return node;
}

/* The forms that only a cell may have are tried first: ("a", "b") is a list, (1 + 2) is not. */
struct node *sql_parse_value(struct sql_parser *in)
{
	struct error *err = in->err, ignored = { 0 };
	struct sql_parser before = *in;
	struct node *node;

	in->err = &ignored;
	node = sql_parse_cell(in);
	in->err = err;
	if (node && (sql_is_mark(in, ",") || sql_is_mark(in, ")") || sql_is_mark(in, ";") || sql_is_word(in, "where") ||
		     in->token.type == TOKEN_END))
		return node;
	*in = before;
	return sql_parse_condition(in);
}
