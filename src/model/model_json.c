/* The model as clients see it: columns, views, tables, the whole metadata (columns.md 1 and 7). */
#include "core/json_in.h"
#include "model/link.h"
#include "model/members.h"
#include "model/model.h"
#include "model/view_keys.h"

enum { FORMAT_VERSION = 9 };

static const struct member column_members[] = {
	{ "key", NULL, true },
	{ "type", NULL, true },
	{ "name", NULL, true },
	{ "editable", NULL, true },
	{ "width", NULL, true },
	{ "resizable", NULL, true },
	{ "draggable", NULL, true },
	{ "data", NULL, true },
	{ "frozen", NULL, true },
	{ "permission_type", "\"\"", false },
	{ "permitted_users", "[]", false },
	{ "permitted_group", "[]", false },
	{ "edit_metadata_permission_type", "\"\"", false },
	{ "edit_metadata_permitted_users", "[]", false },
	{ "edit_metadata_permitted_group", "[]", false },
	{ "description", "null", false },
	{ "colorbys", "{}", false },
};

static const struct member table_members[] = {
	{ "_id", NULL, true },
	{ "name", NULL, true },
	{ "columns", NULL, true },
	{ "views", NULL, true },
	{ "view_structure", NULL, true },
	{ "rows", NULL, true },
	{ "id_row_map", NULL, true },
	{ "is_header_locked", "false", false },
	{ "summary_configs", "{}", false },
	{ "header_settings", "{}", false },
};

/* A link's settings, with what its cells hold told by the column that they show: so that can't grow old. */
static void write_link_data(const struct column *column, struct json_out *out)
{
	const struct column *display = column->link->display;
	const cJSON *member;

	json_object(out);
	cJSON_ArrayForEach(member, column->data_tree)
	{
		json_key_str(out, str_from_c(member->string));
		json_tree(out, member);
	}
	json_field_c(out, "array_type", display->type->name);
	json_key(out, "array_data");
	if (display->data_tree)
		json_raw(out, display->data);
	else
		json_null(out);
	json_field_c(out, "result_type", "array");
	json_object_end(out);
}

static void write_data(const struct column *column, struct json_out *out)
{
	json_key(out, "data");
	if (column->link && column->link->display)
		write_link_data(column, out);
	else if (column->data_tree)
		json_raw(out, column->data);
	else
		json_null(out);
}

void column_write(const struct column *column, struct json_out *out)
{
	json_object(out);
	column_write_members(column, out);
	json_object_end(out);
}

void column_write_type_and_data(const struct column *column, struct json_out *out)
{
	json_field_c(out, "type", column->type->name);
	write_data(column, out);
}

void column_write_members(const struct column *column, struct json_out *out)
{
	json_field_str(out, "key", column->key);
	json_field_c(out, "type", column->type->name);
	json_field_str(out, "name", column->name);
	/* True for every column, computed ones too: a client offers only those (columns.md 1). */
	json_field_bool(out, "editable", true);
	json_field_int(out, "width", column->width);
	json_field_bool(out, "resizable", true);
	json_field_bool(out, "draggable", true);
	write_data(column, out);
	members_write(column_members, sizeof(column_members) / sizeof(column_members[0]), column->more_tree, out);
	if (column->frozen)
		json_field_bool(out, "frozen", true);
}

void view_write(const struct view *view, struct json_out *out)
{
	json_object(out);
	json_field_str(out, "_id", view->id);
	json_field_str(out, "name", view->name);
	json_field_str(out, "type", view->type);
	members_write(view_members, VIEW_MEMBERS, view->body_tree, out);
	json_object_end(out);
}

/* {"folders": [...], "view_ids": [...]}: the folders are the user interface's, the list is ours. */
static void write_view_structure(const struct table *table, struct json_out *out)
{
	const cJSON *folders = json_get(json_get(table->more_tree, "view_structure"), "folders");

	json_object(out);
	json_key(out, "folders");
	if (cJSON_IsArray(folders))
		json_tree(out, folders);
	else
		json_raw(out, STR("[]"));
	json_key(out, "view_ids");
	json_array(out);
	for (size_t i = 0; i < table->view_count; i++)
		json_string(out, table->views[i].id);
	json_array_end(out);
	json_object_end(out);
}

void table_write_members(const struct table *table, struct json_out *out)
{
	json_field_str(out, "_id", table->id);
	json_field_str(out, "name", table->name);
	members_write(table_members, sizeof(table_members) / sizeof(table_members[0]), table->more_tree, out);
	json_key(out, "columns");
	json_array(out);
	for (size_t i = 0; i < table->column_count; i++)
		column_write(table->columns[i], out);
	json_array_end(out);
	json_key(out, "views");
	json_array(out);
	for (size_t i = 0; i < table->view_count; i++)
		view_write(&table->views[i], out);
	json_array_end(out);
	json_key(out, "view_structure");
	write_view_structure(table, out);
}

void table_write(const struct table *table, struct json_out *out)
{
	json_object(out);
	table_write_members(table, out);
	json_object_end(out);
}

void model_write_head(const struct model *model, int64_t version, struct json_out *out)
{
	json_field_int(out, "version", version);
	json_field_int(out, "format_version", FORMAT_VERSION);
	json_key(out, "settings");
	json_raw(out, model->settings.len > 0 ? model->settings : STR("{}"));
}

void model_write(const struct model *model, int64_t version, struct json_out *out)
{
	json_object(out);
	model_write_head(model, version, out);
	json_key(out, "tables");
	json_array(out);
	for (size_t i = 0; i < model->table_count; i++)
		table_write(&model->tables[i], out);
	json_array_end(out);
	json_object_end(out);
}
