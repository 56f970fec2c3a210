/* Auto-links: every pair of rows whose cells are equal in the given columns (base-operations.md 3.3-15). One statement
 * joins the two tables; selects are compared by their options' names, since ids belong to one column. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "model/link.h"
#include "store/sql.h"

enum { MAX_KEYS = 8, TASKS_REMEMBERED = 100000 };

struct match {
	const struct base_match_links *query;
	const struct link *link;
	const struct table *tables[2];
	const struct column *columns[2][MAX_KEYS];
	size_t key_count;
	struct str task_id;
};

/* What the cells of two columns have in common: only columns of one kind can be equal. */
enum match_kind { MATCH_NOTHING, MATCH_TEXT, MATCH_NUMBER, MATCH_OPTION, MATCH_JSON };

static enum match_kind kind_of(const struct column *column)
{
	switch (column->type->id) {
	case TYPE_single_select:
		return MATCH_OPTION;
	case TYPE_multiple_select:
		return MATCH_NOTHING;
	default:
		break;
	}
	switch (column->type->storage) {
	case STORED_TEXT:
		return MATCH_TEXT;
	case STORED_NUMBER:
	case STORED_BOOL:
	case STORED_INTEGER:
		return MATCH_NUMBER;
	case STORED_JSON:
		return MATCH_JSON;
	default:
		return MATCH_NOTHING;
	}
}

static bool read_keys(struct match *match, struct error *err)
{
	static const char *const names[] = { "table1_key", "table2_key" };
	const cJSON *pair;

	if (!cJSON_IsArray(match->query->keys) || !match->query->keys->child ||
	    cJSON_GetArraySize(match->query->keys) > MAX_KEYS)
		return FAIL_WITH(err, param_invalid, STR("matching_keys"));
	cJSON_ArrayForEach(pair, match->query->keys)
	{
		enum match_kind kinds[2];

		for (int side = 0; side < 2; side++) {
			struct str key = json_get_str(pair, names[side]);
			const struct column *column = table_find_column(match->tables[side], key);

			if (!column)
				return FAIL_WITH(err, column_not_found, key.at ? key : str_from_c(names[side]));
			match->columns[side][match->key_count] = column;
			kinds[side] = kind_of(column);
		}
		if (kinds[0] != kinds[1] || kinds[0] == MATCH_NOTHING)
			return FAIL_WITH(err, column_cannot_match, match->columns[0][match->key_count]->name);
		match->key_count++;
	}
	return true;
}

/* "SELECT _id, ... FROM rows": the values to be compared as m0, m1 ..., rows with an empty one left out. Options by
 * name: option_name()'s column is parameter 1 + side * MAX_KEYS + key. */
static void write_side(const struct match *match, int side, struct buf *sql)
{
	buf_printf(sql, "SELECT _id");
	for (size_t i = 0; i < match->key_count; i++) {
		const struct column *column = match->columns[side][i];

		if (kind_of(column) == MATCH_OPTION)
			buf_printf(sql, ", option_name(\"%.*s\", ?%d) AS m%zu", STR_ARG(column->key),
				   1 + side * MAX_KEYS + (int)i, i);
		else
			buf_printf(sql, ", \"%.*s\" AS m%zu", STR_ARG(column->key), i);
	}
	buf_printf(sql, " FROM \"rows_%.*s\" WHERE 1", STR_ARG(match->tables[side]->id));
	for (size_t i = 0; i < match->key_count; i++)
		buf_printf(sql, " AND \"%.*s\" IS NOT NULL", STR_ARG(match->columns[side][i]->key));
}

static struct str match_sql(const struct match *match, struct arena *arena)
{
	struct str text;
	struct buf sql;

	buf_init(&sql, 1 << 20);
	buf_printf(&sql, "INSERT OR IGNORE INTO \"links_%.*s\"(row1, row2, order1, order2) WITH a AS MATERIALIZED (",
		   STR_ARG(match->link->id));
	write_side(match, 0, &sql);
	buf_printf(&sql, "), b AS MATERIALIZED (");
	write_side(match, 1, &sql);
	buf_printf(&sql,
		   ") SELECT a._id, b._id, ?%d + row_number() OVER (), ?%d + row_number() OVER () FROM a JOIN b ON ",
		   1 + 2 * MAX_KEYS, 1 + 2 * MAX_KEYS);
	for (size_t i = 0; i < match->key_count; i++)
		buf_printf(&sql, "%sa.m%zu = b.m%zu", i ? " AND " : "", i, i);
	/* Pairs that are there already don't use up what one call may add. */
	buf_printf(&sql,
		   " WHERE NOT EXISTS (SELECT 1 FROM \"links_%.*s\" WHERE row1 = a._id AND row2 = b._id) LIMIT %d",
		   STR_ARG(match->link->id), BASE_MAX_LINKS + 1);
	text = str_copy(arena, buf_str(&sql));
	buf_free(&sql);
	return text;
}

