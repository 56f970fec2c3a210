/* The archive: rows that are marked and thereby out of the normal views. Everything else works on them as on others.
 *
 * A view is archived in steps, each a change of its own, so that a million rows keep no other writer waiting for long
 * and no operation of the journal grows without bound. From the first archived row on, an index of the rows that are
 * not archived keeps normal views fast however many are. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "store/sql.h"

enum { ROWS_A_STEP = 10000 };

bool row_table_index_live(struct store_conn *conn, struct arena *arena, struct str table_id, struct error *err)
{
	return store_exec(conn,
			  str_format(arena,
				     "CREATE INDEX IF NOT EXISTS \"rows_%.*s_live\" ON \"rows_%.*s\"(_archived) "
				     "WHERE _archived = 0",
				     STR_ARG(table_id), STR_ARG(table_id))
				  .at,
			  err);
}

/* Marks or unmarks a row; *changed tells whether it was otherwise before. A lock goes: archived rows have none. */
static bool mark_row(struct change *change, const struct table *table, struct str row_id, bool archived, bool *changed,
		     struct error *err)
{
	struct str sql = str_format(change->arena,
				    "UPDATE \"rows_%.*s\" SET _archived = ?2, _locked_by = NULL "
				    "WHERE _id = ?1 AND _archived <> ?2",
				    STR_ARG(table->id));

	if (!store_run_sql(change->conn, SQL_TEXT(sql, SQL_STR(row_id), SQL_INT(archived)), err))
		return false;
	*changed = store_changes(change->conn) > 0;
	return true;
}

bool rows_archive(struct change *change, const struct table *table, const struct str *row_ids, size_t count,
		  bool archived, struct str task_id, struct error *err)
{
	struct journal journal;
	size_t marked = 0;
	bool ok = !archived || row_table_index_live(change->conn, change->arena, table->id, err);

	journal_open(&journal, archived ? "archive_rows" : "unarchive_rows", table->id);
	json_key(&journal.out, "row_ids");
	json_array(&journal.out);
	for (size_t i = 0; ok && i < count; i++) {
		bool changed;

		ok = mark_row(change, table, row_ids[i], archived, &changed, err);
		if (ok && changed) {
			json_string(&journal.out, row_ids[i]);
			marked++;
		}
	}
	json_array_end(&journal.out);
	if (task_id.at)
		json_field_str(&journal.out, "task_id", task_id);
	ok = ok && ((marked == 0 && !task_id.at) || journal_store(&journal, change, err));
	journal_free(&journal);
	return ok;
}

/* ---- a view ---- */

struct archive_view {
	const struct base_list_rows *query;
	int64_t after; /* the place of the last row of the step before */
	size_t count;  /* rows of this step */
};

static bool read_step(struct archive_view *archive, struct change *change, const struct selection *selection,
		      struct str *row_ids, struct error *err)
{
	struct str filter = buf_str(&selection->filter.sql);
	int parameter = row_order_parameters(&selection->order) + 1;
	struct str sql =
		str_format(change->arena,
			   "SELECT r0._n, r0._id FROM \"rows_%.*s\" AS r0 WHERE r0._archived = 0 AND r0._n > ?%d"
			   "%s%.*s ORDER BY r0._n LIMIT ?%d",
			   STR_ARG(selection->table->id), parameter, filter.len > 0 ? " AND " : "", STR_ARG(filter),
			   parameter + 1);
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	store_bind_int(stmt, parameter, archive->after);
	store_bind_int(stmt, parameter + 1, ROWS_A_STEP);
	formula_sql_bind(&selection->filter, stmt);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		archive->after = store_column_int(stmt, 0);
		row_ids[archive->count++] = store_column_copy(change->arena, stmt, 1);
	}
	return ok;
}

static bool archive_step(struct change *change, void *ctx, struct error *err)
{
	struct archive_view *archive = ctx;
	struct base_read read = { .base = change->base, .conn = change->conn, .model = change->model };
	struct str *row_ids = ARENA_ARRAY(change->arena, struct str, ROWS_A_STEP);
	struct selection selection;
	bool ok;

	archive->count = 0;
	if (!selection_init(&selection, &read, change->arena, archive->query, err))
		return false;
	ok = !selection.problem || FAIL_WITH(err, filter_invalid, str_from_c(selection.problem));
	ok = ok && read_step(archive, change, &selection, row_ids, err) &&
	     rows_archive(change, selection.table, row_ids, archive->count, true, (struct str){ 0 }, err);
	selection_free(&selection);
	return ok;
}

bool base_archive_rows(struct base *base, const struct base_actor *actor, const struct base_list_rows *query,
		       struct error *err)
{
	struct archive_view archive = { .query = query, .after = INT64_MIN };
	bool ok;

	do {
		struct arena *arena = arena_new(ROW_STEP_MEMORY);
		struct change change = change_new(base, arena, actor);

		ok = change_run(&change, archive_step, &archive, err);
		change_end(&change);
		arena_free(&arena);
	} while (ok && archive.count == ROWS_A_STEP);
	return ok;
}

/* ---- back ---- */

struct unarchive {
	const struct table_ref *ref;
	const cJSON *row_ids;
	struct str task_id;
};

static bool unarchive_job(struct change *change, void *ctx, struct error *err)
{
	const struct unarchive *unarchive = ctx;
	const struct table *table = change_find_table(change, unarchive->ref, err);
	struct str *row_ids = ARENA_ARRAY(change->arena, struct str, BASE_MAX_DELETES);
	const cJSON *id;
	size_t count = 0;

	if (!table)
		return false;
	cJSON_ArrayForEach(id, unarchive->row_ids) row_ids[count++] = json_str(id);
	return rows_archive(change, table, row_ids, count, false, unarchive->task_id, err);
}

bool base_unarchive_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, const cJSON *row_ids, struct str *task_id, struct error *err)
{
	struct unarchive unarchive = { .ref = table, .row_ids = row_ids };
	struct change change = change_new(base, arena, actor);
	char *id = arena_alloc(arena, ID_UUID_LEN + 1);
	bool ok;

	id_new_uuid(id);
	*task_id = unarchive.task_id = str_from_c(id);
	ok = check_row_ids(row_ids, err) && change_run(&change, unarchive_job, &unarchive, err);
	change_end(&change);
	return ok;
}
