/* The words after a command: `--name value`, `--name=value`, switches and plain arguments. */
#ifndef ATOLL_CMD_OPTIONS_H
#define ATOLL_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

struct arena;

enum { OPTIONS_MAX_ARGUMENTS = 4 };

/* What a command takes. A list of them ends with a row without a name. */
struct option_spec {
	const char *name;  /* without the dashes */
	const char *value; /* placeholder of its value ("DIR"); NULL = a switch */
	const char *help;
};

struct options {
	const struct option_spec *specs;
	const char **values; /* by spec; NULL = not given; a switch that is given has "" */
	const char *arguments[OPTIONS_MAX_ARGUMENTS];
	size_t argument_count;
	bool help; /* --help or -h stands somewhere */
};

/* Reads `words`. After "--" all are plain arguments. Errors, with E_bad_request: an unknown option, one given twice,
 * without its value or with one that it does not take, too many arguments. The texts stay those of `words`. */
bool options_parse(struct arena *arena, const struct option_spec *specs, char *const words[], size_t count,
		   struct options *out, struct error *err);
/* The value of an option; NULL when it was not given, or the command has no such option. */
const char *options_value(const struct options *options, const char *name);

#endif
