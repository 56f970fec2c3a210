/* What the files of store/ share. */
#ifndef ATOLL_STORE_INTERNAL_H
#define ATOLL_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "store/store.h"

enum { STATEMENT_CACHE = 64 };

struct cached_statement {
	uint64_t hash;
	sqlite3_stmt *stmt; /* NULL = free */
	uint64_t used_at;   /* the connection's tick at the last use */
};

struct store_conn {
	sqlite3 *handle;
	struct cached_statement cache[STATEMENT_CACHE];
	uint64_t tick;
	int wal_pages; /* pages in the WAL after this connection's last commit */
	void *attached;
	void (*release)(void *);
};

/* A write that waits for its commit; lies on the stack of its thread. */
struct write_job;

struct write_queue {
	pthread_mutex_t lock;
	struct write_job *first, *last;
	bool busy; /* somebody leads */
};

struct reader_pool {
	pthread_mutex_t lock;
	pthread_cond_t returned;
	struct store_conn **idle; /* a stack: the one used last is the warmest */
	int idle_count, open_count, max;
};

struct store_db {
	char *path;
	struct store_schema schema; /* a copy; its migrations are read while opening only */
	int cache_kib;
	struct store_conn *writer; /* used by whoever leads the queue */
	struct write_queue queue;
	struct reader_pool readers;
};

enum conn_kind { CONN_WRITER, CONN_READER };

/* Opens one connection with the settings that all share. `create` lets SQLite make the file. */
bool conn_open(const char *path, const struct store_schema *schema, enum conn_kind kind, int cache_kib, bool create,
	       struct store_conn **out, struct error *err);
/* Finalizes its statements, closes it and sets *conn to NULL. NULL is fine. */
void conn_close(struct store_conn **conn);

/* Ends every statement that still has rows to give: what an early return of a caller left behind. */
void conn_end_statements(struct store_conn *conn);

/* Fills err from a SQLite result code and logs what a client must not see. Always false. */
bool conn_fail(struct store_conn *conn, int code, struct error *err);

/* Brings the file to the schema's newest version, or refuses it. `fresh` = the file was just made. */
bool migrate(struct store_conn *conn, const struct store_schema *schema, bool fresh, struct error *err);

void write_queue_init(struct write_queue *queue);
void write_queue_destroy(struct write_queue *queue);
bool reader_pool_init(struct reader_pool *pool, int max);
void reader_pool_destroy(struct reader_pool *pool);

#endif
