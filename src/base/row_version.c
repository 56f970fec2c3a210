/* Versions of rows: a fingerprint of all that is stored in a row, so that a client can change what it has seen and
 * nothing else (If-Match, RFC 9110 13.1.1). */
#include "base/base_internal.h"

#include "core/digest.h"

/* One value with the name of its column, so that a new column, empty everywhere, leaves the versions as they are. */
static void add_value(struct digest *digest, struct str name, sqlite3_stmt *stmt, int result)
{
	int64_t integer;
	double number;

	switch (sqlite3_column_type(stmt, result)) {
	case SQLITE_NULL:
		return;
	case SQLITE_INTEGER:
		digest_add(digest, name);
		integer = store_column_int(stmt, result);
		digest_add(digest, (struct str){ (const char *)&integer, sizeof(integer) });
		return;
	case SQLITE_FLOAT:
		digest_add(digest, name);
		number = sqlite3_column_double(stmt, result);
		digest_add(digest, (struct str){ (const char *)&number, sizeof(number) });
		return;
	default:
		digest_add(digest, name);
		digest_add(digest, store_column_str(stmt, result));
	}
}

void row_output_version(const struct row_output *output, sqlite3_stmt *stmt, char version[ROW_VERSION_LEN + 1])
{
	struct digest digest;
	int result = 1; /* behind _n, which may move on when another row is put before */

	digest_begin(&digest);
	for (; result < output->first_cell; result++)
		add_value(&digest, str_from_c(sqlite3_column_name(stmt, result)), stmt, result);
	for (size_t i = 0; i < output->column_count; i++) {
		if (output->columns[i].result >= 0)
			add_value(&digest, output->columns[i].column->key, stmt, output->columns[i].result);
	}
	digest_end(&digest, version);
}

bool condition_check(struct change *change, struct error *err)
{
	const struct base_condition *condition = change->actor->condition;
	char version[ROW_VERSION_LEN + 1];
	const struct table *table;
	struct row_output output;
	sqlite3_stmt *stmt;
	bool row;

	if (!condition)
		return true;
	table = change_find_table(change, &condition->table, err);
	if (!table)
		return false;
	row_output_init(&output, change->arena, change->conn, table, NULL, FORM_OPERATION);
	if (!store_prepare(change->conn,
			   str_format(change->arena, "SELECT %.*s FROM \"rows_%.*s\" WHERE _id = ?1",
				      STR_ARG(output.select), STR_ARG(table->id)),
			   &stmt, err))
		return false;
	store_bind_str(stmt, 1, condition->row_id);
	if (!store_step(change->conn, stmt, &row, err))
		return false;
	if (!row)
		return FAIL_WITH(err, row_changed, condition->row_id);
	row_output_version(&output, stmt, version);
	store_reset(stmt);
	return !condition->version.at || str_equal_c(condition->version, version) ||
	       FAIL_WITH(err, row_changed, condition->row_id);
}
