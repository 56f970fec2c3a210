/* What a statement's names mean, and whether its parts fit: tables, columns and aliases, kinds of values, grouping,
 * joins (sql.md 3, 4, 8). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "model/link.h"
#include "query/nesting.h"
#include "query/sql_node.h"

/* Where an expression stands. */
struct place {
	struct formula_sql *out;
	const struct model *model;
	struct sql_statement *statement;
	struct error *err;
	bool aliases;     /* of the selected columns may be named */
	bool alias_first; /* before columns of the same name */
	bool aggregates;  /* may stand here */
	bool in_aggregate;
	bool in_call; /* pi and e are constants */
	int depth;    /* of the part at hand */
};

static bool check_node(struct place *place, struct node *node);

bool sql_fail(struct formula_sql *out, struct error *err, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return FAIL_WITH(err, sql_invalid, str_copy(out->arena, str_from_c(text)));
}

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

/* ---- names ---- */

static const struct column *find_column(const struct table *table, struct str name)
{
	const struct column *column = map_get(table->column_by_name, name);

	for (size_t i = 0; !column && i < table->column_count; i++) {
		if (str_equal_fold(table->columns[i]->name, name))
			column = table->columns[i];
	}
	return column;
}

static const struct table *find_table(const struct model *model, struct str name)
{
	for (size_t i = 0; i < model->table_count; i++) {
		if (str_equal(model->tables[i].name, name))
			return &model->tables[i];
	}
	for (size_t i = 0; i < model->table_count; i++) {
		if (str_equal_fold(model->tables[i].name, name))
			return &model->tables[i];
	}
	return NULL;
}

static bool is_source(const struct sql_source *source, struct str name)
{
	return str_equal_fold(source->alias.at ? source->alias : source->name, name);
}

