/* GET /api/v2.1/workspaces/: the home page in one answer (auth.md 5.2). Starred and shared bases come as workspaces
 * of their own, with the empty text as id. */
#include "api/base_access.h"
#include "api/group_reply.h"
#include "api/handlers.h"
#include "core/arena.h"

/* What every list of this answer is asked for with. */
struct home {
	struct api_call *call;
	bool detail;
	struct base_entry *group_shared; /* bases shared with any of the caller's groups, by group */
	size_t group_shared_count;
};

static void write_empty_list(struct json_out *out, const char *key)
{
	json_key(out, key);
	json_array(out);
	json_array_end(out);
}

static bool write_starred(struct home *home, struct error *err)
{
	struct json_out *out = &home->call->out;
	json_object(out);
	json_field_c(out, "id", "");
	json_field_c(out, "name", "starred");
	json_field_c(out, "type", "starred");
	if (home->detail &&
	    !api_field_bases(home->call, "table_list", BASES_STARRED, home->call->caller.account_id, err))
		return false;
	json_object_end(out);
	return true;
}

static bool write_shared(struct home *home, struct error *err)
{
	struct json_out *out = &home->call->out;
	json_object(out);
	json_field_c(out, "id", "");
	json_field_c(out, "name", "shared");
	json_field_c(out, "type", "shared");
	if (home->detail) {
		if (!api_field_bases(home->call, "shared_table_list", BASES_SHARED, home->call->caller.account_id, err))
			return false;
		write_empty_list(out, "shared_view_list");
		write_empty_list(out, "share_folders");
	}
	json_object_end(out);
	return true;
}

/* What a group's workspace has beyond a person's. */
static bool write_group_details(struct home *home, const struct workspace *workspace, struct error *err)
{
	struct json_out *out = &home->call->out;
	json_field_str(out, "group_owner", workspace->owner_username);
	json_field_bool(out, "is_admin", workspace->role == WORKSPACE_MANAGER);
	json_field_int(out, "group_member_count", workspace->member_count);
	if (!api_field_group_admins(home->call, "group_admins", workspace->group_id, err))
		return false;
	json_key(out, "group_shared_dtables");
	json_array(out);
	for (size_t i = 0; i < home->group_shared_count; i++) {
		if (home->group_shared[i].shared_group_id == workspace->group_id)
			api_write_shared_base(out, &home->group_shared[i]);
	}
	json_array_end(out);
	write_empty_list(out, "group_shared_views");
	return true;
}

static bool write_workspace(struct home *home, const struct workspace *workspace, struct error *err)
{
	struct json_out *out = &home->call->out;
	json_object(out);
	json_field_int(out, "id", workspace->id);
	json_field_str(out, "name", workspace->name);
	json_field_c(out, "type", workspace->group_id ? "group" : "personal");
	if (workspace->group_id)
		json_field_int(out, "group_id", workspace->group_id);
	if (home->detail) {
		if (workspace->group_id && !write_group_details(home, workspace, err))
			return false;
		if (!api_field_bases(home->call, "table_list", BASES_OF_WORKSPACE, workspace->id, err))
			return false;
		write_empty_list(out, "folders");
	}
	json_object_end(out);
	return true;
}

bool api_list_workspaces(struct api_call *call, struct error *err)
{
	struct home home = { .call = call, .detail = api_arg_bool(call, "detail", true) };
	struct workspace *workspaces = NULL;
	size_t count = 0;
	int64_t account_id = call->caller.account_id;
	if (!workspace_list(api_catalog(call->api), call->arena, account_id, &workspaces, &count, err))
		return false;
	if (home.detail && !api_list_bases(call, BASES_SHARED_WITH_GROUPS, account_id, &home.group_shared,
					   &home.group_shared_count, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "workspace_list");
	json_array(&call->out);
	if (!write_starred(&home, err) || !write_shared(&home, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!write_workspace(&home, &workspaces[i], err))
			return false;
	}
	json_array_end(&call->out);
	json_object_end(&call->out);
	return true;
}
