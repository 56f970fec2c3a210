/* A real server on a free port, driven by plain sockets: framing, limits, slow and vanishing clients, stopping. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/metric.h"
#include "http/http.h"

enum { BIG = 20 * 1024 * 1024, MAX_BODY = 100 * 1000, IDLE_MS = 10000 };

/* ---- the application: what the paths do ---- */

/* Where requests to /wait stand until the test lets them go. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int inside;
	bool open;
} gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false };

static void gate_pass(void)
{
	pthread_mutex_lock(&gate.lock);
	gate.inside++;
	pthread_cond_broadcast(&gate.changed);
	while (!gate.open)
		pthread_cond_wait(&gate.changed, &gate.lock);
	gate.inside--;
	pthread_cond_broadcast(&gate.changed);
	pthread_mutex_unlock(&gate.lock);
}

static void gate_set(bool open)
{
	pthread_mutex_lock(&gate.lock);
	gate.open = open;
	pthread_cond_broadcast(&gate.changed);
	pthread_mutex_unlock(&gate.lock);
}

static void gate_await(int inside)
{
	pthread_mutex_lock(&gate.lock);
	while (gate.inside != inside)
		pthread_cond_wait(&gate.changed, &gate.lock);
	pthread_mutex_unlock(&gate.lock);
}

static void echo(struct http_request *request, struct http_reply *reply)
{
	reply->content_type = "text/plain";
	http_reply_header(reply, "x-test", http_header(request, "x-test"));
	buf_printf(&reply->body, "%.*s %.*s %.*s ", STR_ARG(request->method), STR_ARG(request->path),
		   STR_ARG(request->query));
	buf_append_str(&reply->body, request->body);
}

static void handle(struct http_request *request, struct http_reply *reply, void *app)
{
	struct str path = request->path;

	assert_int_equal(*(int *)app, 42);
	if (str_equal_c(path, "/wait"))
		gate_pass();
	if (str_equal_c(path, "/big")) {
		char *to = buf_reserve(&reply->body, BIG);
		memset(to, 'b', BIG);
		reply->body.len = BIG;
	} else if (str_equal_c(path, "/too-much-memory")) {
		memset(arena_alloc(request->arena, 2 << 20), 0, 2 << 20);
		buf_append_str(&reply->body, STR("not seen"));
	} else if (str_equal_c(path, "/too-large-answer")) {
		(void)buf_reserve(&reply->body, 2 * BIG);
	} else if (str_equal_c(path, "/empty")) {
		reply->status = 204;
	} else {
		echo(request, reply);
	}
}

static void write_error(struct str path, const struct error *err, struct buf *body, void *app)
{
	assert_int_equal(*(int *)app, 42);
	buf_printf(body, "{\"error\":\"%s\",\"path\":\"%.*s\"}", err->message, STR_ARG(path));
}

static struct http_config default_config(void)
{
	static int app = 42;

	return (struct http_config){
		.host = "127.0.0.1",
		.loops = 2,
		.max_workers = 4,
		.max_connections = 100,
		.max_body = MAX_BODY,
		.max_reply = BIG + 1000,
		.max_request_memory = 1 << 20,
		.max_queue = 100,
		.idle_timeout_ms = IDLE_MS,
		.handler = handle,
		.app = &app,
		.write_error = write_error,
	};
}

static struct http_server *start(const struct http_config *config)
{
	struct http_server *server = NULL;
	struct error err = { .message = "" };

	gate_set(false);
	if (!http_start(config, &server, &err))
		fail_msg("%s", err.message);
	return server;
}

static struct http_server *start_default(void)
{
	struct http_config config = default_config();

	return start(&config);
}

/* ---- asking and expecting ---- */

static void expect_answer(int fd, int status, const char *body)
{
	struct answer answer;

	client_receive(fd, true, &answer);
	if (answer.status != status || (body && strcmp(answer.body, body) != 0))
		fail_msg("got %d \"%.200s\", want %d \"%s\"", answer.status, answer.body ? answer.body : "", status,
			 body ? body : "(any)");
	free(answer.body);
}

