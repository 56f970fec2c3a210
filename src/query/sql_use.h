/* What a checked statement asks of columns that an index could find. */
#ifndef ATOLL_QUERY_SQL_USE_H
#define ATOLL_QUERY_SQL_USE_H

#include "query/index_use.h"
#include "query/sql.h"

struct node;

/* All that must hold for its rows, and what its order begins with. */
void sql_find_uses(struct arena *arena, const struct sql_statement *statement, struct index_uses *uses);

#endif
