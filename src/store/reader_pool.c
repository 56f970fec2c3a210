/* Read connections of a file: opened when all others are in use, kept afterwards. */
#include <assert.h>
#include <stdlib.h>

#include "store/store_internal.h"

void reader_pool_init(struct reader_pool *pool, int max)
{
	assert(max > 0);
	*pool = (struct reader_pool){ .max = max, .idle = calloc((size_t)max, sizeof(struct store_conn *)) };
	if (!pool->idle)
		abort();
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->returned, NULL);
}

void reader_pool_destroy(struct reader_pool *pool)
{
	assert(pool->idle_count == pool->open_count); /* else a caller still reads */
	for (int i = 0; i < pool->idle_count; i++)
		conn_close(&pool->idle[i]);
	free(pool->idle);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->returned);
}

/* An idle connection, or NULL when the caller is to open one (it is counted already). */
static struct store_conn *take(struct reader_pool *pool)
{
	struct store_conn *conn = NULL;

	pthread_mutex_lock(&pool->lock);
	while (pool->idle_count == 0 && pool->open_count == pool->max)
		pthread_cond_wait(&pool->returned, &pool->lock);
	if (pool->idle_count > 0)
		conn = pool->idle[--pool->idle_count];
	else
		pool->open_count++;
	pthread_mutex_unlock(&pool->lock);
	return conn;
}

/* NULL: the connection that was counted could not be opened, or had to be closed. */
static void give_back(struct reader_pool *pool, struct store_conn *conn)
{
	pthread_mutex_lock(&pool->lock);
	if (conn)
		pool->idle[pool->idle_count++] = conn;
	else
		pool->open_count--;
	pthread_cond_signal(&pool->returned);
	pthread_mutex_unlock(&pool->lock);
}

bool store_read_begin(struct store_db *db, struct store_conn **out, struct error *err)
{
	struct store_conn *conn = take(&db->readers);

	if (!conn && !conn_open(db->path, db->on_open, CONN_READER, db->cache_kib, &conn, err)) {
		give_back(&db->readers, NULL);
		return false;
	}
	if (!conn_run(conn, STR("BEGIN"), err)) {
		give_back(&db->readers, conn);
		return false;
	}
	*out = conn;
	return true;
}

bool store_read_begin_apart(struct store_db *db, struct store_conn **out, struct error *err)
{
	if (!conn_open(db->path, db->on_open, CONN_READER, db->cache_kib, out, err))
		return false;
	if (conn_run(*out, STR("BEGIN"), err))
		return true;
	conn_close(out);
	return false;
}

void store_read_end_apart(struct store_conn **conn)
{
	conn_end_statements(*conn);
	conn_close(conn);
}

void store_read_end(struct store_db *db, struct store_conn **conn)
{
	struct error ignored;

	conn_end_statements(*conn);
	if (!sqlite3_get_autocommit((*conn)->handle))
		(void)conn_run(*conn, STR("COMMIT"), &ignored);
	/* Where even that fails (interrupted, forbidden by an authorizer), no later reader may inherit the old
	 * snapshot. */
	if (!sqlite3_get_autocommit((*conn)->handle))
		conn_close(conn);
	give_back(&db->readers, *conn);
	*conn = NULL;
}