/* The answer to an error: JSON, with an id, and the last one. */
static void expect_refusal(int fd, int status, const char *body_part)
{
	struct answer answer;

	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, status);
	assert_non_null(strstr(answer.body, body_part));
	assert_non_null(strstr(answer.head, "Content-Type: application/json\r\n"));
	assert_non_null(strstr(answer.head, "X-Request-Id: "));
	assert_true(answer.closes);
	assert_true(client_is_at_end(fd));
	free(answer.body);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* Does the server still answer? */
static void expect_alive(const struct http_server *server)
{
	int fd = client_connect(http_port(server));

	client_send(fd, GET("/alive"));
	expect_answer(fd, 200, "GET /alive  ");
	close(fd);
}

static void await_metric(enum metric metric, int64_t value)
{
	for (int64_t begun = clock_monotonic_us(); metric_get(metric) != value; sched_yield())
		if (clock_monotonic_us() > begun + CLIENT_DEADLINE_S * 1000000LL)
			fail_msg("metric %d is %lld, not %lld", (int)metric, (long long)metric_get(metric),
				 (long long)value);
}

/* ---- framing ---- */

/* Each case is sent whole, and again byte by byte, on one connection. */
static void test_requests(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *body;
	} cases[] = {
		{ GET("/a"), 200, "GET /a  " },
		{ GET("/a?b=c"), 200, "GET /a b=c " },
		{ "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200, "POST /a  hello" },
		{ "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200, "POST /a  " },
		{ "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200, "GET /a  hello" },
		{ "DELETE /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200, "DELETE /a  hello" },
		{ "DELETE /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
		  "chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: t\r\n\r\n",
		  200, "DELETE /a  hello" },
		{ "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "PUT /a  " },
		{ "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: "
		  "h2c\r\nHTTP2-Settings: AAAA\r\n\r\n",
		  200, "GET /a  " },
		{ GET("/too-much-memory"), 413,
		  "{\"error\":\"The request needs more memory than one request may "
		  "use.\",\"path\":\"/too-much-memory\"}" },
		{ GET("/too-large-answer"), 400,
		  "{\"error\":\"The answer would be too large. Ask for fewer rows.\",\"path\":\"/too-large-answer\"}" },
	};
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		client_send(fd, cases[i].request);
		expect_answer(fd, cases[i].status, cases[i].body);
		for (const char *byte = cases[i].request; *byte; byte++)
			client_send_bytes(fd, byte, 1);
		expect_answer(fd, cases[i].status, cases[i].body);
	}
	close(fd);
	http_stop(&server, 1000);
	assert_null(server);
}

static void test_pipelining(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));

	(void)state;
	for (int round = 0; round < 50; round++) {
		client_send(fd, GET("/1") "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" GET(
					"/3") "POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
					      "chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" GET("/5"));
		expect_answer(fd, 200, "GET /1  ");
		expect_answer(fd, 200, "POST /2  ab");
		expect_answer(fd, 200, "GET /3  ");
		expect_answer(fd, 200, "POST /4  x");
		expect_answer(fd, 200, "GET /5  ");
	}
	close(fd);
	http_stop(&server, 1000);
}

enum { PIPELINED = 20000 };

static void *pipeline_thread(void *arg)
{
	size_t len = strlen(GET("/p"));
	char *all = malloc(PIPELINED * len);

	for (size_t i = 0; i < PIPELINED; i++)
		memcpy(all + i * len, GET("/p"), len);
	client_send_bytes(*(int *)arg, all, PIPELINED * len);
	free(all);
	return NULL;
}

/* More pipelined bytes than the server reads while a request runs. */
static void test_much_pipelined(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, pipeline_thread, &fd), 0);
	for (int i = 0; i < PIPELINED; i++)
		expect_answer(fd, 200, "GET /p  ");
	pthread_join(thread, NULL);
	close(fd);
	http_stop(&server, 1000);
}

