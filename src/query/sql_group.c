/* GROUP BY (sql.md 8). */
#include "core/arena.h"
#include "query/sql_check.h"

static bool same_node(const struct node *a, const struct node *b)
{
	if (a->type != b->type || a->count != b->count || a->op != b->op || a->function != b->function ||
	    a->source != b->source || a->column != b->column || a->field != b->field || a->formula != b->formula ||
	    a->hop_count != b->hop_count || a->number != b->number || a->negated != b->negated ||
	    a->distinct != b->distinct || a->star != b->star || a->select != b->select)
		return false;
	if (a->type == NODE_TEXT && !str_equal(a->text, b->text))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!same_node(a->arguments[i], b->arguments[i]))
			return false;
	}
	return true;
}

/* ---- all expressions of a SELECT ---- */

static bool each_term(const struct sql_term *terms, int count, bool (*visit)(void *, struct node *), void *ctx)
{
	for (int i = 0; i < count; i++) {
		if (!visit(ctx, terms[i].node))
			return false;
	}
	return true;
}

static bool each_of_part(const struct sql_statement *part, bool (*visit)(void *, struct node *), void *ctx)
{
	for (size_t i = 0; i < part->item_count; i++) {
		if (!visit(ctx, part->items[i].node))
			return false;
	}
	for (int i = 0; i < part->source_count; i++) {
		const struct sql_source *source = &part->sources[i];

		if ((source->on && !visit(ctx, source->on)) ||
		    (source->select && !sql_each_expression(source->select, visit, ctx)))
			return false;
	}
	return (!part->where || visit(ctx, part->where)) && (!part->having || visit(ctx, part->having)) &&
	       each_term(part->groups, part->group_count, visit, ctx) &&
	       each_term(part->orders, part->order_count, visit, ctx);
}

bool sql_each_expression(const struct sql_statement *select, bool (*visit)(void *ctx, struct node *node), void *ctx)
{
	for (; select; select = select->next_part) {
		if (!each_of_part(select, visit, ctx))
			return false;
	}
	return true;
}

/* ---- grouping ---- */

/* What stands in a SELECT within this one is grouped like the rest. */
static bool is_grouped(void *ctx, struct node *node)
{
	struct sql_place *place = ctx;
	const struct sql_statement *statement = place->statement;

	if (node->type == NODE_AGGREGATE)
		return true;
	for (int i = 0; i < statement->group_count; i++) {
		if (same_node(statement->groups[i].node, node))
			return true;
	}
	if (node->type == NODE_COLUMN)
		return !sql_is_own(statement, node) ||
		       sql_fail_at(place->out, (struct text_span){ node->from, node->to }, place->err,
				   "column %.*s must appear in the GROUP BY clause or be used in an aggregate function",
				   STR_ARG(node->text));
	for (size_t i = 0; i < node->count; i++) {
		if (!is_grouped(place, node->arguments[i]))
			return false;
	}
	return !node->select || sql_each_expression(node->select, is_grouped, place);
}

/* ---- groups by the elements of lists ---- */

struct element {
	const struct node *list;
	int number;
};

static bool mark_element(void *ctx, struct node *node)
{
	const struct element *element = ctx;

	if (same_node(element->list, node)) {
		node->element = element->number;
		return true;
	}
	for (size_t i = 0; node->type != NODE_AGGREGATE && i < node->count; i++)
		(void)mark_element(ctx, node->arguments[i]);
	return true;
}

/* A list that is grouped by has a group for each element (sql.md 7): the column stands for one of them from then on. */
static void split_lists(struct sql_statement *statement)
{
	for (int i = 0; i < statement->group_count; i++) {
		struct node list = *statement->groups[i].node;
		struct element element = { &list, i + 1 };

		if (list.element || list.type != NODE_COLUMN || list.kind != KIND_LIST || !sql_is_own(statement, &list))
			continue;
		(void)each_term(statement->groups, statement->group_count, mark_element, &element);
		(void)each_term(statement->orders, statement->order_count, mark_element, &element);
		if (statement->having)
			(void)mark_element(&element, statement->having);
		for (size_t j = 0; j < statement->item_count; j++) {
			struct sql_item *item = &statement->items[j];
			bool is_cell = sql_item_is_cell(item);

			(void)mark_element(&element, item->node);
			if (item->node->element && !is_cell)
				item->column = NULL;
		}
	}
}

bool sql_check_grouping(struct sql_place *place)
{
	struct sql_statement *statement = place->statement;

	for (size_t i = 0; i < statement->item_count; i++) {
		if (!is_grouped(place, statement->items[i].node))
			return false;
	}
	for (int i = 0; i < statement->order_count; i++) {
		if (!is_grouped(place, statement->orders[i].node))
			return false;
	}
	if (statement->having && !is_grouped(place, statement->having))
		return false;
	split_lists(statement);
	return true;
}
