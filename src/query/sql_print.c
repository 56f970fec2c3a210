/* A statement's tree as a statement. */
#include <string.h>

#include "query/print.h"

static void print_node(const struct node *node, struct buf *out);

static void word(struct buf *out, const char *text)
{
	buf_append_str(out, str_from_c(text));
}

/* Doubles the quote within. */
static void quoted(struct buf *out, struct str text, char quote)
{
	buf_append_byte(out, quote);
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == quote)
			buf_append_byte(out, quote);
		buf_append_byte(out, text.at[i]);
	}
	buf_append_byte(out, quote);
}

static void name(struct buf *out, struct str text)
{
	quoted(out, text, '`');
}

static void print_list(struct node *const *nodes, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		word(out, i > 0 ? ", " : "");
		print_node(nodes[i], out);
	}
}

/* ---- operators ---- */

static const struct {
	enum sql_operator op;
	const char *text; /* between two arguments */
} binary[] = {
	{ SQL_AND, " AND " },
	{ SQL_OR, " OR " },
	{ SQL_EQUAL, " = " },
	{ SQL_UNEQUAL, " <> " },
	{ SQL_LESS, " < " },
	{ SQL_LESS_EQUAL, " <= " },
	{ SQL_GREATER, " > " },
	{ SQL_GREATER_EQUAL, " >= " },
	{ SQL_LIKE, " LIKE " },
	{ SQL_ILIKE, " ILIKE " },
	{ SQL_IN, " IN " },
	{ SQL_BETWEEN, " BETWEEN " },
	{ SQL_HAS_ANY, " HAS ANY OF " },
	{ SQL_HAS_ALL, " HAS ALL OF " },
	{ SQL_HAS_NONE, " HAS NONE OF " },
	{ SQL_IS_EXACTLY, " IS EXACTLY " },
	{ SQL_PLUS, " + " },
	{ SQL_MINUS, " - " },
	{ SQL_TIMES, " * " },
	{ SQL_OVER, " / " },
	{ SQL_REMAINDER, " % " },
	{ SQL_JOIN, " || " },
};

static const char *binary_text(int op)
{
	for (size_t i = 0; i < sizeof(binary) / sizeof(binary[0]); i++) {
		if ((int)binary[i].op == op)
			return binary[i].text;
	}
	return NULL;
}

static void print_operator(const struct node *node, struct buf *out)
{
	static const char *const questions[] = {
		[SQL_IS_NULL] = "NULL", [SQL_IS_TRUE] = "TRUE", [SQL_IS_FALSE] = "FALSE"
	};
	const char *text = binary_text(node->op);

	if (node->op == SQL_NOT)
		word(out, "NOT ");
	for (size_t i = 0; i < node->count; i++) {
		if (i > 0 && node->op == SQL_BETWEEN)
			word(out, i == 1 && node->negated ? " NOT BETWEEN " : i == 1 ? text : " AND ");
		else if (i > 0)
			buf_printf(out, "%s%s", node->negated ? " NOT" : "", text);
		print_node(node->arguments[i], out);
	}
	if (node->count == 1 && node->op != SQL_NOT)
		buf_printf(out, " IS %s%s", node->negated ? "NOT " : "", questions[node->op]);
}

/* ---- the other nodes ---- */

static void print_call(const struct node *node, struct buf *out)
{
	buf_printf(out, "%.*s(%s", STR_ARG(node->text), node->distinct ? "DISTINCT " : "");
	if (node->star)
		word(out, "*");
	print_list(node->arguments, node->count, out);
	if (node->type == NODE_CAST)
		word(out, node->op == KIND_NUMBER ? " AS number"
			  : node->op == KIND_DATE ? " AS date"
			  : node->op == KIND_BOOL ? " AS bool"
						  : " AS text");
	word(out, ")");
}

static void print_case(const struct node *node, struct buf *out)
{
	word(out, "CASE");
	for (size_t i = 0; i < node->count; i++) {
		word(out, i % 2 == 1 ? " THEN " : i + 1 < node->count ? " WHEN " : " ELSE ");
		print_node(node->arguments[i], out);
	}
	word(out, " END");
}

static void print_column(const struct node *node, struct buf *out)
{
	if (node->table_name.at) {
		name(out, node->table_name);
		word(out, ".");
	}
	if (node->type == NODE_STAR)
		word(out, "*");
	else
		name(out, node->text);
}

