/* Indexes that make themselves: which of them serve a call, and what calls ask for that lack one.
 *
 * An index is worth its lookups only where it finds few rows: a row found through an index costs as much as twenty that
 * are read in their order. SQLite can't know how many rows a value has, so each use is measured in the index itself
 * before the statement is compiled: counting stops where the index stops paying. */
#include <stdlib.h>
#include <string.h>

#include "base/auto_index.h"

#include "core/clock.h"
#include "core/metric.h"
#include "store/sql.h"

enum {
	WORTH = 25,        /* of so many rows an index may find one, */
	WORTH_MAX = 10000, /* and so many at all: to count further would cost more than half a millisecond */
};

/* ---- what is there ---- */

static bool has_index(struct store_conn *conn, const struct table *table, const struct column *column)
{
	struct error ignored;
	bool found = false;

	return store_find_any(conn,
			      SQL("SELECT 1 FROM derived_auto_index WHERE table_id = ?1 AND column_key = ?2",
				  SQL_STR(table->id), SQL_STR(column->key)),
			      &found, &ignored) &&
	       found;
}

int64_t auto_index_row_count(struct store_conn *conn, struct arena *arena, struct str table_id)
{
	struct str sql =
		str_format(arena, "SELECT (SELECT max(_n) FROM \"rows_%.*s\") - (SELECT min(_n) FROM \"rows_%.*s\")",
			   STR_ARG(table_id), STR_ARG(table_id));
	struct error ignored;
	int64_t width = 0;

	return store_find_number(conn, SQL_TEXT(sql, { 0 }), &width, &ignored) ? width / PLACE_STEP + 1 : 0;
}

/* Rows that an index has for each of its values, by SQLite's statistics; 0 = unknown. */
static int64_t rows_a_value(struct store_conn *conn, struct arena *arena, const struct table *table,
			    const struct column *column)
{
	struct str name = str_format(arena, "auto_%.*s_%.*s", STR_ARG(table->id), STR_ARG(column->key));
	struct error ignored;
	int64_t rows = 0;

	(void)store_find_number(
		conn,
		SQL("SELECT CAST(substr(stat, instr(stat, ' ') + 1) AS INTEGER) FROM sqlite_stat1 WHERE idx = ?1",
		    SQL_STR(name)),
		&rows, &ignored);
	return rows;
}

/* How many rows of the table an index may find to be worth it. */
static int64_t worth(struct store_conn *conn, struct arena *arena, const struct table *table)
{
	int64_t rows = auto_index_row_count(conn, arena, table->id) / WORTH;

	return rows < WORTH_MAX ? rows : WORTH_MAX;
}

/* ---- measuring ---- */

void auto_index_bind(sqlite3_stmt *stmt, int index, const struct formula_value *value)
{
	if (value->type == FORMULA_NUMBER)
		store_bind_double(stmt, index, value->number);
	else
		store_bind_str(stmt, index, value->text);
}

/* Entries of the index from `low` to `high`, of which either may be NULL; counts to one more than `limit`. */
static int64_t count_entries(struct store_conn *conn, struct arena *arena, const struct index_use *use,
			     const struct formula_value *low, const struct formula_value *high, int64_t limit)
{
	struct str key = use->column->key, id = use->table->id;
	struct str sql = str_format(arena,
				    "SELECT count(*) FROM (SELECT 1 FROM \"rows_%.*s\" INDEXED BY \"auto_%.*s_%.*s\" "
				    "WHERE " INDEX_TERM " AND \"%.*s\" %s ?1 AND \"%.*s\" %s ?2 LIMIT ?3)",
				    STR_ARG(id), STR_ARG(id), STR_ARG(key), STR_ARG(key), low ? ">=" : "IS NOT",
				    STR_ARG(key), high ? "<=" : "IS NOT");
	int64_t count = limit + 1;
	struct error ignored;
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare(conn, sql, &stmt, &ignored))
		return count;
	if (low)
		auto_index_bind(stmt, 1, low);
	if (high)
		auto_index_bind(stmt, 2, high);
	store_bind_int(stmt, 3, limit + 1);
	if (store_step(conn, stmt, &row, &ignored) && row)
		count = store_column_int(stmt, 0);
	store_reset(stmt);
	return count;
}

/* The rows that the use finds, or more than `limit`. */
static int64_t count_found(struct store_conn *conn, struct arena *arena, const struct index_use *use, int64_t limit)
{
	int64_t found = 0;

	if (use->kind == INDEX_RANGE)
		return count_entries(conn, arena, use, use->has_low ? &use->values[0] : NULL,
				     use->has_high ? &use->values[1] : NULL, limit);
	for (int i = 0; i < use->value_count && found <= limit; i++)
		found += count_entries(conn, arena, use, &use->values[i], &use->values[i], limit - found);
	return found;
}

/* ---- choosing ---- */

enum { MAX_SOURCES = 32 };

struct choice {
	struct store_conn *conn;
	struct arena *arena;
	int64_t found[MAX_SOURCES]; /* rows of each table that are left, INT64_MAX = unknown */
	unsigned chosen;
};

static void choose(struct choice *choice, struct index_use *use)
{
	use->is_chosen = true;
	choice->chosen |= 1u << use->source;
}

static void weigh(struct choice *choice, struct index_use *use, int64_t wanted)
{
	int64_t limit = worth(choice->conn, choice->arena, use->table);
	int64_t found = use->kind == INDEX_ORDER ? wanted : count_found(choice->conn, choice->arena, use, limit);

	if (found > limit)
		return;
	choose(choice, use);
	if (found < choice->found[use->source])
		choice->found[use->source] = found;
}

