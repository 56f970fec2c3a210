/* Where an index on a column could find rows: what conditions and orders ask of stored columns. Conditions and filters
 * tell it while they are compiled; base/ decides which indexes there are and which of them pay for this call, and adds
 * INDEX_TERM to the WHERE of the rows that may be found by them. Every index of that kind has the same term, so SQLite
 * sees it where the term stands and nowhere else: no plan changes behind our back
 * (https://www.sqlite.org/partialindex.html). */
#ifndef ATOLL_QUERY_INDEX_USE_H
#define ATOLL_QUERY_INDEX_USE_H

#include "query/formula.h"

#include "model/model.h"

/* Always true: places in the table's order are whole numbers. */
#define INDEX_TERM "_n <> 0.5"

enum { INDEX_USES_MAX = 12, INDEX_VALUES_MAX = 20 };

enum index_use_kind {
	INDEX_EQUAL, /* the column is one of `values` */
	INDEX_RANGE, /* values[0] to values[1], both included; perhaps a few rows too many */
	INDEX_ORDER, /* the first rows in the column's order are asked for, whatever their cells */
	INDEX_JOIN,  /* the column is equal to one of another table */
};

struct index_use {
	enum index_use_kind kind;
	int source; /* the rows "r<source>" */
	const struct table *table;
	const struct column *column;
	struct formula_value values[INDEX_VALUES_MAX];
	int value_count;
	bool has_low, has_high; /* of a range */
	int other_source;       /* of a join */
	bool has_index;         /* set by who knows */
	bool is_chosen;         /* there is one and it pays in this call */
	bool is_vain;           /* none would */
};

struct index_uses {
	struct index_use at[INDEX_USES_MAX];
	int count;
};

/* Can an index find the column's cells as conditions compare them? */
bool index_fits(const struct column *column);
/* Adds one, empty but for these, if there is room and the column can have an index; else NULL. */
struct index_use *index_use_add(struct index_uses *uses, enum index_use_kind kind, int source,
				const struct table *table, const struct column *column);
/* From 3 and to 5: one range of the column instead of two. */
void index_uses_join_ranges(struct index_uses *uses);
struct formula_value index_text(struct str text);
struct formula_value index_number(double number);

#endif
