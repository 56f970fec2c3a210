/* Every form of error body that a client may wait for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/room.h"

struct form_case {
	const char *path;
	enum error_code code;
	const char *arg;
	const char *body;
};

static const struct form_case forms[] = {
	{ "/api2/account/info/", E_auth_missing, "", "{\"detail\":\"Authentication credentials were not provided.\"}" },
	{ "/api/v2.1/workspaces/", E_auth_invalid, "", "{\"detail\":\"Invalid token\"}" },
	{ "/api2/auth-token/", E_login_failed, "",
	  "{\"non_field_errors\":[\"Unable to login with provided credentials.\"]}" },
	{ "/api/v2.1/dtables/", E_param_invalid, "name", "{\"error_msg\":\"name invalid.\"}" },
	{ "//api//v2.1/dtables", E_param_invalid, "name", "{\"error_msg\":\"name invalid.\"}" },
	{ "/api-gateway/api/v2/dtables/x/rows/", E_table_not_found, "",
	  "{\"error_msg\":\"table not found\",\"error_message\":\"table not found\"}" },
	{ "/api-gateway/api/v2/dtables/x/columns/", E_column_name_taken, "",
	  "{\"error_msg\":\"column name already exists\",\"error_message\":\"column name already exists\","
	  "\"error_type\":\"column_already_exists\"}" },
	{ "/api-gateway/api/v2/dtables/x/columns/", E_column_exists, "A \"b\"",
	  "{\"error_msg\":\"Column A \\\"b\\\" exists.\",\"error_message\":\"Column A \\\"b\\\" exists.\"}" },
	{ "/dtable-server/api/v1/dtables/x/rows/", E_base_token_invalid, "",
	  "{\"error_msg\":\"invalid token\",\"error_message\":\"invalid token\"}" },
	{ "/dtable-db/api/v1/query/x/", E_base_token_expired, "",
	  "{\"error_msg\":\"Token expired.\",\"error_message\":\"Token expired.\"}" },
	{ "/api-gateway/api/v2/ping/", E_method_not_allowed, "PATCH",
	  "{\"error_msg\":\"Method \\\"PATCH\\\" not allowed.\",\"error_message\":\"Method \\\"PATCH\\\" not "
	  "allowed.\"}" },
	{ "/api2/ping/", E_method_not_allowed, "PATCH", "{\"detail\":\"Method \\\"PATCH\\\" not allowed.\"}" },
	{ "/api2", E_path_not_found, "", "{\"error_msg\":\"No such path.\",\"error_message\":\"No such path.\"}" },
	{ "", E_path_not_found, "", "{\"error_msg\":\"No such path.\",\"error_message\":\"No such path.\"}" },
	{ "/api-gateway/api/v2/dtables/x/rows/", E_too_many_requests, "", "" },
};

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const struct form_case *form = &forms[i];
		struct error err = { 0 };
		struct buf body;

		buf_init(&body, 4096);
		error_set(&err, form->code, str_from_c(form->arg));
		api_write_error(str_from_c(form->path), &err, &body, NULL);
		buf_append_byte(&body, 0);
		assert_string_equal(body.at, form->body);
		buf_free(&body);
	}
}

static void test_path_starts_with(void **state)
{
	(void)state;
	assert_true(api_path_starts_with(STR("/api2/x"), "/api2/"));
	assert_true(api_path_starts_with(STR("//api2///x"), "/api2/"));
	assert_false(api_path_starts_with(STR("/api2"), "/api2/"));
	assert_false(api_path_starts_with(STR("/api22/"), "/api2/"));
	assert_false(api_path_starts_with(STR("api2/"), "/api2/"));
	assert_false(api_path_starts_with((struct str){ 0 }, "/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_path_starts_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
