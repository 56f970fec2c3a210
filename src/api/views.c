/* Views as stored objects (base-operations.md 3.5). The table stands in the query, the settings in the body. */
#include "api/base_call.h"
#include "api/handlers.h"

#include "core/json_in.h"

bool api_list_views(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on = api_open_base(call, err);

	return on && base_list_views(on->base, &table, &call->out, err);
}

bool api_get_view(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on = api_open_base(call, err);

	return on && base_get_view(on->base, &table, api_path(call, "view_name"), &call->out, err);
}

bool api_create_view(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;

	if (str_is_empty(json_get_str(call->body, "name")))
		return FAIL(err, params_invalid);
	on = api_open_base(call, err);
	return on && base_create_view(on->base, call->arena, &on->actor, &table, call->body, &call->out, err);
}

bool api_update_view(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on;

	if (!cJSON_IsObject(call->body))
		return FAIL(err, params_invalid);
	on = api_open_base(call, err);
	return on && base_update_view(on->base, call->arena, &on->actor, &table, api_path(call, "view_name"),
				      call->body, &call->out, err);
}

bool api_delete_view(struct api_call *call, struct error *err)
{
	struct table_ref table = api_arg_table(call);
	struct base_call *on = api_open_base(call, err);

	return on && base_delete_view(on->base, call->arena, &on->actor, &table, api_path(call, "view_name"), err) &&
	       api_write_success(call);
}
