/* Reading a formula's text. Operators by binding power, loosest first, all from left to right (formulas.md 1):
 *   =   < > <= >= <>   + -   * /   ^   &   %
 * A sign stands where an operand may and is as loose as + and -: -3^2 is -9, 3^-1 a third. */
#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "query/formula_node.h"

/* Operators without a function that people can call. */
static const struct function remainder_function = {
	.name = "remainder", .min_arguments = 2, .max_arguments = 2, .params = "n", .result = RESULT_NUMBER
};
static const struct function negate_function = {
	.name = "negate", .min_arguments = 1, .max_arguments = 1, .params = "n", .result = RESULT_NUMBER
};

enum { POWER_EQUAL = 1, POWER_COMPARE, POWER_SUM, POWER_PRODUCT, POWER_POWER, POWER_JOIN, POWER_REMAINDER };

static const struct operation {
	const char *text;
	int power;
	const char *function;
} operations[] = {
	/* Longer ones before those that they begin with. */
	{ "<>", POWER_COMPARE, "unequal" },   { "!=", POWER_COMPARE, "unequal" }, { "<=", POWER_COMPARE, "lessthaneq" },
	{ ">=", POWER_COMPARE, "greatereq" }, { "<", POWER_COMPARE, "lessthan" }, { ">", POWER_COMPARE, "greater" },
	{ "=", POWER_EQUAL, "equal" },        { "+", POWER_SUM, "add" },          { "-", POWER_SUM, "subtract" },
	{ "*", POWER_PRODUCT, "multiply" },   { "/", POWER_PRODUCT, "divide" },   { "^", POWER_POWER, "power" },
	{ "&", POWER_JOIN, "concatenate" },   { "%", POWER_REMAINDER, NULL },
};

static const struct constant {
	const char *name;
	double number;
	const char *function;
} constants[] = {
	{ "pi", M_PI, NULL },
	{ "e", M_E, NULL },
	{ "true", 0, "true" },
	{ "false", 0, "false" },
};

struct parser {
	struct arena *arena;
	struct str text;
	size_t at;
	int depth;
	struct error *err;
};

static struct node *parse_expression(struct parser *in, int power);

static void *fail(const struct parser *in, const char *what)
{
	size_t position = str_count_chars(str_slice(in->text, 0, in->at)) + 1;

	(void)FAIL_WITH(in->err, formula_invalid, str_format(in->arena, "%s at character %zu", what, position));
	error_point(in->err, in->text, in->at, in->at + 1);
	return NULL;
}

static void skip_blanks(struct parser *in)
{
	while (in->at < in->text.len && strchr(" \t\r\n", in->text.at[in->at]))
		in->at++;
}

static bool take(struct parser *in, const char *text)
{
	skip_blanks(in);
	if (!str_starts_with(str_slice(in->text, in->at, in->text.len), str_from_c(text)))
		return false;
	in->at += strlen(text);
	return true;
}

static struct node *node_new(struct parser *in, enum node_type type)
{
	struct node *node = ARENA_NEW(in->arena, struct node);

	node->type = type;
	node->from = in->at;
	return node;
}

static void add_argument(struct parser *in, struct node *call, struct node *argument)
{
	call->arguments = arena_more(in->arena, call->arguments, call->count,
				     sizeof(struct node *)); // NOLINT(bugprone-sizeof-expression)
	call->arguments[call->count++] = argument;
}

static struct node *call_new(struct parser *in, const struct function *function)
{
	struct node *node = node_new(in, NODE_CALL);

	node->function = function;
	return node;
}

/* ---- operands ---- */

static struct node *parse_number(struct parser *in)
{
	struct node *node = node_new(in, NODE_NUMBER);
	size_t from = in->at, end = from;

	while (end < in->text.len && ((in->text.at[end] >= '0' && in->text.at[end] <= '9') || in->text.at[end] == '.'))
		end++;
	size_t exponent = end;
	if (exponent < in->text.len && (in->text.at[exponent] | 0x20) == 'e') {
		exponent++;
		if (exponent < in->text.len && (in->text.at[exponent] == '-' || in->text.at[exponent] == '+'))
			exponent++;
		size_t digits = exponent;
		while (exponent < in->text.len && in->text.at[exponent] >= '0' && in->text.at[exponent] <= '9')
			exponent++;
		end = exponent > digits ? exponent : end;
	}
	struct str digits = str_slice(in->text, from, end);
	if (digits.at[0] == '.')
		digits = str_format(in->arena, "0%.*s", STR_ARG(digits));
	if (!str_to_double(digits, &node->number))
		return fail(in, "no number");
	in->at = end;
	return node;
}

/* Without escapes the constant is a slice of the formula, so that a name in it has its place there. */
static struct node *parse_text(struct parser *in)
{
	struct node *node = node_new(in, NODE_TEXT);
	char quote = in->text.at[in->at++];
	size_t from = in->at, len = 0;
	char *into = NULL;

