/* The table-valued function one_value(x): one row with x as its column `value`. What a formula needs more than once, or
 * too deep within other calls, becomes such a source of a SELECT, whose columns later sources may use; SQLite computes
 * it once a row (https://www.sqlite.org/vtab.html#tabfunc2). */
#include "query/one_value.h"

#include <string.h>

enum { COLUMN_VALUE, COLUMN_GIVEN };

struct cursor {
	sqlite3_vtab_cursor base;
	sqlite3_value *value;
	bool is_behind;
};

static int on_connect(sqlite3 *handle, void *ctx, int count, const char *const *arguments, sqlite3_vtab **out,
		      char **message)
{
	int rc = sqlite3_declare_vtab(handle, "CREATE TABLE one_value(value, given HIDDEN)");

	(void)ctx, (void)count, (void)arguments, (void)message;
	if (rc != SQLITE_OK)
		return rc;
	*out = sqlite3_malloc(sizeof(**out));
	if (!*out)
		return SQLITE_NOMEM;
	memset(*out, 0, sizeof(**out));
	return sqlite3_vtab_config(handle, SQLITE_VTAB_INNOCUOUS);
}

static int on_disconnect(sqlite3_vtab *table)
{
	sqlite3_free(table);
	return SQLITE_OK;
}

/* Only with the argument known, which puts the source behind those that the argument is computed from. */
static int on_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table;
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != COLUMN_GIVEN ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ || !info->aConstraint[i].usable)
			continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->estimatedCost = 1;
		info->estimatedRows = 1;
		return SQLITE_OK;
	}
	return SQLITE_CONSTRAINT;
}

static int on_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	struct cursor *cursor = sqlite3_malloc(sizeof(*cursor));

	(void)table;
	if (!cursor)
		return SQLITE_NOMEM;
	memset(cursor, 0, sizeof(*cursor));
	*out = &cursor->base;
	return SQLITE_OK;
}

static int on_close(sqlite3_vtab_cursor *base)
{
	struct cursor *cursor = (struct cursor *)base;

	sqlite3_value_free(cursor->value);
	sqlite3_free(cursor);
	return SQLITE_OK;
}

static int on_filter(sqlite3_vtab_cursor *base, int number, const char *text, int count, sqlite3_value **arguments)
{
	struct cursor *cursor = (struct cursor *)base;

	(void)number, (void)text;
	sqlite3_value_free(cursor->value);
	cursor->value = count > 0 ? sqlite3_value_dup(arguments[0]) : NULL;
	cursor->is_behind = false;
	return count > 0 && !cursor->value ? SQLITE_NOMEM : SQLITE_OK;
}

static int on_next(sqlite3_vtab_cursor *base)
{
	((struct cursor *)base)->is_behind = true;
	return SQLITE_OK;
}

static int on_eof(sqlite3_vtab_cursor *base)
{
	return ((struct cursor *)base)->is_behind;
}

static int on_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int index)
{
	const struct cursor *cursor = (struct cursor *)base;

	if (index == COLUMN_VALUE && cursor->value)
		sqlite3_result_value(context, cursor->value);
	return SQLITE_OK;
}

static int on_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	(void)base;
	*out = 1;
	return SQLITE_OK;
}

static const sqlite3_module module = {
	.xConnect = on_connect,
	.xBestIndex = on_best_index,
	.xDisconnect = on_disconnect,
	.xOpen = on_open,
	.xClose = on_close,
	.xFilter = on_filter,
	.xNext = on_next,
	.xEof = on_eof,
	.xColumn = on_column,
	.xRowid = on_rowid,
};

bool one_value_register(sqlite3 *handle)
{
	return sqlite3_create_module(handle, "one_value", &module, NULL) == SQLITE_OK;
}
