/* One client's connection as a state machine on its loop's thread: read a request, have it run, send the reply, go on.
 *
 *     HEAD -> BODY -> RUNNING -> SENDING -> HEAD ...   or   SENDING -> LINGERING, when the client must still read why
 *                                                     or   SENDING -> STREAMING, until one of the two goes
 *
 * h2o supplies sockets, timers and the parser. Its own HTTP/1 layer (version 2.2) is not used: it answers broken
 * requests in plain text past every filter, waits for ever on a client that does not read, takes a Content-Length
 * beside chunks, and notices a vanished client only when it writes. A connection that waits holds this struct, the
 * socket's, and no buffer. */
#include <assert.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "core/metric.h"
#include "http/http_internal.h"

enum {
	PIECE = 128 * 1024,        /* of a reply, written at once; each restarts the time that the client has */
	PROGRESS = 64 * 1024,      /* bytes of a body that restart it too */
	MAX_PIPELINED = 64 * 1024, /* bytes of later requests that are read while one runs */
};

enum state { HEAD, BODY, RUNNING, SENDING, STREAMING, LINGERING };

struct connection {
	struct loop *loop;
	h2o_socket_t *sock;
	h2o_linklist_t link; /* in the loop's connections */
	h2o_timeout_entry_t timer;
	enum state state;
	bool client_done; /* the client has closed its side and may still read */
	bool must_linger;
	bool last;                 /* no further request is read */
	bool is_writing;           /* STREAMING: a piece is on its way */
	struct exchange *exchange; /* RUNNING, SENDING and STREAMING */
	size_t seen;     /* HEAD: bytes that were parsed in vain; BODY: bytes when the timer was last restarted */
	size_t head_len; /* BODY: the head stays before the body in the socket's buffer, to be parsed again */
	size_t body_len; /* BODY: the announced length, or what is decoded so far */
	bool chunked;
	struct http_chunks chunks;
	char remote[INET6_ADDRSTRLEN];
};

static void on_read(h2o_socket_t *sock, const char *err);
static void read_request(struct connection *c);
static void read_body(struct connection *c);

struct connection *connection_from_link(h2o_linklist_t *link)
{
	return H2O_STRUCT_FROM_MEMBER(struct connection, link, link);
}

/* ---- opening and closing ---- */

static void set_timer(struct connection *c, h2o_timeout_t *timeout)
{
	h2o_timeout_unlink(&c->timer);
	if (timeout)
		h2o_timeout_link(c->loop->h2o, timeout, &c->timer);
}

static void close_connection(struct connection *c)
{
	set_timer(c, NULL);
	if (c->exchange && c->state == RUNNING)
		c->exchange->connection = NULL; /* comes back from its worker and is freed then */
	else if (c->exchange)
		exchange_free(c->exchange);
	h2o_linklist_unlink(&c->link);
	h2o_socket_close(c->sock);
	atomic_fetch_sub(&c->loop->server->connections, 1);
	metric_add(M_http_connections, -1);
	free(c);
}

static void on_timeout(h2o_timeout_entry_t *entry)
{
	close_connection(H2O_STRUCT_FROM_MEMBER(struct connection, timer, entry));
}

static void write_remote(h2o_socket_t *sock, char into[INET6_ADDRSTRLEN])
{
	struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(peer);

	into[0] = '\0';
	if (getpeername(h2o_socket_get_fd(sock), (struct sockaddr *)&peer, &len) != 0)
		return;
	if (peer.ss_family == AF_INET) {
		(void)inet_ntop(AF_INET, &((struct sockaddr_in *)&peer)->sin_addr, into, INET6_ADDRSTRLEN);
	} else if (peer.ss_family == AF_INET6) {
		const struct in6_addr *at = &((struct sockaddr_in6 *)&peer)->sin6_addr;
		bool is_v4 = IN6_IS_ADDR_V4MAPPED(at);
		(void)inet_ntop(is_v4 ? AF_INET : AF_INET6, is_v4 ? (const void *)&at->s6_addr[12] : at, into,
				INET6_ADDRSTRLEN);
	}
}

