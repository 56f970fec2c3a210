/* Undoing an operation of the journal (base-operations.md 3.7-38, 39): a change like any other, made of what the
 * operation kept of the state before it. What has changed since in other cells and rows stays. */
#include "base/aside.h"
#include "base/base_internal.h"

#include "core/json_in.h"
#include "core/json_make.h"
#include "model/link.h"
#include "store/sql.h"

enum { MAX_UNDONE_BYTES = 32 << 20 }; /* of an operation: its tree is some ten times that */

struct undo {
	int64_t id;
	/* Found inside the job. */
	struct table_ref ref;
	const struct table *table;
	const cJSON *detail;
};

/* ---- cells of the journal as a client would send them: by column name, options by name ---- */

static cJSON *option_named(struct arena *arena, const struct column *column, const cJSON *id, const char *name)
{
	const struct select_option *option = column_option_by_id(column, json_str(id));

	return option ? json_make_text(arena, name, option->name) : NULL;
}

static cJSON *value_of(struct arena *arena, const struct column *column, const cJSON *value)
{
	const char *name = str_to_c(arena, column->name);
	const cJSON *id;
	cJSON *list, *item;

	if (!column_is_select(column) || cJSON_IsNull(value))
		return json_make_copy(arena, value, name);
	if (cJSON_IsString(value)) {
		item = option_named(arena, column, value, name);
		return item ? item : json_make(arena, cJSON_NULL, name);
	}
	list = json_make(arena, cJSON_Array, name);
	cJSON_ArrayForEach(id, value)
	{
		item = option_named(arena, column, id, NULL);
		if (item)
			json_make_append(list, item);
	}
	return list;
}

static cJSON *cells_named(struct arena *arena, const struct table *table, const cJSON *cells, const char *name)
{
	cJSON *object = json_make(arena, cJSON_Object, name);
	const cJSON *cell;

	cJSON_ArrayForEach(cell, cells)
	{
		const struct column *column = map_get(table->column_by_key, str_from_c(cell->string));

		if (column && column->type->writable)
			json_make_append(object, value_of(arena, column, cell));
	}
	return object;
}

/* ---- by kind of operation ---- */

static bool undo_insertion(struct undo *undo, struct change *change, struct error *err)
{
	const cJSON *row = json_get(undo->detail, "row_data"), *rows = json_get(undo->detail, "row_datas");
	cJSON *ids = json_make(change->arena, cJSON_Array, NULL);
	int64_t deleted;

	if (row)
		json_make_append(ids, json_make_text(change->arena, NULL, json_get_str(row, "_id")));
	cJSON_ArrayForEach(row, rows)
		json_make_append(ids, json_make_text(change->arena, NULL, json_get_str(row, "_id")));
	return rows_delete(change, &undo->ref, ids, &deleted, err);
}

static void add_update(struct undo *undo, struct arena *arena, cJSON *updates, struct str row_id, const cJSON *old)
{
	json_make_append(updates, row_update_tree(arena, row_id, cells_named(arena, undo->table, old, NULL)));
}

static bool undo_modification(struct undo *undo, struct change *change, struct error *err)
{
	const cJSON *old_rows = json_get(undo->detail, "old_rows"), *old;
	cJSON *updates = json_make(change->arena, cJSON_Array, NULL);
	int64_t changed;

	if (!old_rows)
		add_update(undo, change->arena, updates, json_get_str(undo->detail, "row_id"),
			   json_get(undo->detail, "old_row"));
	cJSON_ArrayForEach(old, old_rows) add_update(undo, change->arena, updates, str_from_c(old->string), old);
	return !updates->child || rows_update_differing(change, &undo->ref, updates, &changed, err);
}

