/* A tree as an outline: a line a part, for people who want to see what was understood. */
#include <string.h>

#include "model/link.h"
#include "query/print.h"

struct outline {
	struct buf *out;
	int depth;
};

static const char *kind_name(int kind)
{
	static const struct {
		int kind;
		const char *name;
	} kinds[] = {
		{ KIND_NUMBER, "number" }, { KIND_DURATION, "duration" }, { KIND_TEXT, "text" },
		{ KIND_BOOL, "bool" },     { KIND_DATE, "date" },         { KIND_LIST, "list" },
		{ KIND_EMPTY, "empty" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].kind == kind)
			return kinds[i].name;
	}
	return NULL;
}

static const char *operator_name(int op)
{
	static const char *const names[] = {
		[SQL_AND] = "AND",
		[SQL_OR] = "OR",
		[SQL_NOT] = "NOT",
		[SQL_EQUAL] = "=",
		[SQL_UNEQUAL] = "<>",
		[SQL_LESS] = "<",
		[SQL_LESS_EQUAL] = "<=",
		[SQL_GREATER] = ">",
		[SQL_GREATER_EQUAL] = ">=",
		[SQL_LIKE] = "LIKE",
		[SQL_ILIKE] = "ILIKE",
		[SQL_IN] = "IN",
		[SQL_BETWEEN] = "BETWEEN",
		[SQL_IS_NULL] = "IS NULL",
		[SQL_IS_TRUE] = "IS TRUE",
		[SQL_IS_FALSE] = "IS FALSE",
		[SQL_HAS_ANY] = "HAS ANY OF",
		[SQL_HAS_ALL] = "HAS ALL OF",
		[SQL_HAS_NONE] = "HAS NONE OF",
		[SQL_IS_EXACTLY] = "IS EXACTLY",
		[SQL_PLUS] = "+",
		[SQL_MINUS] = "-",
		[SQL_TIMES] = "*",
		[SQL_OVER] = "/",
		[SQL_REMAINDER] = "%",
		[SQL_JOIN] = "||",
	};

	return names[op];
}

static void begin(const struct outline *to)
{
	for (int i = 0; i < to->depth; i++)
		buf_append_str(to->out, STR("  "));
}

static struct outline within(const struct outline *to)
{
	return (struct outline){ to->out, to->depth + 1 };
}

static void outline_statement(const struct outline *to, const struct sql_statement *statement);

/* ---- nodes ---- */

static void name_node(const struct node *node, struct buf *out)
{
	switch (node->type) {
	case NODE_NUMBER:
		buf_printf(out, "number %.15g", node->number);
		break;
	case NODE_TEXT:
		buf_printf(out, "text '%.*s'", STR_ARG(node->text));
		break;
	case NODE_BOOL:
		buf_printf(out, "bool %s", node->number != 0 ? "true" : "false");
		break;
	case NODE_NULL:
		buf_printf(out, "null");
		break;
	case NODE_LIST:
		buf_printf(out, "list");
		break;
	case NODE_COLUMN:
		buf_printf(out, "column %.*s%s%.*s", STR_ARG(node->table_name), node->table_name.at ? "." : "",
			   STR_ARG(node->text));
		break;
	case NODE_STAR:
		buf_printf(out, "%.*s%s*", STR_ARG(node->table_name), node->table_name.at ? "." : "");
		break;
	case NODE_OPERATOR:
		buf_printf(out, "%s%s", node->negated ? "NOT " : "", operator_name(node->op));
		break;
	case NODE_CALL:
		buf_printf(out, "call %s", node->function->name);
		break;
	case NODE_CASE:
		buf_printf(out, "CASE");
		break;
	case NODE_SELECT:
	case NODE_EXISTS:
		buf_printf(out, node->type == NODE_EXISTS ? "EXISTS" : "value of");
		break;
	default:
		buf_printf(out, "%.*s%s%s", STR_ARG(node->text), node->distinct ? " DISTINCT" : "",
			   node->star ? " *" : "");
	}
}

/* What checking has found. */
static void tell_meaning(const struct node *node, struct buf *out)
{
	const char *kind = kind_name(node->kind), *element = kind_name(node->element_kind);

	if (kind)
		buf_printf(out, ": %s", kind);
	if (node->kind == KIND_LIST && element)
		buf_printf(out, " of %s", element);
	for (size_t i = 0; i < node->hop_count; i++)
		buf_printf(out, ", by link %.*s", STR_ARG(node->hops[i]->id));
	if (node->column)
		buf_printf(out, ", cell r%d.%.*s", node->source > 0 ? node->source - 1 : 0, STR_ARG(node->column->key));
	else if (node->field)
		buf_printf(out, ", field %s of r%d", node->field->name, node->source - 1);
	if (node->formula)
		buf_printf(out, ", computed");
	if (node->element)
		buf_printf(out, ", each element");
}

