/* See event_hub.h. What workers and the hub's thread share (counts, arrivals, which base has changed) is under the
 * lock; the streams themselves are the thread's alone. A stream gets its next operations when the last ones have been
 * sent, so what waits for a client is bounded, however far behind it is. */
#include "api/event_hub.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/auth.h"
#include "base/base.h"
#include "base/registry.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/id.h"
#include "core/json_out.h"
#include "http/http.h"

enum {
	BUCKETS = 256,
	BATCH_BYTES = 256 * 1024,       /* a stream gets that much at once, or one operation */
	MAX_DETAIL_BYTES = 1024 * 1024, /* larger operations are named, not sent */
	MAX_PENDING = 4 * 1024 * 1024,  /* more than one batch can come to */
	MAX_TOASTS = 1000,              /* that wait for the thread; further ones are lost */
	CHECK_MEMORY = 16 * 1024 * 1024,
	ROUND_MS = 10,  /* between two rounds, so that a burst of changes is read at once */
	TICK_MS = 1000, /* between two looks at what nobody tells of: time and tokens */
	RETRY_AFTER_S = 30,
};

static const int64_t HEARTBEAT_US = (int64_t)15 * 1000 * 1000;

struct event_stream {
	struct event_stream *next; /* of the same base, or among the arrivals */
	struct event_base *base;
	struct http_stream *out;
	struct str token, username;
	int64_t after;          /* the last operation that it was given */
	bool is_behind;         /* there may be more */
	uint64_t checked_as_of; /* the version of rights at which the token was good */
	int64_t checked_at_us, written_at_us;
};

struct event_base {
	char uuid[ID_UUID_LEN + 1];
	struct event_base *next_in_bucket; /* under the lock, as are these: */
	size_t count;                      /* streams, arrivals too */
	bool is_changed;
	struct event_base *next_served; /* the thread's, as are these: */
	bool is_served;
	struct event_stream *streams;
};

struct toast {
	struct toast *next;
	struct event_base *base;
	struct str username, text; /* behind this struct */
};

struct event_hub {
	struct catalog *catalog;
	struct auth *auth;
	struct base_registry *bases;
	pthread_t thread;
	atomic_size_t count; /* streams; changed under the lock */

	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool is_awake;
	bool is_stopping;
	struct toast *toasts, **last_toast; /* oldest first */
	size_t toast_count;
	struct event_base *buckets[BUCKETS];
	struct event_stream *arrivals;

	struct event_base *served; /* the thread's */
};

/* ---- under the lock, any thread ---- */

static void wake(struct event_hub *hub)
{
	if (hub->is_awake)
		return;
	hub->is_awake = true;
	pthread_cond_signal(&hub->wake);
}

static struct event_base **find_base(struct event_hub *hub, struct str uuid)
{
	struct event_base **at = &hub->buckets[str_hash(uuid) % BUCKETS];

	while (*at && !str_equal_c(uuid, (*at)->uuid))
		at = &(*at)->next_in_bucket;
	return at;
}

static struct event_base *want_base(struct event_hub *hub, struct str uuid)
{
	struct event_base **at = find_base(hub, uuid);

	if (*at)
		return *at;
	struct event_base *base = calloc(1, sizeof(*base));
	if (!base)
		abort();
	assert(uuid.len == ID_UUID_LEN);
	memcpy(base->uuid, uuid.at, ID_UUID_LEN);
	*at = base;
	return base;
}

static void forget_if_unused(struct event_hub *hub, struct event_base *base)
{
	if (base->count > 0 || base->is_served)
		return;
	*find_base(hub, str_from_c(base->uuid)) = base->next_in_bucket;
	free(base);
}

/* ---- what others tell the hub ---- */

/* A stream has sent all that it was given, or was cut. */
static void on_stream_change(void *ctx)
{
	struct event_hub *hub = ctx;

	pthread_mutex_lock(&hub->lock);
	wake(hub);
	pthread_mutex_unlock(&hub->lock);
}

/* A base has changed. A stream that comes at this moment finds the change in the journal by itself. */
static void on_base_change(void *ctx, struct str uuid)
{
	struct event_hub *hub = ctx;

	if (atomic_load(&hub->count) == 0)
		return;
	pthread_mutex_lock(&hub->lock);
	struct event_base *base = *find_base(hub, uuid);
	if (base) {
		base->is_changed = true;
		wake(hub);
	}
	pthread_mutex_unlock(&hub->lock);
}

static struct event_stream *stream_new(struct str username, struct str token, int64_t after)
{
	struct event_stream *stream = calloc(1, sizeof(*stream) + token.len + username.len);

