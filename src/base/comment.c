/* Comments on rows (base-operations.md 3.8). */
#include "base/base_internal.h"

#include "core/clock.h"
#include "store/sql.h"

enum { COMMENT_MAX_CHARS = 10000, DAY_MS = 24 * 60 * 60 * 1000 };

#define COMMENT_SELECT "SELECT id, author, text, row_id, created_at, updated_at, resolved FROM comment "

/* ---- reading ---- */

static void write_comment(const struct base *base, sqlite3_stmt *stmt, struct json_out *out)
{
	json_object(out);
	json_field_int(out, "id", store_column_int(stmt, 0));
	json_field_str(out, "author", store_column_str(stmt, 1));
	json_field_str(out, "comment", store_column_str(stmt, 2));
	json_field_str(out, "dtable_uuid", str_from_c(base->uuid));
	json_field_str(out, "row_id", store_column_str(stmt, 3));
	field_time_z(out, "created_at", store_column_int(stmt, 4));
	field_time_z(out, "updated_at", store_column_int(stmt, 5));
	json_field_int(out, "resolved", store_column_int(stmt, 6));
	json_object_end(out);
}

/* Writes the comments that `sql`, with the one value `key` or `number`, finds. */
static bool write_found(struct base *base, struct store_conn *conn, struct str sql, struct str key, int64_t number,
			struct json_out *out, int64_t *count, struct error *err)
{
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	if (key.at)
		store_bind_str(stmt, 1, key);
	else
		store_bind_int(stmt, 1, number);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		write_comment(base, stmt, out);
		++*count;
	}
	return ok;
}

static bool read_comments(struct base *base, const char *sql, struct str key, int64_t number, struct json_out *out,
			  int64_t *count, struct error *err)
{
	struct store_conn *conn;
	bool ok;

	*count = 0;
	if (!store_read_begin(base->db, &conn, err))
		return false;
	ok = write_found(base, conn, str_from_c(sql), key, number, out, count, err);
	store_read_end(base->db, &conn);
	return ok;
}

bool base_list_comments(struct base *base, struct str row_id, struct json_out *out, struct error *err)
{
	int64_t count;
	bool ok;

	json_array(out);
	ok = read_comments(base, COMMENT_SELECT "WHERE row_id = ?1 ORDER BY id", row_id, 0, out, &count, err);
	json_array_end(out);
	return ok;
}

bool base_list_comments_since(struct base *base, int64_t days, struct json_out *out, struct error *err)
{
	int64_t count, since = clock_now_ms() - days * DAY_MS;
	bool ok;

	json_array(out);
	ok = read_comments(base, COMMENT_SELECT "WHERE created_at >= ?1 ORDER BY created_at, id", (struct str){ 0 },
			   since, out, &count, err);
	json_array_end(out);
	return ok;
}

bool base_get_comment(struct base *base, int64_t id, struct json_out *out, struct error *err)
{
	int64_t count;

	if (!read_comments(base, COMMENT_SELECT "WHERE id = ?1", (struct str){ 0 }, id, out, &count, err))
		return false;
	return count > 0 || FAIL(err, comment_not_found);
}

bool base_count_comments(struct base *base, struct str row_id, int64_t *count, struct error *err)
{
	struct store_conn *conn;
	bool ok;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	ok = store_find_number(conn, SQL("SELECT count(*) FROM comment WHERE row_id = ?1", SQL_STR(row_id)), count,
			       err);
	store_read_end(base->db, &conn);
	return ok;
}

static bool write_counts(struct store_conn *conn, struct json_out *out, struct error *err)
{
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare_c(conn, "SELECT row_id, count(*) FROM comment GROUP BY row_id", &stmt, err))
		return false;
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		json_key_str(out, store_column_str(stmt, 0));
		json_int(out, store_column_int(stmt, 1));
	}
	return ok;
}

bool base_count_comments_by_row(struct base *base, struct json_out *out, struct error *err)
{
	struct store_conn *conn;
	bool ok;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	json_object(out);
	ok = write_counts(conn, out, err);
	json_object_end(out);
	store_read_end(base->db, &conn);
	return ok;
}

/* ---- writing ---- */

struct comment_job {
	struct table_ref table; /* both absent: any table */
	struct str row_id, text;
	const cJSON *mentioned; /* users who are told too, or NULL */
	int64_t id;
	bool resolved;
};

