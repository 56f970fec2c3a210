/* A data folder and what lies in it, opened for a command or for the server: catalog, keys, base files.
 *
 * One server works on a folder at a time (DIR/lock); commands work beside it: SQLite keeps the processes apart, and the
 * server notices within a second what a command changed. */
#ifndef ATOLL_CMD_SITE_H
#define ATOLL_CMD_SITE_H

#include <stdbool.h>

#include "cmd/settings.h"
#include "core/error.h"

struct arena;
struct auth;
struct base_registry;
struct catalog;

struct site {
	const char *data;
	int lock; /* the server's; -1 for commands */
	struct catalog *catalog;
	struct auth *auth;
	struct base_registry *bases;
};

/* What a command needs: nothing, or the catalog and what else. */
enum site_parts { SITE_NONE = 0, SITE_CATALOG = 1, SITE_AUTH = 2, SITE_BASES = 4 };

/* Opens the folder for a command: it must hold a catalog already. On failure nothing is left open. */
bool site_open(struct arena *arena, const struct settings *settings, unsigned parts, struct site *out,
	       struct error *err);
/* Opens it for the server: made when missing, locked. E_bad_request tells that another server has it. */
bool site_open_server(struct arena *arena, const struct settings *settings, struct site *out, struct error *err);
/* Closes what is open. */
void site_close(struct site *site);

#endif
