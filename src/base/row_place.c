/* Places in a table's order. Rows lie PLACE_STEP apart; a row put beside another takes the middle of the gap. When a
 * gap is used up, the rows behind it are spread out again, as few of them as give every one room. */
#include "base/base_internal.h"

#include <assert.h>

enum {
	ROOM = 16,            /* what each row gets at least when rows are spread out */
	SPREAD_AT_ONCE = 256, /* rows looked at while seeking room */
};

static bool query_int(struct store_conn *conn, struct str sql, const int64_t *arg, bool *found, int64_t *out,
		      struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	if (arg)
		store_bind_int(stmt, 1, *arg);
	if (!store_step(conn, stmt, found, err))
		return false;
	if (*found) {
		*found = !store_column_is_null(stmt, 0);
		*out = store_column_int(stmt, 0);
		store_reset(stmt);
	}
	return true;
}

bool row_place_end(struct store_conn *conn, struct arena *arena, struct str table_id, size_t count, int64_t *places,
		   struct error *err)
{
	int64_t last = 0;
	bool found;

	if (!query_int(conn, str_format(arena, "SELECT max(_n) FROM \"rows_%.*s\"", STR_ARG(table_id)), NULL, &found,
		       &last, err))
		return false;
	if (!found)
		last = 0;
	for (size_t i = 0; i < count; i++)
		places[i] = last + (int64_t)(i + 1) * PLACE_STEP;
	return true;
}

/* `count` places, evenly between two bounds that are taken; there must be room. */
static void spread(int64_t low, int64_t high, size_t count, int64_t *places)
{
	int64_t step = (high - low) / (int64_t)(count + 1);

	assert(step > 0);
	for (size_t i = 0; i < count; i++)
		places[i] = low + (int64_t)(i + 1) * step;
}

static bool move_row(struct store_conn *conn, struct str sql, int64_t from, int64_t to, struct error *err)
{
	sqlite3_stmt *stmt;

	if (from == to)
		return true;
	if (!store_prepare(conn, sql, &stmt, err))
		return false;
	store_bind_int(stmt, 1, to);
	store_bind_int(stmt, 2, from);
	return store_run(conn, stmt, err);
}

/* Moves rows, both lists ascending: first what goes up, from the top, then what goes down, from the bottom. So a row
 * never lands on one that still has to move. */
static bool move_rows(struct store_conn *conn, struct arena *arena, struct str table_id, const int64_t *from,
		      const int64_t *to, size_t count, struct error *err)
{
	struct str sql = str_format(arena, "UPDATE \"rows_%.*s\" SET _n = ?1 WHERE _n = ?2", STR_ARG(table_id));

	for (size_t i = count; i-- > 0;) {
		if (to[i] > from[i] && !move_row(conn, sql, from[i], to[i], err))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (to[i] < from[i] && !move_row(conn, sql, from[i], to[i], err))
			return false;
	}
	return true;
}

/* Finds out how many rows behind `low` have to be spread out, with `count` new ones before them, and does so. */
static bool make_room(struct store_conn *conn, struct arena *arena, struct str table_id, int64_t low, size_t count,
		      int64_t *places, struct error *err)
{
	size_t cap = SPREAD_AT_ONCE, moved = 0;
	int64_t *from = ARENA_ARRAY(arena, int64_t, cap), *to, high = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(
		    conn,
		    str_format(arena, "SELECT _n FROM \"rows_%.*s\" WHERE _n > ?1 ORDER BY _n", STR_ARG(table_id)),
		    &stmt, err))
		return false;
	store_bind_int(stmt, 1, low);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		high = store_column_int(stmt, 0);
		if (high - low > (int64_t)(count + moved + 1) * ROOM)
			break;
		if (moved == cap) {
			from = arena_grow(arena, from, cap * sizeof(*from), 2 * cap * sizeof(*from));
			cap *= 2;
		}
		from[moved++] = high;
	}
	if (!ok)
		return false;
	store_reset(stmt);
	if (!row) /* all rows behind are packed: the end of the table has room */
		high = low + (int64_t)(count + moved + 1) * PLACE_STEP;
	to = ARENA_ARRAY(arena, int64_t, count + moved);
	spread(low, high, count + moved, to);
	for (size_t i = 0; i < count; i++)
		places[i] = to[i];
	return move_rows(conn, arena, table_id, from, to + count, moved, err);
}

bool row_place_beside(struct store_conn *conn, struct arena *arena, struct str table_id, struct str anchor_id,
		      bool above, size_t count, int64_t *places, struct error *err)
{
	struct str id = table_id;
	int64_t anchor, other;
	sqlite3_stmt *stmt;
	bool found;

	if (!store_prepare(conn, str_format(arena, "SELECT _n FROM \"rows_%.*s\" WHERE _id = ?1", STR_ARG(id)), &stmt,
			   err))
		return false;
	store_bind_str(stmt, 1, anchor_id);
	if (!store_step(conn, stmt, &found, err))
		return false;
	if (!found)
		return FAIL(err, row_not_found);
	anchor = store_column_int(stmt, 0);
	store_reset(stmt);
	if (!query_int(conn,
		       above ? str_format(arena, "SELECT max(_n) FROM \"rows_%.*s\" WHERE _n < ?1", STR_ARG(id))
			     : str_format(arena, "SELECT min(_n) FROM \"rows_%.*s\" WHERE _n > ?1", STR_ARG(id)),
		       &anchor, &found, &other, err))
		return false;
	if (!found) /* above the first or below the last row there is no bound */
		other = anchor + (above ? -1 : 1) * (int64_t)(count + 1) * PLACE_STEP;
	int64_t low = above ? other : anchor, high = above ? anchor : other;

	if (high - low > (int64_t)count) {
		spread(low, high, count, places);
		return true;
	}
	return make_room(conn, arena, table_id, low, count, places, err);
}
