/* The table of commands, their help, and the way from the words of the command line to the function that does it. */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/site.h"
#include "core/arena.h"
#include "core/str.h"

enum { EXIT_MISUSE = 2, COMMAND_MEMORY = 256 * 1024 * 1024 };

/* Every command that works on a data folder takes these. */
#define FOLDER_OPTIONS                                                                                                 \
	{ "data", "DIR", "data folder (ATOLL_DATA; else atoll-data)" },                                                \
	{                                                                                                              \
		"config", "FILE", "config file of the server (ATOLL_CONFIG)"                                           \
	}
#define PASSWORD_OPTION                                                                                                \
	{                                                                                                              \
		"password", "TEXT", "password; better in ATOLL_PASSWORD, or \"-\" to read a line of standard input"    \
	}

static const struct option_spec FOLDER_ONLY[] = { FOLDER_OPTIONS, { 0 } };

static const struct option_spec SERVE_OPTIONS[] = {
#define SETTING(name, flag, kind, fallback, min, max, help) { flag, #kind, help },
#include "defs/settings.def"
#undef SETTING
	{ "config", "FILE", "config file (ATOLL_CONFIG)" },
	{ 0 },
};

static const struct option_spec USER_ADD_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "name", "TEXT", "name shown to others; else the part of EMAIL before the @" },
	PASSWORD_OPTION,
	{ "team", "NAME", "team; needed when there are several" },
	{ "team-admin", NULL, "may administer the team" },
	{ "admin", NULL, "may administer the whole server, and the team" },
	{ 0 },
};
static const struct option_spec PASSWORD_OPTIONS[] = { FOLDER_OPTIONS, PASSWORD_OPTION, { 0 } };
static const struct option_spec BASE_LIST_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "trash", NULL, "those of the trash instead" },
	{ 0 },
};
static const struct option_spec BASE_CREATE_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "owner", "EMAIL", "in the personal workspace of this account" },
	{ "group", "ID", "in the workspace of this group" },
	{ "workspace", "ID", "in this workspace" },
	{ 0 },
};
static const struct option_spec BASE_COPY_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "name", "TEXT", "name of the copy; else the same, with a number when it is taken" },
	{ "workspace", "ID", "workspace of the copy; else the same" },
	{ 0 },
};
static const struct option_spec TOKEN_CREATE_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "base", "UUID", "base that it opens" },
	{ "name", "APP", "name of the application" },
	{ "permission", "r|rw", "read only, or read and write (else rw)" },
	{ 0 },
};
static const struct option_spec TOKEN_LIST_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "base", "UUID", "base" },
	{ 0 },
};
static const struct option_spec TOKEN_DELETE_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "base", "UUID", "base" },
	{ "name", "APP", "name of the application" },
	{ 0 },
};

static const struct option_spec QUERY_OPTIONS[] = {
	FOLDER_OPTIONS,
	{ "base", "UUID", "base that it is about" },
	{ "tables", "FILE",
	  "description of tables instead, as the API's metadata call answers it; needs no data folder" },
	{ "explain", NULL, "show words, tree, checked tree, SQLite's SQL and its values; nothing runs" },
	{ "formula-of", "TABLE", "TEXT is a formula of this table" },
	{ "filters-of", "TABLE", "TEXT is a view's filters of this table, as JSON" },
	{ 0 },
};

