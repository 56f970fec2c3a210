/* How the files about accounts read one from SQLite: one list of columns for all of them. Not for others. */
#ifndef ATOLL_CATALOG_ACCOUNT_ROW_H
#define ATOLL_CATALOG_ACCOUNT_ROW_H

#include <sqlite3.h>

#include "catalog/account.h"

struct arena;
struct store_conn;

#define ACCOUNT_COLUMNS                                                                                                \
	"a.id, a.username, a.contact_email, a.name, a.login_id, a.id_in_org, a.language, a.time_zone, a.is_active, "   \
	"a.is_system_admin, a.is_team_admin, a.team_id, a.created_at, a.last_login, a.generation "

/* Number of columns in ACCOUNT_COLUMNS: where a query's further ones begin. */
enum { ACCOUNT_COLUMN_COUNT = 15 };

/* The account of that parameter, or NULL: it may have been deleted since the request began. */
#define LIVING(parameter) "(SELECT id FROM account WHERE id = " parameter ")"

/* A sql_reader of struct account. */
void account_read(struct arena *arena, sqlite3_stmt *stmt, void *account);

/* Inside a read or write: the account by number. Errors: E_user_not_found. */
bool account_load(struct store_conn *conn, struct arena *arena, int64_t id, struct account *out, struct error *err);

/* Inside a write: notes a sign-in whose password was checked against `password_hash`; the account may have changed
 * since. Errors: E_login_failed when it is gone, inactive, or has another password by now. (account_token.c) */
bool account_note_login(struct store_conn *conn, int64_t id, struct str password_hash, int64_t at, struct error *err);

#endif