static void test_reply_head(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));
	struct answer first, second;

	(void)state;
	client_send(fd, "GET /a HTTP/1.1\r\nHost: a\r\nX-Test: yes\r\n\r\n");
	client_receive(fd, true, &first);
	assert_memory_equal(first.head, "HTTP/1.1 200 OK\r\n", 17);
	assert_non_null(strstr(first.head, "\r\nx-test: yes\r\n"));
	assert_non_null(strstr(first.head, "\r\nContent-Type: text/plain\r\n"));
	assert_non_null(strstr(first.head, " GMT\r\n"));
	assert_false(first.closes);
	client_send(fd, GET("/a"));
	client_receive(fd, true, &second);
	const char *id = strstr(first.head, "X-Request-Id: ");
	assert_non_null(id);
	assert_int_equal(strspn(id + 14, "0123456789abcdef"), HTTP_REQUEST_ID_LEN);
	assert_memory_not_equal(id, strstr(second.head, "X-Request-Id: "), 14 + HTTP_REQUEST_ID_LEN);
	free(first.body);
	free(second.body);
	close(fd);
	http_stop(&server, 1000);
}

static void test_replies_without_body(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));
	struct answer answer;

	(void)state;
	client_send(fd, "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
	client_receive(fd, false, &answer);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.head, "Content-Length: 9\r\n"));
	free(answer.body);
	client_send(fd, GET("/empty"));
	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, 204);
	assert_null(strstr(answer.head, "Content-Length"));
	free(answer.body);
	/* Nothing of a body may have followed. */
	client_send(fd, GET("/a"));
	expect_answer(fd, 200, "GET /a  ");
	close(fd);
	http_stop(&server, 1000);
}

static void test_http_1_0(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));
	struct answer answer;

	(void)state;
	client_send(fd, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	client_receive(fd, true, &answer);
	assert_non_null(strstr(answer.head, "Connection: keep-alive\r\n"));
	free(answer.body);
	client_send(fd, "GET /a HTTP/1.0\r\n\r\n");
	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, 200);
	assert_true(answer.closes);
	assert_true(client_is_at_end(fd));
	free(answer.body);
	close(fd);
	http_stop(&server, 1000);
}

static void test_expect_continue(void **state)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	char got[sizeof(go_on)] = "";
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));

	(void)state;
	for (int round = 0; round < 2; round++) {
		client_send(fd, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
		assert_int_equal(client_read(fd, got, sizeof(go_on) - 1), sizeof(go_on) - 1);
		assert_string_equal(got, go_on);
		client_send(fd, "hello");
		expect_answer(fd, 200, "POST /a  hello");
	}
	/* A body that is there already needs no permission. */
	client_send(fd, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
	expect_answer(fd, 200, "POST /a  hello");
	close(fd);
	http_stop(&server, 1000);
}

/* ---- limits ---- */

static void test_refused(void **state)
{
	static const struct {
		const char *request;
		int status;
		const char *body_part;
	} cases[] = {
		{ "nonsense\r\n\r\n", 400, "\"path\":\"\"" },
		{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "not valid HTTP" },
		{ "GET /a/path HTTP/1.1\r\nHost: a\r\nbad\x01: x\r\n\r\n", 400, "\"path\":\"/a/path\"" },
		{ "GET /a HTTP/1.1\r\n\r\n", 400, "Host" },
		{ "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n", 413, "100000 bytes" },
		{ "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\nExpect: 100-continue\r\n\r\n", 413,
		  "\"path\":\"/a\"" },
		{ "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "chunks" },
		{ "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "Transfer-Encoding" },
	};
	struct http_server *server = start_default();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = client_connect(http_port(server));
		client_send(fd, cases[i].request);
		expect_refusal(fd, cases[i].status, cases[i].body_part);
		close(fd);
	}
	expect_alive(server);
	http_stop(&server, 1000);
}

/* A client that sends a much too large body to its end still gets to read why it was refused. */
static void test_too_large_body_is_explained(void **state)
{
	static const char *const heads[] = {
		"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n",
		"PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3D0900\r\n",
	};
	struct http_server *server = start_default();
	char *body = calloc(1, 4000000);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		int fd = client_connect(http_port(server));
		client_send(fd, heads[i]);
		client_send_bytes(fd, body, 4000000);
		expect_refusal(fd, 413, "larger");
		close(fd);
	}
	free(body);
	http_stop(&server, 1000);
}

static void test_largest_body(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));
	char *body = malloc(MAX_BODY);
	struct answer answer;

	(void)state;
	memset(body, 'x', MAX_BODY);
	client_send(fd, "PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
	client_send_bytes(fd, body, MAX_BODY);
	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.body_len, strlen("PUT /a  ") + MAX_BODY);
	assert_memory_equal(answer.body + strlen("PUT /a  "), body, MAX_BODY);
	free(answer.body);
	free(body);
	close(fd);
	http_stop(&server, 1000);
}

