/* Reading a statement (sql.md 1 and 2): words and marks, then by recursive descent, loosest first:
 *   OR   AND   NOT   comparisons and the word predicates   + -   * /   unary -
 * A "?" becomes the constant that the request gives for it. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "query/sql_node.h"

enum token_type { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED_NAME, TOKEN_STRING, TOKEN_DIGITS, TOKEN_MARK };

struct token {
	enum token_type type;
	struct str text; /* of names and strings: without quotes */
	size_t from, to; /* in the statement */
};

struct parser {
	struct arena *arena;
	struct str text;
	struct token token; /* the next one */
	size_t last_to;     /* where the one before ended */
	const cJSON *parameters, *next_parameter;
	int parameter_count;
	int depth;
	struct error *err;
};

static struct node *parse_condition(struct parser *in);
static struct node *parse_sum(struct parser *in);

static void *fail_at(const struct parser *in, size_t at, struct str near)
{
	near = str_prefix_chars(near, 40);
	(void)FAIL_WITH(
		in->err, sql_invalid,
		near.len > 0 ? str_format(in->arena, "syntax error at position %zu near '%.*s'", at + 1, STR_ARG(near))
			     : str_format(in->arena, "syntax error at position %zu: the statement ends", at + 1));
	return NULL;
}

static void *fail(const struct parser *in)
{
	return fail_at(in, in->token.from, str_slice(in->text, in->token.from, in->token.to));
}

/* ---- words and marks ---- */

static bool is_word_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_' || (byte & 0x80);
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static size_t skip_blanks(const struct parser *in, size_t at)
{
	while (at < in->text.len) {
		struct str rest = str_slice(in->text, at, in->text.len);

		if (strchr(" \t\r\n", rest.at[0])) {
			at++;
		} else if (str_starts_with(rest, STR("--"))) {
			size_t end = str_find_byte(in->text, '\n', at);

			at = end == SIZE_MAX ? in->text.len : end;
		} else if (str_starts_with(rest, STR("/*"))) {
			at += 2;
			while (at < in->text.len && !str_starts_with(str_slice(in->text, at, in->text.len), STR("*/")))
				at++;
			at = at + 2 < in->text.len ? at + 2 : in->text.len;
		} else {
			break;
		}
	}
	return at;
}

/* A quoted text; the quote itself is doubled. */
static bool read_quoted(struct parser *in, enum token_type type, size_t at)
{
	char quote = in->text.at[at], *into = arena_alloc(in->arena, in->text.len - at);
	size_t len = 0, i = at + 1;

	for (; i < in->text.len; i++) {
		if (in->text.at[i] == quote) {
			if (i + 1 >= in->text.len || in->text.at[i + 1] != quote)
				break;
			i++;
		}
		into[len++] = in->text.at[i];
	}
	if (i >= in->text.len) {
		(void)fail_at(in, at, str_slice(in->text, at, in->text.len));
		return false;
	}
	in->token = (struct token){ .type = type, .text = { into, len }, .from = at, .to = i + 1 };
	return true;
}

static size_t number_end(struct str text, size_t at)
{
	size_t end = at, exponent;

	while (end < text.len && (is_digit(text.at[end]) || text.at[end] == '.'))
		end++;
	exponent = end;
	if (exponent < text.len && (text.at[exponent] | 0x20) == 'e') {
		exponent++;
		if (exponent < text.len && (text.at[exponent] == '-' || text.at[exponent] == '+'))
			exponent++;
		if (exponent < text.len && is_digit(text.at[exponent])) {
			while (exponent < text.len && is_digit(text.at[exponent]))
				exponent++;
			end = exponent;
		}
	}
	return end;
}

static bool next(struct parser *in)
{
	static const char *const pairs[] = { "<=", ">=", "<>", "!=" };
	size_t at = skip_blanks(in, in->token.to), end = at;
	struct str rest = str_slice(in->text, at, in->text.len);

	in->last_to = in->token.to;
	in->token = (struct token){ .from = at, .to = at };
	if (at >= in->text.len)
		return true;
	if (rest.at[0] == '`')
		return read_quoted(in, TOKEN_QUOTED_NAME, at);
	if (rest.at[0] == '\'' || rest.at[0] == '"')
		return read_quoted(in, TOKEN_STRING, at);
	if (is_digit(rest.at[0]) || (rest.at[0] == '.' && rest.len > 1 && is_digit(rest.at[1]))) {
		end = number_end(in->text, at);
		in->token.type = TOKEN_DIGITS;
	} else if (is_word_byte(rest.at[0])) {
		while (end < in->text.len && is_word_byte(in->text.at[end]))
			end++;
		in->token.type = TOKEN_WORD;
	} else {
		end = at + 1;
		for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
			if (str_starts_with(rest, str_from_c(pairs[i])))
				end = at + 2;
		}
		in->token.type = TOKEN_MARK;
	}
	in->token.to = end;
	in->token.text = str_slice(in->text, at, end);
	return true;
}

