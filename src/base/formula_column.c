/* Formula columns: their settings are completed when they are made or changed; their cells are computed when rows are
 * read (formulas.md 6). */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"
#include "model/date_text.h"
#include "model/members.h"
#include "query/formula.h"

enum { DATA_MAX_BYTES = 4 << 20 };

/* ---- settings ---- */

/* What the server writes, whatever a client sends. */
static const char *const computed_keys[] = { "operated_columns", "result_type", "array_type", "array_data" };

/* What says how results are shown: of the client, else of the column that the formula is, else these. */
static const struct format_key {
	const char *key;
	int kind;
	const char *fallback; /* JSON; NULL = left out */
} format_keys[] = {
	{ "format", KIND_NUMBER, "\"number\"" },
	{ "decimal", KIND_NUMBER, "\"dot\"" },
	{ "thousands", KIND_NUMBER, "\"no\"" },
	{ "precision", KIND_NUMBER, NULL },
	{ "enable_precision", KIND_NUMBER, NULL },
	{ "currency_symbol", KIND_NUMBER, NULL },
	{ "currency_symbol_position", KIND_NUMBER, NULL },
	{ "duration_format", KIND_NUMBER, NULL },
	{ "format", KIND_DATE, "\"YYYY-MM-DD\"" },
};

static bool is_computed(const char *key)
{
	for (size_t i = 0; i < sizeof(computed_keys) / sizeof(computed_keys[0]); i++)
		if (str_equal_c(str_from_c(key), computed_keys[i]))
			return true;
	return false;
}

static const char *result_type(int kind)
{
	switch (kind) {
	case KIND_NUMBER:
		return "number";
	case KIND_BOOL:
		return "bool";
	case KIND_DATE:
		return "date";
	case KIND_LIST:
		return "array";
	default:
		return "string";
	}
}

static void write_format(const struct formula_info *info, const cJSON *given, struct json_out *out)
{
	const cJSON *column = info->column ? info->column->data_tree : NULL;

	for (size_t i = 0; i < sizeof(format_keys) / sizeof(format_keys[0]); i++) {
		const struct format_key *format = &format_keys[i];
		const cJSON *of_column = json_get(column, format->key);
		const char *fallback =
			format->kind == KIND_DATE && info->has_time ? "\"YYYY-MM-DD HH:mm\"" : format->fallback;

		if (format->kind != info->kind || json_get(given, format->key) || (!of_column && !fallback))
			continue;
		json_key(out, format->key);
		if (of_column)
			json_tree(out, of_column);
		else
			json_raw(out, str_from_c(fallback));
	}
}

static void write_data(const struct formula_info *info, const cJSON *given, struct json_out *out)
{
	const cJSON *member = NULL;

	json_object(out);
	cJSON_ArrayForEach(member, given)
	{
		if (is_computed(member->string))
			continue;
		json_key_str(out, str_from_c(member->string));
		json_tree(out, member);
	}
	json_key(out, "operated_columns");
	json_array(out);
	for (size_t i = 0; i < info->key_count; i++)
		json_string(out, info->keys[i]);
	json_array_end(out);
	json_field_c(out, "result_type", result_type(info->kind));
	if (info->kind == KIND_LIST && info->column) {
		json_field_c(out, "array_type", info->column->type->name);
		json_key(out, "array_data");
		json_raw(out, info->column->data.at ? info->column->data : STR("null"));
	}
	write_format(info, given, out);
	json_object_end(out);
}

bool formula_data_complete(struct arena *arena, const struct table *table, const struct column *self, struct str *data,
			   struct error *err)
{
	const cJSON *given = object_parse(arena, *data);
	struct str text = json_get_str(given, "formula");
	struct formula_sql compiled;
	struct formula_info info;
	struct json_out out;
	struct buf buf;
	bool ok;

	if (str_is_empty(str_trim(text)))
		return FAIL_WITH(err, formula_invalid, STR("it is empty"));
	formula_sql_init(&compiled, arena, 0, 1);
	ok = formula_compile(&compiled, table, self, text, &info, err);
	formula_sql_free(&compiled);
	if (!ok)
		return false;
	buf_init(&buf, DATA_MAX_BYTES);
	out = json_out_to(&buf);
	write_data(&info, given, &out);
	ok = !buf_failed(&buf) || FAIL_WITH(err, formula_invalid, STR("its settings are too large"));
	*data = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return ok;
}

/* The table as it will be: its columns, with those of the list that are new. */
static const struct table *future_table(const struct column_list *list, struct arena *arena, const struct table *table)
{
	struct table *future = ARENA_NEW(arena, struct table);

	future->columns = ARENA_ARRAY(arena, struct column *, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		const struct column_spec *spec = &list->at[i];
		struct column *column = spec->is_new || !table ? NULL : map_get(table->column_by_key, spec->key);

		if (!column) {
			column = ARENA_NEW(arena, struct column);
			*column = (struct column){
				.key = spec->key, .name = spec->name, .type = spec->type, .data = spec->data
			};
			column_prepare(arena, column);
		}
		future->columns[future->column_count++] = column;
	}
	table_prepare(arena, future);
	return future;
}

bool column_list_complete_formulas(const struct column_list *list, struct arena *arena, const struct table *table,
				   struct error *err)
{
	const struct table *future = NULL;

	for (size_t i = 0; i < list->count; i++) {
		struct column_spec *spec = &list->at[i];

		if (!spec->is_new || spec->type->id != TYPE_formula)
			continue;
		if (!future)
			future = future_table(list, arena, table);
		if (!formula_data_complete(arena, future, future->columns[i], &spec->data, err))
			return false;
	}
	return true;
}

