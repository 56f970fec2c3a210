/* How many rows a view shows, what they hold together, and the same for each of its groups (views.md 5): one statement
 * a level of groups. */
#include "base/base_internal.h"

#include <string.h>

#include "core/json_in.h"

/* What a method wants of a column: any, numbers, numbers or dates, checkboxes. */
enum wanted { OF_ANY, OF_NUMBERS, OF_ORDERED, OF_BOXES };

/* "%.*s" stands for the key of the column's cells, which is NULL for an empty one. */
static const struct method {
	const char *name;
	enum wanted wanted;
	const char *sql;
} methods[] = {
	{ "filled", OF_ANY, "count(%.*s)" },          { "empty", OF_ANY, "count(*) - count(%.*s)" },
	{ "unique", OF_ANY, "count(DISTINCT %.*s)" }, { "sum", OF_NUMBERS, "sum(%.*s)" },
	{ "average", OF_NUMBERS, "avg(%.*s)" },       { "median", OF_NUMBERS, "median(%.*s)" },
	{ "min", OF_ORDERED, "min(%.*s)" },           { "max", OF_ORDERED, "max(%.*s)" },
	{ "checked", OF_BOXES, "total(%.*s)" },       { "unchecked", OF_BOXES, "count(*) - total(%.*s)" },
};

struct summary {
	struct base_read *read;
	struct arena *arena;
	struct selection selection;
	struct str results; /* ", sum(...), ..." */
	int result_count;
	sqlite3_stmt *levels[ROW_GROUPS_MAX];
	int64_t groups;
	struct json_out *out;
};

/* The results of a statement of a level. */
enum { RESULT_COUNT, RESULT_KEY, RESULT_SUMMARIES };

/* ---- what is asked for ---- */

static const struct method *method_named(struct str name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (str_equal_c(name, methods[i].name))
			return &methods[i];
	}
	return NULL;
}

static bool fits(const struct method *method, const struct row_group_key *key)
{
	switch (method->wanted) {
	case OF_NUMBERS:
		return key->form == GROUPED_BY_NUMBER;
	case OF_ORDERED:
		return key->form == GROUPED_BY_NUMBER || key->is_date;
	case OF_BOXES:
		return key->form == GROUPED_BY_BOOL;
	default:
		return true;
	}
}

/* What is counted and summed of a column: its key; of cells that can't group, whether they are empty. */
static bool read_key(struct formula_sql *values, const struct table *table, const struct column *column,
		     struct row_group_key *key)
{
	static const struct row_group_cut whole = { 0 };

	if (row_group_key_of(values, table, column, &whole, key))
		return true;
	*key = (struct row_group_key){ .form = GROUPED_BY_TEXT };
	key->sql = str_format(values->arena, "nullif(nullif(\"%.*s\", ''), '[]')", STR_ARG(column->key));
	return column_is_stored(column);
}

static bool add_result(struct summary *summary, const cJSON *item, struct buf *sql, struct error *err)
{
	const struct table *table = summary->selection.table;
	const struct method *method = method_named(json_get_str(item, "method"));
	struct str name = json_get_str(item, "column_key");
	const struct column *column;
	struct row_group_key key;

	if (!name.at)
		name = json_get_str(item, "column_name");
	column = table_find_column(table, name);
	if (!column)
		return FAIL_WITH(err, column_not_found, name);
	if (!method || !read_key(&summary->selection.filter, table, column, &key) || !fits(method, &key))
		return FAIL_WITH(err, param_invalid, STR("method"));
	buf_append_str(sql, STR(", "));
	buf_printf(sql, method->sql, STR_ARG(key.sql));
	summary->result_count++;
	return true;
}

static bool read_summaries(struct summary *summary, const cJSON *summaries, struct error *err)
{
	const cJSON *item;
	struct buf sql;
	bool ok = true;

	if (summaries && (!cJSON_IsArray(summaries) || cJSON_GetArraySize(summaries) > BASE_MAX_SUMMARIES))
		return FAIL_WITH(err, param_invalid, STR("summaries"));
	buf_init(&sql, FORMULA_MAX_SQL_BYTES);
	cJSON_ArrayForEach(item, summaries)
	{
		if (!(ok = add_result(summary, item, &sql, err)))
			break;
	}
	ok = ok && (!buf_failed(&sql) || FAIL(err, request_too_complex));
	summary->results = str_copy(summary->arena, buf_str(&sql));
	buf_free(&sql);
	return ok;
}

/* ---- statements ---- */

/* Of all rows (level -1) or of the groups of a level, in their order. */
static bool prepare(struct summary *summary, int level, sqlite3_stmt **stmt, struct error *err)
{
	const struct row_groups *groups = &summary->selection.groups;
	struct selection *selection = &summary->selection;
	struct str order = buf_str(&selection->order.sql);
	struct buf sql;
	bool ok;

	buf_init(&sql, (size_t)2 * FORMULA_MAX_SQL_BYTES);
	buf_append_str(&sql, STR("SELECT count(*)"));
	if (level >= 0)
		buf_printf(&sql, ", %.*s", STR_ARG(groups->at[level].key.sql));
	else
		buf_append_str(&sql, STR(", NULL"));
	buf_append_str(&sql, summary->results);
	buf_printf(&sql, " FROM \"rows_%.*s\" AS r0%.*s", STR_ARG(selection->table->id),
		   STR_ARG(selection_where(selection, summary->arena)));
	for (int i = 0; i <= level; i++)
		buf_printf(&sql, "%s%.*s", i == 0 ? " GROUP BY " : ", ", STR_ARG(groups->at[i].key.sql));
	if (level >= 0)
		buf_printf(&sql, " ORDER BY %.*s",
			   STR_ARG(str_slice(order, 0, groups->at[level].order_end - strlen(", "))));
	ok = (!buf_failed(&sql) || FAIL(err, request_too_complex)) &&
	     store_prepare(summary->read->conn, str_copy(summary->arena, buf_str(&sql)), stmt, err);
	buf_free(&sql);
	if (ok) {
		row_order_bind(&selection->order, *stmt);
		formula_sql_bind(&selection->filter, *stmt);
	}
	return ok;
}

