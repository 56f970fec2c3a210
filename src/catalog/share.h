/* Shares: a base opened to a person or a group beyond its workspace, to read or to read and write. Contract: auth.md 7.
 */
#ifndef ATOLL_CATALOG_SHARE_H
#define ATOLL_CATALOG_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct base_entry;
struct catalog;

/* With whom a base is shared: a person or a group of the base's team. */
enum share_kind { SHARE_ACCOUNT, SHARE_GROUP };

struct share {
	enum share_kind kind;
	int64_t id;               /* of the account or group */
	struct str username;      /* accounts: "<32 hex>@auth.local" */
	struct str contact_email; /* accounts */
	struct str name;          /* display name, or the group's name */
	enum permission permission;
	struct str from_username, from_name; /* who shared it; absent when that account is gone */
	int64_t created_at;
	struct str base_uuid, base_name;
};

/* All shares of one kind of a base, oldest first. */
bool share_list(struct catalog *catalog, struct arena *arena, int64_t base_id, enum share_kind kind, struct share **out,
		size_t *count, struct error *err);
/* All shares of one kind of all living bases of a team, by base. */
bool share_list_of_team(struct catalog *catalog, struct arena *arena, int64_t team_id, enum share_kind kind,
			struct share **out, size_t *count, struct error *err);
/* Shares it. Errors: E_share_to_self (the owner, or the group on whose workspace it stands), E_share_exists,
 * E_user_not_found and E_group_not_found (also for those of another team). `name` is how the errors call it. */
bool share_add(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
	       struct str name, enum permission permission, int64_t from_id, struct str actor, struct error *err);
/* Errors: E_share_not_found. */
bool share_change(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
		  struct str name, enum permission permission, struct str actor, struct error *err);
bool share_remove(struct catalog *catalog, const struct base_entry *base, enum share_kind kind, int64_t id,
		  struct str name, struct str actor, struct error *err);

/* Somebody who may use a base. */
struct related_user {
	int64_t account_id;
	struct str username, contact_email, name, id_in_org;
	bool is_manager; /* owner of the workspace, or admin of its group */
};

/* Everybody who may use the base: owner, members of its group, those it is shared with; each once, by name. */
bool share_related_users(struct catalog *catalog, struct arena *arena, int64_t base_id, struct related_user **out,
			 size_t *count, struct error *err);

#endif
