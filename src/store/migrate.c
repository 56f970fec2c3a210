/* A file's schema version: PRAGMA user_version counts the migrations applied to it, PRAGMA application_id tells whose
 * it is. */
#include "core/arena.h"
#include "store/store_internal.h"

struct stamp {
	int64_t application_id, user_version, schema_version;
};

static bool read_stamp(struct store_conn *conn, struct stamp *stamp, struct error *err)
{
	const struct {
		struct str sql;
		int64_t *into;
	} pragmas[] = {
		{ STR("PRAGMA application_id"), &stamp->application_id },
		{ STR("PRAGMA user_version"), &stamp->user_version },
		{ STR("PRAGMA schema_version"), &stamp->schema_version },
	};

	for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]); i++) {
		if (!conn_read_int(conn, pragmas[i].sql, pragmas[i].into, err))
			return false;
	}
	return true;
}

static bool check_stamp(const struct stamp *stamp, const struct store_schema *schema, bool may_be_new,
			struct error *err)
{
	bool is_new = stamp->application_id == 0 && stamp->user_version == 0 && stamp->schema_version == 0;

	if (is_new && may_be_new)
		return true;
	if ((uint32_t)stamp->application_id != schema->application_id || stamp->user_version < 0)
		return FAIL(err, base_damaged);
	if (stamp->user_version > schema->version)
		return FAIL(err, base_too_new);
	return true;
}

static bool apply(struct store_conn *conn, const struct store_schema *schema, int64_t from, struct error *err)
{
	struct arena *arena = arena_new(SIZE_MAX);
	bool fine = true;

	for (int64_t version = from; fine && version < schema->version; version++)
		fine = store_exec(conn, str_to_c(arena, schema->migrations[version]), err);
	struct str stamp = str_format(arena, "PRAGMA application_id = %d; PRAGMA user_version = %d",
				      (int)schema->application_id, schema->version);
	fine = fine && store_exec(conn, stamp.at, err);
	arena_free(&arena);
	return fine;
}

bool migrate(struct store_conn *conn, const struct store_schema *schema, bool may_be_new, struct error *err)
{
	struct stamp stamp;
	struct error ignored;

	/* Looked at before anything is written: what is not ours stays as it is. */
	if (!read_stamp(conn, &stamp, err) || !check_stamp(&stamp, schema, may_be_new, err) ||
	    !conn_enable_wal(conn, err))
		return false;
	if (stamp.user_version == schema->version)
		return true;
	/* Looked at again under the lock: of two processes that open an old file at once, one migrates it. */
	if (!store_exec(conn, "BEGIN IMMEDIATE", err))
		return false;
	if (read_stamp(conn, &stamp, err) && check_stamp(&stamp, schema, may_be_new, err) &&
	    apply(conn, schema, stamp.user_version, err) && store_exec(conn, "COMMIT", err))
		return true;
	if (!sqlite3_get_autocommit(conn->handle))
		(void)store_exec(conn, "ROLLBACK", &ignored);
	return false;
}
