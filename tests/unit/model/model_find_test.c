/* model/model_find.c and model.c: finding by id or name, names and ids, the model's life. */
#include <pthread.h>

#include "model_fixture.h"

#define NONE                                                                                                           \
	{                                                                                                              \
		NULL, 0                                                                                                \
	}

static void tables_and_views_by_id_then_name(void **state)
{
	/* the second table is named as the first one's id; so is the second view */
	static const struct {
		struct str id, name;
		int table; /* -1 = not found */
		int view;  /* of the first table */
	} cases[] = {
		{ { "0000", 4 }, NONE, 0, 0 },           { { "0000", 4 }, { "0000", 4 }, 0, 0 },
		{ NONE, { "0000", 4 }, 1, 1 },           { { "Parts", 5 }, NONE, 0, -1 },
		{ NONE, { "Parts", 5 }, 0, -1 },         { { "kP4z", 4 }, NONE, 1, -1 },
		{ NONE, { "kP4z", 4 }, 1, -1 },          { { "Vt8c", 4 }, NONE, -1, 1 },
		{ NONE, { "Default View", 12 }, -1, 0 }, { { "nope", 4 }, { "0000", 4 }, 1, 1 },
		{ { "parts", 5 }, NONE, -1, -1 },        { NONE, NONE, -1, -1 },
		{ { "", 0 }, { "", 0 }, -1, -1 },
	};
	struct model *model = small_model();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table_ref ref = { cases[i].id, cases[i].name };
		struct error err = { 0 };
		const struct table *table = model_find_table(model, &ref, &err);
		assert_ptr_equal(table, cases[i].table < 0 ? NULL : &model->tables[cases[i].table]);
		assert_int_equal(err.code, table ? E_NONE : E_table_not_found);
		err = (struct error){ 0 };
		const struct view *view = table_find_view(&model->tables[0], &ref, &err);
		assert_ptr_equal(view, cases[i].view < 0 ? NULL : &model->tables[0].views[cases[i].view]);
		assert_int_equal(err.code, view ? E_NONE : E_view_not_found);
	}
	model_release(&model);
}

static void columns_by_name_then_key(void **state)
{
	struct model *model = small_model();
	const struct table *parts = &model->tables[0];

	(void)state;
	assert_ptr_equal(table_find_column(parts, STR("Stock")), parts->columns[1]);
	assert_ptr_equal(table_find_column(parts, STR("0000")), parts->columns[0]);
	assert_ptr_equal(table_find_column(parts, STR("h7Qd")), parts->columns[2]); /* a name before a key */
	assert_ptr_equal(table_find_column(parts, STR("wE2x")), parts->columns[2]);
	assert_null(table_find_column(parts, STR("stock")));
	assert_null(table_find_column(parts, (struct str){ 0 }));
	assert_null(column_option_by_id(parts->columns[0], STR("1")));
	assert_null(column_option_by_name(parts->columns[0], STR("a")));
	model_release(&model);
	assert_null(model);
}

static void names_are_checked(void **state)
{
	static const struct {
		const char *in, *out; /* out NULL = refused */
	} cases[] = {
		{ "Stock", "Stock" },
		{ "  a b\t", "a b" },
		{ "é😀", "é😀" },
		{ "a.b{c}`d`", "a.b{c}`d`" },
		{ "", NULL },
		{ "   ", NULL },
		{ NULL, NULL },
		{ "a\nb", NULL },
		{ "a\x7f"
		  "b",
		  NULL },
		{ "a\x01"
		  "b",
		  NULL },
	};
	struct error err;
	struct str out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = model_check_name(arena, str_from_c(cases[i].in), "view name", &out, &err);
		assert_int_equal(ok, cases[i].out != NULL);
		if (ok)
			assert_string_equal(out.at, cases[i].out);
		else
			assert_string_equal(err.message, "view name invalid.");
	}
	assert_true(model_check_name(arena, str_format(arena, "%0255d", 0), "x", &out, &err));
	assert_false(model_check_name(arena, str_format(arena, "%0256d", 0), "x", &out, &err));
	struct str wide = str_format(arena, "%s%0254d", "😀", 0);
	assert_true(model_check_name(arena, wide, "x", &out, &err));
	assert_int_equal(out.len, wide.len);
}

static void free_ids_differ_from_the_taken(void **state)
{
	struct str taken[500];

	(void)state;
	for (size_t i = 0; i < 500; i++) {
		taken[i] = model_free_id(arena, taken, i);
		assert_int_equal(taken[i].len, 4);
		for (size_t j = 0; j < i; j++)
			assert_false(str_equal_fold(taken[i], taken[j]));
	}
}

static void *use_and_release(void *shared)
{
	struct model *model = shared;

	for (int i = 0; i < 1000; i++) {
		struct model *mine = model;
		model_retain(mine);
		model_release(&mine);
	}
	model_release(&model);
	return NULL;
}

static void freed(void *flag)
{
	*(bool *)flag = true;
}

static void the_last_reference_frees(void **state)
{
	struct model *model = small_model();
	pthread_t threads[4];
	bool gone = false;

	(void)state;
	arena_on_free(model->arena, freed, &gone);
	for (int i = 0; i < 4; i++) {
		model_retain(model);
		assert_int_equal(pthread_create(&threads[i], NULL, use_and_release, model), 0);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_false(gone);
	model_release(&model);
	assert_true(gone);
	model_release(&model); /* NULL is fine */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tables_and_views_by_id_then_name), TEST(columns_by_name_then_key), TEST(names_are_checked),
		TEST(free_ids_differ_from_the_taken),   TEST(the_last_reference_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
