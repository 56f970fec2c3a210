/* A source of one row for SELECTs: what was computed once can be used often. */
#ifndef ATOLL_QUERY_ONE_VALUE_H
#define ATOLL_QUERY_ONE_VALUE_H

#include <sqlite3.h>
#include <stdbool.h>

/* Makes one_value(x) known to a connection. */
bool one_value_register(sqlite3 *handle);

#endif
