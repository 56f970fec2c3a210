/* Arguments come as JSON, form, multipart or query, declared rightly, wrongly or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/room.h"
#include "core/arena.h"

static const struct api_route route = { .body_limit = 1000 };

struct fixture {
	struct http_request request;
	struct api_call call;
	struct error err;
};

static struct fixture *begin(const char *content_type, const char *body, const char *query)
{
	struct arena *arena = arena_new(1 << 20);
	struct fixture *f = ARENA_NEW(arena, struct fixture);

	f->request.arena = arena;
	f->request.method = STR("POST");
	f->request.body = str_from_c(body);
	f->request.query = str_from_c(query);
	if (content_type) {
		f->request.headers[0] = (struct http_header){ STR("content-type"), str_from_c(content_type) };
		f->request.header_count = 1;
	}
	f->call.request = &f->request;
	f->call.arena = arena;
	f->call.route = &route;
	return f;
}

static void end(struct fixture *f)
{
	struct arena *arena = f->request.arena;

	arena_free(&arena);
}

static void assert_text(struct str text, const char *expected)
{
	if (!expected) {
		assert_null(text.at);
		return;
	}
	assert_non_null(text.at);
	assert_int_equal(text.len, strlen(expected));
	assert_memory_equal(text.at, expected, text.len);
}

struct body_case {
	const char *content_type, *body, *query;
	const char *name; /* the argument "name"; NULL = missing */
};

#define MULTIPART "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nvalue\r\n--b--\r\n"

static const struct body_case bodies[] = {
	{ "application/json", "{\"name\":\"value\"}", NULL, "value" },
	{ "application/json; charset=utf-8", " {\"name\":\"value\"}\n", NULL, "value" },
	{ NULL, "{\"name\":\"value\"}", NULL, "value" },
	{ "text/plain", "{\"name\":\"value\"}", NULL, "value" },
	{ "application/x-www-form-urlencoded", "{\"name\":\"a=b&c\"}", NULL, "a=b&c" },
	{ "application/x-www-form-urlencoded", "name=va%20lue+x&other=1", NULL, "va lue x" },
	{ "Application/X-WWW-Form-Urlencoded; charset=UTF-8", "name=value", NULL, "value" },
	{ NULL, "name=value", NULL, "value" },
	{ "application/json", "name=value", NULL, "value" },
	{ "multipart/form-data; boundary=b", MULTIPART, NULL, "value" },
	{ NULL, MULTIPART, NULL, "value" },
	{ "application/json", "", "name=value", "value" },
	{ "application/json", "{}", "name=value", "value" },
	{ "application/json", "{\"name\":null}", "name=value", "value" },
	{ "application/json", "{\"name\":\"body\"}", "name=query", "body" },
	{ NULL, "name=body", "name=query", "body" },
	{ "application/json", "{\"name\":12.5}", NULL, "12.5" },
	{ "application/json", "{\"name\":1000}", NULL, "1000" },
	{ "application/json", "{\"name\":true}", NULL, "true" },
	{ "application/json", "{\"name\":\"\"}", NULL, "" },
	{ "application/json", "{\"name\":[1]}", NULL, NULL },
	{ "application/json", "{\"name\":{}}", NULL, NULL },
	{ "application/json", "[1]", NULL, NULL },
	{ "application/json", "\"text\"", NULL, NULL },
	{ NULL, "", NULL, NULL },
};

static void test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct fixture *f = begin(bodies[i].content_type, bodies[i].body, bodies[i].query);

		assert_true(api_read_arguments(&f->call, &f->err));
		assert_text(api_arg(&f->call, "name"), bodies[i].name);
		end(f);
	}
}

struct bad_case {
	const char *content_type, *body, *query;
	enum error_code code;
};

static const struct bad_case bad[] = {
	{ "application/json", "{\"name\":", NULL, E_json_invalid },
	{ NULL, "name", NULL, E_json_invalid },
	{ "application/x-www-form-urlencoded", "name=\xff", NULL, E_text_not_utf8 },
	{ "application/x-www-form-urlencoded", "name=%c3%28", NULL, E_text_not_utf8 },
	{ "application/x-www-form-urlencoded", "%ff=1", NULL, E_text_not_utf8 },
	{ NULL, "", "name=%ff", E_text_not_utf8 },
	{ NULL, "", "%ff=1", E_text_not_utf8 },
};

