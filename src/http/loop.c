/* An event-loop thread: accepts, drives its connections, and takes back what the workers have answered.
 *
 * Answered exchanges are pushed on a lock-free stack; only a sleeping loop is woken (by an eventfd), so that under load
 * a handed-over reply costs one atomic operation. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "http/http_internal.h"

enum {
	ACCEPT_BATCH = 4, /* connections a round, so that several loops share a burst */
	LINGER_MS = 2000,
	PAUSE_MS = 100,
};

/* ---- accepting ---- */

static void on_accept(h2o_socket_t *listener, const char *err)
{
	struct loop *loop = listener->data;
	struct http_server *server = loop->server;

	if (err)
		return;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		h2o_socket_t *sock = h2o_evloop_socket_accept(listener);
		if (!sock) {
			if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS)
				return;
			h2o_socket_read_stop(listener);
			h2o_timeout_link(loop->h2o, &loop->pause, &loop->accept_again);
			LOG(LOG_WARN, "accept_failed", LOG_NUM("errno", errno));
			return;
		}
		if (atomic_fetch_add(&server->connections, 1) >= server->config.max_connections) {
			atomic_fetch_sub(&server->connections, 1);
			h2o_socket_close(sock);
			continue;
		}
		connection_open(loop, sock);
	}
}

static void on_accept_again(h2o_timeout_entry_t *entry)
{
	struct loop *loop = H2O_STRUCT_FROM_MEMBER(struct loop, accept_again, entry);

	if (loop->listener)
		h2o_socket_read_start(loop->listener, on_accept);
}

/* ---- the mailbox ---- */

static void ring(struct loop *loop)
{
	uint64_t one = 1;

	(void)!write(loop->doorbell_fd, &one, sizeof(one));
}

void loop_wake(struct loop *loop)
{
	ring(loop);
}

static void wake_if_asleep(struct loop *loop)
{
	/* Pairs with the order in main_loop(): asleep is set, then the mailboxes looked at. */
	if (atomic_load(&loop->asleep) && atomic_exchange(&loop->asleep, false))
		ring(loop);
}

void loop_deliver(struct loop *loop, struct exchange *exchange)
{
	struct exchange *newest = atomic_load_explicit(&loop->mailbox, memory_order_relaxed);

	do
		exchange->next = newest;
	while (!atomic_compare_exchange_weak(&loop->mailbox, &newest, exchange));
	wake_if_asleep(loop);
}

void loop_list_stream(struct loop *loop, struct http_stream *stream)
{
	struct http_stream *newest = atomic_load_explicit(&loop->streams, memory_order_relaxed);

	do
		stream->next = newest;
	while (!atomic_compare_exchange_weak(&loop->streams, &newest, stream));
	wake_if_asleep(loop);
}

/* Each is a connection of its own: their order does not matter. */
static void take_streams(struct loop *loop)
{
	struct http_stream *stream = atomic_exchange(&loop->streams, NULL);

	while (stream) {
		struct http_stream *next = stream->next;
		struct connection *connection = stream_unlist(stream);
		if (connection)
			connection_look_at_stream(connection);
		stream = next;
	}
}

/* Sends what the workers have answered, oldest first. */
static void take_answers(struct loop *loop)
{
	struct exchange *newest = atomic_exchange(&loop->mailbox, NULL);
	struct exchange *oldest = NULL;

	while (newest) {
		struct exchange *next = newest->next;
		newest->next = oldest;
		oldest = newest;
		newest = next;
	}
	while (oldest) {
		struct exchange *next = oldest->next;
		assert(loop->running > 0);
		loop->running--;
		connection_answer(oldest);
		oldest = next;
	}
}

static void take_mail(struct loop *loop)
{
	take_answers(loop);
	take_streams(loop);
}

static void on_mail(h2o_timeout_entry_t *entry)
{
	take_mail(H2O_STRUCT_FROM_MEMBER(struct loop, mail, entry));
}

static void on_doorbell(h2o_socket_t *doorbell, const char *err)
{
	struct loop *loop = doorbell->data;
	uint64_t count;

	(void)err;
	(void)!read(h2o_socket_get_fd(doorbell), &count, sizeof(count));
	take_mail(loop);
}

/* ---- stopping ---- */

static void close_listener(struct loop *loop)
{
	if (loop->listener)
		h2o_socket_close(loop->listener);
	loop->listener = NULL;
}

static void stop_connections(struct loop *loop, bool now)
{
	h2o_linklist_t *link = loop->connections.next;

	while (link != &loop->connections) {
		h2o_linklist_t *next = link->next;
		connection_stop(connection_from_link(link), now);
		link = next;
	}
}