void connection_open(struct loop *loop, h2o_socket_t *sock)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	c->loop = loop;
	c->sock = sock;
	c->timer.cb = on_timeout;
	sock->data = c;
	write_remote(sock, c->remote);
	metric_add(M_http_connections, 1);
	h2o_linklist_insert(&loop->connections, &c->link);
	set_timer(c, &loop->idle);
	h2o_socket_read_start(sock, on_read);
}

void connection_stop(struct connection *c, bool now)
{
	c->last = true;
	if (now || (c->state != RUNNING && c->state != SENDING && c->state != LINGERING))
		close_connection(c);
}

/* ---- sending ---- */

static void on_sent(h2o_socket_t *sock, const char *err);

/* Writes the next piece of the body, with the head before the first. */
static void send_piece(struct connection *c)
{
	struct exchange *x = c->exchange;
	struct str body = x->reply.body.len ? buf_str(&x->reply.body) : STR("");
	h2o_iovec_t parts[2];
	size_t count = 0;

	if (!reply_has_body(x->reply.status) || x->is_head)
		body.len = 0;
	if (x->head.len > 0) {
		parts[count++] = h2o_iovec_init(x->head.at, x->head.len);
		x->head.len = 0; /* the bytes stay until the exchange is freed */
	}
	size_t piece = body.len - x->sent < PIECE ? body.len - x->sent : PIECE;
	if (piece > 0)
		parts[count++] = h2o_iovec_init(body.at + x->sent, piece);
	x->sent += piece;
	if (x->sent == body.len)
		x->sent = SIZE_MAX; /* all of it */
	set_timer(c, &c->loop->idle);
	h2o_socket_write(c->sock, parts, count, on_sent);
}

/* Closes our side and reads on for a while: closing at once while the client still sends would take back what was sent
 * (RFC 9112 9.6). */
static void linger(struct connection *c)
{
	c->state = LINGERING;
	c->last = true;
	h2o_buffer_consume(&c->sock->input, c->sock->input->size);
	set_timer(c, &c->loop->linger);
	(void)shutdown(h2o_socket_get_fd(c->sock), SHUT_WR);
	h2o_socket_read_start(c->sock, on_read);
}

static void end_exchange(struct connection *c)
{
	bool keep_alive = c->exchange->keep_alive && !c->last;

	exchange_free(c->exchange);
	c->exchange = NULL;
	if (!keep_alive || (c->client_done && c->sock->input->size == 0)) {
		if (!c->client_done && (c->must_linger || c->sock->input->size > 0))
			linger(c);
		else
			close_connection(c);
		return;
	}
	c->state = HEAD;
	c->seen = 0;
	set_timer(c, &c->loop->idle);
	if (!c->client_done && !h2o_socket_is_reading(c->sock))
		h2o_socket_read_start(c->sock, on_read);
	if (c->sock->input->size > 0)
		read_request(c);
}

/* ---- streams ---- */

static void on_stream_sent(h2o_socket_t *sock, const char *err);

void connection_look_at_stream(struct connection *c)
{
	struct exchange *x = c->exchange;
	h2o_iovec_t bytes;

	if (c->is_writing)
		return;
	switch (stream_take(x->reply.stream, &x->head)) {
	case STREAM_WAIT:
		set_timer(c, NULL);
		break;
	case STREAM_SEND:
		bytes = h2o_iovec_init(x->head.at, x->head.len);
		c->is_writing = true;
		set_timer(c, &c->loop->idle);
		h2o_socket_write(c->sock, &bytes, 1, on_stream_sent);
		break;
	case STREAM_CLOSE:
		close_connection(c);
		break;
	}
}

static void on_stream_sent(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->data;

	c->is_writing = false;
	if (err)
		close_connection(c);
	else
		connection_look_at_stream(c);
}

/* The head is out. What the request and the reply held is not needed any more; whatever the client sends is ignored,
 * but read, to see it go. */