/* A join by an index pays where few rows of the other table are left. */
static void weigh_join(struct choice *choice, struct index_use *use, const struct index_uses *uses)
{
	int64_t others = choice->found[use->other_source], each;
	int64_t limit = worth(choice->conn, choice->arena, use->table);

	for (int i = 0; i < uses->count; i++)
		if (others == INT64_MAX && uses->at[i].source == use->other_source)
			others = auto_index_row_count(choice->conn, choice->arena, uses->at[i].table->id);
	use->is_vain = others > limit;
	each = use->has_index ? rows_a_value(choice->conn, choice->arena, use->table, use->column) : 0;
	if (each > 0 && others <= limit / each)
		choose(choice, use);
}

unsigned auto_index_choose(struct store_conn *conn, struct arena *arena, struct index_uses *uses, int64_t wanted)
{
	struct choice choice = { .conn = conn, .arena = arena };

	index_uses_join_ranges(uses);
	for (int i = 0; i < MAX_SOURCES; i++)
		choice.found[i] = INT64_MAX;
	for (int i = 0; i < uses->count; i++) {
		struct index_use *use = &uses->at[i];

		use->has_index = has_index(conn, use->table, use->column);
		if (use->has_index && use->kind != INDEX_JOIN)
			weigh(&choice, use, wanted);
	}
	for (int i = 0; i < uses->count; i++)
		if (uses->at[i].kind == INDEX_JOIN)
			weigh_join(&choice, &uses->at[i], uses);
	return choice.chosen;
}

bool auto_index_serves_lookups(struct store_conn *conn, struct arena *arena, struct index_use *use)
{
	enum { FEW = 20 };
	int64_t each;

	use->has_index = has_index(conn, use->table, use->column);
	each = use->has_index ? rows_a_value(conn, arena, use->table, use->column) : 0;
	return each > 0 && each <= FEW;
}

/* ---- noting ---- */

static struct index_notes *notes_of(struct base *base)
{
	if (!base->index_notes)
		base->index_notes = calloc(1, sizeof(*base->index_notes));
	if (!base->index_notes)
		abort();
	return base->index_notes;
}

/* The note of the column, or the one used longest ago in its place. */
static struct index_note *note_of(struct index_notes *notes, const struct index_use *use)
{
	struct index_note *oldest = &notes->at[0];

	for (int i = 0; i < INDEX_NOTES; i++) {
		struct index_note *note = &notes->at[i];

		if (str_equal_c(use->table->id, note->table_id) && str_equal_c(use->column->key, note->key))
			return note;
		if (note->last_us < oldest->last_us)
			oldest = note;
	}
	*oldest = (struct index_note){ 0 };
	memcpy(oldest->table_id, use->table->id.at, use->table->id.len);
	memcpy(oldest->key, use->column->key.at, use->column->key.len);
	return oldest;
}

static void keep_value(struct kept_value *kept, const struct formula_value *value)
{
	*kept = (struct kept_value){ .is_known = true, .is_number = value->type == FORMULA_NUMBER };
	kept->number = value->number;
	if (!kept->is_number) {
		kept->len = value->text.len < sizeof(kept->text) ? value->text.len : sizeof(kept->text);
		memcpy(kept->text, value->text.at, kept->len);
	}
}

static void note_missing(struct base *base, const struct index_use *use, int64_t steps)
{
	struct index_note *note = note_of(notes_of(base), use);
	bool is_range = use->kind == INDEX_RANGE;

	note->last_us = clock_monotonic_us();
	note->kind = use->kind;
	note->column_type = use->column->type->id;
	note->low = note->high = (struct kept_value){ 0 };
	if (is_range ? use->has_low : use->value_count > 0)
		keep_value(&note->low, &use->values[0]);
	if (is_range ? use->has_high : use->value_count > 0)
		keep_value(&note->high, &use->values[is_range ? 1 : 0]);
	note->steps += steps;
	if (++note->misses >= INDEX_MISSES_MIN)
		base->index_due_us = note->last_us;
}

static void note_chosen(struct base *base, const struct index_use *use)
{
	struct index_note *note = note_of(notes_of(base), use);

	note->last_us = clock_monotonic_us();
	note->is_used = true;
	if (!base->index_due_us)
		base->index_due_us = note->last_us + INDEX_CARE_US;
}

void auto_index_note(struct base *base, const struct index_uses *uses, sqlite3_stmt *stmt)
{
	int64_t steps = sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
	bool served = false;

	pthread_mutex_lock(&base->model_lock);
	for (int i = 0; i < uses->count; i++) {
		const struct index_use *use = &uses->at[i];

		if (use->is_chosen)
			note_chosen(base, use);
		else if (!use->has_index && !use->is_vain && steps >= INDEX_ROWS_MIN)
			note_missing(base, use, steps);
		served = served || use->is_chosen;
	}
	pthread_mutex_unlock(&base->model_lock);
	metric_add(M_indexes_used_total, served);
}

void auto_index_note_write(struct base *base)
{
	base->last_write_us = clock_monotonic_us();
	if (++base->write_count % INDEX_WRITES_BETWEEN == 0 && !base->index_due_us)
		base->index_due_us = base->last_write_us;
}

bool auto_index_is_due(const struct base *base)
{
	return base->index_due_us != 0 && base->index_due_us <= clock_monotonic_us();
}

void auto_index_free(struct base *base)
{
	free(base->index_notes);
	base->index_notes = NULL;
}
