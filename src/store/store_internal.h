/* What the files of store/ share. */
#ifndef ATOLL_STORE_INTERNAL_H
#define ATOLL_STORE_INTERNAL_H

#include <pthread.h>
#include <stddef.h>

#include "store/store.h"

enum {
	STATEMENT_CACHE = 64,
	BUSY_TIMEOUT_MS = 10000, /* the command line may write while the server does */
};

struct cached_statement {
	uint64_t hash;
	sqlite3_stmt *stmt; /* NULL = free */
	uint64_t used_at;   /* the connection's tick at the last use */
};

struct store_conn {
	sqlite3 *handle;
	struct cached_statement cache[STATEMENT_CACHE];
	uint64_t tick;
};

struct write_job; /* a write that waits for its commit; lies on the stack of its thread */

struct write_queue {
	pthread_mutex_t lock;
	struct write_job *first, *last;
	bool busy; /* somebody leads */
	pthread_cond_t idle;
};

struct reader_pool {
	pthread_mutex_t lock;
	pthread_cond_t returned;
	struct store_conn **idle; /* a stack: the one used last is the warmest */
	int idle_count, open_count, max;
};

struct store_db {
	char *path;
	bool (*on_open)(sqlite3 *handle); /* of the schema, or NULL */
	int cache_kib;
	struct store_conn *writer; /* used by whoever leads the queue */
	struct write_queue queue;
	struct reader_pool readers;
};

enum conn_kind { CONN_WRITER, CONN_READER };

/* Opens one connection to a file that exists, with the settings that all share. */
bool conn_open(const char *path, bool (*on_open)(sqlite3 *), enum conn_kind kind, int cache_kib,
	       struct store_conn **out, struct error *err);
/* Finalizes its statements, closes it and sets *conn to NULL. NULL is fine. */
void conn_close(struct store_conn **conn);
/* Fills err from a SQLite result code and logs what a client must not see. Always false. */
bool conn_fail(struct store_conn *conn, int code, struct error *err);
/* The same from an errno, without the log. */
bool conn_fail_system(int system_error, struct error *err);

/* Runs a fixed text without values from the cache. */
bool conn_run(struct store_conn *conn, struct str sql, struct error *err);
/* The number that a text without values answers. */
bool conn_read_int(struct store_conn *conn, struct str sql, int64_t *out, struct error *err);
/* Ends every statement that still has rows to give, and the progress handler: what a caller left behind. */
void conn_end_statements(struct store_conn *conn);

/* Turns the file to WAL mode, for good, and leaves its checkpoints to us. Not inside a transaction. */
bool conn_enable_wal(struct store_conn *conn, struct error *err);
/* Moves the WAL into the file when enough has been written. Not inside a transaction. */
void conn_checkpoint_if_due(struct store_conn *conn);

/* Brings the file to the schema's newest version, or refuses it. `may_be_new`: an empty file is fine, too. */
bool migrate(struct store_conn *conn, const struct store_schema *schema, bool may_be_new, struct error *err);

void write_queue_init(struct write_queue *queue);
/* Waits until nobody writes any more, and destroys the queue. */
void write_queue_finish(struct write_queue *queue);
void reader_pool_init(struct reader_pool *pool, int max);
void reader_pool_destroy(struct reader_pool *pool);

#endif
