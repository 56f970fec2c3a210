/* Link-formula columns (formulas.md 7.1): each kind is a call that a formula could make, built from the settings. */
#include "core/arena.h"
#include "core/json_in.h"
#include "model/link.h"
#include "query/formula_node.h"

/* Which settings, by their stored keys, become the call's arguments after the link. */
static const struct kind {
	const char *formula;
	const char *function;
	const char *column_key; /* NULL = none */
} kinds[] = {
	{ "count_links", "countlinks", NULL },
	{ "lookup", "lookup", "level1_linked_table_column_key" },
	{ "rollup", "rollup", "column_key_in_linked_record" },
	{ "findmax", "findmax", "column_key_in_linked_record" },
	{ "findmin", "findmin", "column_key_in_linked_record" },
};

static struct node *call_new(struct arena *arena, struct str function, struct node *first, struct node *second)
{
	struct node *call = ARENA_NEW(arena, struct node);

	call->type = NODE_CALL;
	call->function = function_find(function);
	call->arguments = ARENA_ARRAY(arena, struct node *, 3);
	call->arguments[call->count++] = first;
	if (second)
		call->arguments[call->count++] = second;
	return call;
}

static struct node *name_new(struct arena *arena, struct str name)
{
	struct node *node = ARENA_NEW(arena, struct node);

	node->type = NODE_TEXT;
	node->text = name;
	return node;
}

/* The linked table's column under a setting's key. */
static const struct column *setting_column(const struct scope *scope, const struct table *table, const cJSON *data,
					   const char *setting)
{
	const struct column *column = map_get(table->column_by_key, json_get_str(data, setting));

	if (!column)
		(void)formula_fail(scope, "%s names no column", setting);
	return column;
}

/* A column of the linked table, or through a link there, of the table behind. */
static struct node *shown_column(const struct scope *scope, const struct column *link, const struct column *column,
				 const cJSON *data)
{
	struct arena *arena = scope->out->arena;
	struct str second = json_get_str(data, "level2_linked_table_column_key");
	struct node *node;

	if (!column->link || str_is_empty(second)) {
		node = name_new(arena, column->name);
	} else {
		const struct column *behind = column->link->linked ? setting_column(scope, column->link->linked, data,
										    "level2_linked_table_column_key")
								   : NULL;

		if (!behind)
			return NULL;
		node = name_new(arena, str_format(arena, "%.*s.%.*s.%.*s", STR_ARG(link->name), STR_ARG(column->name),
						  STR_ARG(behind->name)));
		node->type = NODE_COLUMN;
	}
	node->is_raw = true;
	return node;
}

static bool has_conditions(const cJSON *data)
{
	const cJSON *conditions = json_get(data, "conditions");

	return json_get_bool(data, "include_condition", true) && cJSON_IsArray(conditions) && conditions->child;
}

/* A condition on a computed column reads its formula, which must not lead back here. */
static bool check_item(const struct scope *scope, const struct table *linked, const cJSON *item)
{
	struct scope inner = { scope->out, linked, NULL, scope->chain + 1, scope->err, NULL };
	const struct column *column = map_get(linked->column_by_key, json_get_str(item, "column_key"));
	const cJSON *part;

	cJSON_ArrayForEach(part, json_get(item, "filters"))
	{
		if (!check_item(scope, linked, part))
			return false;
	}
	if (!column)
		column = table_find_column(linked, json_get_str(item, "column_name"));
	if (!column || (column->type->id != TYPE_formula && column->type->id != TYPE_link_formula))
		return true;
	struct node node = { .type = NODE_COLUMN, .text = column->name };
	return formula_check(&inner, &node);
}

static bool add_conditions(const struct scope *scope, const struct table *linked, const cJSON *data, struct node *node)
{
	const cJSON *item;

	node->filters = json_get(data, "conditions");
	node->conjunction = json_get_str(data, "condition_conjunction");
	cJSON_ArrayForEach(item, node->filters)
	{
		if (!check_item(scope, linked, item))
			return false;
	}
	return true;
}

static struct node *load_call(const struct scope *scope, const struct kind *kind, const struct column *link,
			      const cJSON *data)
{
	struct arena *arena = scope->out->arena;
	struct str function = str_from_c(kind->function);
	struct node *link_name = name_new(arena, link->name), *shown;
	const struct column *column, *compared;

	if (!kind->column_key)
		return call_new(arena, function, link_name, NULL);
	column = setting_column(scope, link->link->linked, data, kind->column_key);
	if (!column)
		return NULL;
	if (str_equal(function, STR("rollup"))) {
		struct node *call = call_new(arena, function, link_name, name_new(arena, column->name));

		call->arguments[call->count++] = name_new(arena, json_get_str(data, "summary_method"));
		return call;
	}
	shown = shown_column(scope, link, column, data);
	if (!shown || shown->type == NODE_COLUMN)
		return shown;
	if (str_equal(function, STR("lookup")))
		return call_new(arena, function, link_name, shown);
	compared = setting_column(scope, link->link->linked, data, "column_key_for_comparison");
	if (!compared)
		return NULL;
	return call_new(arena, STR("lookup"), call_new(arena, function, link_name, name_new(arena, compared->name)),
			shown);
}

struct node *formula_load_link(const struct scope *scope, const cJSON *data)
{
	struct str name = json_get_str(data, "formula");
	const struct column *link = map_get(scope->table->column_by_key, json_get_str(data, "link_column_key"));
	struct node *node;

	if (!link || !link->link || !link->link->linked) {
		(void)formula_fail(scope, "link_column names no link column");
		return NULL;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!str_equal_c(name, kinds[i].formula))
			continue;
		node = load_call(scope, &kinds[i], link, data);
		return node && (!has_conditions(data) || add_conditions(scope, link->link->linked, data, node)) ? node
														: NULL;
	}
	(void)formula_fail(scope, "link formulas are count_links, lookup, rollup, findmax and findmin");
	return NULL;
}

/* A link column shows what a lookup of its display column gives. */
static const cJSON *lookup_of(struct arena *arena, const struct column *column)
{
	struct str text = str_format(
		arena,
		"{\"formula\":\"lookup\",\"link_column_key\":\"%.*s\",\"level1_linked_table_column_key\":\"%.*s\"}",
		STR_ARG(column->key), STR_ARG(column->link->display->key));
	struct error ignored;
	cJSON *tree = NULL;

	return json_parse(arena, text, &tree, &ignored) ? tree : NULL;
}

bool formula_compile_shown(struct formula_sql *out, const struct table *table, const struct column *column, int row,
			   struct formula_info *info)
{
	const struct column_type *type = column->type;
	const cJSON *data = column->data_tree;
	size_t from = out->sql.len;
	struct error ignored;

	if (type->id == TYPE_link) {
		if (!column->link || !column->link->display)
			return false;
		type = column_type_by_id(TYPE_link_formula);
		data = lookup_of(out->arena, column);
	}
	buf_append_str(&out->sql, STR("sql_value("));
	if (!formula_compile(out, table, column, type, data, row, info, &ignored)) {
		out->sql.len = from;
		return false;
	}
	buf_append_byte(&out->sql, ')');
	return true;
}
