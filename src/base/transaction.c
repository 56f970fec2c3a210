/* Reads and changes of a base, each with the description of exactly what it sees. base_info.schema_stamp tells whether
 * a description that we hold is the right one: it is random and new with each change of the schema, so it can't come
 * back after a rollback, and a reader of an older snapshot reads an older stamp. */
#include <assert.h>

#include "base/base_internal.h"
#include "core/clock.h"

static bool has_stamp(const struct model *model, struct str stamp)
{
	return model && str_equal(model->stamp, stamp);
}

static struct model *held_model(struct base *base, struct str stamp)
{
	struct model *model = NULL;

	pthread_mutex_lock(&base->model_lock);
	if (has_stamp(base->model, stamp)) {
		model = base->model;
		model_retain(model);
	}
	pthread_mutex_unlock(&base->model_lock);
	return model;
}

struct model *base_held_model(struct base *base)
{
	struct model *model;

	pthread_mutex_lock(&base->model_lock);
	model = base->model;
	if (model)
		model_retain(model);
	pthread_mutex_unlock(&base->model_lock);
	return model;
}

/* Only for descriptions of committed states. */
static void hold_model(struct base *base, struct model *model)
{
	struct model *old;

	model_retain(model);
	pthread_mutex_lock(&base->model_lock);
	old = base->model;
	base->model = model;
	pthread_mutex_unlock(&base->model_lock);
	if (old)
		model_release(&old);
}

static bool stamp_statement(struct store_conn *conn, sqlite3_stmt **stmt, struct error *err)
{
	bool row;

	return store_prepare_c(conn, "SELECT value FROM base_info WHERE key = 'schema_stamp'", stmt, err) &&
	       store_step(conn, *stmt, &row, err) && (row || FAIL(err, base_damaged));
}

/* ---- reads ---- */

/* Finds the description of the snapshot that the connection sees. */
static bool read_model(struct base_read *read, struct error *err)
{
	struct base *base = read->base;
	sqlite3_stmt *stmt;

	if (!stamp_statement(read->conn, &stmt, err))
		goto fail;
	read->model = held_model(base, store_column_str(stmt, 0));
	store_reset(stmt);
	if (read->model)
		return true;
	if (!base_model_load(read->conn, &read->model, err))
		goto fail;
	hold_model(base, read->model);
	return true;
fail:
	base_read_end(read);
	return false;
}

bool base_read_begin(struct base *base, struct base_read *read, struct error *err)
{
	*read = (struct base_read){ .base = base };
	return store_read_begin(base->db, &read->conn, err) && read_model(read, err);
}

bool base_read_begin_apart(struct base *base, struct base_read *read, struct error *err)
{
	*read = (struct base_read){ .base = base, .is_apart = true };
	return store_read_begin_apart(base->db, &read->conn, err) && read_model(read, err);
}

void base_read_end(struct base_read *read)
{
	if (read->model)
		model_release(&read->model);
	if (read->conn && read->is_apart)
		store_read_end_apart(&read->conn);
	else if (read->conn)
		store_read_end(read->base->db, &read->conn);
}

/* ---- changes ---- */

struct change change_new(struct base *base, struct arena *arena, const struct base_actor *actor)
{
	return (struct change){ .base = base, .arena = arena, .actor = actor, .now_ms = clock_now_ms() };
}

/* What the job before this one left is mostly right: it was the same description, or it changed it. */
static bool writer_model(struct change *change, struct error *err)
{
	struct base *base = change->base;
	sqlite3_stmt *stmt;
	struct str stamp;

	if (!stamp_statement(change->conn, &stmt, err))
		return false;
	stamp = store_column_str(stmt, 0);
	if (!has_stamp(base->writer_model, stamp)) {
		if (base->writer_model)
			model_release(&base->writer_model);
		base->writer_model = held_model(base, stamp);
	}
	store_reset(stmt);
	if (!base->writer_model && !base_model_load(change->conn, &base->writer_model, err))
		return false;
	change->model = base->writer_model;
	model_retain(change->model);
	return true;
}

bool change_schema(struct change *change, struct error *err)
{
	char stamp[2 * 12 + 1];

	assert(change->before_count < CHANGE_MAX_SCHEMAS);
	id_new_hex(stamp, 12);
	if (!base_info_write(change->conn, STR("schema_stamp"), str_from_c(stamp), err))
		return false;
	change->before[change->before_count++] = change->model;
	change->model = NULL;
	if (!base_model_load(change->conn, &change->model, err))
		return false;
	if (change->base->writer_model)
		model_release(&change->base->writer_model);
	change->base->writer_model = change->model;
	model_retain(change->model);
	return true;
}

struct job {
	struct change *change;
	change_job run;
	void *ctx;
};

static bool run_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct job *job = ctx;
	struct change *change = job->change;
	bool ok;

	change->conn = conn;
	ok = once_claim(change, err) && writer_model(change, err) && condition_check(change, err) &&
	     job->run(change, job->ctx, err);
	change->conn = NULL;
	if (ok && arena_overflowed(change->arena))
		return FAIL(err, request_too_complex);
	return ok;
}

bool change_run(struct change *change, change_job job, void *ctx, struct error *err)
{
	struct job run = { .change = change, .run = job, .ctx = ctx };

	if (!store_write(change->base->db, run_job, &run, err))
		return false;
	auto_index_note_write(change->base);
	if (change->before_count > 0)
		hold_model(change->base, change->model);
	if (change->actor->once)
		change->actor->once->is_claimed = true;
	base_note_change(change->base);
	return true;
}

void change_end(struct change *change)
{
	if (change->model)
		model_release(&change->model);
	while (change->before_count > 0)
		model_release(&change->before[--change->before_count]);
}

void base_models_free(struct base *base)
{
	if (base->model)
		model_release(&base->model);
	if (base->writer_model)
		model_release(&base->writer_model);
}
