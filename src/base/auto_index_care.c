/* Indexes that make themselves: making one that was asked for often enough, dropping those that nobody uses. An index
 * is made like any change, by the writer's queue, which waits meanwhile; so large tables get theirs while nobody
 * writes. */
#include <string.h>

#include "base/auto_index.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/metric.h"
#include "store/sql.h"

enum { SAMPLES = 400, CARE_MEMORY = 4 << 20 };

struct care {
	struct base *base;
	struct arena *arena;
	struct index_note note; /* the column that is to get an index */
	bool is_made;
	struct index_note used[INDEX_NOTES]; /* those that were used since the last look */
	int used_count;
	int64_t now_ms;
};

static struct str index_name(struct arena *arena, struct str table_id, struct str key)
{
	return str_format(arena, "auto_%.*s_%.*s", STR_ARG(table_id), STR_ARG(key));
}

/* ---- is it worth it? ---- */

/* Is the sampled cell among those that the last statement looked for? */
static bool is_wanted(const struct index_note *note, sqlite3_stmt *stmt)
{
	const struct kept_value *ends[] = { &note->low, &note->high };

	if (store_column_is_null(stmt, 0))
		return false;
	for (int i = 0; i < 2; i++) {
		double number = store_column_double(stmt, 0);
		int order;

		if (!ends[i]->is_known)
			continue;
		if (ends[i]->is_number)
			order = (number > ends[i]->number) - (number < ends[i]->number);
		else
			order = str_compare(store_column_str(stmt, 0), (struct str){ ends[i]->text, ends[i]->len });
		if (i == 0 ? order < 0 : order > 0)
			return false;
	}
	return true;
}

/* Looks at rows here and there in the table: would few of them be found? For joins: are the cells different? */
static bool finds_few(struct care *care, struct store_conn *conn, struct str table_id, struct str key)
{
	struct str sql =
		str_format(care->arena,
			   "WITH RECURSIVE ends(low, width) AS (SELECT (SELECT min(_n) FROM \"rows_%.*s\"), "
			   "(SELECT max(_n) FROM \"rows_%.*s\") - (SELECT min(_n) FROM \"rows_%.*s\") + 1), "
			   "place(i, at) AS (SELECT 1, low FROM ends UNION ALL "
			   "SELECT i + 1, low + abs(random() %% width) FROM place, ends WHERE i < ?1) "
			   "SELECT (SELECT \"%.*s\" FROM \"rows_%.*s\" WHERE _n >= at ORDER BY _n LIMIT 1) FROM place",
			   STR_ARG(table_id), STR_ARG(table_id), STR_ARG(table_id), STR_ARG(key), STR_ARG(table_id));
	struct map *seen = map_new(care->arena, SAMPLES);
	int wanted = 0, different = 0;
	struct error ignored;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (care->note.kind == INDEX_ORDER)
		return true;
	if (!store_prepare(conn, sql, &stmt, &ignored))
		return false;
	store_bind_int(stmt, 1, SAMPLES);
	while ((ok = store_step(conn, stmt, &row, &ignored)) && row) {
		wanted += is_wanted(&care->note, stmt);
		different +=
			!store_column_is_null(stmt, 0) && map_put(seen, store_column_copy(care->arena, stmt, 0), care);
	}
	return ok && (care->note.kind == INDEX_JOIN ? different > SAMPLES * 9 / 10 : wanted <= SAMPLES / 20);
}

/* ---- making ---- */

static bool is_column(struct store_conn *conn, const struct care *care, bool *is, struct error *err)
{
	const char *type = column_type_by_id(care->note.column_type)->name;

	return store_find_any(conn,
			      SQL("SELECT 1 FROM column_def WHERE table_id = ?1 AND key = ?2 AND type = ?3 "
				  "AND NOT EXISTS (SELECT 1 FROM derived_auto_index WHERE table_id = ?1 AND column_key "
				  "= ?2) AND (SELECT count(*) FROM derived_auto_index WHERE table_id = ?1) < ?4",
				  SQL_STR(str_from_c(care->note.table_id)), SQL_STR(str_from_c(care->note.key)),
				  SQL_STR(str_from_c(type)), SQL_INT(INDEX_A_TABLE)),
			      is, err);
}

