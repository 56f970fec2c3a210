/* Making links: a column of type link brings a SQLite table of pairs and, in the other table, a partner column. One
 * request may make several, also to the same other table, so they are planned first and written together. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "model/link.h"

/* The columns of another table, with the partners that go there. */
struct partners {
	const struct table *table;
	struct column_list list;
	struct str *keys; /* of the partners */
	size_t count;
};

struct link_plan {
	struct change *change;
	struct str table_id, table_name;
	size_t max;
	struct str *taken; /* ids of all links: those of the base, then the planned ones */
	size_t taken_count, planned_from;
	struct partners *partners;
	size_t partner_count;
};

struct link_plan *link_plan_new(struct change *change, struct str table_id, struct str table_name, size_t max)
{
	struct link_plan *plan = ARENA_NEW(change->arena, struct link_plan);
	const struct model *model = change->model;
	size_t columns = 0;

	for (size_t t = 0; t < model->table_count; t++)
		columns += model->tables[t].column_count;
	*plan = (struct link_plan){
		.change = change,
		.table_id = table_id,
		.table_name = table_name,
		.max = max,
		.taken = ARENA_ARRAY(change->arena, struct str, columns + max + 1),
		.partners = ARENA_ARRAY(change->arena, struct partners, max + 1),
	};
	for (size_t t = 0; t < model->table_count; t++) {
		for (size_t c = 0; c < model->tables[t].column_count; c++) {
			const struct link *link = model->tables[t].columns[c]->link;

			if (link)
				plan->taken[plan->taken_count++] = link->id;
		}
	}
	plan->planned_from = plan->taken_count;
	return plan;
}

/* ---- settings ---- */

/* What a link column keeps for user interfaces, with its default. */
static const struct {
	const char *key, *fallback; /* NULL = only there when it is given */
} kept[] = {
	{ "is_row_from_view", "false" },
	{ "other_view_id", "\"\"" },
	{ "only_adding_new_record", NULL },
};

struct link_settings {
	struct str display_key, table_id, other_table_id, link_id;
	const cJSON *given; /* may be NULL */
	bool is_multiple, is_linked_back;
};

static struct str write_settings(const struct link_settings *settings, struct arena *arena)
{
	struct str text;
	struct json_out out;
	struct buf buf;

	buf_init(&buf, 1 << 20);
	out = json_out_to(&buf);
	json_object(&out);
	json_field_str(&out, "display_column_key", settings->display_key);
	json_field_str(&out, "table_id", settings->table_id);
	json_field_str(&out, "other_table_id", settings->other_table_id);
	json_field_bool(&out, "is_internal_link", true);
	json_field_bool(&out, "is_multiple", settings->is_multiple);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const cJSON *value = json_get(settings->given, kept[i].key);
		bool is_given = cJSON_IsBool(value) || cJSON_IsString(value);

		if (!is_given && !kept[i].fallback)
			continue;
		json_key(&out, kept[i].key);
		if (is_given)
			json_tree(&out, value);
		else
			json_raw(&out, str_from_c(kept[i].fallback));
	}
	json_field_str(&out, "link_id", settings->link_id);
	if (settings->is_linked_back)
		json_field_bool(&out, "is_linked_back", true);
	json_object_end(&out);
	text = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

static bool refuse(struct arena *arena, const cJSON *data, struct error *err)
{
	return FAIL_WITH(err, column_data_invalid, data ? json_tree_text(arena, data) : STR("{}"));
}

/* The asked-for display column of the linked table, by key or name; its first column when none is asked for. */
static bool read_display(struct arena *arena, const struct table *linked, const cJSON *data, struct str *key,
			 struct error *err)
{
	struct str asked = json_get_str(data, "display_column_key");
	const struct column *column;

	*key = linked ? linked->columns[0]->key : STR("0000");
	if (str_is_empty(asked) || !linked)
		return true;
	column = map_get(linked->column_by_key, asked);
	if (!column)
		column = table_find_column(linked, asked);
	if (!column || column->type->id == TYPE_link)
		return refuse(arena, data, err);
	*key = column->key;
	return true;
}

