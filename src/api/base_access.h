/* Bases as the account endpoints name them (auth.md 5 and 7): finding one, checking what the caller may do with it, and
 * writing it as JSON. */
#ifndef ATOLL_API_BASE_ACCESS_H
#define ATOLL_API_BASE_ACCESS_H

#include <stdbool.h>

#include "api/api.h"
#include "catalog/base_entry.h"
#include "catalog/workspace.h"

/* What a handler is about to do with a base. */
enum base_access {
	ACCESS_READ,   /* look into it: workspace members, and whoever it is shared with */
	ACCESS_CHANGE, /* rename, delete: managers of the workspace, and the member who made the base */
	ACCESS_MANAGE, /* share it, make tokens: managers of the workspace */
};

/* The base that the path names by {workspace_id} and {base_name}, if the caller may do that with it.
 * Errors: E_workspace_not_found, E_base_not_found, E_permission_denied. */
bool api_find_base(struct api_call *call, enum base_access access, struct base_entry *out, struct error *err);
/* The same for a name that stands elsewhere, and for any workspace and name. */
bool api_find_base_named(struct api_call *call, struct str name, enum base_access access, struct base_entry *out,
			 struct error *err);
bool api_find_base_on(struct api_call *call, int64_t workspace_id, struct str name, enum base_access access,
		      struct base_entry *out, struct error *err);
/* The base with the uuid `uuid`, if the caller may do that with it. */
bool api_find_base_by_uuid(struct api_call *call, struct str uuid, enum base_access access, struct base_entry *out,
			   struct error *err);
/* The living base with the {base_uuid} of the path, if it is the team's: for the team's admins.
 * Errors: E_base_not_found. */
bool api_find_team_base(struct api_call *call, struct base_entry *out, struct error *err);
/* The workspace `id`, if the caller belongs to it. Errors: E_workspace_not_found, E_permission_denied. */
bool api_find_workspace(struct api_call *call, struct str id, struct workspace *out, enum workspace_role *role,
			struct error *err);
/* The group's workspace, if the caller is at least `role` on it. Errors: E_group_not_found, E_permission_denied. */
bool api_find_group_workspace(struct api_call *call, struct str group_id, enum workspace_role role,
			      struct workspace *out, struct error *err);

/* Deletes everything in a trash for good. `list` is one of TRASH_OF_*. (trash.c) */
bool api_purge_trash(struct api_call *call, enum base_list list, int64_t subject, struct error *err);

/* A whole list of bases, with the caller's stars. */
bool api_list_bases(struct api_call *call, enum base_list list, int64_t subject, struct base_entry **out, size_t *count,
		    struct error *err);
/* "key": [bases of the list]; those of BASES_SHARED with permission and giver. */
bool api_field_bases(struct api_call *call, const char *key, enum base_list list, int64_t subject, struct error *err);

/* The base object (auth.md 5.1) with creator and modifier. */
void api_write_base(struct json_out *out, const struct base_entry *entry);
/* Its members alone, for lists that add some of their own to the open object. */
void api_write_base_fields(struct json_out *out, const struct base_entry *entry);
/* The same in lists of shared bases: with permission, from_user and from_user_name. */
void api_write_shared_base(struct json_out *out, const struct base_entry *entry);

/* The list of everybody who may use a base, as an array. (related_users.c) */
bool api_write_related_users(struct api_call *call, int64_t base_id, struct error *err);

#endif
