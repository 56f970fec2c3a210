/* Auto-number columns: each new row gets the next number, as text with a prefix and leading zeros (columns.md 2 and 3).
 * The last number lies in its own table, so that a deleted row's number does not come back. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"

enum { MAX_DIGITS = 20 };

struct auto_number auto_number_of(const struct column *column)
{
	struct str kind = json_get_str(column->data_tree, "prefix_type");
	struct auto_number format = { .digits = 4, .prefix = STR("") };
	int64_t digits;

	if (json_get_int64(column->data_tree, "digits", &digits) && digits > 0)
		format.digits = digits < MAX_DIGITS ? (int)digits : MAX_DIGITS;
	format.by_date = str_equal_c(kind, "date");
	if (str_equal_c(kind, "string"))
		format.prefix = json_get_str(column->data_tree, "prefix");
	return format;
}

struct str auto_number_text(const struct auto_number *format, struct arena *arena, int64_t number, int64_t ctime_ms)
{
	if (format->by_date) {
		struct civil day = civil_from_ms(ctime_ms + clock_offset_at(ctime_ms) * INT64_C(60000));

		return str_format(arena, "%04d%02d%02d-%0*lld", day.year, day.month, day.day, format->digits,
				  (long long)number);
	}
	if (!str_is_empty(format->prefix))
		return str_format(arena, "%.*s-%0*lld", STR_ARG(format->prefix), format->digits, (long long)number);
	return str_format(arena, "%0*lld", format->digits, (long long)number);
}

bool auto_number_last(struct store_conn *conn, struct str table_id, struct str key, int64_t *last, struct error *err)
{
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare_c(conn, "SELECT last FROM auto_number WHERE table_id = ?1 AND column_key = ?2", &stmt, err))
		return false;
	store_bind_str(stmt, 1, table_id);
	store_bind_str(stmt, 2, key);
	if (!store_step(conn, stmt, &row, err))
		return false;
	*last = row ? store_column_int(stmt, 0) : 0;
	store_reset(stmt);
	return true;
}

bool auto_number_set(struct store_conn *conn, struct str table_id, struct str key, int64_t last, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(conn, "INSERT OR REPLACE INTO auto_number(table_id, column_key, last) VALUES (?1, ?2, ?3)",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, table_id);
	store_bind_str(stmt, 2, key);
	store_bind_int(stmt, 3, last);
	return store_run(conn, stmt, err);
}

bool auto_number_fill(struct change *change, struct str table_id, const struct column *column, struct error *err)
{
	struct auto_number format = auto_number_of(column);
	struct str sql =
		str_format(change->arena,
			   "UPDATE \"rows_%.*s\" AS r SET \"%.*s\" = auto_number(numbered.i, r._ctime, ?1) FROM "
			   "(SELECT _n, row_number() OVER (ORDER BY _n) AS i FROM \"rows_%.*s\") AS numbered "
			   "WHERE numbered._n = r._n",
			   STR_ARG(table_id), STR_ARG(column->key), STR_ARG(table_id));
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	sqlite3_bind_pointer(stmt, 1, &format, SQL_AUTO_NUMBER_POINTER, NULL);
	return store_run(change->conn, stmt, err) &&
	       auto_number_set(change->conn, table_id, column->key, store_changes(change->conn), err);
}
