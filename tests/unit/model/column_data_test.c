/* model/column_data.c: settings as clients send them. */
#include "fixture.h"

static const char *normalized(const char *type, const char *data, struct error *err)
{
	struct str out;
	bool ok = column_data_normalize(arena, column_type_by_name(str_from_c(type)), data ? parsed(data) : NULL, &out,
					err);

	return !ok ? NULL : out.at ? out.at : "null";
}

static void settings_are_completed(void **state)
{
	static const struct {
		const char *type, *in, *out; /* in NULL = nothing given */
	} cases[] = {
		{ "text", NULL, "null" },
		{ "text", "null", "null" },
		{ "text", "{\"enable_fill_default_value\":true,\"x\":[1]}",
		  "{\"enable_fill_default_value\":true,\"x\":[1]}" },
		{ "long-text", NULL, "null" },
		{ "email", NULL, "null" },
		{ "url", NULL, "null" },
		{ "checkbox", NULL, "null" },
		{ "number", NULL, "{\"format\":\"number\",\"decimal\":\"dot\",\"thousands\":\"no\"}" },
		{ "number", "{}", "{\"format\":\"number\",\"decimal\":\"dot\",\"thousands\":\"no\"}" },
		{ "number", "{\"format\":\"euro\",\"decimal\":null,\"k\":1}",
		  "{\"format\":\"euro\",\"k\":1,\"decimal\":\"dot\",\"thousands\":\"no\"}" },
		{ "number", "{\"format\":\"percent\",\"decimal\":\"comma\",\"thousands\":\"space\",\"precision\":8}",
		  "{\"format\":\"percent\",\"decimal\":\"comma\",\"thousands\":\"space\",\"precision\":8}" },
		{ "date", NULL, "{\"format\":\"YYYY-MM-DD\"}" },
		{ "date", "{\"enable_fill_default_value\":false}",
		  "{\"enable_fill_default_value\":false,\"format\":\"YYYY-MM-DD\"}" },
		{ "date", "{\"format\":\"DD/MM/YYYY HH:mm\"}", "{\"format\":\"DD/MM/YYYY HH:mm\"}" },
		{ "duration", NULL, "{\"format\":\"duration\",\"duration_format\":\"h:mm\"}" },
		{ "duration", "{\"duration_format\":\"h:mm:ss\"}",
		  "{\"duration_format\":\"h:mm:ss\",\"format\":\"duration\"}" },
		{ "rate", NULL,
		  "{\"rate_max_number\":5,\"rate_style_color\":\"#FF8000\",\"rate_style_type\":\"dtable-icon-rate\"}" },
		{ "rate", "{\"rate_max_number\":10}", "{\"rate_max_number\":10}" },
		{ "rate", "{\"rate_max_number\":null}", "{\"rate_max_number\":null}" },
		{ "geolocation", NULL, "{\"geo_format\":\"geolocation\"}" },
		{ "geolocation", "{\"geo_format\":\"lng_lat\",\"lang\":\"en\"}",
		  "{\"geo_format\":\"lng_lat\",\"lang\":\"en\"}" },
		{ "collaborator", "{\"enable_send_notification\":true}", "{\"enable_send_notification\":true}" },
		{ "auto-number", "{\"prefix_type\":\"string\",\"prefix\":\"row\"}",
		  "{\"prefix_type\":\"string\",\"prefix\":\"row\",\"format\":\"0000\",\"digits\":4,\"max_used_auto_"
		  "number\":0}" },
		{ "single-select", NULL, "{\"options\":[]}" },
		{ "single-select", "{}", "{\"options\":[]}" },
		{ "multiple-select", "{\"options\":null}", "{\"options\":[]}" },
		{ "single-select",
		  "{\"options\":[{\"id\":\"ef3s\",\"name\":\"a\",\"color\":\"#aaa\",\"textColor\":\"#bbb\","
		  "\"borderColor\":\"#ccc\",\"x\":1}],"
		  "\"default_value\":\"ef3s\"}",
		  "{\"options\":[{\"id\":\"ef3s\",\"name\":\"a\",\"color\":\"#aaa\",\"textColor\":\"#bbb\","
		  "\"borderColor\":\"#ccc\",\"x\":1}],"
		  "\"default_value\":\"ef3s\"}" },
		{ "single-select",
		  "{\"options\":[{\"id\":7,\"name\":\"a\"},{\"id\":\"0000\",\"name\":\"b\",\"color\":\"red\"}]}",
		  "{\"options\":[{\"id\":\"7\",\"name\":\"a\",\"color\":\"#FBD44A\",\"textColor\":\"#FFFFFF\"},"
		  "{\"id\":\"0000\",\"name\":\"b\",\"color\":\"red\",\"textColor\":\"#FFFFFF\"}]}" },
		{ "button", NULL, "null" },
		{ "file", NULL, "null" },
		{ "creator", NULL, "null" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };
		const char *out = normalized(cases[i].type, cases[i].in, &err);
		if (!out || strcmp(out, cases[i].out) != 0)
			fail_msg("%s %s: %s %s", cases[i].type, cases[i].in, out, err.message);
	}
}

