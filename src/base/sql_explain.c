/* EXPLAIN SELECT: SQLite's plan (https://www.sqlite.org/eqp.html), in the names of the statement, and the SQL that it
 * is the plan of. Constants stand in it as "?1". */
#include "base/base_internal.h"

#include <ctype.h>

#include "query/sql.h"

enum { PLAN_ID, PLAN_PARENT, PLAN_DETAIL = 3 };

/* The name of the source whose row is "r<number>"; the absent slice when there is none. */
static struct str source_name(const struct sql_statement *select, int number)
{
	struct str name = { 0 };

	for (; select && !name.at; select = select->next_part) {
		for (int i = 0; !name.at && i < select->source_count; i++) {
			const struct sql_source *source = &select->sources[i];

			if (source->number == number)
				name = source->alias.at ? source->alias : source->name;
			else if (source->select)
				name = source_name(source->select, number);
		}
	}
	return name;
}

/* "SCAN r0" as "SCAN Parts". */
static void write_detail(const struct sql_statement *statement, struct str detail, struct buf *out)
{
	for (size_t at = 0; at < detail.len;) {
		size_t end = str_find_byte(detail, ' ', at);
		struct str word = str_slice(detail, at, end == SIZE_MAX ? detail.len : end), name = { 0 };
		int64_t number;

		if (word.len > 1 && word.at[0] == 'r' && str_to_int64(str_slice(word, 1, word.len), &number))
			name = source_name(statement, (int)number);
		buf_append_str(out, name.at ? name : word);
		at += word.len;
		if (at < detail.len) {
			buf_append_byte(out, ' ');
			at++;
		}
	}
}

static void write_column(const char *name, const char *type, struct json_out *out)
{
	json_object(out);
	json_field_c(out, "key", name);
	json_field_c(out, "name", name);
	json_field_c(out, "type", type);
	json_field_null(out, "data");
	json_object_end(out);
}

static bool write_steps(struct store_conn *conn, const struct sql_statement *statement, sqlite3_stmt *stmt,
			struct json_out *out, struct error *err)
{
	bool ok, row;

	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		struct buf detail;

		buf_init(&detail, 1 << 16);
		write_detail(statement, store_column_str(stmt, PLAN_DETAIL), &detail);
		json_object(out);
		json_field_int(out, "id", store_column_int(stmt, PLAN_ID));
		json_field_int(out, "parent", store_column_int(stmt, PLAN_PARENT));
		json_field_str(out, "detail", buf_str(&detail));
		json_object_end(out);
		buf_free(&detail);
	}
	return ok;
}

bool sql_explain(struct store_conn *conn, struct arena *arena, const struct sql_statement *statement,
		 const struct formula_sql *compiled, struct json_out *out, struct error *err)
{
	struct str sql = str_copy(arena, buf_str(&compiled->sql));
	sqlite3_stmt *stmt;
	bool ok;

	if (!sql_check_size(compiled, err) ||
	    !store_prepare(conn, str_format(arena, "EXPLAIN QUERY PLAN %.*s", STR_ARG(sql)), &stmt, err))
		return false;
	json_object(out);
	json_field_bool(out, "success", true);
	json_field_c(out, "error_message", "");
	json_field_bool(out, "is_join_stmt", false);
	json_key(out, "metadata");
	json_array(out);
	write_column("id", "number", out);
	write_column("parent", "number", out);
	write_column("detail", "text", out);
	json_array_end(out);
	json_key(out, "results");
	json_array(out);
	ok = write_steps(conn, statement, stmt, out, err);
	json_array_end(out);
	json_field_str(out, "compiled", sql);
	json_object_end(out);
	store_reset(stmt);
	return ok;
}
