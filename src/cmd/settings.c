/* Finding and reading the values of settings. One table, made from the rows of defs/settings.def, drives all of it. */
#include "cmd/settings.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cmd/options.h"
#include "core/arena.h"
#include "core/str.h"

enum { CONFIG_MAX_BYTES = 64 * 1024, VARIABLE_MAX_LEN = 64 };

enum setting_kind { TEXT, NUMBER, SIZE };

static const struct setting {
	const char *flag;
	enum setting_kind kind;
	const char *fallback;
	int64_t min, max;
	const char *help;
	size_t offset; /* of its member in struct settings */
} SETTINGS[] = {
#define SETTING(name, flag, kind, fallback, min, max, help)                                                            \
	{ flag, kind, fallback, min, max, help, offsetof(struct settings, name) },
#include "defs/settings.def"
#undef SETTING
};

enum { SETTING_COUNT = sizeof(SETTINGS) / sizeof(SETTINGS[0]) };

/* "public-url" -> "ATOLL_PUBLIC_URL" */
static void name_variable(const char *flag, char into[VARIABLE_MAX_LEN])
{
	size_t len = (size_t)snprintf(into, VARIABLE_MAX_LEN, "ATOLL_%s", flag);
	for (size_t i = 0; i < len && i < VARIABLE_MAX_LEN; i++) {
		if (into[i] == '-')
			into[i] = '_';
		else
			into[i] = (char)toupper((unsigned char)into[i]);
	}
}

/* ---- the config file ---- */

/* A value and the place that gave it, for messages. */
struct given {
	const char *value; /* NULL = nowhere */
	const char *place;
};

/* The whole file as text in the arena. */
static bool read_file(struct arena *arena, const char *path, struct str *out, struct error *err)
{
	FILE *file = fopen(path, "r");
	if (!file)
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "The config file %s can't be read: %s.", path, strerror(errno)));
	char *text = arena_alloc(arena, CONFIG_MAX_BYTES);
	size_t len = fread(text, 1, CONFIG_MAX_BYTES, file);
	bool ok = !ferror(file) && len < CONFIG_MAX_BYTES;
	(void)fclose(file);
	if (!ok)
		return FAIL_WITH(err, bad_request, str_format(arena, "The config file %s can't be read.", path));
	*out = (struct str){ text, len };
	return true;
}

static size_t find_setting(struct str flag)
{
	size_t i = 0;
	while (i < SETTING_COUNT && !str_equal_c(flag, SETTINGS[i].flag))
		i++;
	return i;
}

/* Takes one line: `flag = value`. `place` is the file and the line's number. */
static bool take_line(struct arena *arena, struct str line, const char *place, struct given given[SETTING_COUNT],
		      struct error *err)
{
	struct str text = str_trim(line);
	if (str_is_empty(text) || text.at[0] == '#')
		return true;
	size_t equals = str_find_byte(text, '=', 0);
	if (equals == SIZE_MAX)
		return FAIL_WITH(err, bad_request, str_format(arena, "%s: `setting = value` is expected.", place));
	struct str flag = str_trim(str_slice(text, 0, equals));
	size_t index = find_setting(flag);
	if (index == SETTING_COUNT)
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "%s: there is no setting \"%.*s\".", place, STR_ARG(flag)));
	if (given[index].value)
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "%s: \"%.*s\" is set twice.", place, STR_ARG(flag)));
	given[index].value = str_to_c(arena, str_trim(str_slice(text, equals + 1, text.len)));
	given[index].place = place;
	return true;
}

static bool read_config(struct arena *arena, const char *path, struct given given[SETTING_COUNT], struct error *err)
{
	struct str text = { 0 };
	if (!read_file(arena, path, &text, err))
		return false;
	size_t from = 0;
	for (int number = 1; from < text.len; number++) {
		size_t end = str_find_byte(text, '\n', from);
		struct str line = str_slice(text, from, end);
		struct str place = str_format(arena, "%s:%d", path, number);
		if (!take_line(arena, line, place.at, given, err))
			return false;
		from = end == SIZE_MAX ? text.len : end + 1;
	}
	return true;
}

/* ---- values ---- */

/* The factor of a size's last letter: 1 when it is a digit, 0 when it is none of k, M, G. */
static int64_t unit_of(char letter)
{
	switch (letter) {
	case 'k':
	case 'K':
		return 1024;
	case 'm':
	case 'M':
		return INT64_C(1024) * 1024;
	case 'g':
	case 'G':
		return INT64_C(1024) * 1024 * 1024;
	default:
		return isdigit((unsigned char)letter) ? 1 : 0;
	}
}

static bool parse_number(const struct setting *setting, struct str text, int64_t *out)
{
	int64_t unit = 1;
	if (setting->kind == SIZE && text.len > 0) {
		unit = unit_of(text.at[text.len - 1]);
		if (unit != 1)
			text.len--;
	}
	if (unit == 0 || !str_to_int64(text, out) || *out > setting->max / unit)
		return false;
	*out *= unit;
	return *out >= setting->min;
}

static bool assign(struct arena *arena, const struct setting *setting, const struct given *given, struct settings *out,
		   struct error *err)
{
	char *member = (char *)out + setting->offset;
	if (setting->kind == TEXT) {
		memcpy(member, &given->value, sizeof(given->value));
		return true;
	}
	int64_t number = 0;
	if (!parse_number(setting, str_from_c(given->value), &number))
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "%s: %s must be a %s from %lld to %lld, not \"%.40s\".",
					    given->place, setting->flag, setting->kind == SIZE ? "size" : "number",
					    (long long)setting->min, (long long)setting->max, given->value));
	memcpy(member, &number, sizeof(number));
	return true;
}

bool settings_load(struct arena *arena, const struct options *options, char *(*variable)(const char *name),
		   struct settings *out, struct error *err)
{
	struct given given[SETTING_COUNT] = { 0 };
	const char *config = options_value(options, "config");
	if (!config)
		config = variable("ATOLL_CONFIG");
	if (config && config[0] && !read_config(arena, config, given, err))
		return false;
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting *setting = &SETTINGS[i];
		char name[VARIABLE_MAX_LEN];
		name_variable(setting->flag, name);
		const char *flag = options_value(options, setting->flag);
		if (flag)
			given[i] = (struct given){ flag, "The command line" };
		else if (variable(name))
			given[i] = (struct given){ variable(name), str_to_c(arena, str_from_c(name)) };
		else if (!given[i].value)
			given[i] = (struct given){ setting->fallback, "The fallback" };
		if (!assign(arena, setting, &given[i], out, err))
			return false;
	}
	return true;
}

void settings_print(FILE *to)
{
	static const char *const KINDS[] = { [TEXT] = "TEXT", [NUMBER] = "N", [SIZE] = "SIZE" };
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		char name[VARIABLE_MAX_LEN];
		name_variable(SETTINGS[i].flag, name);
		(void)fprintf(to, "  --%s %s\n        %s\n        %s, default %s\n", SETTINGS[i].flag,
			      KINDS[SETTINGS[i].kind], SETTINGS[i].help, name,
			      SETTINGS[i].fallback[0] ? SETTINGS[i].fallback : "empty");
	}
}
