/* Checked SELECTs as SQLite's SQL: the whole, those within others, and what an UPDATE or DELETE reads. */
#include <string.h>

#include "core/arena.h"
#include "core/json_make.h"
#include "query/index_use.h"
#include "query/sql_node.h"

static void emit(struct formula_sql *out, const char *text)
{
	buf_append_str(&out->sql, str_from_c(text));
}

static void value(struct formula_sql *out, const struct node *node)
{
	formula_emit(out, node, 0);
}

/* ---- what is selected ---- */

/* A column's cell as it is stored, or what it computes; anything else as it is. */
static void emit_item(struct formula_sql *out, const struct sql_item *item)
{
	enum function_dialect dialect = out->dialect;
	const struct node *node = item->node;

	if (item->field) {
		buf_printf(&out->sql, "r%d.%s", node->source - 1,
			   strcmp(item->field, "_locked") == 0 ? "_locked_by" : item->field);
	} else if (item->column && item->column->type->sqlite_type) {
		sql_emit_stored(out, node);
	} else if (item->column && item->column->type->system_key) {
		buf_printf(&out->sql, "r%d.%s", node->source - 1, item->column->type->system_key);
	} else if (item->column && node->formula && item->column->type->id != TYPE_link) {
		/* Selected, a formula column shows its errors (sql.md 4). */
		out->dialect = DIALECT_FORMULA;
		sql_open_missing(out, node);
		formula_emit_whole(out, node->formula, node->source - 1);
		sql_close_missing(out, node);
		out->dialect = dialect;
	} else if (item->column && (item->column->type->id == TYPE_link || node->kind == 0)) {
		emit(out, "NULL");
	} else {
		value(out, node);
	}
}

/* Within another SELECT: a cell where it stays one, else a value. */
static void emit_inner_item(struct formula_sql *out, const struct sql_statement *select, size_t index)
{
	const struct sql_item *item = &select->items[index];

	if (!select->gives_values && sql_item_is_cell(item))
		sql_emit_stored(out, item->node);
	else if (item->node->kind == 0)
		emit(out, "NULL");
	else
		value(out, item->node);
	buf_printf(&out->sql, " AS c%zu", index);
}

/* ---- FROM and WHERE ---- */

static void emit_source(struct formula_sql *out, const struct sql_source *source)
{
	if (source->select) {
		emit(out, "(");
		sql_emit_query(out, source->select, -1);
		emit(out, ")");
	} else if (source->table) {
		buf_printf(&out->sql, "\"rows_%.*s\"", STR_ARG(source->table->id));
	}
	buf_printf(&out->sql, " AS r%d", source->number);
}

/* A row of the archive is no match of a LEFT JOIN: that is said in ON, where WHERE would lose the left side's row. */
static void emit_on(struct formula_sql *out, const struct sql_source *source)
{
	if (!source->on)
		return;
	emit(out, " ON ");
	sql_emit_condition(out, source->on, true);
	if (source->join == JOIN_LEFT && source->table && out->without_archived)
		buf_printf(&out->sql, " AND r%d._archived = 0", source->number);
}

/* The elements of lists that are grouped by; an empty list has one, which is NULL. */
static void emit_elements(struct formula_sql *out, const struct sql_statement *statement)
{
	for (int i = 0; i < statement->group_count; i++) {
		const struct node *node = statement->groups[i].node;
		struct node list = *node;

		if (node->element != i + 1) /* else no list, or named again */
			continue;
		list.element = 0;
		emit(out, " LEFT JOIN json_each(");
		if (list.column && list.column->type->sqlite_type && !list.formula && list.hop_count == 0)
			sql_emit_stored(out, &list);
		else
			value(out, &list);
		buf_printf(&out->sql, ") AS e%d_%d", node->source - 1, node->element);
	}
}

static void emit_from(struct formula_sql *out, const struct sql_statement *statement)
{
	static const char *const joins[] = {
		[JOIN_COMMA] = ", ", [JOIN_INNER] = " JOIN ", [JOIN_LEFT] = " LEFT JOIN "
	};

	for (int i = 0; i < statement->source_count; i++) {
		emit(out, i > 0 ? joins[statement->sources[i].join] : " FROM ");
		emit_source(out, &statement->sources[i]);
		emit_on(out, &statement->sources[i]);
	}
	emit_elements(out, statement);
}

