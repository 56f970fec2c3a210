/* Reads a base's description from its file: three ordered queries, filled into a model. What the rest of the room puts
 * into SQL text later (table ids, column keys) is checked here once. */
#include "base/base_internal.h"

#include "model/link.h"

/* base_info's value of `key`, in the arena. */
static bool read_info(struct store_conn *conn, struct arena *arena, struct str key, struct str *out, struct error *err)
{
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare_c(conn, "SELECT value FROM base_info WHERE key = ?1", &stmt, err))
		return false;
	store_bind_str(stmt, 1, key);
	if (!store_step(conn, stmt, &row, err))
		return false;
	*out = row ? store_column_copy(arena, stmt, 0) : (struct str){ 0 };
	store_reset(stmt);
	return true;
}

bool base_info_write(struct store_conn *conn, struct str key, struct str value, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(conn, "INSERT OR REPLACE INTO base_info(key, value) VALUES (?1, ?2)", &stmt, err))
		return false;
	store_bind_str(stmt, 1, key);
	store_bind_str(stmt, 2, value);
	return store_run(conn, stmt, err);
}

static bool count_rows(struct store_conn *conn, const char *sql, size_t *out, struct error *err)
{
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare(conn, str_from_c(sql), &stmt, err) || !store_step(conn, stmt, &row, err))
		return false;
	*out = row ? (size_t)store_column_int(stmt, 0) : 0;
	store_reset(stmt);
	return true;
}

static bool load_tables(struct store_conn *conn, struct model *model, struct error *err)
{
	struct arena *arena = model->arena;
	sqlite3_stmt *stmt;
	size_t count;
	bool ok, row;

	if (!count_rows(conn, "SELECT count(*) FROM table_def", &count, err) ||
	    !store_prepare_c(conn, "SELECT id, name, more FROM table_def ORDER BY position, id", &stmt, err))
		return false;
	model->tables = ARENA_ARRAY(arena, struct table, count + 1);
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		struct table *table = &model->tables[model->table_count];

		*table = (struct table){ .id = store_column_copy(arena, stmt, 0),
					 .name = store_column_copy(arena, stmt, 1),
					 .more = store_column_copy(arena, stmt, 2),
					 .position = model->table_count++ };
		if (!id_is_short(table->id)) {
			store_reset(stmt);
			return FAIL(err, base_damaged);
		}
	}
	return ok;
}

static bool read_column(sqlite3_stmt *stmt, struct arena *arena, struct table *table, struct error *err)
{
	struct column *column = ARENA_NEW(arena, struct column);

	column->key = store_column_copy(arena, stmt, 1);
	column->name = store_column_copy(arena, stmt, 2);
	column->type = column_type_by_name(store_column_str(stmt, 3));
	column->data = store_column_copy(arena, stmt, 4);
	column->width = (int)store_column_int(stmt, 5);
	column->frozen = store_column_int(stmt, 6) != 0;
	column->more = store_column_copy(arena, stmt, 7);
	column->position = table->column_count;
	if (!column->type || !key_is_safe(column->key))
		return FAIL(err, base_damaged);
	column_prepare(arena, column);
	table->columns[table->column_count++] = column;
	return true;
}

static bool read_view(sqlite3_stmt *stmt, struct arena *arena, struct table *table, struct error *err)
{
	struct view *view = &table->views[table->view_count];

	(void)err;
	view->id = store_column_copy(arena, stmt, 1);
	view->name = store_column_copy(arena, stmt, 2);
	view->type = store_column_copy(arena, stmt, 3);
	view->body = store_column_copy(arena, stmt, 4);
	view->position = table->view_count++;
	return true;
}

/* The parts of tables, columns or views, lie together in the order of their tables. */
struct part {
	const char *sql; /* its first result column is the table's id, its last one the number of parts of that table */
	int count_index;
	bool (*read)(sqlite3_stmt *stmt, struct arena *arena, struct table *table, struct error *err);
	void (*reserve)(struct arena *arena, struct table *table, size_t count);
};

static void reserve_columns(struct arena *arena, struct table *table, size_t count)
{
	table->columns = ARENA_ARRAY(arena, struct column *, count);
}

static void reserve_views(struct arena *arena, struct table *table, size_t count)
{
	table->views = ARENA_ARRAY(arena, struct view, count);
}

/* The settings of an auto-number column show the last number that was given out. */
static const struct part columns_part = { "SELECT c.table_id, c.key, c.name, c.type, "
					  "CASE WHEN a.last IS NULL THEN c.data ELSE json_set(coalesce(c.data, '{}'), "
					  "'$.max_used_auto_number', a.last) END, "
					  "c.width, c.frozen, c.more, count(*) OVER (PARTITION BY c.table_id) "
					  "FROM table_def t JOIN column_def c ON c.table_id = t.id "
					  "LEFT JOIN auto_number a ON a.table_id = c.table_id AND a.column_key = c.key "
					  "ORDER BY t.position, t.id, c.position, c.key",
					  8, read_column, reserve_columns };

static const struct part views_part = {
	"SELECT v.table_id, v.id, v.name, v.type, v.body, count(*) OVER (PARTITION BY v.table_id) "
	"FROM table_def t JOIN view_def v ON v.table_id = t.id ORDER BY t.position, t.id, v.position, v.id",
	5, read_view, reserve_views
};

static bool load_parts(struct store_conn *conn, struct model *model, const struct part *part, struct error *err)
{
	struct table *table = NULL;
	size_t next_table = 0;
	sqlite3_stmt *stmt;
	bool ok, row;

	if (!store_prepare(conn, str_from_c(part->sql), &stmt, err))
		return false;
	while ((ok = store_step(conn, stmt, &row, err)) && row) {
		struct str id = store_column_str(stmt, 0);

		if (!table || !str_equal(table->id, id)) {
			do {
				table = &model->tables[next_table++];
			} while (!str_equal(table->id, id));
			part->reserve(model->arena, table, (size_t)store_column_int(stmt, part->count_index));
		}
		if (!part->read(stmt, model->arena, table, err)) {
			store_reset(stmt);
			return false;
		}
	}
	return ok;
}

bool base_model_load(struct store_conn *conn, struct model **out, struct error *err)
{
	struct model *model = model_new();

	if (!read_info(conn, model->arena, STR("schema_stamp"), &model->stamp, err) ||
	    !read_info(conn, model->arena, STR("settings"), &model->settings, err) || !load_tables(conn, model, err) ||
	    !load_parts(conn, model, &columns_part, err) || !load_parts(conn, model, &views_part, err)) {
		model_release(&model);
		return false;
	}
	for (size_t i = 0; i < model->table_count; i++)
		table_prepare(model->arena, &model->tables[i]);
	model_prepare_links(model);
	*out = model;
	return true;
}
