/* How deep emitted SQL nests for SQLite's parser, whose stack has a fixed size (YYSTACKDEPTH, 100 entries in Debian's
 * build): deeper texts are refused by us with a reason instead of by SQLite with a failure. */
#ifndef ATOLL_QUERY_NESTING_H
#define ATOLL_QUERY_NESTING_H

#include "core/str.h"

enum {
	NESTING_MAX = 85,         /* of a statement: what SELECT, FROM and WHERE add fits beside it */
	NESTING_MAX_FORMULA = 70, /* of a formula, which stands within statements and filters */
};

/* The entries that the text takes on the parser's stack, estimated from above. It has no texts or comments of clients:
 * these are bound. */
int nesting_of(struct str sql);

#endif
