/* The audit: who changed what in the catalog. Rows are appended in the write that makes the change, so that neither is
 * there without the other. */
#include "catalog/catalog.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/json_out.h"
#include "store/sql.h"

enum { DETAIL_MAX_BYTES = 64 * 1024 };

static bool append(struct store_conn *conn, int64_t team_id, struct str actor, struct str action, struct str detail,
		   struct error *err)
{
	return store_run_sql(conn,
			     SQL("INSERT INTO audit (at, team_id, actor, action, detail) "
				 "VALUES (?1, nullif(?2, 0), ?3, ?4, ?5)",
				 SQL_INT(clock_now_ms()), SQL_INT(team_id), SQL_STR(actor), SQL_STR(action),
				 SQL_STR(detail)),
			     err);
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
				    : append(conn, team_id, actor, action, buf_str(&text), err);
	buf_free(&text);
	return ok;
}
