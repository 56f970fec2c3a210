/* How many bytes people, groups and teams take, for the answers that tell it (auth.md 4 and 8). */
#ifndef ATOLL_API_USAGE_H
#define ATOLL_API_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/api.h"

/* The bytes of the files of the bases of a workspace. */
bool api_workspace_bytes(struct api_call *call, int64_t workspace_id, int64_t *bytes, struct error *err);
/* The same for all living bases of a team. */
bool api_team_bytes(struct api_call *call, int64_t team_id, int64_t *bytes, struct error *err);

#endif
