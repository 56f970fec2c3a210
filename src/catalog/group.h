/* Groups of people within a team. A group has one workspace, one owner, and members, some of whom are admins; the owner
 * is always a member and an admin. Contract: auth.md 6 and 8. */
#ifndef ATOLL_CATALOG_GROUP_H
#define ATOLL_CATALOG_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;
struct store_conn;

struct group {
	int64_t id, team_id;
	struct str name;
	int64_t owner_id;
	struct str owner_username, owner_name, owner_contact_email;
	int64_t created_at;
};

struct group_member {
	int64_t account_id;
	struct str username, contact_email, name, login_id;
	bool is_admin;
	bool is_owner;
};

/* Errors: E_group_not_found. */
bool group_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct group *out, struct error *err);
/* The same inside a read or write. */
bool group_load(struct store_conn *conn, struct arena *arena, int64_t id, struct group *out, struct error *err);

struct group_query {
	int64_t team_id;
	int64_t member_id; /* only groups that this account belongs to; 0 = all */
	struct str search; /* part of the name, ignoring the case of ASCII letters; absent = all */
	int page;          /* from 1 */
	int per_page;      /* 0 = all */
};

/* By id. `total` (may be NULL): groups on all pages. */
bool group_list(struct catalog *catalog, struct arena *arena, const struct group_query *query, struct group **out,
		size_t *count, int64_t *total, struct error *err);
/* The owner first, then by name. */
bool group_members(struct catalog *catalog, struct arena *arena, int64_t group_id, struct group_member **out,
		   size_t *count, struct error *err);
/* Errors: E_member_not_found. `name` is how the error calls the account. */
bool group_member_find(struct catalog *catalog, struct arena *arena, int64_t group_id, int64_t account_id,
		       struct str name, struct group_member *out, struct error *err);

/* ---- changing; `actor` goes to the audit ---- */

/* Makes a group, its workspace, and its owner a member. `name` is checked (catalog_check_name()).
 * Errors: E_group_exists, E_user_not_found (the owner is not of the team). */
bool group_create(struct catalog *catalog, struct arena *arena, int64_t team_id, struct str name, int64_t owner_id,
		  struct str actor, struct group *out, struct error *err);
/* Renames (`name` absent = stays) or hands over (`owner_id` 0 = stays; the new owner becomes a member and admin).
 * Errors: E_group_not_found, E_group_exists, E_user_not_found. */
bool group_change(struct catalog *catalog, struct arena *arena, int64_t id, struct str name, int64_t owner_id,
		  struct str actor, struct group *out, struct error *err);
/* Bases of the group that are in the trash go to the trash of its owner. Errors: E_group_not_found, E_group_has_bases.
 */
bool group_delete(struct catalog *catalog, int64_t id, struct str actor, struct error *err);
/* `name` is how errors call the account. Errors: E_group_not_found, E_user_not_found (not of the team),
 * E_member_exists. */
bool group_add_member(struct catalog *catalog, int64_t group_id, int64_t account_id, struct str name, struct str actor,
		      struct error *err);
/* Errors: E_member_not_found, E_group_owner_stays (when the owner would lose the role). */
bool group_set_admin(struct catalog *catalog, int64_t group_id, int64_t account_id, struct str name, bool is_admin,
		     struct str actor, struct error *err);
/* Errors: E_member_not_found, E_group_owner_stays. */
bool group_remove_member(struct catalog *catalog, int64_t group_id, int64_t account_id, struct str name,
			 struct str actor, struct error *err);

#endif
