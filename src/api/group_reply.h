/* How groups and their members are written in answers: G and M of auth.md 6. */
#ifndef ATOLL_API_GROUP_REPLY_H
#define ATOLL_API_GROUP_REPLY_H

#include "api/api.h"
#include "catalog/group.h"

/* Reads the admins from the catalog. */
bool api_write_group(struct api_call *call, const struct group *group, struct error *err);
void api_write_member(struct api_call *call, int64_t group_id, const struct group_member *member);

#endif