static void start_streaming(struct connection *c)
{
	struct exchange *x = c->exchange;

	if (c->last || c->client_done) {
		close_connection(c);
		return;
	}
	c->state = STREAMING;
	if (x->input)
		h2o_buffer_dispose(&x->input);
	x->input = NULL;
	buf_free(&x->reply.body);
	h2o_buffer_consume(&c->sock->input, c->sock->input->size);
	if (!h2o_socket_is_reading(c->sock))
		h2o_socket_read_start(c->sock, on_read);
	stream_attach(x->reply.stream, c->loop, c);
	connection_look_at_stream(c);
}

static void on_sent(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->data;

	if (err)
		close_connection(c);
	else if (c->exchange->sent != SIZE_MAX)
		send_piece(c);
	else if (c->exchange->reply.stream)
		start_streaming(c);
	else
		end_exchange(c);
}

void connection_answer(struct exchange *exchange)
{
	struct connection *c = exchange->connection;

	if (!c) {
		exchange_free(exchange);
		return;
	}
	assert(c->exchange == exchange);
	c->state = SENDING;
	send_piece(c);
}

/* ---- a request is complete, or can't be ---- */

static void start_exchange(struct connection *c, const struct http_head *head)
{
	c->exchange = exchange_new(c->loop, head, c->remote);
	c->exchange->connection = c;
}

/* Answers what cannot be read any further, and closes. */
static void refuse(struct connection *c, struct http_head *head, const struct error *err)
{
	head->keep_alive = false;
	head->header_count = 0;
	start_exchange(c, head);
	exchange_refuse(c->exchange, err);
	/* The request's slices die here; nothing reads them any more. */
	h2o_buffer_consume(&c->sock->input, c->sock->input->size);
	c->must_linger = true;
	connection_answer(c->exchange);
}

/* Gives the socket's buffer to the exchange; what lies behind the request's `used` bytes moves into a new one. */
static void hand_over_input(struct connection *c, size_t used)
{
	h2o_buffer_t *input = c->sock->input;
	size_t rest = input->size - used;

	c->exchange->input = input;
	h2o_buffer_init(&c->sock->input, &h2o_socket_buffer_prototype);
	if (rest == 0)
		return;
	h2o_iovec_t room = h2o_buffer_reserve(&c->sock->input, rest);
	memcpy(room.base, input->bytes + used, rest);
	c->sock->input->size = rest;
}

/* Runs the request of `used` bytes, the last `body_len` of which are its (decoded) body. */
static void dispatch(struct connection *c, const struct http_head *head, size_t body_len)
{
	struct loop *loop = c->loop;
	struct error err;

	start_exchange(c, head);
	c->exchange->request.body = (struct str){ c->sock->input->bytes + head->len, body_len };
	hand_over_input(c, head->len + body_len);
	set_timer(c, NULL);
	if (worker_pool_submit(loop->server->pool, c->exchange)) {
		c->state = RUNNING;
		loop->running++;
		return;
	}
	(void)FAIL(&err, overloaded);
	exchange_refuse(c->exchange, &err);
	connection_answer(c->exchange);
}

static void refuse_too_large(struct connection *c, struct http_head *head)
{
	char limit[24];
	struct error err;

	int len = snprintf(limit, sizeof(limit), "%zu", c->loop->server->config.max_body);
	(void)FAIL_WITH(&err, body_too_large, ((struct str){ limit, (size_t)len }));
	refuse(c, head, &err);
}

/* ---- reading ---- */

/* The head that read_request() found complete, from the same bytes. */
static void parse_again(struct connection *c, struct http_head *head)
{
	struct error err;
	enum http_parsed parsed = http_parse_head(c->sock->input->bytes, c->head_len, 0, head, &err);

	assert(parsed == HTTP_COMPLETE && head->len == c->head_len);
}

static void on_continue_sent(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->data;

	if (err) {
		close_connection(c);
		return;
	}
	h2o_socket_read_start(sock, on_read);
	read_body(c);
}

