/* See worker_pool.h. Waking is the costly part of handing a request over: at most one thread is on its way at a time,
 * and whoever takes a request and leaves others behind sends for the next. So a burst of short requests is done by the
 * few threads that are awake, and a handler that blocks holds up nobody. */
#include "http/worker_pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/metric.h"
#include "http/http_internal.h"

enum { STACK_SIZE = 512 * 1024, IDLE_SECONDS = 10 };

struct worker {
	struct worker_pool *pool;
	struct worker *below; /* in the stack of idle workers, or of unused ones */
	pthread_cond_t wake;
	pthread_t thread;
	bool in_use;
	bool is_idle;
};

struct worker_pool {
	pthread_mutex_t lock;
	struct exchange *first;
	struct exchange *last;
	size_t queued;
	size_t max_queue;
	struct worker *workers;
	int max_workers;
	int alive;
	int on_their_way; /* started or woken, and not yet looking at the queue */
	struct worker *idle;
	struct worker *unused;
	bool stopping;
};

static void *worker_main(void *arg);

static void init_cond(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

struct worker_pool *worker_pool_new(int max_workers, size_t max_queue)
{
	assert(max_workers > 0);
	struct worker_pool *pool = calloc(1, sizeof(*pool));
	struct worker *workers = calloc((size_t)max_workers, sizeof(*workers));

	if (!pool || !workers)
		abort();
	pthread_mutex_init(&pool->lock, NULL);
	pool->max_queue = max_queue;
	pool->max_workers = max_workers;
	pool->workers = workers;
	for (int i = max_workers - 1; i >= 0; i--) {
		workers[i].pool = pool;
		init_cond(&workers[i].wake);
		workers[i].below = pool->unused;
		pool->unused = &workers[i];
	}
	return pool;
}

static bool start_worker(struct worker_pool *pool)
{
	struct worker *worker = pool->unused;
	pthread_attr_t attr;

	if (!worker)
		return false;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	bool started = pthread_create(&worker->thread, &attr, worker_main, worker) == 0;
	pthread_attr_destroy(&attr);
	if (!started)
		return false;
	pool->unused = worker->below;
	worker->in_use = true;
	pool->alive++;
	metric_set(M_http_workers, pool->alive);
	return true;
}

/* Sends for a worker unless one is on its way. Returns the one to signal once the lock is released, or NULL. */
static struct worker *send_for_one(struct worker_pool *pool)
{
	struct worker *worker = pool->idle;

	if (pool->on_their_way > 0)
		return NULL;
	if (!worker) {
		if (start_worker(pool))
			pool->on_their_way++;
		return NULL;
	}
	pool->idle = worker->below;
	worker->is_idle = false;
	pool->on_their_way++;
	return worker;
}

bool worker_pool_submit(struct worker_pool *pool, struct exchange *exchange)
{
	struct worker *worker = NULL;

	pthread_mutex_lock(&pool->lock);
	bool accepted = pool->queued < pool->max_queue;
	if (accepted)
		worker = send_for_one(pool);
	if (pool->alive == 0)
		accepted = false;
	if (accepted) {
		exchange->next = NULL;
		*(pool->first ? &pool->last->next : &pool->first) = exchange;
		pool->last = exchange;
		metric_set(M_http_queue, (int64_t)++pool->queued);
	}
	pthread_mutex_unlock(&pool->lock);
	if (worker)
		pthread_cond_signal(&worker->wake);
	return accepted;
}

static struct exchange *take(struct worker_pool *pool)
{
	struct exchange *exchange = pool->first;

	if (exchange) {
		pool->first = exchange->next;
		metric_set(M_http_queue, (int64_t)--pool->queued);
	}
	return exchange;
}

static void forget_idle(struct worker_pool *pool, struct worker *worker)
{
	struct worker **at = &pool->idle;

	while (*at != worker)
		at = &(*at)->below;
	*at = worker->below;
	worker->is_idle = false;
}

/* Sleeps until it is sent for; false when nobody did for IDLE_SECONDS, or the pool stops. */
static bool wait_for_work(struct worker_pool *pool, struct worker *worker)
{
	struct timespec until;
	int result = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_SECONDS;
	worker->is_idle = true;
	worker->below = pool->idle;
	pool->idle = worker;
	while (worker->is_idle && !pool->stopping && result == 0)
		result = pthread_cond_timedwait(&worker->wake, &pool->lock, &until);
	if (!worker->is_idle) {
		pool->on_their_way--;
		return true;
	}
	forget_idle(pool, worker);
	return false;
}

static void run_queued(struct worker_pool *pool)
{
	struct exchange *exchange;

	while ((exchange = take(pool))) {
		struct worker *helper = pool->first ? send_for_one(pool) : NULL;
		pthread_mutex_unlock(&pool->lock);
		if (helper)
			pthread_cond_signal(&helper->wake);
		exchange_run(exchange);
		pthread_mutex_lock(&pool->lock);
	}
}

static void *worker_main(void *arg)
{
	struct worker *worker = arg;
	struct worker_pool *pool = worker->pool;

	pthread_mutex_lock(&pool->lock);
	pool->on_their_way--;
	do
		run_queued(pool);
	while (!pool->stopping && wait_for_work(pool, worker));
	/* A stopping pool joins its threads and leaves the counting to itself. */
	if (!pool->stopping) {
		worker->in_use = false;
		worker->below = pool->unused;
		pool->unused = worker;
		metric_set(M_http_workers, --pool->alive);
		pthread_detach(pthread_self());
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

void worker_pool_free(struct worker_pool **pool_at)
{
	struct worker_pool *pool = *pool_at;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	for (int i = 0; i < pool->max_workers; i++)
		pthread_cond_signal(&pool->workers[i].wake);
	pthread_mutex_unlock(&pool->lock);
	for (int i = 0; i < pool->max_workers; i++) {
		if (pool->workers[i].in_use)
			pthread_join(pool->workers[i].thread, NULL);
		pthread_cond_destroy(&pool->workers[i].wake);
	}
	assert(!pool->first);
	metric_set(M_http_workers, 0);
	pthread_mutex_destroy(&pool->lock);
	free(pool->workers);
	free(pool);
	*pool_at = NULL;
}
