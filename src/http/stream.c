/* A reply without end: a handler hands a stream to the loop, and bytes are written to it later, from any thread.
 *
 * Two sides hold it: whoever writes, and the connection (before that, the exchange that carries it there). What they
 * share lies under its lock. A writer rings the loop at most once until the loop has looked; once the connection has
 * let go the loop is out of a writer's reach, so streams may be written to while the server stops and after. */
#include <assert.h>
#include <stdlib.h>

#include "core/metric.h"
#include "http/http_internal.h"

static void unhold(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	bool last = --stream->holders == 0;
	pthread_mutex_unlock(&stream->lock);
	if (!last)
		return;
	buf_free(&stream->pending);
	pthread_mutex_destroy(&stream->lock);
	free(stream);
}

/* ---- the side that writes ---- */

struct http_stream *http_reply_stream(struct http_reply *reply, size_t max_pending, void (*on_change)(void *ctx),
				      void *ctx)
{
	struct http_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		abort();
	assert(!reply->stream);
	pthread_mutex_init(&stream->lock, NULL);
	buf_init(&stream->pending, max_pending);
	stream->holders = 2;
	stream->on_change = on_change;
	stream->ctx = ctx;
	reply->stream = stream;
	return stream;
}

/* Under the lock: has the loop look at it. */
static void ring(struct http_stream *stream)
{
	if (!stream->loop || stream->is_listed)
		return;
	stream->is_listed = true;
	stream->holders++;
	loop_list_stream(stream->loop, stream);
}

bool http_stream_write(struct http_stream *stream, struct str bytes)
{
	pthread_mutex_lock(&stream->lock);
	assert(!stream->is_finished);
	bool ok = !stream->is_cut;
	if (ok) {
		buf_append_str(&stream->pending, bytes);
		if (buf_failed(&stream->pending)) {
			stream->is_cut = true;
			ok = false;
		}
		ring(stream);
	}
	pthread_mutex_unlock(&stream->lock);
	return ok;
}

enum http_stream_state http_stream_look(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	bool is_busy = stream->pending.len > 0 || stream->is_sending;
	bool is_cut = stream->is_cut;
	pthread_mutex_unlock(&stream->lock);
	if (is_cut)
		return HTTP_STREAM_ENDED;
	return is_busy ? HTTP_STREAM_BUSY : HTTP_STREAM_IDLE;
}

void http_stream_end(struct http_stream **stream_at)
{
	struct http_stream *stream = *stream_at;

	if (!stream)
		return;
	*stream_at = NULL;
	pthread_mutex_lock(&stream->lock);
	stream->is_finished = true;
	if (!stream->is_cut)
		ring(stream);
	pthread_mutex_unlock(&stream->lock);
	unhold(stream);
}

/* ---- the loop's side ---- */

void stream_attach(struct http_stream *stream, struct loop *loop, struct connection *connection)
{
	pthread_mutex_lock(&stream->lock);
	stream->loop = loop;
	stream->connection = connection;
	pthread_mutex_unlock(&stream->lock);
	metric_add(M_http_streams, 1);
}

struct connection *stream_unlist(struct http_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	struct connection *connection = stream->connection;
	stream->is_listed = false;
	pthread_mutex_unlock(&stream->lock);
	unhold(stream); /* the connection, if there is one, holds it too */
	return connection;
}

enum stream_next stream_take(struct http_stream *stream, struct buf *into)
{
	enum stream_next next = STREAM_WAIT;

	buf_free(into);
	pthread_mutex_lock(&stream->lock);
	bool was_sending = stream->is_sending;
	stream->is_sending = false;
	if (!stream->is_cut && stream->pending.len > 0) {
		size_t limit = stream->pending.limit;
		*into = stream->pending;
		buf_init(&stream->pending, limit);
		stream->is_sending = true;
		next = STREAM_SEND;
	} else if (stream->is_cut || stream->is_finished) {
		next = STREAM_CLOSE;
	}
	bool is_drained = was_sending && next == STREAM_WAIT;
	pthread_mutex_unlock(&stream->lock);
	if (is_drained)
		stream->on_change(stream->ctx);
	return next;
}

void stream_drop(struct http_stream **stream_at)
{
	struct http_stream *stream = *stream_at;

	if (!stream)
		return;
	*stream_at = NULL;
	pthread_mutex_lock(&stream->lock);
	bool was_attached = stream->loop != NULL;
	bool is_finished = stream->is_finished;
	stream->is_cut = true;
	stream->loop = NULL;
	stream->connection = NULL;
	pthread_mutex_unlock(&stream->lock);
	if (was_attached)
		metric_add(M_http_streams, -1);
	if (!is_finished)
		stream->on_change(stream->ctx);
	unhold(stream);
}
