/* The group of a path; groups and members as JSON. */
#include "api/group_reply.h"

bool api_find_team_group(struct api_call *call, struct group *out, struct error *err)
{
	struct str text = api_path(call, "group_id");
	int64_t id = 0;
	if (!str_to_int64(text, &id))
		return FAIL_WITH(err, group_not_found, text);
	if (!group_by_id(api_catalog(call->api), call->arena, id, out, err))
		return false;
	return out->team_id == call->caller.team_id || FAIL_WITH(err, group_not_found, text);
}

bool api_field_group_admins(struct api_call *call, const char *key, int64_t group_id, struct error *err)
{
	struct group_member *members = NULL;
	size_t count = 0;
	if (!group_members(api_catalog(call->api), call->arena, group_id, &members, &count, err))
		return false;
	json_key(&call->out, key);
	json_array(&call->out);
	for (size_t i = 0; i < count; i++) {
		if (members[i].is_admin)
			json_string(&call->out, members[i].username);
	}
	json_array_end(&call->out);
	return true;
}

bool api_write_group(struct api_call *call, const struct group *group, struct error *err)
{
	struct json_out *out = &call->out;
	json_object(out);
	json_field_int(out, "id", group->id);
	json_field_int(out, "parent_group_id", 0);
	json_field_str(out, "name", group->name);
	json_field_str(out, "owner", group->owner_username);
	api_field_time(out, "created_at", group->created_at);
	json_field_str(out, "avatar_url", api_avatar_url(call));
	if (!api_field_group_admins(call, "admins", group->id, err))
		return false;
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
	api_write_person_fields(call, member->username, member->name, member->contact_email);
	json_field_str(out, "login_id", member->login_id);
	json_field_bool(out, "is_admin", member->is_admin);
	json_field_c(out, "role", role_text(member));
	json_object_end(out);
}
