/* model/column_type.c: the table of types is complete and consistent. */
#include "fixture.h"

static void every_type_is_found_by_its_name(void **state)
{
	(void)state;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		const struct column_type *type = column_type_by_id((enum column_type_id)id);
		assert_int_equal(type->id, id);
		assert_ptr_equal(column_type_by_name(str_from_c(type->name)), type);
	}
	assert_null(column_type_by_name(STR("Text")));
	assert_null(column_type_by_name(STR("text ")));
	assert_null(column_type_by_name(STR("")));
	assert_null(column_type_by_name((struct str){ 0 }));
}

static void rows_make_sense(void **state)
{
	(void)state;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		const struct column_type *type = column_type_by_id((enum column_type_id)id);
		bool own_column = type->storage != STORED_NOT && type->storage != STORED_SYSTEM;
		assert_int_equal(type->writable, type->read != NULL);
		assert_int_equal(own_column, type->sqlite_type != NULL);
		assert_int_equal(type->storage == STORED_SYSTEM, type->system_key != NULL);
		assert_int_equal(type->storage != STORED_NOT, type->write != NULL);
		if (type->default_data)
			assert_true(cJSON_IsObject(parsed(type->default_data)));
	}
}

static void which_types_are_special(void **state)
{
	static const char *const first[] = { "text", "number", "date", "single-select", "formula", "auto-number" };
	size_t can_be_first = 0, can_not_create = 0;

	(void)state;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		can_be_first += column_type_by_id((enum column_type_id)id)->can_be_first;
		can_not_create += !column_type_by_id((enum column_type_id)id)->can_create;
	}
	assert_int_equal(can_be_first, 6);
	assert_int_equal(can_not_create, 0);
	for (size_t i = 0; i < 6; i++)
		assert_true(column_type_by_name(str_from_c(first[i]))->can_be_first);
}

static void empty_cells_are_null(void **state)
{
	struct cell empty = { .kind = CELL_EMPTY };

	(void)state;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		const struct column *column = column_of(column_type_by_id((enum column_type_id)id)->name, NULL);
		for (int form = FORM_IDS; form <= FORM_OPERATION; form++)
			assert_string_equal(written(column, &empty, (enum cell_form)form), "null");
		assert_int_equal(cell_display(column, &empty, arena).len, 0);
		assert_null(cell_for_conversion(column, &empty, arena));
	}
}

/* Any value into any writable type: an empty cell or one that comes back the same, never worse. */
static void anything_may_be_sent(void **state)
{
	static const char *const values[] = {
		"null",
		"\"\"",
		"true",
		"false",
		"0",
		"-1",
		"1e308",
		"5e-324",
		"123456789012345678",
		"\"x\"",
		"\" \"",
		"\"0\"",
		"\",\"",
		"\", \"",
		"\"-\"",
		"\":\"",
		"\"%\"",
		"\"😀\"",
		"\"://\"",
		"\"@auth.local\"",
		"\"9999-12-31T23:59:59-12:00\"",
		"\"0001-01-01T00:00:00+12:00\"",
		"\"N,E\"",
		"\"省市区\"",
		"[]",
		"[[]]",
		"[null]",
		"[\"\"]",
		"[{}]",
		"{}",
		"{\"text\":5}",
		"{\"lat\":null,\"lng\":{}}",
		"{\"a\":{\"b\":[1]}}",
		"[1,true,\"x\",[\"y\"],{\"z\":1}]",
	};

	(void)state;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		const struct column_type *type = column_type_by_id((enum column_type_id)id);
		const struct column *column = column_of(type->name, type->default_data);
		for (size_t i = 0; type->writable && i < sizeof(values) / sizeof(values[0]); i++) {
			struct cell cell = cell_of(column, values[i]);
			assert_true(cell.kind != CELL_TEXT || cell.text.len > 0);
			assert_round_trip(column, &cell);
			cell_display(column, &cell, arena);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_type_is_found_by_its_name),
		TEST(rows_make_sense),
		TEST(which_types_are_special),
		TEST(empty_cells_are_null),
		TEST(anything_may_be_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
