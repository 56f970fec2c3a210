/* What the parts of SQL's check share: sql_names.c (tables, columns, aliases), sql_check.c (expressions and the whole),
 * sql_check_select.c (the clauses of SELECT), sql_group.c, sql_check_write.c. Each returns false with E_sql_invalid
 * set. */
#ifndef ATOLL_QUERY_SQL_CHECK_H
#define ATOLL_QUERY_SQL_CHECK_H

#include "query/sql_node.h"

/* Where an expression stands. */
struct sql_place {
	struct formula_sql *out;
	const struct model *model;
	struct sql_statement *statement; /* the SELECT, or what writes */
	struct error *err;
	bool aliases;     /* of the selected columns may be named */
	bool alias_first; /* before columns of the same name */
	bool aggregates;  /* may stand here */
	bool in_aggregate;
	bool in_call; /* pi and e are constants */
	int depth;    /* of the part at hand */
};

/* ---- sql_names.c ---- */

/* A table's column: by its exact name, else in any letter case; NULL when there is none. */
const struct column *sql_find_column(const struct table *table, struct str name);
bool sql_find_table(const struct sql_place *place, struct sql_source *source);
/* Is that the name under which the statement knows the source? */
bool sql_source_is(const struct sql_source *source, struct str name);
struct str sql_source_name(const struct sql_source *source);
/* The source, of this statement or one around it, that a checked column is read from. */
const struct sql_source *sql_source_of(const struct sql_statement *statement, const struct node *column);
/* Is the column read from one of this statement's own sources? */
bool sql_is_own(const struct sql_statement *statement, const struct node *column);
/* What a SELECT in FROM gives, once it is checked. Two columns of one name are refused. */
bool sql_make_outputs(const struct sql_place *place, struct sql_source *source);
/* The output that a checked column of that source names. */
const struct sql_output *sql_output_of(const struct sql_source *source, const struct node *column);
bool sql_has_aggregate(const struct node *node);
/* Finds a name's column, field, alias or constant. */
bool sql_check_column(struct sql_place *place, struct node *node);

/* ---- sql_check.c ---- */

bool sql_check_node(struct sql_place *place, struct node *node);

/* ---- sql_check_select.c ---- */

/* A whole SELECT with the further parts of its UNION. */
bool sql_check_select(struct sql_place *place);
/* The SELECT of that node, whose rows must have one column when `as_value`; the node's kind is that column's. */
bool sql_check_sub_select(struct sql_place *place, struct node *node, bool as_value);

/* ---- sql_group.c ---- */

/* Calls `visit` with each expression of the SELECT and of those within it; stops at the first false. */
bool sql_each_expression(const struct sql_statement *select, bool (*visit)(void *ctx, struct node *node), void *ctx);
/* What is selected, ordered by and asked of groups is grouped by or made of aggregates (sql.md 8). */
bool sql_check_grouping(struct sql_place *place);

/* ---- sql_check_write.c ---- */

/* INSERT, UPDATE and DELETE. */
bool sql_check_write(struct sql_place *place);

#endif
