/* What a base is, and who may use it (base-operations.md 3.1). */
#include "api/base_access.h"
#include "api/base_call.h"
#include "api/handlers.h"

bool api_get_metadata(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);

	return on && base_write_metadata(on->base, &call->out, err);
}

bool api_get_related_users(struct api_call *call, struct error *err)
{
	struct json_out *out = &call->out;

	json_object(out);
	json_key(out, "user_list");
	if (!api_write_related_users(call, call->caller.base_id, err))
		return false;
	json_key(out, "app_user_list");
	json_array(out);
	json_array_end(out);
	json_object_end(out);
	return true;
}
