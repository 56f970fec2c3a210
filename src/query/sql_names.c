/* What names mean in a statement: tables, columns, fields of rows, aliases (sql.md 3, 4). */
#include <string.h>

#include "core/arena.h"
#include "model/link.h"
#include "query/sql_check.h"

/* ---- what every row has ---- */

static const struct sql_field fields[] = {
	{ "_id", "r%d._id", KIND_TEXT, "text" },
	{ "_ctime", "time_text(r%d._ctime)", KIND_DATE, "ctime" },
	{ "_mtime", "time_text(r%d._mtime)", KIND_DATE, "mtime" },
	{ "_creator", "r%d._creator", KIND_TEXT, "creator" },
	{ "_last_modifier", "r%d._last_modifier", KIND_TEXT, "last-modifier" },
	{ "_locked", "(r%d._locked_by IS NOT NULL)", KIND_BOOL, "checkbox" },
	{ "_locked_by", "r%d._locked_by", KIND_TEXT, "text" },
	{ "_archived", "r%d._archived", KIND_BOOL, "checkbox" },
};

const struct sql_field *sql_field_at(size_t index)
{
	return index < sizeof(fields) / sizeof(fields[0]) ? &fields[index] : NULL;
}

const struct sql_field *sql_field_find(struct str name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (str_equal_fold(name, str_from_c(fields[i].name)))
			return &fields[i];
	}
	return NULL;
}

int sql_column_kind(const struct column *column, int *element_kind)
{
	*element_kind = 0;
	switch (column->type->id) {
	case TYPE_multiple_select:
	case TYPE_collaborator:
	case TYPE_image:
		*element_kind = KIND_TEXT;
		return KIND_LIST;
	case TYPE_file:
	case TYPE_geolocation:
	case TYPE_digital_sign:
	case TYPE_button:
		return 0;
	default:
		return formula_column_kind(column);
	}
}

bool sql_item_is_cell(const struct sql_item *item)
{
	return item->column && item->column->type->sqlite_type && item->node->type == NODE_COLUMN &&
	       item->node->element == 0;
}

/* ---- names ---- */

const struct column *sql_find_column(const struct table *table, struct str name)
{
	const struct column *column = map_get(table->column_by_name, name);

	for (size_t i = 0; !column && i < table->column_count; i++) {
		if (str_equal_fold(table->columns[i]->name, name))
			column = table->columns[i];
	}
	return column;
}

bool sql_find_table(const struct sql_place *place, struct sql_source *source)
{
	const struct model *model = place->model;

	for (size_t i = 0; !source->table && i < model->table_count; i++) {
		if (str_equal(model->tables[i].name, source->name))
			source->table = &model->tables[i];
	}
	for (size_t i = 0; !source->table && i < model->table_count; i++) {
		if (str_equal_fold(model->tables[i].name, source->name))
			source->table = &model->tables[i];
	}
	return source->table ||
	       sql_fail_at(place->out, source->at, place->err, "no such table: %.*s", STR_ARG(source->name));
}

struct str sql_source_name(const struct sql_source *source)
{
	return source->alias.at ? source->alias : source->name;
}

bool sql_source_is(const struct sql_source *source, struct str name)
{
	return str_equal_fold(sql_source_name(source), name);
}

static const struct sql_source *own_source(const struct sql_statement *statement, const struct node *column)
{
	for (int i = 0; i < statement->source_count; i++) {
		if (statement->sources[i].number == column->source - 1)
			return &statement->sources[i];
	}
	return NULL;
}

bool sql_is_own(const struct sql_statement *statement, const struct node *column)
{
	return own_source(statement, column) != NULL;
}

const struct sql_source *sql_source_of(const struct sql_statement *statement, const struct node *column)
{
	const struct sql_source *source = NULL;

	for (; !source && statement; statement = statement->outer)
		source = own_source(statement, column);
	return source;
}

/* ---- columns of a SELECT in FROM ---- */

/* The emitted SELECT names its columns c0, c1 ...; a cell of a table stays one under that name. */
static struct sql_output output_new(struct arena *arena, const struct sql_item *item, size_t index)
{
	struct sql_output output = {
		.name = item->name, .table = item->table, .kind = item->kind, .element_kind = item->element_kind
	};
	struct column *column;
	struct sql_field *field;

	if (sql_item_is_cell(item)) {
		column = ARENA_NEW(arena, struct column);
		*column = *item->column;
		column->key = str_format(arena, "c%zu", index);
		output.column = column;
		output.origin = item->column;
	} else {
		field = ARENA_NEW(arena, struct sql_field);
		field->name = str_to_c(arena, item->name);
		field->sql = str_to_c(arena, str_format(arena, "r%%d.c%zu", index));
		field->kind = item->kind;
		output.field = field;
	}
	return output;
}

bool sql_make_outputs(const struct sql_place *place, struct sql_source *source)
{
	const struct sql_statement *select = source->select;

	source->outputs = ARENA_ARRAY(place->out->arena, struct sql_output, select->item_count);
	source->output_count = select->item_count;
	for (size_t i = 0; i < select->item_count; i++) {
		source->outputs[i] = output_new(place->out->arena, &select->items[i], i);
		for (size_t j = 0; j < i; j++) {
			if (str_equal_fold(source->outputs[j].name, source->outputs[i].name))
				return sql_fail_at(place->out, source->at, place->err,
						   "two columns are named %.*s: name one by AS",
						   STR_ARG(source->outputs[i].name));
		}
	}
	return true;
}