static void test_full_queue(void **state)
{
	enum { WORKERS = 2, QUEUE = 3, CLIENTS = WORKERS + QUEUE };
	struct http_config config = default_config();
	int fds[CLIENTS];

	(void)state;
	config.max_workers = WORKERS;
	config.max_queue = QUEUE;
	struct http_server *server = start(&config);
	for (int i = 0; i < CLIENTS; i++) {
		fds[i] = client_connect(http_port(server));
		client_send(fds[i], GET("/wait"));
		if (i < WORKERS)
			gate_await(i + 1);
		else
			await_metric(M_http_queue, i + 1 - WORKERS);
	}
	int refused = client_connect(http_port(server));
	client_send(refused, GET("/wait"));
	expect_answer(refused, 503, "{\"error\":\"The server is busy. Try again.\",\"path\":\"/wait\"}");
	gate_set(true);
	for (int i = 0; i < CLIENTS; i++) {
		expect_answer(fds[i], 200, "GET /wait  ");
		close(fds[i]);
	}
	/* The refused connection lives on. */
	client_send(refused, GET("/wait"));
	expect_answer(refused, 200, "GET /wait  ");
	close(refused);
	http_stop(&server, 1000);
}

static void test_max_connections(void **state)
{
	struct http_config config = default_config();

	(void)state;
	config.max_connections = 2;
	struct http_server *server = start(&config);
	int first = client_connect(http_port(server));
	int second = client_connect(http_port(server));
	client_send(first, GET("/1"));
	expect_answer(first, 200, "GET /1  ");
	client_send(second, GET("/2"));
	expect_answer(second, 200, "GET /2  ");
	int third = client_connect(http_port(server));
	assert_true(client_is_at_end(third));
	close(third);
	close(first);
	await_metric(M_http_connections, 1);
	expect_alive(server);
	close(second);
	http_stop(&server, 1000);
}

static void test_timeouts(void **state)
{
	static const char *const beginnings[] = {
		"",
		"GET /a HTT",
		"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel",
		"PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
		GET("/a"),
	};
	struct http_config config = default_config();

	(void)state;
	config.idle_timeout_ms = 200;
	struct http_server *server = start(&config);
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		int fd = client_connect(http_port(server));
		client_send(fd, beginnings[i]);
		if (i == 4)
			expect_answer(fd, 200, "GET /a  ");
		assert_true(client_is_at_end(fd));
		close(fd);
	}
	/* One that does not read its answer. */
	int fd = client_connect_with(http_port(server), 4096);
	client_send(fd, GET("/big"));
	await_metric(M_http_connections, 1);
	await_metric(M_http_connections, 0);
	close(fd);
	http_stop(&server, 1000);
}

/* ---- clients that are slow, or go ---- */

static void test_slow_reader_blocks_nobody(void **state)
{
	struct http_config config = default_config();
	struct answer answer;

	(void)state;
	config.loops = 1;
	config.max_workers = 1;
	struct http_server *server = start(&config);
	int slow = client_connect_with(http_port(server), 4096);
	client_send(slow, GET("/big"));
	for (int i = 0; i < 100; i++)
		expect_alive(server);
	client_receive(slow, true, &answer);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.body_len, BIG);
	assert_int_equal(answer.body[0], 'b');
	assert_int_equal(answer.body[BIG - 1], 'b');
	free(answer.body);
	client_send(slow, GET("/again"));
	expect_answer(slow, 200, "GET /again  ");
	close(slow);
	http_stop(&server, 1000);
}

