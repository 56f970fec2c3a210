/* Workspaces: the shelves on which bases stand. A person has one (personal), a group has one. Who may do what on a
 * shelf follows from whose it is: a person's is theirs alone; every member of a group reads and writes its bases, the
 * group's owner and admins also manage them (share, make tokens, delete). Contract: auth.md 5.2. */
#ifndef ATOLL_CATALOG_WORKSPACE_H
#define ATOLL_CATALOG_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;
struct store_conn;

/* What an account is on a workspace, in growing order. */
enum workspace_role {
	WORKSPACE_STRANGER,
	WORKSPACE_MEMBER,  /* member of the group: reads, writes and makes bases */
	WORKSPACE_MANAGER, /* the person whose it is, or owner or admin of the group: also shares, tokens, rename,
			      delete */
};

struct workspace {
	int64_t id;
	int64_t team_id;
	int64_t account_id;        /* whose personal workspace it is; 0 for a group's */
	int64_t group_id;          /* whose group workspace it is; 0 for a person's */
	struct str name;           /* the group's name; "personal" for a person's */
	struct str owner_username; /* the person, or the group's owner */
	struct str owner_name;     /* display name of the same */
	/* In lists only: */
	enum workspace_role role;
	int64_t member_count; /* of the group */
};

/* Errors: E_workspace_not_found. */
bool workspace_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct workspace *out,
		     struct error *err);
/* The personal workspace. Errors: E_workspace_not_found. */
bool workspace_of_account(struct catalog *catalog, struct arena *arena, int64_t account_id, struct workspace *out,
			  struct error *err);
/* Errors: E_group_not_found. */
bool workspace_of_group(struct catalog *catalog, struct arena *arena, int64_t group_id, struct workspace *out,
			struct error *err);
/* All that an account belongs to: the personal one first, then the groups' by id. */
bool workspace_list(struct catalog *catalog, struct arena *arena, int64_t account_id, struct workspace **out,
		    size_t *count, struct error *err);
bool workspace_role_of(struct catalog *catalog, int64_t workspace_id, int64_t account_id, enum workspace_role *out,
		       struct error *err);

/* Inside a read or write: E_workspace_not_found unless there is such a workspace. */
bool workspace_check(struct store_conn *conn, struct arena *arena, int64_t id, struct error *err);
/* Inside a write (store_job): the workspace of a new account or group. */
bool workspace_add_personal(struct store_conn *conn, int64_t team_id, int64_t account_id, struct error *err);
bool workspace_add_group(struct store_conn *conn, int64_t team_id, int64_t group_id, struct error *err);

#endif
