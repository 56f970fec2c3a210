/* The audit: who changed what in the catalog. Rows are appended in the write that makes the change, so that neither is
 * there without the other. */
#include "catalog/catalog.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/json_out.h"
#include "store/store.h"

enum { DETAIL_MAX_BYTES = 64 * 1024 };

bool audit_append(struct store_conn *conn, int64_t team_id, struct str actor, struct str action, struct str detail,
		  struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	if (!store_prepare_c(conn,
			     "INSERT INTO audit (at, team_id, actor, action, detail) "
			     "VALUES (?1, nullif(?2, 0), ?3, ?4, ?5)",
			     &stmt, err))
		return false;
	store_bind_int(stmt, 1, clock_now_ms());
	store_bind_int(stmt, 2, team_id);
	store_bind_str(stmt, 3, actor);
	store_bind_str(stmt, 4, action);
	store_bind_str(stmt, 5, detail);
	return store_run(conn, stmt, err);
}

bool audit_note(struct store_conn *conn, int64_t team_id, struct str actor, struct str action,
		const struct audit_field *fields, size_t count, struct error *err)
{
	struct buf text;
	buf_init(&text, DETAIL_MAX_BYTES);
	struct json_out out = json_out_to(&text);
	json_object(&out);
	for (size_t i = 0; i < count; i++) {
		if (fields[i].value.at)
			json_field_str(&out, fields[i].key, fields[i].value);
	}
	json_object_end(&out);
	bool ok = buf_failed(&text) ? FAIL(err, request_too_complex)
				    : audit_append(conn, team_id, actor, action, buf_str(&text), err);
	buf_free(&text);
	return ok;
}