static const struct command COMMANDS[] = {
	{ "serve", "", 0, 0, "Serves the bases of a data folder",
	  "The first start makes a team and its admin from ATOLL_ADMIN_EMAIL and ATOLL_ADMIN_PASSWORD; without a\n"
	  "password it makes one up and prints it once. ATOLL_SECRET_KEY (64 hex digits) takes the place of the\n"
	  "file secret.key. SIGTERM stops the server cleanly.\n",
	  SERVE_OPTIONS, SITE_NONE, cmd_serve },
	{ "team add", "NAME", 1, 1, "Makes a team", NULL, FOLDER_ONLY, SITE_CATALOG, cmd_team_add },
	{ "team list", "", 0, 0, "Lists the teams", NULL, FOLDER_ONLY, SITE_CATALOG, cmd_team_list },
	{ "user add", "EMAIL", 1, 1, "Makes an account", NULL, USER_ADD_OPTIONS, SITE_CATALOG, cmd_user_add },
	{ "user list", "", 0, 0, "Lists the accounts", NULL, FOLDER_ONLY, SITE_CATALOG, cmd_user_list },
	{ "user password", "EMAIL", 1, 1, "Sets an account's password", NULL, PASSWORD_OPTIONS, SITE_CATALOG,
	  cmd_user_password },
	{ "user activate", "EMAIL", 1, 1, "Lets an account sign in again", NULL, FOLDER_ONLY, SITE_CATALOG,
	  cmd_user_activate },
	{ "user deactivate", "EMAIL", 1, 1, "Locks an account out", NULL, FOLDER_ONLY, SITE_CATALOG,
	  cmd_user_deactivate },
	{ "base list", "", 0, 0, "Lists the bases", NULL, BASE_LIST_OPTIONS, SITE_CATALOG, cmd_base_list },
	{ "base create", "NAME", 1, 1, "Makes a base", NULL, BASE_CREATE_OPTIONS, SITE_BASES, cmd_base_create },
	{ "base delete", "UUID", 1, 1, "Moves a base to the trash", NULL, FOLDER_ONLY, SITE_CATALOG, cmd_base_delete },
	{ "base restore", "UUID", 1, 1, "Takes a base out of the trash", NULL, FOLDER_ONLY, SITE_CATALOG,
	  cmd_base_restore },
	{ "base copy", "UUID", 1, 1, "Copies a base", NULL, BASE_COPY_OPTIONS, SITE_BASES, cmd_base_copy },
	{ "token create", "", 0, 0, "Makes an API token and prints it", NULL, TOKEN_CREATE_OPTIONS, SITE_AUTH,
	  cmd_token_create },
	{ "token list", "", 0, 0, "Lists the API tokens of a base", NULL, TOKEN_LIST_OPTIONS, SITE_AUTH,
	  cmd_token_list },
	{ "token delete", "", 0, 0, "Deletes an API token", NULL, TOKEN_DELETE_OPTIONS, SITE_AUTH, cmd_token_delete },
	{ "query", "TEXT", 1, 1, "Selects from a base, or explains a statement",
	  "Prints the answer of the API's SQL call. It reads only. `EXPLAIN SELECT ...` gives SQLite's plan.\n",
	  QUERY_OPTIONS, SITE_NONE, cmd_query },
	{ "check", "[UUID]", 0, 1, "Checks the catalog and every base, or one base",
	  "Prints what is wrong; the exit status is 1 then. Works beside a running server.\n", FOLDER_ONLY, SITE_BASES,
	  cmd_check },
	{ "backup", "DIR", 1, 1, "Copies catalog, secret key and bases to a new folder",
	  "Works beside a running server. The copy is a data folder itself: `atoll serve --data DIR` serves it.\n",
	  FOLDER_ONLY, SITE_BASES, cmd_backup },
};

enum { COMMAND_COUNT = sizeof(COMMANDS) / sizeof(COMMANDS[0]) };

/* ---- help ---- */

/* The commands whose first word is `word`; NULL = all. */
static void print_commands(FILE *to, const char *word)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command *command = &COMMANDS[i];
		size_t len = word ? strlen(word) : 0;
		if (word && (strncmp(command->name, word, len) != 0 || command->name[len] != ' '))
			continue;
		char usage[64];
		(void)snprintf(usage, sizeof(usage), "%s %s", command->name, command->arguments);
		(void)fprintf(to, "  atoll %-24s %s\n", usage, command->summary);
	}
}

static void print_overview(FILE *to)
{
	(void)fputs("Atoll, a self-hosted base server.\n\n", to);
	print_commands(to, NULL);
	(void)fputs("\n`atoll COMMAND --help` says more about a command.\n", to);
}