static bool is_mark(const struct parser *in, const char *mark)
{
	return in->token.type == TOKEN_MARK && str_equal_c(in->token.text, mark);
}

static bool is_word(const struct parser *in, const char *word)
{
	return in->token.type == TOKEN_WORD && str_equal_fold(in->token.text, str_from_c(word));
}

static bool take_mark(struct parser *in, const char *mark)
{
	return is_mark(in, mark) && next(in);
}

static bool take_word(struct parser *in, const char *word)
{
	return is_word(in, word) && next(in);
}

static bool want_mark(struct parser *in, const char *mark)
{
	return take_mark(in, mark) || fail(in);
}

static bool want_word(struct parser *in, const char *word)
{
	return take_word(in, word) || fail(in);
}

/* Words that can't be names without backticks, since they say where a part ends. */
static bool is_reserved(struct str word)
{
	static const char *const words[] = { "select",  "from", "where",    "group",  "having", "order",  "limit",
					     "offset",  "and",  "or",       "not",    "in",     "like",   "ilike",
					     "between", "is",   "has",      "as",     "set",    "values", "by",
					     "asc",     "desc", "distinct", "insert", "update", "delete", "into",
					     "null",    "true", "false" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_equal_fold(word, str_from_c(words[i])))
			return true;
	}
	return false;
}

static bool is_name(const struct parser *in)
{
	return in->token.type == TOKEN_QUOTED_NAME || (in->token.type == TOKEN_WORD && !is_reserved(in->token.text));
}

static bool want_name(struct parser *in, struct str *name)
{
	*name = in->token.text;
	return is_name(in) ? next(in) : fail(in) != NULL;
}

/* ---- nodes ---- */

static struct node *node_new(struct parser *in, enum node_type type)
{
	struct node *node = ARENA_NEW(in->arena, struct node);

	node->type = type;
	node->from = in->token.from;
	return node;
}

static struct node *text_new(struct parser *in, struct str text)
{
	struct node *node = node_new(in, NODE_TEXT);

	node->text = text;
	return node;
}

static void add_argument(struct parser *in, struct node *node, struct node *argument)
{
	node->arguments = arena_more(in->arena, node->arguments, node->count,
				     sizeof(struct node *)); // NOLINT(bugprone-sizeof-expression)
	node->arguments[node->count++] = argument;
}

static struct node *operator_new(struct parser *in, enum sql_operator op, struct node *left, struct node *right)
{
	struct node *node = node_new(in, NODE_OPERATOR);

	node->op = op;
	node->from = left->from;
	add_argument(in, node, left);
	if (right)
		add_argument(in, node, right);
	node->to = in->last_to;
	return node;
}

static struct node *bool_new(struct parser *in, bool value)
{
	struct node *node = node_new(in, NODE_BOOL);

	node->number = value;
	return node;
}

/* ---- constants ---- */

static struct node *constant_of_json(struct parser *in, const cJSON *value)
{
	struct node *node;
	const cJSON *item;

	if (cJSON_IsString(value))
		return text_new(in, json_str(value));
	if (cJSON_IsBool(value))
		return bool_new(in, cJSON_IsTrue(value));
	if (cJSON_IsNull(value))
		return node_new(in, NODE_NULL);
	if (cJSON_IsNumber(value) && isfinite(value->valuedouble)) {
		node = node_new(in, NODE_NUMBER);
		node->number = value->valuedouble;
		return node;
	}
	node = node_new(in, NODE_LIST);
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
static struct node *take_parameter(struct parser *in)
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
	return node && next(in) ? node : NULL;
}

static struct node *parse_digits(struct parser *in)
{
	struct node *node = node_new(in, NODE_NUMBER);
	struct str digits = in->token.text;

	if (digits.at[0] == '.')
		digits = str_format(in->arena, "0%.*s", STR_ARG(digits));
	if (!str_to_double(digits, &node->number))
		return fail(in);
	if (!next(in))
		return NULL;
	node->to = in->last_to;
	return node;
}

