/* The directory of bases: which bases there are, their names, where they stand, the trash, the stars. The data of a
 * base lies in its own file (base/registry.h); api/base_lifecycle.h keeps the two together.
 * Contract: auth.md 5.1 and 5.3. */
#ifndef ATOLL_CATALOG_BASE_ENTRY_H
#define ATOLL_CATALOG_BASE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;

enum { BASE_NAME_MAX_CHARS = 255 };

/* A base as the directory knows it, with the workspace it stands on. Text is absent where the catalog has none. */
struct base_entry {
	int64_t id;
	struct str uuid; /* lower case, with dashes */
	struct str name;
	struct str icon, color;
	int64_t created_at, updated_at;
	int64_t deleted_at; /* in the trash since; 0 = alive */
	int64_t creator_id; /* 0 when that account is gone */
	struct str creator_username, creator_name;
	struct str modifier_name;

	int64_t workspace_id, team_id;
	int64_t owner_account_id; /* whose personal workspace; 0 in a group's */
	int64_t group_id;         /* whose group workspace; 0 in a person's */
	struct str group_name;
	struct str owner_username, owner_name; /* the person, or the group's owner */

	bool starred; /* by the viewer of a list */
	/* In lists of shared bases, else PERM_NONE and absent: */
	enum permission permission;
	struct str from_username, from_name; /* who shared it */
	int64_t shared_group_id;             /* BASES_SHARED_WITH_GROUPS: the group it is shared with */
};

/* A name for a base: trimmed, 1 to 255 characters, without control characters and '/', not "." or "..".
 * Errors: E_param_invalid naming `param`. */
bool base_entry_check_name(struct str text, const char *param, struct str *name, struct error *err);

/* ---- finding: living bases only, unless the name says trash ---- */

/* By workspace and name. Errors: E_workspace_not_found, E_base_not_found. */
bool base_entry_find(struct catalog *catalog, struct arena *arena, int64_t workspace_id, struct str name,
		     struct base_entry *out, struct error *err);
/* By uuid in any of its written forms. Errors: E_base_not_found. */
bool base_entry_by_uuid(struct catalog *catalog, struct arena *arena, struct str uuid, struct base_entry *out,
			struct error *err);
bool base_entry_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct base_entry *out,
		      struct error *err);
/* In the trash, by number or by uuid. Errors: E_base_not_found. */
bool base_entry_trashed_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct base_entry *out,
			      struct error *err);
bool base_entry_trashed_by_uuid(struct catalog *catalog, struct arena *arena, struct str uuid, struct base_entry *out,
				struct error *err);

/* What a list holds; `subject` is an account, group, workspace or team. */
enum base_list {
	BASES_OF_WORKSPACE,       /* workspace */
	BASES_MANAGED,            /* account: of the personal workspace and of the groups it administers */
	BASES_REACHABLE,          /* account: of all its workspaces and shared with it or its groups, each once */
	BASES_STARRED,            /* account: starred and reachable */
	BASES_SHARED,             /* account: shared with the person, in `permission`, `from_*` */
	BASES_SHARED_WITH_GROUPS, /* account: shared with each of its groups; `shared_group_id` */
	BASES_OF_TEAM,            /* team */
	BASES_OF_ALL,             /* no subject */
	TRASH_OF_ACCOUNT,         /* account: the personal workspace's */
	TRASH_OF_GROUP,           /* group */
	TRASH_OF_TEAM,            /* team */
	TRASH_OF_ALL,             /* no subject */
};

struct base_query {
	enum base_list list;
	int64_t subject;
	int64_t viewer;    /* account whose stars count; 0 = none */
	struct str search; /* part of the name, ignoring the case of ASCII letters; absent = all */
	int page;          /* from 1 */
	int per_page;      /* 0 = all */
};

/* A list by name (the trash: newest deletion first). `total` (may be NULL): entries on all pages. */
bool base_entry_list(struct catalog *catalog, struct arena *arena, const struct base_query *query,
		     struct base_entry **out, size_t *count, int64_t *total, struct error *err);

/* ---- changing; `actor` goes to the audit: a username, or "command line" ---- */

struct base_entry_new {
	struct str uuid; /* of the file, which exists already */
	int64_t workspace_id;
	struct str name;        /* checked */
	bool rename_when_taken; /* "Name (1)" instead of E_base_exists */
	struct str icon, color; /* or absent */
	int64_t creator_id;     /* 0 = none (command line) */
};

/* Errors: E_workspace_not_found, E_base_exists. */
bool base_entry_create(struct catalog *catalog, struct arena *arena, const struct base_entry_new *wanted,
		       struct str actor, struct base_entry *out, struct error *err);

struct base_entry_change {
	struct str name; /* checked; each is absent when it stays */
	struct str icon, color;
	int64_t modifier_id;
};

/* Errors: E_base_exists, E_base_not_found. */
bool base_entry_change(struct catalog *catalog, struct arena *arena, int64_t id, const struct base_entry_change *change,
		       struct str actor, struct base_entry *out, struct error *err);
/* To the trash; the name is free again. Errors: E_base_not_found. */
bool base_entry_trash(struct catalog *catalog, int64_t id, struct str actor, struct error *err);
/* Out of the trash, as "Name (1)" when the name is taken by now. Errors: E_base_not_found. */
bool base_entry_restore(struct catalog *catalog, struct arena *arena, int64_t id, struct str actor,
			struct base_entry *out, struct error *err);
/* Forgets a base of the trash for good, with its shares, stars and tokens; false with E_base_not_found when it is not
 * in the trash (any more). */
bool base_entry_purge(struct catalog *catalog, int64_t id, struct str actor, struct error *err);

/* Stars or unstars; both are fine twice. */
bool base_entry_star(struct catalog *catalog, int64_t account_id, int64_t base_id, bool starred, struct error *err);

#endif