static void close_with_reset(int fd)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static void test_client_leaves(void **state)
{
	static const char *const beginnings[] = {
		"",
		"GET /a HTT",
		"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhel",
		"PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
		"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nExpect: 100-continue\r\n\r\n",
		GET("/big"),
		"nonsense\r\n\r\n",
		"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n",
	};
	struct http_server *server = start_default();

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		int fd = client_connect(http_port(server));
		client_send(fd, beginnings[i / 2]);
		if (i % 2)
			close_with_reset(fd);
		else
			close(fd);
	}
	await_metric(M_http_connections, 0);
	expect_alive(server);
	http_stop(&server, 1000);
}

static void test_client_leaves_while_its_request_runs(void **state)
{
	struct http_server *server = start_default();
	int resets = client_connect(http_port(server));
	int closes = client_connect(http_port(server));

	(void)state;
	client_send(resets, GET("/wait"));
	client_send(closes, GET("/wait"));
	gate_await(2);
	close_with_reset(resets);
	close(closes);
	await_metric(M_http_connections, 1); /* a reset is noticed at once; the other one might still read */
	gate_set(true);
	await_metric(M_http_connections, 0);
	expect_alive(server);
	http_stop(&server, 1000);
}

/* A client may close its side and wait for the answers (RFC 9112 9.6). */
static void test_half_closed(void **state)
{
	struct http_server *server = start_default();
	int fd = client_connect(http_port(server));

	(void)state;
	client_send(fd, GET("/wait") GET("/2"));
	gate_await(1);
	shutdown(fd, SHUT_WR);
	gate_set(true);
	expect_answer(fd, 200, "GET /wait  ");
	expect_answer(fd, 200, "GET /2  ");
	assert_true(client_is_at_end(fd));
	close(fd);
	http_stop(&server, 1000);
}

/* What the client has not sent before it closed its side is not waited for. */
static void test_half_closed_too_early(void **state)
{
	static const char *const beginnings[] = {
		"GET /2 HT",
		"PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel",
		"PUT /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
		"PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
	};
	struct http_server *server = start_default();

	(void)state;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		int fd = client_connect(http_port(server));
		char rest[100];
		gate_set(false);
		client_send(fd, GET("/wait"));
		client_send(fd, beginnings[i]);
		gate_await(1);
		shutdown(fd, SHUT_WR);
		gate_set(true);
		expect_answer(fd, 200, "GET /wait  ");
		int64_t begun = clock_monotonic_us();
		assert_true(client_read(fd, rest, sizeof(rest)) < sizeof(rest));
		assert_true(clock_monotonic_us() - begun < IDLE_MS * 1000 / 2);
		close(fd);
	}
	http_stop(&server, 1000);
}

/* ---- many at once ---- */

static void *client_thread(void *arg)
{
	int port = *(int *)arg;
	int fd = client_connect(port);

	for (int i = 0; i < 300; i++) {
		client_send(fd, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
		expect_answer(fd, 200, "POST /a  hello");
		if (i % 50 == 0) {
			close(fd);
			fd = client_connect(port);
		}
	}
	close(fd);
	return NULL;
}

static void test_many_clients(void **state)
{
	enum { THREADS = 12 };
	struct http_server *server = start_default();
	pthread_t threads[THREADS];
	int port = http_port(server);

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, client_thread, &port), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	http_stop(&server, 1000);
	assert_int_equal(metric_get(M_http_connections), 0);
	assert_int_equal(metric_get(M_http_workers), 0);
	assert_int_equal(metric_get(M_http_queue), 0);
}

/* ---- starting and stopping ---- */

struct stopping {
	struct http_server *server;
	int grace_ms;
};

static void *stop_thread(void *arg)
{
	struct stopping *stopping = arg;

	http_stop(&stopping->server, stopping->grace_ms);
	return NULL;
}

