/* Filters, item by item: what the column filters as, whether predicate and term fit it, and the predicate's SQL with
 * the cell and the term put in. Predicates are rows of defs/filter_predicates.def. */
#include "query/filter_compiler.h"

#include <string.h>

#include "core/json_in.h"
#include "query/index_use.h"
#include "query/nesting.h"

static const struct filter_predicate predicates[] = {
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

static enum filter_outcome invalid(const struct filter_compiler *compiler, const char *problem)
{
	*compiler->problem = problem;
	return FILTER_INVALID;
}

/* ---- an item, in the order of checks of views.md 3.2 ---- */

static const struct column *find_column(const struct filter_compiler *compiler, const cJSON *json, bool *missing)
{
	struct str key = json_get_str(json, "column_key"), name = json_get_str(json, "column_name");

	*missing = str_is_empty(key) && str_is_empty(name);
	if (!str_is_empty(key))
		return map_get(compiler->table->column_by_key, key);
	return *missing ? NULL : table_find_column(compiler->table, name);
}

/* Documentation prints some predicates with blanks. */
static const struct filter_predicate *find_predicate(enum filter_kind kind, struct str name)
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

static enum filter_outcome read_days(const struct filter_compiler *compiler, struct filter_item *item)
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

static enum filter_outcome read_item(struct filter_compiler *compiler, struct filter_item *item)
{
	struct str predicate = json_get_str(item->json, "filter_predicate");
	bool missing;

	item->column = find_column(compiler, item->json, &missing);
	if (missing)
		return FILTER_NONE;
	if (!item->column)
		return invalid(compiler, NO_COLUMN);
	if (!filter_read_column(compiler, item))
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
	return filter_read_term(compiler, item) ? FILTER_SOME : invalid(compiler, BAD_TERM);
}

/* ---- groups ---- */

static enum filter_outcome compile_list(struct filter_compiler *compiler, const cJSON *list, struct str conjunction,
					int depth);

static enum filter_outcome compile_item(struct filter_compiler *compiler, const cJSON *json, int depth)
{
	struct filter_item item = { .json = json, .term = json_get(json, "filter_term") };
	enum filter_outcome outcome;

	if (json_get(json, "filters"))
		return depth == 0 ? compile_list(compiler, json_get(json, "filters"),
						 json_get_str(json, "filter_conjunction"), depth + 1)
				  : invalid(compiler, "invalid filter");
	if (!cJSON_IsObject(json) || ++compiler->items > FILTER_MAX_ITEMS)
		return invalid(compiler, "invalid filter");
	outcome = read_item(compiler, &item);
	if (outcome == FILTER_SOME)
		filter_emit_item(compiler, &item);
	return outcome;
}

/* "(a AND b)"; what is incomplete is left out, and all of it when nothing is left. */
static enum filter_outcome compile_list(struct filter_compiler *compiler, const cJSON *list, struct str conjunction,
					int depth)
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
	struct filter_compiler compiler = {
		.out = out, .table = table, .filters = filters, .problem = problem, .is_needed = true
	};
	enum filter_outcome outcome = compile_list(&compiler, filters->items, filters->conjunction, 0);

	if (outcome == FILTER_SOME && (buf_failed(&out->sql) || nesting_of(buf_str(&out->sql)) > NESTING_MAX))
		return invalid(&compiler, "invalid filter");
	return outcome;
}