static bool make_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct care *care = ctx;
	struct str table_id = str_from_c(care->note.table_id), key = str_from_c(care->note.key);
	struct str name = index_name(care->arena, table_id, key);
	int64_t version;
	bool is;

	if (!is_column(conn, care, &is, err) || !base_version_read(conn, &version, err))
		return false;
	care->is_made = is;
	return !is ||
	       (store_exec(conn,
			   str_format(care->arena, "CREATE INDEX \"%.*s\" ON \"rows_%.*s\"(\"%.*s\") WHERE " INDEX_TERM,
				      STR_ARG(name), STR_ARG(table_id), STR_ARG(key))
				   .at,
			   err) &&
		store_exec(conn, str_format(care->arena, "ANALYZE \"%.*s\"", STR_ARG(name)).at, err) &&
		store_run_sql(conn,
			      SQL("INSERT INTO derived_auto_index VALUES (?1, ?2, ?3, ?3, ?4)", SQL_STR(table_id),
				  SQL_STR(key), SQL_INT(care->now_ms), SQL_INT(version)),
			      err));
}

static void make(struct care *care)
{
	struct error err = { 0 };
	int64_t began = clock_monotonic_us();

	if (!store_write(care->base->db, make_job, care, &err)) {
		LOG(LOG_WARN, "index_failed", LOG_STR("base", str_from_c(care->base->uuid)),
		    LOG_STR("error", str_from_c(error_name(err.code))));
		return;
	}
	if (!care->is_made)
		return;
	metric_add(M_indexes_made_total, 1);
	LOG(LOG_INFO, "index_made", LOG_STR("base", str_from_c(care->base->uuid)),
	    LOG_STR("table", str_from_c(care->note.table_id)), LOG_STR("column", str_from_c(care->note.key)),
	    LOG_NUM("ms", (clock_monotonic_us() - began) / 1000));
}

/* What to do with the note: an index, later, or nothing. */
enum verdict { MAKE, LATER, FORGET };

static enum verdict judge(struct care *care)
{
	struct str table_id = str_from_c(care->note.table_id), key = str_from_c(care->note.key);
	bool quiet = clock_monotonic_us() - care->base->last_write_us > INDEX_QUIET_US, is = false;
	enum verdict verdict = FORGET;
	struct base_read read;
	struct error err;
	int64_t rows;

	if (!base_read_begin(care->base, &read, &err))
		return LATER;
	if (is_column(read.conn, care, &is, &err) && is) {
		rows = auto_index_row_count(read.conn, care->arena, table_id);
		if (rows < INDEX_ROWS_MIN || rows > INDEX_ROWS_MAX)
			verdict = FORGET;
		else if (care->note.steps < rows * INDEX_SCANS || (rows > INDEX_ROWS_AT_ONCE && !quiet))
			verdict = LATER;
		else if (finds_few(care, read.conn, table_id, key))
			verdict = MAKE;
	}
	base_read_end(&read);
	return verdict;
}

/* Takes the note of the column that is asked for most; false when there is none. */
static bool take_note(struct care *care)
{
	struct index_note *most = NULL;
	struct index_notes *notes;

	pthread_mutex_lock(&care->base->model_lock);
	notes = care->base->index_notes;
	for (int i = 0; notes && i < INDEX_NOTES; i++) {
		struct index_note *note = &notes->at[i];

		if (note->misses >= INDEX_MISSES_MIN && (!most || note->steps > most->steps))
			most = note;
	}
	if (most) {
		care->note = *most;
		most->misses = 0;
	}
	pthread_mutex_unlock(&care->base->model_lock);
	return most != NULL;
}

/* A column that is not worth an index now is asked about again after as many misses more. */
static void forget_steps(const struct care *care)
{
	pthread_mutex_lock(&care->base->model_lock);
	for (int i = 0; i < INDEX_NOTES; i++) {
		struct index_note *note = &care->base->index_notes->at[i];

		if (strcmp(note->table_id, care->note.table_id) == 0 && strcmp(note->key, care->note.key) == 0)
			note->steps = 0;
	}
	pthread_mutex_unlock(&care->base->model_lock);
}