bool link_data_merge(struct arena *arena, const struct column *column, const cJSON *given, struct str *out,
		     struct error *err)
{
	const struct link *link = column->link;
	const cJSON *multiple = json_get(given, "is_multiple");
	struct link_settings settings = {
		.table_id = link->table_id,
		.other_table_id = link->other_table_id,
		.link_id = link->id,
		.given = given,
		.is_multiple = cJSON_IsBool(multiple) ? cJSON_IsTrue(multiple) : link->is_multiple,
		.is_linked_back = cJSON_IsTrue(json_get(column->data_tree, "is_linked_back")),
	};

	if (!cJSON_IsObject(given))
		return refuse(arena, given, err);
	if (!json_get(given, "display_column_key") && link->display)
		settings.display_key = link->display->key;
	else if (!read_display(arena, link->linked, given, &settings.display_key, err))
		return false;
	*out = write_settings(&settings, arena);
	return true;
}

/* ---- planning ---- */

static bool names_own_table(const struct link_plan *plan, const cJSON *data, const char *by_name, const char *by_id)
{
	struct str name = json_get_str(data, by_name), id = json_get_str(data, by_id);

	return (id.at && (str_equal(id, plan->table_id) || str_equal(id, plan->table_name))) ||
	       (name.at && (str_equal(name, plan->table_name) || str_equal(name, plan->table_id)));
}

static bool names_any(const cJSON *data, const char *by_name, const char *by_id)
{
	return !str_is_empty(json_get_str(data, by_name)) || !str_is_empty(json_get_str(data, by_id));
}

/* The table at the other end; NULL when it is the one that the column goes into. `table` may be missing, and clients
 * mix up the two. */
static bool find_other(const struct link_plan *plan, const cJSON *data, const struct table **other, struct error *err)
{
	bool own_first = names_own_table(plan, data, "table", "table_id") || !names_any(data, "table", "table_id");
	bool own_second = names_own_table(plan, data, "other_table", "other_table_id");
	const char *name = own_first ? "other_table" : "table", *id = own_first ? "other_table_id" : "table_id";
	struct table_ref ref = { .id = json_get_str(data, id), .name = json_get_str(data, name) };

	*other = NULL;
	if (!cJSON_IsObject(data) || !names_any(data, "other_table", "other_table_id") || (!own_first && !own_second))
		return refuse(plan->change->arena, data, err);
	if (own_first && own_second)
		return true;
	*other = model_find_table(plan->change->model, &ref, err);
	return *other != NULL;
}

static struct partners *partners_of(struct link_plan *plan, const struct table *table)
{
	struct partners *partners = plan->partners;

	while (partners < plan->partners + plan->partner_count && partners->table != table)
		partners++;
	if (partners == plan->partners + plan->partner_count) {
		*partners = (struct partners){
			.table = table,
			.list = column_list_of(plan->change->arena, table, plan->max),
			.keys = ARENA_ARRAY(plan->change->arena, struct str, plan->max),
		};
		plan->partner_count++;
	}
	return partners;
}

static bool has_name(const struct column_list *list, struct str name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (str_equal(list->at[i].name, name))
			return true;
	}
	return column_name_is_system(name, (struct str){ 0 });
}

/* The name of the table that the partner leads to, with a number when the other table has such a column. */
static struct str partner_name(const struct link_plan *plan, const struct column_list *list)
{
	struct str name = plan->table_name;

	for (int n = 1; has_name(list, name); n++)
		name = str_format(plan->change->arena, "%.*s%d", STR_ARG(plan->table_name), n);
	return name;
}

static bool add_partner(struct link_plan *plan, const struct table *other, struct link_settings settings,
			struct error *err)
{
	struct partners *partners = partners_of(plan, other);
	struct column_list *list = &partners->list;
	struct str key = column_list_free_key(list, plan->change->arena);