/* A constant, or a list of them. */
static struct node *parse_cell(struct parser *in)
{
	struct node *node;

	if (is_mark(in, "?"))
		return take_parameter(in);
	if (take_mark(in, "(")) {
		node = node_new(in, NODE_LIST);
		while (!is_mark(in, ")")) {
			struct node *item = node->count > 0 && !take_mark(in, ",") ? fail(in) : parse_cell(in);

			if (!item)
				return NULL;
			if (item->type == NODE_LIST)
				return fail(in);
			add_argument(in, node, item);
		}
		return next(in) ? node : NULL;
	}
	if (in->token.type == TOKEN_STRING) {
		node = text_new(in, in->token.text);
		return next(in) ? node : NULL;
	}
	if (in->token.type == TOKEN_DIGITS)
		return parse_digits(in);
	if (take_mark(in, "-")) {
		node = in->token.type == TOKEN_DIGITS ? parse_digits(in) : fail(in);
		if (node)
			node->number = -node->number;
		return node;
	}
	if (is_word(in, "true") || is_word(in, "false")) {
		node = bool_new(in, is_word(in, "true"));
		return next(in) ? node : NULL;
	}
	if (is_word(in, "null")) {
		node = node_new(in, NODE_NULL);
		return next(in) ? node : NULL;
	}
	return fail(in);
}

/* ---- operands ---- */

static const struct {
	const char *name;
	enum sql_aggregate aggregate;
} aggregates[] = {
	{ "count", AGGREGATE_COUNT }, { "sum", AGGREGATE_SUM }, { "min", AGGREGATE_MIN },
	{ "max", AGGREGATE_MAX },     { "avg", AGGREGATE_AVG },
};

static struct node *parse_arguments(struct parser *in, struct node *call)
{
	while (!is_mark(in, ")")) {
		struct node *argument;

		if (call->count > 0 && !want_mark(in, ","))
			return NULL;
		if (call->count == 0 && take_word(in, "distinct"))
			call->distinct = true;
		if (call->count == 0 && is_mark(in, "*")) {
			if (!next(in))
				return NULL;
			call->star = true;
			break;
		}
		argument = parse_condition(in);
		if (!argument)
			return NULL;
		add_argument(in, call, argument);
	}
	if (!want_mark(in, ")"))
		return NULL;
	call->to = in->last_to;
	return call;
}

/* sum, min and max of one argument are aggregates, of more they are functions of a row (sql.md 8). */
static struct node *parse_call(struct parser *in, struct str name, size_t from)
{
	struct node *call = node_new(in, NODE_CALL);
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
		return fail_at(in, from, name);
	if (!function) {
		(void)FAIL_WITH(in->err, sql_invalid, str_format(in->arena, "no such function: %.*s", STR_ARG(name)));
		return NULL;
	}
	call->function = function;
	return call;
}

/* name, name.name, name.*, name(...) */
static struct node *parse_name(struct parser *in)
{
	bool quoted = in->token.type == TOKEN_QUOTED_NAME;
	struct node *node = node_new(in, NODE_COLUMN);

	node->text = in->token.text;
	if (!next(in))
		return NULL;
	if (!quoted && take_mark(in, "("))
		return parse_call(in, node->text, node->from);
	if (take_mark(in, ".")) {
		node->table_name = node->text;
		if (take_mark(in, "*")) {
			node->type = NODE_STAR;
			return node;
		}
		node->text = in->token.text;
		if (in->token.type != TOKEN_WORD && in->token.type != TOKEN_QUOTED_NAME)
			return fail(in);
		if (!next(in))
			return NULL;
	}
	node->to = in->last_to;
	return node;
}

static struct node *parse_operand(struct parser *in)
{
	struct node *node, *zero;

	if (take_mark(in, "(")) {
		node = parse_condition(in);
		return node && want_mark(in, ")") ? node : NULL;
	}
	if (take_mark(in, "-")) {
		if (++in->depth > SQL_MAX_DEPTH)
			return fail(in);
		node = parse_operand(in);
		in->depth--;
		if (!node)
			return NULL;
		if (node->type == NODE_NUMBER) {
			node->number = -node->number;
			return node;
		}
		zero = node_new(in, NODE_NUMBER);
		return operator_new(in, SQL_MINUS, zero, node);
	}
	/* if() and the like may be named as words that say something elsewhere. */
	if (in->token.type == TOKEN_WORD && function_find(in->token.text) && !is_name(in)) {
		size_t after = skip_blanks(in, in->token.to);

		if (after < in->text.len && in->text.at[after] == '(')
			return parse_name(in);
	}
	return is_name(in) ? parse_name(in) : parse_cell(in);
}

