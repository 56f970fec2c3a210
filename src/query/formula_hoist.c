/* Parts of a formula that are computed apart: formula columns that several parts read, which would double with every
 * formula that builds on them, and calls that stand too deeply within others for SQLite's parser. The formula is then
 *   (SELECT formula FROM one_value(part) AS h1, one_value(part of h1) AS h2 ...). */
#include <string.h>

#include "core/arena.h"
#include "query/formula_node.h"

enum {
	MAX_LEVELS = 6,      /* of calls within each other that stay so */
	DEPTH_OF_OTHERS = 5, /* plain arithmetic, or a SELECT from linked rows, in such levels */
	MAX_WEIGHT = 16,     /* nodes of a formula column that is written out again where it is read again */
	MAX_HOISTED = 60     /* SQLite joins 64 sources */
};

/* The formula of a column that the formula reads, itself or by others. */
struct body {
	const struct node *node;
	int references;
	bool is_measured;
	int depth, weight; /* of what stands where it is read */
	struct body *next;
};

/* What stands in the place of some nodes on the row r<alias>. */
struct formula_hoists {
	int alias;
	const struct node *at[MAX_HOISTED];
	int numbers[MAX_HOISTED];
	size_t count;
	const struct node *defining; /* written out just now */
};

struct plan {
	struct formula_sql *out;
	struct body *bodies;
	struct formula_hoists *hoists;
	bool is_full;
};

static struct body *find_body(const struct plan *plan, const struct node *node)
{
	struct body *body = plan->bodies;

	while (body && body->node != node)
		body = body->next;
	return body;
}

static void count_references(struct plan *plan, const struct node *node)
{
	const struct node **children;
	size_t count = formula_children(plan->out, node, &children);

	for (size_t i = 0; i < count; i++) {
		struct body *body = node->type == NODE_COLUMN ? find_body(plan, children[i]) : NULL;

		if (body) {
			body->references++;
			continue;
		}
		if (node->type == NODE_COLUMN) {
			body = ARENA_NEW(plan->out->arena, struct body);
			*body = (struct body){ .node = children[i], .references = 1, .next = plan->bodies };
			plan->bodies = body;
		}
		count_references(plan, children[i]);
	}
}

static void hoist(struct plan *plan, const struct node *node)
{
	struct formula_hoists *hoists = plan->hoists;

	if (hoists->count == MAX_HOISTED) {
		plan->is_full = true;
		return;
	}
	hoists->at[hoists->count] = node;
	hoists->numbers[hoists->count++] = ++plan->out->hoisted;
}

static void measure(struct plan *plan, const struct node *node, int *depth, int *weight);

/* A column's formula, once. */
static void measure_body(struct plan *plan, struct body *body, int *depth, int *weight)
{
	if (!body->is_measured) {
		measure(plan, body->node, &body->depth, &body->weight);
		body->is_measured = true;
		if (body->depth >= MAX_LEVELS || (body->references > 1 && body->weight > MAX_WEIGHT)) {
			hoist(plan, body->node);
			body->depth = 0;
			body->weight = 1;
		}
	}
	*depth = body->depth;
	*weight = body->weight;
}

/* Parts come before what they are parts of. */
static void measure(struct plan *plan, const struct node *node, int *depth, int *weight)
{
	const struct node **children;
	size_t count = formula_children(plan->out, node, &children);

	*depth = count == 0 && node->type == NODE_CALL ? DEPTH_OF_OTHERS : 0;
	*weight = 1;
	for (size_t i = 0; i < count; i++) {
		int child_depth, child_weight;

		if (node->type == NODE_COLUMN) {
			measure_body(plan, find_body(plan, children[i]), &child_depth, &child_weight);
		} else {
			measure(plan, children[i], &child_depth, &child_weight);
			if (child_depth >= MAX_LEVELS && children[i]->type == NODE_CALL) {
				hoist(plan, children[i]);
				child_depth = 0;
			}
			child_depth++;
		}
		*depth = child_depth > *depth ? child_depth : *depth;
		*weight += child_weight;
	}
}

bool formula_emit_hoisted(struct formula_sql *out, const struct node *node, int alias)
{
	struct formula_hoists *hoists = out->hoists;

	if (!hoists || hoists->alias != alias)
		return false;
	if (hoists->defining == node) {
		hoists->defining = NULL;
		return false;
	}
	for (size_t i = 0; i < hoists->count; i++) {
		if (hoists->at[i] != node)
			continue;
		buf_printf(&out->sql, "h%d.value", hoists->numbers[i]);
		return true;
	}
	return false;
}

void formula_emit_whole(struct formula_sql *out, const struct node *node, int alias)
{
	struct formula_hoists *around = out->hoists, hoists = { .alias = alias };
	struct plan plan = { .out = out, .hoists = &hoists };
	int depth, weight;

	if (around && around->alias == alias) { /* part of a formula that was planned as a whole */
		formula_emit(out, node, alias);
		return;
	}
	count_references(&plan, node);
	measure(&plan, node, &depth, &weight);
	if (hoists.count == 0 || plan.is_full) { /* what is too large or too deep then is refused by its size */
		formula_emit(out, node, alias);
		return;
	}
	out->hoists = &hoists;
	buf_append_str(&out->sql, STR("(SELECT "));
	formula_emit(out, node, alias);
	for (size_t i = 0; i < hoists.count; i++) {
		buf_append_str(&out->sql, i == 0 ? STR(" FROM one_value(") : STR(", one_value("));
		hoists.defining = hoists.at[i];
		formula_emit(out, hoists.at[i], alias);
		buf_printf(&out->sql, ") AS h%d", hoists.numbers[i]);
	}
	buf_append_byte(&out->sql, ')');
	out->hoists = around;
}
