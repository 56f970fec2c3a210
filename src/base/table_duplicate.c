/* Copying a table within its base: its description, its rows under new ids, and the pairs of its links. A copied row
 * stands at the same place (_n) as the original, which is how the pairs find their new rows. */
#include "base/base_internal.h"

#include "model/link.h"
#include "store/sql.h"

/* A link of the original and that of the copy. */
struct copied_link {
	const struct link *from;
	struct str id;
};

struct duplicate {
	const struct table_ref *ref;
	bool with_rows;
	struct json_out *out;
	struct str id, name;
	const struct table *from, *to;
	struct copied_link *links;
	size_t link_count;
};

/* ---- the description ---- */

/* "X(copy)", "X(copy1)" ... */
static bool find_name(struct duplicate *duplicate, struct change *change, struct error *err)
{
	struct str original = duplicate->from->name;
	struct str name = str_format(change->arena, "%.*s(copy)", STR_ARG(original));
	struct error ignored;

	for (int n = 1;; n++) {
		struct table_ref ref = { .name = name };

		if (!change_find_table(change, &ref, &ignored))
			return model_check_name(change->arena, name, "table_name", &duplicate->name, err);
		name = str_format(change->arena, "%.*s(copy%d)", STR_ARG(original), n);
	}
}

static bool copy_definitions(const struct duplicate *duplicate, struct change *change, struct error *err)
{
	/* ?1 is the copy, ?2 the original. */
	static const char *const statements[] = {
		"INSERT INTO table_def(id, position, name, more, created_at) "
		"SELECT ?1, (SELECT count(*) FROM table_def), ?3, more, ?4 FROM table_def WHERE id = ?2",
		"INSERT INTO column_def(table_id, key, position, name, type, data, width, frozen, more) "
		"SELECT ?1, key, position, name, type, data, width, frozen, more FROM column_def WHERE table_id = ?2",
		"INSERT INTO view_def(table_id, id, position, name, type, body) "
		"SELECT ?1, id, position, name, type, body FROM view_def WHERE table_id = ?2",
	};
	struct column_list columns = column_list_of(change->arena, duplicate->from, 0);

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!store_run_sql(change->conn,
				   SQL_TEXT(str_from_c(statements[i]), SQL_STR(duplicate->id),
					    SQL_STR(duplicate->from->id), SQL_STR(duplicate->name),
					    SQL_INT(change->now_ms)),
				   err))
			return false;
	}
	return row_table_create(change->conn, change->arena, duplicate->id, &columns, err);
}

/* The copy of a link; both columns of a link within the table share one. */
static struct copied_link *copied_link_of(struct duplicate *duplicate, const struct link *link)
{
	struct copied_link *copied = duplicate->links;

	while (copied < duplicate->links + duplicate->link_count && !str_equal(copied->from->id, link->id))
		copied++;
	if (copied == duplicate->links + duplicate->link_count) {
		*copied = (struct copied_link){ .from = link };
		duplicate->link_count++;
	}
	return copied;
}

static bool copy_links(struct duplicate *duplicate, struct change *change, struct link_plan *plan, struct error *err)
{
	for (size_t i = 0; i < duplicate->from->column_count; i++) {
		const struct column *column = duplicate->from->columns[i];
		struct str data;

		if (!column->link || !column->link->linked)
			continue;
		if (!link_plan_copy(plan, column, &copied_link_of(duplicate, column->link)->id, &data, err) ||
		    !store_run_sql(change->conn,
				   SQL("UPDATE column_def SET data = ?3 WHERE table_id = ?1 AND key = ?2",
				       SQL_STR(duplicate->id), SQL_STR(column->key), SQL_STR(data)),
				   err))
			return false;
	}
	return link_plan_store(plan, change, err);
}

/* ---- the rows ---- */

static bool copy_rows(const struct duplicate *duplicate, struct change *change, struct error *err)
{
	struct str from = duplicate->from->id, to = duplicate->id, sql;
	struct buf keys;

	buf_init(&keys, 1 << 16);
	for (size_t i = 0; i < duplicate->from->column_count; i++) {
		if (column_is_stored(duplicate->from->columns[i]))
			buf_printf(&keys, ", \"%.*s\"", STR_ARG(duplicate->from->columns[i]->key));
	}
	sql = str_format(change->arena,
			 "INSERT INTO \"rows_%.*s\"(_n, _id, _ctime, _mtime, _creator, _last_modifier, _archived%.*s) "
			 "SELECT _n, new_row_id(), ?1, ?1, ?2, ?2, _archived%.*s FROM \"rows_%.*s\" ORDER BY _n",
			 STR_ARG(to), STR_ARG(buf_str(&keys)), STR_ARG(buf_str(&keys)), STR_ARG(from));
	buf_free(&keys);
	return store_run_sql(change->conn, SQL_TEXT(sql, SQL_INT(change->now_ms), SQL_STR(change->actor->author)),
			     err) &&
	       store_run_sql(change->conn,
			     SQL("INSERT INTO auto_number(table_id, column_key, last) "
				 "SELECT ?1, column_key, last FROM auto_number WHERE table_id = ?2",
				 SQL_STR(to), SQL_STR(from)),
			     err);
}