/* What appending would set anew: who made the row and when, its number. */
static bool restore_fixed(struct undo *undo, struct change *change, const cJSON *row, struct error *err)
{
	static const char *const times[] = { "_ctime", "_mtime" };
	static const char *const authors[] = { "_creator", "_last_modifier" };
	struct str id = json_get_str(row, "_id"), sql;
	const cJSON *cell;

	for (size_t i = 0; i < 2; i++) {
		sql = str_format(
			change->arena,
			"UPDATE \"rows_%.*s\" SET %s = CAST(round((julianday(?2) - 2440587.5) * 86400000.0) AS "
			"INTEGER), %s = ?3 WHERE _id = ?1",
			STR_ARG(undo->table->id), times[i], authors[i]);
		if (json_get(row, times[i]) &&
		    !store_run_sql(change->conn,
				   SQL_TEXT(sql, SQL_STR(id), SQL_STR(json_get_str(row, times[i])),
					    SQL_STR(json_get_str(row, authors[i]))),
				   err))
			return false;
	}
	cJSON_ArrayForEach(cell, row)
	{
		const struct column *column = map_get(undo->table->column_by_key, str_from_c(cell->string));

		if (!column || column->type->id != TYPE_auto_number)
			continue;
		sql = str_format(change->arena, "UPDATE \"rows_%.*s\" SET \"%.*s\" = ?2 WHERE _id = ?1",
				 STR_ARG(undo->table->id), STR_ARG(column->key));
		if (!store_run_sql(change->conn, SQL_TEXT(sql, SQL_STR(id), SQL_STR(json_str(cell))), err))
			return false;
	}
	return true;
}

/* The row goes back to its place: below the one that was above it, or before the first one. */
static bool find_anchor(struct undo *undo, struct change *change, struct str above, struct base_append_rows *append,
			struct error *err)
{
	struct str table_id = undo->table->id;
	struct str by_id = str_format(change->arena, "SELECT _id FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(table_id));
	struct str first =
		str_format(change->arena, "SELECT _id FROM \"rows_%.*s\" ORDER BY _n LIMIT 1", STR_ARG(table_id));
	sqlite3_stmt *stmt;
	bool row;

	append->insert_above = str_is_empty(above);
	if (!store_prepare(change->conn, append->insert_above ? first : by_id, &stmt, err))
		return false;
	if (!append->insert_above)
		store_bind_str(stmt, 1, above);
	if (!store_step(change->conn, stmt, &row, err))
		return false;
	if (!row)
		return true;
	append->anchor_row_id = store_column_copy(change->arena, stmt, 0);
	store_reset(stmt);
	return true;
}

static bool insert_deleted(struct undo *undo, struct change *change, const cJSON *row, struct str above,
			   struct error *err)
{
	struct base_append_rows append = { .table = undo->ref, .archived = cJSON_IsTrue(json_get(row, "_archived")) };
	cJSON *rows = json_make(change->arena, cJSON_Array, NULL);
	cJSON *object = cells_named(change->arena, undo->table, row, NULL);
	struct str *ids;
	size_t count;