	if (list->count >= BASE_MAX_COLUMNS)
		return FAIL(err, columns_limit);
	settings.display_key = STR("0000");
	settings.given = NULL;
	settings.is_multiple = true;
	list->at[list->count++] = (struct column_spec){
		.key = key,
		.name = partner_name(plan, list),
		.type = column_type_by_id(TYPE_link),
		.data = write_settings(&settings, plan->change->arena),
		.width = 200,
		.is_new = true,
	};
	partners->keys[partners->count++] = key;
	return true;
}

bool link_plan_add(struct link_plan *plan, const cJSON *data, struct column_spec *spec, struct error *err)
{
	struct arena *arena = plan->change->arena;
	struct link_settings settings = { .table_id = plan->table_id, .given = data };
	const struct table *other;

	if (!find_other(plan, data, &other, err) || !read_display(arena, other, data, &settings.display_key, err))
		return false;
	settings.other_table_id = other ? other->id : plan->table_id;
	settings.link_id = model_free_id(arena, plan->taken, plan->taken_count);
	settings.is_multiple = !cJSON_IsFalse(json_get(data, "is_multiple"));
	plan->taken[plan->taken_count++] = settings.link_id;
	spec->data = write_settings(&settings, arena);
	return !other || add_partner(plan, other, settings, err);
}

bool link_plan_copy(struct link_plan *plan, const struct column *column, struct str *link_id, struct str *data,
		    struct error *err)
{
	const struct link *link = column->link;
	bool within = str_equal(link->table_id, link->other_table_id), planned = link_id->at != NULL;
	struct link_settings settings = {
		.display_key = link->display_key,
		.table_id = plan->table_id,
		.other_table_id = within ? plan->table_id : link->linked->id,
		.given = column->data_tree,
		.is_multiple = link->is_multiple,
		.is_linked_back = within && link->reversed,
	};

	if (!planned) {
		*link_id = model_free_id(plan->change->arena, plan->taken, plan->taken_count);
		plan->taken[plan->taken_count++] = *link_id;
	}
	settings.link_id = *link_id;
	*data = write_settings(&settings, plan->change->arena);
	return within || add_partner(plan, link->linked, settings, err);
}

/* ---- writing ---- */

static bool make_table(struct change *change, struct str link_id, struct error *err)
{
	struct str id = link_id;
	const char *sql = str_format(change->arena,
				     "CREATE TABLE \"links_%.*s\" (\n"
				     "\t-- The pairs of one link between rows (columns of type link in column_def with "
				     "this link_id).\n"
				     "\trow1 TEXT NOT NULL,       -- _id of the row in the link's table_id\n"
				     "\trow2 TEXT NOT NULL,       -- _id of the row in its other_table_id\n"
				     "\torder1 INTEGER NOT NULL,  -- place of row2 in the cell of row1\n"
				     "\torder2 INTEGER NOT NULL,  -- place of row1 in the cell of row2\n"
				     "\tPRIMARY KEY (row1, row2)\n"
				     ") WITHOUT ROWID;\n"
				     "CREATE INDEX \"links_%.*s_back\" ON \"links_%.*s\"(row2, order2, row1)",
				     STR_ARG(id), STR_ARG(id), STR_ARG(id))
				  .at;

	return store_exec(change->conn, sql, err);
}

bool link_plan_store(const struct link_plan *plan, struct change *change, struct error *err)
{
	for (size_t i = plan->planned_from; i < plan->taken_count; i++) {
		if (!make_table(change, plan->taken[i], err))
			return false;
	}
	for (size_t i = 0; i < plan->partner_count; i++) {
		const struct partners *partners = &plan->partners[i];

		if (!column_list_store(&partners->list, change, partners->table, partners->table->id, err))
			return false;
	}
	return true;
}

bool link_plan_journal(const struct link_plan *plan, struct change *change, struct error *err)
{
	for (size_t i = 0; i < plan->partner_count; i++) {
		const struct partners *partners = &plan->partners[i];

		for (size_t c = 0; c < partners->count; c++) {
			if (!column_journal_insert(change, partners->table->id, partners->keys[c], err))
				return false;
		}
	}
	return true;
}