static void test_stop_finishes_what_runs(void **state)
{
	struct stopping stopping = { start_default(), 20000 };
	int port = http_port(stopping.server);
	int idle = client_connect(port);
	int busy = client_connect(port);
	pthread_t thread;
	struct answer answer;

	(void)state;
	client_send(idle, GET("/1"));
	expect_answer(idle, 200, "GET /1  ");
	client_send(busy, GET("/wait"));
	gate_await(1);
	assert_int_equal(pthread_create(&thread, NULL, stop_thread, &stopping), 0);
	assert_true(client_is_at_end(idle));
	while (client_connect(port) >= 0)
		sched_yield();
	gate_set(true);
	client_receive(busy, true, &answer);
	assert_int_equal(answer.status, 200);
	assert_true(answer.closes);
	assert_true(client_is_at_end(busy));
	pthread_join(thread, NULL);
	assert_null(stopping.server);
	free(answer.body);
	close(idle);
	close(busy);
}

static void test_stop_flushes_what_is_read_slowly(void **state)
{
	struct stopping stopping = { start_default(), 20000 };
	int fd = client_connect_with(http_port(stopping.server), 4096);
	pthread_t thread;
	struct answer answer;

	(void)state;
	int64_t answered = metric_get(M_http_requests_total);
	client_send(fd, GET("/big"));
	await_metric(M_http_requests_total, answered + 1);
	assert_int_equal(pthread_create(&thread, NULL, stop_thread, &stopping), 0);
	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.body_len, BIG);
	assert_true(client_is_at_end(fd));
	pthread_join(thread, NULL);
	free(answer.body);
	close(fd);
}

/* After the grace the client is cut off, waiting requests are dropped, and the running one ends by itself. */
static void test_stop_ends_after_grace(void **state)
{
	struct http_config config = default_config();
	pthread_t thread;

	(void)state;
	config.max_workers = 1;
	struct stopping stopping = { start(&config), 50 };
	int running = client_connect(http_port(stopping.server));
	int waiting = client_connect(http_port(stopping.server));
	client_send(running, GET("/wait"));
	gate_await(1);
	client_send(waiting, GET("/wait"));
	await_metric(M_http_queue, 1);
	assert_int_equal(pthread_create(&thread, NULL, stop_thread, &stopping), 0);
	assert_true(client_is_at_end(running));
	assert_true(client_is_at_end(waiting));
	gate_set(true);
	pthread_join(thread, NULL);
	assert_int_equal(metric_get(M_http_connections), 0);
	close(running);
	close(waiting);
}

static void test_start_fails_on_a_taken_port(void **state)
{
	struct http_server *server = start_default();
	struct http_config config = default_config();
	struct http_server *second = NULL;
	struct error err;

	(void)state;
	config.port = http_port(server);
	assert_false(http_start(&config, &second, &err));
	assert_null(second);
	assert_non_null(strstr(err.message, "in use"));
	config.host = "not an address";
	assert_false(http_start(&config, &second, &err));
	http_stop(&server, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_pipelining),
		cmocka_unit_test(test_much_pipelined),
		cmocka_unit_test(test_reply_head),
		cmocka_unit_test(test_replies_without_body),
		cmocka_unit_test(test_http_1_0),
		cmocka_unit_test(test_expect_continue),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_large_body_is_explained),
		cmocka_unit_test(test_largest_body),
		cmocka_unit_test(test_full_queue),
		cmocka_unit_test(test_max_connections),
		cmocka_unit_test(test_timeouts),
		cmocka_unit_test(test_slow_reader_blocks_nobody),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_client_leaves_while_its_request_runs),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_half_closed_too_early),
		cmocka_unit_test(test_many_clients),
		cmocka_unit_test(test_stop_finishes_what_runs),
		cmocka_unit_test(test_stop_flushes_what_is_read_slowly),
		cmocka_unit_test(test_stop_ends_after_grace),
		cmocka_unit_test(test_start_fails_on_a_taken_port),
	};
	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
