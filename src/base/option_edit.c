/* Adding, changing and deleting the options of a select column, and the cascade between two of them
 * (base-operations.md 3.6). */
#include "base/base_internal.h"

#include <string.h>

#include "core/json_in.h"

struct option_job {
	const struct table_ref *ref;
	struct str column_name;
	const cJSON *input;
	struct str parent_name; /* cascade */
	const struct table *table;
	const struct column *column;
	struct str table_id, key; /* for after the job */
};

static bool find(struct option_job *job, struct change *change, struct error *err)
{
	job->table = change_find_table(change, job->ref, err);
	if (!job->table)
		return false;
	job->column = change_find_column(job->table, job->column_name, err);
	if (!job->column)
		return false;
	if (!column_is_select(job->column))
		return FAIL_WITH(err, param_invalid, STR("column"));
	job->table_id = job->table->id;
	job->key = job->column->key;
	return true;
}

static bool store(struct option_job *job, struct change *change, struct options_edit *edit, bool with_cells,
		  struct error *err)
{
	struct str data;

	return options_edit_end(edit, change->arena, &data, err) &&
	       column_data_store(change, job->table, job->column, data, with_cells, err);
}

/* ---- add ---- */

static bool add_options(struct change *change, void *ctx, struct error *err)
{
	struct option_job *job = ctx;
	struct map *added = map_new(change->arena, 8);
	struct options_edit edit;

	if (!find(job, change, err))
		return false;
	options_edit_begin(&edit, job->column);
	for (const cJSON *option = options_first(job->column->data_tree); option; option = option->next)
		json_tree(&edit.out, option);
	for (const cJSON *option = job->input->child; option; option = option->next) {
		struct str name = json_get_str(option, "name");

		if (!column_option_by_name(job->column, name) && map_put(added, name, job))
			json_tree(&edit.out, option);
	}
	if (map_count(added) == 0) {
		buf_free(&edit.buf);
		return true;
	}
	return store(job, change, &edit, false, err) && change_schema(change, err);
}

/* Each has a name. */
static bool check_new_options(const cJSON *options, struct error *err)
{
	const cJSON *option = NULL;

	if (!cJSON_IsArray(options))
		return FAIL_WITH(err, param_invalid, STR("options"));
	cJSON_ArrayForEach(option, options)
	{
		if (str_is_empty(json_get_str(option, "name")))
			return FAIL_WITH(err, param_invalid, STR("options"));
	}
	return true;
}

bool base_add_options(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str column, const cJSON *options, struct error *err)
{
	struct option_job job = { .ref = table, .column_name = column, .input = options };
	struct change change = change_new(base, arena, actor);
	bool ok = check_new_options(options, err) && change_run(&change, add_options, &job, err);

	change_end(&change);
	return ok;
}

/* ---- change ---- */

static const cJSON *change_of(const cJSON *changes, struct str id)
{
	const cJSON *change = NULL, *found = NULL;

	cJSON_ArrayForEach(change, changes)
	{
		if (str_equal(json_get_str(change, "id"), id))
			found = change;
	}
	return found;
}

static struct str new_name(const cJSON *option, const cJSON *changed)
{
	struct str name = json_get_str(changed, "name");

	return str_is_empty(name) ? json_get_str(option, "name") : name;
}

/* The text that the change sets for a member of the option; empty when it leaves it. */
static struct str given_anew(const cJSON *changed, const char *member)
{
	static const char *const settable[] = { "name", "color", "textColor", "borderColor" };

	for (size_t i = 0; i < sizeof(settable) / sizeof(settable[0]); i++) {
		if (strcmp(member, settable[i]) == 0)
			return json_get_str(changed, member);
	}
	return (struct str){ 0 };
}

/* The option with what is given anew; members that we don't know stay. */
static void write_changed(const cJSON *option, const cJSON *changed, struct json_out *out)
{
	json_object(out);
	for (const cJSON *member = option->child; member; member = member->next) {
		if (!str_is_empty(given_anew(changed, member->string)))
			continue;
		json_key_str(out, str_from_c(member->string));
		json_tree(out, member);
	}
	for (const cJSON *member = changed->child; member; member = member->next) {
		struct str text = given_anew(changed, member->string);

		if (!str_is_empty(text) && json_get(changed, member->string) == member)
			json_field_str(out, member->string, text);
	}
	json_object_end(out);
}

/* Every change names an option of the column, and no two options have one name afterwards. */
static bool check_changes(const struct option_job *job, struct arena *arena, struct error *err)
{
	struct map *names = map_new(arena, job->column->option_count);
	const cJSON *changed = NULL;

	cJSON_ArrayForEach(changed, job->input)
	{
		if (!column_option_by_id(job->column, json_get_str(changed, "id")))
			return FAIL_WITH(err, param_invalid, STR("options"));
	}
	for (const cJSON *option = options_first(job->column->data_tree); option; option = option->next) {
		if (!map_put(names, new_name(option, change_of(job->input, json_get_str(option, "id"))), names))
			return FAIL_WITH(err, param_invalid, STR("options"));
	}
	return true;
}

static bool update_options(struct change *change, void *ctx, struct error *err)
{
	struct option_job *job = ctx;
	struct options_edit edit;

	if (!find(job, change, err) || !check_changes(job, change->arena, err))
		return false;
	options_edit_begin(&edit, job->column);
	for (const cJSON *option = options_first(job->column->data_tree); option; option = option->next) {
		const cJSON *changed = change_of(job->input, json_get_str(option, "id"));

		if (changed)
			write_changed(option, changed, &edit.out);
		else
			json_tree(&edit.out, option);
	}
	return store(job, change, &edit, false, err) && change_schema(change, err);
}