static bool has_row(struct change *change, const struct table *table, struct str row_id, bool *found, struct error *err)
{
	struct str sql = str_format(change->arena, "SELECT 1 FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(table->id));

	return store_find_any(change->conn, SQL_TEXT(sql, SQL_STR(row_id)), found, err);
}

/* The table of the row: the one that was named, or the one that has such a row. */
static bool find_table(const struct comment_job *job, struct change *change, const struct table **table,
		       struct error *err)
{
	bool named = job->table.id.at || job->table.name.at, found = false;

	if (named) {
		*table = change_find_table(change, &job->table, err);
		return *table && has_row(change, *table, job->row_id, &found, err) &&
		       (found || FAIL(err, row_not_found));
	}
	for (size_t i = 0; i < change->model->table_count; i++) {
		*table = &change->model->tables[i];
		if (!has_row(change, *table, job->row_id, &found, err))
			return false;
		if (found)
			return true;
	}
	return FAIL(err, row_not_found);
}

static bool journal_comment(struct change *change, const char *op_type, const struct comment_job *job,
			    struct str table_id, struct error *err)
{
	struct journal journal;
	bool ok;

	journal_open(&journal, op_type, table_id);
	json_field_str(&journal.out, "row_id", job->row_id);
	json_field_int(&journal.out, "comment_id", job->id);
	if (job->text.at)
		json_field_str(&journal.out, "comment", job->text);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool add_job(struct change *change, void *ctx, struct error *err)
{
	struct comment_job *job = ctx;
	const struct table *table;

	if (!find_table(job, change, &table, err) ||
	    !notify_comment(change, table, job->row_id, job->text, job->mentioned, err) ||
	    !store_run_sql(change->conn,
			   SQL("INSERT INTO comment(table_id, row_id, author, text, created_at, updated_at) "
			       "VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
			       SQL_STR(table->id), SQL_STR(job->row_id), SQL_STR(change->actor->author),
			       SQL_STR(job->text), SQL_INT(change->now_ms)),
			   err))
		return false;
	job->id = store_last_rowid(change->conn);
	return journal_comment(change, "add_comment", job, table->id, err);
}

bool base_add_comment(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str row_id, struct str text, const cJSON *mentioned,
		      int64_t *id, struct error *err)
{
	struct comment_job job = { .table = *table, .row_id = row_id, .text = text, .mentioned = mentioned };
	struct change change = change_new(base, arena, actor);
	bool ok;

	if (str_is_empty(str_trim(text)) || str_prefix_chars(text, COMMENT_MAX_CHARS).len < text.len)
		return FAIL_WITH(err, param_invalid, STR("comment"));
	ok = change_run(&change, add_job, &job, err);
	*id = job.id;
	change_end(&change);
	return ok;
}

/* Finds the comment that the job names, for the journal. */
static bool find_comment(struct change *change, struct comment_job *job, struct str *table_id, struct error *err)
{
	sqlite3_stmt *stmt;
	bool found;

	if (!store_prepare_c(change->conn, "SELECT table_id, row_id FROM comment WHERE id = ?1", &stmt, err))
		return false;
	store_bind_int(stmt, 1, job->id);
	if (!store_step(change->conn, stmt, &found, err))
		return false;
	if (!found)
		return FAIL(err, comment_not_found);
	*table_id = store_column_copy(change->arena, stmt, 0);
	job->row_id = store_column_copy(change->arena, stmt, 1);
	store_reset(stmt);
	return true;
}

static bool delete_job(struct change *change, void *ctx, struct error *err)
{
	struct comment_job *job = ctx;
	struct str table_id;

	return find_comment(change, job, &table_id, err) &&
	       store_run_sql(change->conn, SQL("DELETE FROM comment WHERE id = ?1", SQL_INT(job->id)), err) &&
	       journal_comment(change, "delete_comment", job, table_id, err);
}

bool base_delete_comment(struct base *base, struct arena *arena, const struct base_actor *actor, int64_t id,
			 struct error *err)
{
	struct comment_job job = { .id = id };
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, delete_job, &job, err);

	change_end(&change);
	return ok;
}

static bool resolve_job(struct change *change, void *ctx, struct error *err)
{
	struct comment_job *job = ctx;
	struct str table_id;

	return find_comment(change, job, &table_id, err) &&
	       store_run_sql(change->conn,
			     SQL("UPDATE comment SET resolved = ?2, updated_at = ?3 WHERE id = ?1", SQL_INT(job->id),
				 SQL_INT(job->resolved), SQL_INT(change->now_ms)),
			     err) &&
	       journal_comment(change, job->resolved ? "resolve_comment" : "reopen_comment", job, table_id, err);
}

bool base_resolve_comment(struct base *base, struct arena *arena, const struct base_actor *actor, int64_t id,
			  bool resolved, struct error *err)
{
	struct comment_job job = { .id = id, .resolved = resolved };
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, resolve_job, &job, err);

	change_end(&change);
	return ok;
}

bool comment_drop_row(struct change *change, struct str row_id, struct error *err)
{
	return store_run_sql(change->conn, SQL("DELETE FROM comment WHERE row_id = ?1", SQL_STR(row_id)), err);
}
