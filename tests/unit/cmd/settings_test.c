/* Where a setting's value comes from, and which values are refused. */
#include "cmd/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/options.h"
#include "core/arena.h"
#include "core/str.h"

/* A command with some of the settings, as `serve` has all. */
static const struct option_spec SPECS[] = {
	{ "listen", "TEXT", "" },
	{ "max-workers", "NUMBER", "" },
	{ "max-body", "SIZE", "" },
	{ "config", "FILE", "" },
	{ 0 },
};

enum { MAX_WORDS = 6, MAX_VARIABLES = 4 };

/* The environment of the case that runs: NAME, value, NAME, value ... */
static const char *const *environment;
static struct arena *texts;

static char *variable(const char *name)
{
	for (const char *const *at = environment; at && *at; at += 2) {
		if (strcmp(at[0], name) == 0)
			return str_to_c(texts, str_from_c(at[1]));
	}
	return NULL;
}

struct fixture {
	struct arena *arena;
	char config[64];
};

static int set_up(void **state)
{
	static struct fixture fixture;
	fixture.arena = arena_new(1 << 20);
	(void)snprintf(fixture.config, sizeof(fixture.config), "/tmp/atoll-settings-XXXXXX");
	int file = mkstemp(fixture.config);
	if (file < 0)
		return -1;
	close(file);
	environment = NULL;
	texts = fixture.arena;
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	(void)unlink(fixture->config);
	arena_free(&fixture->arena);
	return 0;
}

static void write_config(const struct fixture *fixture, const char *text)
{
	FILE *file = fopen(fixture->config, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Loads with these words; with the config file when `config` is not NULL. */
static bool load(struct fixture *fixture, const char *const words[], const char *config, struct settings *out,
		 struct error *err)
{
	char *all[MAX_WORDS + 2] = { 0 };
	size_t count = 0;
	struct options options;
	for (; words && words[count]; count++)
		all[count] = str_to_c(fixture->arena, str_from_c(words[count]));
	if (config) {
		write_config(fixture, config);
		all[count++] = str_to_c(fixture->arena, STR("--config"));
		all[count++] = fixture->config;
	}
	assert_true(options_parse(fixture->arena, SPECS, all, count, &options, err));
	return settings_load(fixture->arena, &options, variable, out, err);
}

static void test_precedence(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		const char *variables[MAX_VARIABLES];
		const char *config;
		const char *listen;
		int64_t workers;
	} CASES[] = {
		{ { NULL }, { NULL }, NULL, "127.0.0.1:8000", 64 },
		{ { NULL }, { NULL }, "listen = 0.0.0.0:1\nmax-workers = 3\n", "0.0.0.0:1", 3 },
		{ { NULL }, { "ATOLL_LISTEN", "0.0.0.0:2" }, "listen = 0.0.0.0:1\nmax-workers = 3\n", "0.0.0.0:2", 3 },
		{ { "--listen", "0.0.0.0:3" }, { "ATOLL_LISTEN", "0.0.0.0:2" }, "listen = 0.0.0.0:1", "0.0.0.0:3", 64 },
		{ { "--listen=0.0.0.0:4" }, { "ATOLL_MAX_WORKERS", "7" }, NULL, "0.0.0.0:4", 7 },
		{ { NULL }, { NULL }, "# a comment\n\n   listen=0.0.0.0:5   \r\n\t# another\n", "0.0.0.0:5", 64 },
		{ { NULL }, { NULL }, "listen = a = b", "a = b", 64 },
		{ { NULL }, { NULL }, "listen =", "", 64 },
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct settings settings;
		struct error err = { 0 };
		environment = CASES[i].variables;
		assert_true(load(*state, CASES[i].words, CASES[i].config, &settings, &err));
		assert_string_equal(settings.listen, CASES[i].listen);
		assert_int_equal(settings.max_workers, CASES[i].workers);
	}
}

static void test_config_from_variable(void **state)
{
	struct fixture *fixture = *state;
	const char *variables[] = { "ATOLL_CONFIG", fixture->config, NULL };
	struct settings settings;
	struct error err = { 0 };
	write_config(fixture, "trash-days = 7\n");
	environment = variables;
	assert_true(load(fixture, NULL, NULL, &settings, &err));
	assert_int_equal(settings.trash_days, 7);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} CASES[] = {
		{ "1024", 1024 },  { "2k", 2048 },       { "2K", 2048 },       { "3M", 3145728 },
		{ "3m", 3145728 }, { "1G", 1073741824 }, { "4G", 4294967296 }, { "4096M", 4294967296 },
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *words[] = { "--max-body", CASES[i].text, NULL };
		struct settings settings;
		struct error err = { 0 };
		assert_true(load(*state, words, NULL, &settings, &err));
		assert_int_equal(settings.max_body, CASES[i].bytes);
	}
}

/* Each is refused, and the message names the place and what is wrong. */
static void test_refusals(void **state)
{
	static const struct {
		const char *words[MAX_WORDS];
		const char *variables[MAX_VARIABLES];
		const char *config;
		const char *says;
	} CASES[] = {
		{ { "--max-workers", "0" },
		  { NULL },
		  NULL,
		  "The command line: max-workers must be a number from 1 to 4096" },
		{ { "--max-workers", "4097" }, { NULL }, NULL, "not \"4097\"" },
		{ { "--max-workers", "many" }, { NULL }, NULL, "not \"many\"" },
		{ { "--max-workers", "4k" }, { NULL }, NULL, "not \"4k\"" },
		{ { "--max-workers", "" }, { NULL }, NULL, "not \"\"" },
		{ { "--max-workers", "99999999999999999999" }, { NULL }, NULL, "max-workers" },
		{ { NULL }, { "ATOLL_MAX_WORKERS", "-1" }, NULL, "ATOLL_MAX_WORKERS: max-workers must" },
		{ { "--max-body", "1023" }, { NULL }, NULL, "max-body must be a size from 1024" },
		{ { "--max-body", "5G" }, { NULL }, NULL, "max-body" },
		{ { "--max-body", "9223372036854775807G" }, { NULL }, NULL, "max-body" },
		{ { "--max-body", "1T" }, { NULL }, NULL, "not \"1T\"" },
		{ { "--max-body", "M" }, { NULL }, NULL, "not \"M\"" },
		{ { NULL }, { NULL }, "listen = x\nmax-wrkers = 3\n", ":2: there is no setting \"max-wrkers\"" },
		{ { NULL }, { NULL }, "listen = x\n\nlisten = y\n", ":3: \"listen\" is set twice" },
		{ { NULL }, { NULL }, "nonsense\n", ":1: `setting = value` is expected" },
		{ { NULL }, { NULL }, "\nmax-workers = 0\n", ":2: max-workers must be" },
		{ { "--config", "/nonexistent/atoll.conf" }, { NULL }, NULL, "/nonexistent/atoll.conf can't be read" },
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct settings settings;
		struct error err = { 0 };
		environment = CASES[i].variables;
		assert_false(load(*state, CASES[i].words, CASES[i].config, &settings, &err));
		assert_int_equal(err.code, E_bad_request);
		assert_non_null(strstr(err.message, CASES[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_precedence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_config_from_variable, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
