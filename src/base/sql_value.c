/* What INSERT and UPDATE write: constants, and what expressions gave, as cells of rows. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "core/json_make.h"
#include "model/option.h"
#include "query/sql.h"
#include "query/sql_node.h"

static bool refuse_option(struct arena *arena, const struct column *column, struct str name, struct error *err)
{
	return FAIL_WITH(
		err, sql_invalid,
		str_format(arena, "no such option \"%.*s\" in column %.*s", STR_ARG(name), STR_ARG(column->name)));
}

/* Options that an expression gives must exist, as those of constants must (sql.md 9). */
static bool check_options(struct arena *arena, const struct column *column, const cJSON *value, struct error *err)
{
	const cJSON *one = cJSON_IsArray(value) ? value->child : value;

	if (column->type->id != TYPE_single_select && column->type->id != TYPE_multiple_select)
		return true;
	for (; one; one = cJSON_IsArray(value) ? one->next : NULL) {
		struct str name = json_str(one);

		if (cJSON_IsString(one) && name.len > 0 && !column_option_by_name(column, name))
			return refuse_option(arena, column, name, err);
	}
	return true;
}

/* What an expression gave, as clients send cells. */
static bool computed_value(struct arena *arena, sqlite3_stmt *stmt, int result, int kind, cJSON **out,
			   struct error *err)
{
	int type = sqlite3_column_type(stmt, result);

	if (type == SQLITE_NULL || type == SQLITE_BLOB)
		*out = json_make(arena, cJSON_NULL, NULL);
	else if (type == SQLITE_TEXT && kind == KIND_LIST)
		return json_parse(arena, store_column_copy(arena, stmt, result), out, err);
	else if (type == SQLITE_TEXT)
		*out = json_make_text(arena, NULL, store_column_copy(arena, stmt, result));
	else if (kind == KIND_BOOL)
		*out = json_make(arena, sqlite3_column_int(stmt, result) ? cJSON_True : cJSON_False, NULL);
	else {
		*out = json_make(arena, cJSON_Number, NULL);
		(*out)->valuedouble = sqlite3_column_double(stmt, result);
	}
	return true;
}

bool sql_read_computed(struct arena *arena, const struct sql_statement *statement, struct node *const *values,
		       sqlite3_stmt *stmt, int result, cJSON ***out, struct error *err)
{
	*out = ARENA_ARRAY(arena, cJSON *, statement->set_count + 1);
	for (size_t i = 0; i < statement->set_count; i++) {
		if (sql_is_constant(values[i]))
			continue;
		if (!computed_value(arena, stmt, result++, values[i]->kind, &(*out)[i], err) ||
		    !check_options(arena, statement->sets[i].column, (*out)[i], err))
			return false;
	}
	return true;
}

cJSON *sql_row_tree(struct arena *arena, const struct sql_statement *statement, struct node *const *values,
		    cJSON *const *computed)
{
	cJSON *row = json_make(arena, cJSON_Object, NULL);

	for (size_t i = 0; i < statement->set_count; i++) {
		cJSON *json = computed && computed[i] ? computed[i] : sql_constant_json(arena, values[i]);

		json->string = (char *)str_to_c(arena, statement->sets[i].column->name);
		json_make_append(row, json);
	}
	return row;
}
