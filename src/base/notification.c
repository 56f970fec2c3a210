/* Notifications: what a base tells persons of what others did in it (base-operations.md 3.9). They are made in the
 * change that they tell of. Nobody is told of their own doing, and an application's token is nobody to tell. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "store/sql.h"

enum { KEPT_PER_USER = 1000 };

static const struct str person_mark = { "@auth.local", 11 };

/* ---- making ---- */

static bool is_told(const struct change *change, struct str user)
{
	return user.len > person_mark.len && !str_equal(user, change->actor->author) &&
	       str_equal(str_slice(user, user.len - person_mark.len, user.len), person_mark);
}

static bool tell(struct change *change, struct str user, const char *msg_type, struct str detail, struct error *err)
{
	if (!is_told(change, user))
		return true;
	return store_run_sql(
		       change->conn,
		       SQL("INSERT INTO notification(username, msg_type, created_at, detail) VALUES (?1, ?2, ?3, ?4)",
			   SQL_STR(user), SQL_STR(str_from_c(msg_type)), SQL_INT(change->now_ms), SQL_STR(detail)),
		       err) &&
	       store_run_sql(change->conn,
			     SQL("DELETE FROM notification WHERE username = ?1 AND id <= (SELECT id FROM notification "
				 "WHERE username = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
				 SQL_STR(user), SQL_INT(KEPT_PER_USER)),
			     err);
}

/* {"author", "table_id", "row_id", <name>: <value>} */
static struct str detail_of(const struct change *change, struct str table_id, struct str row_id, const char *name,
			    struct str value)
{
	struct json_out out;
	struct buf text;
	struct str detail;

	buf_init(&text, 1 << 20);
	out = json_out_to(&text);
	json_object(&out);
	json_field_str(&out, "author", change->actor->author);
	json_field_str(&out, "table_id", table_id);
	json_field_str(&out, "row_id", row_id);
	json_field_str(&out, name, value);
	json_object_end(&out);
	detail = str_copy(change->arena, buf_str(&text));
	buf_free(&text);
	return detail;
}

/* Tells everybody whom `sql` finds for the row (?1); the rows are read before the first is told. */
static bool tell_found(struct change *change, struct str sql, struct str row_id, struct map *told, struct str detail,
		       struct error *err)
{
	struct str *users = NULL;
	size_t count = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, row_id);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		users = arena_more(change->arena, users, count, sizeof(*users));
		users[count++] = store_column_copy(change->arena, stmt, 0);
	}
	for (size_t i = 0; ok && i < count; i++) {
		if (map_put(told, users[i], told))
			ok = tell(change, users[i], "row_comment", detail, err);
	}
	return ok;
}

bool notify_comment(struct change *change, const struct table *table, struct str row_id, struct str text,
		    const cJSON *mentioned, struct error *err)
{
	const cJSON *user;

	struct str detail = detail_of(change, table->id, row_id, "comment", text);
	struct map *told = map_new(change->arena, 16);

	if (!tell_found(change, STR("SELECT DISTINCT author FROM comment WHERE row_id = ?1"), row_id, told, detail,
			err))
		return false;
	cJSON_ArrayForEach(user, mentioned)
	{
		if (map_put(told, json_str(user), told) && !tell(change, json_str(user), "row_comment", detail, err))
			return false;
	}
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = table->columns[i];
		struct str sql;

		if (column->type->id != TYPE_collaborator)
			continue;
		sql = str_format(
			change->arena,
			"SELECT item.value FROM \"rows_%.*s\" AS r, json_each(r.\"%.*s\") AS item WHERE r._id = ?1",
			STR_ARG(table->id), STR_ARG(column->key));
		if (!tell_found(change, sql, row_id, told, detail, err))
			return false;
	}
	return true;
}

bool column_notifies(const struct column *column)
{
	return column->type->id == TYPE_collaborator &&
	       cJSON_IsTrue(json_get(column->data_tree, "enable_send_notification"));
}

static const cJSON *users_of(const struct cell *cell, struct arena *arena)
{
	struct error ignored;
	cJSON *list;

	return cell && cell->kind == CELL_TEXT && json_parse(arena, cell->text, &list, &ignored) ? list : NULL;
}

bool notify_collaborators(struct change *change, const struct table *table, const struct column *column,
			  struct str row_id, const struct cell *before, const struct cell *after, struct error *err)
{
	const cJSON *old = users_of(before, change->arena), *user, *other;
	struct str detail = detail_of(change, table->id, row_id, "column_key", column->key);

	cJSON_ArrayForEach(user, users_of(after, change->arena))
	{
		bool was_there = false;

		cJSON_ArrayForEach(other, old) was_there = was_there || str_equal(json_str(user), json_str(other));
		if (!was_there && !tell(change, json_str(user), "selected_collaborator", detail, err))
			return false;
	}
	return true;
}

/* ---- reading ---- */

bool base_list_notifications(struct base *base, struct str username, int page, int per_page, struct json_out *out,
			     struct error *err)
{
	struct store_conn *conn;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	ok = store_prepare_c(conn,
			     "SELECT id, username, msg_type, created_at, detail, seen FROM notification "
			     "WHERE username = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3",
			     &stmt, err);
	if (ok) {
		store_bind_str(stmt, 1, username);
		store_bind_int(stmt, 2, per_page);
		store_bind_int(stmt, 3, ((int64_t)page - 1) * per_page);
	}
	json_array(out);
	while (ok && (ok = store_step(conn, stmt, &row, err)) && row) {
		json_object(out);
		json_field_int(out, "id", store_column_int(stmt, 0));
		json_field_str(out, "username", store_column_str(stmt, 1));
		json_field_str(out, "dtable_uuid", str_from_c(base->uuid));
		json_field_str(out, "msg_type", store_column_str(stmt, 2));
		field_time_z(out, "created_at", store_column_int(stmt, 3));
		json_key(out, "detail");
		json_raw(out, store_column_str(stmt, 4));
		json_field_int(out, "seen", store_column_int(stmt, 5));
		json_object_end(out);
	}
	json_array_end(out);
	store_read_end(base->db, &conn);
	return ok;
}

/* ---- the owner's changes; they are no changes of the base, so nothing is journaled ---- */

struct mark {
	struct str username;
	int64_t id; /* 0 = all */
	bool seen;
	bool found;
};

static bool mark_job(struct store_conn *conn, void *ctx, struct error *err)
{
	struct mark *mark = ctx;

	return store_find_any(conn,
			      SQL("SELECT 1 FROM notification WHERE username = ?1 AND id = ?2", SQL_STR(mark->username),
				  SQL_INT(mark->id)),
			      &mark->found, err) &&
	       store_run_sql(conn,
			     SQL("UPDATE notification SET seen = ?3 WHERE username = ?1 AND (?2 = 0 OR id = ?2)",
				 SQL_STR(mark->username), SQL_INT(mark->id), SQL_INT(mark->seen)),
			     err);
}

bool base_mark_notifications(struct base *base, struct str username, int64_t id, bool seen, struct error *err)
{
	struct mark mark = { .username = username, .id = id, .seen = seen };

	return store_write(base->db, mark_job, &mark, err) &&
	       (id == 0 || mark.found || FAIL(err, notification_not_found));
}

static bool delete_job(struct store_conn *conn, void *ctx, struct error *err)
{
	return store_run_sql(conn, SQL("DELETE FROM notification WHERE username = ?1", SQL_STR(*(struct str *)ctx)),
			     err);
}

bool base_delete_notifications(struct base *base, struct str username, struct error *err)
{
	return store_write(base->db, delete_job, &username, err);
}