/* ---- the answer ---- */

static void write_value(sqlite3_stmt *stmt, int result, int form, struct json_out *out)
{
	switch (sqlite3_column_type(stmt, result)) {
	case SQLITE_NULL:
		json_null(out);
		break;
	case SQLITE_TEXT:
		if (form == GROUPED_BY_LIST)
			json_raw(out, store_column_str(stmt, result));
		else
			json_string(out, store_column_str(stmt, result));
		break;
	default:
		if (form == GROUPED_BY_BOOL)
			json_bool(out, sqlite3_column_int(stmt, result) != 0);
		else
			json_number(out, sqlite3_column_double(stmt, result));
	}
}

static void write_totals(const struct summary *summary, sqlite3_stmt *stmt)
{
	struct json_out *out = summary->out;

	json_field_int(out, "count", store_column_int(stmt, RESULT_COUNT));
	json_key(out, "summaries");
	json_array(out);
	for (int i = 0; i < summary->result_count; i++)
		write_value(stmt, RESULT_SUMMARIES + i, GROUPED_BY_NUMBER, out);
	json_array_end(out);
}

/* The groups within a group of `rows` rows, or all: all levels come in the same order, so their rows tell where they
 * end. At most ROW_GROUPS_MAX deep. */
static bool write_groups(struct summary *summary, int level, int64_t rows,
			 struct error *err) // NOLINT(misc-no-recursion)
{
	const struct row_groups *groups = &summary->selection.groups;
	sqlite3_stmt *stmt = summary->levels[level];
	struct json_out *out = summary->out;
	bool row = true;

	json_key(out, "groups");
	json_array(out);
	for (int64_t seen = 0; seen < rows;) {
		int64_t count;

		if (!store_step(summary->read->conn, stmt, &row, err))
			return false;
		if (!row)
			break;
		if (++summary->groups > BASE_MAX_GROUPS)
			return FAIL_WITH(err, groups_limit, str_format(summary->arena, "%d", BASE_MAX_GROUPS));
		count = store_column_int(stmt, RESULT_COUNT);
		json_object(out);
		json_key(out, "value");
		write_value(stmt, RESULT_KEY, groups->at[level].key.form, out);
		write_totals(summary, stmt);
		if (level + 1 < groups->count && !write_groups(summary, level + 1, count, err))
			return false;
		json_object_end(out);
		seen += count;
	}
	json_array_end(out);
	return true;
}

static bool write_answer(struct summary *summary, struct error *err)
{
	sqlite3_stmt *total = NULL;
	int64_t count;
	bool row, ok;

	if (!prepare(summary, -1, &total, err) || !store_step(summary->read->conn, total, &row, err))
		return false;
	count = store_column_int(total, RESULT_COUNT);
	json_object(summary->out);
	write_totals(summary, total);
	auto_index_note(summary->read->base, &summary->selection.uses, total);
	store_reset(total);
	ok = true;
	for (int i = 0; ok && i < summary->selection.groups.count; i++)
		ok = prepare(summary, i, &summary->levels[i], err);
	ok = ok && (summary->selection.groups.count == 0 || write_groups(summary, 0, count, err));
	for (int i = 0; i < summary->selection.groups.count && summary->levels[i]; i++)
		store_reset(summary->levels[i]);
	json_object_end(summary->out);
	return ok && (!buf_failed(summary->out->buf) || FAIL(err, answer_too_large));
}

/* A view whose filter makes no sense shows nothing. */
static bool write_nothing(struct summary *summary)
{
	json_object(summary->out);
	json_field_int(summary->out, "count", 0);
	json_key(summary->out, "summaries");
	json_array(summary->out);
	for (int i = 0; i < summary->result_count; i++)
		json_null(summary->out);
	json_array_end(summary->out);
	if (summary->selection.groups.count > 0) {
		json_key(summary->out, "groups");
		json_array(summary->out);
		json_array_end(summary->out);
	}
	json_field_c(summary->out, "error_message", summary->selection.problem);
	json_object_end(summary->out);
	return true;
}

bool base_summarize_rows(struct base *base, struct arena *arena, const struct base_list_rows *query,
			 const cJSON *summaries, struct json_out *out, struct error *err)
{
	struct summary summary = { .arena = arena, .out = out };
	struct sql_budget budget = { 0 };
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	summary.read = &read;
	ok = selection_init(&summary.selection, &read, arena, query, err);
	if (ok) {
		sql_budget_begin(&budget, read.conn, BASE_SQL_MS);
		ok = read_summaries(&summary, summaries, err) &&
		     (summary.selection.problem ? write_nothing(&summary) : write_answer(&summary, err));
		sql_budget_end(&budget);
		selection_free(&summary.selection);
	}
	base_read_end(&read);
	return ok;
}
