/* The write queue of a file: group commit.
 *
 * Threads that call store_write() put a job into the queue. Who finds nobody leading becomes the leader: it takes what
 * is queued, runs it in one transaction, each job in a savepoint, commits once, and wakes those it has answered. Jobs
 * that came meanwhile are led by the first of them, so nobody leads for others for ever. Each thread sleeps on a
 * semaphore of its own job; nobody is woken for nothing. */
#include <assert.h>
#include <semaphore.h>

#include "core/metric.h"
#include "store/store_internal.h"

enum { BATCH_MAX = 256 }; /* jobs in one commit */

struct write_job {
	store_job run;
	void *ctx;
	struct error *err;
	bool fine;
	bool answered; /* else it was woken to lead */
	sem_t wake;
	struct write_job *next;
};

void write_queue_init(struct write_queue *queue)
{
	*queue = (struct write_queue){ 0 };
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->idle, NULL);
}

void write_queue_finish(struct write_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->busy)
		pthread_cond_wait(&queue->idle, &queue->lock);
	pthread_mutex_unlock(&queue->lock);
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->idle);
}

/* One job in the open transaction. Returns false when the whole transaction is lost with it: SQLite itself rolls back
 * on a full disk and the like. */
static bool run_job(struct store_conn *conn, struct write_job *job, bool alone)
{
	struct error ignored;

	if (!alone && !conn_run(conn, STR("SAVEPOINT job"), job->err))
		return false;
	job->fine = job->run(conn, job->ctx, job->err);
	conn_end_statements(conn);
	if (sqlite3_get_autocommit(conn->handle))
		return false;
	if (job->fine)
		return alone || conn_run(conn, STR("RELEASE job"), job->err);
	if (alone)
		return false; /* rolling back the transaction is all there is to do */
	return conn_run(conn, STR("ROLLBACK TO job"), &ignored) && conn_run(conn, STR("RELEASE job"), &ignored);
}

static void fail_all(struct write_job *jobs, const struct error *err)
{
	for (struct write_job *job = jobs; job; job = job->next) {
		if (job->fine)
			*job->err = *err;
		job->fine = false;
	}
}

static void roll_back(struct store_conn *conn)
{
	struct error ignored;

	if (!sqlite3_get_autocommit(conn->handle))
		(void)store_exec(conn, "ROLLBACK", &ignored);
}

/* The transaction ended before its commit. A job that failed by itself keeps its own error; the others get the reason,
 * which is the culprit's only when it speaks of the storage. */
static void abandon(struct store_conn *conn, struct write_job *jobs, const struct write_job *culprit)
{
	struct error reason = *culprit->err;

	if (reason.code != E_storage_full && reason.code != E_base_damaged)
		FAIL(&reason, storage_failed);
	roll_back(conn);
	for (struct write_job *job = culprit->next; job; job = job->next)
		job->fine = true; /* did not run: fail_all() tells it why */
	fail_all(jobs, &reason);
}

static void run_batch(struct store_conn *conn, struct write_job *jobs)
{
	struct error err;
	bool alone = !jobs->next;
	int written = 0;

	if (!conn_run(conn, STR("BEGIN IMMEDIATE"), &err)) {
		for (struct write_job *job = jobs; job; job = job->next)
			job->fine = true;
		fail_all(jobs, &err);
		return;
	}
	for (struct write_job *job = jobs; job; job = job->next) {
		if (!run_job(conn, job, alone)) {
			abandon(conn, jobs, job);
			return;
		}
		written += job->fine;
	}
	if (!conn_run(conn, STR("COMMIT"), &err)) {
		roll_back(conn);
		fail_all(jobs, &err);
		return;
	}
	metric_add(M_store_commits_total, 1);
	metric_add(M_store_writes_total, written);
}

/* Takes up to BATCH_MAX jobs off the queue, in their order. */
static struct write_job *take_batch(struct write_queue *queue)
{
	struct write_job *jobs = queue->first, *last = jobs;

	for (int count = 1; last->next && count < BATCH_MAX; count++)
		last = last->next;
	queue->first = last->next;
	if (!queue->first)
		queue->last = NULL;
	last->next = NULL;
	return jobs;
}

static void lead(struct store_db *db, struct write_job *own)
{
	struct write_queue *queue = &db->queue;

	pthread_mutex_lock(&queue->lock);
	struct write_job *jobs = take_batch(queue);
	pthread_mutex_unlock(&queue->lock);
	assert(jobs == own); /* the leader is always the first of the queue */

	run_batch(db->writer, jobs);
	for (struct write_job *job = jobs->next, *next; job; job = next) {
		next = job->next; /* the job is gone once its thread wakes */
		job->answered = true;
		sem_post(&job->wake);
	}
	conn_checkpoint_if_due(db->writer);

	pthread_mutex_lock(&queue->lock);
	struct write_job *heir = queue->first;
	queue->busy = heir != NULL;
	if (!heir)
		pthread_cond_broadcast(&queue->idle);
	pthread_mutex_unlock(&queue->lock);
	if (heir)
		sem_post(&heir->wake);
}

bool store_write(struct store_db *db, store_job run, void *ctx, struct error *err)
{
	struct write_job job = { .run = run, .ctx = ctx, .err = err };
	struct write_queue *queue = &db->queue;

	*err = (struct error){ 0 };
	sem_init(&job.wake, 0, 0);
	pthread_mutex_lock(&queue->lock);
	if (queue->last)
		queue->last->next = &job;
	else
		queue->first = &job;
	queue->last = &job;
	bool leads = !queue->busy;
	queue->busy = true;
	pthread_mutex_unlock(&queue->lock);

	if (!leads) {
		while (sem_wait(&job.wake) != 0)
			; /* interrupted by a signal */
	}
	if (!job.answered)
		lead(db, &job);
	sem_destroy(&job.wake);
	return job.fine;
}
