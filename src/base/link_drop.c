/* What goes when rows go: no pair of a link outlives one of its rows. */
#include "base/base_internal.h"

#include "core/json_in.h"
#include "model/link.h"

/* The rows on the other end of a row's pairs, as the items of the open list. */
static bool write_others(struct change *change, struct str link_id, const char *own, const char *other,
			 struct str row_id, struct json_out *out, int64_t *count, struct error *err)
{
	struct str sql = str_format(change->arena, "SELECT %s FROM \"links_%.*s\" WHERE %s = ?1 ORDER BY %s", other,
				    STR_ARG(link_id), own, own[3] == '1' ? "order1" : "order2");
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	store_bind_str(stmt, 1, row_id);
	while ((ok = store_step(change->conn, stmt, &row, err)) && row) {
		json_string(out, store_column_str(stmt, 0));
		++*count;
	}
	return ok;
}

static bool delete_pairs(struct change *change, struct str link_id, const char *own, struct str row_id,
			 struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn,
			   str_format(change->arena, "DELETE FROM \"links_%.*s\" WHERE %s = ?1", STR_ARG(link_id), own),
			   &stmt, err))
		return false;
	store_bind_str(stmt, 1, row_id);
	return store_run(change->conn, stmt, err);
}

static bool drop_pairs(struct change *change, const struct link *link, struct str row_id, struct json_out *out,
		       int64_t *count, struct error *err)
{
	const char *own = link->reversed ? "row2" : "row1", *other = link->reversed ? "row1" : "row2";
	bool within = str_equal(link->table_id, link->other_table_id);

	json_key_str(out, link->id);
	json_array(out);
	if (!write_others(change, link->id, own, other, row_id, out, count, err))
		return false;
	json_array_end(out);
	/* Within one table a row can stand at either end, whichever the column shows. */
	return delete_pairs(change, link->id, own, row_id, err) &&
	       (!within || delete_pairs(change, link->id, other, row_id, err));
}

bool link_drop_row(struct change *change, const struct table *table, struct str row_id, struct json_out *out,
		   struct error *err)
{
	struct json_out item;
	struct buf buf;
	int64_t count = 0;
	bool ok = true;

	buf_init(&buf, JOURNAL_MAX_BYTES);
	item = json_out_to(&buf);
	json_object(&item);
	for (size_t i = 0; ok && i < table->column_count; i++) {
		const struct link *link = table->columns[i]->link;

		ok = !link || drop_pairs(change, link, row_id, &item, &count, err);
	}
	json_object_end(&item);
	if (ok && count > 0) {
		json_key_str(out, row_id);
		json_raw(out, buf_str(&buf));
	}
	buf_free(&buf);
	return ok;
}
