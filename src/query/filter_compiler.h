/* What the parts of the filter compiler share: filter_cell.c (what a column filters as), filter_term.c, filter_emit.c
 * and filter.c, which reads the lists. */
#ifndef ATOLL_QUERY_FILTER_COMPILER_H
#define ATOLL_QUERY_FILTER_COMPILER_H

#include "query/filter.h"

/* What a column filters as (views.md 3.3, 3.4). */
enum filter_kind {
	FILTERS_TEXT,
	FILTERS_PLAIN_TEXT,
	FILTERS_AUTO_NUMBER,
	FILTERS_NUMBER,
	FILTERS_CHECKBOX,
	FILTERS_DATE,
	FILTERS_SELECT,
	FILTERS_MULTIPLE_SELECT,
	FILTERS_COLLABORATOR,
	FILTERS_CREATOR,
	FILTERS_PRESENCE,
	FILTERS_NOTHING,
};

enum filter_term_type {
	TERM_NONE,
	TERM_TEXT,
	TERM_NUMBER,
	TERM_BOOL,
	TERM_DAY,
	TERM_RANGE,
	TERM_OPTION,
	TERM_OPTIONS,
	TERM_USERS,
	TERM_CALLER,
	TERM_CALLER_ID,
};

/* A row of defs/filter_predicates.def. */
struct filter_predicate {
	enum filter_kind kind;
	enum filter_term_type term;
	const char *name, *sql;
};

/* One item while it is read. */
struct filter_item {
	const cJSON *json, *term;
	const struct column *column;
	enum filter_kind kind;
	const struct filter_predicate *predicate;
	const struct column *options; /* whose options the term names, or NULL */
	/* The SQL of the cell, and the term as it is bound. */
	struct str cell;
	struct str text;
	double number;
	bool is_number;
	struct filter_days days;
	bool never;   /* no row fits, whatever its cell */
	bool is_bare; /* the cell's SQL is its column */
};

struct filter_compiler {
	struct formula_sql *out;
	const struct table *table;
	const struct filters *filters;
	const char **problem;
	int items;
	bool is_needed; /* what is compiled must hold for every row: no OR is around it */
};

/* Finds kind, options and the cell's SQL; false for a column that can't be filtered by. */
bool filter_read_column(struct filter_compiler *compiler, struct filter_item *item);
/* Reads item->term as its predicate wants it; false for a wrong one. */
bool filter_read_term(const struct filter_compiler *compiler, struct filter_item *item);
/* The id of the option that a term names; absent when there is none. */
struct str filter_option_of(const struct filter_compiler *compiler, const struct filter_item *item, const cJSON *term);
/* Appends the item's condition. */
void filter_emit_item(const struct filter_compiler *compiler, struct filter_item *item);

#endif
