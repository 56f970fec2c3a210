/* Groups of rows (views.md 5): by what rows belong together, and in which order the groups come. */
#include "base/base_internal.h"

#include <assert.h>

#include "core/json_in.h"

/* "%.*s" stands for the cell. A key is NULL for an empty cell; a set is the same in whatever order it was filled in. */
#define KEY_VALUE "%.*s"
#define KEY_TEXT "nullif(%.*s, '')"
#define KEY_SET                                                                                                        \
	"nullif((SELECT json_group_array(value) FROM (SELECT DISTINCT value FROM json_each(%.*s) ORDER BY value)), "   \
	"'[]')"

/* How groups are ordered; "%.*s" stands for the key, "?%d" for the options or names. NULL: by the key itself. */
#define ORDER_TEXT "%.*s COLLATE natural_order"
#define ORDER_OPTION "option_rank(%.*s, ?%d)"
#define ORDER_OPTIONS "option_ranks(%.*s, ?%d)"
#define ORDER_PEOPLE "user_names(%.*s, ?%d) COLLATE natural_order"
#define ORDER_PERSON "user_names(json_array(%.*s), ?%d) COLLATE natural_order"

enum order_argument { TAKES_NOTHING, TAKES_OPTIONS, TAKES_NAMES };

struct group_form {
	enum column_type_id type;
	int form; /* of struct row_group_key */
	const char *key, *order;
	enum order_argument takes;
};

static const struct group_form group_forms[] = {
	{ TYPE_text, GROUPED_BY_TEXT, KEY_TEXT, ORDER_TEXT, TAKES_NOTHING },
	{ TYPE_url, GROUPED_BY_TEXT, KEY_TEXT, ORDER_TEXT, TAKES_NOTHING },
	{ TYPE_email, GROUPED_BY_TEXT, KEY_TEXT, ORDER_TEXT, TAKES_NOTHING },
	{ TYPE_default, GROUPED_BY_TEXT, KEY_TEXT, ORDER_TEXT, TAKES_NOTHING },
	{ TYPE_geolocation, GROUPED_BY_TEXT, KEY_TEXT, ORDER_TEXT, TAKES_NOTHING },
	{ TYPE_number, GROUPED_BY_NUMBER, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_duration, GROUPED_BY_NUMBER, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_rate, GROUPED_BY_NUMBER, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_department, GROUPED_BY_NUMBER, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_checkbox, GROUPED_BY_BOOL, "coalesce(%.*s, 0)", NULL, TAKES_NOTHING },
	{ TYPE_date, GROUPED_BY_TEXT, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_ctime, GROUPED_BY_TEXT, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_mtime, GROUPED_BY_TEXT, KEY_VALUE, NULL, TAKES_NOTHING },
	{ TYPE_single_select, GROUPED_BY_TEXT, KEY_TEXT, ORDER_OPTION, TAKES_OPTIONS },
	{ TYPE_multiple_select, GROUPED_BY_LIST, KEY_SET, ORDER_OPTIONS, TAKES_OPTIONS },
	{ TYPE_collaborator, GROUPED_BY_LIST, KEY_SET, ORDER_PEOPLE, TAKES_NAMES },
	{ TYPE_creator, GROUPED_BY_TEXT, KEY_TEXT, ORDER_PERSON, TAKES_NAMES },
	{ TYPE_last_modifier, GROUPED_BY_TEXT, KEY_TEXT, ORDER_PERSON, TAKES_NAMES },
};

static const struct group_form *form_of(enum column_type_id type)
{
	for (size_t i = 0; i < sizeof(group_forms) / sizeof(group_forms[0]); i++) {
		if (group_forms[i].type == type)
			return &group_forms[i];
	}
	return NULL;
}

/* ---- dates and places, cut ---- */

/* A stored date begins with its day, "2024-05-09". */
static struct str cut_date(struct arena *arena, struct str date, const struct row_group_cut *cut)
{
	struct str type = cut->count_type;

	if (str_equal_c(type, "day"))
		return str_format(arena, "substr(%.*s, 1, 10)", STR_ARG(date));
	if (str_equal_c(type, "week"))
		return str_format(arena, "date(substr(%.*s, 1, 10), '-6 days', '%s')", STR_ARG(date), cut->week_start);
	if (str_equal_c(type, "quartar") || str_equal_c(type, "quarter"))
		return str_format(arena, "substr(%.*s, 1, 4) || '-Q' || ((substr(%.*s, 6, 2) + 2) / 3)", STR_ARG(date),
				  STR_ARG(date));
	if (str_equal_c(type, "year"))
		return str_format(arena, "substr(%.*s, 1, 4)", STR_ARG(date));
	return str_format(arena, "substr(%.*s, 1, 7)", STR_ARG(date));
}

static struct str cut_place(struct arena *arena, struct str place, const struct row_group_cut *cut)
{
	static const char *const parts[] = { "province", "city", "district" };
	const char *part = "province";

