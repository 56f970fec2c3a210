/* SELECT: runs a compiled statement and writes what it gives (sql.md 10; base-operations.md 1.3 shape B). */
#include "base/base_internal.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/json_in.h"
#include "core/metric.h"
#include "model/date_text.h"
#include "model/link.h"
#include "query/sql.h"
#include "query/sql_node.h"
#include "query/sql_use.h"

enum { LINKS_IN_RESULT = 50 };

struct select {
	const struct base_sql *query;
	struct base_read read;
	struct sql_statement *statement;
	struct formula_sql compiled;
	struct str *keys;         /* `"key":` of each item */
	struct link_cells *links; /* of link columns, empty for the others */
	bool has_row_ids;         /* results behind the items */
	struct row_order order;   /* none: cursors go by the table's order */
	int64_t last_place;
	bool links_cut; /* a link cell holds more than is shown */
	struct index_uses uses;
	struct json_out *out;
};

/* ---- names of results ---- */

/* A table is known by its id, but by its name in the statement when it stands there twice, or is a SELECT. */
static struct str source_id(const struct sql_statement *statement, const struct sql_source *source)
{
	int times = 0;

	for (int i = 0; i < statement->source_count; i++)
		times += statement->sources[i].table == source->table;
	if (source->table && times == 1)
		return source->table->id;
	return source->alias.at ? source->alias : source->name;
}

/* Columns of a SELECT in FROM may come from tables that use the same keys. */
static struct str metadata_key(const struct sql_item *item)
{
	bool is_own = item->column && !item->alias.at && !item->source->select;

	return is_own ? item->column->key : item->name;
}

/* Of a join every column is told apart by its table. */
static struct str item_id(const struct select *select, const struct sql_item *item, struct arena *arena)
{
	struct str key = !item->source          ? (struct str){ 0 }
			 : item->source->select ? item->name
			 : item->column         ? item->column->key
			 : item->field          ? str_from_c(item->field)
						: (struct str){ 0 };

	if (!key.at || item->alias.at || item->node->type != NODE_COLUMN)
		return item->name;
	return str_format(arena, "%.*s.%.*s", STR_ARG(source_id(select->statement, item->source)), STR_ARG(key));
}

static struct str item_key(const struct select *select, const struct sql_item *item, struct arena *arena)
{
	if (select->statement->source_count > 1)
		return item_id(select, item, arena);
	return select->query->convert_keys ? item->name : metadata_key(item);
}

static struct str prepared_key(struct str key, struct arena *arena)
{
	struct json_out out;
	struct buf text;
	struct str copy;

	buf_init(&text, 1 << 16);
	out = json_out_to(&text);
	json_string(&out, key);
	buf_append_byte(&text, ':');
	copy = str_copy(arena, buf_str(&text));
	buf_free(&text);
	return copy;
}

/* ---- metadata ---- */

static const char *type_of_kind(int kind)
{
	switch (kind) {
	case KIND_NUMBER:
	case KIND_DURATION:
		return "number";
	case KIND_BOOL:
		return "checkbox";
	case KIND_DATE:
		return "date";
	default:
		return "text";
	}
}

static void write_type_and_data(const struct sql_item *item, struct json_out *out)
{
	if (item->column) {
		column_write_type_and_data(item->column, out);
		return;
	}
	if (item->field) {
		json_field_c(out, "type", sql_field_find(str_from_c(item->field))->type);
		json_field_null(out, "data");
		return;
	}
	json_field_c(out, "type", type_of_kind(item->kind));
	json_key(out, "data");
	if (item->kind == KIND_DATE)
		json_raw(out, STR("{\"format\":\"YYYY-MM-DD HH:mm\"}"));
	else
		json_null(out);
}

static void write_metadata(const struct select *select, struct arena *arena)
{
	struct json_out *out = select->out;
	bool join = select->statement->source_count > 1;

	json_key(out, "metadata");
	json_array(out);
	for (size_t i = 0; i < select->statement->item_count; i++) {
		const struct sql_item *item = &select->statement->items[i];

		json_object(out);
		if (join)
			json_field_str(out, "id", item_id(select, item, arena));
		json_field_str(out, "key", metadata_key(item));
		json_field_str(out, "name", item->name);
		write_type_and_data(item, out);
		if (item->table && (item->column || item->field || join)) {
			json_field_str(out, "table_id", item->table->id);
			json_field_str(out, "table_name", item->table->name);
		}
		json_object_end(out);
	}
	json_array_end(out);
}

