/* The clauses of a SELECT (sql.md 3, 8): what it reads, joins and selects; UNION; SELECTs within it. */
#include "core/arena.h"
#include "query/sql_check.h"

/* ---- what is read ---- */

/* A SELECT in FROM knows nothing of the sources beside it. */
static bool check_derived(struct sql_place *place, struct sql_source *source)
{
	struct sql_place inner = { .out = place->out,
				   .model = place->model,
				   .statement = source->select,
				   .err = place->err,
				   .depth = place->depth };

	for (struct sql_statement *part = source->select; part; part = part->next_part)
		part->outer = place->statement->outer;
	return sql_check_select(&inner) && sql_make_outputs(place, source);
}

static bool check_sources(struct sql_place *place)
{
	struct sql_statement *statement = place->statement;

	for (int i = 0; i < statement->source_count; i++) {
		struct sql_source *source = &statement->sources[i];

		if (source->select ? !check_derived(place, source) : !sql_find_table(place, source))
			return false;
		for (int j = 0; j < i; j++) {
			if (sql_source_is(&statement->sources[j], sql_source_name(source)))
				return sql_fail_at(place->out, source->at, place->err,
						   "%.*s stands for two tables: name one by AS",
						   STR_ARG(sql_source_name(source)));
		}
	}
	for (int i = 0; i < statement->source_count; i++) {
		statement->visible_sources = i + 1;
		if (statement->sources[i].on && !sql_check_node(place, statement->sources[i].on))
			return false;
	}
	return true;
}

/* ---- joins ---- */

static void note_source(const struct sql_statement *statement, const struct node *column, bool *joined)
{
	for (int i = 0; i < statement->source_count; i++)
		joined[i] = joined[i] || statement->sources[i].number == column->source - 1;
}

/* column = column of two tables, at the top or joined by AND */
static void note_equalities(const struct sql_statement *statement, const struct node *node, bool *joined)
{
	const struct node *left, *right;

	if (!node || node->type != NODE_OPERATOR || (node->op != SQL_EQUAL && node->op != SQL_AND))
		return;
	for (size_t i = 0; node->op == SQL_AND && i < node->count; i++)
		note_equalities(statement, node->arguments[i], joined);
	left = node->arguments[0];
	right = node->arguments[1];
	if (node->op == SQL_AND || left->type != NODE_COLUMN || right->type != NODE_COLUMN ||
	    left->source == right->source)
		return;
	note_source(statement, left, joined);
	note_source(statement, right, joined);
}

/* Tables behind a comma need an equality each: all combinations are nothing that anybody asks for (sql.md 8). */
static bool check_join(struct sql_place *place)
{
	const struct sql_statement *statement = place->statement;
	bool joined[SQL_MAX_SOURCES] = { false };

	note_equalities(statement, statement->where, joined);
	for (int i = 0; i < statement->source_count; i++)
		note_equalities(statement, statement->sources[i].on, joined);
	for (int i = 1; i < statement->source_count; i++) {
		if (statement->sources[i].join == JOIN_COMMA && !joined[i])
			return sql_fail_at(place->out, statement->sources[i].at, place->err,
					   "table %.*s needs a condition column = column with another table",
					   STR_ARG(sql_source_name(&statement->sources[i])));
	}
	return true;
}

/* ---- SELECT ---- */

static struct sql_item *add_item(struct sql_place *place, struct sql_item **items, size_t *count)
{
	*items = arena_more(place->out->arena, *items, *count, sizeof(struct sql_item));
	(*items)[*count] = (struct sql_item){ .node = ARENA_NEW(place->out->arena, struct node) };
	return &(*items)[(*count)++];
}

static void add_column(struct sql_place *place, const struct sql_source *source, struct str name,
		       struct sql_item **items, size_t *count)
{
	struct sql_item *item = add_item(place, items, count);

	item->node->type = NODE_COLUMN;
	item->node->text = name;
	item->node->table_name = sql_source_name(source);
	item->name = name;
}

/* Every field and column of the source; a column that shows a field takes its place. */
static void expand_source(struct sql_place *place, const struct sql_source *source, struct sql_item **items,
			  size_t *count)
{
	const struct sql_field *field;

	for (size_t i = 0; i < source->output_count; i++)
		add_column(place, source, source->outputs[i].name, items, count);
	for (size_t i = 0; source->table && (field = sql_field_at(i)); i++) {
		if (!map_get(source->table->column_by_key, str_from_c(field->name)))
			add_column(place, source, str_from_c(field->name), items, count);
	}
	for (size_t i = 0; source->table && i < source->table->column_count; i++)
		add_column(place, source, source->table->columns[i]->name, items, count);
}

/* Of every source, or of the one that is named. */
static bool expand_star(struct sql_place *place, const struct node *star, struct sql_item **items, size_t *count)
{
	size_t before = *count;

	for (int i = 0; i < place->statement->source_count; i++) {
		const struct sql_source *source = &place->statement->sources[i];

		if (!star->table_name.at || sql_source_is(source, star->table_name))
			expand_source(place, source, items, count);
	}
	if (*count == before)
		return star->table_name.at
			       ? sql_fail(place->out, place->err, "no such table: %.*s", STR_ARG(star->table_name))
			       : sql_fail(place->out, place->err, "* needs a FROM");
	return true;
}

