/* Paths to routes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena.h"
#include "http/router.h"

#define ACCESS "/api/v2.1/workspace/{workspace_id}/dtable/{name}/access/"
#define DEEP "/deep/{p1}/{p2}/{p3}/{p4}/{p5}/{p6}/"

static const struct route {
	const char *method, *pattern;
} routes[] = {
	{ "GET", "/" },
	{ "GET", "/api2/ping/" },
	{ "GET", "/api/v2.1/workspaces/" },
	{ "GET", ACCESS },
	{ "POST", ACCESS },
	{ "GET", "/dtables/{uuid}/rows/" },
	{ "POST", "/dtables/{uuid}/rows/" },
	{ "PUT", "/dtables/{uuid}/rows/" },
	{ "GET", "/dtables/{uuid}/rows/{row}/" },
	{ "POST", "/dtables/{uuid}/rows/query/" },
	{ "GET", "/dtables/shared/" },
	{ "DELETE", "/dtables/{other_name}/" },
	{ "GET", "/a/{x}/c/" },
	{ "GET", "/a/b/d/" },
	{ "GET", DEEP },
};

static struct http_router *filled(void)
{
	struct http_router *router = router_new();

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		router_add(router, routes[i].method, routes[i].pattern, (void *)&routes[i]);
	return router;
}

static void test_found(void **state)
{
	static const struct {
		const char *method, *path, *pattern;
		const char *name, *value; /* one parameter to look at */
	} cases[] = {
		{ "GET", "/", "/", NULL, NULL },
		{ "GET", "//", "/", NULL, NULL },
		{ "GET", "/api2/ping/", "/api2/ping/", NULL, NULL },
		{ "GET", "/api2/ping", "/api2/ping/", NULL, NULL },
		{ "GET", "//api2///ping//", "/api2/ping/", NULL, NULL },
		{ "HEAD", "/api2/ping/", "/api2/ping/", NULL, NULL },
		{ "GET", "/api2/p%69ng/", "/api2/ping/", NULL, NULL },
		{ "GET", "/api/v2.1/workspace/7/dtable/a%20b/access/", ACCESS, "workspace_id", "7" },
		{ "GET", "/api/v2.1/workspace/7/dtable/a%20b/access/", ACCESS, "name", "a b" },
		{ "GET", "/api/v2.1/workspace/7/dtable/a%2Fb/access/", ACCESS, "name", "a/b" },
		{ "GET", "/api/v2.1/workspace/7/dtable/a%252Fb/access/", ACCESS, "name", "a%2Fb" },
		{ "GET", "/api/v2.1/workspace/7/dtable/a+b/access/", ACCESS, "name", "a+b" },
		{ "GET", "/api/v2.1/workspace/7/dtable/\xc3\xa4/access/", ACCESS, "name", "\xc3\xa4" },
		{ "PUT", "/dtables/u/rows", "/dtables/{uuid}/rows/", "uuid", "u" },
		{ "GET", "/dtables/u/rows/r1", "/dtables/{uuid}/rows/{row}/", "row", "r1" },
		{ "POST", "/dtables/u/rows/query", "/dtables/{uuid}/rows/query/", "uuid", "u" },
		/* The literal has no GET: the parameter's pattern takes it. */
		{ "GET", "/dtables/u/rows/query", "/dtables/{uuid}/rows/{row}/", "row", "query" },
		{ "GET", "/dtables/shared", "/dtables/shared/", NULL, NULL },
		{ "DELETE", "/dtables/shared", "/dtables/{other_name}/", "other_name", "shared" },
		{ "DELETE", "/dtables/u", "/dtables/{other_name}/", "uuid", NULL },
		/* The literal "b" leads nowhere: back to the parameter. */
		{ "GET", "/a/b/c", "/a/{x}/c/", "x", "b" },
		{ "GET", "/a/b/d", "/a/b/d/", NULL, NULL },
		{ "GET", "/deep/1/2/3/4/5/6", DEEP, "p6", "6" },
		{ "GET", "/dtables/{uuid}/rows/", "/dtables/{uuid}/rows/", "uuid", "{uuid}" },
	};
	struct http_router *router = filled();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_match match;
		struct error err = { .message = "" };
		if (!router_find(router, arena, str_from_c(cases[i].method), str_from_c(cases[i].path), &match, &err) ||
		    !match.route)
			fail_msg("%s %s is not found", cases[i].method, cases[i].path);
		const struct route *route = match.route;
		assert_string_equal(route->pattern, cases[i].pattern);
		if (cases[i].name) {
			struct str value = router_param(&match, cases[i].name);
			assert_int_equal(value.at == NULL, cases[i].value == NULL);
			assert_true(str_equal_c(value, cases[i].value));
		}
		arena_free(&arena);
	}
	router_free(&router);
	assert_null(router);
}

static void test_not_found(void **state)
{
	static const struct {
		const char *path;
		enum error_code code;
	} cases[] = {
		{ "/nothing", E_path_not_found },
		{ "/api2", E_path_not_found },
		{ "/api2/ping/more", E_path_not_found },
		{ "/api2/PING", E_path_not_found },
		{ "/api2%2Fping/", E_path_not_found },
		{ "/a/b/c/d", E_path_not_found },
		{ "/dtables/u/rows/%zz", E_bad_request },
		{ "/dtables/u/rows/%", E_bad_request },
		{ "/dtables/u/rows/%ff", E_bad_request },
		{ "/dtables/u/rows/%00", E_bad_request },
		{ "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3", E_path_not_found },
	};
	struct http_router *router = filled();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_match match;
		struct error err = { .message = "" };
		assert_false(router_find(router, arena, STR("GET"), str_from_c(cases[i].path), &match, &err));
		assert_int_equal(err.code, cases[i].code);
		arena_free(&arena);
	}
	router_free(&router);
}

static void test_other_method(void **state)
{
	static const struct {
		const char *method, *path, *allowed;
	} cases[] = {
		{ "DELETE", "/dtables/u/rows", "GET, POST, PUT" },
		{ "OPTIONS", "/dtables/u/rows/query", "POST, GET" },
		{ "PATCH", "/dtables/shared", "GET, DELETE" },
		{ "POST", "/api2/ping", "GET" },
		{ "HEAD", "/dtables/u", "DELETE" },
		{ "get", "/api2/ping", "GET" },
	};
	struct http_router *router = filled();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new(SIZE_MAX);
		struct http_match match;
		struct error err;
		assert_true(router_find(router, arena, str_from_c(cases[i].method), str_from_c(cases[i].path), &match,
					&err));
		assert_null(match.route);
		assert_true(str_equal_c(match.allowed, cases[i].allowed));
		arena_free(&arena);
	}
	router_free(&router);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_other_method),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
