/* Views: listing, making, changing, deleting. A view's settings are stored as sent; what they mean is decided when it
 * is read (views.md 3.2). */
#include "base/base_internal.h"

#include <string.h>

#include "core/json_in.h"

/* Which operation tells of which setting (clients.md 8); the last row is for all others. */
static const struct {
	const char *setting, *op_type;
} operations[] = {
	{ "filters", "modify_filters" },
	{ "filter_conjunction", "modify_filters" },
	{ "sorts", "modify_sorts" },
	{ "groupbys", "modify_groupbys" },
	{ "hidden_columns", "modify_hidden_columns" },
	{ "is_locked", "modify_view_lock" },
	{ "row_height", "modify_row_height" },
	{ "colorbys", "modify_row_color" },
	{ NULL, "modify_view_settings" },
};

enum { MAX_VIEW_PLACE = 1000000 };

enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

struct view_job {
	const struct table_ref *ref;
	struct str view; /* as the client names it */
	const cJSON *body;
	struct str table_id, id; /* for after the job */
};

static const struct view *view_named(const struct table *table, struct str name, struct error *err)
{
	struct table_ref ref = { .id = name, .name = name };

	return table_find_view(table, &ref, err);
}

static void write_result(const struct view_job *job, const struct change *change, struct json_out *out)
{
	struct table_ref ref = { .id = job->table_id }, view = { .id = job->id };
	struct error ignored;

	view_write(table_find_view(model_find_table(change->model, &ref, &ignored), &view, &ignored), out);
}

/* ---- read ---- */

bool base_list_views(struct base *base, const struct table_ref *ref, struct json_out *out, struct error *err)
{
	const struct table *table;
	struct base_read read;

	if (!base_read_begin(base, &read, err))
		return false;
	table = model_find_table(read.model, ref, err);
	if (table) {
		json_object(out);
		json_key(out, "views");
		json_array(out);
		for (size_t i = 0; i < table->view_count; i++)
			view_write(&table->views[i], out);
		json_array_end(out);
		json_object_end(out);
	}
	base_read_end(&read);
	return table != NULL;
}

bool base_get_view(struct base *base, const struct table_ref *ref, struct str name, struct json_out *out,
		   struct error *err)
{
	const struct view *view = NULL;
	const struct table *table;
	struct base_read read;

	if (!base_read_begin(base, &read, err))
		return false;
	table = model_find_table(read.model, ref, err);
	if (table)
		view = view_named(table, name, err);
	if (view)
		view_write(view, out);
	base_read_end(&read);
	return view != NULL;
}

/* ---- names ---- */

/* A duplicate or empty name is answered as SeaTable does (views.md 1). `self` may keep its own. */
static bool check_name(struct arena *arena, const struct table *table, const struct view *self, struct str name,
		       struct str *out, struct error *err)
{
	if (!model_check_name(arena, name, "name", out, err))
		return FAIL(err, params_invalid);
	for (size_t i = 0; i < table->view_count; i++) {
		if (&table->views[i] != self && str_equal(table->views[i].name, *out))
			return FAIL(err, params_invalid);
	}
	return true;
}

static struct str free_view_id(struct arena *arena, const struct table *table)
{
	struct str *taken = ARENA_ARRAY(arena, struct str, table->view_count + 1);

	for (size_t i = 0; i < table->view_count; i++)
		taken[i] = table->views[i].id;
	return model_free_id(arena, taken, table->view_count);
}

/* ---- create ---- */

