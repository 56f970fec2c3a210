/* Read connections of a file: opened when all others are in use, kept afterwards. */
#include <stdlib.h>

#include "store/store_internal.h"

bool reader_pool_init(struct reader_pool *pool, int max)
{
	*pool = (struct reader_pool){ .max = max };
	pool->idle = calloc((size_t)max, sizeof(struct store_conn *));
	if (!pool->idle)
		return false;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->returned, NULL);
	return true;
}

void reader_pool_destroy(struct reader_pool *pool)
{
	if (!pool->idle)
		return;
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
	sqlite3_stmt *begin = NULL;

	if (!conn && !conn_open(db->path, &db->schema, CONN_READER, db->cache_kib, false, &conn, err)) {
		give_back(&db->readers, NULL);
		return false;
	}
	if (!store_prepare_c(conn, "BEGIN", &begin, err) || !store_run(conn, begin, err)) {
		give_back(&db->readers, conn);
		return false;
	}
	*out = conn;
	return true;
}

void store_read_end(struct store_db *db, struct store_conn **conn)
{
	sqlite3_stmt *end = NULL;
	struct error ignored;

	conn_end_statements(*conn);
	if (store_prepare_c(*conn, "COMMIT", &end, &ignored))
		(void)store_run(*conn, end, &ignored);
	give_back(&db->readers, *conn);
	*conn = NULL;
}
