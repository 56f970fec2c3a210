/* SQL statements of clients (sql.md): text to a tree, the tree checked against the tables, SQLite's SQL with bound
 * values. Nothing of the client's text becomes SQL: names become keys that the model has checked, constants become
 * parameters. */
#ifndef ATOLL_QUERY_SQL_H
#define ATOLL_QUERY_SQL_H

#include <cJSON.h>

#include "core/error.h"
#include "core/str.h"
#include "query/formula.h"

struct arena;
struct model;
struct node;
struct table;

enum {
	SQL_MAX_CHARS = 100000,
	SQL_MAX_DEPTH = 64, /* of parentheses and calls within each other, while reading */
	SQL_MAX_TREE = 100, /* of an expression's parts within each other: a + b + c is three deep */
	SQL_MAX_PARAMETERS = 10000,
	SQL_MAX_VALUES = 30000, /* bound in the emitted SQL; SQLite takes 32,766 */
	SQL_MAX_SOURCES = 8,
	SQL_MAX_ITEMS = 500, /* selected */
	SQL_MAX_TERMS = 32,  /* of GROUP BY, and of ORDER BY */
	SQL_DEFAULT_LIMIT = 100,
	SQL_MAX_LIMIT = 10000,
};

enum sql_kind { SQL_SELECT, SQL_INSERT, SQL_UPDATE, SQL_DELETE };

/* A table that is read; row n of the compiled SQL is "r<n>". */
struct sql_source {
	struct str name, alias; /* as written; alias absent when there is none */
	const struct table *table;
};

/* One selected column. */
struct sql_item {
	struct node *node;
	struct str alias;            /* as written, absent when there is none */
	struct str name;             /* of the result when it is no column (sql.md 3) */
	const struct column *column; /* a column's cell, as it is stored; else NULL */
	const char *field;           /* "_id", "_ctime" ...: what every row has; else NULL */
	int source;                  /* of these */
	int kind;                    /* of an expression: a letter of enum value_kind */
	bool has_time;               /* of a date */
};

struct sql_term {
	struct node *node;
	bool descending;
};

/* A column that is given a value, or the values of one row to insert. */
struct sql_set {
	struct str name;
	const struct column *column;
	struct node *value;
};

struct sql_statement {
	enum sql_kind kind;
	struct sql_source sources[SQL_MAX_SOURCES];
	int source_count;
	/* SELECT */
	struct sql_item *items;
	size_t item_count;
	bool distinct;
	struct node *where, *having;
	struct sql_term groups[SQL_MAX_TERMS], orders[SQL_MAX_TERMS];
	int group_count, order_count;
	int64_t limit, offset;
	bool limit_given;
	bool is_aggregate; /* one row for all, or for each group */
	/* INSERT: a row is `set_count` values in the order of `sets`; UPDATE: the values stand in `sets`. */
	struct sql_set *sets;
	size_t set_count, row_width; /* row_width: of an INSERT without a column list */
	struct node **values;
	size_t row_count;
};

/* Reads the text; `parameters` is the list of values of its "?", or NULL. Errors: E_sql_invalid, with the place. */
bool sql_parse(struct arena *arena, struct str text, const cJSON *parameters, struct sql_statement *out,
	       struct error *err);
/* Finds tables and columns, kinds of values, and refuses what makes no sense. Errors: E_sql_invalid. */
bool sql_check(struct formula_sql *out, const struct model *model, struct sql_statement *statement, struct error *err);
/* Appends a checked SELECT; `without_archived`: rows of the archive don't count. Each source's _id follows the items as
 * further results unless the statement groups or is distinct, and behind these, where sql_has_cursor(), the row's _n.
 * LIMIT is one more than asked for, to tell a cut. `after`: only rows whose _n is above; NULL = all. */
void sql_emit_select(struct formula_sql *out, const struct sql_statement *statement, bool without_archived,
		     const int64_t *after);
/* Are its rows those of one table in the table's order, so that a cut answer can go on behind its last row? */
bool sql_has_cursor(const struct sql_statement *statement);
/* Appends "SELECT r0._id FROM ..." of the rows that an UPDATE or DELETE means. */
void sql_emit_row_ids(struct formula_sql *out, const struct sql_statement *statement, bool without_archived);
/* Can SQLite take what was emitted? E_sql_invalid. */
bool sql_check_size(const struct formula_sql *compiled, struct error *err);
/* A constant as JSON, as clients send cells. */
cJSON *sql_constant_json(struct arena *arena, const struct node *node);

#endif
