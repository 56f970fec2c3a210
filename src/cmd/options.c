/* Reading a command line against a table of options. */
#include "cmd/options.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/str.h"

static size_t count_specs(const struct option_spec *specs)
{
	size_t n = 0;
	while (specs[n].name)
		n++;
	return n;
}

/* The index of the option that `word` (after its dashes) names, up to an "="; the number of specs when there is none.
 */
static size_t find_spec(const struct option_spec *specs, const char *word)
{
	size_t len = strcspn(word, "=");
	size_t i = 0;
	while (specs[i].name && !(strlen(specs[i].name) == len && memcmp(specs[i].name, word, len) == 0))
		i++;
	return i;
}

static bool complain(struct arena *arena, const char *format, const char *word, struct error *err)
{
	char text[200];
	(void)snprintf(text, sizeof(text), format, word);
	return FAIL_WITH(err, bad_request, str_copy(arena, str_from_c(text)));
}

/* Takes the option in words[*at]; its value may be the next word. */
static bool take_option(struct arena *arena, struct options *out, char *const words[], size_t count, size_t *at,
			struct error *err)
{
	const char *word = words[*at] + 2;
	size_t index = find_spec(out->specs, word);
	const struct option_spec *spec = &out->specs[index];
	const char *equals = strchr(word, '=');
	if (!spec->name)
		return complain(arena, "Unknown option --%s.", word, err);
	if (out->values[index])
		return complain(arena, "--%s is given twice.", spec->name, err);
	if (!spec->value) {
		if (equals)
			return complain(arena, "--%s takes no value.", spec->name, err);
		out->values[index] = "";
		return true;
	}
	if (!equals && *at + 1 == count)
		return complain(arena, "--%s needs a value.", spec->name, err);
	out->values[index] = equals ? equals + 1 : words[++*at];
	return true;
}

bool options_parse(struct arena *arena, const struct option_spec *specs, char *const words[], size_t count,
		   struct options *out, struct error *err)
{
	*out = (struct options){ .specs = specs };
	out->values = ARENA_ARRAY(arena, const char *, count_specs(specs));
	bool plain = false;
	for (size_t i = 0; i < count; i++) {
		const char *word = words[i];
		if (!plain && strcmp(word, "--") == 0) {
			plain = true;
		} else if (!plain && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
			out->help = true;
		} else if (!plain && strncmp(word, "--", 2) == 0) {
			if (!take_option(arena, out, words, count, &i, err))
				return false;
		} else if (!plain && word[0] == '-' && word[1] != '\0') {
			return complain(arena, "Unknown option %s.", word, err);
		} else if (out->argument_count == OPTIONS_MAX_ARGUMENTS) {
			return complain(arena, "Too many arguments: \"%s\".", word, err);
		} else {
			out->arguments[out->argument_count++] = word;
		}
	}
	return true;
}

const char *options_value(const struct options *options, const char *name)
{
	const struct option_spec *spec = &options->specs[find_spec(options->specs, name)];
	return spec->name ? options->values[spec - options->specs] : NULL;
}
