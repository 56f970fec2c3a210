/* What the files of this room share: the server, its event loops, their connections, and the exchange of one request
 * for one reply, which is the only thing that travels between a loop and a worker.
 *
 * Ownership: a connection belongs to its loop's thread. An exchange belongs to one thread at a time: the loop makes it,
 * the worker runs it, the loop sends and frees it. exchange->connection is the loop's alone: NULL once the client has
 * gone. A reply that is a stream stays with its connection as long as that lives. */
#ifndef ATOLL_HTTP_INTERNAL_H
#define ATOLL_HTTP_INTERNAL_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include <h2o.h>

#include "core/buf.h"
#include "http/http.h"
#include "http/parse.h"
#include "http/worker_pool.h"

struct connection;

struct exchange {
	struct exchange *next; /* in the pool's queue, later in the loop's mailbox */
	struct loop *loop;
	struct connection *connection;
	h2o_buffer_t *input; /* the bytes that the request's slices point into; NULL when it was refused unread */
	struct http_request request;
	struct http_reply reply;
	struct buf head; /* the reply's status line and headers; later what of a stream is being sent */
	bool keep_alive;
	bool http_1_0;
	bool is_head; /* a HEAD request: the reply goes without its body */
	size_t sent;  /* bytes of the body that are written; SIZE_MAX when all are */
	int64_t begun_us;
	char remote[INET6_ADDRSTRLEN];
};

/* A reply without end. All but `next` is under the lock. */
struct http_stream {
	pthread_mutex_t lock;
	int holders; /* the writer, the exchange or connection, the loop's list */
	struct buf pending;
	bool is_sending;               /* the loop has bytes of it on their way */
	bool is_finished;              /* the writer has given it up */
	bool is_cut;                   /* nothing of it goes to the client any more */
	bool is_listed;                /* stands in the loop's list */
	struct loop *loop;             /* NULL while no connection has it */
	struct connection *connection; /* the loop's alone */
	void (*on_change)(void *ctx);
	void *ctx;
	struct http_stream *next; /* in the loop's list */
};

struct loop {
	struct http_server *server;
	pthread_t thread;
	int listen_fd;
	int doorbell_fd;      /* an eventfd: rung when something lies in the mailbox of a sleeping loop */
	int doorbell_read_fd; /* the same; h2o closes it when the loop ends, and workers may ring a little longer */
	h2o_loop_t *h2o;
	h2o_socket_t *listener; /* NULL once it has stopped accepting */
	h2o_socket_t *doorbell;
	h2o_timeout_t idle;   /* connections that wait for their client */
	h2o_timeout_t linger; /* connections that are closed as soon as the client has read the last reply */
	h2o_timeout_t soon;   /* runs its entries in the next round */
	h2o_timeout_entry_t mail;
	h2o_timeout_t pause; /* until accepting is tried again after running out of file descriptors */
	h2o_timeout_entry_t accept_again;
	h2o_linklist_t connections;
	size_t running; /* exchanges that are at the workers */
	bool stopping;
	_Atomic(struct exchange *) mailbox;    /* answered ones, newest first */
	_Atomic(struct http_stream *) streams; /* those that were written to, newest first */
	atomic_bool asleep;
};

struct http_server {
	struct http_config config;
	int port;
	int loop_count;
	struct loop *loops;
	struct worker_pool *pool;
	atomic_size_t connections;
	atomic_bool stopping;           /* accept nothing, finish what runs */
	atomic_int_fast64_t stop_by_us; /* connections still open then are closed, waiting requests dropped */
	atomic_uint_fast64_t next_id;
};

/* ---- loop.c ---- */

/* Starts the loop's thread, which accepts on `listen_fd` and closes it in the end. False (errno) when the system
 * refuses. */
bool loop_start(struct loop *loop, struct http_server *server, int listen_fd);
/* Tells it to look at server->stopping. */
void loop_wake(struct loop *loop);
/* Waits for its thread, which ends when the server is stopping and none of the loop's requests runs. */
void loop_join(struct loop *loop);
/* Frees what is left, once no worker can ring any more. */
void loop_free(struct loop *loop);
/* Any thread: hands an answered exchange back. */
void loop_deliver(struct loop *loop, struct exchange *exchange);

/* Any thread: has the loop look at the stream, which is held for it. */
void loop_list_stream(struct loop *loop, struct http_stream *stream);

/* ---- stream.c; the loop's side ---- */

/* From now on writers ring the loop. */
void stream_attach(struct http_stream *stream, struct loop *loop, struct connection *connection);
/* The loop has taken it off its list; its connection, NULL when that has gone. */
struct connection *stream_unlist(struct http_stream *stream);

enum stream_next { STREAM_WAIT, STREAM_SEND, STREAM_CLOSE };

/* What to do now that the bytes in `into` are sent: STREAM_SEND puts what was written since in their place. */
enum stream_next stream_take(struct http_stream *stream, struct buf *into);
/* Cuts it and lets it go. NULL is fine. */
void stream_drop(struct http_stream **stream);

/* ---- connection.c ---- */

/* Takes the socket over and reads requests from it. */
void connection_open(struct loop *loop, h2o_socket_t *sock);
/* Sends the exchange's reply and frees the exchange; if the client has gone, just frees it. */
void connection_answer(struct exchange *exchange);
/* Its stream was written to, or ended. */
void connection_look_at_stream(struct connection *connection);
/* Closes it unless it runs or sends an answer (not a stream), which is then its last; `now`: closes it in any case. */
void connection_stop(struct connection *connection, bool now);
struct connection *connection_from_link(h2o_linklist_t *link);

/* ---- exchange.c ---- */

/* An exchange of a connection of `loop`. `head` may be incomplete (a refused request). */
struct exchange *exchange_new(struct loop *loop, const struct http_head *head, const char *remote);
/* On a worker: runs the handler and hands the exchange back to its loop. */
void exchange_run(struct exchange *exchange);
/* On the loop: makes the reply from an error. */
void exchange_refuse(struct exchange *exchange, const struct error *err);
/* On its loop. */
void exchange_free(struct exchange *exchange);

/* ---- reply.c ---- */

/* Writes status line and headers for the reply. */
void reply_write_head(const struct exchange *exchange, bool keep_alive, struct buf *into);
/* May a reply of this status carry a body (RFC 9110 6.4.1)? */
bool reply_has_body(int status);

#endif
