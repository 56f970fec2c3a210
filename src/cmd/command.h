/* The commands of `atoll`: one row each in commands.c, one file for those of a kind. */
#ifndef ATOLL_CMD_COMMAND_H
#define ATOLL_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/options.h"
#include "cmd/settings.h"
#include "core/error.h"

struct arena;
struct site;

/* What a command is run with. */
struct invocation {
	struct arena *arena;
	struct options options;
	struct settings settings;
};

/* Does the work on the open data folder and prints the result on standard output. On false the message of `err` goes to
 * standard error; a code of E_NONE means that everything has been said. */
typedef bool (*command_run)(struct invocation *invocation, struct site *site, struct error *err);

struct command {
	const char *name;      /* one or two words: "user add" */
	const char *arguments; /* "EMAIL"; "" = none */
	size_t min_arguments, max_arguments;
	const char *summary; /* one line */
	const char *details; /* further text of --help, or NULL */
	const struct option_spec *options;
	unsigned parts; /* enum site_parts: what is open when it runs; SITE_NONE: `site` is NULL */
	command_run run;
};

/* Who the audit says did what a command does. */
#define COMMAND_ACTOR STR("command line")

/* Finds the command that the words name, and runs it. Exit status: 0 done, 1 failed, 2 wrongly called. */
int command_main(int argc, char *argv[]);

/* ---- the commands, in the files of their names ---- */

bool cmd_serve(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_team_add(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_team_list(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_user_add(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_user_list(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_user_password(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_user_activate(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_user_deactivate(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_base_list(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_base_create(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_base_delete(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_base_restore(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_base_copy(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_token_create(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_token_list(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_token_delete(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_query(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_check(struct invocation *invocation, struct site *site, struct error *err);
bool cmd_backup(struct invocation *invocation, struct site *site, struct error *err);

#endif
