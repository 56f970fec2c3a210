/* Sorting rows: by order_by and by the sorts of a view; hidden columns and filters of views. */
#include "fixture.h"

#define OPTIONS                                                                                                        \
	"{\"options\":[{\"id\":\"9\",\"name\":\"zero\"},{\"id\":\"1\",\"name\":\"one\"},{\"id\":\"2\",\"name\":"       \
	"\"two\"},"                                                                                                    \
	"{\"id\":\"3\",\"name\":\"three\"}]}"

static void make_sample(void)
{
	make_table("T", "[{\"column_name\":\"Id\"},{\"column_name\":\"Text\"},{\"column_name\":\"Num\",\"column_type\":"
			"\"number\"},"
			"{\"column_name\":\"Date\",\"column_type\":\"date\"},{\"column_name\":\"Check\",\"column_"
			"type\":\"checkbox\"},"
			"{\"column_name\":\"One\",\"column_type\":\"single-select\",\"column_data\":" OPTIONS "},"
			"{\"column_name\":\"Many\",\"column_type\":\"multiple-select\",\"column_data\":" OPTIONS "},"
			"{\"column_name\":\"Long\",\"column_type\":\"long-text\"},"
			"{\"column_name\":\"Who\",\"column_type\":\"collaborator\"},{\"column_name\":\"Made\",\"column_"
			"type\":\"ctime\"}]");
	append("T", "[{\"Id\":\"a\",\"Text\":\"File "
		    "10\",\"Num\":10,\"Date\":\"2026-03-01\",\"Check\":true,\"One\":\"two\",\"Many\":[\"two\",\"one\"],"
		    "\"Long\":\"z\","
		    "\"Who\":[\"b@auth.local\"]},"
		    "{\"Id\":\"b\"},"
		    "{\"Id\":\"c\",\"Text\":\"file "
		    "2\",\"Num\":9,\"Date\":\"2025-12-31\",\"Check\":false,\"One\":\"zero\",\"Many\":[\"one\"],"
		    "\"Long\":\"a\","
		    "\"Who\":[\"a@auth.local\",\"z@auth.local\"]},"
		    "{\"Id\":\"d\",\"Text\":\"File "
		    "2\",\"Num\":9,\"Date\":\"2026-03-02\",\"One\":\"three\",\"Many\":[\"three\",\"zero\"]}]");
}

static void columns_sort_in_their_types_order(void **state)
{
	static const struct {
		const char *column, *up, *down;
	} cases[] = {
		{ "Text", "c d a b", "a d c b" },  { "Num", "c d a b", "a c d b" },  { "Date", "c a d b", "d a c b" },
		{ "Check", "b c d a", "a b c d" }, { "One", "c a d b", "d a c b" },  { "Many", "d c a b", "a c d b" },
		{ "Long", "a b c d", "a b c d" },                                    /* not sortable */
		{ "Who", "c a b d", "a c b d" },   { "Made", "a b c d", "a b c d" }, /* all the same */
	};

	(void)state;
	make_sample();
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		bool down = i % 2;
		const char *wanted = down ? cases[i / 2].down : cases[i / 2].up, *got;
		char plain[32], *to = plain;

		got = member_of_rows(list_with((struct base_list_rows){ .table = table_ref("T"),
									.form = FORM_NAMES,
									.order_by = str_from_c(cases[i / 2].column),
									.descending = down }),
				     "Id");
		for (; *got; got++) {
			if (*got != '"')
				*to++ = *got;
		}
		*to = '\0';
		if (strcmp(plain, wanted) != 0)
			fail_msg("%s %s: %s, expected %s", cases[i / 2].column, down ? "down" : "up", plain, wanted);
	}
	assert_string_equal(list_with((struct base_list_rows){ .table = table_ref("T"), .order_by = STR("Nobody") }),
			    "column_not_found");
}

static const char *view(const char *body)
{
	struct table_ref ref = table_ref("T");

	return ANSWER(base_create_view(world.base, world.arena, &world.actor, &ref, json(body), OUT, &world.err));
}

static const char *list_view(const char *name)
{
	return list_with(
		(struct base_list_rows){ .table = table_ref("T"), .view = table_ref(name), .form = FORM_NAMES });
}

static void views_sort_and_hide(void **state)
{
	const char *answer;

	(void)state;
	make_sample();
	view("{\"name\":\"V\",\"sorts\":[{\"column_name\":\"Num\",\"sort_type\":\"up\"},{\"column_name\":\"Text\","
	     "\"sort_type\":\"down\"}],"
	     "\"hidden_columns\":[\"0000\",\"Made\",\"nobody\"]}");
	answer = list_view("V");
	assert_string_equal(member_of_rows(answer, "Text"), "\"File 2\" \"file 2\" \"File 10\" null");
	assert_null(strstr(answer, "\"Id\""));
	assert_null(strstr(answer, "\"Made\""));
	assert_non_null(strstr(answer, "\"_ctime\"")); /* hidden under its name, so the row's own field shows */
	assert_string_equal(list_view("Nobody"), "view_not_found");
	answer = list_view("Default View");
	assert_non_null(strstr(answer, "\"Made\""));
	assert_null(strstr(answer, "\"_ctime\"")); /* shown under its name only */
}

static void incomplete_filters_do_not_count(void **state)
{
	(void)state;
	make_sample();
	view("{\"name\":\"V\",\"filters\":[{\"column_name\":\"Text\",\"filter_predicate\":\"contains\",\"filter_term\":"
	     "\"\"},"
	     "{\"filter_conjunction\":\"And\",\"filters\":[{\"column_name\":\"Num\"}]},{\"filter_predicate\":\"is\"}]"
	     "}");
	assert_string_equal(member_of_rows(list_view("V"), "Id"), "\"a\" \"b\" \"c\" \"d\"");
	view("{\"name\":\"W\",\"filters\":[{\"column_name\":\"Text\",\"filter_predicate\":\"is_empty\"}]}");
	assert_string_equal(member_of_rows(list_view("W"), "Id"), "\"b\"");
	view("{\"name\":\"X\",\"filters\":[{\"filter_conjunction\":\"Or\",\"filters\":[{\"column_name\":\"Num\","
	     "\"filter_predicate\":\"equal\","
	     "\"filter_term\":0}]}]}");
	assert_string_equal(member_of_rows(list_view("X"), "Id"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(columns_sort_in_their_types_order), TEST(views_sort_and_hide),
					    TEST(incomplete_filters_do_not_count) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