static void settings_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		const char *type, *in;
	} cases[] = {
		{ "text", "\"\"" },
		{ "text", "[]" },
		{ "text", "7" },
		{ "number", "{\"format\":\"roman\"}" },
		{ "number", "{\"format\":7}" },
		{ "number", "{\"decimal\":\"point\"}" },
		{ "number", "{\"thousands\":\"\"}" },
		{ "number", "{\"precision\":9}" },
		{ "number", "{\"precision\":-1}" },
		{ "number", "{\"precision\":1.5}" },
		{ "number", "{\"precision\":1e300}" },
		{ "number", "{\"precision\":\"2\"}" },
		{ "date", "{\"format\":\"YYYY\"}" },
		{ "date", "{\"format\":\"\"}" },
		{ "date", "{\"format\":[]}" },
		{ "date", "{\"default_date_type\":\"never\"}" },
		{ "duration", "{\"duration_format\":\"mm:ss\"}" },
		{ "rate", "{\"rate_max_number\":0}" },
		{ "rate", "{\"rate_max_number\":11}" },
		{ "geolocation", "{\"geo_format\":\"gps\"}" },
		{ "auto-number", "{\"digits\":0}" },
		{ "auto-number", "{\"prefix_type\":\"time\"}" },
		{ "single-select", "{\"options\":{}}" },
		{ "single-select", "{\"options\":\"a\"}" },
		{ "single-select", "{\"options\":[\"a\"]}" },
		{ "single-select", "{\"options\":[{\"id\":\"1\"}]}" },
		{ "single-select", "{\"options\":[{\"name\":\"\"}]}" },
		{ "single-select", "{\"options\":[{\"name\":\"  \"}]}" },
		{ "single-select", "{\"options\":[{\"name\":5}]}" },
		{ "single-select", "{\"options\":[{\"name\":\"a\"},{\"name\":\"a\"}]}" },
		{ "multiple-select", "{\"options\":[{\"id\":\"1\",\"name\":\"a\"},{\"id\":\"1\",\"name\":\"b\"}]}" },
		{ "multiple-select", "{\"options\":[{\"id\":\"a\\\"b\",\"name\":\"a\"}]}" },
		{ "multiple-select", "{\"options\":[{\"id\":\"a\\nb\",\"name\":\"a\"}]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct error err = { 0 };
		if (normalized(cases[i].type, cases[i].in, &err))
			fail_msg("%s %s was taken", cases[i].type, cases[i].in);
		assert_int_equal(err.code, E_column_data_invalid);
		assert_int_equal(err.status, 400);
	}
}

static void the_refusal_quotes_the_settings(void **state)
{
	struct error err;

	(void)state;
	assert_null(normalized("rate", "{\"rate_max_number\":11}", &err));
	assert_string_equal(err.message, "column_data: {\"rate_max_number\":11} do not meet specifications.");
}

static const char *many_options(int count)
{
	struct buf buf;

	buf_init(&buf, SIZE_MAX / 4);
	buf_printf(&buf, "{\"options\":[");
	for (int i = 0; i < count; i++)
		buf_printf(&buf, "%s{\"name\":\"n%d\"}", i ? "," : "", i);
	buf_printf(&buf, "]}");
	const char *json = str_to_c(arena, buf_str(&buf));
	buf_free(&buf);
	return json;
}

static void missing_ids_are_made(void **state)
{
	struct error err = { 0 };
	const char *data = normalized("multiple-select", many_options(OPTION_MAX_COUNT), &err);

	(void)state;
	assert_non_null(data);
	const struct column *column = column_of("multiple-select", data);
	assert_int_equal(column->option_count, OPTION_MAX_COUNT); /* so all ids differ */
	for (size_t i = 0; i < column->option_count; i++) {
		const struct select_option *option = &column->options[i];
		int64_t id;
		assert_true(str_to_int64(option->id, &id) && id >= 0 && id < 1000000);
		assert_int_equal(option->position, i);
		assert_ptr_equal(column_option_by_id(column, option->id), option);
		assert_ptr_equal(column_option_by_name(column, option->name), option);
		assert_true(option->color.len == 7 && option->text_color.len == 7);
		assert_null(option->border_color.at);
	}
	assert_true(str_equal(column->options[0].color, column->options[12].color));
	assert_false(str_equal(column->options[0].color, column->options[11].color));
	assert_null(normalized("multiple-select", many_options(OPTION_MAX_COUNT + 1), &err));
}

static void what_was_normalized_stays(void **state)
{
	struct error err = { 0 };

	(void)state;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		const struct column_type *type = column_type_by_id((enum column_type_id)id);
		const char *once = normalized(type->name, NULL, &err);
		assert_non_null(once);
		assert_string_equal(normalized(type->name, once, &err), once);
	}
	const char *select = normalized("single-select", "{\"options\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", &err);
	assert_string_equal(normalized("single-select", select, &err), select);
}

/* Settings in a damaged or foreign file. */
static void broken_settings_count_as_none(void **state)
{
	static const char *const broken[] = {
		"{", "[]", "7", "", "{\"options\":7}", "{\"options\":[7,{},{\"id\":\"1\"}]}"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
			const struct column_type *type = column_type_by_id((enum column_type_id)id);
			const struct column *column = column_of(type->name, broken[i]);
			assert_int_equal(column->option_count, 0);
			struct cell cell = { .kind = CELL_EMPTY };
			if (type->writable)
				cell = cell_of(column, "\"2026-03-01\"");
			written(column, &cell, FORM_NAMES);
			cell_display(column, &cell, arena);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(settings_are_completed),          TEST(settings_that_do_not_fit_are_refused),
		TEST(the_refusal_quotes_the_settings), TEST(missing_ids_are_made),
		TEST(what_was_normalized_stays),       TEST(broken_settings_count_as_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