static void make_where_asked(struct care *care)
{
	while (take_note(care)) {
		enum verdict verdict = judge(care);

		if (verdict == MAKE)
			make(care);
		if (verdict != LATER)
			forget_steps(care);
	}
}

/* ---- dropping ---- */

bool auto_index_drop(struct store_conn *conn, struct arena *arena, struct str table_id, struct str key,
		     struct error *err)
{
	if (key.at &&
	    !store_exec(
		    conn,
		    str_format(arena, "DROP INDEX IF EXISTS \"%.*s\"", STR_ARG(index_name(arena, table_id, key))).at,
		    err))
		return false;
	return store_run_sql(conn,
			     SQL("DELETE FROM derived_auto_index WHERE table_id = ?1 AND column_key = ifnull(?2, "
				 "column_key)",
				 SQL_STR(table_id), SQL_STR(key)),
			     err);
}

struct unused {
	struct str table_id, key;
};

static void read_unused(struct arena *arena, sqlite3_stmt *stmt, void *item)
{
	*(struct unused *)item =
		(struct unused){ store_column_copy(arena, stmt, 0), store_column_copy(arena, stmt, 1) };
}

static bool note_used(struct store_conn *conn, const struct care *care, const struct index_note *note, int64_t version,
		      struct error *err)
{
	return store_run_sql(conn,
			     SQL("UPDATE derived_auto_index SET used_at = ?3, used_version = ?4 WHERE table_id = ?1 "
				 "AND column_key = ?2 AND used_at < ?3 - ?5",
				 SQL_STR(str_from_c(note->table_id)), SQL_STR(str_from_c(note->key)),
				 SQL_INT(care->now_ms), SQL_INT(version), SQL_INT(INDEX_USED_MS)),
			     err);
}

/* The one that is to be dropped, if any. */
static bool find_unused(struct store_conn *conn, const struct care *care, int64_t version, struct unused *unused,
			bool *found, struct error *err)
{
	return store_find_row(conn, care->arena,
			      SQL("SELECT table_id, column_key FROM derived_auto_index WHERE used_at < ?1 AND "
				  "used_version < ?2 LIMIT 1",
				  SQL_INT(care->now_ms - INDEX_UNUSED_MS), SQL_INT(version - INDEX_UNUSED_WRITES)),
			      read_unused, unused, found, err);
}

static bool look_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct care *care = ctx;
	struct unused unused;
	int64_t version;
	bool found = false;

	if (!base_version_read(conn, &version, err))
		return false;
	for (int i = 0; i < care->used_count; i++)
		if (!note_used(conn, care, &care->used[i], version, err))
			return false;
	if (!find_unused(conn, care, version, &unused, &found, err) ||
	    (found && !auto_index_drop(conn, care->arena, unused.table_id, unused.key, err)))
		return false;
	metric_add(M_indexes_dropped_total, found);
	return true;
}

static void take_used(struct care *care)
{
	struct index_notes *notes;

	pthread_mutex_lock(&care->base->model_lock);
	notes = care->base->index_notes;
	for (int i = 0; notes && i < INDEX_NOTES; i++) {
		if (notes->at[i].is_used)
			care->used[care->used_count++] = notes->at[i];
		notes->at[i].is_used = false;
	}
	pthread_mutex_unlock(&care->base->model_lock);
}

/* Is there an index at all? Most bases have none, and are left alone. */
static bool has_any(const struct care *care)
{
	struct base_read read;
	struct error err;
	bool any = false;

	if (!base_read_begin(care->base, &read, &err))
		return false;
	(void)store_find_any(read.conn, SQL_ALONE("SELECT 1 FROM derived_auto_index"), &any, &err);
	base_read_end(&read);
	return any;
}

void auto_index_care(struct base *base)
{
	struct care care = { .base = base, .arena = arena_new(CARE_MEMORY), .now_ms = clock_now_ms() };
	struct error err = { 0 };

	base->index_due_us = 0;
	make_where_asked(&care);
	take_used(&care);
	if (has_any(&care) && !store_write(base->db, look_job, &care, &err))
		LOG(LOG_WARN, "index_look_failed", LOG_STR("base", str_from_c(base->uuid)),
		    LOG_STR("error", str_from_c(error_name(err.code))));
	arena_free(&care.arena);
}
