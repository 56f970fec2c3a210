/* The settings of defs/settings.def and where their values come from: a flag, a variable, the config file, the
 * fallback. */
#ifndef ATOLL_CMD_SETTINGS_H
#define ATOLL_CMD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/error.h"

struct arena;
struct options;

#define SETTING_TYPE_TEXT const char *
#define SETTING_TYPE_NUMBER int64_t
#define SETTING_TYPE_SIZE int64_t

struct settings {
#define SETTING(name, flag, kind, fallback, min, max, help) SETTING_TYPE_##kind name;
#include "defs/settings.def"
#undef SETTING
};

/* Fills *out. `options` gives the flags (a command may know few of them); `variable` is getenv(), or a test's own.
 * The config file is named by --config or ATOLL_CONFIG: lines `flag = value`, empty lines and lines that begin with
 * "#". Texts live in the arena, in `options` or in the environment. Errors, with E_bad_request: a value out of its
 * range, a config file that can't be read or has an unknown line; the message says where. */
bool settings_load(struct arena *arena, const struct options *options, char *(*variable)(const char *name),
		   struct settings *out, struct error *err);
/* Prints each setting with its variable, fallback and explanation. */
void settings_print(FILE *to);

#endif
