/* The tree of a formula: constants, columns and calls; an operator is the call of its function. */
#ifndef ATOLL_QUERY_FORMULA_NODE_H
#define ATOLL_QUERY_FORMULA_NODE_H

#include "query/formula.h"

#include "model/model.h"

enum node_type {
	NODE_NUMBER,
	NODE_TEXT,
	NODE_COLUMN,
	NODE_CALL,
	/* Of SQL alone (query/sql_node.h): */
	NODE_NULL,
	NODE_BOOL, /* number is 0 or 1 */
	NODE_LIST,
	NODE_OPERATOR,
	NODE_AGGREGATE,
	NODE_CASE,     /* condition, value, condition, value ..., and a value where none is true */
	NODE_COALESCE, /* the first value that is not NULL */
	NODE_CAST,     /* to the kind `op` */
	NODE_SELECT,   /* the value of a SELECT within parentheses, or its rows */
	NODE_EXISTS,   /* has it any? */
	NODE_STAR,
};

enum { FORMULA_MAX_HOPS = 2 }; /* links from row to row that a column may lie away */

struct node {
	enum node_type type;
	double number;
	struct str text; /* of a constant; the name of a column */
	const struct function *function;
	struct node **arguments;
	size_t count;
	/* Of SQL alone. */
	int op; /* enum sql_operator, enum sql_aggregate, or the kind of a NODE_CAST */
	bool negated, distinct, star;
	struct sql_statement *select;
	struct str table_name; /* before the dot */
	size_t from, to;       /* its place in the statement */

	/* Found by checking. */
	int kind;
	const struct column *column;               /* of a column, or of an argument that names one */
	const struct node *formula;                /* what a formula column computes */
	const struct link *hops[FORMULA_MAX_HOPS]; /* the links that lead to the column, or to the rows of a call */
	size_t hop_count;
	bool is_raw;                   /* the column's cells as they are stored */
	const struct node *condition;  /* of countlinks() and rollup() */
	const cJSON *filters;          /* of a link formula: conditions on the linked rows, as a view's */
	struct str conjunction;        /* of these */
	int element_kind;              /* of a list's elements */
	const struct sql_field *field; /* what every row has */
	int source;                    /* 1 + the number of the row that it is read from; 0 = that of the formula */
	bool may_be_missing;           /* that row, of a LEFT JOIN */
	int element; /* 1 + the number of the group's element that it stands for; 0 = the whole list */
};

/* Parses the whole text. E_formula_invalid. */
struct node *formula_parse(struct arena *arena, struct str text, struct error *err);

/* What checking knows: the table whose row the formula computes with, and how deep formulas nest. */
struct scope {
	struct formula_sql *out;
	const struct table *table;
	struct formula_info *info; /* NULL within other formulas */
	int chain;
	struct error *err;
	struct names *names; /* NULL where nobody asks */
};

/* A column's name in the formula's text. */
struct name {
	struct str at;
	const struct column *column;
};

/* All of them, as checking meets them. */
struct names {
	struct name *list;
	size_t count;
};

/* Begins the check of the formula of `self`, NULL for a new column's. */
void formula_check_begin(struct formula_sql *out, const struct column *self);
/* The unchecked tree of a column of type formula or link-formula. E_formula_invalid. */
struct node *formula_load(const struct scope *scope, const struct column_type *type, const cJSON *data);
/* The same of a link-formula (formula_link_column.c). */
struct node *formula_load_link(const struct scope *scope, const cJSON *data);
/* Finds columns, kinds and links of the whole tree (formula_check.c). E_formula_invalid. */
bool formula_check(struct scope *scope, struct node *node);
/* What a call gives, once its arguments are checked: counts them and sets the kind. */
bool formula_check_result(struct scope *scope, struct node *call);
/* The kind of a value where one value is needed: of a list that of its elements. */
int formula_single_kind(const struct node *node);
/* Fails with the reason. */
bool formula_fail(const struct scope *scope, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Checks a call about linked rows (formula_link.c). */
bool formula_check_links(struct scope *scope, struct node *node);

/* Appends the expression of a checked tree on the row `r<alias>` (formula_emit.c). */
void formula_emit(struct formula_sql *out, const struct node *node, int alias);
/* The same with parts computed apart where they are read often or stand deep (formula_hoist.c): for whole formulas. */
void formula_emit_whole(struct formula_sql *out, const struct node *node, int alias);
/* Appends the name of what was computed apart, if the node was. */
bool formula_emit_hoisted(struct formula_sql *out, const struct node *node, int alias);
/* The nodes whose expressions stand within that of the node, on the same row; returns how many. */
size_t formula_children(const struct formula_sql *out, const struct node *node, const struct node ***children);
/* Are a list's elements as they are stored? */
bool formula_is_raw(const struct node *node);
/* Emits the tree if it is a call and + - * of number columns and constants alone; false if not. Its errors are those of
 * the dialect. */
bool formula_emit_arithmetic(struct formula_sql *out, const struct node *node, int alias);
/* A column's value, as functions take it. */
void formula_emit_column(struct formula_sql *out, const struct column *column, const struct node *formula, int alias);
/* "?12", bound to the text or number. */
void formula_emit_text(struct formula_sql *out, struct str text);
void formula_emit_number(struct formula_sql *out, double number);
/* A list of a column of linked rows, or a call about linked rows (formula_link.c). */
void formula_emit_links(struct formula_sql *out, const struct node *node, int alias);
/* May the call of if(), ifs() or switch() give that argument? */
bool formula_is_branch(const struct node *call, size_t index);
/* The kind of a column's values, 0 for a formula column. */
int formula_column_kind(const struct column *column);

#endif