static void print_node(const struct node *node, struct buf *out)
{
	switch (node->type) {
	case NODE_NUMBER:
		buf_printf(out, "%.17g", node->number);
		break;
	case NODE_TEXT:
		quoted(out, node->text, '\'');
		break;
	case NODE_BOOL:
		word(out, node->number != 0 ? "TRUE" : "FALSE");
		break;
	case NODE_NULL:
		word(out, "NULL");
		break;
	case NODE_LIST:
		word(out, "(");
		print_list(node->arguments, node->count, out);
		word(out, ")");
		break;
	case NODE_COLUMN:
	case NODE_STAR:
		print_column(node, out);
		break;
	case NODE_OPERATOR:
		word(out, "(");
		print_operator(node, out);
		word(out, ")");
		break;
	case NODE_CASE:
		print_case(node, out);
		break;
	case NODE_SELECT:
	case NODE_EXISTS:
		word(out, node->type == NODE_EXISTS ? "EXISTS (" : "(");
		sql_print(node->select, out);
		word(out, ")");
		break;
	default:
		print_call(node, out);
	}
}

/* ---- statements ---- */

static void print_where(const struct sql_statement *statement, struct buf *out)
{
	if (!statement->where)
		return;
	word(out, " WHERE ");
	print_node(statement->where, out);
}

static void print_source(const struct sql_source *source, struct buf *out)
{
	if (source->select) {
		word(out, "(");
		sql_print(source->select, out);
		word(out, ")");
	} else {
		name(out, source->name);
	}
	if (source->alias.at) {
		word(out, " AS ");
		name(out, source->alias);
	}
	if (source->on) {
		word(out, " ON ");
		print_node(source->on, out);
	}
}

static void print_terms(const char *before, const struct sql_term *terms, int count, struct buf *out)
{
	for (int i = 0; i < count; i++) {
		word(out, i > 0 ? ", " : before);
		print_node(terms[i].node, out);
		word(out, terms[i].descending ? " DESC" : "");
	}
}

static void print_part(const struct sql_statement *part, struct buf *out)
{
	static const char *const joins[] = {
		[JOIN_COMMA] = ", ", [JOIN_INNER] = " JOIN ", [JOIN_LEFT] = " LEFT JOIN "
	};

	word(out, part->distinct ? "SELECT DISTINCT " : "SELECT ");
	for (size_t i = 0; i < part->item_count; i++) {
		word(out, i > 0 ? ", " : "");
		print_node(part->items[i].node, out);
		if (part->items[i].alias.at) {
			word(out, " AS ");
			name(out, part->items[i].alias);
		}
	}
	for (int i = 0; i < part->source_count; i++) {
		word(out, i > 0 ? joins[part->sources[i].join] : " FROM ");
		print_source(&part->sources[i], out);
	}
	print_where(part, out);
	print_terms(" GROUP BY ", part->groups, part->group_count, out);
	if (part->having) {
		word(out, " HAVING ");
		print_node(part->having, out);
	}
}

/* The parts of a UNION stand in the FROM of the SELECT that orders and limits them (sql_parse.c). */
static void print_select(const struct sql_statement *select, struct buf *out)
{
	const struct sql_statement *parts = select->source_count == 1 ? select->sources[0].select : NULL;

	if (parts && parts->next_part) {
		for (; parts; parts = parts->next_part) {
			print_part(parts, out);
			word(out, !parts->next_part ? "" : parts->keeps_duplicates ? " UNION ALL " : " UNION ");
		}
	} else {
		print_part(select, out);
	}
	print_terms(" ORDER BY ", select->orders, select->order_count, out);
	if (select->limit_given)
		buf_printf(out, " LIMIT %lld", (long long)select->limit);
	if (select->offset > 0)
		buf_printf(out, " OFFSET %lld", (long long)select->offset);
}

static void print_insert(const struct sql_statement *statement, struct buf *out)
{
	size_t width = statement->set_count > 0 ? statement->set_count : statement->row_width;

	word(out, "INSERT INTO ");
	name(out, statement->sources[0].name);
	for (size_t i = 0; i < statement->set_count; i++) {
		word(out, i > 0 ? ", " : " (");
		name(out, statement->sets[i].name);
	}
	word(out, statement->set_count > 0 ? ") VALUES " : " VALUES ");
	for (size_t i = 0; i < statement->row_count; i++) {
		word(out, i > 0 ? ", (" : "(");
		print_list(&statement->values[i * width], width, out);
		word(out, ")");
	}
}

static void print_update(const struct sql_statement *statement, struct buf *out)
{
	word(out, "UPDATE ");
	name(out, statement->sources[0].name);
	for (size_t i = 0; i < statement->set_count; i++) {
		word(out, i > 0 ? ", " : " SET ");
		name(out, statement->sets[i].name);
		word(out, " = ");
		print_node(statement->sets[i].value, out);
	}
	print_where(statement, out);
}

void sql_print(const struct sql_statement *statement, struct buf *out)
{
	switch (statement->kind) {
	case SQL_SELECT:
		word(out, statement->explains ? "EXPLAIN " : "");
		print_select(statement, out);
		break;
	case SQL_INSERT:
		print_insert(statement, out);
		break;
	case SQL_UPDATE:
		print_update(statement, out);
		break;
	case SQL_DELETE:
		word(out, "DELETE FROM ");
		name(out, statement->sources[0].name);
		print_where(statement, out);
	}
}
