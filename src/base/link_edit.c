/* Linking rows: adding pairs, taking them away, replacing what a cell holds. A request says for each row of one side
 * which rows of the other side it means; which side that is, the rows themselves tell (base-operations.md 3.3). */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "core/json_make.h"
#include "model/link.h"
#include "store/sql.h"

/* More than one request links. */
enum { PLACES_A_VERSION = 1 << 20 };

/* The SQL of a link seen from the side of the map's keys. */
struct side {
	const struct table *own, *other;
	const struct column *column,
		*partner;              /* the columns that show the link from here and from there; may be NULL */
	struct str has_own, has_other; /* is there such a row? */
	struct str insert, remove, list, place;
	struct str touch_own, touch_other; /* _mtime and _last_modifier of a row */
};

struct link_edit {
	const struct base_edit_links *query;
	const struct link *link;
	struct side side;
	int64_t next_place; /* in both cells: later pairs come last */
	int64_t changed;
	struct map *touched; /* rows whose _mtime is this change's, by id */
	struct buf before, after;
	struct json_out before_out, after_out, ids_out;
	struct buf ids;
};

/* ---- which side ---- */

static struct str row_exists_sql(struct arena *arena, const struct table *table)
{
	return str_format(arena, "SELECT 1 FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(table->id));
}

static bool row_exists(struct change *change, struct str sql, struct str id, bool *exists, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, id);
	if (!store_step(change->conn, stmt, exists, err))
		return false;
	store_reset(stmt);
	return true;
}

static const struct table *table_of_id(const struct model *model, struct str id)
{
	struct table_ref ref = { .id = id };
	struct error ignored;

	return model_find_table(model, &ref, &ignored);
}

/* Is the first of the map's rows one of side 2? Rows of a link within one table are taken as side 1. */
static bool find_direction(struct link_edit *edit, struct change *change, bool *reversed, struct error *err)
{
	const struct link *link = edit->link;
	const struct table *second = table_of_id(change->model, link->other_table_id);
	const cJSON *first = edit->query->rows->child;
	struct table_ref named = edit->query->table;
	struct error ignored;
	bool exists;

	*reversed = false;
	if (str_equal(link->table_id, link->other_table_id))
		return true;
	if (!first) {
		*reversed = second && model_find_table(change->model, &named, &ignored) == second;
		return true;
	}
	if (second &&
	    !row_exists(change, row_exists_sql(change->arena, second), str_from_c(first->string), &exists, err))
		return false;
	*reversed = second && exists;
	return true;
}

static void name_columns(struct link_edit *edit, const struct model *model, bool reversed)
{
	struct side *side = &edit->side;
	const struct column *column = model_find_link(model, edit->link->id);
	const struct table *ignored;

	side->column = column;
	side->partner = link_partner(model, column, &ignored);
	if (column->link->reversed != reversed) {
		side->column = side->partner;
		side->partner = column;
	}
}

static bool find_side(struct link_edit *edit, struct change *change, struct error *err)
{
	const struct link *link = edit->link;
	struct side *side = &edit->side;
	struct arena *arena = change->arena;
	struct str id = link->id;
	const char *own = "row1", *other = "row2", *own_order = "order1";
	bool reversed;

	if (!find_direction(edit, change, &reversed, err))
		return false;
	name_columns(edit, change->model, reversed);
	side->own = table_of_id(change->model, reversed ? link->other_table_id : link->table_id);
	side->other = table_of_id(change->model, reversed ? link->table_id : link->other_table_id);
	if (!side->own || !side->other)
		return FAIL_WITH(err, link_not_found, id);
	if (reversed)
		own = "row2", other = "row1", own_order = "order2";
	side->has_own = row_exists_sql(arena, side->own);
	side->has_other = row_exists_sql(arena, side->other);
	side->insert = str_format(
		arena, "INSERT OR IGNORE INTO \"links_%.*s\"(%s, %s, order1, order2) VALUES (?1, ?2, ?3, ?3)",
		STR_ARG(id), own, other);
	side->remove =
		str_format(arena, "DELETE FROM \"links_%.*s\" WHERE %s = ?1 AND %s = ?2", STR_ARG(id), own, other);
	side->place = str_format(arena, "UPDATE \"links_%.*s\" SET %s = ?3 WHERE %s = ?1 AND %s = ?2", STR_ARG(id),
				 own_order, own, other);
	side->list = str_format(arena, "SELECT %s FROM \"links_%.*s\" WHERE %s = ?1 ORDER BY %s", other, STR_ARG(id),
				own, own_order);
	side->touch_own = str_format(arena, "UPDATE \"rows_%.*s\" SET _mtime = ?2, _last_modifier = ?3 WHERE _id = ?1",
				     STR_ARG(side->own->id));
	side->touch_other =
		str_format(arena, "UPDATE \"rows_%.*s\" SET _mtime = ?2, _last_modifier = ?3 WHERE _id = ?1",
			   STR_ARG(side->other->id));
	return true;
}