bool base_update_options(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, struct str column, const cJSON *options, struct json_out *out,
			 struct error *err)
{
	struct option_job job = { .ref = table, .column_name = column, .input = options };
	struct change change = change_new(base, arena, actor);
	bool ok = cJSON_IsArray(options) ? change_run(&change, update_options, &job, err)
					 : FAIL_WITH(err, param_invalid, STR("options"));

	if (ok) {
		const struct column *changed = model_column(change.model, job.table_id, job.key);

		json_array(out);
		for (const cJSON *option = options_first(changed->data_tree); option; option = option->next)
			json_tree(out, option);
		json_array_end(out);
	}
	change_end(&change);
	return ok;
}

/* ---- delete ---- */

static bool list_has(const cJSON *list, struct str text)
{
	const cJSON *item = NULL;

	cJSON_ArrayForEach(item, list)
	{
		if (str_equal(json_str(item), text))
			return true;
	}
	return false;
}

static bool delete_options(struct change *change, void *ctx, struct error *err)
{
	struct option_job *job = ctx;
	struct options_edit edit;
	struct json_out ids;
	struct buf ids_buf;
	const cJSON *name = NULL;
	size_t dropped = 0;
	bool ok;

	if (!find(job, change, err))
		return false;
	buf_init(&ids_buf, OPTIONS_MAX_BYTES);
	ids = json_out_to(&ids_buf);
	json_array(&ids);
	cJSON_ArrayForEach(name, job->input)
	{
		const struct select_option *option = column_option_by_name(job->column, json_str(name));

		dropped += option != NULL;
		if (option)
			json_string(&ids, option->id);
	}
	json_array_end(&ids);
	if (dropped == 0) {
		buf_free(&ids_buf);
		return true;
	}
	options_edit_begin(&edit, job->column);
	for (const cJSON *option = options_first(job->column->data_tree); option; option = option->next) {
		if (!list_has(job->input, json_get_str(option, "name")))
			json_tree(&edit.out, option);
	}
	ok = store(job, change, &edit, true, err) &&
	     options_drop_from_cells(change, job->table, job->column, buf_str(&ids_buf), err) &&
	     change_schema(change, err);
	buf_free(&ids_buf);
	return ok;
}

bool base_delete_options(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, struct str column, const cJSON *names, struct error *err)
{
	struct option_job job = { .ref = table, .column_name = column, .input = names };
	struct change change = change_new(base, arena, actor);
	bool ok = cJSON_IsArray(names) ? change_run(&change, delete_options, &job, err)
				       : FAIL_WITH(err, param_invalid, STR("option_names"));

	change_end(&change);
	return ok;
}

/* ---- cascade ---- */

/* An option by name, else by id. */
static const struct select_option *option_of(const struct column *column, struct str text)
{
	const struct select_option *option = column_option_by_name(column, text);

	return option ? option : column_option_by_id(column, text);
}

/* {"parent option": ["child option"]}, by id; options that there are not are left out. */
static void write_cascade(const struct column *parent, const struct column *child, const cJSON *settings,
			  struct json_out *out)
{
	const cJSON *entry = NULL, *item = NULL;

	json_object(out);
	cJSON_ArrayForEach(entry, settings)
	{
		const struct select_option *option = option_of(parent, str_from_c(entry->string));

		if (!option)
			continue;
		json_key_str(out, option->id);
		json_array(out);
		cJSON_ArrayForEach(item, entry)
		{
			const struct select_option *child_option = option_of(child, json_str(item));

			if (child_option)
				json_string(out, child_option->id);
		}
		json_array_end(out);
	}
	json_object_end(out);
}

static bool set_cascade(struct change *change, void *ctx, struct error *err)
{
	struct option_job *job = ctx;
	const struct column *parent;
	const cJSON *member = NULL;
	struct json_out out;
	struct buf buf;
	bool ok;

	if (!find(job, change, err))
		return false;
	parent = change_find_column(job->table, job->parent_name, err);
	if (!parent)
		return false;
	if (!column_is_select(parent) || parent == job->column)
		return FAIL_WITH(err, param_invalid, STR("parent_column"));
	buf_init(&buf, OPTIONS_MAX_BYTES);
	out = json_out_to(&buf);
	json_object(&out);
	cJSON_ArrayForEach(member, job->column->data_tree)
	{
		struct str name = str_from_c(member->string);

		if (str_equal_c(name, "cascade_column_key") || str_equal_c(name, "cascade_settings"))
			continue;
		json_key_str(&out, name);
		json_tree(&out, member);
	}
	json_field_str(&out, "cascade_column_key", parent->key);
	json_key(&out, "cascade_settings");
	write_cascade(parent, job->column, job->input, &out);
	json_object_end(&out);
	ok = (!buf_failed(&buf) || FAIL(err, request_too_complex)) &&
	     column_data_store(change, job->table, job->column, buf_str(&buf), false, err) &&
	     change_schema(change, err);
	buf_free(&buf);
	return ok;
}

bool base_set_cascade(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str parent_column, struct str child_column,
		      const cJSON *settings, struct error *err)
{
	struct option_job job = {
		.ref = table, .column_name = child_column, .parent_name = parent_column, .input = settings
	};
	struct change change = change_new(base, arena, actor);
	bool ok = cJSON_IsObject(settings) ? change_run(&change, set_cascade, &job, err)
					   : FAIL_WITH(err, param_invalid, STR("cascade_settings"));

	change_end(&change);
	return ok;
}