static bool insert_pairs(struct match *match, struct change *change, int64_t *count, struct error *err)
{
	sqlite3_stmt *stmt;
	int64_t version;

	if (!base_version_read(change->conn, &version, err) ||
	    !store_prepare(change->conn, match_sql(match, change->arena), &stmt, err))
		return false;
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < match->key_count; i++)
			sqlite3_bind_pointer(stmt, 1 + side * MAX_KEYS + (int)i, (void *)match->columns[side][i],
					     SQL_COLUMN_POINTER, NULL);
	}
	store_bind_int(stmt, 1 + 2 * MAX_KEYS, (version + 1) << 20);
	if (!store_run(change->conn, stmt, err))
		return false;
	*count = store_changes(change->conn);
	return *count <= BASE_MAX_LINKS || FAIL_WITH(err, links_limit, STR("100000"));
}

/* A column that takes one row a cell refuses the match that would give it more. */
static bool check_single(const struct match *match, struct change *change, const struct column *column,
			 struct error *err)
{
	bool more;
	struct str sql;

	if (!column || column->link->is_multiple)
		return true;
	sql = str_format(change->arena, "SELECT 1 FROM \"links_%.*s\" GROUP BY %s HAVING count(*) > 1 LIMIT 1",
			 STR_ARG(match->link->id), column->link->reversed ? "row2" : "row1");
	return store_find_any(change->conn, SQL_TEXT(sql, { 0 }), &more, err) &&
	       (!more || FAIL_WITH(err, link_is_single, column->name));
}

static bool store_operation(const struct match *match, struct change *change, int64_t count, struct error *err)
{
	struct journal journal;
	bool ok;

	journal_open(&journal, "auto_link", match->link->table_id);
	json_field_str(&journal.out, "link_id", match->link->id);
	json_field_str(&journal.out, "other_table_id", match->link->other_table_id);
	json_key(&journal.out, "matching_keys");
	json_tree(&journal.out, match->query->keys);
	json_field_int(&journal.out, "linked", count);
	json_field_str(&journal.out, "task_id", match->task_id);
	ok = journal_store(&journal, change, err);
	journal_free(&journal);
	return ok;
}

static bool match_job(struct change *change, void *ctx, struct error *err)
{
	struct match *match = ctx;
	const struct column *column = model_find_link(change->model, match->query->link_id);
	const struct table *ignored;
	struct table_ref first, second;
	int64_t count;

	if (!column)
		return FAIL_WITH(err, link_not_found, match->query->link_id);
	match->link = column->link;
	match->key_count = 0;
	first = (struct table_ref){ .id = match->link->table_id };
	second = (struct table_ref){ .id = match->link->other_table_id };
	match->tables[0] = model_find_table(change->model, &first, err);
	match->tables[1] = match->tables[0] ? model_find_table(change->model, &second, err) : NULL;
	return match->tables[1] && read_keys(match, err) && insert_pairs(match, change, &count, err) &&
	       check_single(match, change, column, err) &&
	       check_single(match, change, link_partner(change->model, column, &ignored), err) &&
	       store_operation(match, change, count, err);
}

bool base_match_links(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct base_match_links *query, struct str *task_id, struct error *err)
{
	char *id = arena_alloc(arena, ID_UUID_LEN + 1);
	struct match match = { .query = query };
	struct change change = change_new(base, arena, actor);
	bool ok;

	id_new_uuid(id);
	match.task_id = (struct str){ id, ID_UUID_LEN };
	ok = change_run(&change, match_job, &match, err);
	*task_id = match.task_id;
	change_end(&change);
	return ok;
}

bool base_find_task(struct base *base, struct str task_id, bool *found, struct error *err)
{
	struct base_read read;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = store_find_any(
		read.conn,
		SQL("SELECT 1 FROM operation WHERE id > (SELECT max(id) FROM operation) - ?2 "
		    "AND op_type IN ('auto_link', 'unarchive_rows') AND json_extract(detail, '$.task_id') = ?1",
		    SQL_STR(task_id), SQL_INT(TASKS_REMEMBERED)),
		found, err);
	base_read_end(&read);
	return ok;
}
