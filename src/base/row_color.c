/* The colours of rows (views.md 7): by a select column's option, by the first rule that fits, or by values that repeat.
 * One statement for all rows of a call. */
#include "base/base_internal.h"

#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "query/filter.h"

enum { MAX_RULES = 100, MAX_COLOR_LEN = 32, MAX_IDS_BYTES = 1 << 20 };

enum { RESULT_ID, RESULT_COLOR };

#define REPEATED_COLOR "#F4667C"

struct coloring {
	struct base_read *read;
	struct arena *arena;
	const struct base_list_rows *query;
	struct selection selection;
	const cJSON *rules;      /* by rules: the number that a row gets is a rule's place */
	struct buf *sql;         /* the number or option of a row's colour */
	const cJSON *options;    /* by column: what a row gets is an option's id */
	bool by_repeated_values; /* any number means the one colour */
};

/* ---- what is asked of a row ---- */

static bool color_by_column(struct coloring *coloring, const cJSON *colorbys)
{
	const struct column *column =
		map_get(coloring->selection.table->column_by_key, json_get_str(colorbys, "color_by_column"));

	if (!column || column->type->id != TYPE_single_select)
		return false;
	coloring->options = json_get(column->data_tree, "options");
	buf_printf(coloring->sql, "r0.\"%.*s\"", STR_ARG(column->key));
	return true;
}

/* A rule without any filter, or with one that makes no sense, colours nothing. */
static bool color_by_rules(struct coloring *coloring, const cJSON *colorbys)
{
	struct formula_sql *filter = &coloring->selection.filter;
	size_t from = filter->sql.len;
	const cJSON *rule;
	int number = 0, added = 0;

	coloring->rules = json_get(colorbys, "color_by_rules");
	cJSON_ArrayForEach(rule, coloring->rules)
	{
		struct filters filters = { .items = json_get(rule, "filters"),
					   .conjunction = json_get_str(rule, "filter_conjunction"),
					   .user = coloring->query->user,
					   .id_in_team = coloring->query->id_in_team };
		const char *ignored;

		if (number == MAX_RULES)
			break;
		if (cJSON_IsArray(filters.items) &&
		    filter_compile(filter, coloring->selection.table, &filters, &ignored) == FILTER_SOME) {
			buf_printf(coloring->sql, "%s WHEN %.*s THEN %d", added++ == 0 ? "CASE" : "",
				   (int)(filter->sql.len - from), filter->sql.at + from, number);
		}
		filter->sql.len = from;
		number++;
	}
	if (added > 0)
		buf_append_str(coloring->sql, STR(" END"));
	return added > 0;
}

/* The joined values; NULL when all are empty, so that such rows are no duplicates. */
static bool color_by_repeated_values(struct coloring *coloring, const cJSON *colorbys)
{
	static const struct row_group_cut whole = { 0 };
	struct selection *selection = &coloring->selection;
	struct str joined = STR(""), present = STR("");
	const cJSON *key;

	cJSON_ArrayForEach(key, json_get(colorbys, "color_by_duplicate_column_keys"))
	{
		const struct column *column = map_get(selection->table->column_by_key, json_str(key));
		struct row_group_key value;

		if (!column || !row_group_key_of(&selection->filter, selection->table, column, &whole, &value))
			continue;
		joined = str_format(coloring->arena, "%.*s%squote(%.*s)", STR_ARG(joined),
				    joined.len ? " || ',' || " : "", STR_ARG(value.sql));
		present = str_format(coloring->arena, "%.*s%s%.*s", STR_ARG(present), present.len ? ", " : "",
				     STR_ARG(value.sql));
	}
	if (joined.len == 0)
		return false;
	coloring->by_repeated_values = true;
	buf_printf(coloring->sql,
		   "CASE WHEN coalesce(%.*s, NULL) IS NOT NULL AND %.*s IN (SELECT %.*s FROM \"rows_%.*s\" AS r0%.*s "
		   "GROUP BY 1 HAVING count(*) > 1) THEN 0 END",
		   STR_ARG(present), STR_ARG(joined), STR_ARG(joined), STR_ARG(selection->table->id),
		   STR_ARG(selection_where(selection, coloring->arena)));
	return true;
}

