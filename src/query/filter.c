/* Filters, item by item: what the column filters as, whether predicate and term fit it, and the predicate's SQL with
 * the cell and the term put in. Predicates are rows of defs/filter_predicates.def. */
#include "query/filter.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "model/cell.h"
#include "model/link.h"
#include "query/formula_node.h"
#include "query/index_use.h"
#include "query/nesting.h"

/* What a column filters as (views.md 3.3, 3.4). */
enum filter_kind {
	FILTERS_TEXT,
	FILTERS_PLAIN_TEXT,
	FILTERS_AUTO_NUMBER,
	FILTERS_NUMBER,
	FILTERS_CHECKBOX,
	FILTERS_DATE,
	FILTERS_SELECT,
	FILTERS_MULTIPLE_SELECT,
	FILTERS_COLLABORATOR,
	FILTERS_CREATOR,
	FILTERS_PRESENCE,
	FILTERS_NOTHING,
};

enum term_type {
	TERM_NONE,
	TERM_TEXT,
	TERM_NUMBER,
	TERM_BOOL,
	TERM_DAY,
	TERM_RANGE,
	TERM_OPTION,
	TERM_OPTIONS,
	TERM_USERS,
	TERM_CALLER,
	TERM_CALLER_ID,
};

static const struct predicate {
	enum filter_kind kind;
	enum term_type term;
	const char *name, *sql;
} predicates[] = {
#define PREDICATE(kind, name, term, sql) { FILTERS_##kind, term, name, sql },
#include "defs/filter_predicates.def"
#undef PREDICATE
};

/* The texts of views.md 3.2. */
#define NO_COLUMN "the column to filter does not exist"
#define NOT_SUPPORTED "the column to filter is not supported"
#define NO_PREDICATE "unmatched filter predicate"
#define NO_MODIFIER "unmatched filter modifier"
#define BAD_TERM "invalid filter term"

/* One item while it is read. */
struct item {
	const cJSON *json, *term;
	const struct column *column;
	enum filter_kind kind;
	const struct predicate *predicate;
	const struct column *options; /* whose options the term names, or NULL */
	/* The SQL of the cell, and the term as it is bound. */
	struct str cell;
	struct str text;
	double number;
	bool is_number;
	struct filter_days days;
	bool never;   /* no row fits, whatever its cell */
	bool is_bare; /* the cell's SQL is its column */
};

struct compiler {
	struct formula_sql *out;
	const struct table *table;
	const struct filters *filters;
	const char **problem;
	int items;
	bool is_needed; /* what is compiled must hold for every row: no OR is around it */
};

static enum filter_outcome invalid(const struct compiler *compiler, const char *problem)
{
	*compiler->problem = problem;
	return FILTER_INVALID;
}

/* ---- what the column filters as ---- */

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
static void read_stored(struct compiler *compiler, struct item *item)
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
static void read_list(struct item *item, const struct formula_info *info, struct arena *arena)
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
static bool read_computed(struct compiler *compiler, struct item *item)
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

static bool read_column(struct compiler *compiler, struct item *item)
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

/* ---- terms ---- */

static bool read_number(struct item *item, struct arena *arena)
{
	struct cell_input input = { .arena = arena };
	struct cell cell;

	item->is_number = true;
	if (cJSON_IsNumber(item->term)) {
		item->number = item->term->valuedouble;
		return isfinite(item->number);
	}
	if (!cJSON_IsString(item->term))
		return false;
	if (str_to_double(json_str(item->term), &item->number))
		return true;
	if (item->column->type->id != TYPE_duration)
		return false;
	cell_read(item->column, item->term, &input, &cell);
	item->number = cell.number;
	return cell.kind == CELL_NUMBER;
}

static bool read_bool(struct item *item)
{
	bool value = false;

	if (cJSON_IsString(item->term) && !str_to_bool(json_str(item->term), &value))
		return false;
	if (!cJSON_IsString(item->term) && !cJSON_IsBool(item->term))
		return false;
	item->is_number = true;
	item->number = value || cJSON_IsTrue(item->term);
	return true;
}

/* The id of an option that a term names; absent when there is none. A department is no option: any id will do. */
static struct str option_of(const struct compiler *compiler, const struct item *item, const cJSON *term)
{
	const struct select_option *option;

	if (!item->options)
		return cJSON_IsString(term)   ? json_str(term)
		       : cJSON_IsNumber(term) ? str_format(compiler->out->arena, "%.0f", term->valuedouble)
					      : (struct str){ 0 };
	if (!cJSON_IsString(term))
		return (struct str){ 0 };
	option = column_option_by_id(item->options, json_str(term));
	if (!option && compiler->filters->by_name)
		option = column_option_by_name(item->options, json_str(term));
	return option ? option->id : (struct str){ 0 };
}

