/* What the endpoints of groups share: the group of the path, and how groups and members are written (G and M of auth.md
 * 6). */
#ifndef ATOLL_API_GROUP_REPLY_H
#define ATOLL_API_GROUP_REPLY_H

#include "api/api.h"
#include "catalog/group.h"

/* The group of the path, if it is of the caller's team. Errors: E_group_not_found. */
bool api_find_team_group(struct api_call *call, struct group *out, struct error *err);

/* "key": [the admins' usernames], which are read from the catalog. */
bool api_field_group_admins(struct api_call *call, const char *key, int64_t group_id, struct error *err);
bool api_write_group(struct api_call *call, const struct group *group, struct error *err);
void api_write_member(struct api_call *call, int64_t group_id, const struct group_member *member);

#endif
