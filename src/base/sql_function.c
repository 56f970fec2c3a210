/* The SQL functions that this room's own statements call. They take what they work with (a column, a conversion) as a
 * bound pointer, which no SQL text can forge (https://www.sqlite.org/bindptr.html). */
#include "base/base_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json_in.h"

static void *pointer_of(sqlite3_value *value, const char *kind)
{
	return sqlite3_value_pointer(value, kind);
}

static struct str text_of(sqlite3_value *value)
{
	const char *at = (const char *)sqlite3_value_text(value);

	return (struct str){ at, (size_t)sqlite3_value_bytes(value) };
}

/* The option that the first argument names in the column that the second one is; NULL for an empty cell and an unknown
 * option. */
static const struct select_option *option_of(sqlite3_value **values)
{
	const struct column *column = pointer_of(values[1], SQL_COLUMN_POINTER);

	if (!column || sqlite3_value_type(values[0]) == SQLITE_NULL)
		return NULL;
	return column_option_by_id(column, text_of(values[0]));
}

/* option_rank(option id, column): the option's place in the column's list. */
static void option_rank(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct select_option *option = option_of(values);

	(void)count;
	if (option)
		sqlite3_result_int64(context, (sqlite3_int64)option->position);
}

/* option_name(option id, column) */
static void option_name(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct select_option *option = option_of(values);

	(void)count;
	if (option)
		sqlite3_result_text64(context, option->name.at, option->name.len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

enum { RANK_LEN = 8 };

static int compare_ranks(const void *a, const void *b)
{
	const size_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* option_ranks(JSON list of option ids, column): the places in ascending order, eight hex digits each: so they
 * compare element by element, a prefix first. NULL when there is none. */
static void option_ranks(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct column *column = pointer_of(values[1], SQL_COLUMN_POINTER);
	struct arena *arena;
	size_t *ranks;
	char *text;
	size_t found = 0;
	cJSON *list = NULL;
	struct error ignored;

	(void)count;
	if (!column || sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	arena = arena_new(SIZE_MAX);
	if (json_parse(arena, text_of(values[0]), &list, &ignored) && cJSON_IsArray(list)) {
		ranks = ARENA_ARRAY(arena, size_t, (size_t)cJSON_GetArraySize(list) + 1);
		for (const cJSON *item = list->child; item; item = item->next) {
			const struct select_option *option = column_option_by_id(column, json_str(item));

			if (option)
				ranks[found++] = option->position;
		}
		qsort(ranks, found, sizeof(*ranks), compare_ranks);
		text = arena_alloc(arena, RANK_LEN * found + 1);
		for (size_t i = 0; i < found; i++)
			snprintf(text + RANK_LEN * i, RANK_LEN + 1, "%08zx", ranks[i]);
		if (found > 0)
			sqlite3_result_text64(context, text, RANK_LEN * found, SQLITE_TRANSIENT, SQLITE_UTF8);
	}
	arena_free(&arena);
}

/* user_names(JSON list of users, names): the users' names one after the other, the id of one without; NULL when there
 * is none. */
static void user_names(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct user_names *names = pointer_of(values[1], SQL_NAMES_POINTER);
	struct arena *arena;
	cJSON *list = NULL;
	struct error ignored;
	struct buf joined;

	(void)count;
	if (!names || sqlite3_value_type(values[0]) == SQLITE_NULL)
		return;
	arena = arena_new(SIZE_MAX);
	buf_init(&joined, 1 << 24);
	if (json_parse(arena, text_of(values[0]), &list, &ignored) && cJSON_IsArray(list)) {
		for (const cJSON *item = list->child; item; item = item->next) {
			struct str user = json_str(item);
			struct str name = names->name_of ? names->name_of(names->ctx, user) : (struct str){ 0 };

			buf_append_str(&joined, name.len > 0 ? name : user);
		}
	}
	if (joined.len > 0)
		sqlite3_result_text64(context, joined.at, joined.len, SQLITE_TRANSIENT, SQLITE_UTF8);
	buf_free(&joined);
	arena_free(&arena);
}

/* auto_number(number, creation time, format): the text of an auto-number cell. */
static void auto_number(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct auto_number *format = pointer_of(values[2], SQL_AUTO_NUMBER_POINTER);
	struct arena *arena;
	struct str text;

	(void)count;
	if (!format)
		return;
	arena = arena_new(SIZE_MAX);
	text = auto_number_text(format, arena, sqlite3_value_int64(values[0]), sqlite3_value_int64(values[1]));
	sqlite3_result_text64(context, text.at, text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
	arena_free(&arena);
}

/* convert_cell(cell, conversion): the cell of another type (column_convert.c). */
static void convert_cell(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct conversion *conversion = pointer_of(values[1], SQL_CONVERSION_POINTER);

	(void)count;
	if (conversion)
		conversion_run(conversion, values[0], context);
}

/* new_row_id(): another id each time. */
static void new_row_id(sqlite3_context *context, int count, sqlite3_value **values)
{
	char id[ID_ROW_LEN + 1];

	(void)count, (void)values;
	id_new_row(id);
	sqlite3_result_text(context, id, ID_ROW_LEN, SQLITE_TRANSIENT);
}

bool sql_functions_register(sqlite3 *handle)
{
	static const struct {
		const char *name;
		int arguments;
		int flags;
		void (*run)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {
		{ "option_name", 2, SQLITE_DETERMINISTIC, option_name },
		{ "option_rank", 2, SQLITE_DETERMINISTIC, option_rank },
		{ "option_ranks", 2, SQLITE_DETERMINISTIC, option_ranks },
		{ "user_names", 2, SQLITE_DETERMINISTIC, user_names },
		{ "auto_number", 3, SQLITE_DETERMINISTIC, auto_number },
		{ "convert_cell", 2, SQLITE_DETERMINISTIC, convert_cell },
		{ "new_row_id", 0, 0, new_row_id },
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (sqlite3_create_function_v2(handle, functions[i].name, functions[i].arguments,
					       SQLITE_UTF8 | SQLITE_DIRECTONLY | functions[i].flags, NULL,
					       functions[i].run, NULL, NULL, NULL) != SQLITE_OK)
			return false;
	}
	return sql_median_register(handle);
}
