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
		if ((sql_take_word(in, "as") || sql_is_alias(in)) && !sql_want_name(in, &item.alias))
			return false;
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

/* ---- FROM ---- */

static struct sql_source *add_source(struct sql_parser *in, struct sql_statement *out, enum sql_join join)
{
	struct sql_source *source = &out->sources[out->source_count];

	if (out->source_count == SQL_MAX_SOURCES || in->rows_named == SQL_MAX_ROWS_NAMED) {
		(void)FAIL_WITH(in->err, sql_invalid, STR("the statement reads too many tables"));
		return NULL;
	}
	*source = (struct sql_source){ .join = join, .number = in->rows_named++, .at.from = in->token.from };
	out->source_count++;
	return source;
}

static bool parse_named_source(struct sql_parser *in, struct sql_source *source)
{
	if (sql_take_mark(in, "(")) {
		if (!sql_is_word(in, "select"))
			return sql_refuse(in);
		source->select = sql_parse_query(in);
		if (!source->select || !sql_want_mark(in, ")"))
			return false;
		if (!sql_take_word(in, "as") && !sql_is_alias(in))
			return sql_refuse(in);
		return sql_want_name(in, &source->alias);
	}
	if (!sql_want_name(in, &source->name))
		return false;
	return (!sql_take_word(in, "as") && !sql_is_alias(in)) || sql_want_name(in, &source->alias);
}

static bool parse_source(struct sql_parser *in, struct sql_statement *out, enum sql_join join)
{
	struct sql_source *source = add_source(in, out, join);

	if (!source || !parse_named_source(in, source))
		return false;
	source->at.to = in->last_to;
	return true;
}

static bool parse_joined_source(struct sql_parser *in, struct sql_statement *out, enum sql_join join)
{
	if (!sql_want_word(in, "join") || !parse_source(in, out, join) || !sql_want_word(in, "on"))
		return false;
	out->sources[out->source_count - 1].on = sql_parse_condition(in);
	return out->sources[out->source_count - 1].on != NULL;
}

static bool parse_sources(struct sql_parser *in, struct sql_statement *out)
{
	if (!parse_source(in, out, JOIN_COMMA))
		return false;
	for (;;) {
		bool ok;

		if (sql_take_mark(in, ",")) {
			ok = parse_source(in, out, JOIN_COMMA);
		} else if (sql_take_word(in, "left")) {
			(void)sql_take_word(in, "outer");
			ok = parse_joined_source(in, out, JOIN_LEFT);
		} else if (sql_take_word(in, "inner") || sql_is_word(in, "join")) {
			ok = parse_joined_source(in, out, JOIN_INNER);
		} else {
			return true;
		}
		if (!ok)
			return false;
	}
}

/* ---- the clauses behind it ---- */

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

/* SELECT without what follows the last part of a UNION. */
static bool parse_part(struct sql_parser *in, struct sql_statement *out)
{
	out->kind = SQL_SELECT;
	if (!sql_want_word(in, "select"))
		return false;
	out->distinct = sql_take_word(in, "distinct");
	do {
		if (!parse_item(in, out))
			return false;
	} while (sql_take_mark(in, ","));
	if (sql_take_word(in, "from") && !parse_sources(in, out))
		return false;
	if (!parse_where(in, out))
		return false;
	if (sql_take_word(in, "group") &&
	    (!sql_want_word(in, "by") || !parse_terms(in, out->groups, &out->group_count, false)))
		return false;
	return !sql_take_word(in, "having") || (out->having = sql_parse_condition(in));
}

static bool parse_order_and_limit(struct sql_parser *in, struct sql_statement *out)
{
	if (sql_take_word(in, "order") &&
	    (!sql_want_word(in, "by") || !parse_terms(in, out->orders, &out->order_count, true)))
		return false;
	return parse_limit(in, out);
}

/* Further parts behind the first; *whole is "SELECT * FROM (the parts)", which is ordered and limited. */
static bool parse_union(struct sql_parser *in, struct sql_statement *first, struct sql_statement **whole)
{
	struct sql_statement *part = first;
	struct sql_source *source;
	int count = 1;

	*whole = ARENA_NEW(in->arena, struct sql_statement);
	(*whole)->kind = SQL_SELECT;
	source = add_source(in, *whole, JOIN_COMMA);
	if (!source)
		return false;
	source->select = first;
	source->alias = STR("UNION");
	(*whole)->items = ARENA_NEW(in->arena, struct sql_item);
	(*whole)->items->node = sql_node_new(in, NODE_STAR);
	(*whole)->item_count = 1;
	while (sql_take_word(in, "union")) {
		if (++count > SQL_MAX_PARTS)
			return sql_refuse(in);
		part->keeps_duplicates = sql_take_word(in, "all");
		part->next_part = ARENA_NEW(in->arena, struct sql_statement);
		part = part->next_part;
		if (!parse_part(in, part))
			return false;
	}
	return true;
}

struct sql_statement *sql_parse_query(struct sql_parser *in)
{
	struct sql_statement *query = ARENA_NEW(in->arena, struct sql_statement);

	if (++in->depth > SQL_MAX_DEPTH)
		return sql_refuse(in);
	if (!parse_part(in, query) || (sql_is_word(in, "union") && !parse_union(in, query, &query)) ||
	    !parse_order_and_limit(in, query))
		return NULL;
	in->depth--;
	return query;
}

static bool parse_select(struct sql_parser *in, struct sql_statement *out)
{
	const struct sql_statement *query = sql_parse_query(in);

	if (!query)
		return false;
	*out = *query;
	if (!out->limit_given)
		out->limit = SQL_DEFAULT_LIMIT;
	return true;
}

/* ---- INSERT, UPDATE, DELETE ---- */

static bool parse_table(struct sql_parser *in, struct sql_statement *out)
{
	struct sql_source *source = add_source(in, out, JOIN_COMMA);

	if (!source || !sql_want_name(in, &source->name))
		return false;
	source->at.to = in->last_to;
	return true;
}

static bool parse_set(struct sql_parser *in, struct sql_statement *out, bool with_value)
{
	struct sql_set set = { .at = { in->token.from, in->token.to } };

	if (!sql_want_name(in, &set.name))
		return false;
	if (with_value && (!sql_want_mark(in, "=") || !(set.value = sql_parse_value(in))))
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
		struct node *value = sql_parse_value(in);

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
	if (!sql_want_word(in, "into") || !parse_table(in, out))
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
	if (!parse_table(in, out) || !sql_want_word(in, "set"))
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
	return sql_want_word(in, "from") && parse_table(in, out) && parse_where(in, out);
}

static bool parse_statement(struct sql_parser *in, struct sql_statement *out)
{
	bool explains = sql_take_word(in, "explain");

	if (sql_is_word(in, "select")) {
		if (!parse_select(in, out))
			return false;
		out->explains = explains;
		return true;
	}
	if (explains)
		return sql_refuse(in);
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
	out->text = text;
	out->rows_named = in.rows_named;
	(void)sql_take_mark(&in, ";");
	if (in.token.type != TOKEN_END)
		return sql_refuse(&in) != NULL;
	if (in.parameter_count != given)
		return FAIL_WITH(err, sql_invalid,
				 str_format(arena, "expected %d parameters, got %d", in.parameter_count, given));
	return true;
}
