/* model/view_body.c: what a PUT makes of a view. */
#include "model_fixture.h"

static struct model *model;

static int make_model(void **state)
{
	model = small_model();
	return arena_setup(state);
}

static int drop_model(void **state)
{
	model_release(&model);
	return arena_teardown(state);
}

static const char *merged(const char *stored, const char *changes, struct error *err)
{
	struct str out;
	bool ok = view_body_merge(arena, &model->tables[0], stored ? parsed(stored) : NULL,
				  changes ? parsed(changes) : NULL, &out, err);

	return ok ? out.at : NULL;
}

static void changes_are_merged(void **state)
{
	static const struct {
		const char *stored, *changes, *out;
	} cases[] = {
		{ NULL, NULL, "{}" },
		{ NULL,
		  "{\"name\":\"V\",\"type\":\"table\",\"_id\":\"x\",\"table_name\":\"Parts\",\"view_name\":\"y\"}",
		  "{}" },
		{ "{\"is_locked\":true,\"x\":1}", "{}", "{\"is_locked\":true,\"x\":1}" },
		{ "{\"is_locked\":true,\"x\":1}", "{\"is_locked\":false}", "{\"x\":1,\"is_locked\":false}" },
		{ "{\"rows\":[1],\"colors\":{\"a\":1}}", "{\"summaries\":[1],\"groups\":[2],\"row_height\":\"double\"}",
		  "{\"row_height\":\"double\"}" },
		{ "{\"sorts\":[{\"column_key\":\"0000\",\"sort_type\":\"up\"}]}", "{\"filters\":[]}",
		  "{\"sorts\":[{\"column_key\":\"0000\",\"sort_type\":\"up\"}],\"filters\":[]}" },
		{ "{\"sorts\":[{\"column_key\":\"0000\",\"sort_type\":\"up\"}]}", "{\"sorts\":[{}]}",
		  "{\"sorts\":[]}" },
		{ "{\"sorts\":[{\"column_key\":\"0000\",\"sort_type\":\"up\"}]}", "{\"sorts\":[]}", "{\"sorts\":[]}" },
		{ "{\"sorts\":[{\"column_key\":\"0000\",\"sort_type\":\"up\"}]}", "{\"sorts\":null}", "{}" },
		{ NULL, "{\"sorts\":[{\"column_name\":\"Stock\",\"sort_type\":\"down\"},{}]}",
		  "{\"sorts\":[{\"column_key\":\"h7Qd\",\"sort_type\":\"down\"}]}" },
		{ NULL, "{\"sorts\":[{\"column_key\":\"h7Qd\"},{\"column_key\":\"Stock\"},{\"column_name\":\"gone\"}]}",
		  "{\"sorts\":[{\"column_key\":\"h7Qd\"},{\"column_key\":\"h7Qd\"},{\"column_key\":\"gone\"}]}" },
		{ NULL, "{\"groupbys\":[{\"column_name\":\"Stock\",\"sort_type\":\"up\",\"count_type\":\"\"}]}",
		  "{\"groupbys\":[{\"column_key\":\"h7Qd\",\"sort_type\":\"up\",\"count_type\":\"\"}]}" },
		{ NULL,
		  "{\"filter_conjunction\":\"OR\",\"filters\":[{\"column_name\":\"Name\",\"filter_predicate\":\"does "
		  "not contain\","
		  "\"filter_term\":\"a b\"}]}",
		  "{\"filter_conjunction\":\"Or\",\"filters\":[{\"column_key\":\"0000\",\"filter_predicate\":\"does_"
		  "not_contain\","
		  "\"filter_term\":\"a b\"}]}" },
		{ NULL,
		  "{\"filters\":[{\"filter_conjunction\":\"and\",\"filters\":[{\"column_name\":\"Stock\",\"filter_"
		  "predicate\":\"less\","
		  "\"filter_term\":10},{}]}]}",
		  "{\"filters\":[{\"filter_conjunction\":\"And\",\"filters\":[{\"column_key\":\"h7Qd\",\"filter_"
		  "predicate\":\"less\","
		  "\"filter_term\":10}]}]}" },
		{ NULL, "{\"hidden_columns\":[\"wE2x\",\"Stock\",\"gone\"]}",
		  "{\"hidden_columns\":[\"wE2x\",\"h7Qd\",\"gone\"]}" },
		{ NULL, "{\"colorbys\":{\"type\":\"by_rules\"},\"private_for\":null,\"custom\":[null]}",
		  "{\"colorbys\":{\"type\":\"by_rules\"},\"custom\":[null]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };
		const char *out = merged(cases[i].stored, cases[i].changes, &err);
		if (!out || strcmp(out, cases[i].out) != 0)
			fail_msg("%s + %s: %s %s", cases[i].stored, cases[i].changes, out, err.message);
		assert_string_equal(merged(out, out, &err), out); /* what is stored may be sent back */
	}
}

static void wrong_shapes_are_refused(void **state)
{
	static const char *const changes[] = {
		"{\"filters\":\"x\"}",
		"{\"filters\":{}}",
		"{\"filters\":[7]}",
		"{\"filters\":[{\"filters\":7}]}",
		"{\"filters\":[{\"filters\":[[]]}]}",
		"{\"filters\":[{\"filter_conjunction\":\"xor\",\"filters\":[]}]}",
		"{\"sorts\":[\"Stock\"]}",
		"{\"groupbys\":5}",
		"{\"hidden_columns\":\"wE2x\"}",
		"{\"hidden_columns\":[5]}",
		"{\"filter_conjunction\":\"Nor\"}",
		"{\"filter_conjunction\":7}",
		"{\"is_locked\":\"maybe\"}",
		"{\"colorbys\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct error err = { 0 };
		if (merged(NULL, changes[i], &err))
			fail_msg("%s was taken", changes[i]);
		assert_int_equal(err.code, E_params_invalid);
	}
}

static void a_body_has_its_limit(void **state)
{
	struct error err = { 0 };
	size_t len = 1200000;
	char *json = arena_alloc(arena, len + 10);

	(void)state;
	memcpy(json, "{\"x\":\"", 6);
	memset(json + 6, 'a', len);
	memcpy(json + 6 + len, "\"}", 3);
	assert_null(merged(NULL, json, &err));
	assert_int_equal(err.code, E_params_invalid);
}

#define VIEW_TEST(name) cmocka_unit_test_setup_teardown(name, make_model, drop_model)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VIEW_TEST(changes_are_merged),
		VIEW_TEST(wrong_shapes_are_refused),
		VIEW_TEST(a_body_has_its_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
