/* Groups and members as JSON. */
#include "api/group_reply.h"

bool api_write_group(struct api_call *call, const struct group *group, struct error *err)
{
	struct json_out *out = &call->out;
	struct group_member *members = NULL;
	size_t count = 0;
	if (!group_members(api_catalog(call->api), call->arena, group->id, &members, &count, err))
		return false;
	json_object(out);
	json_field_int(out, "id", group->id);
	json_field_int(out, "parent_group_id", 0);
	json_field_str(out, "name", group->name);
	json_field_str(out, "owner", group->owner_username);
	api_field_time(out, "created_at", group->created_at);
	json_field_str(out, "avatar_url", api_avatar_url(call));
	json_key(out, "admins");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		if (members[i].is_admin)
			json_string(out, members[i].username);
	}
	json_array_end(out);
	json_object_end(out);
	return true;
}

static const char *role_text(const struct group_member *member)
{
	if (member->is_owner)
		return "Owner";
	return member->is_admin ? "Admin" : "Member";
}

void api_write_member(struct api_call *call, int64_t group_id, const struct group_member *member)
{
	struct json_out *out = &call->out;
	json_object(out);
	json_field_int(out, "group_id", group_id);
	json_field_str(out, "name", member->name);
	json_field_str(out, "email", member->username);
	json_field_str(out, "contact_email", member->contact_email);
	json_field_str(out, "login_id", member->login_id);
	json_field_str(out, "avatar_url", api_avatar_url(call));
	json_field_bool(out, "is_admin", member->is_admin);
	json_field_c(out, "role", role_text(member));
	json_object_end(out);
}
