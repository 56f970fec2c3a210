/* Bases that a person has starred (auth.md 5.3). */
#include "api/base_access.h"
#include "api/handlers.h"

bool api_list_starred(struct api_call *call, struct error *err)
{
	int64_t account_id = call->caller.account_id;
	struct base_query query = { .list = BASES_STARRED, .subject = account_id, .viewer = account_id };
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!base_entry_list(api_catalog(call->api), call->arena, &query, &entries, &count, NULL, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "user_starred_dtable_list");
	json_array(out);
	for (size_t i = 0; i < count; i++)
		api_write_base(out, &entries[i]);
	json_array_end(out);
	json_object_end(out);
	return true;
}

static bool set_star(struct api_call *call, bool starred, struct error *err)
{
	struct str uuid;
	struct base_entry entry;
	if (!api_arg_required(call, "dtable_uuid", &uuid, err) ||
	    !api_find_base_by_uuid(call, uuid, ACCESS_READ, &entry, err) ||
	    !base_entry_star(api_catalog(call->api), call->caller.account_id, entry.id, starred, err))
		return false;
	api_write_success(call);
	return true;
}

bool api_star_base(struct api_call *call, struct error *err)
{
	return set_star(call, true, err);
}

bool api_unstar_base(struct api_call *call, struct error *err)
{
	return set_star(call, false, err);
}