	if (!stream)
		abort();
	memcpy(stream + 1, token.at, token.len);
	stream->token = (struct str){ (const char *)(stream + 1), token.len };
	if (username.len > 0)
		memcpy((char *)(stream + 1) + token.len, username.at, username.len);
	stream->username = (struct str){ stream->token.at + token.len, username.len };
	stream->after = after;
	stream->is_behind = true;
	stream->checked_at_us = clock_monotonic_us();
	stream->written_at_us = stream->checked_at_us;
	return stream;
}

/* Under the lock. */
static bool check_room(struct event_hub *hub, struct str base_uuid, struct error *err)
{
	const struct event_base *base = *find_base(hub, base_uuid);

	if (atomic_load(&hub->count) >= EVENT_STREAMS)
		return FAIL(err, overloaded);
	if (!base || base->count < EVENT_STREAMS_PER_BASE)
		return true;
	(void)FAIL(err, too_many_requests);
	err->retry_after_s = RETRY_AFTER_S;
	return false;
}

bool event_hub_add(struct event_hub *hub, struct http_reply *reply, struct str base_uuid, struct str username,
		   struct str token, int64_t after, struct error *err)
{
	pthread_mutex_lock(&hub->lock);
	bool ok = check_room(hub, base_uuid, err);
	if (ok) {
		struct event_stream *stream = stream_new(username, token, after);
		stream->base = want_base(hub, base_uuid);
		stream->base->count++;
		atomic_fetch_add(&hub->count, 1);
		stream->out = http_reply_stream(reply, MAX_PENDING, on_stream_change, hub);
		stream->next = hub->arrivals;
		hub->arrivals = stream;
		wake(hub);
	}
	pthread_mutex_unlock(&hub->lock);
	return ok;
}

/* Under the lock. */
static void add_toast(struct event_hub *hub, struct event_base *base, struct str username, struct str text)
{
	struct toast *toast = malloc(sizeof(*toast) + username.len + text.len);
	char *bytes = (char *)(toast + 1);

	if (!toast)
		abort();
	memcpy(bytes, username.at, username.len);
	memcpy(bytes + username.len, text.at, text.len);
	*toast = (struct toast){ .base = base,
				 .username = { bytes, username.len },
				 .text = { bytes + username.len, text.len } };
	*hub->last_toast = toast;
	hub->last_toast = &toast->next;
	hub->toast_count++;
	wake(hub);
}

void event_hub_toast(struct event_hub *hub, struct str base_uuid, struct str username, struct str text)
{
	pthread_mutex_lock(&hub->lock);
	struct event_base *base = *find_base(hub, base_uuid);
	if (base && username.len > 0 && hub->toast_count < MAX_TOASTS)
		add_toast(hub, base, username, text);
	pthread_mutex_unlock(&hub->lock);
}

/* ---- the thread: operations as text ---- */

struct batch {
	struct buf text;
	int64_t last; /* the last operation in it */
	bool is_full; /* there may be more */
};

/* What stands for an operation that is too large to be told. */
static void write_cut_detail(struct json_out *out, const struct base_operation *operation)
{
	char text[200];
	int len = snprintf(text, sizeof(text), "{\"op_type\":\"%.*s\",\"table_id\":\"%.*s\",\"is_cut\":true}",
			   STR_ARG(operation->op_type), STR_ARG(operation->table_id));

	assert(len > 0 && (size_t)len < sizeof(text));
	json_field_str(out, "operation", (struct str){ text, (size_t)len });
}

static bool add_operation(void *ctx, const struct base_operation *operation)
{
	struct batch *batch = ctx;
	struct json_out out = json_out_to(&batch->text);

	buf_printf(&batch->text, "id: %lld\ndata: ", (long long)operation->id);
	json_object(&out);
	json_field_int(&out, "op_id", operation->id);
	json_field_str(&out, "author", operation->author);
	json_field_str(&out, "app", operation->app);
	json_field_int(&out, "op_time", operation->op_time);
	if (operation->detail.len <= MAX_DETAIL_BYTES)
		json_field_str(&out, "operation", operation->detail);
	else
		write_cut_detail(&out, operation);
	json_object_end(&out);
	buf_append_str(&batch->text, STR("\n\n"));
	batch->last = operation->id;
	batch->is_full = batch->text.len >= BATCH_BYTES;
	return !batch->is_full;
}

/* ---- the thread: one base ---- */

static void write_to(struct event_stream *stream, struct str text, int64_t now_us)
{
	/* A cut stream is found at the next look. */
	(void)http_stream_write(stream->out, text);
	stream->written_at_us = now_us;
}

