/* The HTTP server: listeners, event loops, worker threads. Knows requests and replies, nothing of bases or accounts.
 *
 * Event-loop threads (libh2o) accept, read and write; a request that is complete becomes bytes of its own (struct
 * http_request in an arena of its own) and runs on a worker thread, because SQLite blocks. The reply goes back to the
 * loop as bytes, so a slow client holds memory but never a worker. Workers are started as load asks for them, up to a
 * limit, and end when idle. */
#ifndef ATOLL_HTTP_HTTP_H
#define ATOLL_HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct http_server;
struct http_stream;

enum { HTTP_MAX_HEADERS = 64, HTTP_MAX_REPLY_HEADERS = 12, HTTP_REQUEST_ID_LEN = 16 };

struct http_header {
	struct str name; /* lower case */
	struct str value;
};

struct http_request {
	struct arena *arena; /* dies after the reply is handed over */
	struct str method;   /* "GET" */
	struct str path;     /* as sent, without the query; still percent-encoded */
	struct str query;    /* after the "?", or the absent slice */
	struct http_header headers[HTTP_MAX_HEADERS];
	size_t header_count;
	struct str body;
	struct str remote; /* the peer's address without port */
	bool tls;
	char id[HTTP_REQUEST_ID_LEN + 1]; /* hex, in logs and in the X-Request-Id of the reply */
};

struct http_reply {
	int status;                                         /* 200 unless changed */
	const char *content_type;                           /* "application/json" unless changed; NULL sends none */
	struct buf body;                                    /* handed to the event loop, freed there */
	struct http_header headers[HTTP_MAX_REPLY_HEADERS]; /* in the request's arena, or literals */
	size_t header_count;
	struct http_stream *stream; /* http_reply_stream(); else NULL */
};

/* Answers one request, on a worker thread. */
typedef void (*http_handler)(struct http_request *request, struct http_reply *reply, void *app);

struct http_config {
	const char *host;          /* numeric address to listen on */
	int port;                  /* 0 = any free one */
	int loops;                 /* event-loop threads */
	int max_workers;           /* worker threads at most */
	size_t max_connections;    /* further ones are closed at once */
	size_t max_body;           /* bytes; larger bodies get 413 */
	size_t max_reply;          /* bytes a reply's buffer may hold */
	size_t max_request_memory; /* cap of a request's arena */
	size_t max_queue;          /* requests that may wait for a worker; more get 503 */
	int idle_timeout_ms; /* a connection without a request for that long is closed; so is one whose client sends or
			      * reads that slowly: the head, or 64 KiB of a body, or 128 KiB of a reply */
	http_handler handler;
	void *app;
	/* The body of errors that never reach the handler (413, 400, 503), in the JSON form of the path's family. */
	void (*write_error)(struct str path, const struct error *err, struct buf *body, void *app);
};

/* Starts listening; the caller owns *out. Fails with E_internal and the system's reason in the message. */
bool http_start(const struct http_config *config, struct http_server **out, struct error *err);
/* The port it listens on. */
int http_port(const struct http_server *server);
/* Stops accepting, finishes the requests that run (at most `grace_ms`), closes connections, ends the threads. After the
 * grace, connections are cut and waiting requests dropped; a handler that still runs is awaited: nothing can end it. */
void http_stop(struct http_server **server, int grace_ms);

/* ---- reading a request ---- */

/* The value of a header by its lower-case name, or the absent slice. */
struct str http_header(const struct http_request *request, const char *name);
/* The decoded value of a query parameter, in the arena; absent slice when missing. Later duplicates are ignored. */
struct str http_query(const struct http_request *request, const char *name);

/* One field of a form body. */
struct http_field {
	struct str name;
	struct str value;
	struct str filename; /* multipart files; else the absent slice */
};

/* Parses application/x-www-form-urlencoded text into the arena. */
bool http_parse_urlencoded(struct arena *arena, struct str text, struct http_field **out, size_t *count,
			   struct error *err);
/* Parses a multipart/form-data body (RFC 7578). The boundary comes from `content_type` (cut at a comma), else from the
 * body's first line (files.md 2.2). Values are slices of the body. */
bool http_parse_multipart(struct arena *arena, struct str content_type, struct str body, struct http_field **out,
			  size_t *count, struct error *err);
/* Percent-decodes (and with `plus`, "+" is a blank) into the arena; false on a broken escape. The result may hold any
 * bytes. */
bool http_percent_decode(struct arena *arena, struct str text, bool plus, struct str *out);

/* ---- writing a reply ---- */

/* Adds a header; `value` must live as long as the request's arena. Values with CR, LF or NUL are dropped. */
void http_reply_header(struct http_reply *reply, const char *name, struct str value);

/* ---- a reply without end (stream.c) ---- */

/* Turns the reply into a stream: its head and body are sent when the handler is done, then what is written to the
 * stream, until it is ended or cut. It is cut when the client goes or does not read for the idle timeout, when the
 * handler's reply became an error, and at once when the server stops. The caller owns what is returned until
 * http_stream_end(), and may write before the handler is done. `on_change(ctx)` is called, on any thread and without
 * locks, when all that was written has been sent, and when the stream is cut; never after http_stop(). */
struct http_stream *http_reply_stream(struct http_reply *reply, size_t max_pending, void (*on_change)(void *ctx),
				      void *ctx);
/* Appends the bytes; any thread. False when it has been cut, also by this: a client for whom more than `max_pending`
 * bytes would wait has fallen behind. */
bool http_stream_write(struct http_stream *stream, struct str bytes);

enum http_stream_state {
	HTTP_STREAM_IDLE, /* all that was written has been sent */
	HTTP_STREAM_BUSY,
	HTTP_STREAM_ENDED, /* cut */
};

enum http_stream_state http_stream_look(struct http_stream *stream);
/* Gives it up: what was written is sent, then the connection is closed. NULL is fine. */
void http_stream_end(struct http_stream **stream);

#endif
