/* What the compiler makes of statements, formulas and filters, case by case: tests/golden/ holds inputs and, under
 * each, the SQL for SQLite with its values, or the error with its place. No file of a base is open. `make golden`
 * writes what the compiler gives now into the files, to be looked at as a change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/json_in.h"
#include "model/model.h"
#include "query/explain.h"

enum { MAX_FILE = 4 << 20 };
static const int64_t now_ms = INT64_C(1715250030000); /* 2024-05-09T10:20:30Z */

static const char *const files[] = { "sql_select", "sql_condition", "sql_list",     "sql_join", "sql_within",
				     "sql_write",  "sql_error",     "sql_function", "formula",  "formula_error",
				     "filter",     "filter_date",   "filter_error" };

static struct model *model;

static struct str read_file(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = arena_alloc(arena, MAX_FILE);
	size_t len;

	if (!file)
		fail_msg("%s is missing", path);
	len = fread(text, 1, MAX_FILE, file);
	(void)fclose(file);
	return (struct str){ text, len };
}

static bool starts(struct str line, const char *word, struct str *rest)
{
	size_t len = strlen(word);

	if (!str_starts_with(line, str_from_c(word)))
		return false;
	*rest = str_slice(line, len, line.len);
	return true;
}

/* "TABLE rest" */
static const struct table *take_table(struct str *rest)
{
	size_t blank = str_find_byte(*rest, ' ', 0);
	struct table_ref ref = { .name = str_slice(*rest, 0, blank) };
	struct error err;
	const struct table *table = model_find_table(model, &ref, &err);

	if (!table)
		fail_msg("no such table: %.*s", STR_ARG(*rest));
	*rest = str_slice(*rest, blank + 1, rest->len);
	return table;
}

/* The phases of the input; the result is their last one, or the error. */
static void compile(struct arena *arena, struct str input, struct buf *out)
{
	struct error err = { 0 };
	struct buf phases;
	struct str rest = { 0 }, all;
	size_t from = 0;
	bool ok = false;

	buf_init(&phases, MAX_FILE);
	if (starts(input, "sql: ", &rest)) {
		ok = explain_sql(arena, model, rest, now_ms, &phases, &err);
	} else if (starts(input, "formula of ", &rest)) {
		const struct table *table = take_table(&rest);

		ok = explain_formula(arena, table, rest, now_ms, &phases, &err);
	} else if (starts(input, "filters of ", &rest)) {
		const struct table *table = take_table(&rest);

		ok = explain_filters(arena, table, rest, now_ms, &phases, &err);
	} else {
		fail_msg("what is this? %.*s", STR_ARG(input));
	}
	all = buf_str(&phases);
	for (size_t i = 0; i + 7 <= all.len; i++) {
		if (str_starts_with(str_slice(all, i, all.len), STR("-- SQL\n")))
			from = i + 7;
	}
	if (ok)
		buf_append_str(out, str_slice(all, from, all.len));
	else
		buf_printf(out, "error: %s\n", err.message);
	if (!ok && err.to > 0)
		explain_place(rest, &err, out);
	buf_free(&phases);
}

/* Comments and inputs as they are, under each input what it gives now. */
static void make_now(struct arena *arena, struct str before, struct buf *out)
{
	bool in_result = false;

	for (size_t at = 0; at < before.len;) {
		size_t end = str_find_byte(before, '\n', at);
		struct str line = str_slice(before, at, end == SIZE_MAX ? before.len : end), ignored;
		bool is_input =
			!in_result && (starts(line, "sql: ", &ignored) || starts(line, "formula of ", &ignored) ||
				       starts(line, "filters of ", &ignored));

		at += line.len + 1;
		if (line.len == 0)
			in_result = false;
		if (!in_result) {
			buf_append_str(out, line);
			buf_append_byte(out, '\n');
		}
		if (is_input) {
			compile(arena, line, out);
			in_result = true;
		}
	}
}

/* The first line that differs tells most. */
static void compare(const char *path, struct str before, struct str now)
{
	size_t at = 0, line = 0;

	while (at < before.len && at < now.len && before.at[at] == now.at[at]) {
		if (before.at[at] == '\n')
			line = at + 1;
		at++;
	}
	if (at == before.len && at == now.len)
		return;
	size_t was_end = str_find_byte(before, '\n', line), now_end = str_find_byte(now, '\n', line);
	struct str was = str_slice(before, line, was_end == SIZE_MAX ? before.len : was_end);
	struct str is = str_slice(now, line, now_end == SIZE_MAX ? now.len : now_end);
	fail_msg("%s:\nwas %.*s\nis  %.*s", path, STR_ARG(was), STR_ARG(is));
}

static void write_file(const char *path, struct str text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static void inputs_give_what_is_written_under_them(void **state)
{
	struct arena *arena = arena_new(SIZE_MAX);
	struct error err;
	cJSON *tree;

	(void)state;
	assert_true(clock_set_zone("Europe/Berlin"));
	if (!json_parse(arena, read_file(arena, "tests/golden/tables.json"), &tree, &err) ||
	    !model_read(tree, &model, &err))
		fail_msg("tests/golden/tables.json: %s", err.message);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct str path = str_format(arena, "tests/golden/%s.txt", files[i]);
		struct str before = read_file(arena, path.at);
		struct buf now;

		buf_init(&now, MAX_FILE);
		make_now(arena, before, &now);
		if (getenv("ATOLL_GOLDEN_WRITE"))
			write_file(path.at, buf_str(&now));
		else
			compare(path.at, before, buf_str(&now));
		buf_free(&now);
	}
	model_release(&model);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(inputs_give_what_is_written_under_them) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