static bool is_ready(struct event_stream *stream)
{
	return stream->is_behind && http_stream_look(stream->out) == HTTP_STREAM_IDLE;
}

/* Reads what comes after the place of `first` and gives it to all that are ready at that place. */
static bool serve_place(struct base *open, struct event_base *base, struct event_stream *first, int64_t now_us,
			struct error *err)
{
	struct batch batch = { .last = first->after };
	int64_t place = first->after;

	buf_init(&batch.text, MAX_PENDING);
	bool ok = base_read_operations(open, place, add_operation, &batch, err);
	assert(!buf_failed(&batch.text));
	for (struct event_stream *stream = base->streams; ok && stream; stream = stream->next) {
		if (stream->after != place || !is_ready(stream))
			continue;
		stream->is_behind = batch.is_full;
		stream->after = batch.last;
		if (batch.text.len > 0)
			write_to(stream, buf_str(&batch.text), now_us);
	}
	buf_free(&batch.text);
	return ok;
}

static struct event_stream *find_ready(struct event_base *base)
{
	struct event_stream *stream = base->streams;

	while (stream && !is_ready(stream))
		stream = stream->next;
	return stream;
}

static bool tell_changes(struct event_hub *hub, struct event_base *base, int64_t now_us, struct error *err)
{
	struct event_stream *ready = find_ready(base);
	struct base *open = NULL;

	if (!ready)
		return true;
	bool ok = base_acquire(hub->bases, str_from_c(base->uuid), &open, err);
	for (; ok && ready; ready = find_ready(base))
		ok = serve_place(open, base, ready, now_us, err);
	base_release(&open);
	return ok;
}

/* Is its client there, and its token still good? */
static bool is_alive(struct event_hub *hub, struct event_stream *stream, uint64_t rights, int64_t now_us)
{
	struct caller caller;
	struct error err;

	if (http_stream_look(stream->out) == HTTP_STREAM_ENDED)
		return false;
	if (stream->checked_as_of == rights && now_us - stream->checked_at_us < HEARTBEAT_US)
		return true;
	struct arena *arena = arena_new(CHECK_MEMORY);
	bool good =
		auth_check_base_token(hub->auth, arena, stream->token, str_from_c(stream->base->uuid), &caller, &err);
	arena_free(&arena);
	stream->checked_as_of = rights;
	stream->checked_at_us = now_us;
	return good;
}

/* Ends those that are not alive any more, or all of them. */
static void end_streams(struct event_hub *hub, struct event_base *base, bool all, uint64_t rights, int64_t now_us)
{
	size_t ended = 0;

	for (struct event_stream **at = &base->streams; *at;) {
		struct event_stream *stream = *at;
		if (!all && is_alive(hub, stream, rights, now_us)) {
			at = &stream->next;
			continue;
		}
		*at = stream->next;
		http_stream_end(&stream->out);
		free(stream);
		ended++;
	}
	if (ended == 0)
		return;
	pthread_mutex_lock(&hub->lock);
	base->count -= ended;
	atomic_fetch_sub(&hub->count, ended);
	pthread_mutex_unlock(&hub->lock);
}

/* A comment now and then, so that both sides notice when the other has gone. */
static void beat(struct event_base *base, int64_t now_us)
{
	for (struct event_stream *stream = base->streams; stream; stream = stream->next) {
		if (now_us - stream->written_at_us >= HEARTBEAT_US && http_stream_look(stream->out) == HTTP_STREAM_IDLE)
			write_to(stream, STR(":\n\n"), now_us);
	}
}

/* Shows the toasts of the base and takes them out of `toasts`. Where they come before an operation that a stream still
 * lacks, that is no harm: they carry no version. */
static void show_toasts(struct event_base *base, const struct toast *toasts, int64_t now_us)
{
	for (; toasts; toasts = toasts->next) {
		struct buf text;

		if (toasts->base != base)
			continue;
		buf_init(&text, MAX_PENDING);
		buf_printf(&text, "event: toast\ndata: %.*s\n\n", STR_ARG(toasts->text));
		for (struct event_stream *stream = base->streams; stream; stream = stream->next) {
			if (str_equal(stream->username, toasts->username))
				write_to(stream, buf_str(&text), now_us);
		}
		buf_free(&text);
	}
}

