/* What it costs to compile a statement of a client.
 *
 *   compile DATA UUID SQL: reads, checks and emits the statement for that base, many times; prints the median in
 * microseconds, and behind it that of SQLite's own compiling of what was emitted. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base_internal.h"
#include "base/registry.h"
#include "core/clock.h"
#include "query/sql.h"

enum { ROUNDS = 2001 };

static void check(bool fine, const struct error *err)
{
	if (fine)
		return;
	fprintf(stderr, "compile: %s\n", err->message);
	exit(1);
}

static int by_size(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static double median(double *times)
{
	qsort(times, ROUNDS, sizeof(times[0]), by_size);
	return times[ROUNDS / 2];
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void measure(struct base_read *read, struct str text)
{
	static double ours[ROUNDS], theirs[ROUNDS];
	struct error err;

	for (int i = 0; i < ROUNDS; i++) {
		double began = now_us(), emitted;
		struct arena *arena = arena_new(16 << 20);
		struct sql_statement *statement = ARENA_NEW(arena, struct sql_statement);
		struct formula_sql compiled;
		sqlite3_stmt *stmt = NULL;

		check(sql_parse(arena, text, NULL, statement, &err), &err);
		formula_sql_init(&compiled, arena, clock_now_ms(), 1);
		check(sql_check(&compiled, read->model, statement, &err), &err);
		sql_emit_select(&compiled, statement, NULL);
		emitted = now_us();
		ours[i] = emitted - began;
		check(sqlite3_prepare_v3(store_handle(read->conn), compiled.sql.at, (int)compiled.sql.len, 0, &stmt,
					 NULL) == SQLITE_OK,
		      &err);
		theirs[i] = now_us() - emitted;
		sqlite3_finalize(stmt);
		formula_sql_free(&compiled);
		arena_free(&arena);
	}
	printf("%.1f %.1f\n", median(ours), median(theirs));
}

int main(int argc, char **argv)
{
	struct base_registry_config config = { .max_open = 1, .max_readers = 1, .cache_kib = 2048 };
	struct base_registry *registry;
	struct base_read read;
	struct base *base;
	struct error err = { 0 };

	if (argc != 4 || !store_init())
		return 2;
	config.data = argv[1];
	check(base_registry_new(&config, &registry, &err), &err);
	check(base_acquire(registry, str_from_c(argv[2]), &base, &err), &err);
	check(base_read_begin(base, &read, &err), &err);
	measure(&read, str_from_c(argv[3]));
	base_read_end(&read);
	base_release(&base);
	base_registry_free(&registry);
	return 0;
}