/* ---- values ---- */

/* With milliseconds and the server's offset at that time. */
static void write_instant(int64_t ms, struct json_out *out)
{
	char zone[CLOCK_TEXT_LEN], text[CLOCK_TEXT_LEN + 8];
	size_t seconds_end = strlen("2026-03-01T09:15:30");

	clock_format_zone_s(ms, zone);
	snprintf(text, sizeof(text), "%.*s.%03d%s", (int)seconds_end, zone, (int)(((ms % 1000) + 1000) % 1000),
		 zone + seconds_end);
	json_string(out, str_from_c(text));
}

static bool write_field(const char *field, sqlite3_stmt *stmt, int result, struct json_out *out)
{
	if (store_column_is_null(stmt, result))
		json_null(out);
	else if (strcmp(field, "_ctime") == 0 || strcmp(field, "_mtime") == 0)
		write_instant(store_column_int(stmt, result), out);
	else if (strcmp(field, "_locked") == 0)
		json_bool(out, true);
	else if (strcmp(field, "_archived") == 0)
		json_bool(out, store_column_int(stmt, result) != 0);
	else
		json_string(out, store_column_str(stmt, result));
	return true;
}

static void write_expression(int kind, sqlite3_stmt *stmt, int result, struct json_out *out)
{
	char iso[DATE_TEXT_LEN];
	struct str text;
	size_t len;

	if (store_column_is_null(stmt, result) || sqlite3_column_type(stmt, result) == SQLITE_BLOB) {
		json_null(out);
		return;
	}
	if (kind == KIND_BOOL) {
		json_bool(out, sqlite3_column_int(stmt, result) != 0);
		return;
	}
	if (sqlite3_column_type(stmt, result) != SQLITE_TEXT) {
		json_number(out, sqlite3_column_double(stmt, result));
		return;
	}
	text = store_column_str(stmt, result);
	len = kind == KIND_DATE ? date_stored_to_iso(text, iso) : 0;
	if (len > 0)
		json_string(out, (struct str){ iso, len });
	else if (kind == KIND_LIST && text.len > 0)
		json_raw(out, text);
	else if (text.len > 0)
		json_string(out, text);
	else
		json_null(out);
}

static bool write_link(struct select *select, size_t index, sqlite3_stmt *stmt, enum cell_form form, struct error *err)
{
	const struct sql_item *item = &select->statement->items[index];
	struct link_page page = { .limit = LINKS_IN_RESULT, .form = form };
	int result = (int)select->statement->item_count;

	if (!select->has_row_ids || !select->links[index].link) {
		json_null(select->out);
		return true;
	}
	for (const struct sql_source *source = select->statement->sources; source < item->source; source++)
		result += source->table != NULL;
	if (store_column_is_null(stmt, result)) { /* no match of a LEFT JOIN */
		json_null(select->out);
		return true;
	}
	page.row_id = store_column_str(stmt, result);
	if (!link_cells_write(&select->links[index], select->read.conn, &page, select->out, err))
		return false;
	select->links_cut = select->links_cut || page.is_cut;
	return true;
}

static bool write_item(struct select *select, size_t index, sqlite3_stmt *stmt, struct error *err)
{
	const struct sql_item *item = &select->statement->items[index];
	enum cell_form form = select->query->convert_keys ? FORM_NAMES : FORM_IDS;
	struct json_out *out = select->out;
	int result = (int)index;
	struct cell cell;

	if (item->field)
		return write_field(item->field, stmt, result, out);
	if (!item->column) {
		write_expression(item->kind, stmt, result, out);
	} else if (item->column->type->system_key) {
		return write_field(item->column->type->system_key, stmt, result, out);
	} else if (item->column->type->id == TYPE_link) {
		return write_link(select, index, stmt, form, err);
	} else if (column_is_formula(item->column->type)) {
		formula_cell_write(item->node->kind, formula_is_raw(item->node->formula), stmt, result, item->column,
				   form, out);
	} else if (column_is_stored(item->column)) {
		cell_fetch(stmt, result, item->column, &cell);
		cell_write(item->column, &cell, form, out);
	} else {
		json_null(out);
	}
	return true;
}

/* ---- the whole ---- */