/* The SQL that finds the copy `to` of the row whose id is `pair`. */
static struct str copied_row_join(struct arena *arena, const struct duplicate *duplicate, int side)
{
	return str_format(
		arena, " JOIN \"rows_%.*s\" AS f%d ON f%d._id = l.row%d JOIN \"rows_%.*s\" AS t%d ON t%d._n = f%d._n",
		STR_ARG(duplicate->from->id), side, side, side, STR_ARG(duplicate->id), side, side, side);
}

/* Within the table both ends of a pair are copied rows; else the copy is side 1 of its link, whichever side of its link
 * the original is. */
static bool copy_pairs(const struct duplicate *duplicate, struct change *change, const struct copied_link *copied,
		       struct error *err)
{
	const struct link *link = copied->from;
	struct arena *arena = change->arena;
	bool within = link->linked == duplicate->from;
	int own = link->reversed && !within ? 2 : 1, other = 3 - own;
	struct str linked = within ? str_format(arena, "t%d._id", other) : str_format(arena, "l.row%d", other);
	struct str sql = str_format(arena,
				    "INSERT INTO \"links_%.*s\"(row1, row2, order1, order2) "
				    "SELECT t%d._id, %.*s, l.order%d, l.order%d FROM \"links_%.*s\" AS l%.*s%.*s",
				    STR_ARG(copied->id), own, STR_ARG(linked), own, other, STR_ARG(link->id),
				    STR_ARG(copied_row_join(arena, duplicate, own)),
				    STR_ARG(within ? copied_row_join(arena, duplicate, other) : STR("")));

	return store_exec(change->conn, sql.at, err);
}

/* ---- the journal ---- */

static void write_cells(const struct table *table, sqlite3_stmt *stmt, struct json_out *out)
{
	int result = 2;

	json_object(out);
	json_field_str(out, "_id", store_column_str(stmt, 1));
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = table->columns[i];
		struct cell cell;

		if (!column_is_stored(column))
			continue;
		cell_fetch(stmt, result++, column, &cell);
		if (cell.kind == CELL_EMPTY)
			continue;
		json_key_prepared(out, column->json_key);
		cell_write(column, &cell, FORM_OPERATION, out);
	}
	json_object_end(out);
}

static struct str select_cells(const struct duplicate *duplicate, struct arena *arena)
{
	struct str sql = STR("SELECT _n, _id");

	for (size_t i = 0; i < duplicate->to->column_count; i++) {
		if (column_is_stored(duplicate->to->columns[i]))
			sql = str_format(arena, "%.*s, \"%.*s\"", STR_ARG(sql),
					 STR_ARG(duplicate->to->columns[i]->key));
	}
	return str_format(arena, "%.*s FROM \"rows_%.*s\" WHERE _n > ?1 ORDER BY _n LIMIT %d", STR_ARG(sql),
			  STR_ARG(duplicate->id), BASE_MAX_ROWS);
}

/* One append_rows of the rows behind `*after`, which moves on; *count is how many they were. */
static bool journal_page(const struct duplicate *duplicate, struct change *change, struct str select, int64_t *after,
			 int *count, struct error *err)
{
	struct journal journal;
	sqlite3_stmt *stmt;
	bool ok, row;

	*count = 0;
	if (!store_prepare(change->conn, select, &stmt, err))
		return false;
	store_bind_int(stmt, 1, *after);
	journal_open(&journal, "append_rows", duplicate->id);
	json_key(&journal.out, "row_datas");
	json_array(&journal.out);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		*after = store_column_int(stmt, 0);
		write_cells(duplicate->to, stmt, &journal.out);
		(*count)++;
	}
	json_array_end(&journal.out);
	json_key(&journal.out, "key_auto_number_config");
	json_raw(&journal.out, STR("{}"));
	ok = ok && (*count == 0 || journal_store(&journal, change, err));
	journal_free(&journal);
	return ok;
}