static void serve_base(struct event_hub *hub, struct event_base *base, const struct toast *toasts)
{
	uint64_t rights = catalog_rights_version(hub->catalog);
	int64_t now_us = clock_monotonic_us();
	struct error err;

	end_streams(hub, base, false, rights, now_us);
	/* A server that is too busy is asked again at the next tick; a base that can't be read is of no use to anybody.
	 */
	if (!tell_changes(hub, base, now_us, &err) && err.code != E_overloaded)
		end_streams(hub, base, true, rights, now_us);
	show_toasts(base, toasts, now_us);
	beat(base, now_us);
}

/* ---- the thread: rounds ---- */

/* Under the lock: takes over what has come, and notes which streams have something to read. */
static struct toast *take_news(struct event_hub *hub)
{
	struct toast *toasts = hub->toasts;

	hub->toasts = NULL;
	hub->last_toast = &hub->toasts;
	hub->toast_count = 0;
	for (struct event_base *base = hub->served; base; base = base->next_served) {
		for (struct event_stream *stream = base->streams; base->is_changed && stream; stream = stream->next)
			stream->is_behind = true;
		base->is_changed = false;
	}
	while (hub->arrivals) {
		struct event_stream *stream = hub->arrivals;
		struct event_base *base = stream->base;
		hub->arrivals = stream->next;
		stream->next = base->streams;
		base->streams = stream;
		if (base->is_served)
			continue;
		base->is_served = true;
		base->next_served = hub->served;
		hub->served = base;
	}
	return toasts;
}

/* Frees the toasts. */
static void serve_all(struct event_hub *hub, struct toast *toasts)
{
	for (struct event_base **at = &hub->served; *at;) {
		struct event_base *base = *at;
		serve_base(hub, base, toasts);
		if (base->streams) {
			at = &base->next_served;
			continue;
		}
		*at = base->next_served;
		pthread_mutex_lock(&hub->lock);
		base->is_served = false;
		forget_if_unused(hub, base);
		pthread_mutex_unlock(&hub->lock);
	}
	while (toasts) {
		struct toast *next = toasts->next;

		free(toasts);
		toasts = next;
	}
}

/* Under the lock: sleeps for so long at most; `heeds`: or until somebody wakes it. */
static void sleep_for(struct event_hub *hub, int ms, bool heeds)
{
	int64_t until_us = clock_monotonic_us() + (int64_t)ms * 1000;
	struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };

	while (!hub->is_stopping && !(heeds && hub->is_awake)) {
		if (pthread_cond_timedwait(&hub->wake, &hub->lock, &until) == ETIMEDOUT)
			return;
	}
}

static void *thread_main(void *arg)
{
	struct event_hub *hub = arg;

	pthread_mutex_lock(&hub->lock);
	while (!hub->is_stopping) {
		if (atomic_load(&hub->count) > 0)
			sleep_for(hub, TICK_MS, true);
		while (!hub->is_stopping && !hub->is_awake && atomic_load(&hub->count) == 0)
			pthread_cond_wait(&hub->wake, &hub->lock);
		hub->is_awake = false;
		struct toast *toasts = take_news(hub);
		pthread_mutex_unlock(&hub->lock);
		serve_all(hub, toasts);
		pthread_mutex_lock(&hub->lock);
		sleep_for(hub, ROUND_MS, false);
	}
	pthread_mutex_unlock(&hub->lock);
	return NULL;
}

/* ---- beginning and ending ---- */

struct event_hub *event_hub_new(struct catalog *catalog, struct auth *auth, struct base_registry *bases)
{
	struct event_hub *hub = calloc(1, sizeof(*hub));
	pthread_condattr_t attr;

	if (!hub)
		abort();
	hub->catalog = catalog;
	hub->auth = auth;
	hub->bases = bases;
	hub->last_toast = &hub->toasts;
	pthread_mutex_init(&hub->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&hub->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&hub->thread, NULL, thread_main, hub) != 0)
		abort();
	base_registry_watch(bases, on_base_change, hub);
	return hub;
}

void event_hub_free(struct event_hub **hub_at)
{
	struct event_hub *hub = *hub_at;

	if (!hub)
		return;
	*hub_at = NULL;
	base_registry_watch(hub->bases, NULL, NULL);
	pthread_mutex_lock(&hub->lock);
	hub->is_stopping = true;
	pthread_cond_signal(&hub->wake);
	pthread_mutex_unlock(&hub->lock);
	pthread_join(hub->thread, NULL);
	struct toast *toasts = take_news(hub);
	for (struct event_base *base = hub->served; base; base = base->next_served)
		end_streams(hub, base, true, 0, 0);
	serve_all(hub, toasts);
	assert(atomic_load(&hub->count) == 0);
	pthread_cond_destroy(&hub->wake);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}
