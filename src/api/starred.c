/* Bases that a person has starred (auth.md 5.3). */
#include "api/base_access.h"
#include "api/handlers.h"

bool api_list_starred(struct api_call *call, struct error *err)
{
	json_object(&call->out);
	if (!api_field_bases(call, "user_starred_dtable_list", BASES_STARRED, call->caller.account_id, err))
		return false;
	json_object_end(&call->out);
	return true;
}

static bool set_star(struct api_call *call, bool starred, struct error *err)
{
	struct str uuid;
	struct base_entry entry;
	return api_arg_required(call, "dtable_uuid", &uuid, err) &&
	       api_find_base_by_uuid(call, uuid, ACCESS_READ, &entry, err) &&
	       base_entry_star(api_catalog(call->api), call->caller.account_id, entry.id, starred, err) &&
	       api_write_success(call);
}

bool api_star_base(struct api_call *call, struct error *err)
{
	return set_star(call, true, err);
}

bool api_unstar_base(struct api_call *call, struct error *err)
{
	return set_star(call, false, err);
}
