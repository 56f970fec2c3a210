/* How the files about API tokens read one from SQLite: one list of columns for all of them. Not for others. */
#ifndef ATOLL_CATALOG_API_TOKEN_ROW_H
#define ATOLL_CATALOG_API_TOKEN_ROW_H

#include <sqlite3.h>

#include "catalog/api_token.h"

struct arena;
struct store_conn;

#define API_TOKEN_COLUMNS                                                                                              \
	"t.id, t.base_id, t.app_name, t.permission, t.generation, t.token_hash, t.token_box, t.generated_by, "         \
	"a.name, t.generated_at, t.last_access, b.uuid, b.name, b.icon, b.color, b.deleted_at IS NOT NULL "
#define API_TOKEN_FROM                                                                                                 \
	"FROM api_token t JOIN base b ON b.id = t.base_id LEFT JOIN account a ON a.username = t.generated_by "

/* Copies the current row into *out, text and blobs into the arena. */
void api_token_read(struct arena *arena, sqlite3_stmt *stmt, struct api_token_row *out);

/* Inside a read or write: the token by base and name. Errors: E_api_token_not_found. */
bool api_token_load(struct store_conn *conn, struct arena *arena, int64_t base_id, struct str app_name,
		    struct api_token_row *out, struct error *err);

#endif
