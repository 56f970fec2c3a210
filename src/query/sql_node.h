/* The tree of a statement's expressions: that of formulas (query/formula_node.h) with operators, aggregates, lists and
 * constants of SQL. */
#ifndef ATOLL_QUERY_SQL_NODE_H
#define ATOLL_QUERY_SQL_NODE_H

#include "query/formula_node.h"
#include "query/sql.h"

enum sql_operator {
	SQL_AND, /* of any number of conditions, as is OR */
	SQL_OR,
	SQL_NOT,
	SQL_EQUAL,
	SQL_UNEQUAL,
	SQL_LESS,
	SQL_LESS_EQUAL,
	SQL_GREATER,
	SQL_GREATER_EQUAL,
	SQL_LIKE,
	SQL_ILIKE,
	SQL_IN,
	SQL_BETWEEN,
	SQL_IS_NULL,
	SQL_IS_TRUE,
	SQL_HAS_ANY,
	SQL_HAS_ALL,
	SQL_HAS_NONE,
	SQL_IS_EXACTLY,
	SQL_PLUS,
	SQL_MINUS,
	SQL_TIMES,
	SQL_OVER,
};

enum sql_aggregate { AGGREGATE_COUNT, AGGREGATE_SUM, AGGREGATE_MIN, AGGREGATE_MAX, AGGREGATE_AVG };

/* What every row has beside its cells. */
struct sql_field {
	const char *name; /* "_ctime" */
	const char *sql;  /* its value on the row r%d */
	int kind;
	const char *type; /* in the metadata of results */
};

/* NULL when there is none of that name. */
const struct sql_field *sql_field_find(struct str name);
/* In the order in which "*" shows them; NULL past the last one. */
const struct sql_field *sql_field_at(size_t index);

/* The kind of a column's values in SQL (sql.md 4); 0 for one that is only asked whether it is there. */
int sql_column_kind(const struct column *column, int *element_kind);
/* Appends a node that formulas lack (sql_emit.c). */
void sql_emit_node(struct formula_sql *out, const struct node *node);
/* Appends a column's value as SQL sees it. */
void sql_emit_column(struct formula_sql *out, const struct node *node, int alias);
/* Fails with E_sql_invalid and the text. */
bool sql_fail(struct formula_sql *out, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