static void emit_where(struct formula_sql *out, const struct sql_statement *statement, const int64_t *after)
{
	const char *word = " WHERE ";

	if (after) {
		buf_printf(&out->sql, "%sr0._n > ", word);
		formula_emit_number(out, (double)*after);
		word = " AND ";
	}
	for (int i = 0; i < statement->source_count; i++) {
		if (!statement->sources[i].by_index)
			continue;
		buf_printf(&out->sql, "%sr%d." INDEX_TERM, word, statement->sources[i].number);
		word = " AND ";
	}
	for (int i = 0; out->without_archived && i < statement->source_count; i++) {
		const struct sql_source *source = &statement->sources[i];

		if (!source->table || source->join == JOIN_LEFT)
			continue;
		buf_printf(&out->sql, "%sr%d._archived = 0", word, source->number);
		word = " AND ";
	}
	if (!statement->where)
		return;
	emit(out, word);
	sql_emit_condition(out, statement->where, true);
}

/* ---- GROUP BY, ORDER BY ---- */

/* A select column is grouped by its options. */
static void emit_key(struct formula_sql *out, const struct node *node)
{
	if (node->element)
		buf_printf(&out->sql, "e%d_%d.value", node->source - 1, node->element);
	else if (node->type == NODE_COLUMN && node->column && !node->formula && node->hop_count == 0 &&
		 node->column->type->sqlite_type)
		sql_emit_stored(out, node);
	else
		value(out, node);
}

static void emit_groups(struct formula_sql *out, const struct sql_statement *statement)
{
	for (int i = 0; i < statement->group_count; i++) {
		emit(out, i ? ", " : " GROUP BY ");
		emit_key(out, statement->groups[i].node);
	}
	if (statement->having) {
		emit(out, " HAVING ");
		sql_emit_condition(out, statement->having, true);
	}
}

/* Options in the order of their column's settings, lists element by element (sql.md 7, 8). */
static void emit_order_key(struct formula_sql *out, const struct node *node)
{
	if (sql_select_column(node)) {
		emit(out, "cell_place(");
		sql_emit_stored(out, node);
		emit(out, ",");
		sql_emit_bound_column(out, node->column);
		emit(out, ")");
	} else if (node->kind == KIND_LIST) {
		emit(out, "list_sort_key(");
		value(out, node);
		emit(out, ")");
	} else {
		value(out, node);
	}
}

/* Is what the groups are told apart by part of the order, so that no two groups are equal in it? Of columns whose cells
 * compare as they are stored. */
static bool orders_groups(const struct sql_statement *statement)
{
	for (int i = 0; i < statement->group_count; i++) {
		const struct node *group = statement->groups[i].node;
		bool found = false;

		for (int n = 0; !found && n < statement->order_count; n++) {
			const struct node *order = statement->orders[n].node;

			found = group->column && !group->field && !group->formula && group->hop_count == 0 &&
				index_fits(group->column) && !sql_select_column(group) && order->type == NODE_COLUMN &&
				order->column == group->column && order->source == group->source;
		}
		if (!found)
			return false;
	}
	return statement->group_count > 0;
}

/* Behind what is asked for the order of the tables, of groups that of their first rows. */
static void emit_orders(struct formula_sql *out, const struct sql_statement *statement)
{
	const char *word = " ORDER BY ";

	for (int i = 0; i < statement->order_count; i++) {
		emit(out, word);
		emit_order_key(out, statement->orders[i].node);
		emit(out, statement->orders[i].descending ? " DESC" : "");
		word = ", ";
	}
	if (statement->distinct || (statement->is_aggregate && statement->group_count == 0) || orders_groups(statement))
		return;
	for (int i = 0; i < statement->source_count; i++) {
		if (!statement->sources[i].table)
			continue;
		buf_printf(&out->sql, statement->is_aggregate ? "%smin(r%d._n)" : "%sr%d._n", word,
			   statement->sources[i].number);
		word = ", ";
	}
}

/* ---- SELECTs within others ---- */

