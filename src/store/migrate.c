/* A file's schema version: PRAGMA user_version counts the migrations applied to it. */
#include "core/arena.h"
#include "store/store_internal.h"

static bool read_pragma(struct store_conn *conn, const char *sql, int64_t *out, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	if (!store_prepare(conn, str_from_c(sql), &stmt, err) || !store_step(conn, stmt, &row, err))
		return false;
	*out = row ? store_column_int(stmt, 0) : 0;
	store_reset(stmt);
	return true;
}

static bool apply(struct store_conn *conn, const struct store_schema *schema, int64_t from, struct error *err)
{
	struct arena *arena = arena_new(SIZE_MAX);
	bool fine = true;

	for (int64_t version = from; fine && version < schema->version; version++)
		fine = store_exec(conn, str_to_c(arena, schema->migrations[version]), err);
	const char *stamp = str_format(arena, "PRAGMA application_id = %d; PRAGMA user_version = %d",
				       (int)schema->application_id, schema->version)
				    .at;
	fine = fine && store_exec(conn, stamp, err);
	arena_free(&arena);
	return fine;
}

bool migrate(struct store_conn *conn, const struct store_schema *schema, bool fresh, struct error *err)
{
	int64_t version = 0, application_id = 0;
	bool fine = false;

	/* Locked from the start: of two processes that open an old file at once, one migrates it. */
	if (!store_exec(conn, "BEGIN IMMEDIATE", err))
		return false;
	if (!read_pragma(conn, "PRAGMA application_id", &application_id, err) ||
	    !read_pragma(conn, "PRAGMA user_version", &version, err))
		goto out;
	fresh = fresh && application_id == 0 && version == 0;
	if (!fresh && (uint32_t)application_id != schema->application_id) {
		FAIL(err, base_damaged);
		goto out;
	}
	if (version > schema->version) {
		FAIL(err, base_too_new);
		goto out;
	}
	fine = version == schema->version || apply(conn, schema, version, err);
out:
	if (fine)
		return store_exec(conn, "COMMIT", err);
	struct error ignored;
	(void)store_exec(conn, "ROLLBACK", &ignored);
	return false;
}
