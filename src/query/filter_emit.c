/* An item's condition, and what of it an index could find. */
#include "query/filter_compiler.h"

#include <string.h>

#include "core/json_in.h"
#include "query/formula_node.h"
#include "query/index_use.h"

static void emit_text(struct formula_sql *out, const char *text)
{
	formula_emit_text(out, str_copy(out->arena, str_from_c(text)));
}

static void emit_letter(const struct filter_compiler *compiler, const struct filter_item *item, char letter)
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
static const char *sql_of(const struct filter_item *item)
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

static const char *bounds_of(const struct filter_item *item)
{
	for (size_t i = 0; i < sizeof(bounded) / sizeof(bounded[0]); i++)
		if (strcmp(bounded[i].predicate, item->predicate->name) == 0)
			return bounded[i].bounds;
	return "";
}

static void set_bounds(const struct filter_compiler *compiler, const struct filter_item *item, struct index_use *use)
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

static void note_values(const struct filter_compiler *compiler, const struct filter_item *item, struct index_use *use)
{
	const cJSON *term;

	if (item->predicate->term != TERM_OPTIONS) {
		use->values[use->value_count++] = index_text(item->text);
		return;
	}
	cJSON_ArrayForEach(term, item->term)
	{
		if (use->value_count < INDEX_VALUES_MAX)
			use->values[use->value_count++] = index_text(filter_option_of(compiler, item, term));
	}
}

static void note_use(const struct filter_compiler *compiler, const struct filter_item *item)
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

void filter_emit_item(const struct filter_compiler *compiler, struct filter_item *item)
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
