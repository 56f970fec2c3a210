/* One request and its reply: made by the loop, run by a worker, sent by the loop. Who owns it when: http_internal.h. */
#include <assert.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/metric.h"
#include "http/http_internal.h"

enum { HEAD_LIMIT = 64 * 1024, LOGGED_PATH = 300 };

/* A number that no other request of this server's life has, spread over 64 bits (splitmix64). */
static void make_id(struct http_server *server, char into[HTTP_REQUEST_ID_LEN + 1])
{
	uint64_t z = atomic_fetch_add_explicit(&server->next_id, 1, memory_order_relaxed) * 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	z ^= z >> 31;
	for (int i = 0; i < HTTP_REQUEST_ID_LEN; i++, z >>= 4)
		into[i] = "0123456789abcdef"[z & 15];
	into[HTTP_REQUEST_ID_LEN] = '\0';
}

struct exchange *exchange_new(struct loop *loop, const struct http_head *head, const char *remote)
{
	struct exchange *x = malloc(sizeof(*x)); /* not cleared: most of it are headers that this request lacks */

	if (!x)
		abort();
	x->next = NULL;
	x->loop = loop;
	x->connection = NULL;
	x->input = NULL;
	x->keep_alive = head->keep_alive;
	x->http_1_0 = head->http_1_0;
	x->is_head = str_equal_c(head->method, "HEAD");
	x->sent = 0;
	x->begun_us = clock_monotonic_us();
	memcpy(x->remote, remote, sizeof(x->remote));
	x->request.arena = NULL;
	x->request.method = head->method;
	x->request.path = head->path;
	x->request.query = head->query;
	x->request.header_count = head->header_count;
	memcpy(x->request.headers, head->headers, head->header_count * sizeof(head->headers[0]));
	x->request.body = (struct str){ 0 };
	x->request.remote = str_from_c(x->remote);
	x->request.tls = false;
	make_id(loop->server, x->request.id);
	x->reply.status = 200;
	x->reply.content_type = "application/json";
	x->reply.header_count = 0;
	x->reply.stream = NULL;
	buf_init(&x->reply.body, loop->server->config.max_reply);
	buf_init(&x->head, HEAD_LIMIT);
	return x;
}

void exchange_free(struct exchange *exchange)
{
	if (exchange->input)
		h2o_buffer_dispose(&exchange->input);
	arena_free(&exchange->request.arena);
	stream_drop(&exchange->reply.stream);
	buf_free(&exchange->reply.body);
	buf_free(&exchange->head);
	free(exchange);
}

/* Puts an error in the reply's place; headers that the handler has set (CORS) stay. */
static void write_error(struct exchange *exchange, const struct error *err)
{
	const struct http_config *config = &exchange->loop->server->config;
	struct http_reply *reply = &exchange->reply;

	stream_drop(&reply->stream);
	buf_clear(&reply->body);
	config->write_error(exchange->request.path, err, &reply->body, config->app);
	reply->status = err->status;
	reply->content_type = reply->body.len > 0 ? "application/json" : NULL;
}

static void count_and_log(const struct exchange *exchange)
{
	const struct http_request *request = &exchange->request;
	int status = exchange->reply.status;

	metric_add(M_http_requests_total, 1);
	if (status >= 500)
		metric_add(M_http_server_errors_total, 1);
	else if (status >= 400)
		metric_add(M_http_client_errors_total, 1);
	LOG(LOG_INFO, "request", LOG_STR("method", request->method.at ? request->method : STR("-")),
	    LOG_STR("path", request->path.at ? str_slice(request->path, 0, LOGGED_PATH) : STR("-")),
	    LOG_NUM("status", status), LOG_NUM("us", clock_monotonic_us() - exchange->begun_us),
	    LOG_NUM("bytes", (int64_t)exchange->reply.body.len), LOG_STR("remote", request->remote));
}

static void finish(struct exchange *exchange)
{
	if (exchange->reply.stream || atomic_load_explicit(&exchange->loop->server->stopping, memory_order_relaxed))
		exchange->keep_alive = false;
	reply_write_head(exchange, exchange->keep_alive, &exchange->head);
	assert(!buf_failed(&exchange->head));
	count_and_log(exchange);
}

/* Waiting requests that a stop has given up get no handler. */
static bool is_abandoned(struct http_server *server)
{
	return atomic_load_explicit(&server->stopping, memory_order_acquire) &&
	       clock_monotonic_us() > atomic_load_explicit(&server->stop_by_us, memory_order_relaxed);
}

static void run_handler(struct exchange *exchange)
{
	const struct http_config *config = &exchange->loop->server->config;
	struct http_request *request = &exchange->request;
	struct http_reply *reply = &exchange->reply;
	int64_t begun = clock_monotonic_us();
	struct error err;

	request->arena = arena_new(config->max_request_memory);
	config->handler(request, reply, config->app);
	if (exchange->is_head)
		stream_drop(&reply->stream);
	if (arena_overflowed(request->arena) && reply->status < 400) {
		(void)FAIL(&err, request_too_complex);
		write_error(exchange, &err);
	} else if (buf_failed(&reply->body)) {
		(void)FAIL(&err, answer_too_large);
		write_error(exchange, &err);
	}
	metric_add(M_http_request_microseconds_total, clock_monotonic_us() - begun);
}

void exchange_run(struct exchange *exchange)
{
	struct error err;

	log_set_request(str_from_c(exchange->request.id));
	if (is_abandoned(exchange->loop->server)) {
		(void)FAIL(&err, overloaded);
		write_error(exchange, &err);
	} else {
		run_handler(exchange);
	}
	finish(exchange);
	arena_free(&exchange->request.arena);
	log_set_request((struct str){ 0 });
	loop_deliver(exchange->loop, exchange);
}

void exchange_refuse(struct exchange *exchange, const struct error *err)
{
	log_set_request(str_from_c(exchange->request.id));
	write_error(exchange, err);
	finish(exchange);
	log_set_request((struct str){ 0 });
}