/* Asks for the body. Nothing is read meanwhile, so that no reply can be due before this is out. */
static void send_continue(struct connection *c)
{
	h2o_iovec_t text = h2o_iovec_init(H2O_STRLIT("HTTP/1.1 100 Continue\r\n\r\n"));

	h2o_socket_read_stop(c->sock);
	h2o_socket_write(c->sock, &text, 1, on_continue_sent);
}

static void start_body(struct connection *c, struct http_head *head)
{
	if (head->content_length > c->loop->server->config.max_body) {
		refuse_too_large(c, head);
		return;
	}
	if (head->content_length == 0 && !head->chunked) {
		dispatch(c, head, 0);
		return;
	}
	c->state = BODY;
	c->head_len = head->len;
	c->body_len = head->content_length;
	c->chunked = head->chunked;
	c->chunks = http_chunks_start();
	c->seen = 0;
	if (!c->client_done && !h2o_socket_is_reading(c->sock))
		h2o_socket_read_start(c->sock, on_read);
	if (head->expects_continue && c->sock->input->size == head->len)
		send_continue(c);
	else
		read_body(c);
}

static void read_request(struct connection *c)
{
	h2o_buffer_t *input = c->sock->input;
	struct http_head head = { .len = 0 };
	struct error err;

	switch (http_parse_head(input->bytes, input->size, c->seen, &head, &err)) {
	case HTTP_INCOMPLETE:
		c->seen = input->size;
		if (c->client_done)
			close_connection(c);
		return;
	case HTTP_BROKEN:
		refuse(c, &head, &err);
		return;
	case HTTP_COMPLETE:
		start_body(c, &head);
		return;
	}
}

static void read_chunks(struct connection *c)
{
	h2o_buffer_t *input = c->sock->input;
	size_t decoded_end = c->head_len + c->body_len;
	size_t len = input->size - decoded_end;
	size_t rest = 0;
	struct http_head head;
	struct error err;

	if (len == 0)
		return;
	enum http_parsed parsed = http_chunks_decode(&c->chunks, input->bytes + decoded_end, &len, &rest);
	c->body_len += len;
	input->size = c->head_len + c->body_len + rest;
	if (parsed == HTTP_INCOMPLETE && c->body_len <= c->loop->server->config.max_body)
		return;
	parse_again(c, &head);
	if (parsed == HTTP_BROKEN) {
		(void)FAIL_WITH(&err, bad_request, STR("The body's chunks are broken."));
		refuse(c, &head, &err);
	} else if (c->body_len > c->loop->server->config.max_body) {
		refuse_too_large(c, &head);
	} else {
		dispatch(c, &head, c->body_len);
	}
}

static void read_body(struct connection *c)
{
	size_t size = c->sock->input->size;
	struct http_head head;

	if (size >= c->seen + PROGRESS) {
		c->seen = size;
		set_timer(c, &c->loop->idle);
	}
	if (c->chunked) {
		read_chunks(c);
	} else if (size >= c->head_len + c->body_len) {
		parse_again(c, &head);
		dispatch(c, &head, c->body_len);
	}
	if (c->state == BODY && c->client_done)
		close_connection(c); /* the rest will not come */
}

static void on_read(h2o_socket_t *sock, const char *err)
{
	struct connection *c = sock->data;

	if (err && err == h2o_socket_error_closed && c->exchange && c->state != STREAMING) {
		c->client_done = true;
		h2o_socket_read_stop(sock);
		return;
	}
	if (err) {
		close_connection(c);
		return;
	}
	switch (c->state) {
	case HEAD:
		read_request(c);
		break;
	case BODY:
		read_body(c);
		break;
	case RUNNING:
	case SENDING:
		if (sock->input->size > MAX_PIPELINED)
			h2o_socket_read_stop(sock);
		break;
	case STREAMING:
	case LINGERING:
		h2o_buffer_consume(&sock->input, sock->input->size);
		break;
	}
}
