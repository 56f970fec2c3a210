/* Who may do what with a base, decided in one place for every account endpoint. A stranger to a workspace gets 403
 * before anything is said about the names on it. */
#include "api/base_access.h"

#include "core/arena.h"

/* May the caller do that, being `role` on the base's workspace? */
static bool check_access(struct api_call *call, const struct base_entry *entry, enum workspace_role role,
			 enum base_access access, struct error *err)
{
	bool is_maker = role == WORKSPACE_MEMBER && entry->creator_id == call->caller.account_id;
	if (role == WORKSPACE_MANAGER || (access == ACCESS_CHANGE && is_maker) ||
	    (access == ACCESS_READ && role == WORKSPACE_MEMBER))
		return true;
	enum permission permission = PERM_NONE;
	if (access == ACCESS_READ &&
	    !auth_account_permission(api_auth(call->api), call->caller.account_id, entry->id, &permission, err))
		return false;
	return permission != PERM_NONE || FAIL(err, permission_denied);
}

bool api_find_base_on(struct api_call *call, int64_t workspace_id, struct str name, enum base_access access,
		      struct base_entry *out, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct workspace workspace;
	enum workspace_role role;
	if (!workspace_by_id(catalog, call->arena, workspace_id, &workspace, err) ||
	    !workspace_role_of(catalog, workspace_id, call->caller.account_id, &role, err))
		return false;
	if (!base_entry_find(catalog, call->arena, workspace_id, name, out, err)) {
		if (role == WORKSPACE_STRANGER && err->code == E_base_not_found)
			return FAIL(err, permission_denied);
		return false;
	}
	return check_access(call, out, role, access, err);
}

bool api_find_base_named(struct api_call *call, struct str name, enum base_access access, struct base_entry *out,
			 struct error *err)
{
	struct str workspace = api_path(call, "workspace_id");
	int64_t workspace_id = 0;
	if (!str_to_int64(workspace, &workspace_id))
		return FAIL_WITH(err, workspace_not_found, workspace);
	return api_find_base_on(call, workspace_id, name, access, out, err);
}

bool api_find_base(struct api_call *call, enum base_access access, struct base_entry *out, struct error *err)
{
	return api_find_base_named(call, api_path(call, "base_name"), access, out, err);
}

bool api_find_base_by_uuid(struct api_call *call, struct str uuid, enum base_access access, struct base_entry *out,
			   struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	enum workspace_role role;
	return base_entry_by_uuid(catalog, call->arena, uuid, out, err) &&
	       workspace_role_of(catalog, out->workspace_id, call->caller.account_id, &role, err) &&
	       check_access(call, out, role, access, err);
}

bool api_find_team_base(struct api_call *call, struct base_entry *out, struct error *err)
{
	struct str uuid = api_path(call, "base_uuid");
	if (!base_entry_by_uuid(api_catalog(call->api), call->arena, uuid, out, err))
		return false;
	return out->team_id == call->caller.team_id || FAIL_WITH(err, base_not_found, uuid);
}

bool api_find_workspace(struct api_call *call, struct str id, struct workspace *out, enum workspace_role *role,
			struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	int64_t number = 0;
	if (!str_to_int64(id, &number))
		return FAIL_WITH(err, workspace_not_found, id);
	if (!workspace_by_id(catalog, call->arena, number, out, err) ||
	    !workspace_role_of(catalog, number, call->caller.account_id, role, err))
		return false;
	return *role != WORKSPACE_STRANGER || FAIL(err, permission_denied);
}

bool api_find_group_workspace(struct api_call *call, struct str group_id, enum workspace_role role,
			      struct workspace *out, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	int64_t number = 0;
	enum workspace_role actual = WORKSPACE_STRANGER;
	if (!str_to_int64(group_id, &number))
		return FAIL_WITH(err, group_not_found, group_id);
	if (!workspace_of_group(catalog, call->arena, number, out, err) ||
	    !workspace_role_of(catalog, out->id, call->caller.account_id, &actual, err))
		return false;
	if (out->team_id != call->caller.team_id)
		return FAIL_WITH(err, group_not_found, group_id);
	return actual >= role || FAIL(err, permission_denied);
}

bool api_list_bases(struct api_call *call, enum base_list list, int64_t subject, struct base_entry **out, size_t *count,
		    struct error *err)
{
	struct base_query query = { .list = list, .subject = subject, .viewer = call->caller.account_id };
	return base_entry_list(api_catalog(call->api), call->arena, &query, out, count, NULL, err);
}

bool api_field_bases(struct api_call *call, const char *key, enum base_list list, int64_t subject, struct error *err)
{
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!api_list_bases(call, list, subject, &entries, &count, err))
		return false;
	json_key(&call->out, key);
	json_array(&call->out);
	for (size_t i = 0; i < count; i++) {
		if (list == BASES_SHARED)
			api_write_shared_base(&call->out, &entries[i]);
		else
			api_write_base(&call->out, &entries[i]);
	}
	json_array_end(&call->out);
	return true;
}

void api_write_base_fields(struct json_out *out, const struct base_entry *entry)
{
	json_field_int(out, "id", entry->id);
	json_field_int(out, "workspace_id", entry->workspace_id);
	json_field_str(out, "uuid", entry->uuid);
	json_field_str(out, "name", entry->name);
	json_field_str(out, "creator", entry->creator_name);
	json_field_str(out, "modifier", entry->modifier_name);
	api_field_time(out, "created_at", entry->created_at);
	api_field_time(out, "updated_at", entry->updated_at);
	json_field_str(out, "color", entry->color);
	json_field_null(out, "text_color");
	json_field_str(out, "icon", entry->icon);
	json_field_bool(out, "is_encrypted", false);
	json_field_bool(out, "in_storage", true);
	json_field_bool(out, "starred", entry->starred);
}

void api_write_base(struct json_out *out, const struct base_entry *entry)
{
	json_object(out);
	api_write_base_fields(out, entry);
	json_object_end(out);
}

void api_write_shared_base(struct json_out *out, const struct base_entry *entry)
{
	json_object(out);
	api_write_base_fields(out, entry);
	json_field_str(out, "permission", permission_text(entry->permission));
	json_field_str(out, "from_user", entry->from_username);
	json_field_str(out, "from_user_name", entry->from_name);
	json_object_end(out);
}