static bool create_view(struct change *change, void *ctx, struct error *err)
{
	struct view_job *job = ctx;
	const struct table *table = change_find_table(change, job->ref, err);
	struct view view = { .type = json_get_str(job->body, "type") };
	struct journal journal;
	bool ok;

	if (!table || !check_name(change->arena, table, NULL, json_get_str(job->body, "name"), &view.name, err) ||
	    !view_body_merge(change->arena, table, NULL, job->body, &view.body, err))
		return false;
	if (str_is_empty(view.type))
		view.type = STR("table");
	view.id = free_view_id(change->arena, table);
	view.position = table->view_count;
	job->table_id = table->id;
	job->id = view.id;
	if (!schema_insert_view(change, table->id, &view, err) || !change_schema(change, err))
		return false;
	journal_open(&journal, "insert_view", job->table_id);
	json_key(&journal.out, "view_data");
	write_result(job, change, &journal.out);
	json_field_null(&journal.out, "view_folder_id");
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

bool base_create_view(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, const cJSON *body, struct json_out *out, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct view_job job = { .ref = table, .body = body };
	bool ok = change_run(&change, create_view, &job, err);

	if (ok)
		write_result(&job, &change, out);
	change_end(&change);
	return ok;
}

/* ---- update ---- */

static bool journal_name(struct change *change, const struct table *table, const struct view *view, struct str new_name,
			 struct error *err)
{
	struct journal journal;
	bool ok;

	if (str_equal(view->name, new_name))
		return true;
	journal_open(&journal, "rename_view", table->id);
	json_field_str(&journal.out, "view_id", view->id);
	json_field_str(&journal.out, "view_name", new_name);
	json_field_str(&journal.out, "old_view_name", view->name);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool journal_type(struct change *change, const struct table *table, const struct view *view, struct str new_type,
			 struct error *err)
{
	struct journal journal;
	bool ok;

	if (str_equal(view->type, new_type))
		return true;
	journal_open(&journal, "modify_view_type", table->id);
	json_field_str(&journal.out, "view_id", view->id);
	json_field_str(&journal.out, "view_type", new_type);
	json_field_str(&journal.out, "old_view_type", view->type);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool is_told_by(const char *setting, const char *op_type)
{
	size_t i = 0;

	while (operations[i].setting && strcmp(operations[i].setting, setting) != 0)
		i++;
	return strcmp(operations[i].op_type, op_type) == 0;
}

/* One operation for all given settings of one op_type, with their new and old values. */
static bool journal_settings(struct change *change, const struct table *table, const struct view *view,
			     const cJSON *changes, const cJSON *new_body, const char *op_type, struct error *err)
{
	struct journal journal;
	bool ok = true, any = false;

	journal_open(&journal, op_type, table->id);
	json_field_str(&journal.out, "view_id", view->id);
	for (const cJSON *member = changes->child; member; member = member->next) {
		const cJSON *now = json_get(new_body, member->string);
		const cJSON *before = json_get(view->body_tree, member->string);
		bool is_reset = cJSON_IsNull(member) && before;

		if (!is_told_by(member->string, op_type) || (!now && !is_reset))
			continue;
		any = true;
		json_key_str(&journal.out, str_from_c(member->string));
		json_tree(&journal.out, now ? now : member);
		json_key_str(&journal.out, str_format(change->arena, "old_%s", member->string));
		json_tree(&journal.out, before);
	}
	if (any)
		ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool journal_update(struct change *change, const struct table *table, const struct view *view,
			   const cJSON *changes, struct str body, struct error *err)
{
	cJSON *new_body;

	if (!json_parse(change->arena, body, &new_body, err))
		return false;
	for (size_t i = 0; i < OPERATIONS; i++) {
		bool done = i > 0 && strcmp(operations[i].op_type, operations[i - 1].op_type) == 0;

		if (!done && !journal_settings(change, table, view, changes, new_body, operations[i].op_type, err))
			return false;
	}
	return true;
}

/* Puts a view at a place among the table's views, from 0; past the end is the end. */
static bool move_view(struct change *change, const struct table *table, const struct view *view, size_t place,
		      struct error *err)
{
	struct journal journal;
	sqlite3_stmt *stmt;
	bool ok;

	if (place >= table->view_count)
		place = table->view_count - 1;
	if (place == view->position)
		return true;
	journal_open(&journal, "move_view", table->id);
	json_field_str(&journal.out, "moved_view_id", view->id);
	json_field_str(&journal.out, "moved_view_name", view->name);
	json_field_str(&journal.out, "target_view_id", table->views[place].id);
	json_field_null(&journal.out, "source_view_folder_id");
	json_field_null(&journal.out, "target_view_folder_id");
	json_field_c(&journal.out, "move_position", place < view->position ? "move_above" : "move_below");
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	if (!ok || !store_prepare_c(change->conn,
				    "UPDATE view_def SET position = CASE WHEN position = ?2 THEN ?3 "
				    "WHEN ?2 < ?3 THEN position - 1 ELSE position + 1 END "
				    "WHERE table_id = ?1 AND position BETWEEN min(?2, ?3) AND max(?2, ?3)",
				    &stmt, err))
		return false;
	store_bind_str(stmt, 1, table->id);
	store_bind_int(stmt, 2, (int64_t)view->position);
	store_bind_int(stmt, 3, (int64_t)place);
	return store_run(change->conn, stmt, err);
}

/* The place that a change asks for; the view's own when it asks for none. */
static bool read_place(const struct view *view, const cJSON *body, size_t *place, struct error *err)
{
	const cJSON *position = json_get(body, "position");

	*place = view->position;
	if (!position)
		return true;
	if (!cJSON_IsNumber(position) || position->valuedouble < 0 || position->valuedouble > MAX_VIEW_PLACE ||
	    position->valuedouble != (double)(size_t)position->valuedouble)
		return FAIL_WITH(err, param_invalid, STR("position"));
	*place = (size_t)position->valuedouble;
	return true;
}

static bool update_view(struct change *change, void *ctx, struct error *err)
{
	struct view_job *job = ctx;
	const struct table *table = change_find_table(change, job->ref, err);
	const struct view *view = table ? view_named(table, job->view, err) : NULL;
	struct str name, type, body;
	sqlite3_stmt *stmt;
	size_t place;

	if (!view || !read_place(view, job->body, &place, err))
		return false;
	name = view->name;
	type = json_get_str(job->body, "type");
	if (str_is_empty(type))
		type = view->type;
	if (json_get(job->body, "name") &&
	    !check_name(change->arena, table, view, json_get_str(job->body, "name"), &name, err))
		return false;
	if (!view_body_merge(change->arena, table, view->body_tree, job->body, &body, err) ||
	    !journal_name(change, table, view, name, err) || !journal_type(change, table, view, type, err) ||
	    !journal_update(change, table, view, job->body, body, err) || !move_view(change, table, view, place, err) ||
	    !store_prepare_c(change->conn,
			     "UPDATE view_def SET name = ?3, type = ?4, body = ?5 WHERE table_id = ?1 AND id = ?2",
			     &stmt, err))
		return false;
	job->table_id = table->id;
	job->id = view->id;
	store_bind_str(stmt, 1, table->id);
	store_bind_str(stmt, 2, view->id);
	store_bind_str(stmt, 3, name);
	store_bind_str(stmt, 4, type);
	store_bind_str(stmt, 5, body);
	return store_run(change->conn, stmt, err) && change_schema(change, err);
}

bool base_update_view(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str view, const cJSON *changes, struct json_out *out,
		      struct error *err)
{
	struct view_job job = { .ref = table, .view = view, .body = changes };
	struct change change = change_new(base, arena, actor);
	bool ok;

	if (!cJSON_IsObject(changes))
		return FAIL(err, params_invalid);
	ok = change_run(&change, update_view, &job, err);
	if (ok)
		write_result(&job, &change, out);
	change_end(&change);
	return ok;
}

/* ---- delete ---- */

static bool delete_definition(struct change *change, const struct table *table, const struct view *view,
			      struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(change->conn, "DELETE FROM view_def WHERE table_id = ?1 AND id = ?2", &stmt, err))
		return false;
	store_bind_str(stmt, 1, table->id);
	store_bind_str(stmt, 2, view->id);
	return store_run(change->conn, stmt, err) &&
	       schema_close_gap(change,
				"UPDATE view_def SET position = position - 1 WHERE table_id = ?1 AND position > ?2",
				table->id, view->position, err);
}

static bool delete_view(struct change *change, void *ctx, struct error *err)
{
	struct view_job *job = ctx;
	const struct table *table = change_find_table(change, job->ref, err);
	const struct view *view;
	struct journal journal;
	struct error ignored;
	bool ok;

	if (!table)
		return false;
	view = view_named(table, job->view, &ignored);
	if (!view)
		return true;
	if (table->view_count == 1)
		return FAIL(err, last_view);
	journal_open(&journal, "delete_view", table->id);
	json_field_str(&journal.out, "view_id", view->id);
	json_field_str(&journal.out, "view_name", view->name);
	json_field_null(&journal.out, "view_folder_id");
	json_key(&journal.out, "deleted_view");
	view_write(view, &journal.out);
	ok = journal_store(&journal, change, err) && delete_definition(change, table, view, err) &&
	     change_schema(change, err);
	journal_free(&journal);
	return ok;
}

bool base_delete_view(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str view, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct view_job job = { .ref = table, .view = view };
	bool ok = change_run(&change, delete_view, &job, err);

	change_end(&change);
	return ok;
}
