/* Cursors: where a list was cut, so that the next call goes on right behind that row, whatever was written meanwhile.
 * A cursor names the row, its place and the values that it was sorted by; so it also holds when the row is changed or
 * deleted. A place can move on when rows are put before others, so that of a row that still exists counts. */
#include "base/base_internal.h"

#include <sodium.h>

#include "core/digest.h"
#include "core/json_in.h"
#include "query/formula.h"
#include "query/formula_node.h"

enum { CURSOR_MAX_BYTES = 1 << 18, QUERY_LEN = 8 };

/* Tells lists apart that a cursor must not be taken from one to the other: another table, another order. */
static void query_of(const struct table *table, const struct row_order *order, char query[DIGEST_LEN + 1])
{
	struct digest digest;

	digest_begin(&digest);
	digest_add(&digest, table->id);
	digest_add(&digest, buf_str(&order->sql));
	digest_end(&digest, query);
	query[QUERY_LEN] = 0;
}

/* ---- writing ---- */

static bool write_values(struct store_conn *conn, struct arena *arena, const struct table *table,
			 const struct row_order *order, int64_t place, struct json_out *out, struct error *err)
{
	struct str sql = STR("SELECT r0._id");
	int parameter = row_order_parameters(order) + 1;
	sqlite3_stmt *stmt;
	bool row;

	for (int i = 0; i < order->term_count; i++)
		sql = str_format(arena, "%.*s, %.*s", STR_ARG(sql), STR_ARG(row_order_expression(order, i)));
	sql = str_format(arena, "%.*s FROM \"rows_%.*s\" AS r0 WHERE r0._n = ?%d", STR_ARG(sql), STR_ARG(table->id),
			 parameter);
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	row_order_bind(order, stmt);
	store_bind_int(stmt, parameter, place);
	if (!store_step(conn, stmt, &row, err))
		return false;
	if (!row)
		return FAIL(err, internal);
	json_field_str(out, "i", store_column_str(stmt, 0));
	json_key(out, "k");
	json_array(out);
	for (int i = 1; i <= order->term_count; i++) {
		if (sqlite3_column_type(stmt, i) == SQLITE_TEXT)
			json_string(out, store_column_str(stmt, i));
		else if (sqlite3_column_type(stmt, i) == SQLITE_NULL)
			json_null(out);
		else
			json_number(out, sqlite3_column_double(stmt, i));
	}
	json_array_end(out);
	store_reset(stmt);
	return true;
}