/* ---- one row ---- */

/* Both rows of a changed pair have changed, once a request each. */
static bool touch(struct link_edit *edit, struct change *change, struct str sql, struct str id, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!map_put(edit->touched, id, edit))
		return true;
	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, id);
	store_bind_int(stmt, 2, change->now_ms);
	store_bind_str(stmt, 3, change->actor->author);
	return store_run(change->conn, stmt, err);
}

static bool run_on_pair(struct change *change, struct str sql, struct str own, struct str other, int64_t place,
			struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, own);
	store_bind_str(stmt, 2, other);
	if (place > 0)
		store_bind_int(stmt, 3, place);
	return store_run(change->conn, stmt, err);
}

/* Adds (with a place) or removes (place 0) a pair; one that is there, or isn't, stays so. */
static bool set_pair(struct link_edit *edit, struct change *change, struct str own, struct str other, int64_t place,
		     struct error *err)
{
	const struct side *side = &edit->side;

	if (!run_on_pair(change, place > 0 ? side->insert : side->remove, own, other, place, err))
		return false;
	if (store_changes(change->conn) == 0)
		return true;
	edit->changed++;
	return touch(edit, change, side->touch_other, other, err);
}

/* What a row's cell holds. */
struct cell_rows {
	struct str *ids;
	size_t count;
};

static bool read_cell(struct link_edit *edit, struct change *change, struct str own, struct cell_rows *cell,
		      struct error *err)
{
	size_t capacity = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	*cell = (struct cell_rows){ 0 };
	if (!store_prepare(change->conn, edit->side.list, &stmt, err))
		return false;
	store_bind_str(stmt, 1, own);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		if (cell->count == capacity) {
			cell->ids = arena_grow(change->arena, cell->ids, capacity * sizeof(struct str),
					       (2 * capacity + 8) * sizeof(struct str));
			capacity = 2 * capacity + 8;
		}
		cell->ids[cell->count++] = store_column_copy(change->arena, stmt, 0);
	}
	return ok;
}

static bool same_cell(const struct cell_rows *a, const struct cell_rows *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!str_equal(a->ids[i], b->ids[i]))
			return false;
	}
	return true;
}

static void write_cell(struct json_out *out, struct str own, const struct cell_rows *cell)
{
	json_key_str(out, own);
	json_array(out);
	for (size_t i = 0; i < cell->count; i++)
		json_string(out, cell->ids[i]);
	json_array_end(out);
}

static bool check_rows(struct link_edit *edit, struct change *change, struct str own, const cJSON *others,
		       struct error *err)
{
	const cJSON *other;
	bool exists;

	if (!row_exists(change, edit->side.has_own, own, &exists, err))
		return false;
	if (!exists)
		return FAIL_WITH(err, linked_row_not_found, own);
	cJSON_ArrayForEach(other, others)
	{
		if (!row_exists(change, edit->side.has_other, json_str(other), &exists, err))
			return false;
		if (!exists)
			return FAIL_WITH(err, linked_row_not_found, json_str(other));
	}
	return true;
}

