/* GET stream-rows/: a whole table or view in one answer, as lines of JSON. Each is sent by a thread of its own that
 * waits for its client, so that a slow one holds neither a worker nor memory beyond a piece; their number is limited.
 */
#include "api/row_stream.h"

#include <pthread.h>
#include <stdlib.h>

#include "api/base_call.h"
#include "api/handlers.h"
#include "api/room.h"
#include "api/rows.h"
#include "core/arena.h"
#include "core/log.h"

enum {
	MAX_STREAMS = 8,
	PIECE_BYTES = 256 * 1024,
	MAX_PENDING = 64 * 1024 * 1024, /* a piece and the row that ends it */
	STREAM_MEMORY = 64 * 1024 * 1024,
	RETRY_AFTER_S = 10,
};

struct row_streams {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a stream was sent, cut or ended */
	int running;
};

/* One answer under way. */
struct running {
	struct row_streams *streams;
	struct arena *arena; /* holds the base too */
	struct base_row_stream *rows;
	struct http_stream *out;
};

struct row_streams *row_streams_new(void)
{
	struct row_streams *streams = calloc(1, sizeof(*streams));

	if (!streams)
		abort();
	pthread_mutex_init(&streams->lock, NULL);
	pthread_cond_init(&streams->changed, NULL);
	return streams;
}

void row_streams_free(struct row_streams **streams)
{
	pthread_mutex_lock(&(*streams)->lock);
	while ((*streams)->running > 0)
		pthread_cond_wait(&(*streams)->changed, &(*streams)->lock);
	pthread_mutex_unlock(&(*streams)->lock);
	pthread_cond_destroy(&(*streams)->changed);
	pthread_mutex_destroy(&(*streams)->lock);
	free(*streams);
	*streams = NULL;
}

static void on_change(void *ctx)
{
	struct row_streams *streams = ctx;

	pthread_mutex_lock(&streams->lock);
	pthread_cond_broadcast(&streams->changed);
	pthread_mutex_unlock(&streams->lock);
}

/* Waits until all that was written has been sent; false when the client is gone. */
static bool wait_sent(struct running *running)
{
	enum http_stream_state state;

	pthread_mutex_lock(&running->streams->lock);
	while ((state = http_stream_look(running->out)) == HTTP_STREAM_BUSY)
		pthread_cond_wait(&running->streams->changed, &running->streams->lock);
	pthread_mutex_unlock(&running->streams->lock);
	return state == HTTP_STREAM_IDLE;
}

static void send_rows(struct running *running)
{
	bool done = false;
	struct error err;
	struct buf piece;

	buf_init(&piece, MAX_PENDING);
	while (!done && wait_sent(running)) {
		buf_clear(&piece);
		if (!base_row_stream_read(running->rows, &piece, PIECE_BYTES, &done, &err)) {
			LOG(LOG_ERROR, "row_stream_failed", LOG_STR("error", str_from_c(error_name(err.code))));
			break;
		}
		if (!http_stream_write(running->out, buf_str(&piece)))
			break;
	}
	buf_free(&piece);
}

static void *run(void *arg)
{
	struct running *running = arg;
	struct row_streams *streams = running->streams;
	struct arena *arena = running->arena;

	send_rows(running);
	base_row_stream_close(&running->rows);
	http_stream_end(&running->out);
	arena_free(&arena);
	pthread_mutex_lock(&streams->lock);
	streams->running--;
	pthread_cond_broadcast(&streams->changed);
	pthread_mutex_unlock(&streams->lock);
	return NULL;
}

static bool take_place(struct row_streams *streams, struct error *err)
{
	bool free;

	pthread_mutex_lock(&streams->lock);
	free = streams->running < MAX_STREAMS;
	streams->running += free;
	pthread_mutex_unlock(&streams->lock);
	if (free)
		return true;
	(void)FAIL(err, overloaded);
	err->retry_after_s = RETRY_AFTER_S;
	return false;
}

static void give_place(struct row_streams *streams)
{
	pthread_mutex_lock(&streams->lock);
	streams->running--;
	pthread_cond_broadcast(&streams->changed);
	pthread_mutex_unlock(&streams->lock);
}

/* What the thread needs of the call once the request is gone, in its own arena. */
static bool open_rows(struct api_call *call, struct running *running, struct error *err)
{
	struct api_call *lasting = ARENA_NEW(running->arena, struct api_call);
	struct base_list_rows query;
	struct base_call *on;

	*lasting = *call;
	lasting->arena = running->arena;
	if (!api_read_list_arguments(call, false, &query, err) || !(on = api_open_base(lasting, err)))
		return false;
	query.order_by = str_copy(running->arena, query.order_by);
	query.user = str_copy(running->arena, query.user);
	query.id_in_team = str_copy(running->arena, query.id_in_team);
	query.names = api_user_names(lasting);
	return base_row_stream_open(on->base, running->arena, &query, &running->rows, err);
}

bool api_stream_rows(struct api_call *call, struct error *err)
{
	struct row_streams *streams = call->api->row_streams;
	struct arena *arena;
	struct running *running;
	pthread_t thread;

	if (!take_place(streams, err))
		return false;
	arena = arena_new(STREAM_MEMORY);
	running = ARENA_NEW(arena, struct running);
	*running = (struct running){ .streams = streams, .arena = arena };
	if (!open_rows(call, running, err))
		goto fail;
	running->out = http_reply_stream(call->reply, MAX_PENDING, on_change, streams);
	if (pthread_create(&thread, NULL, run, running) != 0) {
		(void)FAIL(err, overloaded);
		base_row_stream_close(&running->rows);
		http_stream_end(&running->out);
		goto fail;
	}
	pthread_detach(thread);
	call->reply->content_type = "application/x-ndjson";
	http_reply_header(call->reply, "cache-control", STR("no-store"));
	return true;
fail:
	arena_free(&arena);
	give_place(streams);
	return false;
}
