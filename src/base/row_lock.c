/* Locking and unlocking rows. A row that is locked already keeps its holder; archived rows can't be locked. */
#include "base/base_internal.h"

#include "core/json_in.h"

struct lock {
	const struct table_ref *ref;
	const cJSON *row_ids;
	bool lock;
};

bool check_row_ids(const cJSON *row_ids, struct error *err)
{
	const cJSON *id = NULL;

	if (!cJSON_IsArray(row_ids))
		return FAIL_WITH(err, param_invalid, STR("row_ids"));
	if (cJSON_GetArraySize(row_ids) > BASE_MAX_DELETES)
		return FAIL_WITH(err, rows_limit, STR("10000"));
	cJSON_ArrayForEach(id, row_ids)
	{
		if (!cJSON_IsString(id))
			return FAIL_WITH(err, param_invalid, STR("row_ids"));
	}
	return true;
}

static struct str lock_sql(const struct lock *lock, struct arena *arena, struct str table_id)
{
	const char *format =
		lock->lock ? "UPDATE \"rows_%.*s\" SET _locked_by = ?2 WHERE _id = ?1 AND _locked_by IS NULL AND NOT "
			     "_archived"
			   : "UPDATE \"rows_%.*s\" SET _locked_by = ?2 WHERE _id = ?1 AND _locked_by IS NOT NULL";

	return str_format(arena, format, STR_ARG(table_id));
}

static bool lock_rows(const struct lock *lock, struct change *change, const struct table *table, int64_t *changed,
		      struct json_out *ids, struct error *err)
{
	struct str sql = lock_sql(lock, change->arena, table->id);
	struct str holder = lock->lock ? change->actor->author : (struct str){ 0 };
	const cJSON *id = NULL;
	sqlite3_stmt *stmt;

	cJSON_ArrayForEach(id, lock->row_ids)
	{
		if (!store_prepare(change->conn, sql, &stmt, err))
			return false;
		store_bind_str(stmt, 1, json_str(id));
		store_bind_str(stmt, 2, holder);
		if (!store_run(change->conn, stmt, err))
			return false;
		if (store_changes(change->conn) == 0)
			continue;
		json_string(ids, json_str(id));
		++*changed;
	}
	return true;
}

static bool lock_job(struct change *change, void *ctx, struct error *err)
{
	const struct lock *lock = ctx;
	const struct table *table = change_find_table(change, lock->ref, err);
	struct journal journal;
	int64_t changed = 0;
	bool ok;

	if (!table)
		return false;
	journal_open(&journal, lock->lock ? "lock_rows" : "unlock_rows", table->id);
	json_key(&journal.out, "row_ids");
	json_array(&journal.out);
	ok = lock_rows(lock, change, table, &changed, &journal.out, err);
	json_array_end(&journal.out);
	json_field_str(&journal.out, "locked_by", change->actor->author);
	if (ok && changed > 0)
		ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

bool base_lock_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		    const struct table_ref *table, const cJSON *row_ids, bool lock, struct error *err)
{
	struct change change = change_new(base, arena, actor);
	struct lock job = { .ref = table, .row_ids = row_ids, .lock = lock };
	bool ok = check_row_ids(row_ids, err) && change_run(&change, lock_job, &job, err);

	change_end(&change);
	return ok;
}
