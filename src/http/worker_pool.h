/* The threads that run handlers. They are started as load asks for them, woken last-idle-first (its stack is warm), and
 * end after some idle seconds, so that a quiet server holds none. */
#ifndef ATOLL_HTTP_WORKER_POOL_H
#define ATOLL_HTTP_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct exchange;
struct worker_pool;

/* At most `max_workers` threads and `max_queue` waiting exchanges. */
struct worker_pool *worker_pool_new(int max_workers, size_t max_queue);
/* Queues the exchange for exchange_run(); false when the queue is full or no thread can be had. */
bool worker_pool_submit(struct worker_pool *pool, struct exchange *exchange);
/* Runs what is queued, ends and joins the threads. */
void worker_pool_free(struct worker_pool **pool);

#endif
