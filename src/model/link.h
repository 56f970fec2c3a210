/* Links between tables (columns.md 2.1). A link is a set of pairs of rows; a column of type link shows it from one
 * side, its partner in the other table from the other. Both columns carry the same link id and the same two tables. */
#ifndef ATOLL_MODEL_LINK_H
#define ATOLL_MODEL_LINK_H

#include <cJSON.h>
#include <stdbool.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct column;
struct model;
struct table;
struct table_ref;

/* What a column of type link shows. */
struct link {
	struct str id;
	struct str table_id, other_table_id; /* sides 1 and 2, as in the settings: the same for both columns */
	bool reversed;                       /* the column's own rows are side 2 */
	bool is_multiple;                    /* a cell may hold several rows */
	struct str display_key;              /* of the linked table, as set */
	/* Found once the model is whole; NULL for a link that leads nowhere. */
	const struct table *linked;   /* the table whose rows the cells hold */
	const struct column *display; /* its column that is shown */
};

/* Fills column->link from the settings; leaves NULL when they are none of a link. */
void link_prepare(struct arena *arena, struct column *column);
/* Finds the tables and columns that links lead to, once all tables are there. */
void model_prepare_links(struct model *model);

/* The column of the link that shows side 1, or the only one there is. NULL when no column has that link. */
const struct column *model_find_link(const struct model *model, struct str link_id);
/* The link's other column, and its table; NULL for a link that has one column only. */
const struct column *link_partner(const struct model *model, const struct column *column, const struct table **table);

#endif