static void outline_node(const struct outline *to, const struct node *node)
{
	struct outline inner = within(to);

	begin(to);
	name_node(node, to->out);
	tell_meaning(node, to->out);
	if (node->to > node->from)
		buf_printf(to->out, "  @%zu-%zu", node->from + 1, node->to);
	buf_append_byte(to->out, '\n');
	for (size_t i = 0; i < node->count; i++)
		outline_node(&inner, node->arguments[i]);
	if (node->select)
		outline_statement(&inner, node->select);
}

/* ---- statements ---- */

static void outline_clause(const struct outline *to, const char *name, const struct node *node)
{
	struct outline inner = within(to);

	if (!node)
		return;
	begin(to);
	buf_printf(to->out, "%s\n", name);
	outline_node(&inner, node);
}

static void outline_source(const struct outline *to, const struct sql_source *source)
{
	static const char *const joins[] = { [JOIN_COMMA] = "from", [JOIN_INNER] = "join", [JOIN_LEFT] = "left join" };
	struct outline inner = within(to);

	begin(to);
	buf_printf(to->out, "%s %.*s%s%.*s, row r%d", joins[source->join], STR_ARG(source->name),
		   source->name.at && source->alias.at ? " as " : "", STR_ARG(source->alias), source->number);
	if (source->table)
		buf_printf(to->out, " of table %.*s", STR_ARG(source->table->id));
	buf_append_byte(to->out, '\n');
	if (source->select)
		outline_statement(&inner, source->select);
	outline_clause(&inner, "on", source->on);
}

static void outline_terms(const struct outline *to, const char *name, const struct sql_term *terms, int count)
{
	for (int i = 0; i < count; i++) {
		outline_clause(to, name, terms[i].node);
		if (terms[i].descending) {
			begin(to);
			buf_printf(to->out, "descending\n");
		}
	}
}

static void outline_values(const struct outline *to, const struct sql_statement *statement)
{
	size_t width = statement->set_count > 0 ? statement->set_count : statement->row_width;

	for (size_t i = 0; i < statement->set_count; i++) {
		begin(to);
		buf_printf(to->out, "set %.*s", STR_ARG(statement->sets[i].name));
		if (statement->sets[i].column)
			buf_printf(to->out, ", cell %.*s", STR_ARG(statement->sets[i].column->key));
		buf_append_byte(to->out, '\n');
		outline_clause(to, "to", statement->sets[i].value);
	}
	for (size_t i = 0; i < statement->row_count * width; i++)
		outline_clause(to, i % width == 0 ? "row, value" : "value", statement->values[i]);
}

static void outline_part(const struct outline *to, const struct sql_statement *part)
{
	static const char *const kinds[] = {
		[SQL_SELECT] = "select", [SQL_INSERT] = "insert", [SQL_UPDATE] = "update", [SQL_DELETE] = "delete"
	};
	struct outline inner = within(to);

	begin(to);
	buf_printf(to->out, "%s%s\n", kinds[part->kind], part->distinct ? " distinct" : "");
	for (size_t i = 0; i < part->item_count; i++) {
		begin(&inner);
		buf_printf(to->out, "item%s%.*s\n", part->items[i].name.at ? " " : "", STR_ARG(part->items[i].name));
		struct outline item = within(&inner);
		outline_node(&item, part->items[i].node);
	}
	for (int i = 0; i < part->source_count; i++)
		outline_source(&inner, &part->sources[i]);
	outline_values(&inner, part);
	outline_clause(&inner, "where", part->where);
	outline_terms(&inner, "group by", part->groups, part->group_count);
	outline_clause(&inner, "having", part->having);
	outline_terms(&inner, "order by", part->orders, part->order_count);
	if (part->kind == SQL_SELECT && (part->limit_given || part->limit > 0 || part->offset > 0)) {
		begin(&inner);
		buf_printf(to->out, "limit %lld offset %lld\n", (long long)part->limit, (long long)part->offset);
	}
}

static void outline_statement(const struct outline *to, const struct sql_statement *statement)
{
	for (; statement; statement = statement->next_part) {
		outline_part(to, statement);
		if (statement->next_part) {
			begin(to);
			buf_printf(to->out, "union%s\n", statement->keeps_duplicates ? " all" : "");
		}
	}
}

void sql_outline(const struct sql_statement *statement, struct buf *out)
{
	struct outline to = { out, 0 };

	outline_statement(&to, statement);
}

void formula_outline(const struct node *node, struct buf *out)
{
	struct outline to = { out, 0 };

	outline_node(&to, node);
}
