/* `atoll query`: a statement on a base from the command line; with --explain how the compiler takes it, phase by phase,
 * and a formula or a view's filters too. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/registry.h"
#include "cmd/command.h"
#include "cmd/site.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/json_in.h"
#include "core/json_out.h"
#include "model/model.h"
#include "query/explain.h"

enum { MAX_FILE = 16 << 20, MAX_ANSWER = 64 << 20 };

struct query {
	struct arena *arena;
	const struct options *options;
	struct str text;
	struct base *base; /* NULL: the tables come from a file */
	struct buf answer;
};

static void print_answer(struct query *query)
{
	struct str answer = buf_str(&query->answer);

	(void)fwrite(answer.at, 1, answer.len, stdout);
	if (answer.len > 0 && answer.at[answer.len - 1] != '\n')
		(void)putchar('\n');
	buf_clear(&query->answer);
}

/* ---- the tables ---- */

static bool read_file(struct query *query, const char *path, struct error *err)
{
	FILE *file = fopen(path, "rb");
	char piece[4096];
	size_t got;

	if (!file)
		return FAIL_WITH(err, bad_request, str_format(query->arena, "%s can't be read.", path));
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(&query->answer, piece, got);
	(void)fclose(file);
	return !buf_failed(&query->answer) ||
	       FAIL_WITH(err, bad_request, str_format(query->arena, "%s is too large.", path));
}

/* The description that the file holds, or the base's own. */
static bool read_model(struct query *query, struct model **out, struct error *err)
{
	const char *path = options_value(query->options, "tables");
	struct json_out json = json_out_to(&query->answer);
	cJSON *tree;
	bool ok;

	ok = query->base ? base_write_metadata(query->base, &json, err) : read_file(query, path, err);
	ok = ok && json_parse(query->arena, str_copy(query->arena, buf_str(&query->answer)), &tree, err) &&
	     model_read(tree, out, err);
	buf_clear(&query->answer);
	return ok;
}

/* ---- explaining ---- */

static bool explain(struct query *query, const struct model *model, struct error *err)
{
	const char *formula_of = options_value(query->options, "formula-of");
	const char *filters_of = options_value(query->options, "filters-of");
	const char *name = formula_of ? formula_of : filters_of;
	struct table_ref ref = { .name = str_from_c(name ? name : "") };
	const struct table *table = NULL;

	if (!name)
		return explain_sql(query->arena, model, query->text, clock_now_ms(), &query->answer, err);
	table = model_find_table(model, &ref, err);
	if (!table)
		return false;
	return formula_of ? explain_formula(query->arena, table, query->text, clock_now_ms(), &query->answer, err)
			  : explain_filters(query->arena, table, query->text, clock_now_ms(), &query->answer, err);
}

/* The phases up to the error are shown, and its place. */
static bool explain_text(struct query *query, struct error *err)
{
	struct model *model = NULL;
	bool ok;

	if (!read_model(query, &model, err))
		return false;
	ok = explain(query, model, err);
	if (!ok) {
		buf_append_byte(&query->answer, '\n');
		explain_place(query->text, err, &query->answer);
	}
	print_answer(query);
	model_release(&model);
	return ok;
}

/* ---- running ---- */

static bool run_statement(struct query *query, struct error *err)
{
	struct base_sql sql = { .text = query->text, .convert_keys = true, .max_ms = BASE_SQL_MS };
	struct base_actor actor = { .author = COMMAND_ACTOR };
	struct json_out json = json_out_to(&query->answer);
	int64_t changed;
	bool ok = base_run_sql(query->base, query->arena, &actor, &sql, &changed, &json, err);

	if (ok)
		print_answer(query);
	return ok;
}

static bool on_base(struct query *query, struct invocation *invocation, struct error *err)
{
	struct str uuid = str_from_c(options_value(query->options, "base"));
	struct site site;
	bool ok;

	if (!site_open(invocation->arena, &invocation->settings, SITE_CATALOG | SITE_BASES, &site, err))
		return false;
	ok = base_acquire(site.bases, uuid, &query->base, err);
	if (ok) {
		ok = options_value(query->options, "explain") ? explain_text(query, err) : run_statement(query, err);
		base_release(&query->base);
	}
	site_close(&site);
	return ok;
}

bool cmd_query(struct invocation *invocation, struct site *site, struct error *err)
{
	struct query query = { .arena = invocation->arena,
			       .options = &invocation->options,
			       .text = str_from_c(invocation->options.arguments[0]) };
	bool base = options_value(query.options, "base"), tables = options_value(query.options, "tables");
	bool ok;

	(void)site;
	if (base == tables)
		return FAIL_WITH(err, bad_request, STR("Say what it is about: --base or --tables."));
	if (tables && !options_value(query.options, "explain"))
		return FAIL_WITH(err, bad_request, STR("A description of tables has no rows: add --explain."));
	buf_init(&query.answer, base ? MAX_ANSWER : MAX_FILE);
	ok = base ? on_base(&query, invocation, err) : explain_text(&query, err);
	buf_free(&query.answer);
	return ok;
}
