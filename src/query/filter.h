/* The filters of views, and of calls that bring their own, as a condition of SQLite (views.md 3). */
#ifndef ATOLL_QUERY_FILTER_H
#define ATOLL_QUERY_FILTER_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"
#include "query/formula.h"

struct index_uses;
struct table;

/* Limits on what a request or a view may bring. */
enum { FILTER_MAX_ITEMS = 200 };

struct filters {
	const cJSON *items;     /* items and groups of items */
	struct str conjunction; /* "And" or "Or" in any case; absent = And */
	/* The caller; absent for an application, which includes nobody. */
	struct str user, id_in_team;
	int row;                 /* the condition is on "r<row>" */
	bool by_name;            /* select terms may be names of options too: callers of filtered-rows know no ids */
	struct index_uses *uses; /* gets what must hold for every row; NULL = nobody asks */
};

enum filter_outcome {
	FILTER_NONE,    /* nothing complete is asked for: every row fits */
	FILTER_SOME,    /* the condition was appended */
	FILTER_INVALID, /* no row fits; *problem says why */
};

/* Appends the condition on a row of `table` to out->sql, its values to out->values. Incomplete items count as
 * absent; one that makes no sense makes the whole invalid, with *problem in the words of views.md 3.2. */
enum filter_outcome filter_compile(struct formula_sql *out, const struct table *table, const struct filters *filters,
				   const char **problem);

/* Absent, null, "" and [] are no terms; 0 and false are. */
bool filter_term_is_missing(const cJSON *term);

/* The days that a date item means: `from` and `to` as "2024-05-09", the same for one day. (filter_date.c) */
struct filter_days {
	char from[20], to[20];
	bool is_minute; /* exact_date_time: "is" means `minute` */
	char minute[20];
};

enum day_outcome { DAY_KNOWN, DAY_INCOMPLETE, DAY_UNMATCHED, DAY_BAD_TERM, DAY_NEVER };

/* What `modifier` and `term` mean at `now_ms`; `within` tells the modifiers of is_within from the others. */
enum day_outcome filter_days_of(int64_t now_ms, struct str modifier, const cJSON *term, bool within,
				struct filter_days *days);

#endif
