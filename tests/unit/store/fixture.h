/* A folder of its own for each test, and a small schema to fill a file with. */
#ifndef ATOLL_TESTS_STORE_FIXTURE_H
#define ATOLL_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

enum { FIXTURE_APPLICATION_ID = 0x41746c74 };

/* STR() for the initializer of a static array. */
#define LITERAL(text)                                                                                                  \
	{                                                                                                              \
		(text), sizeof(text) - 1                                                                               \
	}

static const struct str fixture_migrations[] = {
	LITERAL("CREATE TABLE item(id INTEGER PRIMARY KEY, text TEXT UNIQUE)"),
};

static const struct store_schema fixture_schema = {
	.application_id = FIXTURE_APPLICATION_ID,
	.migrations = fixture_migrations,
	.version = 1,
};

struct fixture {
	char folder[40], path[60];
	struct store_db *db;
	struct error err;
};

static inline void fixture_open(struct fixture *f, enum store_open_mode mode)
{
	const struct store_options options = { .mode = mode, .max_readers = 4, .cache_kib = 256 };

	assert_true(store_open(f->path, &fixture_schema, &options, &f->db, &f->err));
}

/* A folder without a file. */
static inline int fixture_setup_empty(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	(void)snprintf(f->folder, sizeof(f->folder), "/tmp/atoll_store_XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->path, sizeof(f->path), "%s/base.db", f->folder);
	*state = f;
	return 0;
}

static inline int fixture_setup(void **state)
{
	fixture_setup_empty(state);
	fixture_open(*state, STORE_CREATE);
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	char command[100];

	store_close(&f->db);
	(void)snprintf(command, sizeof(command), "rm -r '%s'", f->folder);
	int failed = system(command);
	free(f);
	return failed;
}

/* A job that inserts the text at `ctx`. */
static inline bool fixture_insert(struct store_conn *conn, void *ctx, struct error *err)
{
	sqlite3_stmt *stmt = NULL;

	if (!store_prepare_c(conn, "INSERT INTO item(text) VALUES (?1)", &stmt, err))
		return false;
	store_bind_c(stmt, 1, ctx);
	return store_run(conn, stmt, err);
}

/* The number that `sql` answers on a read connection. */
static inline int64_t fixture_read(struct fixture *f, const char *sql)
{
	struct store_conn *conn = NULL;
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	assert_true(store_read_begin(f->db, &conn, &f->err));
	assert_true(store_prepare(conn, str_from_c(sql), &stmt, &f->err));
	assert_true(store_step(conn, stmt, &row, &f->err));
	assert_true(row);
	int64_t number = store_column_int(stmt, 0);
	store_read_end(f->db, &conn);
	return number;
}

#endif
