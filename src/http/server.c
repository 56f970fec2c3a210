/* Starting and stopping: the listening socket, the loops on it, the workers behind them. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/id.h"
#include "http/http_internal.h"

static bool fail_with_reason(struct error *err, const char *what, const char *reason)
{
	(void)FAIL(err, internal);
	(void)snprintf(err->message, sizeof(err->message), "%s: %s", what, reason);
	return false;
}

/* Every connection is a file descriptor, and so is every open base. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int port_of(int fd)
{
	struct sockaddr_in6 at = { .sin6_port = 0 }; /* IPv4's struct has the port at the same place */
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	return ntohs(at.sin6_port);
}

static int open_listener(const struct http_config *config, struct error *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *at = NULL;
	char port[16];
	const int on = 1;

	(void)snprintf(port, sizeof(port), "%d", config->port);
	int failed = getaddrinfo(config->host, port, &hints, &at);
	if (failed) {
		(void)fail_with_reason(err, config->host, gai_strerror(failed));
		return -1;
	}
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Not SO_REUSEPORT: a second server started by mistake would silently take half of the connections. */
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
	    bind(fd, at->ai_addr, at->ai_addrlen) != 0 || listen(fd, H2O_SOMAXCONN) != 0) {
		(void)fail_with_reason(err, "can't listen", strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(at);
	return fd;
}

static struct http_server *server_new(const struct http_config *config)
{
	struct http_server *server = calloc(1, sizeof(*server));
	struct loop *loops = calloc((size_t)config->loops, sizeof(*loops));
	uint64_t first_id;

	if (!server || !loops)
		abort();
	server->config = *config;
	server->loops = loops;
	id_random_bytes(&first_id, sizeof(first_id));
	atomic_init(&server->next_id, first_id);
	server->pool = worker_pool_new(config->max_workers, config->max_queue);
	return server;
}

/* Starts the loops, each with its descriptor of the one listening socket. Signals stay with the calling thread. */
static bool start_loops(struct http_server *server, int listener, struct error *err)
{
	sigset_t all, before;
	bool started = true;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started && server->loop_count < server->config.loops) {
		int fd = fcntl(listener, F_DUPFD_CLOEXEC, 0);
		started = fd >= 0 && loop_start(&server->loops[server->loop_count], server, fd);
		if (started)
			server->loop_count++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started || fail_with_reason(err, "can't start a thread", strerror(errno));
}

bool http_start(const struct http_config *config, struct http_server **out, struct error *err)
{
	assert(config->loops > 0 && config->max_workers > 0 && config->handler && config->write_error);
	raise_file_limit();
	(void)signal(SIGPIPE, SIG_IGN);
	int listener = open_listener(config, err);
	if (listener < 0)
		return false;

	struct http_server *server = server_new(config);
	server->port = port_of(listener);
	bool started = start_loops(server, listener, err);
	close(listener);
	if (!started)
		http_stop(&server, 0);
	*out = server;
	return started;
}

int http_port(const struct http_server *server)
{
	return server->port;
}

void http_stop(struct http_server **server_at, int grace_ms)
{
	struct http_server *server = *server_at;

	if (!server)
		return;
	atomic_store(&server->stop_by_us, clock_monotonic_us() + (int64_t)grace_ms * 1000);
	atomic_store(&server->stopping, true);
	for (int i = 0; i < server->loop_count; i++)
		loop_wake(&server->loops[i]);
	for (int i = 0; i < server->loop_count; i++)
		loop_join(&server->loops[i]);
	worker_pool_free(&server->pool);
	for (int i = 0; i < server->loop_count; i++)
		loop_free(&server->loops[i]);
	free(server->loops);
	free(server);
	*server_at = NULL;
}
