/* A statement and its values as one expression, for the rooms that ask for whole rows: what would otherwise be prepare,
 * bind, step, read, reset each time.
 *
 *	store_run_sql(conn, SQL("UPDATE team SET name = ?2 WHERE id = ?1", SQL_INT(id), SQL_STR(name)), err)
 *
 * Each function takes a connection (inside a read or a write), or a file: then it reads in a transaction of its own. */
#ifndef ATOLL_STORE_SQL_H
#define ATOLL_STORE_SQL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct store_conn;
struct store_db;

enum { SQL_VALUES_MAX = 10 };

struct sql_value {
	enum { SQL_VALUE_NONE, SQL_VALUE_INT, SQL_VALUE_STR, SQL_VALUE_BLOB } kind;
	int64_t number;
	struct str bytes;
};

struct sql {
	struct str text;
	struct sql_value values[SQL_VALUES_MAX]; /* ?1, ?2 ...; their bytes are not copied */
};

/* For text and blobs the absent slice is NULL. */
#define SQL_INT(value) ((struct sql_value){ .kind = SQL_VALUE_INT, .number = (value) })
#define SQL_STR(value) ((struct sql_value){ .kind = SQL_VALUE_STR, .bytes = (value) })
#define SQL_BLOB(value) ((struct sql_value){ .kind = SQL_VALUE_BLOB, .bytes = (value) })
/* The values of "LIMIT ?n OFFSET ?n+1" for a page from 1; `per_page` 0 = everything. */
#define SQL_PAGE(page, per_page)                                                                                       \
	SQL_INT((per_page) > 0 ? (per_page) : -1), SQL_INT((per_page) > 0 ? ((int64_t)(page)-1) * (per_page) : 0)

/* A `const struct sql *` that lives as long as the block it stands in: of a literal and its values; of a struct str and
 * its values; of a literal that has none. */
#define SQL(literal, ...) SQL_TEXT(STR(literal), __VA_ARGS__)
#define SQL_TEXT(str, ...) (&(const struct sql){ .text = (str), .values = { __VA_ARGS__ } })
#define SQL_ALONE(literal) (&(const struct sql){ .text = STR(literal) })

/* Copies the current row into *item, text into the arena. */
typedef void (*sql_reader)(struct arena *arena, sqlite3_stmt *stmt, void *item);

/* Runs a statement that answers no rows. */
bool store_run_sql(struct store_conn *conn, const struct sql *sql, struct error *err);
/* The first column of the first row: a count, an id; 0 when there is no row. */
bool store_find_number(struct store_conn *conn, const struct sql *sql, int64_t *out, struct error *err);
/* Is there a row? */
bool store_find_any(struct store_conn *conn, const struct sql *sql, bool *found, struct error *err);
/* The first row. *found tells whether there is one; *item stays as it is when there is none. */
bool store_find_row(struct store_conn *conn, struct arena *arena, const struct sql *sql, sql_reader reader, void *item,
		    bool *found, struct error *err);
bool store_read_row(struct store_db *db, struct arena *arena, const struct sql *sql, sql_reader reader, void *item,
		    bool *found, struct error *err);

/* All rows, as an array in the arena; `list` is a `struct x **` whose struct x `reader` fills. */
#define store_read_list(db, arena, sql, reader, list, count, err)                                                      \
	store_read_items((db), (arena), (sql), NULL, (reader), sizeof(**(list)), (list), (count), NULL, (err))
/* One page of a list, and how many rows `counting` (SELECT count(*), with the values of `sql`) finds on all pages; both
 * in one snapshot. `total` NULL: not counted. */
#define store_read_page(db, arena, sql, counting, reader, list, count, total, err)                                     \
	store_read_items((db), (arena), (sql), (counting), (reader), sizeof(**(list)), (list), (count), (total), (err))
/* What these two stand for. `list` is the address of a pointer to items of `size` bytes. */
bool store_read_items(struct store_db *db, struct arena *arena, const struct sql *sql, const struct str *counting,
		      sql_reader reader, size_t size, void *list, size_t *count, int64_t *total, struct error *err);

#endif