/* A list of ids as JSON text; a bare text counts as a list of one. */
static bool read_list_term(const struct compiler *compiler, struct item *item, bool options)
{
	const cJSON *one = cJSON_IsArray(item->term) ? item->term->child : item->term;
	struct json_out json;
	struct buf buf;
	bool ok = true;

	if (options && !cJSON_IsArray(item->term) && !compiler->filters->by_name)
		return false;
	buf_init(&buf, 1 << 20);
	json = json_out_to(&buf);
	json_array(&json);
	for (; ok && one; one = cJSON_IsArray(item->term) ? one->next : NULL) {
		struct str id = options               ? option_of(compiler, item, one)
				: cJSON_IsString(one) ? json_str(one)
						      : (struct str){ 0 };

		ok = id.at != NULL;
		json_string(&json, id);
	}
	json_array_end(&json);
	item->text = str_copy(compiler->out->arena, buf_str(&buf));
	buf_free(&buf);
	return ok;
}

static bool read_term(const struct compiler *compiler, struct item *item)
{
	switch (item->predicate->term) {
	case TERM_TEXT:
		item->text = json_str(item->term);
		return cJSON_IsString(item->term);
	case TERM_NUMBER:
		return read_number(item, compiler->out->arena);
	case TERM_BOOL:
		return read_bool(item);
	case TERM_OPTION:
		item->text = option_of(compiler, item, item->term);
		return item->text.at != NULL;
	case TERM_OPTIONS:
		return read_list_term(compiler, item, true);
	case TERM_USERS:
		return read_list_term(compiler, item, false);
	default:
		return true;
	}
}

/* ---- emitting ---- */

static void emit_text(struct formula_sql *out, const char *text)
{
	formula_emit_text(out, str_copy(out->arena, str_from_c(text)));
}

static void emit_letter(const struct compiler *compiler, const struct item *item, char letter)
{
	struct formula_sql *out = compiler->out;

	switch (letter) {
	case 'x':
		buf_append_str(&out->sql, item->cell);
		break;
	case 'd':
	case 'f':
		emit_text(out, item->days.from);
		break;
	case 'e':
		emit_text(out, item->days.to);
		break;
	case 'm':
		formula_emit_text(out, compiler->filters->user);
		break;
	case 'i':
		formula_emit_text(out, compiler->filters->id_in_team);
		break;
	default:
		if (item->is_number)
			formula_emit_number(out, item->number);
		else
			formula_emit_text(out, item->text);
	}
}

/* contains and does_not_contain that mind upper and lower case. */
static const char *sql_of(const struct item *item)
{
	bool minds_case = cJSON_IsTrue(json_get(item->json, "case_sensitive"));

	if (item->days.is_minute && str_equal_c(str_from_c(item->predicate->name), "is"))
		return "ifnull(substr($x, 1, 16) = $d, 0)";
	if (minds_case && str_equal_c(str_from_c(item->predicate->name), "contains"))
		return "ifnull(instr($x, $t) > 0, 0)";
	if (minds_case && str_equal_c(str_from_c(item->predicate->name), "does_not_contain"))
		return "ifnull(instr($x, $t) = 0, 1)";
	return item->predicate->sql;
}

/* ---- what an index could find ---- */

/* In which bounds a predicate of numbers or dates holds for certain: 'l' from below, 'h' from above. Numbers that
 * differ by less than 0.00001 are equal. */
static const struct {
	const char *predicate, *bounds;
} bounded[] = {
	{ "equal", "lh" },           { "less", "h" },
	{ "greater", "l" },          { "less_or_equal", "h" },
	{ "greater_or_equal", "l" }, { "is", "lh" },
	{ "is_before", "h" },        { "is_after", "l" },
	{ "is_on_or_before", "h" },  { "is_on_or_after", "l" },
	{ "is_within", "lh" },
};

static const char *bounds_of(const struct item *item)
{
	for (size_t i = 0; i < sizeof(bounded) / sizeof(bounded[0]); i++)
		if (strcmp(bounded[i].predicate, item->predicate->name) == 0)
			return bounded[i].bounds;
	return "";
}

static void set_bounds(const struct compiler *compiler, const struct item *item, struct index_use *use)
{
	enum { SLACK = 50000 }; /* a 50,000th */
	struct arena *arena = compiler->out->arena;

	if (item->kind == FILTERS_NUMBER) {
		use->values[0] = index_number(item->number - 1.0 / SLACK);
		use->values[1] = index_number(item->number + 1.0 / SLACK);
	} else {
		use->values[0] = index_text(str_copy(arena, str_from_c(item->days.from)));
		use->values[1] = index_text(str_format(arena, "%s~", item->days.to)); /* the day with any time */
	}
	use->has_low = strchr(bounds_of(item), 'l') != NULL;
	use->has_high = strchr(bounds_of(item), 'h') != NULL;
}