const struct sql_output *sql_output_of(const struct sql_source *source, const struct node *column)
{
	for (size_t i = 0; i < source->output_count; i++) {
		const struct sql_output *output = &source->outputs[i];

		if (output->column ? output->column == column->column : output->field == column->field)
			return output;
	}
	return NULL;
}

static const struct sql_output *find_output(const struct sql_source *source, struct str name)
{
	for (size_t i = 0; i < source->output_count; i++) {
		if (str_equal_fold(source->outputs[i].name, name))
			return &source->outputs[i];
	}
	return NULL;
}

/* ---- columns ---- */

static bool find_in_source(const struct sql_source *source, struct node *node)
{
	const struct column *column;
	const struct sql_field *field;

	if (source->select) {
		const struct sql_output *output = find_output(source, node->text);

		if (!output)
			return false;
		column = output->column;
		field = output->field;
		node->element_kind = output->element_kind;
	} else {
		column = sql_find_column(source->table, node->text);
		field = column ? NULL : sql_field_find(node->text);
		if (!column && !field)
			return false;
	}
	node->column = column;
	node->field = field;
	node->source = source->number + 1;
	node->may_be_missing = source->join == JOIN_LEFT;
	return true;
}

/* Looks for the column in all sources of one SELECT, or in the one that is named. */
static bool find_in_sources(struct sql_place *place, const struct sql_statement *statement, struct node *node,
			    bool *found, bool *named)
{
	int visible = statement == place->statement ? statement->visible_sources : statement->source_count;
	struct node met = *node;

	for (int i = 0; i < visible; i++) {
		const struct sql_source *source = &statement->sources[i];

		if (node->table_name.at && !sql_source_is(source, node->table_name))
			continue;
		*named = true;
		if (!find_in_source(source, &met))
			continue;
		if (*found)
			return sql_fail(place->out, place->err, "ambiguous column name: %.*s", STR_ARG(node->text));
		*node = met;
		*found = true;
	}
	return true;
}

/* In this SELECT, else in those around it. */
static bool find_anywhere(struct sql_place *place, struct node *node, bool *found)
{
	const struct sql_statement *statement = place->statement;
	bool named = false;

	*found = false;
	for (; statement && !*found; statement = statement->outer) {
		if (!find_in_sources(place, statement, node, found, &named))
			return false;
	}
	if (node->table_name.at && !named)
		return sql_fail(place->out, place->err, "no such table: %.*s", STR_ARG(node->table_name));
	return true;
}

static const struct sql_item *find_alias(const struct sql_statement *statement, struct str name)
{
	for (size_t i = 0; i < statement->item_count; i++) {
		if (statement->items[i].alias.at && str_equal_fold(statement->items[i].alias, name))
			return &statement->items[i];
	}
	return NULL;
}

/* A computed column's formula, and what a link column shows; one that makes no sense any more is empty. */
static void look_into(const struct sql_place *place, struct node *node)
{
	const struct column *column = node->column;
	struct error ignored;
	const struct sql_source *source = sql_source_of(place->statement, node);
	struct scope scope = { place->out, source->table, NULL, 0, &ignored, NULL };
	struct node inner = { .type = NODE_COLUMN, .text = column->name };

	if (!source->table) /* a cell that was selected */
		return;
	if (column->type->id != TYPE_link && column->type->id != TYPE_formula && column->type->id != TYPE_link_formula)
		return;
	if (!formula_check(&scope, &inner)) {
		node->kind = KIND_EMPTY;
		return;
	}
	node->formula = inner.formula;
	memcpy(node->hops, inner.hops, sizeof(node->hops));
	node->hop_count = inner.hop_count;
	node->column = inner.column;
	node->kind = inner.kind;
	node->element_kind = inner.element_kind;
}

bool sql_has_aggregate(const struct node *node)
{
	bool found = node->type == NODE_AGGREGATE;

	for (size_t i = 0; !found && i < node->count; i++)
		found = sql_has_aggregate(node->arguments[i]);
	return found;
}

/* The name stands for what was selected under it. */
static bool use_alias(struct sql_place *place, struct node *node, const struct sql_item *item)
{
	if (sql_has_aggregate(item->node) && (!place->aggregates || place->in_aggregate))
		return sql_fail(place->out, place->err, "misuse of the aggregate %.*s", STR_ARG(node->text));
	*node = *item->node;
	return true;
}

bool sql_check_column(struct sql_place *place, struct node *node)
{
	const struct sql_item *item =
		place->aliases && !node->table_name.at ? find_alias(place->statement, node->text) : NULL;
	bool found;

	if (item && place->alias_first)
		return use_alias(place, node, item);
	if (!find_anywhere(place, node, &found))
		return false;
	if (!found && item)
		return use_alias(place, node, item);
	if (!found && place->in_call &&
	    (str_equal_fold(node->text, STR("pi")) || str_equal_fold(node->text, STR("e")))) {
		node->type = NODE_NUMBER;
		node->number = str_equal_fold(node->text, STR("pi")) ? 3.14159265358979323846 : 2.71828182845904523536;
		node->kind = KIND_NUMBER;
		return true;
	}
	if (!found)
		return sql_fail(place->out, place->err, "no such column: %.*s", STR_ARG(node->text));
	if (node->field) {
		node->kind = node->field->kind;
		return true;
	}
	node->kind = sql_column_kind(node->column, &node->element_kind);
	look_into(place, node);
	return true;
}