	for (; in->at < in->text.len && in->text.at[in->at] != quote; in->at++) {
		char byte = in->text.at[in->at];

		if (byte == '\\' && in->at + 1 < in->text.len) {
			if (!into) {
				into = arena_alloc(in->arena, in->text.len + 1);
				memcpy(into, in->text.at + from, len);
			}
			byte = in->text.at[++in->at];
			if (byte == 'n')
				byte = '\n';
		}
		if (into)
			into[len] = byte;
		len++;
	}
	if (in->at == in->text.len)
		return fail(in, "a text without its closing quote");
	in->at++;
	node->text = (struct str){ into ? into : in->text.at + from, len };
	return node;
}

static struct node *parse_column(struct parser *in)
{
	struct node *node = node_new(in, NODE_COLUMN);
	size_t end = str_find_byte(in->text, '}', in->at);

	if (end == SIZE_MAX)
		return fail(in, "a column without its closing brace");
	node->text = str_slice(in->text, in->at + 1, end);
	in->at = end + 1;
	return node;
}

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_';
}

static struct node *parse_arguments(struct parser *in, struct node *call)
{
	if (take(in, ")"))
		return call;
	do {
		struct node *argument = parse_expression(in, 0);

		if (!argument)
			return NULL;
		add_argument(in, call, argument);
	} while (take(in, ","));
	return take(in, ")") ? call : fail(in, "a closing parenthesis is missing");
}

static struct node *parse_name(struct parser *in)
{
	size_t from = in->at;

	while (in->at < in->text.len && is_name_byte(in->text.at[in->at]))
		in->at++;
	struct str name = str_slice(in->text, from, in->at);
	if (take(in, "(")) {
		const struct function *function = function_find(name);

		if (function)
			return parse_arguments(in, call_new(in, function));
		(void)FAIL_WITH(in->err, formula_invalid,
				str_format(in->arena, "there is no function %.*s", STR_ARG(name)));
		error_point(in->err, in->text, from, from + name.len);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		if (!str_equal_fold(name, str_from_c(constants[i].name)))
			continue;
		if (constants[i].function)
			return call_new(in, function_find(str_from_c(constants[i].function)));
		struct node *node = node_new(in, NODE_NUMBER);
		node->number = constants[i].number;
		return node;
	}
	in->at = from;
	(void)fail(in, "an unknown word");
	error_point(in->err, in->text, from, from + name.len);
	return NULL;
}

/* operand = number | text | {column} | name(...) | (...) | sign expression */
static struct node *parse_operand(struct parser *in)
{
	struct node *node;

	if (take(in, "-")) {
		struct node *call = call_new(in, &negate_function), *operand = parse_expression(in, POWER_PRODUCT);

		if (!operand)
			return NULL;
		add_argument(in, call, operand);
		return call;
	}
	if (take(in, "+"))
		return parse_expression(in, POWER_PRODUCT);
	if (take(in, "(")) {
		node = parse_expression(in, 0);
		return !node || take(in, ")") ? node : fail(in, "a closing parenthesis is missing");
	}
	if (in->at == in->text.len)
		return fail(in, "a value is missing");
	char byte = in->text.at[in->at];
	if ((byte >= '0' && byte <= '9') || byte == '.')
		return parse_number(in);
	if (byte == '"' || byte == '\'')
		return parse_text(in);
	if (byte == '{')
		return parse_column(in);
	if (is_name_byte(byte))
		return parse_name(in);
	return fail(in, "an unexpected character");
}

static const struct operation *operation_at(struct parser *in)
{
	skip_blanks(in);
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (str_starts_with(str_slice(in->text, in->at, in->text.len), str_from_c(operations[i].text)))
			return &operations[i];
	return NULL;
}

/* Operators that bind at least as tightly as `power`. */
static struct node *parse_expression(struct parser *in, int power)
{
	if (++in->depth > FORMULA_MAX_DEPTH)
		return fail(in, "too many parts within each other");
	skip_blanks(in);
	size_t from = in->at;
	struct node *left = parse_operand(in);
	const struct operation *operation;

	if (left) {
		left->from = from;
		left->to = in->at;
	}

	while (left && (operation = operation_at(in)) && operation->power >= power) {
		struct node *call = call_new(in, operation->function ? function_find(str_from_c(operation->function))
								     : &remainder_function);

		in->at += strlen(operation->text);
		struct node *right = parse_expression(in, operation->power + 1);
		if (!right)
			return NULL;
		add_argument(in, call, left);
		add_argument(in, call, right);
		call->from = from;
		call->to = in->at;
		left = call;
	}
	in->depth--;
	return left;
}

struct node *formula_parse(struct arena *arena, struct str text, struct error *err)
{
	struct parser in = { .arena = arena, .text = text, .err = err };
	struct node *node;

	if (text.len > (size_t)FORMULA_MAX_CHARS * 4)
		return fail(&in, "too long a formula");
	node = parse_expression(&in, 0);
	skip_blanks(&in);
	if (node && in.at < text.len)
		return fail(&in, "an unexpected character");
	return node;
}
