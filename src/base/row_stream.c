/* All rows of a table or view at one snapshot, a piece at a time, as lines of JSON. It reads with a connection of its
 * own, so that however long a client takes, it keeps no other reader waiting. */
#include "base/base_internal.h"

#include "core/metric.h"

struct base_row_stream {
	struct base_read read;
	struct selection selection;
	struct row_output output;
	struct str select; /* a row at its place */
	sqlite3_stmt *places;
	int64_t count;
};

static bool prepare(struct base_row_stream *stream, struct arena *arena, const struct base_list_rows *query,
		    struct error *err)
{
	const struct selection *selection = &stream->selection;
	struct str id = selection->table->id;

	row_output_init(&stream->output, arena, stream->read.conn, selection->table, selection->view, query->form);
	stream->select = str_format(arena, "SELECT %.*s FROM \"rows_%.*s\" WHERE _n = ?1",
				    STR_ARG(stream->output.select), STR_ARG(id));
	if (!store_prepare(stream->read.conn,
			   str_format(arena, "SELECT r0._n FROM \"rows_%.*s\" AS r0%.*s ORDER BY %.*sr0._n",
				      STR_ARG(id), STR_ARG(selection_where(selection, arena)),
				      STR_ARG(buf_str(&selection->order.sql))),
			   &stream->places, err))
		return false;
	row_order_bind(&selection->order, stream->places);
	formula_sql_bind(&selection->filter, stream->places);
	return true;
}

bool base_row_stream_open(struct base *base, struct arena *arena, const struct base_list_rows *query,
			  struct base_row_stream **out, struct error *err)
{
	struct base_row_stream *stream = ARENA_NEW(arena, struct base_row_stream);

	if (!base_read_begin_apart(base, &stream->read, err))
		return false;
	*out = stream;
	if (selection_init(&stream->selection, &stream->read, arena, query, err)) {
		if (stream->selection.problem)
			(void)FAIL_WITH(err, filter_invalid, str_from_c(stream->selection.problem));
		else if (prepare(stream, arena, query, err))
			return true;
		selection_free(&stream->selection);
	}
	base_read_end(&stream->read);
	*out = NULL;
	return false;
}

static bool write_row(struct base_row_stream *stream, struct buf *text, struct error *err)
{
	struct json_out out = json_out_to(text);
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare(stream->read.conn, stream->select, &stmt, err))
		return false;
	store_bind_int(stmt, 1, store_column_int(stream->places, 0));
	if (!store_step(stream->read.conn, stmt, &row, err))
		return false;
	if (row && !row_output_write(&stream->output, stmt, &out, err))
		return false;
	store_reset(stmt);
	buf_append_byte(text, '\n');
	stream->count++;
	return true;
}

bool base_row_stream_read(struct base_row_stream *stream, struct buf *text, size_t size, bool *done, struct error *err)
{
	bool row = true;

	while (text->len < size && row) {
		if (!store_step(stream->read.conn, stream->places, &row, err) || (row && !write_row(stream, text, err)))
			return false;
	}
	*done = !row;
	if (*done)
		buf_printf(text, "{\"_end\":%lld}\n", (long long)stream->count);
	return !buf_failed(text) || FAIL(err, answer_too_large);
}

void base_row_stream_close(struct base_row_stream **stream)
{
	metric_add(M_rows_read_total, (*stream)->count);
	selection_free(&(*stream)->selection);
	base_read_end(&(*stream)->read);
	*stream = NULL;
}
