/* `atoll serve`: opens the data folder, starts the doors, and keeps house until a signal says stop. The main thread is
 * the housekeeper: it waits for signals, and once a second it lets each room do what has to be done regularly. */
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "api/api.h"
#include "api/base_lifecycle.h"
#include "auth/auth.h"
#include "base/registry.h"
#include "catalog/catalog.h"
#include "cmd/command.h"
#include "cmd/first_admin.h"
#include "cmd/site.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "http/http.h"

enum { PURGE_EVERY_SECONDS = 3600, MAX_LOOPS_BY_DEFAULT = 4, MAX_PORT = 65535 };

/* ---- settings that need a look of their own ---- */

/* "127.0.0.1:8000", "[::1]:8000" */
static bool parse_listen(struct arena *arena, const char *text, const char **host, int *port, struct error *err)
{
	const char *colon = strrchr(text, ':');
	int64_t number = 0;
	if (colon && colon > text && str_to_int64(str_from_c(colon + 1), &number) && number >= 0 &&
	    number <= MAX_PORT) {
		struct str name = { text, (size_t)(colon - text) };
		if (name.at[0] == '[' && name.at[name.len - 1] == ']')
			name = str_slice(name, 1, name.len - 1);
		*host = str_to_c(arena, name);
		*port = (int)number;
		return true;
	}
	return FAIL_WITH(
		err, bad_request,
		str_format(arena, "listen must be an address and a port, as in 127.0.0.1:8000, not \"%s\".", text));
}

/* Absent when it is empty; without its last slashes. */
static bool parse_public_url(const char *text, struct str *out, struct error *err)
{
	struct str url = str_from_c(text);
	while (str_ends_with(url, STR("/")))
		url.len--;
	*out = url.len > 0 ? url : (struct str){ 0 };
	if (url.len == 0 || str_starts_with(url, STR("https://")) || str_starts_with(url, STR("http://")))
		return true;
	return FAIL_WITH(err, bad_request, STR("public-url must begin with https:// or http://."));
}

static bool set_log_level(const char *text, struct error *err)
{
	enum log_level level;
	if (!log_level_parse(str_from_c(text), &level))
		return FAIL_WITH(err, bad_request, STR("log-level must be debug, info, warn or error."));
	log_set_level(level);
	return true;
}

static int choose_loops(int64_t wanted)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (wanted > 0)
		return (int)wanted;
	if (processors < 4)
		return 1;
	return processors / 2 < MAX_LOOPS_BY_DEFAULT ? (int)(processors / 2) : MAX_LOOPS_BY_DEFAULT;
}

/* As many open files as the system allows: connections, and three a base. */
static void raise_file_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* glibc gives every few threads a heap of their own, and what one base leaves behind in each of them is never returned.
 * Two heaps serve 64 workers as fast, with half the memory after many bases have been opened and closed. */
static void bound_heaps(void)
{
	(void)mallopt(M_ARENA_MAX, 2);
}

/* ---- running ---- */

struct running {
	struct site *site;
	struct http_server *server;
	int64_t trash_days;
	const char *host;
};

/* Blocks the signals that stop the server in this thread and all that it starts, so that only wait_for_stop() gets
 * them. */
static void block_signals(sigset_t *stop)
{
	sigemptyset(stop);
	sigaddset(stop, SIGTERM);
	sigaddset(stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, stop, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void keep_house(const struct running *running, int64_t second)
{
	base_registry_tick(running->site->bases);
	auth_tick(running->site->auth);
	catalog_watch(running->site->catalog);
	if (running->trash_days > 0 && second % PURGE_EVERY_SECONDS == 0) {
		int64_t oldest = clock_now_ms() - running->trash_days * 24 * 3600 * 1000;
		base_lifecycle_purge_expired(running->site->catalog, running->site->bases, oldest);
	}
}

/* Keeps house until SIGTERM or SIGINT comes. After that a second one ends the process at once. */
static void wait_for_stop(const struct running *running, const sigset_t *stop)
{
	const struct timespec second = { .tv_sec = 1 };
	siginfo_t signal = { 0 };
	int got = -1;
	for (int64_t n = 0; got < 0; n++) {
		keep_house(running, n);
		got = sigtimedwait(stop, &signal, &second);
	}
	LOG(LOG_INFO, "stopping", LOG_STR("signal", got == SIGTERM ? STR("SIGTERM") : STR("SIGINT")),
	    LOG_NUM("sender", signal.si_pid));
	pthread_sigmask(SIG_UNBLOCK, stop, NULL);
}

/* One line on standard output says where the server is, once it answers. */
static void print_ready(const struct running *running)
{
	bool ipv6 = strchr(running->host, ':') != NULL;
	printf("listening on http://%s%s%s:%d\n", ipv6 ? "[" : "", running->host, ipv6 ? "]" : "",
	       http_port(running->server));
	(void)fflush(stdout);
}

static struct http_config http_config_of(const struct settings *settings, struct api *api)
{
	return (struct http_config){
		.loops = choose_loops(settings->loops),
		.max_workers = (int)settings->max_workers,
		.max_connections = (size_t)settings->max_connections,
		.max_body = (size_t)settings->max_body,
		.max_reply = (size_t)settings->max_reply,
		.max_request_memory = (size_t)settings->max_request_memory,
		.max_queue = (size_t)settings->max_queue,
		.idle_timeout_ms = (int)settings->idle_timeout * 1000,
		.handler = api_handle,
		.app = api,
		.write_error = api_write_error,
	};
}

/* The folder is open: serves it until it is told to stop. */
static bool serve(struct invocation *invocation, struct site *site, struct error *err)
{
	const struct settings *settings = &invocation->settings;
	struct api_config config = {
		.data = site->data,
		.time_zone = str_from_c(settings->time_zone),
		.rate_per_base = (int)settings->rate_per_base,
		.max_body = (size_t)settings->max_body,
		.max_reply = (size_t)settings->max_reply,
		.rate_per_token = (int)settings->rate_per_token,
	};
	struct running running = { .site = site, .trash_days = settings->trash_days };
	int port = 0;
	if (!parse_public_url(settings->public_url, &config.public_url, err) ||
	    !parse_listen(invocation->arena, settings->listen, &running.host, &port, err))
		return false;
	sigset_t stop;
	block_signals(&stop);
	struct api *api = api_new(&config, site->catalog, site->auth, site->bases);
	struct http_config http = http_config_of(settings, api);
	http.host = running.host;
	http.port = port;
	bool ok = http_start(&http, &running.server, err);
	if (ok) {
		print_ready(&running);
		wait_for_stop(&running, &stop);
		http_stop(&running.server, (int)settings->stop_grace * 1000);
	}
	api_free(&api);
	return ok;
}

bool cmd_serve(struct invocation *invocation, struct site *none, struct error *err)
{
	struct site site;
	(void)none;
	if (!set_log_level(invocation->settings.log_level, err))
		return false;
	raise_file_limit();
	bound_heaps();
	if (!site_open_server(invocation->arena, &invocation->settings, &site, err))
		return false;
	bool ok = first_admin_make(invocation->arena, site.catalog, err) && serve(invocation, &site, err);
	site_close(&site);
	return ok;
}