	json_make_append(object, json_make_text(change->arena, "_id", json_get_str(row, "_id")));
	json_make_append(rows, object);
	append.rows = rows;
	return find_anchor(undo, change, above, &append, err) && rows_append(change, &append, &ids, &count, err);
}

/* {"<row>": {"<link>": [rows]}} of deleted rows; linked rows that are gone by now are left out. */
static bool relink(struct undo *undo, struct change *change, const cJSON *row_links, struct error *err)
{
	const cJSON *others;

	cJSON_ArrayForEach(others, row_links)
	{
		struct base_edit_links edit = { .change = LINKS_ADD,
						.link_id = str_from_c(others->string),
						.table = undo->ref };
		cJSON *map = json_make(change->arena, cJSON_Object, NULL);
		int64_t changed;

		if (!model_find_link(change->model, edit.link_id))
			continue;
		json_make_append(map, json_make_copy(change->arena, others, row_links->string));
		edit.rows = map;
		edit.skip_missing = true;
		if (!links_edit(change, &edit, &changed, err))
			return false;
	}
	return true;
}

static bool undo_one_deletion(struct undo *undo, struct change *change, const cJSON *row, struct error *err)
{
	const cJSON *links = json_get(undo->detail, "deleted_links_data");

	return insert_deleted(undo, change, row, json_get_str(undo->detail, "upper_row_id"), err) &&
	       (!links || !links->child || relink(undo, change, links->child, err)) &&
	       restore_fixed(undo, change, row, err);
}

/* Links count as changes of their rows, so times and authors are restored at last. */
static bool undo_deletion(struct undo *undo, struct change *change, struct error *err)
{
	const cJSON *row = json_get(undo->detail, "deleted_row"), *rows = json_get(undo->detail, "deleted_rows");
	const cJSON *above = json_get(undo->detail, "upper_row_ids"), *links;

	if (row)
		return undo_one_deletion(undo, change, row, err);
	/* The last one first: each was below the one before it. */
	for (int i = cJSON_GetArraySize(rows) - 1; i >= 0; i--) {
		if (!insert_deleted(undo, change, cJSON_GetArrayItem(rows, i), json_str(cJSON_GetArrayItem(above, i)),
				    err))
			return false;
	}
	cJSON_ArrayForEach(links, json_get(undo->detail, "deleted_links_data"))
	{
		if (!relink(undo, change, links, err))
			return false;
	}
	cJSON_ArrayForEach(row, rows)
	{
		if (!restore_fixed(undo, change, row, err))
			return false;
	}
	return true;
}

static bool undo_links(struct undo *undo, struct change *change, struct error *err)
{
	struct base_edit_links edit = {
		.change = LINKS_REPLACE,
		.link_id = json_get_str(undo->detail, "link_id"),
		.table = undo->ref,
		.rows = json_get(undo->detail, "old_other_rows_ids_map"),
		.skip_missing = true,
	};
	int64_t changed;

	return links_edit(change, &edit, &changed, err);
}

static bool move_back(struct undo *undo, struct change *change, bool archived, struct error *err)
{
	const cJSON *list = json_get(undo->detail, "row_ids"), *id;
	struct str *row_ids = ARENA_ARRAY(change->arena, struct str, (size_t)cJSON_GetArraySize(list) + 1);
	size_t count = 0;

	cJSON_ArrayForEach(id, list) row_ids[count++] = json_str(id);
	return rows_archive(change, undo->table, row_ids, count, archived, (struct str){ 0 }, err);
}

static bool undo_archiving(struct undo *undo, struct change *change, struct error *err)
{
	return move_back(undo, change, false, err);
}

static bool undo_unarchiving(struct undo *undo, struct change *change, struct error *err)
{
	return move_back(undo, change, true, err);
}

/* The operations that can be undone, and how they are listed. */
static const struct undoable {
	const char *op_type, *shown;
	/* NULL: what it took was set aside (aside.h), for a while. */
	bool (*undo)(struct undo *undo, struct change *change, struct error *err);
} undoables[] = {
	{ "insert_row", "add_row", undo_insertion },          { "append_rows", "add_row", undo_insertion },
	{ "insert_rows", "add_row", undo_insertion },         { "modify_row", "update_row", undo_modification },
	{ "modify_rows", "update_row", undo_modification },   { "delete_row", "delete_row", undo_deletion },
	{ "delete_rows", "delete_row", undo_deletion },       { "update_rows_links", "update_links", undo_links },
	{ "archive_rows", "archive_rows", undo_archiving },   { "unarchive_rows", "unarchive_rows", undo_unarchiving },
	{ "delete_column", "delete_column", NULL },           { "delete_table", "delete_table", NULL },
	{ "modify_column_type", "modify_column_type", NULL }, { "modify_column_data", "modify_column_data", NULL },
};

static const struct undoable *find_undoable(struct str op_type)
{
	for (size_t i = 0; i < sizeof(undoables) / sizeof(undoables[0]); i++) {
		if (str_equal_c(op_type, undoables[i].op_type))
			return &undoables[i];
	}
	return NULL;
}

/* ---- the job ---- */

static bool read_operation(struct undo *undo, struct change *change, const struct undoable **undoable,
			   struct error *err)
{
	sqlite3_stmt *stmt;
	cJSON *tree;
	struct str text;
	bool row;

