/* What a column filters as, and its cell's SQL (views.md 3.3). */
#include "query/filter_compiler.h"

#include "core/json_in.h"
#include "query/formula_node.h"
#include "query/index_use.h"

static enum filter_kind kind_of_type(const struct column *column)
{
	switch (column->type->id) {
	case TYPE_text:
	case TYPE_default:
		return str_equal_c(json_get_str(column->data_tree, "display_type"), "phone") ? FILTERS_PLAIN_TEXT
											     : FILTERS_TEXT;
	case TYPE_url:
	case TYPE_email:
	case TYPE_geolocation:
		return FILTERS_PLAIN_TEXT;
	case TYPE_auto_number:
		return FILTERS_AUTO_NUMBER;
	case TYPE_number:
	case TYPE_duration:
	case TYPE_rate:
		return FILTERS_NUMBER;
	case TYPE_checkbox:
		return FILTERS_CHECKBOX;
	case TYPE_date:
	case TYPE_ctime:
	case TYPE_mtime:
		return FILTERS_DATE;
	case TYPE_single_select:
	case TYPE_department:
		return FILTERS_SELECT;
	case TYPE_multiple_select:
		return FILTERS_MULTIPLE_SELECT;
	case TYPE_collaborator:
		return FILTERS_COLLABORATOR;
	case TYPE_creator:
	case TYPE_last_modifier:
		return FILTERS_CREATOR;
	case TYPE_long_text:
	case TYPE_image:
	case TYPE_file:
	case TYPE_digital_sign:
		return FILTERS_PRESENCE;
	default:
		return FILTERS_NOTHING;
	}
}

/* The SQL that was appended from `from` on is the cell's: it is taken out again, to be put into the predicate's. */
static struct str take_sql(struct formula_sql *out, size_t from)
{
	struct str sql = str_copy(out->arena, str_slice(buf_str(&out->sql), from, out->sql.len));

	out->sql.len = from;
	return sql;
}

/* The cell of a column that is stored: as it lies there, or as people see it. */
static void read_stored(struct filter_compiler *compiler, struct filter_item *item)
{
	const struct column *column = item->column;
	size_t from = compiler->out->sql.len;
	int row = compiler->filters->row;

	item->kind = kind_of_type(column);
	if (column->type->id == TYPE_geolocation || item->kind == FILTERS_DATE)
		formula_emit_column(compiler->out, column, NULL, row);
	else if (column->type->id == TYPE_department)
		buf_printf(&compiler->out->sql, "CAST(r%d.\"%.*s\" AS TEXT)", row, STR_ARG(column->key));
	else if (column->type->id == TYPE_long_text)
		buf_printf(&compiler->out->sql, "nullif(trim(r%d.\"%.*s\", char(9, 10, 13, 32)), '')", row,
			   STR_ARG(column->key));
	else if (column->type->id == TYPE_digital_sign)
		buf_printf(&compiler->out->sql,
			   "CASE WHEN json_extract(r%d.\"%.*s\", '$.username') <> '' AND "
			   "json_extract(r%d.\"%.*s\", '$.sign_time') <> '' AND "
			   "json_extract(r%d.\"%.*s\", '$.sign_image_url') <> '' THEN 1 END",
			   row, STR_ARG(column->key), row, STR_ARG(column->key), row, STR_ARG(column->key));
	else
		buf_printf(&compiler->out->sql, "r%d.\"%.*s\"", row, STR_ARG(column->key));
	item->is_bare = column->type->sqlite_type && index_fits(column);
	item->options = column->option_by_id ? column : NULL;
	item->cell = take_sql(compiler->out, from);
}

/* A list filters by its elements: choices and people as lists, others by their one element, or by their text. */
static void read_list(struct filter_item *item, const struct formula_info *info, struct arena *arena)
{
	static const struct {
		int element;
		enum filter_kind kind;
		const char *wrap;
	} forms[] = {
		{ KIND_NUMBER, FILTERS_NUMBER, "list_single" },
		{ KIND_DURATION, FILTERS_NUMBER, "list_single" },
		{ KIND_DATE, FILTERS_DATE, "list_single" },
		{ KIND_BOOL, FILTERS_CHECKBOX, "list_first" },
		{ 0, FILTERS_TEXT, "list_text" },
	};
	enum filter_kind of_column = info->column ? kind_of_type(info->column) : FILTERS_TEXT;
	size_t i = 0;

	if (info->is_raw && (of_column == FILTERS_SELECT || of_column == FILTERS_MULTIPLE_SELECT)) {
		item->kind = FILTERS_MULTIPLE_SELECT;
		item->options = info->column->option_by_id ? info->column : NULL;
		return;
	}
	if (info->is_raw && (of_column == FILTERS_COLLABORATOR || of_column == FILTERS_CREATOR)) {
		item->kind = FILTERS_COLLABORATOR;
		return;
	}
	while (forms[i].element && forms[i].element != info->element_kind)
		i++;
	item->kind = forms[i].kind;
	item->cell = str_format(arena, "%s(%.*s)", forms[i].wrap, STR_ARG(item->cell));
}

/* The value of a computed column; a formula's error is an empty cell. */
static bool read_computed(struct filter_compiler *compiler, struct filter_item *item)
{
	struct formula_sql *out = compiler->out;
	size_t from = out->sql.len;
	struct formula_info info;

	if (!formula_compile_shown(out, compiler->table, item->column, compiler->filters->row, &info))
		return false;
	item->cell = take_sql(out, from);
	switch (info.kind) {
	case KIND_NUMBER:
	case KIND_DURATION:
		item->kind = FILTERS_NUMBER;
		break;
	case KIND_DATE:
		item->kind = FILTERS_DATE;
		break;
	case KIND_BOOL:
		item->kind = FILTERS_CHECKBOX;
		break;
	case KIND_LIST:
		read_list(item, &info, out->arena);
		break;
	default:
		item->kind = FILTERS_TEXT;
	}
	return true;
}

bool filter_read_column(struct filter_compiler *compiler, struct filter_item *item)
{
	switch (item->column->type->id) {
	case TYPE_formula:
	case TYPE_link_formula:
	case TYPE_link:
		return read_computed(compiler, item);
	default:
		read_stored(compiler, item);
		return item->kind != FILTERS_NOTHING;
	}
}
