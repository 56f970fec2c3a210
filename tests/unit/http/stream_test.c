/* Replies without end, on a real server: bytes from other threads, clients that go or do not read, ending and stopping.
 */
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

enum { MAX_PENDING = 64 * 1024 };

/* ---- the application: each request to /stream leaves its stream here ---- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct http_stream *stream;
	int changes; /* calls of on_change */
} shared = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, 0 };

static void on_change(void *ctx)
{
	assert_ptr_equal(ctx, &shared);
	pthread_mutex_lock(&shared.lock);
	shared.changes++;
	pthread_cond_broadcast(&shared.changed);
	pthread_mutex_unlock(&shared.lock);
}

static struct http_stream *take_stream(void)
{
	pthread_mutex_lock(&shared.lock);
	while (!shared.stream)
		pthread_cond_wait(&shared.changed, &shared.lock);
	struct http_stream *stream = shared.stream;
	shared.stream = NULL;
	pthread_mutex_unlock(&shared.lock);
	return stream;
}

static void await(struct http_stream *stream, enum http_stream_state state)
{
	pthread_mutex_lock(&shared.lock);
	while (http_stream_look(stream) != state)
		pthread_cond_wait(&shared.changed, &shared.lock);
	pthread_mutex_unlock(&shared.lock);
}

static void handle(struct http_request *request, struct http_reply *reply, void *app)
{
	(void)app;
	if (str_starts_with(request->path, STR("/plain")))
		return;
	struct http_stream *stream = http_reply_stream(reply, MAX_PENDING, on_change, &shared);
	reply->content_type = "text/plain";
	buf_append_str(&reply->body, STR("head "));
	if (str_equal_c(request->path, "/early"))
		assert_true(http_stream_write(stream, STR("early ")));
	if (str_equal_c(request->path, "/too-much-memory"))
		memset(arena_alloc(request->arena, 2 << 20), 0, 2 << 20);
	pthread_mutex_lock(&shared.lock);
	shared.stream = stream;
	pthread_cond_broadcast(&shared.changed);
	pthread_mutex_unlock(&shared.lock);
}

static void write_error(struct str path, const struct error *err, struct buf *body, void *app)
{
	(void)path;
	(void)app;
	buf_printf(body, "%s", err->message);
}

static struct http_server *start(int idle_ms)
{
	const struct http_config config = {
		.host = "127.0.0.1",
		.loops = 1,
		.max_workers = 2,
		.max_connections = 100,
		.max_body = 1000,
		.max_reply = 1 << 20,
		.max_request_memory = 1 << 20,
		.max_queue = 10,
		.idle_timeout_ms = idle_ms,
		.handler = handle,
		.write_error = write_error,
	};
	struct http_server *server = NULL;
	struct error err = { .message = "" };

	if (!http_start(&config, &server, &err))
		fail_msg("%s", err.message);
	return server;
}

/* Sends a GET and reads the head of the reply. */
static int ask(struct http_server *server, const char *path, struct answer *head)
{
	char request[200];
	int fd = client_connect(http_port(server));

	(void)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
	client_send(fd, request);
	client_receive(fd, false, head);
	free(head->body);
	return fd;
}

static void expect(int fd, const char *text)
{
	char got[200] = "";
	size_t len = strlen(text);

	assert_true(len < sizeof(got));
	assert_int_equal(client_read(fd, got, len), len);
	assert_string_equal(got, text);
}

/* ---- tests ---- */

static void test_bytes_come_as_they_are_written(void **state)
{
	struct http_server *server = start(10000);
	struct answer head;
	int fd = ask(server, "/early", &head);
	struct http_stream *stream = take_stream();

	(void)state;
	assert_int_equal(head.status, 200);
	assert_true(head.closes);
	assert_null(strstr(head.head, "Content-Length"));
	expect(fd, "head early ");
	for (int i = 0; i < 100; i++) {
		assert_true(http_stream_write(stream, STR("one ")));
		expect(fd, "one ");
	}
	await(stream, HTTP_STREAM_IDLE);
	assert_int_equal(metric_get(M_http_streams), 1);
	assert_true(http_stream_write(stream, STR("last")));
	http_stream_end(&stream);
	assert_null(stream);
	expect(fd, "last");
	assert_true(client_is_at_end(fd));
	close(fd);
	http_stop(&server, 1000);
	assert_int_equal(metric_get(M_http_streams), 0);
}

static void test_the_client_goes(void **state)
{
	struct http_server *server = start(10000);
	struct answer head;
	int fd = ask(server, "/stream", &head);
	struct http_stream *stream = take_stream();

	(void)state;
	client_send(fd, "what a client says meanwhile is ignored");
	assert_true(http_stream_write(stream, STR("x")));
	expect(fd, "head x");
	close(fd);
	await(stream, HTTP_STREAM_ENDED);
	assert_false(http_stream_write(stream, STR("y")));
	http_stream_end(&stream);
	http_stop(&server, 1000);
}

