/* Log lines: their form, and that no value can forge one. Standard error is read back through a pipe. */
#include "core/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char lines[20000];

/* What one event writes, without its time. */
static const char *capture(enum log_level level, const struct log_field *fields, size_t count)
{
	int ends[2];
	int kept = dup(STDERR_FILENO);

	assert_true(kept >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	(void)close(ends[1]);
	log_event(level, "happened", fields, count);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	(void)close(kept);
	ssize_t len = read(ends[0], lines, sizeof(lines) - 1);
	(void)close(ends[0]);
	assert_true(len >= 0);
	lines[len] = '\0';
	return len > 25 ? lines + 25 : lines; /* "2026-03-01T09:15:30.123Z " */
}

static const char *capture_value(struct str value)
{
	const struct log_field field = LOG_STR("v", value);

	return capture(LOG_INFO, &field, 1);
}

static void test_form(void **state)
{
	(void)state;
	const struct log_field fields[] = { LOG_STR("base", STR("b-1")), LOG_NUM("ms", -3), LOG_STR("empty", STR("")) };

	assert_string_equal(capture(LOG_WARN, fields, 3), "warn happened base=b-1 ms=-3 empty=\"\"\n");
	assert_int_equal(lines[10], 'T');
	assert_int_equal(lines[23], 'Z');
	log_set_request(STR("r 7"));
	assert_string_equal(capture(LOG_ERROR, fields, 1), "error happened request=\"r 7\" base=b-1\n");
	log_set_request((struct str){ 0 });
	assert_string_equal(capture(LOG_INFO, NULL, 0), "info happened\n");
}

static void test_levels(void **state)
{
	(void)state;
	enum log_level level = LOG_ERROR;

	assert_string_equal(capture(LOG_DEBUG, NULL, 0), "");
	log_set_level(LOG_DEBUG);
	assert_string_equal(capture(LOG_DEBUG, NULL, 0), "debug happened\n");
	log_set_level(LOG_WARN);
	assert_string_equal(capture(LOG_INFO, NULL, 0), "");
	log_set_level(LOG_INFO);
	assert_true(log_level_parse(STR("debug"), &level) && level == LOG_DEBUG);
	assert_true(log_level_parse(STR("error"), &level) && level == LOG_ERROR);
	assert_false(log_level_parse(STR("ERROR"), &level));
	assert_false(log_level_parse(STR(""), &level));
}

static void test_escapes(void **state)
{
	(void)state;
	static const struct {
		struct str value;
		const char *line;
	} cases[] = {
		{ { "plain/1.5-x", 11 }, "info happened v=plain/1.5-x\n" },
		{ { "two words", 9 }, "info happened v=\"two words\"\n" },
		{ { "a=b", 3 }, "info happened v=\"a=b\"\n" },
		{ { "\"\\", 2 }, "info happened v=\"\\\"\\\\\"\n" },
		{ { "x\ninfo forged", 13 }, "info happened v=\"x\\x0ainfo forged\"\n" },
		{ { "\r\t\x1b[31m\x7f", 8 }, "info happened v=\"\\x0d\\x09\\x1b[31m\\x7f\"\n" },
		{ { "a\0b", 3 }, "info happened v=\"a\\x00b\"\n" },
		{ { "\xc3\xa9t\xc3\xa9\xf0\x9f\x98\x80", 9 }, "info happened v=\xc3\xa9t\xc3\xa9\xf0\x9f\x98\x80\n" },
		{ { "\xc2\x9b"
		    "1m",
		    4 },
		  "info happened v=\"\\xc2\\x9b1m\"\n" }, /* a control character of U+0080.. */
		{ { "\xc2\xa0", 2 }, "info happened v=\xc2\xa0\n" },
		{ { "\xff\xc3", 2 }, "info happened v=\"\\xff\\xc3\"\n" }, /* not UTF-8 */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(capture_value(cases[i].value), cases[i].line);
}

/* A line that is too long is cut and still one line. */
static void test_long(void **state)
{
	(void)state;
	static char value[10000];

	memset(value, '\n', sizeof(value));
	size_t len = strlen(capture_value((struct str){ value, sizeof(value) }));
	assert_true(len > 1000 && len < 4096); /* what a pipe takes as a whole */
	assert_ptr_equal(strchr(lines, '\n'), lines + strlen(lines) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