/* The rows of the list that are there. */
static bool keep_existing(struct link_edit *edit, struct change *change, const cJSON **others, struct error *err)
{
	cJSON *kept = json_make(change->arena, cJSON_Array, NULL);
	const cJSON *other;

	cJSON_ArrayForEach(other, *others)
	{
		bool exists;

		if (!row_exists(change, edit->side.has_other, json_str(other), &exists, err))
			return false;
		if (exists)
			json_make_append(kept, json_make_copy(change->arena, other, NULL));
	}
	*others = kept;
	return true;
}

/* Those that the new list lacks go; the others take its order. */
static bool replace(struct link_edit *edit, struct change *change, struct str own, const struct cell_rows *before,
		    const cJSON *others, struct error *err)
{
	struct map *wanted = map_new(change->arena, (size_t)cJSON_GetArraySize(others));
	const cJSON *other;

	cJSON_ArrayForEach(other, others) map_put(wanted, json_str(other), edit);
	for (size_t i = 0; i < before->count; i++) {
		if (!map_get(wanted, before->ids[i]) && !set_pair(edit, change, own, before->ids[i], 0, err))
			return false;
	}
	cJSON_ArrayForEach(other, others)
	{
		if (!set_pair(edit, change, own, json_str(other), edit->next_place, err) ||
		    !run_on_pair(change, edit->side.place, own, json_str(other), edit->next_place++, err))
			return false;
	}
	return true;
}

static bool edit_row(struct link_edit *edit, struct change *change, struct str own, const struct cell_rows *before,
		     const cJSON *others, struct error *err)
{
	enum base_link_change kind = edit->query->change;
	const cJSON *other;

	if (kind == LINKS_REPLACE)
		return replace(edit, change, own, before, others, err);
	cJSON_ArrayForEach(other, others)
	{
		if (!set_pair(edit, change, own, json_str(other), kind == LINKS_ADD ? edit->next_place++ : 0, err))
			return false;
	}
	return true;
}

/* A column that takes one row a cell refuses a second one, on either side. */
static bool check_single(struct link_edit *edit, struct change *change, const cJSON *others, size_t count,
			 struct error *err)
{
	const struct column *column = edit->side.column, *partner = edit->side.partner;
	struct str sql;
	const cJSON *other;

	if (count > 1 && column && !column->link->is_multiple)
		return FAIL_WITH(err, link_is_single, column->name);
	if (!partner || partner->link->is_multiple || edit->query->change == LINKS_REMOVE)
		return true;
	sql = str_format(change->arena, "SELECT count(*) FROM \"links_%.*s\" WHERE %s = ?1", STR_ARG(edit->link->id),
			 partner->link->reversed ? "row2" : "row1");
	cJSON_ArrayForEach(other, others)
	{
		int64_t there;

		if (!store_find_number(change->conn, SQL_TEXT(sql, SQL_STR(json_str(other))), &there, err))
			return false;
		if (there > 1)
			return FAIL_WITH(err, link_is_single, partner->name);
	}
	return true;
}

/* ---- the job ---- */