	if (str_equal_c(cut->count_type, "country"))
		part = "country_region";
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (str_equal_c(cut->count_type, parts[i]))
			part = parts[i];
	}
	return str_format(arena, "json_extract(%.*s, '$.%s')", STR_ARG(place), part);
}

/* What a key is made of. */
static struct str cut_cell(struct arena *arena, const struct row_order_cell *cell, const struct row_group_cut *cut)
{
	bool whole = str_is_empty(cut->count_type);
	struct str sql = cell->sql;

	switch (cell->type) {
	case TYPE_ctime:
	case TYPE_mtime: /* stored as instants */
		sql = str_format(arena, "time_text(%.*s)", STR_ARG(sql));
		return whole ? sql : cut_date(arena, sql, cut);
	case TYPE_date:
		return whole ? sql : cut_date(arena, sql, cut);
	case TYPE_geolocation:
		return whole ? sql : cut_place(arena, sql, cut);
	default:
		return sql;
	}
}

static const struct group_form *read_key(struct formula_sql *values, const struct table *table,
					 const struct column *column, const struct row_group_cut *cut,
					 struct row_order_cell *cell, struct row_group_key *key)
{
	const struct group_form *form = row_order_cell(values, table, column, cell) ? form_of(cell->type) : NULL;
	struct str sql;

	if (!form)
		return NULL;
	sql = cut_cell(values->arena, cell, cut);
	key->form = form->form;
	key->is_date = cell->type == TYPE_date || cell->type == TYPE_ctime || cell->type == TYPE_mtime;
	key->sql = str_format(values->arena, form->key, STR_ARG(sql));
	return form;
}

bool row_group_key_of(struct formula_sql *values, const struct table *table, const struct column *column,
		      const struct row_group_cut *cut, struct row_group_key *key)
{
	struct row_order_cell cell;

	return read_key(values, table, column, cut, &cell, key) != NULL;
}

/* ---- of a view ---- */

/* The base says on which day its weeks begin (views.md 5). */
static const char *week_start_of(const struct model *model, struct arena *arena)
{
	static const struct {
		const char *day, *modifier;
	} days[] = { { "Monday", "weekday 1" }, { "Saturday", "weekday 6" } };
	struct str day = { 0 };
	struct error ignored;
	cJSON *settings;

	if (model->settings.len > 0 && json_parse(arena, model->settings, &settings, &ignored))
		day = json_get_str(json_get(settings, "date_settings"), "first_day_of_week");
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		if (str_equal_c(day, days[i].day))
			return days[i].modifier;
	}
	return "weekday 0";
}

/* Ordered by what people see, then by the key: groups that read alike must not mix. */
static void add_order(struct row_order *order, const struct group_form *form, const struct row_order_cell *cell,
		      const struct row_group_key *key, bool descending)
{
	struct row_order_term term = { 0 };
	struct arena *arena = order->values.arena;

	if (form->takes != TAKES_NOTHING) {
		term.bound = form->takes == TAKES_OPTIONS ? cell->of : NULL;
		term.by_names = form->takes == TAKES_NAMES;
		term.parameter = row_order_next_parameter(order);
		row_order_add_term(order, str_format(arena, form->order, STR_ARG(key->sql), term.parameter), descending,
				   term);
	} else if (form->order) {
		row_order_add_term(order, str_format(arena, form->order, STR_ARG(key->sql)), descending, term);
	}
	row_order_add_term(order, key->sql, descending, (struct row_order_term){ 0 });
}

static const struct column *column_of(const struct table *table, const cJSON *groupby)
{
	struct str key = json_get_str(groupby, "column_key");

	return table_find_column(table, key.at ? key : json_get_str(groupby, "column_name"));
}

void row_groups_add(struct row_groups *groups, struct row_order *order, const struct model *model,
		    const struct table *table, const cJSON *groupbys)
{
	struct row_group_cut cut = { .week_start = week_start_of(model, order->values.arena) };
	const cJSON *groupby;

	assert(order->term_count == 0);
	cJSON_ArrayForEach(groupby, groupbys)
	{
		const struct column *column = column_of(table, groupby);
		struct row_group *group = &groups->at[groups->count];
		const struct group_form *form;
		struct row_order_cell cell;

		if (groups->count == ROW_GROUPS_MAX)
			break;
		cut.count_type = json_get_str(groupby, "count_type");
		if (str_is_empty(cut.count_type))
			cut.count_type = STR("month"); /* of a place, as good as its default */
		form = column ? read_key(&order->values, table, column, &cut, &cell, &group->key) : NULL;
		if (!form)
			continue;
		add_order(order, form, &cell, &group->key, str_equal_c(json_get_str(groupby, "sort_type"), "down"));
		group->column = column;
		group->order_end = order->sql.len;
		groups->count++;
	}
}
