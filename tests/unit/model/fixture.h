/* What the tests of cells share: a column of any type, and values sent through it. Each test program includes it once.
 */
#ifndef ATOLL_TESTS_MODEL_FIXTURE_H
#define ATOLL_TESTS_MODEL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/json_in.h"
#include "model/cell.h"
#include "model/model.h"
#include "model/option.h"

static struct arena *arena;
static struct cell_input input;

static inline int arena_setup(void **state)
{
	(void)state;
	arena = arena_new(SIZE_MAX / 2);
	input = (struct cell_input){ .arena = arena };
	return 0;
}

static inline int arena_teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static inline const cJSON *parsed(const char *json)
{
	struct error err;
	cJSON *tree;

	if (!json_parse(arena, str_from_c(json), &tree, &err))
		fail_msg("not JSON: %s (%s)", json, err.message);
	return tree;
}

/* A column of that type; `data` is JSON or NULL. */
static inline struct column *column_of(const char *type, const char *data)
{
	struct column *column = ARENA_NEW(arena, struct column);

	column->key = STR("aB3d");
	column->name = STR("Name");
	column->type = column_type_by_name(str_from_c(type));
	assert_non_null(column->type);
	column->data = str_from_c(data);
	column_prepare(arena, column);
	return column;
}

static inline struct cell cell_of(const struct column *column, const char *json)
{
	struct cell cell;

	cell_read(column, parsed(json), &input, &cell);
	return cell;
}

static inline const char *written(const struct column *column, const struct cell *cell, enum cell_form form)
{
	struct buf buf;
	struct json_out out = json_out_to(&buf);

	buf_init(&buf, SIZE_MAX / 4);
	cell_write(column, cell, form, &out);
	assert_false(buf_failed(&buf));
	const char *text = str_to_c(arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

static inline void assert_same_cell(const struct cell *a, const struct cell *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->integer, b->integer);
	assert_memory_equal(&a->number, &b->number, sizeof(double));
	assert_int_equal(a->text.len, b->text.len);
	if (a->text.len > 0)
		assert_memory_equal(a->text.at, b->text.at, a->text.len);
}

/* What is written is read back as the same cell, whatever the form; but ids are no names. */
static inline void assert_round_trip(const struct column *column, const struct cell *cell)
{
	for (int form = FORM_IDS; form <= FORM_OPERATION; form++) {
		if (column->options && form != FORM_NAMES && form != FORM_LEGACY)
			continue;
		struct cell again = cell_of(column, written(column, cell, (enum cell_form)form));
		assert_same_cell(cell, &again);
	}
}

struct cell_case {
	const char *type, *data; /* data NULL = null */
	const char *in;          /* JSON */
	const char *out;         /* JSON, in the form FORM_NAMES */
};

static inline void check_cells(const struct cell_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct column *column = column_of(cases[i].type, cases[i].data);
		struct cell cell = cell_of(column, cases[i].in);
		const char *out = written(column, &cell, FORM_NAMES);
		if (strcmp(out, cases[i].out) != 0)
			fail_msg("%s %s, in %s: out %s, expected %s", cases[i].type,
				 cases[i].data ? cases[i].data : "null", cases[i].in, out, cases[i].out);
		assert_round_trip(column, &cell);
	}
}

#define CHECK_CELLS(cases) check_cells((cases), sizeof(cases) / sizeof((cases)[0]))
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_setup, arena_teardown)

#endif
