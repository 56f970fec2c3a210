/* Changing a column's type or settings (columns.md 6). Cells are converted by one UPDATE: the SQL function
 * convert_cell() takes the cell's display form and reads it as the new type would read it from a client. */
#include "base/aside.h"
#include "base/base_internal.h"

#include <assert.h>

#include "core/json_in.h"
#include "store/sql.h"

enum { SCRATCH_BYTES = 1 << 20 };

struct conversion {
	const struct column *from, *to;
	struct cell_input input;
	struct option_maker options;
	struct arena *scratch; /* of some cells, then renewed */
	int64_t lost;          /* cells that the new type has no value for */
};

static void result_cell(sqlite3_context *context, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_EMPTY:
		sqlite3_result_null(context);
		break;
	case CELL_NUMBER:
		sqlite3_result_double(context, cell->number);
		break;
	case CELL_INTEGER:
		sqlite3_result_int64(context, cell->integer);
		break;
	case CELL_TEXT:
		sqlite3_result_text64(context, cell->text.at, cell->text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	}
}

void conversion_run(struct conversion *conversion, sqlite3_value *value, sqlite3_context *context)
{
	struct cell cell, converted = { .kind = CELL_EMPTY };
	const cJSON *shown;

	if (arena_used(conversion->scratch) > SCRATCH_BYTES) {
		arena_free(&conversion->scratch);
		conversion->scratch = arena_new(SIZE_MAX);
		conversion->input.arena = conversion->scratch;
	}
	cell_of_value(value, conversion->from, &cell);
	shown = cell_for_conversion(conversion->from, &cell, conversion->scratch);
	if (shown)
		cell_read(conversion->to, shown, &conversion->input, &converted);
	if (cell.kind != CELL_EMPTY && converted.kind == CELL_EMPTY)
		conversion->lost++;
	result_cell(context, &converted);
}

struct retype {
	const struct table_ref *ref;
	struct str column_name;
	struct str type_name;
	const cJSON *given; /* new settings, or NULL */
	const struct column_type *type;
	const struct table *table;
	const struct column *column;
	struct str data; /* the settings to store */
	struct str table_id, key;
	bool converted; /* to another type: the answer tells what was lost */
	int64_t lost;
	int64_t op_id; /* of what can be taken back only by aside_restore(); else 0 */
};

/* ---- the same type: settings only ---- */

/* Options that the new settings lack, as a JSON list of ids. */
static struct str lost_options(const struct retype *retype, struct arena *arena, struct str new_data, size_t *count)
{
	struct column after = { .key = retype->key, .name = STR(""), .type = retype->type, .data = new_data };
	struct str text;
	struct json_out out;
	struct buf buf;

	column_prepare(arena, &after);
	buf_init(&buf, OPTIONS_MAX_BYTES);
	out = json_out_to(&buf);
	json_array(&out);
	for (size_t i = 0; i < retype->column->option_count; i++) {
		struct str id = retype->column->options[i].id;

		if (column_option_by_id(&after, id))
			continue;
		json_string(&out, id);
		++*count;
	}
	json_array_end(&out);
	text = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

/* Options that go take cells along: those are set aside. */
static bool drop_options(struct retype *retype, struct change *change, struct str lost, struct error *err)
{
	struct aside aside;

	return aside_open(&aside, change, err) &&
	       aside_copy_column(&aside, change, retype->table_id, retype->column, err) &&
	       column_data_store(change, retype->table, retype->column, retype->data, true, err) &&
	       store_find_number(change->conn, SQL_ALONE("SELECT max(id) FROM operation"), &retype->op_id, err) &&
	       aside_close(&aside, change, retype->op_id, err) &&
	       options_drop_from_cells(change, retype->table, retype->column, lost, err);
}

static bool change_settings(struct retype *retype, struct change *change, struct error *err)
{
	struct str lost = { 0 };
	size_t lost_count = 0;

	if (!retype->given)
		return true;
	if (column_is_select(retype->column))
		lost = lost_options(retype, change->arena, retype->data, &lost_count);
	return (lost_count > 0 ? drop_options(retype, change, lost, err)
			       : column_data_store(change, retype->table, retype->column, retype->data, false, err)) &&
	       change_schema(change, err);
}

/* ---- another type ---- */

/* Types whose cells are the same text: nothing to convert. */
static bool is_plain_text(const struct column_type *type)
{
	return type->id == TYPE_text || type->id == TYPE_email || type->id == TYPE_url || type->id == TYPE_default;
}

static bool run_update(struct retype *retype, struct change *change, struct str target, struct conversion *conversion,
		       struct error *err)
{
	struct str sql =
		str_format(change->arena,
			   "UPDATE \"rows_%.*s\" SET \"%.*s\" = convert_cell(\"%.*s\", ?1) WHERE \"%.*s\" IS NOT NULL",
			   STR_ARG(retype->table_id), STR_ARG(target), STR_ARG(retype->key), STR_ARG(retype->key));
	sqlite3_stmt *stmt;