/* Looks for the column in all sources, or in the one that is named. */
static bool find_in_sources(struct place *place, struct node *node, bool *found)
{
	const struct sql_statement *statement = place->statement;
	bool named = false;

	*found = false;
	for (int i = 0; i < statement->source_count; i++) {
		const struct sql_source *source = &statement->sources[i];
		const struct column *column;
		const struct sql_field *field;

		if (node->table_name.at && !is_source(source, node->table_name))
			continue;
		named = true;
		column = find_column(source->table, node->text);
		field = column ? NULL : sql_field_find(node->text);
		if (!column && !field)
			continue;
		if (*found)
			return sql_fail(place->out, place->err, "ambiguous column name: %.*s", STR_ARG(node->text));
		node->column = column;
		node->field = field;
		node->source = i + 1;
		*found = true;
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
static void look_into(const struct place *place, struct node *node)
{
	const struct column *column = node->column;
	struct error ignored;
	struct scope scope = { place->out, place->statement->sources[node->source - 1].table, NULL, 0, &ignored, NULL };
	struct node inner = { .type = NODE_COLUMN, .text = column->name };

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

static bool has_aggregate(const struct node *node)
{
	bool found = node->type == NODE_AGGREGATE;

	for (size_t i = 0; !found && i < node->count; i++)
		found = has_aggregate(node->arguments[i]);
	return found;
}

/* The name stands for what was selected under it. */
static bool use_alias(struct place *place, struct node *node, const struct sql_item *item)
{
	if (has_aggregate(item->node) && (!place->aggregates || place->in_aggregate))
		return sql_fail(place->out, place->err, "misuse of the aggregate %.*s", STR_ARG(node->text));
	*node = *item->node;
	return true;
}

static bool check_column(struct place *place, struct node *node)
{
	const struct sql_item *item =
		place->aliases && !node->table_name.at ? find_alias(place->statement, node->text) : NULL;
	bool found;

	if (item && place->alias_first)
		return use_alias(place, node, item);
	if (!find_in_sources(place, node, &found))
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

/* ---- calls ---- */

static bool check_arguments(struct place *place, struct node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		if (!check_node(place, node->arguments[i]))
			return false;
	}
	return true;
}

static bool refuse_call(struct place *place, const struct node *call)
{
	return sql_fail(place->out, place->err, "wrong use of the function %s", call->function->name);
}

static bool check_call(struct place *place, struct node *call)
{
	const struct function *function = call->function;
	struct error inner;
	struct scope scope = { place->out, place->statement->sources[0].table, NULL, 0, &inner, NULL };
	bool was_in_call = place->in_call, ok;

	if (call->count < (size_t)function->min_arguments ||
	    (function->max_arguments >= 0 && call->count > (size_t)function->max_arguments))
		return sql_fail(place->out, place->err, "wrong number of arguments to %s", function->name);
	if (function->result == RESULT_ROW)
		return refuse_call(place, call);
	if (strchr(function->params, 'L') || strchr(function->params, 'r')) {
		call->source = 1;
		return formula_check_links(&scope, call) || refuse_call(place, call);
	}
	for (size_t i = 0; i < call->count; i++) {
		if (function_param(function, i) != 'c')
			continue;
		/* The name of a column may come as a text. */
		if (call->arguments[i]->type == NODE_TEXT)
			call->arguments[i]->type = NODE_COLUMN;
		if (call->arguments[i]->type != NODE_COLUMN)
			return refuse_call(place, call);
	}
	place->in_call = true;
	ok = check_arguments(place, call);
	place->in_call = was_in_call;
	for (size_t i = 0; ok && i < call->count; i++) {
		if (call->arguments[i]->kind == 0)
			call->arguments[i]->kind = KIND_EMPTY;
	}
	return ok && (formula_check_result(&scope, call) || refuse_call(place, call));
}

/* ---- operators ---- */

static bool check_arithmetic(struct place *place, struct node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		struct node *part = node->arguments[i];
		int kind = formula_single_kind(part);

		if (part->type == NODE_TEXT && str_to_double(str_trim(part->text), &part->number)) {
			part->type = NODE_NUMBER;
			part->kind = kind = KIND_NUMBER;
		}
		if (kind != KIND_NUMBER && kind != KIND_DURATION && kind != KIND_EMPTY && kind != KIND_BOOL)
			return sql_fail(place->out, place->err, "arithmetic takes numbers, at position %zu",
					part->from + 1);
	}
	node->kind = KIND_NUMBER;
	return true;
}

/* Columns of files and the like are only asked whether they are there. */
static bool check_operator(struct place *place, struct node *node)
{
	bool was_in_call = place->in_call, ok;

	place->in_call = false;
	ok = check_arguments(place, node);
	place->in_call = was_in_call;
	if (!ok)
		return false;
	node->kind = KIND_BOOL;
	if (node->op >= SQL_PLUS)
		return check_arithmetic(place, node);
	for (size_t i = 0; i < node->count; i++) {
		if (node->arguments[i]->kind == 0 && node->op != SQL_IS_NULL)
			return sql_fail(place->out, place->err, "column %.*s can only be asked for NULL",
					STR_ARG(node->arguments[i]->text));
	}
	return true;
}

static bool check_aggregate(struct place *place, struct node *node)
{
	bool ok;
	int kind;

	if (!place->aggregates || place->in_aggregate)
		return sql_fail(place->out, place->err, "misuse of the aggregate %.*s", STR_ARG(node->text));
	place->statement->is_aggregate = true;
	place->in_aggregate = true;
	ok = check_arguments(place, node);
	place->in_aggregate = false;
	if (!ok)
		return false;
	kind = node->count > 0 ? formula_single_kind(node->arguments[0]) : KIND_NUMBER;
	if ((node->op == AGGREGATE_SUM || node->op == AGGREGATE_AVG) && (kind == KIND_DATE || kind == KIND_TEXT))
		return sql_fail(place->out, place->err, "%.*s takes numbers", STR_ARG(node->text));
	node->kind = node->op == AGGREGATE_MIN || node->op == AGGREGATE_MAX ? kind : KIND_NUMBER;
	return true;
}

static bool check_part(struct place *place, struct node *node)
{
	switch (node->type) {
	case NODE_NUMBER:
		node->kind = KIND_NUMBER;
		return true;
	case NODE_TEXT:
		node->kind = node->text.len > 0 ? KIND_TEXT : KIND_EMPTY;
		return true;
	case NODE_BOOL:
		node->kind = KIND_BOOL;
		return true;
	case NODE_NULL:
		node->kind = KIND_EMPTY;
		return true;
	case NODE_LIST:
		node->kind = KIND_LIST;
		return check_arguments(place, node);
	case NODE_COLUMN:
		return check_column(place, node);
	case NODE_CALL:
		return check_call(place, node);
	case NODE_OPERATOR:
		return check_operator(place, node);
	case NODE_AGGREGATE:
		return check_aggregate(place, node);
	default:
		return sql_fail(place->out, place->err, "a * stands alone, or in COUNT");
	}
}

/* Whatever walks a tree afterwards, SQLite's parser too, may rely on its depth. */
static bool check_node(struct place *place, struct node *node)
{
	bool ok;

	if (place->depth == SQL_MAX_TREE)
		return sql_fail(place->out, place->err, "the statement is nested too deeply at position %zu",
				node->from + 1);
	place->depth++;
	ok = check_part(place, node);
	place->depth--;
	return ok;
}

/* ---- grouping ---- */

static bool same_node(const struct node *a, const struct node *b)
{
	if (a->type != b->type || a->count != b->count || a->op != b->op || a->function != b->function ||
	    a->source != b->source || a->column != b->column || a->field != b->field || a->formula != b->formula ||
	    a->hop_count != b->hop_count || a->number != b->number || a->negated != b->negated ||
	    a->distinct != b->distinct || a->star != b->star)
		return false;
	if (a->type == NODE_TEXT && !str_equal(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!same_node(a->arguments[i], b->arguments[i]))
			return false;
	}
	return true;
}

static bool is_grouped(const struct place *place, const struct node *node)
{
	const struct sql_statement *statement = place->statement;

	if (node->type == NODE_AGGREGATE)
		return true;
	for (int i = 0; i < statement->group_count; i++) {
		if (same_node(statement->groups[i].node, node))
			return true;
	}
	if (node->type == NODE_COLUMN)
		return sql_fail(place->out, place->err,
				"column %.*s must appear in the GROUP BY clause or be used in an aggregate function",
				STR_ARG(node->text));
	for (size_t i = 0; i < node->count; i++) {
		if (!is_grouped(place, node->arguments[i]))
			return false;
	}
	return true;
}

static bool check_grouping(struct place *place)
{
	const struct sql_statement *statement = place->statement;

	for (size_t i = 0; i < statement->item_count; i++) {
		if (!is_grouped(place, statement->items[i].node))
			return false;
	}
	for (int i = 0; i < statement->order_count; i++) {
		if (!is_grouped(place, statement->orders[i].node))
			return false;
	}
	return !statement->having || is_grouped(place, statement->having);
}

/* ---- joins ---- */

static void note_equality(const struct node *node, bool *joined)
{
	const struct node *left, *right;

	if (node->type != NODE_OPERATOR || node->op != SQL_EQUAL)
		return;
	left = node->arguments[0];
	right = node->arguments[1];
	if (left->type != NODE_COLUMN || right->type != NODE_COLUMN || left->source == right->source)
		return;
	joined[left->source - 1] = true;
	joined[right->source - 1] = true;
}

static bool check_join(struct place *place)
{
	const struct sql_statement *statement = place->statement;
	const struct node *where = statement->where;
	bool joined[SQL_MAX_SOURCES] = { false };

	if (statement->source_count < 2)
		return true;
	if (where && where->type == NODE_OPERATOR && where->op == SQL_AND) {
		for (size_t i = 0; i < where->count; i++)
			note_equality(where->arguments[i], joined);
	} else if (where) {
		note_equality(where, joined);
	}
	for (int i = 0; i < statement->source_count; i++) {
		if (!joined[i])
			return sql_fail(place->out, place->err,
					"table %.*s needs a condition column = column with another table",
					STR_ARG(statement->sources[i].name));
	}
	return true;
}

/* ---- SELECT ---- */

static struct sql_item *add_item(struct place *place, struct sql_item **items, size_t *count)
{
	*items = arena_more(place->out->arena, *items, *count, sizeof(struct sql_item));
	(*items)[*count] = (struct sql_item){ .node = ARENA_NEW(place->out->arena, struct node) };
	return &(*items)[(*count)++];
}

static void name_item(struct sql_item *item, int source, struct str name)
{
	item->node->type = NODE_COLUMN;
	item->node->text = name;
	item->node->source = source + 1;
	item->name = name;
}

/* Every field and column of every source, or of the one that is named; a column that shows a field takes its place. */
static bool expand_star(struct place *place, const struct node *star, struct sql_item **items, size_t *count)
{
	size_t before = *count;

	for (int s = 0; s < place->statement->source_count; s++) {
		const struct sql_source *source = &place->statement->sources[s];
		struct str prefix = source->alias.at ? source->alias : source->name;
		const struct sql_field *field;

		if (star->table_name.at && !is_source(source, star->table_name))
			continue;
		for (size_t i = 0; (field = sql_field_at(i)); i++) {
			struct sql_item *item;

			if (map_get(source->table->column_by_key, str_from_c(field->name)))
				continue;
			item = add_item(place, items, count);
			name_item(item, s, str_from_c(field->name));
			item->node->table_name = prefix;
		}
		for (size_t i = 0; i < source->table->column_count; i++) {
			struct sql_item *item = add_item(place, items, count);

			name_item(item, s, source->table->columns[i]->name);
			item->node->table_name = prefix;
		}
	}
	return *count > before || sql_fail(place->out, place->err, "no such table: %.*s", STR_ARG(star->table_name));
}

static bool check_items(struct place *place)
{
	struct sql_statement *statement = place->statement;
	struct sql_item *items = NULL;
	size_t count = 0;

	for (size_t i = 0; i < statement->item_count; i++) {
		if (statement->items[i].node->type == NODE_STAR &&
		    !expand_star(place, statement->items[i].node, &items, &count))
			return false;
		if (statement->items[i].node->type != NODE_STAR)
			*add_item(place, &items, &count) = statement->items[i];
	}
	statement->items = items;
	statement->item_count = count;
	for (size_t i = 0; i < count; i++) {
		struct sql_item *item = &items[i];
		struct node *node = item->node;
		bool named = node->type == NODE_COLUMN;

		if (!check_node(place, node))
			return false;
		item->kind = node->kind;
		item->source = node->source > 0 ? node->source - 1 : 0;
		if (!named || node->type != NODE_COLUMN)
			continue;
		item->field = node->field ? node->field->name : NULL;
		if (!node->field)
			item->column = find_column(statement->sources[item->source].table, node->text);
		if (!item->alias.at)
			item->name = item->column ? item->column->name : str_from_c(item->field);
	}
	return true;
}

static bool check_terms(struct place *place, struct sql_term *terms, int count)
{
	for (int i = 0; i < count; i++) {
		if (!check_node(place, terms[i].node))
			return false;
	}
	return true;
}

static bool check_select(struct place *place)
{
	struct sql_statement *statement = place->statement;
	bool ok;

	if (statement->where && !check_node(place, statement->where))
		return false;
	place->aggregates = true;
	ok = check_items(place);
	place->aggregates = false;
	place->aliases = true;
	ok = ok && check_terms(place, statement->groups, statement->group_count);
	place->aggregates = place->alias_first = true;
	ok = ok && (!statement->having || check_node(place, statement->having)) &&
	     check_terms(place, statement->orders, statement->order_count);
	if (!ok)
		return false;
	statement->is_aggregate = statement->is_aggregate || statement->group_count > 0;
	if (statement->having && !statement->is_aggregate)
		return sql_fail(place->out, place->err, "HAVING needs a GROUP BY clause");
	return check_join(place) && (!statement->is_aggregate || check_grouping(place));
}

/* ---- writes ---- */

static bool check_option(struct place *place, const struct column *column, const struct node *value)
{
	if (value->type == NODE_TEXT && value->text.len > 0 && !column_option_by_name(column, value->text))
		return sql_fail(place->out, place->err, "no such option \"%.*s\" in column %.*s", STR_ARG(value->text),
				STR_ARG(column->name));
	for (size_t i = 0; value->type == NODE_LIST && i < value->count; i++) {
		if (!check_option(place, column, value->arguments[i]))
			return false;
	}
	return true;
}

static bool check_value(struct place *place, const struct column *column, const struct node *value)
{
	if (column->type->id != TYPE_single_select && column->type->id != TYPE_multiple_select)
		return true;
	return check_option(place, column, value);
}

static bool find_set(struct place *place, struct sql_set *set)
{
	const struct table *table = place->statement->sources[0].table;

	set->column = find_column(table, set->name);
	if (!set->column && !sql_field_find(set->name))
		return sql_fail(place->out, place->err, "no such column: %.*s", STR_ARG(set->name));
	return (set->column && set->column->type->writable) ||
	       sql_fail(place->out, place->err, "column %.*s is not writable", STR_ARG(set->name));
}

/* INSERT without a list of columns: all writable ones, in order. */
static bool name_all(struct place *place)
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

static bool check_write(struct place *place)
{
	struct sql_statement *statement = place->statement;

	if (statement->kind == SQL_INSERT && statement->set_count == 0 && !name_all(place))
		return false;
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
	return !statement->where || check_node(place, statement->where);
}

bool sql_check(struct formula_sql *out, const struct model *model, struct sql_statement *statement, struct error *err)
{
	struct place place = { .out = out, .model = model, .statement = statement, .err = err };

	out->dialect = DIALECT_SQL;
	formula_check_begin(out, NULL);
	for (int i = 0; i < statement->source_count; i++) {
		struct sql_source *source = &statement->sources[i];

		source->table = find_table(model, source->name);
		if (!source->table)
			return sql_fail(out, err, "no such table: %.*s", STR_ARG(source->name));
		for (int j = 0; j < i; j++) {
			if (statement->sources[j].table == source->table)
				return sql_fail(out, err, "table %.*s stands twice in FROM", STR_ARG(source->name));
		}
	}
	return statement->kind == SQL_SELECT ? check_select(&place) : check_write(&place);
}

bool sql_check_size(const struct formula_sql *compiled, struct error *err)
{
	if (buf_failed(&compiled->sql) || compiled->count > SQL_MAX_VALUES)
		return FAIL_WITH(err, sql_invalid, STR("the statement is too large"));
	return nesting_of(buf_str(&compiled->sql)) <= NESTING_MAX ||
	       FAIL_WITH(err, sql_invalid, STR("the statement is nested too deeply"));
}