static bool store_operation(struct link_edit *edit, struct change *change, struct error *err)
{
	struct journal journal;
	bool ok;

	journal_open(&journal, "update_rows_links", edit->side.own->id);
	json_field_str(&journal.out, "link_id", edit->link->id);
	json_field_str(&journal.out, "other_table_id", edit->side.other->id);
	json_key(&journal.out, "row_id_list");
	json_array(&journal.out);
	json_raw(&journal.out, buf_str(&edit->ids));
	json_array_end(&journal.out);
	json_key(&journal.out, "other_rows_ids_map");
	json_object(&journal.out);
	json_raw(&journal.out, buf_str(&edit->after));
	json_object_end(&journal.out);
	json_key(&journal.out, "old_other_rows_ids_map");
	json_object(&journal.out);
	json_raw(&journal.out, buf_str(&edit->before));
	json_object_end(&journal.out);
	ok = (!buf_failed(&edit->before) && !buf_failed(&edit->after)) || FAIL(err, request_too_complex);
	ok = ok && journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

/* One row of the map: its cell before and after go into the journal when they differ. */
static bool edit_cell(struct link_edit *edit, struct change *change, struct str own, const cJSON *others,
		      struct error *err)
{
	struct cell_rows before, after;
	bool exists = true;

	if (edit->query->skip_missing &&
	    (!row_exists(change, edit->side.has_own, own, &exists, err) || !keep_existing(edit, change, &others, err)))
		return false;
	if (!exists)
		return true;
	if (!check_rows(edit, change, own, others, err) || !read_cell(edit, change, own, &before, err) ||
	    !edit_row(edit, change, own, &before, others, err) || !read_cell(edit, change, own, &after, err) ||
	    !check_single(edit, change, others, after.count, err))
		return false;
	if (same_cell(&before, &after))
		return true;
	json_string(&edit->ids_out, own);
	write_cell(&edit->before_out, own, &before);
	write_cell(&edit->after_out, own, &after);
	return touch(edit, change, edit->side.touch_own, own, err);
}

static bool edit_all(struct link_edit *edit, struct change *change, struct error *err)
{
	const struct column *column = model_find_link(change->model, edit->query->link_id);
	const cJSON *others;
	int64_t version;

	if (!column)
		return FAIL_WITH(err, link_not_found, edit->query->link_id);
	edit->link = column->link;
	if (!find_side(edit, change, err) || !base_version_read(change->conn, &version, err))
		return false;
	edit->next_place = (version + 1) * PLACES_A_VERSION;
	cJSON_ArrayForEach(others, edit->query->rows)
	{
		if (!edit_cell(edit, change, str_from_c(others->string), others, err))
			return false;
	}
	return edit->ids.len == 0 || store_operation(edit, change, err);
}

bool links_edit(struct change *change, const struct base_edit_links *query, int64_t *changed, struct error *err)
{
	struct link_edit edit = { .query = query, .touched = map_new(change->arena, 64) };
	bool ok;

	buf_init(&edit.before, JOURNAL_MAX_BYTES);
	buf_init(&edit.after, JOURNAL_MAX_BYTES);
	buf_init(&edit.ids, JOURNAL_MAX_BYTES);
	edit.before_out = json_out_to(&edit.before);
	edit.after_out = json_out_to(&edit.after);
	edit.ids_out = json_out_to(&edit.ids);
	ok = edit_all(&edit, change, err);
	*changed = edit.changed;
	buf_free(&edit.before);
	buf_free(&edit.after);
	buf_free(&edit.ids);
	return ok;
}

/* An object of lists of texts, not too many in all. */
static bool check_rows_given(const cJSON *rows, struct error *err)
{
	const cJSON *others, *other;
	int64_t pairs = 0;

	if (!cJSON_IsObject(rows))
		return FAIL_WITH(err, param_invalid, STR("other_rows_ids_map"));
	cJSON_ArrayForEach(others, rows)
	{
		if (!cJSON_IsArray(others))
			return FAIL_WITH(err, param_invalid, STR("other_rows_ids_map"));
		cJSON_ArrayForEach(other, others)
		{
			if (!cJSON_IsString(other))
				return FAIL_WITH(err, param_invalid, STR("other_rows_ids_map"));
			pairs++;
		}
	}
	return pairs <= BASE_MAX_LINKS || FAIL_WITH(err, links_limit, STR("100000"));
}

struct edit_links {
	const struct base_edit_links *query;
	int64_t changed;
};

static bool edit_job(struct change *change, void *ctx, struct error *err)
{
	struct edit_links *edit = ctx;

	return links_edit(change, edit->query, &edit->changed, err);
}

bool base_edit_links(struct base *base, struct arena *arena, const struct base_actor *actor,
		     const struct base_edit_links *query, int64_t *changed, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct edit_links edit = { .query = query };
	bool ok = check_rows_given(query->rows, err) && change_run(&change, edit_job, &edit, err);

	*changed = edit.changed;
	change_end(&change);
	return ok;
}
