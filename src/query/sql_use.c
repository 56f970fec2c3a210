/* What a statement's conditions and its order ask of columns that an index could find (query/index_use.h): the parts
 * that must all hold, comparisons of a stored column with constants or with another table's column. */
#include <string.h>

#include "core/arena.h"
#include "model/date_text.h"
#include "model/option.h"
#include "query/sql_node.h"
#include "query/sql_use.h"

struct finder {
	struct arena *arena;
	const struct sql_statement *statement; /* NULL: whatever the row is of */
	struct index_uses *uses;
};

/* The stored column that the node is, or NULL. */
static const struct column *column_of(const struct node *node)
{
	return node->type == NODE_COLUMN && node->source > 0 && !node->field && !node->formula && !node->element &&
			       !node->may_be_missing && node->hop_count == 0 && node->column && index_fits(node->column)
		       ? node->column
		       : NULL;
}

/* ---- constants as the column stores them ---- */

static bool date_bounds(struct arena *arena, struct str constant, struct str *shortest, struct str *longest)
{
	char text[DATE_TEXT_LEN];
	struct civil wall;
	size_t len;

	if (!date_parse(constant, false, &wall) || (len = date_print_stored(&wall, DATE_SECOND, text)) == 0)
		return false;
	*longest = str_copy(arena, (struct str){ text, len });
	*shortest = *longest;
	if (str_ends_with(*shortest, STR(":00")))
		shortest->len -= strlen(":00");
	if (str_ends_with(*shortest, STR(" 00:00")))
		shortest->len -= strlen(" 00:00");
	return true;
}

/* The constant as cells of the column; false when none can equal it. Not of dates. */
static bool value_of(const struct column *column, const struct node *constant, struct formula_value *value)
{
	const struct select_option *option;
	double number;

	if (column->type->id == TYPE_single_select) {
		option = constant->type == NODE_TEXT ? column_option_by_name(column, constant->text) : NULL;
		*value = index_text(option ? option->id : STR(""));
		return option != NULL;
	}
	if (column->type->storage == STORED_NUMBER) {
		if (constant->type == NODE_NUMBER)
			number = constant->number;
		else if (constant->type != NODE_TEXT || !str_to_double(str_trim(constant->text), &number))
			return false;
		*value = index_number(number);
		return true;
	}
	*value = index_text(constant->text);
	return constant->type == NODE_TEXT && constant->text.len > 0;
}

/* Sets the bound that the constant is: from below, from above or both. */
static bool set_bounds(struct finder *finder, struct index_use *use, const struct node *constant, bool low, bool high)
{
	struct formula_value value;
	struct str shortest, longest;

	if (use->column->type->id == TYPE_date) {
		if (constant->type != NODE_TEXT || !date_bounds(finder->arena, constant->text, &shortest, &longest))
			return false;
		if (low)
			use->values[0] = index_text(shortest);
		if (high)
			use->values[1] = index_text(longest);
	} else {
		if (use->column->type->id == TYPE_single_select || !value_of(use->column, constant, &value))
			return false;
		if (low)
			use->values[0] = value;
		if (high)
			use->values[1] = value;
	}
	use->has_low = use->has_low || low;
	use->has_high = use->has_high || high;
	return true;
}

/* ---- conditions ---- */

/* The table whose row the node reads, if it is one of the statement's own. */
static const struct table *table_of(const struct sql_statement *statement, const struct node *node)
{
	for (int i = 0; i < statement->source_count; i++)
		if (statement->sources[i].number == node->source - 1)
			return statement->sources[i].table;
	return NULL;
}

static struct index_use *add(struct finder *finder, enum index_use_kind kind, const struct node *node)
{
	const struct column *column = column_of(node);
	const struct table *table = column && finder->statement ? table_of(finder->statement, node) : NULL;

	if (!column || (finder->statement && !table))
		return NULL;
	return index_use_add(finder->uses, kind, node->source - 1, table, column);
}

static void take_back(struct finder *finder)
{
	finder->uses->count--;
}

static void find_range(struct finder *finder, const struct node *of, const struct node *low, const struct node *high)
{
	struct index_use *use = add(finder, INDEX_RANGE, of);

	if (use && !((!low || set_bounds(finder, use, low, true, false)) &&
		     (!high || set_bounds(finder, use, high, false, true))))
		take_back(finder);
}

