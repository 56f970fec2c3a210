/* Sums of file sizes. A base whose file can't be looked at counts as nothing here; whoever opens it is told. */
#include "api/usage.h"

#include "base/registry.h"
#include "catalog/base_entry.h"

static bool sum(struct api_call *call, enum base_list list, int64_t subject, int64_t *bytes, struct error *err)
{
	struct base_query query = { .list = list, .subject = subject };
	struct base_entry *entries = NULL;
	size_t count = 0;
	*bytes = 0;
	if (!base_entry_list(api_catalog(call->api), call->arena, &query, &entries, &count, NULL, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct error ignored;
		int64_t size = 0;
		if (base_registry_size(api_bases(call->api), entries[i].uuid, &size, &ignored))
			*bytes += size;
	}
	return true;
}

bool api_workspace_bytes(struct api_call *call, int64_t workspace_id, int64_t *bytes, struct error *err)
{
	return sum(call, BASES_OF_WORKSPACE, workspace_id, bytes, err);
}

bool api_team_bytes(struct api_call *call, int64_t team_id, int64_t *bytes, struct error *err)
{
	return sum(call, BASES_OF_TEAM, team_id, bytes, err);
}