static void emit_part(struct formula_sql *out, const struct sql_statement *part)
{
	emit(out, part->distinct ? "SELECT DISTINCT " : "SELECT ");
	for (size_t i = 0; i < part->item_count; i++) {
		emit(out, i ? ", " : "");
		emit_inner_item(out, part, i);
	}
	emit_from(out, part);
	emit_where(out, part, NULL);
	emit_groups(out, part);
}

void sql_emit_query(struct formula_sql *out, const struct sql_statement *select, int most)
{
	int64_t limit = select->limit_given && (most < 0 || select->limit < most) ? select->limit : most;

	for (const struct sql_statement *part = select; part; part = part->next_part) {
		emit_part(out, part);
		if (part->next_part)
			emit(out, part->keeps_duplicates ? " UNION ALL " : " UNION ");
	}
	if (select->next_part) /* ordered and limited by the SELECT around it */
		return;
	if (limit < 0 && select->offset == 0)
		return;
	emit_orders(out, select);
	emit(out, " LIMIT ");
	formula_emit_number(out, (double)limit);
	emit(out, " OFFSET ");
	formula_emit_number(out, (double)select->offset);
}

/* ---- statements ---- */

bool sql_has_cursor(const struct sql_statement *statement)
{
	return statement->source_count == 1 && statement->sources[0].table && !statement->distinct &&
	       !statement->is_aggregate && statement->order_count == 0;
}

void sql_emit_select(struct formula_sql *out, const struct sql_statement *statement, const int64_t *after)
{
	emit(out, statement->distinct ? "SELECT DISTINCT " : "SELECT ");
	for (size_t i = 0; i < statement->item_count; i++) {
		emit(out, i ? ", " : "");
		emit_item(out, &statement->items[i]);
	}
	for (int i = 0; i < statement->source_count && !statement->distinct && !statement->is_aggregate; i++) {
		if (statement->sources[i].table)
			buf_printf(&out->sql, ", r%d._id", statement->sources[i].number);
	}
	if (sql_has_cursor(statement))
		buf_printf(&out->sql, ", r%d._n", statement->sources[0].number);
	emit_from(out, statement);
	emit_where(out, statement, after);
	emit_groups(out, statement);
	emit_orders(out, statement);
	emit(out, " LIMIT ");
	formula_emit_number(out, (double)(statement->limit < SQL_MAX_LIMIT ? statement->limit : SQL_MAX_LIMIT) + 1);
	emit(out, " OFFSET ");
	formula_emit_number(out, (double)statement->offset);
}

void sql_emit_row_ids(struct formula_sql *out, const struct sql_statement *statement)
{
	emit(out, "SELECT r0._id");
	for (size_t i = 0; i < statement->set_count; i++) {
		if (sql_is_constant(statement->sets[i].value))
			continue;
		emit(out, ", ");
		value(out, statement->sets[i].value);
	}
	emit_from(out, statement);
	emit_where(out, statement, NULL);
	emit(out, " ORDER BY r0._n");
}

bool sql_emit_values(struct formula_sql *out, struct node *const *values, size_t count)
{
	const char *word = "SELECT ";

	for (size_t i = 0; i < count; i++) {
		if (sql_is_constant(values[i]))
			continue;
		emit(out, word);
		value(out, values[i]);
		word = ", ";
	}
	return strcmp(word, ", ") == 0;
}

/* ---- constants ---- */

bool sql_is_constant(const struct node *node)
{
	return node->type == NODE_TEXT || node->type == NODE_NUMBER || node->type == NODE_BOOL ||
	       node->type == NODE_NULL || node->type == NODE_LIST;
}

cJSON *sql_constant_json(struct arena *arena, const struct node *node)
{
	static const int types[] = { [NODE_TEXT] = cJSON_String,
				     [NODE_LIST] = cJSON_Array,
				     [NODE_NUMBER] = cJSON_Number,
				     [NODE_NULL] = cJSON_NULL };
	cJSON *json;

	if (node->type == NODE_TEXT)
		return json_make_text(arena, NULL, node->text);
	if (node->type == NODE_BOOL)
		return json_make(arena, node->number != 0 ? cJSON_True : cJSON_False, NULL);
	json = json_make(arena, types[node->type], NULL);
	json->valuedouble = node->number;
	for (size_t i = 0; node->type == NODE_LIST && i < node->count; i++)
		json_make_append(json, sql_constant_json(arena, node->arguments[i]));
	return json;
}
