/* Formula columns: their text compiled to SQLite expressions (formulas.md 1 to 3, 5, 6). The expressions call the
 * functions of query/functions.h and stand in a SELECT from the column's own row table. */
#ifndef ATOLL_QUERY_FORMULA_H
#define ATOLL_QUERY_FORMULA_H

#include <cJSON.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "query/functions.h"

struct arena;
struct column_type;
struct column;
struct formula_hoists;
struct formula_memo;
struct table;

enum {
	FORMULA_MAX_CHARS = 10000,
	FORMULA_MAX_DEPTH = 64,         /* of calls within calls */
	FORMULA_MAX_CHAIN = 16,         /* of formula columns that read formula columns */
	FORMULA_MAX_SQL_BYTES = 400000, /* of one SELECT's formulas */
};

/* A part of a statement or formula, in bytes; to = 0: none. */
struct text_span {
	size_t from, to;
};

/* A value that an expression names by its number. */
struct formula_value {
	enum { FORMULA_TEXT, FORMULA_NUMBER, FORMULA_COLUMN } type;
	struct str text;
	double number;
	const struct column *column;
};

/* Expressions of one SELECT, and their values. */
struct formula_sql {
	struct arena *arena;
	int64_t now_ms; /* what now() and today() tell */
	int first_parameter;
	struct buf sql;
	struct formula_value *values;
	size_t count;
	enum function_dialect dialect; /* formulas unless set */
	struct str text;               /* of the statement or formula, for errors that point into it */
	struct text_span at;           /* of it, what is being checked */
	int aliases;                   /* rows named so far beside r0 */
	struct formula_hoists *hoists; /* parts of the formula at hand that are computed apart; NULL = none */
	int hoisted;                   /* parts numbered so far */
	bool without_archived;         /* SELECTs leave the rows of the archive out */
	struct formula_memo *formulas; /* formula columns that were read already, newest first */
};

/* What a formula gives, and what it reads. */
struct formula_info {
	int kind;                    /* a letter of enum value_kind */
	int element_kind;            /* of a list's elements */
	bool has_time;               /* of a date: minutes count */
	const struct column *column; /* the one that the formula is, when it is nothing else */
	bool is_raw;                 /* elements are as stored: ids of options, lists within the list */
	struct str *keys;            /* of the columns of its table that it reads, each once */
	size_t key_count;
};

void formula_sql_init(struct formula_sql *out, struct arena *arena, int64_t now_ms, int first_parameter);
/* Forgets what was emitted. */
void formula_sql_clear(struct formula_sql *out);
void formula_sql_free(struct formula_sql *out);
/* Appends the expression of a column of type formula or link-formula with the settings `data`, on the row "r<row>"
 * of `table`. What makes no sense (an unknown function or column, a wrong number of arguments, values that can't be
 * compared, a circle of formulas) fails with E_formula_invalid and the reason, and nothing is appended. `self` is the
 * column whose formula it is, which closes a circle when it is met again; NULL for a new one. */
bool formula_compile(struct formula_sql *out, const struct table *table, const struct column *self,
		     const struct column_type *type, const cJSON *data, int row, struct formula_info *info,
		     struct error *err);
/* The same of a column of type formula, link-formula or link, which shows its display column's values, with errors as
 * NULL. False, and nothing appended, when it makes no sense. */
bool formula_compile_shown(struct formula_sql *out, const struct table *table, const struct column *column, int row,
			   struct formula_info *info);
/* Binds the values; the columns and texts must outlive the statement's use. */
void formula_sql_bind(const struct formula_sql *compiled, sqlite3_stmt *statement);
/* The text of the formula column `holder` of `table` with `new_name` wherever it names `renamed`, also in other tables'
 * and in names within texts; the same text when it does not, or could not write that name. */
struct str formula_rename(struct arena *arena, const struct table *table, const struct column *holder,
			  const struct column *renamed, struct str new_name);

/* The pointer type of columns that expressions take (https://www.sqlite.org/bindptr.html). */
#define FORMULA_COLUMN_POINTER "atoll formula column"

#endif
