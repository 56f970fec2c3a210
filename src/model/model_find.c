/* Finding tables, views, columns and options the way clients name them (base-operations.md 1.1), and what new names and
 * ids may be. */
#include "core/arena.h"
#include "core/id.h"
#include "model/model.h"

enum { NAME_MAX_CHARS = 255 };

static const struct table *table_by_id(const struct model *model, struct str id)
{
	for (size_t i = 0; id.at && i < model->table_count; i++)
		if (str_equal(model->tables[i].id, id))
			return &model->tables[i];
	return NULL;
}

static const struct table *table_by_name(const struct model *model, struct str name)
{
	for (size_t i = 0; name.at && i < model->table_count; i++)
		if (str_equal(model->tables[i].name, name))
			return &model->tables[i];
	return NULL;
}

const struct table *model_find_table(const struct model *model, const struct table_ref *ref, struct error *err)
{
	const struct table *table = table_by_id(model, ref->id);

	if (!table)
		table = table_by_name(model, ref->id);
	if (!table)
		table = table_by_name(model, ref->name);
	if (!table)
		table = table_by_id(model, ref->name);
	if (!table)
		FAIL(err, table_not_found);
	return table;
}

const struct column *table_find_column(const struct table *table, struct str name_or_key)
{
	const struct column *column = map_get(table->column_by_name, name_or_key);

	return column ? column : map_get(table->column_by_key, name_or_key);
}

static const struct view *view_by_id(const struct table *table, struct str id)
{
	for (size_t i = 0; id.at && i < table->view_count; i++)
		if (str_equal(table->views[i].id, id))
			return &table->views[i];
	return NULL;
}

static const struct view *view_by_name(const struct table *table, struct str name)
{
	for (size_t i = 0; name.at && i < table->view_count; i++)
		if (str_equal(table->views[i].name, name))
			return &table->views[i];
	return NULL;
}

const struct view *table_find_view(const struct table *table, const struct table_ref *ref, struct error *err)
{
	const struct view *view = view_by_id(table, ref->id);

	if (!view)
		view = view_by_name(table, ref->id);
	if (!view)
		view = view_by_name(table, ref->name);
	if (!view)
		view = view_by_id(table, ref->name);
	if (!view)
		FAIL_WITH(err, view_not_found, ref->id.len > 0 ? ref->id : ref->name);
	return view;
}

const struct select_option *column_option_by_id(const struct column *column, struct str id)
{
	return column->option_by_id ? map_get(column->option_by_id, id) : NULL;
}

const struct select_option *column_option_by_name(const struct column *column, struct str name)
{
	return column->option_by_name ? map_get(column->option_by_name, name) : NULL;
}

bool model_check_name(struct arena *arena, struct str name, const char *what, struct str *out, struct error *err)
{
	struct str trimmed = str_trim(name);

	if (trimmed.len == 0 || str_prefix_chars(trimmed, NAME_MAX_CHARS).len < trimmed.len)
		return FAIL_WITH(err, param_invalid, str_from_c(what));
	for (size_t i = 0; i < trimmed.len; i++)
		if ((unsigned char)trimmed.at[i] < 0x20 || trimmed.at[i] == 0x7f)
			return FAIL_WITH(err, param_invalid, str_from_c(what));
	*out = str_copy(arena, trimmed);
	return true;
}

static bool is_taken(struct str id, const struct str *taken, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal_fold(taken[i], id))
			return true;
	return false;
}

struct str model_free_id(struct arena *arena, const struct str *taken, size_t count)
{
	char id[ID_SHORT_LEN + 1];

	do
		id_new_short(id);
	while (is_taken((struct str){ id, ID_SHORT_LEN }, taken, count));
	return str_copy(arena, (struct str){ id, ID_SHORT_LEN });
}
