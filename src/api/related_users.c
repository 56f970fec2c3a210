/* Everybody who may use a base, as pickers of persons need it, by account token (auth.md 7). The same for a base token
 * is in base_info.c. */
#include "api/base_access.h"
#include "api/handlers.h"
#include "catalog/share.h"

bool api_write_related_users(struct api_call *call, int64_t base_id, struct error *err)
{
	struct related_user *users = NULL;
	size_t count = 0;
	if (!share_related_users(api_catalog(call->api), call->arena, base_id, &users, &count, err))
		return false;
	struct json_out *out = &call->out;
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		json_object(out);
		api_write_person_fields(call, users[i].username, users[i].name, users[i].contact_email);
		json_field_str(out, "id_in_org", users[i].id_in_org);
		json_field_bool(out, "is_admin", users[i].is_manager);
		json_field_str(out, "name_pinyin", users[i].name);
		json_object_end(out);
	}
	json_array_end(out);
	return true;
}

bool api_list_related_users(struct api_call *call, struct error *err)
{
	struct base_entry base;
	if (!api_find_base(call, ACCESS_READ, &base, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "user_list");
	if (!api_write_related_users(call, base.id, err))
		return false;
	json_object_end(&call->out);
	return true;
}
