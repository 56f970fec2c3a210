/* Places in a table's order: beside other rows, also when there is no room left. */
#include "fixture.h"

static void insert(const char *anchor, bool above, const char *rows)
{
	append_with((struct base_append_rows){ .table = table_ref("T"),
					       .rows = json(rows),
					       .insert_above = above,
					       .anchor_row_id = str_from_c(anchor) });
}

static void rows_go_beside_their_anchor(void **state)
{
	(void)state;
	make_table("T", "[]");
	append("T", "[{\"_id\":\"a\",\"Name\":\"a\"},{\"_id\":\"b\",\"Name\":\"b\"}]");
	insert("a", false, "[{\"Name\":\"a1\"},{\"Name\":\"a2\"}]");
	insert("a", true, "[{\"Name\":\"0\"}]");
	insert("b", true, "[{\"Name\":\"a3\"}]");
	insert("b", false, "[{\"Name\":\"b1\"}]");
	assert_string_equal(cells("T", "Name"), "\"0\" \"a\" \"a1\" \"a2\" \"a3\" \"b\" \"b1\"");
	assert_string_equal(append_with((struct base_append_rows){ .table = table_ref("T"),
								   .rows = json("[{\"Name\":\"x\"}]"),
								   .anchor_row_id = STR("nobody") }),
			    "row_not_found");
	assert_string_equal(query("SELECT op_type FROM operation WHERE op_type LIKE 'insert_row%' ORDER BY id"),
			    "insert_rows insert_row insert_row insert_row");
}

/* Inserts single rows and groups many times at one spot, and compares with the order that must come out. */
static void a_used_up_gap_is_made_wide_again(void **state)
{
	static const struct {
		const char *anchor;
		bool above;
		int rows_a_call, calls;
	} cases[] = {
		{ "a", false, 1, 300 }, /* each before those inserted earlier */
		{ "z", true, 1, 300 },  /* each behind them */
		{ "a", false, 7, 60 },  { "z", true, 50, 19 },
		{ "a", true, 3, 50 }, /* above the first row there is room without end */
		{ "z", false, 3, 50 },
	};
	struct buf rows;

	(void)state;
	buf_init(&rows, 1 << 20);
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct table_ref ref = table_ref("T");
		int next = 0, wrong = 0, last_of_call = -1, last_call = -1;

		make_table("T", "[]");
		append("T", "[{\"_id\":\"a\",\"Name\":\"a\"},{\"_id\":\"z\",\"Name\":\"z\"}]");
		for (int call = 0; call < cases[c].calls; call++) {
			buf_clear(&rows);
			for (int i = 0; i < cases[c].rows_a_call; i++, next++)
				buf_printf(&rows, "%s{\"Name\":\"%d %d\"}", i ? "," : "[", call, i);
			buf_append_byte(&rows, ']');
			insert(cases[c].anchor, cases[c].above, str_to_c(world.arena, buf_str(&rows)));
		}
		/* Calls in one direction, rows of a call always forward. */
		const cJSON *row, *answer = json_get(json(list("T")), "rows");
		bool descending = !cases[c].above;
		int seen = 0;

		cJSON_ArrayForEach(row, answer)
		{
			int call, i;

			if (sscanf(json_get_str(row, "Name").at, "%d %d", &call, &i) != 2)
				continue;
			seen++;
			if (last_call == call)
				wrong += i != last_of_call + 1;
			else
				wrong += i != 0 || (last_call >= 0 && call != last_call + (descending ? -1 : 1));
			last_call = call;
			last_of_call = i;
		}
		if (wrong > 0 || seen != next)
			fail_msg("case %zu: %d rows out of order, %d of %d seen", c, wrong, seen, next);
		assert_true(
			base_delete_table(world.base, world.arena, &world.actor, &ref, &(int64_t){ 0 }, &world.err));
	}
	buf_free(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(rows_go_beside_their_anchor), TEST(a_used_up_gap_is_made_wide_again) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
