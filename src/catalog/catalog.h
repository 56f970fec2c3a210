/* The catalog: accounts, teams, groups, workspaces, the directory of bases, shares, API tokens, audit (catalog.db).
 *
 * This header holds what all of its files share; each thing has a header of its own (account.h, team.h, group.h,
 * workspace.h, base_entry.h, share.h, api_token.h). Records are plain structs whose text lives in the caller's arena.
 */
#ifndef ATOLL_CATALOG_CATALOG_H
#define ATOLL_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;
struct store_conn;
struct store_db;

/* What one may do with a base. */
enum permission { PERM_NONE, PERM_R, PERM_RW };

/* "r", "rw"; "" for PERM_NONE. */
struct str permission_text(enum permission permission);
/* Exactly "r" or "rw"; false for anything else. */
bool permission_parse(struct str text, enum permission *out);

/* The shown name of a person, team, group or application: trimmed, 1 to 255 characters, no control characters.
 * Errors: E_param_invalid naming `param`. */
bool catalog_check_name(struct str text, const char *param, struct str *name, struct error *err);

/* Opens or makes catalog.db in the folder `data`. The caller owns *out. */
bool catalog_open(const char *data, struct catalog **out, struct error *err);
void catalog_close(struct catalog **catalog);
/* The file, for store_write() and store_read_begin() in the catalog's own files. */
struct store_db *catalog_db(struct catalog *catalog);

/* A number that grows with every change that could change somebody's rights (shares, members, roles, API tokens,
 * trash): whatever is cached about rights is valid while it stays the same. */
uint64_t catalog_rights_version(const struct catalog *catalog);
/* To be called after such a change has been committed. */
void catalog_rights_changed(struct catalog *catalog);
/* Notices changes that another process (the command line) made; called about once a second by the server. */
void catalog_watch(struct catalog *catalog);

/* Runs a job of store_write() that may change somebody's rights; then what is cached about them is looked at anew. */
bool catalog_write(struct catalog *catalog, bool (*job)(struct store_conn *conn, void *ctx, struct error *err),
		   void *ctx, struct error *err);
/* The same for callers without an arena: *arena is one while the job runs. */
bool catalog_write_alone(struct catalog *catalog, bool (*job)(struct store_conn *conn, void *ctx, struct error *err),
			 void *ctx, struct arena **arena, struct error *err);

struct audit_field {
	const char *key;
	struct str value; /* absent fields are left out */
};
/* Appends to the audit inside a write, with the detail {"key": "value", ...}: no secrets. `team_id` 0 = none. */
bool audit_note(struct store_conn *conn, int64_t team_id, struct str actor, struct str action,
		const struct audit_field *fields, size_t count, struct error *err);

#endif
