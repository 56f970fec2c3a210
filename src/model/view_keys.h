/* The members of a view object, shared by what stores and what writes views (views.md 1, base-operations.md 3.5). */
#ifndef ATOLL_MODEL_VIEW_KEYS_H
#define ATOLL_MODEL_VIEW_KEYS_H

#include "model/members.h"

/* `_id`, `name` and `type` are members of struct view, not of its body; what only speeds up other servers' user
 * interfaces is always empty here. */
static const struct member view_members[] = {
	{ "_id", NULL, true },
	{ "name", NULL, true },
	{ "type", NULL, true },
	{ "private_for", "null", false },
	{ "is_locked", "false", false },
	{ "row_height", "\"default\"", false },
	{ "filter_conjunction", "\"And\"", false },
	{ "filters", "[]", false },
	{ "sorts", "[]", false },
	{ "groupbys", "[]", false },
	{ "groups", "[]", true },
	{ "colorbys", "{}", false },
	{ "hidden_columns", "[]", false },
	{ "rows", "[]", true },
	{ "formula_rows", "{}", true },
	{ "link_rows", "{}", true },
	{ "summaries", "{}", true },
	{ "colors", "{}", true },
	{ "column_colors", "{}", false },
	/* These name what a request is about and are no part of the view. */
	{ "group_rows", NULL, true },
	{ "table_id", NULL, true },
	{ "table_name", NULL, true },
	{ "view_id", NULL, true },
	{ "view_name", NULL, true },
	/* Where among the table's views it goes: they are stored in their order. */
	{ "position", NULL, true },
};

enum { VIEW_MEMBERS = sizeof(view_members) / sizeof(view_members[0]) };

#endif