static void find_equal(struct finder *finder, const struct node *of, const struct node *const *constants, size_t count)
{
	struct index_use *use;

	if (count == 0 || count > INDEX_VALUES_MAX)
		return;
	if (column_of(of) && column_of(of)->type->id == TYPE_date) {
		if (count == 1)
			find_range(finder, of, constants[0], constants[0]);
		return;
	}
	use = add(finder, INDEX_EQUAL, of);
	for (size_t i = 0; use && i < count; i++)
		use->value_count += value_of(use->column, constants[i], &use->values[use->value_count]);
	if (use && use->value_count == 0)
		take_back(finder);
}

/* Columns of two tables whose cells are compared as they are stored. */
static void find_join(struct finder *finder, const struct node *left, const struct node *right)
{
	const struct column *a = column_of(left), *b = column_of(right);
	const struct node *sides[] = { left, right };

	if (left->source == right->source || a->type->storage != b->type->storage ||
	    a->type->id == TYPE_single_select || b->type->id == TYPE_single_select || a->type->id == TYPE_date ||
	    b->type->id == TYPE_date)
		return;
	for (int i = 0; i < 2; i++) {
		struct index_use *use = add(finder, INDEX_JOIN, sides[i]);

		if (use)
			use->other_source = sides[1 - i]->source - 1;
	}
}

/* 3 < a is a > 3. */
static const int mirrored[] = { [SQL_EQUAL] = SQL_EQUAL,
				[SQL_LESS] = SQL_GREATER,
				[SQL_LESS_EQUAL] = SQL_GREATER_EQUAL,
				[SQL_GREATER] = SQL_LESS,
				[SQL_GREATER_EQUAL] = SQL_LESS_EQUAL };

static void find_comparison(struct finder *finder, const struct node *node)
{
	const struct node *left = node->arguments[0], *right = node->arguments[1], *swapped = left;
	int op = node->op;

	if (op == SQL_EQUAL && column_of(left) && column_of(right)) {
		find_join(finder, left, right);
		return;
	}
	if (!column_of(left)) {
		left = right;
		right = swapped;
		op = mirrored[op];
	}
	if (op == SQL_EQUAL)
		find_equal(finder, left, &right, 1);
	else if (op == SQL_LESS || op == SQL_LESS_EQUAL)
		find_range(finder, left, NULL, right);
	else
		find_range(finder, left, right, NULL);
}

/* What a text that is like the pattern begins with: up to the first mark, and to a character whose successor is one. */
static struct str prefix_of(struct str pattern)
{
	size_t len = 0;

	while (len < pattern.len && pattern.at[len] != '%' && pattern.at[len] != '\\')
		len++;
	while (len > 0 && ((unsigned char)pattern.at[len - 1] & 0x80 || pattern.at[len - 1] == 0x7f))
		len--;
	return str_slice(pattern, 0, len);
}

static void find_like(struct finder *finder, const struct node *node)
{
	const struct node *pattern = node->arguments[1];
	struct str prefix = pattern->type == NODE_TEXT ? prefix_of(pattern->text) : STR("");
	const struct column *column = column_of(node->arguments[0]);
	struct index_use *use;
	char *after;

	if (prefix.len == 0 || !column || column->type->storage != STORED_TEXT ||
	    column->type->id == TYPE_single_select || column->type->id == TYPE_date)
		return;
	use = add(finder, INDEX_RANGE, node->arguments[0]);
	if (!use)
		return;
	after = str_to_c(finder->arena, prefix);
	after[prefix.len - 1]++;
	use->values[0] = index_text(prefix);
	use->values[1] = index_text((struct str){ after, prefix.len });
	use->has_low = use->has_high = true;
}

static void find(struct finder *finder, const struct node *node)
{
	if (node->type != NODE_OPERATOR || node->negated)
		return;
	switch ((enum sql_operator)node->op) {
	case SQL_AND:
		for (size_t i = 0; i < node->count; i++)
			find(finder, node->arguments[i]);
		break;
	case SQL_EQUAL:
	case SQL_LESS:
	case SQL_LESS_EQUAL:
	case SQL_GREATER:
	case SQL_GREATER_EQUAL:
		find_comparison(finder, node);
		break;
	case SQL_BETWEEN:
		find_range(finder, node->arguments[0], node->arguments[1], node->arguments[2]);
		break;
	case SQL_IN:
		if (node->arguments[1]->type == NODE_LIST)
			find_equal(finder, node->arguments[0],
				   (const struct node *const *)node->arguments[1]->arguments,
				   node->arguments[1]->count);
		break;
	case SQL_LIKE:
		find_like(finder, node);
		break;
	default:
		break;
	}
}