static bool journal_rows(const struct duplicate *duplicate, struct change *change, struct error *err)
{
	struct str select = select_cells(duplicate, change->arena);
	int64_t after = INT64_MIN;
	int count = BASE_MAX_ROWS;

	while (count == BASE_MAX_ROWS) {
		if (!journal_page(duplicate, change, select, &after, &count, err))
			return false;
	}
	return true;
}

static bool journal_table(const struct duplicate *duplicate, struct change *change, struct error *err)
{
	struct journal journal;
	bool ok;

	journal_open(&journal, "insert_table", (struct str){ 0 });
	json_key(&journal.out, "table_data");
	table_write(duplicate->to, &journal.out);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

/* ---- the answer ---- */

/* The rows as a list, or as a map by their ids. *cut: there are more. */
static bool write_rows(const struct duplicate *duplicate, struct change *change, bool by_id, bool *cut,
		       struct error *err)
{
	struct json_out *out = duplicate->out;
	struct row_output output;
	sqlite3_stmt *stmt;
	bool ok = true, row;
	int count = 0;

	row_output_init(&output, change->arena, change->conn, duplicate->to, NULL, FORM_OPERATION);
	if (!store_prepare(change->conn,
			   str_format(change->arena, "SELECT %.*s FROM \"rows_%.*s\" ORDER BY _n LIMIT %d",
				      STR_ARG(output.select), STR_ARG(duplicate->id), BASE_MAX_ROWS + 1),
			   &stmt, err))
		return false;
	while (ok && (ok = store_step(change->conn, stmt, &row, err)) && row && count++ < BASE_MAX_ROWS) {
		if (by_id)
			json_key_str(out, store_column_str(stmt, 1));
		ok = row_output_write(&output, stmt, out, err);
	}
	store_reset(stmt);
	*cut = count > BASE_MAX_ROWS;
	return ok;
}

static bool write_answer(const struct duplicate *duplicate, struct change *change, struct error *err)
{
	struct json_out *out = duplicate->out;
	bool cut;

	json_object(out);
	table_write_members(duplicate->to, out);
	json_key(out, "rows");
	json_array(out);
	if (!write_rows(duplicate, change, false, &cut, err))
		return false;
	json_array_end(out);
	json_key(out, "id_row_map");
	json_object(out);
	if (!write_rows(duplicate, change, true, &cut, err))
		return false;
	json_object_end(out);
	if (cut)
		json_field_bool(out, "rows_cut", true);
	json_object_end(out);
	return true;
}

/* ---- the job ---- */

static bool copy_content(const struct duplicate *duplicate, struct change *change, struct error *err)
{
	if (!duplicate->with_rows)
		return true;
	if (!copy_rows(duplicate, change, err))
		return false;
	for (size_t i = 0; i < duplicate->link_count; i++) {
		if (!copy_pairs(duplicate, change, &duplicate->links[i], err))
			return false;
	}
	return journal_rows(duplicate, change, err);
}

static bool duplicate_job(struct change *change, void *ctx, struct error *err)
{
	struct duplicate *duplicate = ctx;
	struct table_ref copy;
	struct link_plan *plan;

	duplicate->from = change_find_table(change, duplicate->ref, err);
	if (!duplicate->from)
		return false;
	if (change->model->table_count >= BASE_MAX_TABLES)
		return FAIL(err, tables_limit);
	duplicate->id = change_free_table_id(change);
	duplicate->links = ARENA_ARRAY(change->arena, struct copied_link, duplicate->from->column_count + 1);
	if (!find_name(duplicate, change, err))
		return false;
	plan = link_plan_new(change, duplicate->id, duplicate->name, duplicate->from->column_count);
	if (!copy_definitions(duplicate, change, err) || !copy_links(duplicate, change, plan, err) ||
	    !change_schema(change, err))
		return false;
	copy = (struct table_ref){ .id = duplicate->id };
	duplicate->to = change_find_table(change, &copy, err);
	return duplicate->to && journal_table(duplicate, change, err) && link_plan_journal(plan, change, err) &&
	       copy_content(duplicate, change, err) && write_answer(duplicate, change, err);
}

bool base_duplicate_table(struct base *base, struct arena *arena, const struct base_actor *actor,
			  const struct table_ref *table, bool with_rows, struct json_out *out, struct error *err)
{
	struct duplicate duplicate = { .ref = table, .with_rows = with_rows, .out = out };
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, duplicate_job, &duplicate, err);

	change_end(&change);
	return ok;
}
