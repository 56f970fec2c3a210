#include "query/explain.h"

#include "core/arena.h"
#include "core/json_in.h"
#include "query/filter.h"
#include "query/print.h"
#include "query/sql_parser.h"

static void title(struct buf *out, const char *name)
{
	buf_printf(out, "%s-- %s\n", out->len > 0 ? "\n" : "", name);
}

/* ---- the compiled ---- */

static void explain_value(const struct formula_value *value, int number, struct buf *out)
{
	switch (value->type) {
	case FORMULA_NUMBER:
		buf_printf(out, "?%d = %.15g\n", number, value->number);
		break;
	case FORMULA_COLUMN:
		buf_printf(out, "?%d = column %.*s\n", number, STR_ARG(value->column->key));
		break;
	default:
		buf_printf(out, "?%d = '%.*s'\n", number, STR_ARG(value->text));
	}
}

void explain_compiled(const struct formula_sql *compiled, struct buf *out)
{
	title(out, "SQL");
	buf_append_str(out, compiled->sql.len > 0 ? buf_str(&compiled->sql) : STR("nothing is read"));
	buf_append_byte(out, '\n');
	for (size_t i = 0; i < compiled->count; i++)
		explain_value(&compiled->values[i], compiled->first_parameter + (int)i, out);
}

/* ---- statements ---- */

static void explain_words(struct arena *arena, struct str text, struct buf *out)
{
	static const char *const types[] = { [TOKEN_WORD] = "word",
					     [TOKEN_QUOTED_NAME] = "name",
					     [TOKEN_STRING] = "string",
					     [TOKEN_DIGITS] = "number",
					     [TOKEN_MARK] = "mark" };
	struct error ignored = { 0 };
	struct sql_parser in = { .arena = arena, .text = text, .err = &ignored };

	title(out, "words");
	while (sql_next(&in) && in.token.type != TOKEN_END)
		buf_printf(out, "%s %.*s  @%zu-%zu\n", types[in.token.type], STR_ARG(in.token.text), in.token.from + 1,
			   in.token.to);
}

bool explain_sql(struct arena *arena, const struct model *model, struct str text, int64_t now_ms, struct buf *out,
		 struct error *err)
{
	struct sql_statement *statement = ARENA_NEW(arena, struct sql_statement);
	struct formula_sql compiled;
	bool ok;

	explain_words(arena, text, out);
	if (!sql_parse(arena, text, NULL, statement, err))
		return false;
	title(out, "tree");
	sql_outline(statement, out);
	formula_sql_init(&compiled, arena, now_ms, 1);
	ok = sql_check(&compiled, model, statement, err);
	if (ok) {
		title(out, "checked");
		sql_outline(statement, out);
		if (statement->kind == SQL_SELECT)
			sql_emit_select(&compiled, statement, NULL);
		else if (statement->kind != SQL_INSERT)
			sql_emit_row_ids(&compiled, statement);
		explain_compiled(&compiled, out);
		ok = sql_check_size(&compiled, err);
	}
	formula_sql_free(&compiled);
	return ok;
}

/* ---- formulas and filters ---- */

bool explain_formula(struct arena *arena, const struct table *table, struct str text, int64_t now_ms, struct buf *out,
		     struct error *err)
{
	struct node *node = formula_parse(arena, text, err);
	struct formula_sql compiled;
	struct scope scope = { &compiled, table, NULL, 0, err, NULL };
	bool ok;

	if (!node)
		return false;
	title(out, "tree");
	formula_outline(node, out);
	formula_sql_init(&compiled, arena, now_ms, 1);
	formula_check_begin(&compiled, NULL);
	compiled.text = text;
	ok = formula_check(&scope, node);
	if (ok) {
		title(out, "checked");
		formula_outline(node, out);
		formula_emit_whole(&compiled, node, 0);
		explain_compiled(&compiled, out);
	}
	formula_sql_free(&compiled);
	return ok;
}

bool explain_filters(struct arena *arena, const struct table *table, struct str json, int64_t now_ms, struct buf *out,
		     struct error *err)
{
	struct formula_sql compiled;
	const char *problem = NULL;
	enum filter_outcome outcome;
	cJSON *tree;

	if (!json_parse(arena, json, &tree, err))
		return false;
	struct filters filters = { .items = cJSON_IsArray(tree) ? tree : json_get(tree, "filters"),
				   .conjunction = json_get_str(tree, "filter_conjunction") };
	formula_sql_init(&compiled, arena, now_ms, 1);
	outcome = filter_compile(&compiled, table, &filters, &problem);
	if (outcome == FILTER_SOME)
		explain_compiled(&compiled, out);
	else if (outcome == FILTER_NONE)
		buf_append_str(out, STR("every row: nothing complete is asked for\n"));
	formula_sql_free(&compiled);
	return outcome != FILTER_INVALID || FAIL_WITH(err, filter_invalid, str_from_c(problem));
}

/* ---- errors ---- */

void explain_place(struct str text, const struct error *err, struct buf *out)
{
	size_t chars = 0, line = 0, at = 0;

	if (err->to == 0)
		return;
	for (; at < text.len && chars < err->from; at++) {
		chars += ((unsigned char)text.at[at] & 0xC0) != 0x80;
		if (text.at[at] == '\n')
			line = at + 1;
	}
	while (at < text.len && ((unsigned char)text.at[at] & 0xC0) == 0x80)
		at++;
	size_t end = str_find_byte(text, '\n', line);
	buf_append_str(out, str_slice(text, line, end == SIZE_MAX ? text.len : end));
	buf_append_byte(out, '\n');
	for (size_t i = str_count_chars(str_slice(text, line, at)); i > 0; i--)
		buf_append_byte(out, ' ');
	for (size_t i = err->from; i < err->to; i++)
		buf_append_byte(out, '^');
	buf_append_byte(out, '\n');
}
