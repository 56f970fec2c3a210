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
	SQL_IS_FALSE,
	SQL_HAS_ANY,
	SQL_HAS_ALL,
	SQL_HAS_NONE,
	SQL_IS_EXACTLY,
	SQL_PLUS,
	SQL_MINUS,
	SQL_TIMES,
	SQL_OVER,
	SQL_REMAINDER,
	SQL_JOIN, /* of texts: || */
};

/* Operators that give values; those before give conditions. */
static inline bool sql_is_arithmetic(int op)
{
	return op >= SQL_PLUS;
}

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

/* Is what was selected a column's stored cell? */
bool sql_item_is_cell(const struct sql_item *item);
/* The kind of a column's values in SQL (sql.md 4); 0 for one that is only asked whether it is there. */
int sql_column_kind(const struct column *column, int *element_kind);
/* Appends a node that formulas lack (sql_emit.c). */
void sql_emit_node(struct formula_sql *out, const struct node *node);
/* Appends a column's value as SQL sees it. */
void sql_emit_column(struct formula_sql *out, const struct node *node, int alias);
/* Around what is computed of a row that a LEFT JOIN may not have found: NULL then, whatever formulas make of empty
 * cells. */
void sql_open_missing(struct formula_sql *out, const struct node *node);
void sql_close_missing(struct formula_sql *out, const struct node *node);
/* The cell as it is stored. */
void sql_emit_stored(struct formula_sql *out, const struct node *node);
/* The column itself as a bound value, for functions that know its settings. */
void sql_emit_bound_column(struct formula_sql *out, const struct column *column);
/* The node of a select column whose options are known by id; NULL for anything else. */
const struct node *sql_select_column(const struct node *node);
/* One side of a comparison with a value of `kind`: a constant as that kind, of a list of texts the first element, of
 * other lists the only one (sql.md 7). */
void sql_emit_operand(struct formula_sql *out, const struct node *node, int kind);
/* The kind in which two sides compare: a constant text follows the other. */
int sql_common_kind(const struct node *a, const struct node *b);
bool sql_is_number_kind(int kind);
/* A two-valued condition; `null_is_false` where NULL does as well as false: then SQLite may use an index for it. */
void sql_emit_condition(struct formula_sql *out, const struct node *node, bool null_is_false);
/* A SELECT within another one (sql_emit_select.c): values named c0, c1 ..., at most `most` rows; -1 = all. */
void sql_emit_query(struct formula_sql *out, const struct sql_statement *select, int most);
/* Appends "column >= ? AND column <= ? AND " where what is like the pattern has its beginning in these bounds; for
 * conditions whose NULL counts as false (sql_use.c). */
void sql_emit_prefix(struct formula_sql *out, const struct node *like);
/* Appends a comparison of a date column with constants as bounds of its stored texts; false when it is none. */
bool sql_emit_date_range(struct formula_sql *out, const struct node *node);
/* Fails with E_sql_invalid and the text, at that place. */
bool sql_fail_at(const struct formula_sql *out, struct text_span at, struct error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same at what is being checked. */
bool sql_fail(struct formula_sql *out, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