	if (!store_prepare_c(change->conn, "SELECT op_type, table_id, detail FROM operation WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, undo->id);
	if (!store_step(change->conn, stmt, &row, err))
		return false;
	if (!row)
		return FAIL(err, operation_not_found);
	*undoable = find_undoable(store_column_str(stmt, 0));
	undo->ref.id = store_column_copy(change->arena, stmt, 1);
	if (*undoable && (*undoable)->undo && store_column_str(stmt, 2).len > MAX_UNDONE_BYTES)
		*undoable = NULL;
	text = *undoable && (*undoable)->undo ? store_column_copy(change->arena, stmt, 2) : STR("{}");
	store_reset(stmt);
	if (!*undoable)
		return FAIL(err, operation_not_undoable);
	if (!json_parse(change->arena, text, &tree, err))
		return false;
	undo->detail = tree;
	return true;
}

static bool undo_job(struct change *change, void *ctx, struct error *err)
{
	const struct undoable *undoable;
	struct undo *undo = ctx;

	if (!read_operation(undo, change, &undoable, err))
		return false;
	if (!undoable->undo)
		return aside_restore(change, undo->id, err);
	undo->table = change_find_table(change, &undo->ref, err);
	return undo->table && undoable->undo(undo, change, err);
}

bool base_undo_operation(struct base *base, struct arena *arena, const struct base_actor *actor, int64_t id,
			 struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct undo undo = { .id = id };
	bool ok = change_run(&change, undo_job, &undo, err);

	change_end(&change);
	return ok;
}

/* ---- the list ---- */

static struct str undoable_list(struct arena *arena)
{
	struct str list = STR("");

	for (size_t i = 0; i < sizeof(undoables) / sizeof(undoables[0]); i++)
		list = str_format(arena, "%.*s%s'%s'", STR_ARG(list), i ? ", " : "", undoables[i].op_type);
	return list;
}

static void write_operation(const struct base *base, sqlite3_stmt *stmt, struct json_out *out)
{
	char compact[ID_UUID_LEN + 1];
	size_t len = 0;

	for (const char *at = base->uuid; *at; at++) {
		if (*at != '-')
			compact[len++] = *at;
	}
	json_object(out);
	json_field_str(out, "dtable_uuid", (struct str){ compact, len });
	json_field_int(out, "id", store_column_int(stmt, 0));
	json_field_int(out, "op_time", store_column_int(stmt, 1) / 1000);
	json_field_c(out, "op_type", find_undoable(store_column_str(stmt, 2))->shown);
	json_field_str(out, "author", store_column_str(stmt, 3));
	json_field_str(out, "operation", store_column_str(stmt, 4));
	json_object_end(out);
}

bool base_list_undoable(struct base *base, struct arena *arena, int page, int per_page, struct json_out *out,
			struct error *err)
{
	struct str sql =
		str_format(arena,
			   "SELECT id, op_time, op_type, author, detail FROM operation WHERE op_type IN (%.*s) "
			   "ORDER BY id DESC LIMIT ?1 OFFSET ?2",
			   STR_ARG(undoable_list(arena)));
	struct store_conn *conn;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	ok = store_prepare(conn, sql, &stmt, err);
	if (ok) {
		store_bind_int(stmt, 1, per_page);
		store_bind_int(stmt, 2, ((int64_t)page - 1) * per_page);
	}
	json_array(out);
	while (ok && (ok = store_step(conn, stmt, &row, err)) && row)
		write_operation(base, stmt, out);
	json_array_end(out);
	store_read_end(base->db, &conn);
	return ok;
}
