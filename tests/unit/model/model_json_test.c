/* model/model_json.c: what clients see of a base. */
#include "model_fixture.h"

static struct buf buf;

static struct json_out fresh(void)
{
	buf_clear(&buf);
	return json_out_to(&buf);
}

static const char *text(void)
{
	return str_to_c(arena, buf_str(&buf));
}

#define PERMISSIONS                                                                                                    \
	"\"permission_type\":\"\",\"permitted_users\":[],\"permitted_group\":[],\"edit_metadata_permission_type\":"    \
	"\"\","                                                                                                        \
	"\"edit_metadata_permitted_users\":[],\"edit_metadata_permitted_group\":[]"

static void columns(void **state)
{
	struct column *column = column_of("number", "{\"format\":\"euro\",\"x\":1}");
	struct json_out out = fresh();

	(void)state;
	column->name = STR("In \"Stock\"");
	column->width = 120;
	column_write(column, &out);
	assert_string_equal(
		text(), "{\"key\":\"aB3d\",\"type\":\"number\",\"name\":\"In \\\"Stock\\\"\",\"editable\":true,"
			"\"width\":120,\"resizable\":true,\"draggable\":true,"
			"\"data\":{\"format\":\"euro\",\"x\":1}," PERMISSIONS ",\"description\":null,\"colorbys\":{}}");

	column = column_of("formula", NULL);
	column->frozen = true;
	column->more = STR("{\"description\":\"d\",\"extra\":[1],\"key\":\"evil\",\"data\":7}");
	column_prepare(arena, column);
	out = fresh();
	column_write(column, &out);
	assert_string_equal(text(),
			    "{\"key\":\"aB3d\",\"type\":\"formula\",\"name\":\"Name\",\"editable\":true,\"width\":0,"
			    "\"resizable\":true,\"draggable\":true,\"data\":null," PERMISSIONS
			    ",\"description\":\"d\",\"colorbys\":{},\"extra\":[1],\"frozen\":true}");
}

#define VIEW_REST                                                                                                      \
	"\"groups\":[],\"colorbys\":{},\"hidden_columns\":%s,\"rows\":[],\"formula_rows\":{},\"link_rows\":{},"        \
	"\"summaries\":{},\"colors\":{},\"column_colors\":{}%s}"
#define VIEW_FIRST(id, name, locked)                                                                                   \
	"{\"_id\":\"" id "\",\"name\":\"" name "\",\"type\":\"table\",\"private_for\":null,\"is_locked\":" locked      \
	",\"row_height\":\"default\",\"filter_conjunction\":\"And\",\"filters\":[],\"sorts\":[],\"groupbys\":[],"

static void views(void **state)
{
	struct model *model = small_model();
	struct json_out out = fresh();

	(void)state;
	view_write(&model->tables[0].views[0], &out);
	assert_string_equal(text(),
			    str_format(arena, VIEW_FIRST("0000", "Default View", "false") VIEW_REST, "[]", "").at);
	out = fresh();
	view_write(&model->tables[0].views[1], &out);
	assert_string_equal(
		text(), str_format(arena, VIEW_FIRST("Vt8c", "0000", "true") VIEW_REST, "[\"wE2x\"]", ",\"x\":{}").at);
	model_release(&model);
}

static void whole_base(void **state)
{
	struct model *model = small_model();
	struct json_out out = fresh();

	(void)state;
	model->settings = STR("{\"date_settings\":{\"first_day_of_week\":\"Monday\"}}");
	model_write(model, 418, &out);
	const cJSON *tree = parsed(text());
	int64_t number;
	assert_true(json_get_int64(tree, "version", &number) && number == 418);
	assert_true(json_get_int64(tree, "format_version", &number) && number == 9);
	assert_true(cJSON_IsObject(json_get(json_get(tree, "settings"), "date_settings")));
	const cJSON *tables = json_get(tree, "tables");
	assert_int_equal(cJSON_GetArraySize(tables), 2);
	const cJSON *parts = tables->child, *other = tables->child->next;
	assert_string_equal(json_get_str(parts, "_id").at, "0000");
	assert_int_equal(cJSON_GetArraySize(json_get(parts, "columns")), 3);
	assert_int_equal(cJSON_GetArraySize(json_get(parts, "views")), 2);
	assert_null(json_get(parts, "rows"));
	assert_string_equal(json_tree_text(arena, json_get(parts, "view_structure")).at,
			    "{\"folders\":[],\"view_ids\":[\"0000\",\"Vt8c\"]}");
	assert_true(cJSON_IsFalse(json_get(parts, "is_header_locked")));
	assert_true(cJSON_IsTrue(json_get(other, "is_header_locked")));
	assert_true(cJSON_IsObject(json_get(other, "summary_configs")));
	assert_true(cJSON_IsObject(json_get(other, "header_settings")));
	assert_string_equal(json_tree_text(arena, json_get(other, "view_structure")).at,
			    "{\"folders\":[{\"_id\":\"f\"}],\"view_ids\":[\"0000\"]}");
	model_release(&model);
}

static int release_buf(void **state)
{
	(void)state;
	buf_free(&buf);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(columns), TEST(views), TEST(whole_base) };

	buf_init(&buf, SIZE_MAX / 4);
	return cmocka_run_group_tests(tests, NULL, release_buf);
}