static struct node *parse_product(struct parser *in)
{
	struct node *left = parse_operand(in);

	while (left && (is_mark(in, "*") || is_mark(in, "/"))) {
		enum sql_operator op = is_mark(in, "*") ? SQL_TIMES : SQL_OVER;
		struct node *right = next(in) ? parse_operand(in) : NULL;

		left = right ? operator_new(in, op, left, right) : NULL;
	}
	return left;
}

static struct node *parse_sum(struct parser *in)
{
	struct node *left = parse_product(in);

	while (left && (is_mark(in, "+") || is_mark(in, "-"))) {
		enum sql_operator op = is_mark(in, "+") ? SQL_PLUS : SQL_MINUS;
		struct node *right = next(in) ? parse_product(in) : NULL;

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

static struct node *parse_list(struct parser *in)
{
	struct node *list = is_mark(in, "(") || is_mark(in, "?") ? parse_cell(in) : fail(in), *one;

	if (!list || list->type == NODE_LIST)
		return list;
	one = node_new(in, NODE_LIST);
	add_argument(in, one, list);
	return one;
}

static struct node *with_list(struct parser *in, enum sql_operator op, struct node *left, bool negated)
{
	struct node *list = parse_list(in), *node;

	if (!list)
		return NULL;
	node = operator_new(in, op, left, list);
	node->negated = negated;
	return node;
}

static struct node *parse_is(struct parser *in, struct node *left)
{
	bool negated;
	struct node *node;

	if (take_word(in, "exactly"))
		return with_list(in, SQL_IS_EXACTLY, left, false);
	negated = take_word(in, "not");
	if (take_word(in, "null"))
		node = operator_new(in, SQL_IS_NULL, left, NULL);
	else if (take_word(in, "true"))
		node = operator_new(in, SQL_IS_TRUE, left, NULL);
	else
		return fail(in);
	node->negated = negated;
	return node;
}

static struct node *parse_has(struct parser *in, struct node *left)
{
	enum sql_operator op;

	if (take_word(in, "any"))
		op = SQL_HAS_ANY;
	else if (take_word(in, "all"))
		op = SQL_HAS_ALL;
	else if (take_word(in, "none"))
		op = SQL_HAS_NONE;
	else
		return fail(in);
	return want_word(in, "of") ? with_list(in, op, left, false) : NULL;
}

static struct node *parse_between(struct parser *in, struct node *left, bool negated)
{
	struct node *low = parse_sum(in), *high, *node;

	if (!low || !want_word(in, "and") || !(high = parse_sum(in)))
		return NULL;
	node = operator_new(in, SQL_BETWEEN, left, low);
	add_argument(in, node, high);
	node->to = in->last_to;
	node->negated = negated;
	return node;
}

static struct node *parse_predicate(struct parser *in)
{
	struct node *left = parse_sum(in), *right, *node;
	bool negated;

	if (!left)
		return NULL;
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
		if (!is_mark(in, comparisons[i].mark))
			continue;
		right = next(in) ? parse_sum(in) : NULL;
		return right ? operator_new(in, comparisons[i].op, left, right) : NULL;
	}
	if (take_word(in, "is"))
		return parse_is(in, left);
	if (take_word(in, "has"))
		return parse_has(in, left);
	negated = take_word(in, "not");
	if (take_word(in, "in"))
		return with_list(in, SQL_IN, left, negated);
	if (take_word(in, "between"))
		return parse_between(in, left, negated);
	if (is_word(in, "like") || is_word(in, "ilike")) {
		enum sql_operator op = is_word(in, "like") ? SQL_LIKE : SQL_ILIKE;

		right = next(in) ? parse_sum(in) : NULL;
		node = right ? operator_new(in, op, left, right) : NULL;
		if (node)
			node->negated = negated;
		return node;
	}
	return negated ? fail(in) : left;
}

static struct node *parse_not(struct parser *in)
{
	struct node *node;

	if (!is_word(in, "not"))
		return parse_predicate(in);
	if (++in->depth > SQL_MAX_DEPTH)
		return fail(in);
	node = next(in) ? parse_not(in) : NULL;
	in->depth--;
	return node ? operator_new(in, SQL_NOT, node, NULL) : NULL;
}

/* Conditions joined by a word, as one node of many arguments. */
static struct node *parse_joined(struct parser *in, enum sql_operator op, const char *word,
				 struct node *(*part)(struct parser *))
{
	struct node *left = part(in), *joined = NULL;