/* The bounds as conditions, before the predicate itself, which no index finds. */
static void emit_bounds(struct formula_sql *out, int row, const struct index_use *use)
{
	for (int i = 0; i < 2; i++) {
		if (!(i ? use->has_high : use->has_low))
			continue;
		buf_printf(&out->sql, "r%d.\"%.*s\" %s ", row, STR_ARG(use->column->key), i ? "<=" : ">=");
		if (use->values[i].type == FORMULA_NUMBER)
			formula_emit_number(out, use->values[i].number);
		else
			formula_emit_text(out, use->values[i].text);
		buf_append_str(&out->sql, STR(" AND "));
	}
}

static void note_values(const struct compiler *compiler, const struct item *item, struct index_use *use)
{
	const cJSON *term;

	if (item->predicate->term != TERM_OPTIONS) {
		use->values[use->value_count++] = index_text(item->text);
		return;
	}
	cJSON_ArrayForEach(term, item->term)
	{
		if (use->value_count < INDEX_VALUES_MAX)
			use->values[use->value_count++] = index_text(option_of(compiler, item, term));
	}
}

static void note_use(const struct compiler *compiler, const struct item *item)
{
	bool equals = item->kind != FILTERS_DATE && strcmp(item->predicate->name, "is") == 0;
	bool is_one = item->predicate->term == TERM_OPTIONS && strcmp(item->predicate->name, "is_any_of") == 0 &&
		      cJSON_IsArray(item->term) && cJSON_GetArraySize(item->term) <= INDEX_VALUES_MAX;
	struct index_uses spare = { 0 }, *uses = compiler->is_needed ? compiler->filters->uses : NULL;
	struct index_use *use;

	if (!item->is_bare || item->never)
		return;
	if (item->kind == FILTERS_NUMBER || item->kind == FILTERS_DATE) {
		if (*bounds_of(item) == '\0')
			return;
		use = index_use_add(&spare, INDEX_RANGE, 0, compiler->table, item->column);
		set_bounds(compiler, item, use);
		emit_bounds(compiler->out, compiler->filters->row, use);
		if (uses && uses->count < INDEX_USES_MAX)
			uses->at[uses->count++] = *use;
	} else if (uses && (equals || is_one)) {
		use = index_use_add(uses, INDEX_EQUAL, 0, compiler->table, item->column);
		if (use)
			note_values(compiler, item, use);
	}
}

static void emit_item(const struct compiler *compiler, struct item *item)
{
	const char *at = sql_of(item);

	if (item->days.is_minute && strcmp(item->predicate->name, "is") == 0) {
		memcpy(item->days.from, item->days.minute, sizeof(item->days.from));
		memcpy(item->days.to, item->days.minute, sizeof(item->days.to));
	}
	buf_append_byte(&compiler->out->sql, '(');
	note_use(compiler, item);
	if (item->never)
		buf_append_byte(&compiler->out->sql, '0');
	for (; !item->never && *at; at++) {
		/* '$[0]' and the like are paths of JSON. */
		if (*at == '$' && strchr("xtldfemi", at[1]))
			emit_letter(compiler, item, *++at);
		else
			buf_append_byte(&compiler->out->sql, *at);
	}
	buf_append_byte(&compiler->out->sql, ')');
}

/* ---- an item, in the order of checks of views.md 3.2 ---- */

static const struct column *find_column(const struct compiler *compiler, const cJSON *json, bool *missing)
{
	struct str key = json_get_str(json, "column_key"), name = json_get_str(json, "column_name");

	*missing = str_is_empty(key) && str_is_empty(name);
	if (!str_is_empty(key))
		return map_get(compiler->table->column_by_key, key);
	return *missing ? NULL : table_find_column(compiler->table, name);
}

/* Documentation prints some predicates with blanks. */
static const struct predicate *find_predicate(enum filter_kind kind, struct str name)
{
	for (size_t i = 0; i < sizeof(predicates) / sizeof(predicates[0]); i++) {
		const char *known = predicates[i].name;
		bool same = strlen(known) == name.len;

		for (size_t c = 0; same && c < name.len; c++)
			same = known[c] == name.at[c] || (known[c] == '_' && name.at[c] == ' ');
		if (same && predicates[i].kind == kind)
			return &predicates[i];
	}
	return NULL;
}

static enum filter_outcome read_days(const struct compiler *compiler, struct item *item)
{
	struct str modifier = json_get_str(item->json, "filter_term_modifier");
	bool within = item->predicate->term == TERM_RANGE;

