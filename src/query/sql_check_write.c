/* INSERT, UPDATE and DELETE (sql.md 9): columns that can be written, options that exist. */
#include "core/arena.h"
#include "model/option.h"
#include "query/sql_check.h"

static bool check_option(struct sql_place *place, const struct column *column, const struct node *value)
{
	if (value->type == NODE_TEXT && value->text.len > 0 && !column_option_by_name(column, value->text))
		return sql_fail_at(place->out, (struct text_span){ value->from, value->to }, place->err,
				   "no such option \"%.*s\" in column %.*s", STR_ARG(value->text),
				   STR_ARG(column->name));
	for (size_t i = 0; value->type == NODE_LIST && i < value->count; i++) {
		if (!check_option(place, column, value->arguments[i]))
			return false;
	}
	return true;
}

/* An expression is computed for each row; an option that it names is looked for then. */
static bool check_value(struct sql_place *place, const struct column *column, struct node *value)
{
	if (!sql_is_constant(value))
		return sql_check_node(place, value) &&
		       (value->kind != 0 || sql_fail(place->out, place->err, "column %.*s can only be asked for NULL",
						     STR_ARG(value->text)));
	if (column->type->id != TYPE_single_select && column->type->id != TYPE_multiple_select)
		return true;
	return check_option(place, column, value);
}

static bool find_set(struct sql_place *place, struct sql_set *set)
{
	const struct table *table = place->statement->sources[0].table;

	set->column = sql_find_column(table, set->name);
	if (!set->column && !sql_field_find(set->name))
		return sql_fail_at(place->out, set->at, place->err, "no such column: %.*s", STR_ARG(set->name));
	return (set->column && set->column->type->writable) ||
	       sql_fail_at(place->out, set->at, place->err, "column %.*s is not writable", STR_ARG(set->name));
}

/* INSERT without a list of columns: all writable ones, in order. */
static bool name_all(struct sql_place *place)
{
	struct sql_statement *statement = place->statement;
	const struct table *table = statement->sources[0].table;

	for (size_t i = 0; i < table->column_count; i++) {
		if (!table->columns[i]->type->writable)
			continue;
		statement->sets =
			arena_more(place->out->arena, statement->sets, statement->set_count, sizeof(struct sql_set));
		statement->sets[statement->set_count++] = (struct sql_set){ .name = table->columns[i]->name };
	}
	return statement->row_width == statement->set_count ||
	       sql_fail(place->out, place->err, "the number of values differs from that of the columns");
}

bool sql_check_write(struct sql_place *place)
{
	struct sql_statement *statement = place->statement;

	if (!sql_find_table(place, &statement->sources[0]))
		return false;
	if (statement->kind == SQL_INSERT && statement->set_count == 0 && !name_all(place))
		return false;
	statement->visible_sources = statement->kind == SQL_INSERT ? 0 : 1;
	for (size_t i = 0; i < statement->set_count; i++) {
		if (!find_set(place, &statement->sets[i]) ||
		    (statement->sets[i].value &&
		     !check_value(place, statement->sets[i].column, statement->sets[i].value)))
			return false;
	}
	for (size_t i = 0; i < statement->row_count * statement->set_count; i++) {
		if (!check_value(place, statement->sets[i % statement->set_count].column, statement->values[i]))
			return false;
	}
	return !statement->where || sql_check_node(place, statement->where);
}