/* Looks at server->stopping; how many milliseconds the loop may sleep, or -1 when it has nothing left to do. */
static int32_t check_stop(struct loop *loop)
{
	struct http_server *server = loop->server;

	if (!atomic_load_explicit(&server->stopping, memory_order_acquire))
		return INT32_MAX;
	if (!loop->stopping) {
		loop->stopping = true;
		close_listener(loop);
		stop_connections(loop, false);
	}
	int64_t left_us = atomic_load_explicit(&server->stop_by_us, memory_order_relaxed) - clock_monotonic_us();
	if (left_us <= 0)
		stop_connections(loop, true);
	if (loop->running == 0 && h2o_linklist_is_empty(&loop->connections))
		return -1;
	return left_us > 0 ? (int32_t)(left_us / 1000) + 1 : INT32_MAX;
}

/* ---- the thread ---- */

static void main_loop(struct loop *loop)
{
	int32_t wait;

	while ((wait = check_stop(loop)) >= 0) {
		atomic_store(&loop->asleep, true);
		if (atomic_load(&loop->mailbox) || atomic_load(&loop->streams)) {
			/* A timer and not a plain call: what callbacks leave to do is done right after them only. It
			 * may still be linked, when a signal ended the wait. */
			if (!h2o_timeout_is_linked(&loop->mail))
				h2o_timeout_link(loop->h2o, &loop->soon, &loop->mail);
			wait = 0;
		}
		(void)h2o_evloop_run(loop->h2o, wait);
		atomic_store(&loop->asleep, false);
	}
}

/* Empties this thread's stock of input buffers, which h2o keeps for reuse. */
static void free_spare_buffers(void)
{
	h2o_mem_recycle_t *spare = &h2o_socket_buffer_prototype.allocator;

	while (spare->cnt > 0)
		free(h2o_mem_alloc_recycle(spare, 0));
}

static h2o_socket_t *listen_to(struct loop *loop, int fd, h2o_socket_cb on_ready)
{
	h2o_socket_t *sock = h2o_evloop_socket_create(loop->h2o, fd, H2O_SOCKET_FLAG_DONT_READ);

	sock->data = loop;
	h2o_socket_read_start(sock, on_ready);
	return sock;
}

static void open_all(struct loop *loop)
{
	loop->h2o = h2o_evloop_create();
	h2o_linklist_init_anchor(&loop->connections);
	h2o_timeout_init(loop->h2o, &loop->idle, (uint64_t)loop->server->config.idle_timeout_ms);
	h2o_timeout_init(loop->h2o, &loop->linger, LINGER_MS);
	h2o_timeout_init(loop->h2o, &loop->soon, 0);
	h2o_timeout_init(loop->h2o, &loop->pause, PAUSE_MS);
	loop->mail.cb = on_mail;
	loop->accept_again.cb = on_accept_again;
	loop->doorbell = listen_to(loop, loop->doorbell_read_fd, on_doorbell);
	loop->listener = listen_to(loop, loop->listen_fd, on_accept);
}

static void close_all(struct loop *loop)
{
	close_listener(loop);
	h2o_socket_close(loop->doorbell);
	h2o_timeout_unlink(&loop->accept_again);
	h2o_timeout_unlink(&loop->mail);
	h2o_timeout_dispose(loop->h2o, &loop->idle);
	h2o_timeout_dispose(loop->h2o, &loop->linger);
	h2o_timeout_dispose(loop->h2o, &loop->soon);
	h2o_timeout_dispose(loop->h2o, &loop->pause);
	h2o_evloop_destroy(loop->h2o);
	free_spare_buffers();
}

/* h2o keeps stocks of buffers by thread: everything of a loop is made and freed by its own. */
static void *thread_main(void *arg)
{
	struct loop *loop = arg;

	open_all(loop);
	main_loop(loop);
	take_streams(loop); /* of connections that have gone: no more can come */
	close_all(loop);
	return NULL;
}

bool loop_start(struct loop *loop, struct http_server *server, int listen_fd)
{
	loop->server = server;
	loop->listen_fd = listen_fd;
	loop->doorbell_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	loop->doorbell_read_fd = loop->doorbell_fd < 0 ? -1 : fcntl(loop->doorbell_fd, F_DUPFD_CLOEXEC, 0);
	if (loop->doorbell_read_fd >= 0 && pthread_create(&loop->thread, NULL, thread_main, loop) == 0)
		return true;
	int reason = errno;
	close(listen_fd);
	close(loop->doorbell_read_fd);
	close(loop->doorbell_fd);
	errno = reason;
	return false;
}

void loop_join(struct loop *loop)
{
	pthread_join(loop->thread, NULL);
}

void loop_free(struct loop *loop)
{
	assert(!atomic_load(&loop->mailbox));
	close(loop->doorbell_fd);
}
