/* Formula columns: their settings are completed when they are made or changed; their cells are computed when rows are
 * read (formulas.md 6). */
#include "base/base_internal.h"

#include "core/clock.h"
#include "core/json_in.h"
#include "model/date_text.h"
#include "model/link.h"
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

/* Link formulas are made with names of columns and keep their keys; either is taken. */
static const struct named_setting {
	const char *name, *key;
	bool is_linked; /* a column of the linked table; else of the table itself */
} named_settings[] = {
	{ "link_column", "link_column_key", false },
	{ "level1_linked_column", "level1_linked_table_column_key", true },
	{ "level2_linked_column", "level2_linked_table_column_key", true },
	{ "summary_column", "column_key_in_linked_record", true },
	{ "searched_column", "column_key_in_linked_record", true },
	{ "comparison_column", "column_key_for_comparison", true },
};

static bool is_named(const char *name)
{
	for (size_t i = 0; i < sizeof(named_settings) / sizeof(named_settings[0]); i++)
		if (str_equal_c(str_from_c(name), named_settings[i].name))
			return true;
	return false;
}

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

static void write_data(const struct formula_info *info, const struct column_type *type, const cJSON *given,
		       struct json_out *out)
{
	const cJSON *member = NULL;

	json_object(out);
	cJSON_ArrayForEach(member, given)
	{
		if (is_computed(member->string) || (type->id == TYPE_link_formula && is_named(member->string)))
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

/* The table that a column named by a setting belongs to; NULL when the settings do not say. */
static const struct table *table_of_setting(const struct table *table, const cJSON *settings,
					    const struct named_setting *setting)
{
	const struct column *link, *between;

	if (!setting->is_linked)
		return table;
	link = map_get(table->column_by_key, json_get_str(settings, "link_column_key"));
	if (!link || !link->link || !link->link->linked)
		return NULL;
	if (!str_equal_c(STR("level2_linked_table_column_key"), setting->key))
		return link->link->linked;
	between = map_get(link->link->linked->column_by_key, json_get_str(settings, "level1_linked_table_column_key"));
	return between && between->link ? between->link->linked : NULL;
}

static void set_text(struct arena *arena, cJSON *object, const char *key, struct str value)
{
	cJSON *member = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!member) {
		member = ARENA_NEW(arena, cJSON);
		member->string = str_to_c(arena, str_from_c(key));
		member->next = object->child;
		if (object->child)
			object->child->prev = member;
		member->prev = object->child ? object->child->prev : member;
		object->child = member;
	}
	member->type = cJSON_String;
	member->valuestring = str_to_c(arena, value);
}

/* Puts the keys of the columns that a link formula's settings name. */
static bool resolve_names(struct arena *arena, const struct table *table, cJSON *settings, struct error *err)
{
	for (size_t i = 0; i < sizeof(named_settings) / sizeof(named_settings[0]); i++) {
		const struct named_setting *setting = &named_settings[i];
		struct str name = json_get_str(settings, setting->name);
		const struct table *of = table_of_setting(table, settings, setting);
		const struct column *column = of && name.at ? table_find_column(of, name) : NULL;

		if (str_is_empty(name))
			continue;
		if (!column)
			return FAIL_WITH(err, column_not_found, name);
		set_text(arena, settings, setting->key, column->key);
	}
	return true;
}

bool formula_data_complete(struct arena *arena, const struct table *table, const struct column *self,
			   const struct column_type *type, struct str *data, struct error *err)
{
	cJSON *given = (cJSON *)object_parse(arena, *data); /* made for us */
	struct str text = json_get_str(given, "formula");
	struct formula_sql compiled;
	struct formula_info info;
	struct json_out out;
	struct buf buf;
	bool ok;

	if (str_is_empty(str_trim(text)))
		return FAIL_WITH(err, formula_invalid, STR("it is empty"));
	if (type->id == TYPE_link_formula && !resolve_names(arena, table, given, err))
		return false;
	formula_sql_init(&compiled, arena, 0, 1);
	ok = formula_compile(&compiled, table, self, type, given, 0, &info, err);
	formula_sql_free(&compiled);
	if (!ok)
		return false;
	buf_init(&buf, DATA_MAX_BYTES);
	out = json_out_to(&buf);
	write_data(&info, type, given, &out);
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

bool column_is_formula(const struct column_type *type)
{
	return type->id == TYPE_formula || type->id == TYPE_link_formula;
}

bool column_list_complete_formulas(const struct column_list *list, struct arena *arena, const struct table *table,
				   struct error *err)
{
	const struct table *future = NULL;

	for (size_t i = 0; i < list->count; i++) {
		struct column_spec *spec = &list->at[i];

		if (!spec->is_new || !column_is_formula(spec->type))
			continue;
		if (!future)
			future = future_table(list, arena, table);
		if (!formula_data_complete(arena, future, future->columns[i], spec->type, &spec->data, err))
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

bool formula_rename_column(struct change *change, const struct column *renamed, struct str new_name, struct error *err)
{
	for (size_t t = 0; t < change->model->table_count; t++) {
		const struct table *table = &change->model->tables[t];

		for (size_t i = 0; i < table->column_count; i++) {
			const struct column *column = table->columns[i];

			if (column->type->id != TYPE_formula)
				continue;
			struct str text = json_get_str(column->data_tree, "formula");
			struct str changed = formula_rename(change->arena, table, column, renamed, new_name);
			if (!str_equal(text, changed) && !store_renamed(change, table, column, changed, err))
				return false;
		}
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
	bool is_raw[BASE_MAX_COLUMNS];
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
	struct buf *sql = &formulas->compiled.sql;
	size_t len = sql->len;

	if (formulas->results > 0)
		buf_append_byte(sql, ',');
	if (!formula_compile(&formulas->compiled, table, column, column->type, column->data_tree, 0, &info, &ignored)) {
		sql->len = len;
		return -1;
	}
	formulas->kinds[formulas->results] = info.kind;
	formulas->is_raw[formulas->results] = info.is_raw;
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

static void write_date(struct str stored, enum cell_form form, struct json_out *out)
{
	char text[DATE_TEXT_LEN];
	size_t len = form == FORM_LEGACY ? 0 : date_stored_to_iso(stored, text);

	json_string(out, len > 0 ? (struct str){ text, len } : stored);
}

/* ---- lists ---- */

/* The list's elements one after the other, each once where `once`; lists within are taken apart. */
struct elements {
	struct arena *arena;
	struct map *seen; /* NULL: duplicates stay */
	struct json_out *out;
	struct buf *text; /* not NULL: the elements as people see them, instead */
	bool is_bool;     /* stored as 0 and 1 */
};

static void put_element(struct elements *to, const cJSON *element)
{
	bool is_bool = to->is_bool && cJSON_IsNumber(element);
	struct str text = !is_bool                    ? json_tree_text(to->arena, element)
			  : element->valuedouble != 0 ? STR("true")
						      : STR("false");

	if (to->seen && !map_put(to->seen, text, to))
		return;
	if (!to->text && is_bool) {
		json_raw(to->out, text);
		return;
	}
	if (!to->text) {
		json_tree(to->out, element); /* not SQLite's text, which has 2.0 where we write 2 */
		return;
	}
	if (to->text->len > 0)
		buf_append_str(to->text, STR(", "));
	buf_append_str(to->text, cJSON_IsString(element) ? json_str(element) : text);
}

static void put_elements(struct elements *to, const cJSON *list, bool is_raw)
{
	const cJSON *element = NULL, *inner = NULL;

	cJSON_ArrayForEach(element, list)
	{
		struct str text = json_str(element);
		cJSON *parts = NULL;
		struct error ignored;

		if (!is_raw || !str_starts_with(text, STR("[")) || !json_parse(to->arena, text, &parts, &ignored)) {
			put_element(to, element);
			continue;
		}
		cJSON_ArrayForEach(inner, parts)
		{
			put_element(to, inner);
		}
	}
}

static void write_list(struct str list, bool is_raw, const struct column *column, enum cell_form form,
		       struct json_out *out)
{
	struct arena *arena = arena_new(SIZE_MAX);
	struct elements to = {
		.arena = arena,
		.out = out,
		.is_bool = str_equal_c(json_get_str(column->data_tree, "array_type"), "checkbox"),
	};
	bool as_text = form == FORM_LEGACY && column->type->id == TYPE_link_formula;
	cJSON *tree = NULL;
	struct error ignored;
	struct buf text;

	buf_init(&text, DATA_MAX_BYTES);
	if (json_get_bool(column->data_tree, "enable_deduplication", false))
		to.seen = map_new(arena, 64);
	if (!json_parse(arena, list, &tree, &ignored)) {
		json_null(out);
	} else if (as_text) {
		to.text = &text;
		put_elements(&to, tree, is_raw);
		json_string(out, buf_str(&text));
	} else {
		json_array(out);
		put_elements(&to, tree, is_raw);
		json_array_end(out);
	}
	buf_free(&text);
	arena_free(&arena);
}

static void write_number(double number, const struct column *column, enum cell_form form, struct json_out *out)
{
	char text[32];

	if (form == FORM_LEGACY && column->type->id == TYPE_link_formula)
		json_string(out, (struct str){ text, json_format_double(number, text) });
	else
		json_number(out, number);
}

void formula_cell_write(int kind, bool is_raw, sqlite3_stmt *stmt, int index, const struct column *column,
			enum cell_form form, struct json_out *out)
{
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
		write_date(text, form, out);
	else if (kind == KIND_LIST && text.at)
		write_list(text, is_raw, column, form, out);
	else if (text.at)
		json_string(out, text);
	else
		write_number(sqlite3_column_double(stmt, index), column, form, out);
}

void formula_output_write(const struct formula_output *formulas, sqlite3_stmt *stmt, int index,
			  const struct column *column, enum cell_form form, struct json_out *out)
{
	formula_cell_write(formulas->kinds[index], formulas->is_raw[index], stmt, index, column, form, out);
}
