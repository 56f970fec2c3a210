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
	SQL_MAX_VALUES = 30000,  /* bound in the emitted SQL; SQLite takes 32,766 */
	SQL_MAX_SOURCES = 8,     /* of one SELECT */
	SQL_MAX_ROWS_NAMED = 24, /* sources of all SELECTs of a statement */
	SQL_MAX_PARTS = 10,      /* of a UNION */
	SQL_MAX_ITEMS = 500,     /* selected */
	SQL_MAX_TERMS = 32,      /* of GROUP BY, and of ORDER BY */
	SQL_DEFAULT_LIMIT = 100,
	SQL_MAX_LIMIT = 10000,
};

enum sql_kind { SQL_SELECT, SQL_INSERT, SQL_UPDATE, SQL_DELETE };

/* How a source joins the ones before it. */
enum sql_join { JOIN_COMMA, JOIN_INNER, JOIN_LEFT };

/* A column of a SELECT that stands in FROM, as those around it name it. */
struct sql_output {
	struct str name;
	const struct column *column; /* whose cell it is, under the name that the emitted SELECT gives it; else NULL */
	const struct column *origin; /* the same as its table knows it */
	const struct table *table;   /* of origin */
	const struct sql_field *field; /* a value that is no cell; else NULL */
	int kind, element_kind;
};

/* Rows that are read: those of a table, or of a SELECT within parentheses. */
struct sql_source {
	struct str name, alias; /* as written; alias absent when there is none */
	struct text_span at;
	enum sql_join join;
	struct node *on;
	int number;                /* its row is "r<number>" in the compiled SQL, unlike all others of the statement */
	const struct table *table; /* NULL: */
	struct sql_statement *select;
	struct sql_output *outputs; /* of the SELECT */
	size_t output_count;
	bool by_index; /* indexes on its columns may find its rows (query/index_use.h) */
};

/* One selected column. */
struct sql_item {
	struct node *node;
	struct str alias;                /* as written, absent when there is none */
	struct str name;                 /* of the result when it is no column (sql.md 3) */
	const struct column *column;     /* a column's cell, as it is stored; else NULL */
	const char *field;               /* "_id", "_ctime" ...: what every row has; else NULL */
	const struct sql_source *source; /* of these; of an expression the first one; NULL without FROM */
	const struct table *table; /* of the column or field; of an expression the source's; NULL if it has none */
	int kind, element_kind;    /* of an expression: letters of enum value_kind */
	bool has_time;             /* of a date */
};

struct sql_term {
	struct node *node;
	bool descending;
};

/* A column that is given a value, or the values of one row to insert. */
struct sql_set {
	struct str name;
	struct text_span at; /* the name's place; none when no columns were listed */
	const struct column *column;
	struct node *value; /* an expression, or a constant: sql_is_constant() */
};

struct sql_statement {
	enum sql_kind kind;
	bool explains;   /* EXPLAIN SELECT: how SQLite would go about it */
	struct str text; /* the whole, as written */
	struct sql_source sources[SQL_MAX_SOURCES];
	int source_count, visible_sources; /* visible: to the ON that is being checked */
	int rows_named;                    /* sources of the whole statement */
	struct sql_statement *outer;       /* the SELECT around this one, whose rows it may name too; NULL */
	struct sql_statement *next_part;   /* of a UNION; NULL at the last one */
	bool keeps_duplicates;             /* UNION ALL with the next part */
	bool gives_values;                 /* it stands for a value or a list; in FROM it gives cells */
	/* SELECT */
	struct sql_item *items;
	size_t item_count;
	bool distinct;
	struct node *where, *having;
	struct sql_term groups[SQL_MAX_TERMS], orders[SQL_MAX_TERMS];
	int group_count, order_count;
	int64_t limit, offset;
	bool limit_given;  /* a SELECT within another one has no limit otherwise */
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
/* Appends a checked SELECT; out->without_archived: rows of the archive don't count. The _id of each source that is a
 * table follows the items as further results unless the statement groups or is distinct, and behind these, where
 * sql_has_cursor(), the row's _n. LIMIT is one more than asked for, to tell a cut. `after`: only rows whose _n is
 * above; NULL = all. */
void sql_emit_select(struct formula_sql *out, const struct sql_statement *statement, const int64_t *after);
/* Are its rows those of one table in the table's order, so that a cut answer can go on behind its last row? */
bool sql_has_cursor(const struct sql_statement *statement);
/* Appends "SELECT r0._id, ... FROM ..." of the rows that an UPDATE or DELETE means: behind the id the values of those
 * SETs that are no constants. */
void sql_emit_row_ids(struct formula_sql *out, const struct sql_statement *statement);
/* Can SQLite take what was emitted? E_sql_invalid. */
bool sql_check_size(const struct formula_sql *compiled, struct error *err);
/* Appends "SELECT ..." of those of `count` values that are no constants; false when all are. */
bool sql_emit_values(struct formula_sql *out, struct node *const *values, size_t count);
/* A constant or a list of constants: known without a row. */
bool sql_is_constant(const struct node *node);
/* A constant as JSON, as clients send cells. */
cJSON *sql_constant_json(struct arena *arena, const struct node *node);

#endif
