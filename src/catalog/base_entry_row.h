/* How the files of base_entry.h read a base from SQLite: one list of columns and joins for all of them. Not for others.
 */
#ifndef ATOLL_CATALOG_BASE_ENTRY_ROW_H
#define ATOLL_CATALOG_BASE_ENTRY_ROW_H

#include <sqlite3.h>

#include "catalog/base_entry.h"

struct arena;
struct store_conn;

#define BASE_ENTRY_COLUMNS                                                                                             \
	"b.id, b.uuid, b.name, b.icon, b.color, b.created_at, b.updated_at, b.deleted_at, b.creator_id, "              \
	"c.username, c.name, m.name, b.workspace_id, w.team_id, w.account_id, w.people_id, p.name, o.username, "       \
	"o.name "

#define BASE_ENTRY_FROM                                                                                                \
	"FROM base b JOIN workspace w ON w.id = b.workspace_id "                                                       \
	"LEFT JOIN people p ON p.id = w.people_id "                                                                    \
	"JOIN account o ON o.id = coalesce(w.account_id, p.owner_id) "                                                 \
	"LEFT JOIN account c ON c.id = b.creator_id "                                                                  \
	"LEFT JOIN account m ON m.id = b.modifier_id "

/* Number of columns in BASE_ENTRY_COLUMNS: where a query's further ones begin. */
enum { BASE_ENTRY_COLUMN_COUNT = 19 };

/* A sql_reader of struct base_entry. */
void base_entry_read(struct arena *arena, sqlite3_stmt *stmt, void *entry);

/* Inside a write: the base by number, which must be alive, or in the trash when `trashed`. Errors: E_base_not_found. */
bool base_entry_load(struct store_conn *conn, struct arena *arena, int64_t id, bool trashed, struct base_entry *out,
		     struct error *err);

/* Inside a write: notes in the audit what was done to a base; `key` and `value` say more, unless the value is absent.
 */
bool base_entry_audit(struct store_conn *conn, const struct base_entry *base, struct str actor, struct str action,
		      const char *key, struct str value, struct error *err);

#endif