static void print_help(FILE *to, const struct command *command)
{
	(void)fprintf(to, "atoll %s%s%s [options]\n%s.\n\n", command->name, command->arguments[0] ? " " : "",
		      command->arguments, command->summary);
	if (command->details)
		(void)fprintf(to, "%s\n", command->details);
	if (command->options == SERVE_OPTIONS) {
		settings_print(to);
		(void)fputs("  --config FILE\n        lines `setting = value`, named as above without the dashes\n"
			    "        ATOLL_CONFIG\n\nA flag counts before its variable, the variable before the config "
			    "file.\n",
			    to);
		return;
	}
	for (const struct option_spec *spec = command->options; spec->name; spec++) {
		char usage[64];
		(void)snprintf(usage, sizeof(usage), "--%s %s", spec->name, spec->value ? spec->value : "");
		(void)fprintf(to, "  %-20s %s\n", usage, spec->help);
	}
}

/* ---- from words to a command ---- */

/* The command of the first one or two words; *used tells how many it took. NULL when there is none. */
static const struct command *find_command(int count, char *words[], size_t *used)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const char *name = COMMANDS[i].name;
		const char *blank = strchr(name, ' ');
		size_t first = blank ? (size_t)(blank - name) : strlen(name);
		if (count < (blank ? 2 : 1) || strlen(words[0]) != first || memcmp(words[0], name, first) != 0)
			continue;
		if (blank && strcmp(words[1], blank + 1) != 0)
			continue;
		*used = blank ? 2 : 1;
		return &COMMANDS[i];
	}
	return NULL;
}

static bool is_first_word(const char *word)
{
	size_t len = strlen(word);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strncmp(COMMANDS[i].name, word, len) == 0 && COMMANDS[i].name[len] == ' ')
			return true;
	}
	return false;
}

static bool asks_for_help(const char *word)
{
	return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* No command was found: help that was asked for, or what would have been right. */
static int explain(int count, char *words[])
{
	if (count > 0 && asks_for_help(words[0])) {
		print_overview(stdout);
		return EXIT_SUCCESS;
	}
	if (count == 0) {
		print_overview(stderr);
		return EXIT_MISUSE;
	}
	if (!is_first_word(words[0])) {
		(void)fprintf(stderr, "atoll: there is no command \"%s\"; `atoll help` lists them.\n", words[0]);
		return EXIT_MISUSE;
	}
	bool asked = count > 1 && asks_for_help(words[1]);
	print_commands(asked ? stdout : stderr, words[0]);
	return asked ? EXIT_SUCCESS : EXIT_MISUSE;
}

static int misuse(const struct command *command, const char *text)
{
	(void)fprintf(stderr, "atoll %s: %s\n`atoll %s --help` says more.\n", command->name, text, command->name);
	return EXIT_MISUSE;
}

/* Runs the command with what it needs of the data folder. */
static bool run_on_site(const struct command *command, struct invocation *invocation, struct error *err)
{
	struct site site;
	if (command->parts == SITE_NONE)
		return command->run(invocation, NULL, err);
	if (!site_open(invocation->arena, &invocation->settings, command->parts, &site, err))
		return false;
	bool ok = command->run(invocation, &site, err);
	site_close(&site);
	return ok;
}

static int run(struct arena *arena, const struct command *command, char *words[], size_t count)
{
	struct error err = { 0 };
	struct invocation invocation = { .arena = arena };
	if (!options_parse(arena, command->options, words, count, &invocation.options, &err))
		return misuse(command, err.message);
	if (invocation.options.help) {
		print_help(stdout, command);
		return EXIT_SUCCESS;
	}
	if (invocation.options.argument_count < command->min_arguments ||
	    invocation.options.argument_count > command->max_arguments)
		return misuse(command, command->arguments[0] ? "Wrong number of arguments." : "It takes no arguments.");
	if (!settings_load(arena, &invocation.options, getenv, &invocation.settings, &err))
		return misuse(command, err.message);
	if (run_on_site(command, &invocation, &err))
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	(void)fflush(stdout);
	if (err.code != E_NONE)
		(void)fprintf(stderr, "atoll %s: %s\n", command->name, err.message);
	return EXIT_FAILURE;
}

int command_main(int argc, char *argv[])
{
	size_t used = 0;
	int count = argc > 0 ? argc - 1 : 0;
	const struct command *command = find_command(count, argv + 1, &used);
	if (!command)
		return explain(count, argv + 1);
	struct arena *arena = arena_new(COMMAND_MEMORY);
	int status = run(arena, command, argv + 1 + used, (size_t)count - used);
	arena_free(&arena);
	return status;
}