	switch (filter_days_of(compiler->out->now_ms, modifier, item->term, within, &item->days)) {
	case DAY_INCOMPLETE:
		return FILTER_NONE;
	case DAY_UNMATCHED:
		return invalid(compiler, NO_MODIFIER);
	case DAY_BAD_TERM:
		return invalid(compiler, BAD_TERM);
	case DAY_NEVER:
		item->never = true;
		break;
	case DAY_KNOWN:
		break;
	}
	return FILTER_SOME;
}

static enum filter_outcome read_item(struct compiler *compiler, struct item *item)
{
	struct str predicate = json_get_str(item->json, "filter_predicate");
	bool missing;

	item->column = find_column(compiler, item->json, &missing);
	if (missing)
		return FILTER_NONE;
	if (!item->column)
		return invalid(compiler, NO_COLUMN);
	if (!read_column(compiler, item))
		return invalid(compiler, NOT_SUPPORTED);
	if (str_is_empty(predicate))
		return FILTER_NONE;
	item->predicate = find_predicate(item->kind, predicate);
	if (!item->predicate)
		return invalid(compiler, NO_PREDICATE);
	switch (item->predicate->term) {
	case TERM_NONE:
		return FILTER_SOME;
	case TERM_CALLER:
		item->never = str_is_empty(compiler->filters->user);
		return FILTER_SOME;
	case TERM_CALLER_ID:
		item->never = str_is_empty(compiler->filters->id_in_team);
		return FILTER_SOME;
	case TERM_DAY:
	case TERM_RANGE:
		return read_days(compiler, item);
	default:
		break;
	}
	if (filter_term_is_missing(item->term))
		return FILTER_NONE;
	return read_term(compiler, item) ? FILTER_SOME : invalid(compiler, BAD_TERM);
}

/* ---- groups ---- */

static enum filter_outcome compile_list(struct compiler *compiler, const cJSON *list, struct str conjunction,
					int depth);

static enum filter_outcome compile_item(struct compiler *compiler, const cJSON *json, int depth)
{
	struct item item = { .json = json, .term = json_get(json, "filter_term") };
	enum filter_outcome outcome;

	if (json_get(json, "filters"))
		return depth == 0 ? compile_list(compiler, json_get(json, "filters"),
						 json_get_str(json, "filter_conjunction"), depth + 1)
				  : invalid(compiler, "invalid filter");
	if (!cJSON_IsObject(json) || ++compiler->items > FILTER_MAX_ITEMS)
		return invalid(compiler, "invalid filter");
	outcome = read_item(compiler, &item);
	if (outcome == FILTER_SOME)
		emit_item(compiler, &item);
	return outcome;
}

/* "(a AND b)"; what is incomplete is left out, and all of it when nothing is left. */
static enum filter_outcome compile_list(struct compiler *compiler, const cJSON *list, struct str conjunction, int depth)
{
	const char *joint = str_equal_fold(conjunction, STR("Or")) ? " OR " : " AND ";
	struct formula_sql *out = compiler->out;
	bool was_needed = compiler->is_needed;
	size_t begin = out->sql.len;
	const cJSON *json;
	int parts = 0;

	if (list && !cJSON_IsArray(list))
		return invalid(compiler, "invalid filter");
	compiler->is_needed = was_needed && strcmp(joint, " AND ") == 0;
	buf_append_byte(&out->sql, '(');
	cJSON_ArrayForEach(json, list)
	{
		size_t before = out->sql.len;
		enum filter_outcome outcome;

		if (parts > 0)
			buf_append_str(&out->sql, str_from_c(joint));
		outcome = compile_item(compiler, json, depth);
		if (outcome == FILTER_INVALID)
			return outcome;
		if (outcome == FILTER_NONE)
			out->sql.len = before;
		parts += outcome == FILTER_SOME;
	}
	compiler->is_needed = was_needed;
	buf_append_byte(&out->sql, ')');
	if (parts > 0)
		return FILTER_SOME;
	out->sql.len = begin;
	return FILTER_NONE;
}

enum filter_outcome filter_compile(struct formula_sql *out, const struct table *table, const struct filters *filters,
				   const char **problem)
{
	struct compiler compiler = {
		.out = out, .table = table, .filters = filters, .problem = problem, .is_needed = true
	};
	enum filter_outcome outcome = compile_list(&compiler, filters->items, filters->conjunction, 0);

	if (outcome == FILTER_SOME && (buf_failed(&out->sql) || nesting_of(buf_str(&out->sql)) > NESTING_MAX))
		return invalid(&compiler, "invalid filter");
	return outcome;
}
