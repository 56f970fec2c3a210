/* Reading a statement (sql.md 2). */
#include <ctype.h>
#include <math.h>

#include "core/arena.h"
#include "query/sql_parser.h"

/* ---- SELECT ---- */

/* Names of functions are ASCII. */
static struct str upper(struct arena *arena, struct str name)
{
	char *into = arena_alloc(arena, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		into[i] = (char)toupper((unsigned char)name.at[i]);
	return (struct str){ into, name.len };
}

static bool parse_item(struct sql_parser *in, struct sql_statement *out)
{
	struct sql_item item = { 0 };
	struct str name;

	if (out->item_count == SQL_MAX_ITEMS)
		return sql_refuse(in);
	if (sql_is_mark(in, "*")) {
		item.node = sql_node_new(in, NODE_STAR);
		if (!sql_next(in))
			return false;
	} else {
		item.node = sql_parse_condition(in);
		if (!item.node)
			return false;
		if (sql_take_word(in, "as") || sql_is_name(in)) {
			if (!sql_want_name(in, &item.alias))
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

static bool parse_source(struct sql_parser *in, struct sql_statement *out, bool with_alias)
{
	struct sql_source source = { 0 };

	if (out->source_count == SQL_MAX_SOURCES || !sql_want_name(in, &source.name))
		return out->source_count == SQL_MAX_SOURCES ? sql_refuse(in) != NULL : false;
	if (with_alias && (sql_take_word(in, "as") || sql_is_name(in)) && !sql_want_name(in, &source.alias))
		return false;
	out->sources[out->source_count++] = source;
	return true;
}

static bool parse_terms(struct sql_parser *in, struct sql_term *terms, int *count, bool directed)
{
	do {
		struct sql_term term = { 0 };

		if (*count == SQL_MAX_TERMS)
			return sql_refuse(in);
		term.node = sql_parse_condition(in);
		if (!term.node)
			return false;
		if (directed && !sql_take_word(in, "asc"))
			term.descending = sql_take_word(in, "desc");
		terms[(*count)++] = term;
	} while (sql_take_mark(in, ","));
	return true;
}

static bool parse_count(struct sql_parser *in, int64_t *out)
{
	struct node *node = sql_is_mark(in, "?")             ? sql_take_parameter(in)
			    : in->token.type == TOKEN_DIGITS ? sql_parse_digits(in)
							     : sql_refuse(in);

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

static bool parse_limit(struct sql_parser *in, struct sql_statement *out)
{
	if (sql_take_word(in, "limit")) {
		out->limit_given = true;
		if (!parse_count(in, &out->limit))
			return false;
		if (sql_take_mark(in, ",")) {
			out->offset = out->limit;
			if (!parse_count(in, &out->limit))
				return false;
		}
	}
	return !sql_take_word(in, "offset") || parse_count(in, &out->offset);
}

static bool parse_where(struct sql_parser *in, struct sql_statement *out)
{
	if (!sql_take_word(in, "where"))
		return true;
	out->where = sql_parse_condition(in);
	return out->where != NULL;
}

static bool parse_select(struct sql_parser *in, struct sql_statement *out)
{
	out->kind = SQL_SELECT;
	out->limit = SQL_DEFAULT_LIMIT;
	out->distinct = sql_take_word(in, "distinct");
	do {
		if (!parse_item(in, out))
			return false;
	} while (sql_take_mark(in, ","));
	if (!sql_want_word(in, "from"))
		return false;
	do {
		if (!parse_source(in, out, true))
			return false;
	} while (sql_take_mark(in, ","));
	if (!parse_where(in, out))
		return false;
	if (sql_take_word(in, "group") &&
	    (!sql_want_word(in, "by") || !parse_terms(in, out->groups, &out->group_count, false)))
		return false;
	if (sql_take_word(in, "having") && !(out->having = sql_parse_condition(in)))
		return false;
	if (sql_take_word(in, "order") &&
	    (!sql_want_word(in, "by") || !parse_terms(in, out->orders, &out->order_count, true)))
		return false;
	return parse_limit(in, out);
}

/* ---- INSERT, UPDATE, DELETE ---- */

static bool parse_set(struct sql_parser *in, struct sql_statement *out, bool with_value)
{
	struct sql_set set = { 0 };

	if (!sql_want_name(in, &set.name))
		return false;
	if (with_value && (!sql_want_mark(in, "=") || !(set.value = sql_parse_cell(in))))
		return false;
	out->sets = arena_more(in->arena, out->sets, out->set_count, sizeof(set));
	out->sets[out->set_count++] = set;
	return true;
}

static bool parse_row(struct sql_parser *in, struct sql_statement *out, size_t *total)
{
	size_t count = 0;

	if (!sql_want_mark(in, "("))
		return false;
	do {
		struct node *value = sql_parse_cell(in);

		if (!value)
			return false;
		out->values = arena_more(in->arena, out->values, *total,
					 sizeof(struct node *)); // NOLINT(bugprone-sizeof-expression)
		out->values[(*total)++] = value;
		count++;
	} while (sql_take_mark(in, ","));
	if (!sql_want_mark(in, ")"))
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

static bool parse_insert(struct sql_parser *in, struct sql_statement *out)
{
	size_t total = 0;

	out->kind = SQL_INSERT;
	if (!sql_want_word(in, "into") || !parse_source(in, out, false))
		return false;
	if (sql_take_mark(in, "(")) {
		do {
			if (!parse_set(in, out, false))
				return false;
		} while (sql_take_mark(in, ","));
		if (!sql_want_mark(in, ")"))
			return false;
	}
	if (!sql_want_word(in, "values"))
		return false;
	do {
		if (!parse_row(in, out, &total))
			return false;
	} while (sql_take_mark(in, ","));
	return true;
}

static bool parse_update(struct sql_parser *in, struct sql_statement *out)
{
	out->kind = SQL_UPDATE;
	if (!parse_source(in, out, false) || !sql_want_word(in, "set"))
		return false;
	do {
		if (!parse_set(in, out, true))
			return false;
	} while (sql_take_mark(in, ","));
	return parse_where(in, out);
}

static bool parse_delete(struct sql_parser *in, struct sql_statement *out)
{
	out->kind = SQL_DELETE;
	return sql_want_word(in, "from") && parse_source(in, out, false) && parse_where(in, out);
}

static bool parse_statement(struct sql_parser *in, struct sql_statement *out)
{
	if (sql_take_word(in, "select"))
		return parse_select(in, out);
	if (sql_take_word(in, "insert"))
		return parse_insert(in, out);
	if (sql_take_word(in, "update"))
		return parse_update(in, out);
	if (sql_take_word(in, "delete"))
		return parse_delete(in, out);
	return sql_refuse(in);
}

bool sql_parse(struct arena *arena, struct str text, const cJSON *parameters, struct sql_statement *out,
	       struct error *err)
{
	struct sql_parser in = { .arena = arena, .text = text, .parameters = parameters, .err = err };
	int given = cJSON_GetArraySize(parameters);

	*out = (struct sql_statement){ 0 };
	if (text.len > (size_t)SQL_MAX_CHARS * 4 || given > SQL_MAX_PARAMETERS)
		return FAIL_WITH(err, sql_invalid, STR("the statement is too long"));
	err->code = E_NONE;
	if (!sql_next(&in) || !parse_statement(&in, out))
		return err->code != E_NONE ? false : sql_refuse(&in) != NULL;
	(void)sql_take_mark(&in, ";");
	if (in.token.type != TOKEN_END)
		return sql_refuse(&in) != NULL;
	if (in.parameter_count != given)
		return FAIL_WITH(err, sql_invalid,
				 str_format(arena, "expected %d parameters, got %d", in.parameter_count, given));
	return true;
}