/* Fills what the sockets take, then the stream itself. */
static void test_the_client_falls_behind(void **state)
{
	struct http_server *server = start(10000);
	struct answer head;
	int fd = ask(server, "/stream", &head);
	struct http_stream *stream = take_stream();
	static char block[8192];
	size_t written = 0;

	(void)state;
	while (http_stream_write(stream, (struct str){ block, sizeof(block) }))
		written += sizeof(block);
	assert_true(written >= MAX_PENDING);
	assert_int_equal(http_stream_look(stream), HTTP_STREAM_ENDED);
	assert_false(http_stream_write(stream, STR("x")));
	http_stream_end(&stream);
	close(fd);
	http_stop(&server, 1000);
}

static void test_the_client_does_not_read(void **state)
{
	struct http_server *server = start(300);
	struct answer head;
	int fd = ask(server, "/stream", &head);
	struct http_stream *stream = take_stream();
	static char block[MAX_PENDING];

	(void)state;
	/* More than a loopback socket takes: at some point it stays busy until the time is over. */
	for (int i = 0; i < 1000 && http_stream_look(stream) != HTTP_STREAM_ENDED; i++) {
		(void)http_stream_write(stream, (struct str){ block, sizeof(block) });
		pthread_mutex_lock(&shared.lock);
		while (http_stream_look(stream) == HTTP_STREAM_BUSY)
			pthread_cond_wait(&shared.changed, &shared.lock);
		pthread_mutex_unlock(&shared.lock);
	}
	assert_int_equal(http_stream_look(stream), HTTP_STREAM_ENDED);
	http_stream_end(&stream);
	close(fd);
	http_stop(&server, 1000);
}

static void test_a_quiet_stream_outlives_the_idle_time(void **state)
{
	struct http_server *server = start(100);
	struct answer head;
	int fd = ask(server, "/stream", &head), other;
	struct http_stream *stream = take_stream();

	(void)state;
	/* A connection without a request, opened later, is closed in that time. */
	expect(fd, "head ");
	other = client_connect(http_port(server));
	assert_true(client_is_at_end(other));
	close(other);
	assert_true(http_stream_write(stream, STR("still there")));
	expect(fd, "still there");
	http_stream_end(&stream);
	close(fd);
	http_stop(&server, 1000);
}

static void test_no_stream_after_all(void **state)
{
	struct http_server *server = start(10000);
	int fd = client_connect(http_port(server));
	struct answer answer;

	(void)state;
	client_send(fd, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\nGET /plain HTTP/1.1\r\nHost: x\r\n\r\n");
	client_receive(fd, false, &answer);
	assert_int_equal(answer.status, 200);
	assert_false(answer.closes);
	free(answer.body);
	struct http_stream *stream = take_stream();
	assert_int_equal(http_stream_look(stream), HTTP_STREAM_ENDED);
	http_stream_end(&stream);
	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, 200);
	free(answer.body);

	client_send(fd, "GET /too-much-memory HTTP/1.1\r\nHost: x\r\n\r\n");
	client_receive(fd, true, &answer);
	assert_int_equal(answer.status, 413);
	assert_true(answer.body_len > 0);
	free(answer.body);
	stream = take_stream();
	assert_int_equal(http_stream_look(stream), HTTP_STREAM_ENDED);
	http_stream_end(&stream);
	close(fd);
	http_stop(&server, 1000);
}

static void *write_on(void *arg)
{
	while (http_stream_write(arg, STR("x")))
		;
	return NULL;
}

static void test_a_stop_does_not_wait(void **state)
{
	struct http_server *server = start(10000);
	struct answer head;
	int busy_fd = ask(server, "/stream", &head);
	struct http_stream *busy = take_stream();
	int quiet_fd = ask(server, "/stream", &head);
	struct http_stream *quiet = take_stream();
	int64_t from = clock_monotonic_us();
	pthread_t writer;

	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, write_on, busy), 0);
	http_stop(&server, 60 * 1000);
	assert_true(clock_monotonic_us() - from < 20 * 1000 * 1000);
	pthread_join(writer, NULL);
	assert_int_equal(http_stream_look(quiet), HTTP_STREAM_ENDED);
	assert_false(http_stream_write(quiet, STR("x")));
	http_stream_end(&busy);
	http_stream_end(&quiet);
	http_stream_end(&quiet);
	close(busy_fd);
	close(quiet_fd);
	assert_int_equal(metric_get(M_http_streams), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_come_as_they_are_written),
		cmocka_unit_test(test_the_client_goes),
		cmocka_unit_test(test_the_client_falls_behind),
		cmocka_unit_test(test_the_client_does_not_read),
		cmocka_unit_test(test_a_quiet_stream_outlives_the_idle_time),
		cmocka_unit_test(test_no_stream_after_all),
		cmocka_unit_test(test_a_stop_does_not_wait),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
