/* How the files about groups read one from SQLite: one list of columns for all of them. Not for others. */
#ifndef ATOLL_CATALOG_GROUP_ROW_H
#define ATOLL_CATALOG_GROUP_ROW_H

#include <sqlite3.h>

#include "catalog/group.h"

struct arena;
struct store_conn;

#define GROUP_COLUMNS "p.id, p.team_id, p.name, p.owner_id, o.username, o.name, o.contact_email, p.created_at "
#define GROUP_FROM "FROM people p JOIN account o ON o.id = p.owner_id "

/* Copies the current row into *out, text into the arena. */
void group_read(struct arena *arena, sqlite3_stmt *stmt, struct group *out);

/* Inside a read or write: the group by number. Errors: E_group_not_found. */
bool group_load(struct store_conn *conn, struct arena *arena, int64_t id, struct group *out, struct error *err);

#endif