static void test_bad_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fixture *f = begin(bad[i].content_type, bad[i].body, bad[i].query);

		assert_false(api_read_arguments(&f->call, &f->err));
		assert_int_equal(f->err.code, bad[i].code);
		assert_int_equal(f->err.status, 400);
		end(f);
	}
}

static void test_body_limit(void **state)
{
	char body[1100];
	struct fixture *f;

	(void)state;
	memset(body, ' ', sizeof(body) - 1);
	body[sizeof(body) - 1] = 0;
	f = begin(NULL, body, NULL);
	assert_false(api_read_arguments(&f->call, &f->err));
	assert_int_equal(f->err.status, 413);
	end(f);
}

struct int_case {
	const char *query;
	bool ok;
	int64_t value;
};

static const struct int_case ints[] = {
	{ "", true, 7 },
	{ "n=", true, 7 },
	{ "n=5", true, 5 },
	{ "n=0", true, 0 },
	{ "n=100", true, 100 },
	{ "n=-1", false, 0 },
	{ "n=101", false, 0 },
	{ "n=x", false, 0 },
	{ "n=1.5", false, 0 },
	{ "n=5x", false, 0 },
	{ "n=99999999999999999999", false, 0 },
};

static void test_ints(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ints) / sizeof(ints[0]); i++) {
		struct fixture *f = begin(NULL, "", ints[i].query);
		int64_t value;

		assert_int_equal(api_arg_int(&f->call, "n", 7, 0, 100, &value, &f->err), ints[i].ok);
		if (ints[i].ok)
			assert_int_equal(value, ints[i].value);
		else
			assert_int_equal(f->err.code, E_param_invalid);
		end(f);
	}
}

static void test_bools(void **state)
{
	static const char *const yes[] = { "b=true", "b=True", "b=TRUE", "b=1" };
	static const char *const no[] = { "b=false", "b=False", "b=0" };
	static const char *const neither[] = { "", "b=", "b=yes", "b=2" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		struct fixture *f = begin(NULL, "", yes[i]);

		assert_true(api_arg_bool(&f->call, "b", false));
		end(f);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		struct fixture *f = begin(NULL, "", no[i]);

		assert_false(api_arg_bool(&f->call, "b", true));
		end(f);
	}
	for (size_t i = 0; i < sizeof(neither) / sizeof(neither[0]); i++) {
		struct fixture *f = begin(NULL, "", neither[i]);

		assert_true(api_arg_bool(&f->call, "b", true));
		assert_false(api_arg_bool(&f->call, "b", false));
		end(f);
	}
}

static void test_required(void **state)
{
	struct fixture *f = begin("application/json", "{\"empty\":\"\"}", NULL);
	struct str value;

	(void)state;
	assert_true(api_read_arguments(&f->call, &f->err));
	assert_false(api_arg_required(&f->call, "empty", &value, &f->err));
	assert_string_equal(f->err.message, "empty invalid.");
	assert_false(api_arg_required(&f->call, "missing", &value, &f->err));
	end(f);
}

static void test_trees(void **state)
{
	struct fixture *f = begin("application/json", "{\"a\":[1],\"none\":null}", "b=%7B%22c%22%3A2%7D&d=%7B");

	(void)state;
	assert_true(api_read_arguments(&f->call, &f->err));
	assert_true(cJSON_IsArray(api_arg_json(&f->call, "a")));
	assert_true(cJSON_IsObject(api_arg_json(&f->call, "b")));
	assert_null(api_arg_json(&f->call, "none"));
	assert_null(api_arg_json(&f->call, "d"));
	assert_null(api_arg_json(&f->call, "e"));
	end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies), cmocka_unit_test(test_bad_bodies), cmocka_unit_test(test_body_limit),
		cmocka_unit_test(test_ints),   cmocka_unit_test(test_bools),      cmocka_unit_test(test_required),
		cmocka_unit_test(test_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