/* The column or field that the item is, and where it comes from. */
static void describe_item(const struct sql_statement *statement, struct sql_item *item, bool named)
{
	const struct node *node = item->node;
	const struct sql_output *output;

	item->kind = node->kind ? node->kind : KIND_EMPTY;
	item->element_kind = node->element_kind;
	item->source = node->source > 0              ? sql_source_of(statement, node)
		       : statement->source_count > 0 ? &statement->sources[0]
						     : NULL;
	item->table = item->source ? item->source->table : NULL;
	if (!named || node->type != NODE_COLUMN || !item->source)
		return;
	output = item->source->select ? sql_output_of(item->source, node) : NULL;
	if (output) {
		item->column = output->origin;
		item->table = output->table;
	} else if (node->field) {
		item->field = node->field->name;
	} else {
		item->column = sql_find_column(item->source->table, node->text);
	}
	if (!item->alias.at)
		item->name = output ? output->name : item->column ? item->column->name : str_from_c(item->field);
}

static bool check_items(struct sql_place *place)
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
		bool named = items[i].node->type == NODE_COLUMN;

		if (!sql_check_node(place, items[i].node))
			return false;
		describe_item(statement, &items[i], named);
	}
	return true;
}

static bool check_terms(struct sql_place *place, struct sql_term *terms, int count)
{
	for (int i = 0; i < count; i++) {
		const struct node *node = terms[i].node;

		/* A number counts the selected columns. */
		if (node->type == NODE_NUMBER && node->number >= 1 &&
		    node->number <= (double)place->statement->item_count) {
			terms[i].node = place->statement->items[(size_t)node->number - 1].node;
			if (!place->aggregates && sql_has_aggregate(terms[i].node))
				return sql_fail(place->out, place->err, "an aggregate can't be grouped by");
		} else if (node->type == NODE_NUMBER) {
			return sql_fail_at(place->out, (struct text_span){ node->from, node->to }, place->err,
					   "there is no selected column %g", node->number);
		} else if (!sql_check_node(place, terms[i].node)) {
			return false;
		}
	}
	return true;
}

static bool check_part(struct sql_place *place)
{
	struct sql_statement *statement = place->statement;
	bool ok;

	if (!check_sources(place) || (statement->where && !sql_check_node(place, statement->where)))
		return false;
	place->aggregates = true;
	ok = check_items(place);
	place->aggregates = false;
	place->aliases = true;
	ok = ok && check_terms(place, statement->groups, statement->group_count);
	place->aggregates = place->alias_first = true;
	ok = ok && (!statement->having || sql_check_node(place, statement->having)) &&
	     check_terms(place, statement->orders, statement->order_count);
	if (!ok)
		return false;
	statement->is_aggregate = statement->is_aggregate || statement->group_count > 0;
	if (statement->having && !statement->is_aggregate)
		return sql_fail(place->out, place->err, "HAVING needs a GROUP BY clause");
	return check_join(place) && (!statement->is_aggregate || sql_check_grouping(place));
}

/* ---- UNION ---- */

static bool is_number(int kind)
{
	return kind == KIND_NUMBER || kind == KIND_DURATION;
}

/* What the parts give as one column: the same column's cells, or values of one kind. */
static bool unite_items(struct sql_place *place, struct sql_item *first, struct sql_item *other, size_t index)
{
	if (first->column != other->column || !sql_item_is_cell(first) || !sql_item_is_cell(other))
		first->column = other->column = NULL;
	first->field = other->field = NULL;
	if (!first->column && (first->node->kind == 0 || other->node->kind == 0))
		return sql_fail_at(place->out, (struct text_span){ other->node->from, other->node->to }, place->err,
				   "column %zu of UNION can't be compared", index + 1);
	if (first->kind == KIND_EMPTY)
		first->kind = other->kind;
	if (other->kind == KIND_EMPTY)
		other->kind = first->kind;
	return first->kind == other->kind || (is_number(first->kind) && is_number(other->kind)) ||
	       sql_fail_at(place->out, (struct text_span){ other->node->from, other->node->to }, place->err,
			   "column %zu of UNION has values of different kinds", index + 1);
}

/* A later part may part a column from what an earlier one had: then for all of them. */
static bool unite_parts(struct sql_place *place, struct sql_statement *first)
{
	for (size_t i = 0; i < first->item_count; i++) {
		for (struct sql_statement *part = first->next_part; part; part = part->next_part) {
			if (!unite_items(place, &first->items[i], &part->items[i], i))
				return false;
		}
		for (struct sql_statement *part = first->next_part; part; part = part->next_part)
			part->items[i].column = first->items[i].column;
	}
	return true;
}

bool sql_check_select(struct sql_place *place)
{
	struct sql_statement *first = place->statement;

	for (struct sql_statement *part = first; part; part = part->next_part) {
		struct sql_place at = *place;

		at.statement = part;
		if (!check_part(&at))
			return false;
		if (part->item_count != first->item_count)
			return sql_fail(place->out, place->err, "the parts of UNION have different numbers of columns");
	}
	return !first->next_part || unite_parts(place, first);
}

bool sql_check_sub_select(struct sql_place *place, struct node *node, bool as_value)
{
	struct sql_place inner = { .out = place->out,
				   .model = place->model,
				   .statement = node->select,
				   .err = place->err,
				   .depth = place->depth };

	node->select->outer = place->statement;
	node->select->gives_values = true;
	node->kind = KIND_BOOL;
	if (!sql_check_select(&inner))
		return false;
	if (!as_value)
		return true;
	if (node->select->item_count != 1)
		return sql_fail(place->out, place->err, "a SELECT as a value has one column");
	node->kind = node->select->items[0].node->kind;
	node->element_kind = node->select->items[0].node->element_kind;
	return node->kind != 0 || sql_fail(place->out, place->err, "column %.*s can only be asked for NULL",
					   STR_ARG(node->select->items[0].name));
}