/* ---- what is emitted so that an index can find it ---- */

static void emit_bound(struct formula_sql *out, const struct node *column, const char *mark, struct str text)
{
	buf_printf(&out->sql, "r%d.\"%.*s\" %s ", column->source - 1, STR_ARG(column->column->key), mark);
	formula_emit_text(out, text);
}

void sql_emit_prefix(struct formula_sql *out, const struct node *like)
{
	struct index_uses uses = { 0 };
	struct finder finder = { out->arena, NULL, &uses };

	if (like->op == SQL_LIKE)
		find_like(&finder, like);
	for (int i = 0; uses.count > 0 && i < 2; i++) {
		emit_bound(out, like->arguments[0], i ? "<=" : ">=", uses.at[0].values[i].text);
		buf_append_str(&out->sql, STR(" AND "));
	}
}

/* A time is stored as "2024-05-01", "2024-05-01 00:00" or "2024-05-01 00:00:00": each is the beginning of the next. So
 * what is before the time is before its shortest form, what is behind it is behind its longest. */
static const struct {
	const char *low, *high; /* NULL = unbounded */
	int op;
	bool low_is_longest, high_is_longest;
} date_ranges[] = {
	{ ">=", "<=", SQL_EQUAL, false, true },          { NULL, "<", SQL_LESS, false, false },
	{ NULL, "<=", SQL_LESS_EQUAL, false, true },     { ">", NULL, SQL_GREATER, true, false },
	{ ">=", NULL, SQL_GREATER_EQUAL, false, false }, { ">=", "<=", SQL_BETWEEN, false, true },
};

bool sql_emit_date_range(struct formula_sql *out, const struct node *node)
{
	static const struct str first = { "1900", 4 }; /* what is before is no date for functions either */
	bool between = node->op == SQL_BETWEEN, left = between || column_of(node->arguments[0]);
	const struct node *column = node->arguments[left ? 0 : 1], *low = node->arguments[left ? 1 : 0];
	const struct node *high = between ? node->arguments[2] : low;
	int op = left ? node->op : mirrored[node->op];
	struct str lows[2], highs[2];
	size_t i = 0;

	while (i < sizeof(date_ranges) / sizeof(date_ranges[0]) && date_ranges[i].op != op)
		i++;
	if (i == sizeof(date_ranges) / sizeof(date_ranges[0]) || node->negated || !column_of(column) ||
	    column->column->type->id != TYPE_date || low->type != NODE_TEXT || high->type != NODE_TEXT ||
	    !date_bounds(out->arena, low->text, &lows[0], &lows[1]) ||
	    !date_bounds(out->arena, high->text, &highs[0], &highs[1]))
		return false;
	if (date_ranges[i].low && str_compare(lows[0], first) > 0)
		emit_bound(out, column, date_ranges[i].low, lows[date_ranges[i].low_is_longest]);
	else
		emit_bound(out, column, ">=", first);
	if (date_ranges[i].high) {
		buf_append_str(&out->sql, STR(" AND "));
		emit_bound(out, column, date_ranges[i].high, highs[date_ranges[i].high_is_longest]);
	}
	return true;
}

/* ORDER BY; MIN or MAX of all rows. */
static void find_order(struct finder *finder)
{
	const struct sql_statement *statement = finder->statement;
	const struct node *of = NULL, *item = statement->item_count == 1 ? statement->items[0].node : NULL;

	if (statement->order_count > 0 && !statement->is_aggregate && !statement->distinct)
		of = statement->orders[0].node;
	else if (statement->is_aggregate && statement->group_count == 0 && item && item->type == NODE_AGGREGATE &&
		 (item->op == AGGREGATE_MIN || item->op == AGGREGATE_MAX) && item->count == 1)
		of = item->arguments[0];
	if (of && column_of(of) && column_of(of)->type->id != TYPE_single_select)
		(void)add(finder, INDEX_ORDER, of);
}

void sql_find_uses(struct arena *arena, const struct sql_statement *statement, struct index_uses *uses)
{
	struct finder finder = { arena, statement, uses };

	uses->count = 0;
	if (statement->where)
		find(&finder, statement->where);
	for (int i = 0; i < statement->source_count; i++)
		if (statement->sources[i].on && statement->sources[i].join == JOIN_INNER)
			find(&finder, statement->sources[i].on);
	/* Rows that a condition leaves out would be passed over one by one in the index's order. */
	if (!statement->where && statement->source_count == 1)
		find_order(&finder);
}