	while (left && is_word(in, word)) {
		struct node *right = next(in) ? part(in) : NULL;

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

static struct node *parse_and(struct parser *in)
{
	return parse_joined(in, SQL_AND, "and", parse_not);
}

static struct node *parse_condition(struct parser *in)
{
	struct node *node;

	if (++in->depth > SQL_MAX_DEPTH)
		return fail(in);
	node = parse_joined(in, SQL_OR, "or", parse_and);
	in->depth--;
	return node;
}

/* ---- SELECT ---- */

/* Names of functions are ASCII. */
static struct str upper(struct arena *arena, struct str name)
{
	char *into = arena_alloc(arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		into[i] = (char)toupper((unsigned char)name.at[i]);
	return (struct str){ into, name.len };
}

static bool parse_item(struct parser *in, struct sql_statement *out)
{
	struct sql_item item = { 0 };
	struct str name;

	if (out->item_count == SQL_MAX_ITEMS)
		return fail(in);
	if (is_mark(in, "*")) {
		item.node = node_new(in, NODE_STAR);
		if (!next(in))
			return false;
	} else {
		item.node = parse_condition(in);
		if (!item.node)
			return false;
		if (take_word(in, "as") || is_name(in)) {
			if (!want_name(in, &item.alias))
				return false;
		}
	}
	name = str_slice(in->text, item.node->from, item.node->to);
	if (item.node->type == NODE_CALL || item.node->type == NODE_AGGREGATE)
		name = str_format(in->arena, "%.*s%.*s", STR_ARG(upper(in->arena, item.node->text)),
				  STR_ARG(str_slice(name, item.node->text.len, name.len)));
	item.name = item.alias.at ? item.alias : name;
	out->items = arena_more(in->arena, out->items, out->item_count, sizeof(item));
	out->items[out->item_count++] = item;
	return true;
}

static bool parse_source(struct parser *in, struct sql_statement *out, bool with_alias)
{
	struct sql_source source = { 0 };

	if (out->source_count == SQL_MAX_SOURCES || !want_name(in, &source.name))
		return out->source_count == SQL_MAX_SOURCES ? fail(in) != NULL : false;
	if (with_alias && (take_word(in, "as") || is_name(in)) && !want_name(in, &source.alias))
		return false;
	out->sources[out->source_count++] = source;
	return true;
}

static bool parse_terms(struct parser *in, struct sql_term *terms, int *count, bool directed)
{
	do {
		struct sql_term term = { 0 };

		if (*count == SQL_MAX_TERMS)
			return fail(in);
		term.node = parse_condition(in);
		if (!term.node)
			return false;
		if (directed && !take_word(in, "asc"))
			term.descending = take_word(in, "desc");
		terms[(*count)++] = term;
	} while (take_mark(in, ","));
	return true;
}

static bool parse_count(struct parser *in, int64_t *out)
{
	struct node *node = is_mark(in, "?")                 ? take_parameter(in)
			    : in->token.type == TOKEN_DIGITS ? parse_digits(in)
							     : fail(in);

	if (!node)
		return false;
	if (node->type != NODE_NUMBER || node->number < 0 || node->number > 9e15 ||
	    node->number != floor(node->number)) {
		(void)FAIL_WITH(in->err, sql_invalid, STR("LIMIT and OFFSET take whole numbers"));
		return false;
	}
	*out = (int64_t)node->number;
	return true;
}

static bool parse_limit(struct parser *in, struct sql_statement *out)
{
	if (take_word(in, "limit")) {
		out->limit_given = true;
		if (!parse_count(in, &out->limit))
			return false;
		if (take_mark(in, ",")) {
			out->offset = out->limit;
			if (!parse_count(in, &out->limit))
				return false;
		}
	}
	return !take_word(in, "offset") || parse_count(in, &out->offset);
}

static bool parse_where(struct parser *in, struct sql_statement *out)
{
	if (!take_word(in, "where"))
		return true;
	out->where = parse_condition(in);
	return out->where != NULL;
}

static bool parse_select(struct parser *in, struct sql_statement *out)
{
	out->kind = SQL_SELECT;
	out->limit = SQL_DEFAULT_LIMIT;
	out->distinct = take_word(in, "distinct");
	do {
		if (!parse_item(in, out))
			return false;
	} while (take_mark(in, ","));
	if (!want_word(in, "from"))
		return false;
	do {
		if (!parse_source(in, out, true))
			return false;
	} while (take_mark(in, ","));
	if (!parse_where(in, out))
		return false;
	if (take_word(in, "group") && (!want_word(in, "by") || !parse_terms(in, out->groups, &out->group_count, false)))
		return false;
	if (take_word(in, "having") && !(out->having = parse_condition(in)))
		return false;
	if (take_word(in, "order") && (!want_word(in, "by") || !parse_terms(in, out->orders, &out->order_count, true)))
		return false;
	return parse_limit(in, out);
}

/* ---- INSERT, UPDATE, DELETE ---- */

static bool parse_set(struct parser *in, struct sql_statement *out, bool with_value)
{
	struct sql_set set = { 0 };

	if (!want_name(in, &set.name))
		return false;
	if (with_value && (!want_mark(in, "=") || !(set.value = parse_cell(in))))
		return false;
	out->sets = arena_more(in->arena, out->sets, out->set_count, sizeof(set));
	out->sets[out->set_count++] = set;
	return true;
}

static bool parse_row(struct parser *in, struct sql_statement *out, size_t *total)
{
	size_t count = 0;

	if (!want_mark(in, "("))
		return false;
	do {
		struct node *value = parse_cell(in);

		if (!value)
			return false;
		out->values = arena_more(in->arena, out->values, *total,
					 sizeof(struct node *)); // NOLINT(bugprone-sizeof-expression)
		out->values[(*total)++] = value;
		count++;
	} while (take_mark(in, ","));
	if (!want_mark(in, ")"))
		return false;
	if (out->set_count == 0 && out->row_count == 0)
		out->row_width = count;
	if (count != (out->set_count > 0 ? out->set_count : out->row_width)) {
		(void)FAIL_WITH(in->err, sql_invalid, STR("the number of values differs from that of the columns"));
		return false;
	}
	out->row_count++;
	return true;
}

static bool parse_insert(struct parser *in, struct sql_statement *out)
{
	size_t total = 0;

	out->kind = SQL_INSERT;
	if (!want_word(in, "into") || !parse_source(in, out, false))
		return false;
	if (take_mark(in, "(")) {
		do {
			if (!parse_set(in, out, false))
				return false;
		} while (take_mark(in, ","));
		if (!want_mark(in, ")"))
			return false;
	}
	if (!want_word(in, "values"))
		return false;
	do {
		if (!parse_row(in, out, &total))
			return false;
	} while (take_mark(in, ","));
	return true;
}

static bool parse_update(struct parser *in, struct sql_statement *out)
{
	out->kind = SQL_UPDATE;
	if (!parse_source(in, out, false) || !want_word(in, "set"))
		return false;
	do {
		if (!parse_set(in, out, true))
			return false;
	} while (take_mark(in, ","));
	return parse_where(in, out);
}

static bool parse_delete(struct parser *in, struct sql_statement *out)
{
	out->kind = SQL_DELETE;
	return want_word(in, "from") && parse_source(in, out, false) && parse_where(in, out);
}

static bool parse_statement(struct parser *in, struct sql_statement *out)
{
	if (take_word(in, "select"))
		return parse_select(in, out);
	if (take_word(in, "insert"))
		return parse_insert(in, out);
	if (take_word(in, "update"))
		return parse_update(in, out);
	if (take_word(in, "delete"))
		return parse_delete(in, out);
	return fail(in);
}

bool sql_parse(struct arena *arena, struct str text, const cJSON *parameters, struct sql_statement *out,
	       struct error *err)
{
	struct parser in = { .arena = arena, .text = text, .parameters = parameters, .err = err };
	int given = cJSON_GetArraySize(parameters);

	*out = (struct sql_statement){ 0 };
	if (text.len > (size_t)SQL_MAX_CHARS * 4 || given > SQL_MAX_PARAMETERS)
		return FAIL_WITH(err, sql_invalid, STR("the statement is too long"));
	err->code = E_NONE;
	if (!next(&in) || !parse_statement(&in, out))
		return err->code != E_NONE ? false : fail(&in) != NULL;
	(void)take_mark(&in, ";");
	if (in.token.type != TOKEN_END)
		return fail(&in) != NULL;
	if (in.parameter_count != given)
		return FAIL_WITH(err, sql_invalid,
				 str_format(arena, "expected %d parameters, got %d", in.parameter_count, given));
	return true;
}