static bool read_colorbys(struct coloring *coloring)
{
	static const struct {
		const char *type;
		bool (*read)(struct coloring *coloring, const cJSON *colorbys);
	} types[] = {
		{ "by_column", color_by_column },
		{ "by_rules", color_by_rules },
		{ "by_duplicate_values", color_by_repeated_values },
	};
	const struct view *view = coloring->selection.view;
	const cJSON *colorbys = view ? json_get(view->body_tree, "colorbys") : NULL;
	struct str type = json_get_str(colorbys, "type");

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (str_equal_c(type, types[i].type))
			return types[i].read(coloring, colorbys);
	}
	return false;
}

/* ---- the answer ---- */

static struct str color_of(const struct coloring *coloring, sqlite3_stmt *stmt)
{
	struct str text = store_column_str(stmt, RESULT_COLOR);
	const cJSON *option;

	if (coloring->by_repeated_values)
		return STR(REPEATED_COLOR);
	if (coloring->rules)
		return json_get_str(cJSON_GetArrayItem(coloring->rules, sqlite3_column_int(stmt, RESULT_COLOR)),
				    "color");
	cJSON_ArrayForEach(option, coloring->options)
	{
		if (str_equal(json_get_str(option, "id"), text))
			return json_get_str(option, "color");
	}
	return (struct str){ 0 };
}

static bool write_colors(struct coloring *coloring, struct str row_ids, struct json_out *out, struct error *err)
{
	int ids = row_order_parameters(&coloring->selection.order) + 1;
	struct store_conn *conn = coloring->read->conn;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (buf_failed(coloring->sql))
		return FAIL(err, request_too_complex);
	if (!store_prepare(conn,
			   str_format(coloring->arena,
				      "SELECT r0._id, %.*s FROM json_each(?%d) AS asked CROSS JOIN \"rows_%.*s\" AS r0 "
				      "ON r0._id = asked.value",
				      STR_ARG(buf_str(coloring->sql)), ids, STR_ARG(coloring->selection.table->id)),
			   &stmt, err))
		return false;
	row_order_bind(&coloring->selection.order, stmt);
	formula_sql_bind(&coloring->selection.filter, stmt);
	store_bind_str(stmt, ids, row_ids);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		struct str color;

		if (sqlite3_column_type(stmt, RESULT_COLOR) == SQLITE_NULL)
			continue;
		color = color_of(coloring, stmt);
		if (color.len > 0 && color.len <= MAX_COLOR_LEN) {
			json_key_str(out, store_column_str(stmt, RESULT_ID));
			json_string(out, color);
		}
	}
	return ok;
}

static struct str text_of(struct arena *arena, const cJSON *row_ids)
{
	struct buf buf;
	struct json_out json = json_out_to(&buf);
	struct str text = { 0 };

	buf_init(&buf, MAX_IDS_BYTES);
	json_tree(&json, row_ids);
	if (!buf_failed(&buf))
		text = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

bool base_color_rows(struct base *base, struct arena *arena, const struct base_list_rows *query, const cJSON *row_ids,
		     struct json_out *out, struct error *err)
{
	struct coloring coloring = { .arena = arena, .query = query };
	struct str ids = text_of(arena, row_ids);
	struct sql_budget budget = { 0 };
	struct base_read read;
	struct buf sql;
	bool ok;

	if (cJSON_GetArraySize(row_ids) > BASE_MAX_ROWS)
		return FAIL_WITH(err, rows_limit, STR("1000"));
	if (!ids.at)
		return FAIL(err, request_too_complex);
	if (!base_read_begin(base, &read, err))
		return false;
	buf_init(&sql, (size_t)2 * FORMULA_MAX_SQL_BYTES);
	coloring.sql = &sql;
	coloring.read = &read;
	ok = selection_init(&coloring.selection, &read, arena, query, err);
	if (ok) {
		sql_budget_begin(&budget, read.conn, BASE_SQL_MS);
		json_object(out);
		json_key(out, "colors");
		json_object(out);
		ok = coloring.selection.problem || !read_colorbys(&coloring) || write_colors(&coloring, ids, out, err);
		json_object_end(out);
		json_object_end(out);
		sql_budget_end(&budget);
		selection_free(&coloring.selection);
	}
	buf_free(&sql);
	base_read_end(&read);
	return ok;
}