	if (!store_prepare(change->conn, sql, &stmt, err))
		return false;
	sqlite3_bind_pointer(stmt, 1, conversion, SQL_CONVERSION_POINTER, NULL);
	return store_run(change->conn, stmt, err);
}

/* Fills the SQLite column `target` from the old cells; options that this makes go into retype->data. */
static bool convert_into(struct retype *retype, struct change *change, const struct column *to, struct str target,
			 struct error *err)
{
	const struct base_actor *actor = change->actor;
	struct conversion conversion = {
		.from = retype->column, .to = to, .options = { .arena = change->arena }, .scratch = arena_new(SIZE_MAX)
	};
	bool ok;

	conversion.input = (struct cell_input){
		.arena = conversion.scratch,
		.now_ms = change->now_ms,
		.find_user = actor->find_user,
		.find_user_ctx = actor->find_user_ctx,
		.make_option = option_make,
		.make_option_ctx = &conversion.options,
	};
	ok = run_update(retype, change, target, &conversion, err) && option_maker_check(&conversion.options, err);
	if (ok && conversion.options.columns)
		ok = made_options_data(conversion.options.columns, change->arena, &retype->data, err);
	arena_free(&conversion.scratch);
	retype->lost = conversion.lost;
	return ok;
}

/* A type that computes its cells has no use for those that are there, and what a formula gave goes with it. */
static bool count_all_lost(struct retype *retype, struct change *change, struct error *err)
{
	bool computed = column_is_formula(retype->column->type);
	struct str cell = str_format(change->arena, "\"%.*s\"", STR_ARG(retype->key));
	struct str sql = str_format(change->arena, "SELECT count(%.*s) FROM \"rows_%.*s\"",
				    STR_ARG(computed ? STR("*") : cell), STR_ARG(retype->table_id));

	return store_find_number(change->conn, SQL_TEXT(sql, { 0 }), &retype->lost, err);
}

/* Brings the SQLite column to the new type. */
static bool convert_cells(struct retype *retype, struct change *change, const struct column *to, struct error *err)
{
	const char *old_storage = retype->column->type->sqlite_type, *new_storage = retype->type->sqlite_type;
	struct str work = str_format(change->arena, "%.*s_new", STR_ARG(retype->key));
	bool converts = old_storage && new_storage && retype->type->writable;

	if (converts && is_plain_text(retype->column->type) && is_plain_text(retype->type))
		return true;
	if (converts && str_equal_c(str_from_c(old_storage), new_storage))
		return convert_into(retype, change, to, retype->key, err);
	if (new_storage && !row_table_add_column(change->conn, change->arena, retype->table_id, work, new_storage, err))
		return false;
	if (converts && !convert_into(retype, change, to, work, err))
		return false;
	if (!converts && (old_storage || column_is_formula(retype->column->type)) &&
	    !count_all_lost(retype, change, err))
		return false;
	if (old_storage && !row_table_drop_column(change->conn, change->arena, retype->table_id, retype->key, err))
		return false;
	return !new_storage ||
	       row_table_rename_column(change->conn, change->arena, retype->table_id, work, retype->key, err);
}

static bool store_type(struct retype *retype, struct change *change, struct error *err)
{
	sqlite3_stmt *stmt;

	if (!store_prepare_c(change->conn,
			     "UPDATE column_def SET type = ?3, data = ?4 WHERE table_id = ?1 AND key = ?2", &stmt, err))
		return false;
	store_bind_str(stmt, 1, retype->table_id);
	store_bind_str(stmt, 2, retype->key);
	store_bind_c(stmt, 3, retype->type->name);
	store_bind_str(stmt, 4, retype->data);
	return store_run(change->conn, stmt, err);
}

/* An auto-number column numbers its rows; one that was such forgets where it stood. */
static bool renumber(struct retype *retype, struct change *change, const struct column *to, struct error *err)
{
	sqlite3_stmt *stmt;

	if (retype->type->id == TYPE_auto_number)
		return auto_number_fill(change, retype->table_id, to, err);
	if (!store_prepare_c(change->conn, "DELETE FROM auto_number WHERE table_id = ?1 AND column_key = ?2", &stmt,
			     err))
		return false;
	store_bind_str(stmt, 1, retype->table_id);
	store_bind_str(stmt, 2, retype->key);
	return store_run(change->conn, stmt, err);
}

static bool change_type(struct retype *retype, struct change *change, struct error *err)
{
	struct column to = { .key = retype->key,
			     .name = retype->column->name,
			     .type = retype->type,
			     .data = retype->data,
			     .width = retype->column->width,
			     .position = retype->column->position };
	struct table_ref ref = { .id = retype->table_id };
	const struct table *after;
	struct journal journal;
	struct aside aside;
	bool ok;

	column_prepare(change->arena, &to);
	journal_open(&journal, "modify_column_type", retype->table_id);
	json_field_str(&journal.out, "column_key", retype->key);
	json_key(&journal.out, "old_column");
	column_write(retype->column, &journal.out);
	ok = journal_column_cells(&journal, change->conn, change->arena, "old_rows_data", retype->table, retype->column,
				  err) &&
	     aside_open(&aside, change, err) &&
	     aside_copy_column(&aside, change, retype->table_id, retype->column, err) &&
	     convert_cells(retype, change, &to, err) && store_type(retype, change, err) &&
	     renumber(retype, change, &to, err) && change_schema(change, err) &&
	     (after = model_find_table(change->model, &ref, err));
	if (ok) {
		const struct column *column = model_column(change->model, retype->table_id, retype->key);

		json_key(&journal.out, "new_column");
		column_write(column, &journal.out);
		ok = journal_column_cells(&journal, change->conn, change->arena, "new_rows_data", after, column, err) &&
		     journal_store(&journal, change, err) && aside_close(&aside, change, journal.id, err);
		retype->op_id = journal.id;
	}
	journal_free(&journal);
	return ok;
}

/* ---- the call ---- */

static bool check_type(struct retype *retype, struct error *err)
{
	const struct column *column = retype->column;

	if (!retype->type || !retype->type->can_create)
		return FAIL_WITH(err, column_type_unknown, retype->type_name);
	if (retype->type == column->type)
		return true;
	if (retype->type->id == TYPE_link || column->type->id == TYPE_link)
		return FAIL_WITH(err, bad_request, STR("A column can't be changed to or from a link."));
	/* These are the row's own fields; their key says so and never changes. */
	if (retype->type->system_key || column->type->system_key)
		return FAIL_WITH(err, bad_request, STR("The type of such a column can't be changed."));
	if (column->position == 0 && !retype->type->can_be_first)
		return FAIL_WITH(err, first_column_type, retype->type_name);
	return true;
}

static bool retype_job(struct change *change, void *ctx, struct error *err)
{
	struct retype *retype = ctx;
	const cJSON *settings = retype->given;

	retype->table = change_find_table(change, retype->ref, err);
	if (!retype->table)
		return false;
	retype->column = change_find_column(retype->table, retype->column_name, err);
	if (!retype->column)
		return false;
	retype->table_id = retype->table->id;
	retype->key = retype->column->key;
	retype->type = column_type_by_name(retype->type_name);
	if (!check_type(retype, err))
		return false;
	/* From one kind of select to the other the options stay, unless others are given. */
	if (!settings && column_is_select(retype->column) &&
	    (retype->type->id == TYPE_single_select || retype->type->id == TYPE_multiple_select))
		settings = retype->column->data_tree;
	if (retype->column->link && settings) {
		if (!link_data_merge(change->arena, retype->column, settings, &retype->data, err))
			return false;
	} else if (!column_data_normalize(change->arena, retype->type, settings, &retype->data, err)) {
		return false;
	}
	if (column_is_formula(retype->type) &&
	    !formula_data_complete(change->arena, retype->table, retype->column, retype->type, &retype->data, err))
		return false;
	retype->converted = retype->type != retype->column->type;
	return !retype->converted ? change_settings(retype, change, err) : change_type(retype, change, err);
}

bool base_retype_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, struct str new_type, const cJSON *data,
			int64_t *op_id, struct json_out *out, struct error *err)
{
	struct retype retype = {
		.ref = table, .column_name = column, .type_name = new_type, .given = cJSON_IsNull(data) ? NULL : data
	};
	struct change change = change_new(base, arena, actor);
	bool ok = change_run(&change, retype_job, &retype, err);

	if (ok) {
		json_object(out);
		column_write_members(model_column(change.model, retype.table_id, retype.key), out);
		if (retype.converted)
			json_field_int(out, "lost_cells", retype.lost);
		json_object_end(out);
	}
	*op_id = retype.op_id;
	change_end(&change);
	return ok;
}