bool row_cursor_write(struct store_conn *conn, struct arena *arena, const struct table *table,
		      const struct row_order *order, int64_t place, struct json_out *out, struct error *err)
{
	char query[DIGEST_LEN + 1];
	struct json_out plain;
	size_t size;
	struct buf buf;
	char *text;
	bool ok;

	buf_init(&buf, CURSOR_MAX_BYTES);
	plain = json_out_to(&buf);
	query_of(table, order, query);
	json_object(&plain);
	json_field_c(&plain, "q", query);
	json_field_int(&plain, "n", place);
	ok = write_values(conn, arena, table, order, place, &plain, err);
	json_object_end(&plain);
	ok = ok && (!buf_failed(&buf) || FAIL(err, answer_too_large));
	if (ok) {
		size = sodium_base64_encoded_len(buf.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		text = arena_alloc(arena, size);
		sodium_bin2base64(text, size, (const unsigned char *)buf.at, buf.len,
				  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		json_field_c(out, "next_cursor", text);
	}
	buf_free(&buf);
	return ok;
}

/* ---- reading ---- */

static bool is_value(const cJSON *node)
{
	return cJSON_IsNull(node) || cJSON_IsNumber(node) || cJSON_IsString(node);
}

static bool has_shape(const cJSON *tree, const struct row_order *order)
{
	const cJSON *values = json_get(tree, "k"), *value;

	if (!cJSON_IsNumber(json_get(tree, "n")) || !json_get_str(tree, "i").at || !cJSON_IsArray(values) ||
	    cJSON_GetArraySize(values) != order->term_count)
		return false;
	cJSON_ArrayForEach(value, values)
	{
		if (!is_value(value))
			return false;
	}
	return true;
}

/* The place of the cursor's row now; if the row is gone, where it was. */
static bool find_place(struct store_conn *conn, struct arena *arena, const struct table *table, const cJSON *tree,
		       int64_t *place, struct error *err)
{
	struct str sql = str_format(arena, "SELECT _n FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(table->id));
	double then = json_get(tree, "n")->valuedouble;
	sqlite3_stmt *stmt;
	bool row;

	if (!(then > -9e15 && then < 9e15))
		return FAIL_WITH(err, param_invalid, STR("cursor"));
	*place = (int64_t)then;
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, json_get_str(tree, "i"));
	if (!store_step(conn, stmt, &row, err))
		return false;
	if (row) {
		*place = store_column_int(stmt, 0);
		store_reset(stmt);
	}
	return true;
}

bool row_cursor_read(struct store_conn *conn, struct arena *arena, struct str text, const struct table *table,
		     const struct row_order *order, struct row_cursor *cursor, struct error *err)
{
	char *json = arena_alloc(arena, text.len + 1);
	char query[DIGEST_LEN + 1];
	struct error ignored;
	cJSON *tree;
	size_t len;

	if (sodium_base642bin((unsigned char *)json, text.len, text.at, text.len, NULL, &len, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    !json_parse(arena, (struct str){ json, len }, &tree, &ignored) || !has_shape(tree, order))
		return FAIL_WITH(err, param_invalid, STR("cursor"));
	query_of(table, order, query);
	if (!str_equal_c(json_get_str(tree, "q"), query))
		return FAIL(err, cursor_of_other_list);
	cursor->values = json_get(tree, "k")->child;
	return find_place(conn, arena, table, tree, &cursor->place, err);
}

/* ---- the rows behind it ---- */

struct str row_cursor_keyset(const struct row_cursor *cursor, const struct row_order *order, bool empty,
			     struct arena *arena)
{
	struct str term = row_order_expression(order, 0);
	bool descending = order->terms[0].descending;

	if (empty)
		return str_format(arena, "r0.%.*s IS NULL%s ORDER BY r0._n LIMIT ?1", STR_ARG(term),
				  cJSON_IsNull(cursor->values) ? " AND r0._n > ?2" : "");
	return str_format(arena, "r0.%.*s %s ?3 AND (r0.%.*s %s ?3 OR r0._n > ?2) ORDER BY r0.%.*s %s, r0._n LIMIT ?1",
			  STR_ARG(term), descending ? "<=" : ">=", STR_ARG(term), descending ? "<" : ">", STR_ARG(term),
			  descending ? "DESC" : "ASC");
}

void row_cursor_bind(const struct row_cursor *cursor, sqlite3_stmt *stmt, int64_t limit)
{
	int last = sqlite3_bind_parameter_count(stmt);

	store_bind_int(stmt, 1, limit);
	if (last >= 2)
		store_bind_int(stmt, 2, cursor->place);
	if (last >= 3 && cJSON_IsString(cursor->values))
		store_bind_str(stmt, 3, json_str(cursor->values));
	else if (last >= 3)
		store_bind_double(stmt, 3, cursor->values->valuedouble);
}

static void emit_value(struct formula_sql *out, const cJSON *value)
{
	if (cJSON_IsString(value))
		formula_emit_text(out, json_str(value));
	else
		formula_emit_number(out, value->valuedouble);
}

/* A row is behind the cursor when its first differing term is, or all are the same and its place is. Empty cells come
 * last (row_order.c). */
void row_cursor_emit(const struct row_cursor *cursor, const struct row_order *order, struct formula_sql *out)
{
	const cJSON *value = cursor->values;
	int open = 0;

	for (int i = 0; i < order->term_count; i++, value = value->next) {
		struct str term = row_order_expression(order, i);

		open++;
		if (cJSON_IsNull(value)) {
			buf_printf(&out->sql, "(%.*s IS NULL AND ", STR_ARG(term));
			continue;
		}
		buf_printf(&out->sql, "(%.*s IS NULL OR %.*s %c ", STR_ARG(term), STR_ARG(term),
			   order->terms[i].descending ? '<' : '>');
		emit_value(out, value);
		buf_printf(&out->sql, " OR %.*s = ", STR_ARG(term));
		emit_value(out, value);
		buf_append_str(&out->sql, STR(" AND "));
	}
	buf_append_str(&out->sql, STR("r0._n > "));
	formula_emit_number(out, (double)cursor->place);
	while (open-- > 0)
		buf_append_byte(&out->sql, ')');
}
