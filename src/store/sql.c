/* Statements with their values. Whatever ends early is reset here, so that no caller holds a statement. */
#include "store/sql.h"

#include <assert.h>
#include <string.h>

#include "core/arena.h"
#include "store/store.h"

static void bind_value(sqlite3_stmt *stmt, int index, const struct sql_value *value)
{
	if (value->kind == SQL_VALUE_INT)
		store_bind_int(stmt, index, value->number);
	else if (value->kind == SQL_VALUE_STR || !value->bytes.at)
		store_bind_str(stmt, index, value->bytes);
	else
		store_bind_blob(stmt, index, value->bytes.at, value->bytes.len);
}

/* The text `text` with the values of `sql`: it may use the first few of them only. */
static bool prepare(struct store_conn *conn, struct str text, const struct sql *sql, sqlite3_stmt **out,
		    struct error *err)
{
	if (!store_prepare(conn, text, out, err))
		return false;
	int count = sqlite3_bind_parameter_count(*out);
	assert(count <= SQL_VALUES_MAX);
	for (int i = 0; i < count; i++) {
		assert(sql->values[i].kind != SQL_VALUE_NONE);
		bind_value(*out, i + 1, &sql->values[i]);
	}
	return true;
}

bool store_run_sql(struct store_conn *conn, const struct sql *sql, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	return prepare(conn, sql->text, sql, &stmt, err) && store_run(conn, stmt, err);
}

static void read_number(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	(void)arena;
	int64_t *out = item;
	*out = store_column_int(stmt, 0);
}

/* `text` may differ from that of `sql`, whose values it uses. */
static bool find_row(struct store_conn *conn, struct arena *arena, struct str text, const struct sql *sql,
		     sql_reader reader, void *item, bool *found, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!prepare(conn, text, sql, &stmt, err) || !store_step(conn, stmt, found, err))
		return false;
	if (!*found)
		return true;
	reader(arena, stmt, item);
	store_reset(stmt);
	return true;
}

bool store_find_row(struct store_conn *conn, struct arena *arena, const struct sql *sql, sql_reader reader, void *item,
		    bool *found, struct error *err)
{
	return find_row(conn, arena, sql->text, sql, reader, item, found, err);
}

bool store_find_number(struct store_conn *conn, const struct sql *sql, int64_t *out, struct error *err)
{
	bool found = false;
	*out = 0;
	return find_row(conn, NULL, sql->text, sql, read_number, out, &found, err);
}

bool store_find_any(struct store_conn *conn, const struct sql *sql, bool *found, struct error *err)
{
	int64_t ignored = 0;
	return find_row(conn, NULL, sql->text, sql, read_number, &ignored, found, err);
}

bool store_read_row(struct store_db *db, struct arena *arena, const struct sql *sql, sql_reader reader, void *item,
		    bool *found, struct error *err)
{
	struct store_conn *conn = NULL;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = store_find_row(conn, arena, sql, reader, item, found, err);
	store_read_end(db, &conn);
	return ok;
}

/* `list` is the address of a pointer of some type: it is written as bytes, all object pointers being alike. */
static bool find_items(struct store_conn *conn, struct arena *arena, const struct sql *sql, sql_reader reader,
		       size_t size, void *list, size_t *count, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	char *items = NULL;
	size_t n = 0;
	if (!prepare(conn, sql->text, sql, &stmt, err))
		return false;
	for (;;) {
		bool row = false;
		if (!store_step(conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		items = arena_more(arena, items, n, size);
		reader(arena, stmt, items + size * n++);
	}
	memcpy(list, &items, sizeof(items));
	*count = n;
	return true;
}

bool store_read_items(struct store_db *db, struct arena *arena, const struct sql *sql, const struct str *counting,
		      sql_reader reader, size_t size, void *list, size_t *count, int64_t *total, struct error *err)
{
	struct store_conn *conn = NULL;
	bool found = false;
	if (!store_read_begin(db, &conn, err))
		return false;
	bool ok = find_items(conn, arena, sql, reader, size, list, count, err) &&
		  (!total || find_row(conn, NULL, *counting, sql, read_number, total, &found, err));
	store_read_end(db, &conn);
	assert(!ok || !total || found);
	return ok;
}