static void prepare_items(struct select *select, struct arena *arena)
{
	size_t count = select->statement->item_count;

	select->keys = ARENA_ARRAY(arena, struct str, count + 1);
	select->links = ARENA_ARRAY(arena, struct link_cells, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct sql_item *item = &select->statement->items[i];

		select->keys[i] = prepared_key(item_key(select, item, arena), arena);
		if (item->column && item->column->link && item->column->link->display)
			link_cells_init(&select->links[i], arena, item->column->link);
	}
	select->has_row_ids = !select->statement->distinct && !select->statement->is_aggregate;
}

static bool write_rows(struct select *select, sqlite3_stmt *stmt, bool *cut, struct error *err)
{
	const struct sql_statement *statement = select->statement;
	int64_t limit = statement->limit < SQL_MAX_LIMIT ? statement->limit : SQL_MAX_LIMIT, count = 0;
	struct json_out *out = select->out;
	bool ok = true, row = false;

	while (ok && (ok = store_step(select->read.conn, stmt, &row, err)) && row && count < limit) {
		json_object(out);
		for (size_t i = 0; ok && i < statement->item_count; i++) {
			json_key_prepared(out, select->keys[i]);
			ok = write_item(select, i, stmt, err);
		}
		json_object_end(out);
		if (sql_has_cursor(statement))
			select->last_place = store_column_int(stmt, (int)statement->item_count + 1);
		ok = ok && (!buf_failed(out->buf) || FAIL(err, answer_too_large));
		count++;
	}
	*cut = ok && row && (!statement->limit_given || statement->limit > SQL_MAX_LIMIT);
	metric_add(M_rows_read_total, count);
	return ok;
}

static bool run(struct select *select, struct arena *arena, struct error *err)
{
	struct sql_budget budget = { 0 };
	struct json_out *out = select->out;
	sqlite3_stmt *stmt;
	bool ok, cut = false;

	if (!sql_check_size(&select->compiled, err))
		return false;
	sql_budget_begin(&budget, select->read.conn, select->query->max_ms);
	ok = store_prepare(select->read.conn, str_copy(arena, buf_str(&select->compiled.sql)), &stmt, err);
	if (ok) {
		formula_sql_bind(&select->compiled, stmt);
		json_object(out);
		json_field_bool(out, "success", true);
		json_field_c(out, "error_message", "");
		json_field_bool(out, "is_join_stmt", select->statement->source_count > 1);
		write_metadata(select, arena);
		json_key(out, "results");
		json_array(out);
		ok = write_rows(select, stmt, &cut, err);
		json_array_end(out);
		if (cut)
			json_field_bool(out, "is_cut", true);
		if (select->links_cut)
			json_field_bool(out, "links_cut", true);
		if (ok && cut && sql_has_cursor(select->statement))
			ok = row_cursor_write(select->read.conn, arena, select->statement->sources[0].table,
					      &select->order, select->last_place, out, err);
		json_object_end(out);
		auto_index_note(select->read.base, &select->uses, stmt);
		store_reset(stmt);
	}
	sql_budget_end(&budget);
	return ok;
}

static bool read_cursor(struct select *select, struct arena *arena, struct row_cursor *cursor, struct error *err)
{
	if (str_is_empty(select->query->cursor))
		return true;
	if (!sql_has_cursor(select->statement))
		return FAIL(err, cursor_of_other_list);
	return row_cursor_read(select->read.conn, arena, select->query->cursor, select->statement->sources[0].table,
			       &select->order, cursor, err);
}

bool sql_select(struct base *base, struct arena *arena, const struct base_sql *query, struct sql_statement *statement,
		struct json_out *out, struct error *err)
{
	struct select select = { .query = query, .statement = statement, .out = out };
	struct row_cursor cursor = { 0 };
	bool ok;

	if (!base_read_begin(base, &select.read, err))
		return false;
	formula_sql_init(&select.compiled, arena, clock_now_ms(), 1);
	row_order_init(&select.order, arena, NULL);
	ok = sql_check(&select.compiled, select.read.model, statement, err) &&
	     read_cursor(&select, arena, &cursor, err);
	if (ok) {
		select.compiled.without_archived = query->server_only;
		sql_choose_indexes(select.read.conn, arena, statement, &select.uses);
		sql_emit_select(&select.compiled, statement, str_is_empty(query->cursor) ? NULL : &cursor.place);
		prepare_items(&select, arena);
		ok = statement->explains ? sql_explain(select.read.conn, arena, statement, &select.compiled, out, err)
					 : run(&select, arena, err);
	}
	row_order_free(&select.order);
	formula_sql_free(&select.compiled);
	base_read_end(&select.read);
	return ok;
}