/* ---- renaming ---- */

static bool store_renamed(struct change *change, const struct table *table, const struct column *column,
			  struct str formula, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(change->conn,
			     "UPDATE column_def SET data = json_set(data, '$.formula', ?3) "
			     "WHERE table_id = ?1 AND key = ?2",
			     &stmt, err))
		return false;
	store_bind_str(stmt, 1, table->id);
	store_bind_str(stmt, 2, column->key);
	store_bind_str(stmt, 3, formula);
	return store_run(change->conn, stmt, err);
}

bool formula_rename_column(struct change *change, const struct table *table, struct str old_name, struct str new_name,
			   struct error *err)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = table->columns[i];
		struct str text = json_get_str(column->data_tree, "formula");

		if (column->type->id != TYPE_formula || !text.at)
			continue;
		struct str renamed = formula_rename(change->arena, text, old_name, new_name);
		if (!str_equal(text, renamed) && !store_renamed(change, table, column, renamed, err))
			return false;
	}
	return true;
}

/* ---- reading ---- */

struct formula_output {
	struct formula_sql compiled;
	struct str sql;      /* one SELECT for the formulas of a row */
	struct str table_id; /* of the rows */
	int results;         /* how many formulas it computes */
	int kinds[BASE_MAX_COLUMNS];
};

static void release(void *formulas)
{
	formula_sql_free(&((struct formula_output *)formulas)->compiled);
}

struct formula_output *formula_output_new(struct arena *arena, const struct table *table)
{
	struct formula_output *formulas = ARENA_NEW(arena, struct formula_output);

	formula_sql_init(&formulas->compiled, arena, clock_now_ms(), 2);
	formulas->table_id = table->id;
	arena_on_free(arena, release, formulas);
	buf_append_str(&formulas->compiled.sql, STR("SELECT "));
	return formulas;
}

int formula_output_add(struct formula_output *formulas, const struct table *table, const struct column *column)
{
	struct formula_info info;
	struct error ignored; /* a formula that makes no sense any more has empty cells */
	struct str text = json_get_str(column->data_tree, "formula");
	struct buf *sql = &formulas->compiled.sql;
	size_t len = sql->len;

	if (formulas->results > 0)
		buf_append_byte(sql, ',');
	if (!formula_compile(&formulas->compiled, table, column, text, &info, &ignored)) {
		sql->len = len;
		return -1;
	}
	formulas->kinds[formulas->results] = info.kind;
	return formulas->results++;
}

bool formula_output_step(struct formula_output *formulas, struct store_conn *conn, int64_t place, sqlite3_stmt **stmt,
			 struct error *err)
{
	bool row;

	if (formulas->results == 0) /* none of them makes sense */
		return true;
	if (!formulas->sql.at) {
		struct buf *sql = &formulas->compiled.sql;

		formulas->sql = str_format(formulas->compiled.arena, "%.*s FROM \"rows_%.*s\" r0 WHERE r0._n = ?1",
					   STR_ARG(buf_str(sql)), STR_ARG(formulas->table_id));
	}
	if (!store_prepare(conn, formulas->sql, stmt, err))
		return false;
	store_bind_int(*stmt, 1, place);
	formula_sql_bind(&formulas->compiled, *stmt);
	return store_step(conn, *stmt, &row, err) && (row || FAIL(err, row_not_found));
}

static void write_date(struct str stored, const struct column *column, enum cell_form form, struct json_out *out)
{
	const struct date_format *format = date_format_by_name(json_get_str(column->data_tree, "format"));
	char text[DATE_TEXT_LEN];
	struct civil wall;

	if (form != FORM_LEGACY) {
		size_t len = date_stored_to_iso(stored, text);

		json_string(out, len > 0 ? (struct str){ text, len } : stored);
	} else if (format && date_parse_stored(stored, &wall)) {
		json_string(out, (struct str){ text, date_print(&wall, format, text) });
	} else {
		json_string(out, stored);
	}
}

static void write_list(struct str list, struct arena *arena, struct json_out *out)
{
	cJSON *tree = NULL;
	struct error ignored;

	if (json_parse(arena, list, &tree, &ignored))
		json_tree(out, tree); /* again, as SQLite writes 2.0 where we write 2 */
	else
		json_null(out);
}

void formula_output_write(const struct formula_output *formulas, sqlite3_stmt *stmt, int index,
			  const struct column *column, enum cell_form form, struct json_out *out)
{
	int kind = formulas->kinds[index];
	int type = sqlite3_column_type(stmt, index);
	struct str text = type == SQLITE_TEXT ? store_column_str(stmt, index) : (struct str){ 0 };

	if (type == SQLITE_NULL)
		json_null(out);
	else if (type == SQLITE_BLOB)
		json_string(out, (struct str){ sqlite3_column_blob(stmt, index),
					       (size_t)sqlite3_column_bytes(stmt, index) });
	else if (kind == KIND_BOOL && form == FORM_LEGACY)
		json_string(out, sqlite3_column_int(stmt, index) ? STR("true") : STR("false"));
	else if (kind == KIND_BOOL)
		json_bool(out, sqlite3_column_int(stmt, index) != 0);
	else if (kind == KIND_DATE && text.at)
		write_date(text, column, form, out);
	else if (kind == KIND_LIST && text.at)
		write_list(text, formulas->compiled.arena, out);
	else if (text.at)
		json_string(out, text);
	else
		json_number(out, sqlite3_column_double(stmt, index));
}
