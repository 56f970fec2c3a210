/* The first start: a server without accounts gets a team and an admin. */
#ifndef ATOLL_CMD_FIRST_ADMIN_H
#define ATOLL_CMD_FIRST_ADMIN_H

#include <stdbool.h>

#include "core/error.h"

struct arena;
struct catalog;

/* Makes both when the catalog has no account: by ATOLL_ADMIN_EMAIL and ATOLL_ADMIN_PASSWORD; a password that is made up
 * is printed on standard output, this once. */
bool first_admin_make(struct arena *arena, struct catalog *catalog, struct error *err);

#endif
