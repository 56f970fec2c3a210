/* Bases as things on a shelf: make, rename, delete, copy, find (auth.md 5.3). What is inside them is in the files of
 * the gateway. */
#include "api/base_access.h"
#include "api/base_lifecycle.h"
#include "api/handlers.h"
#include "base/registry.h"
#include "catalog/account.h"
#include "core/arena.h"

enum { LOOKS_MAX_LEN = 255 }; /* icon and color */

/* ---- creating ---- */

/* "7@seafile_group" -> "7"; absent for anything else (auth.md 5.3, as the Python client sends it). */
static struct str group_of_owner(struct str owner)
{
	struct str suffix = STR("@seafile_group");
	return str_ends_with(owner, suffix) ? str_slice(owner, 0, owner.len - suffix.len) : (struct str){ 0 };
}

/* The workspace by `owner`: a group's, or the caller's own under any of their names. */
static bool find_owners_workspace(struct api_call *call, struct str owner, struct workspace *out, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct str group_id = group_of_owner(owner);
	if (group_id.at)
		return api_find_group_workspace(call, group_id, WORKSPACE_MEMBER, out, err);
	struct account account;
	if (!account_find_in_team(catalog, call->arena, call->caller.team_id, owner, &account, err))
		return false;
	if (account.id != call->caller.account_id)
		return FAIL(err, permission_denied);
	return workspace_of_account(catalog, call->arena, account.id, out, err);
}

/* Where a new base goes: workspace_id, else owner, else the caller's personal workspace. */
static bool find_target(struct api_call *call, struct workspace *out, struct error *err)
{
	struct str id = api_arg(call, "workspace_id"), owner = api_arg(call, "owner");
	enum workspace_role role;
	if (!str_is_empty(id))
		return api_find_workspace(call, id, out, &role, err);
	if (!str_is_empty(owner))
		return find_owners_workspace(call, owner, out, err);
	return workspace_of_account(api_catalog(call->api), call->arena, call->caller.account_id, out, err);
}

/* The optional arguments icon and color; absent when missing. */
static bool read_looks(struct api_call *call, struct str *icon, struct str *color, struct error *err)
{
	*icon = api_arg(call, "icon");
	*color = api_arg(call, "color");
	if (icon->len > LOOKS_MAX_LEN)
		return FAIL_WITH(err, param_invalid, STR("icon"));
	return color->len <= LOOKS_MAX_LEN || FAIL_WITH(err, param_invalid, STR("color"));
}

/* {"table": base} or {"dtable": base}, the whole reply. */
static void write_one(struct api_call *call, const char *key, const struct base_entry *entry)
{
	json_object(&call->out);
	json_key(&call->out, key);
	api_write_base(&call->out, entry);
	json_object_end(&call->out);
}

bool api_create_base(struct api_call *call, struct error *err)
{
	struct base_entry_new wanted = { .creator_id = call->caller.account_id };
	struct workspace workspace = { 0 };
	struct base_entry entry = { 0 };
	if (!base_entry_check_name(api_arg(call, "name"), "name", &wanted.name, err) ||
	    !read_looks(call, &wanted.icon, &wanted.color, err) || !find_target(call, &workspace, err))
		return false;
	wanted.workspace_id = workspace.id;
	if (!base_lifecycle_create(api_catalog(call->api), api_bases(call->api), call->arena, &wanted,
				   call->caller.username, &entry, err))
		return false;
	call->reply->status = 201;
	write_one(call, "table", &entry);
	return true;
}

/* ---- changing ---- */

/* The base of the path's workspace that the argument `name` names. */
static bool find_by_argument(struct api_call *call, struct base_entry *out, struct error *err)
{
	struct str name;
	return api_arg_required(call, "name", &name, err) && api_find_base_named(call, name, ACCESS_CHANGE, out, err);
}

bool api_change_base(struct api_call *call, struct error *err)
{
	struct base_entry_change change = { .modifier_id = call->caller.account_id };
	struct base_entry entry = { 0 };
	struct str new_name = api_arg(call, "new_name");
	if (!find_by_argument(call, &entry, err) || !read_looks(call, &change.icon, &change.color, err))
		return false;
	if (new_name.at && !base_entry_check_name(new_name, "new_name", &change.name, err))
		return false;
	if (!change.name.at && !change.icon.at && !change.color.at)
		return FAIL_WITH(err, param_invalid, STR("new_name"));
	if (!base_entry_change(api_catalog(call->api), call->arena, entry.id, &change, call->caller.username, &entry,
			       err))
		return false;
	write_one(call, "table", &entry);
	return true;
}

bool api_delete_base(struct api_call *call, struct error *err)
{
	struct base_entry entry = { 0 };
	return find_by_argument(call, &entry, err) &&
	       base_entry_trash(api_catalog(call->api), entry.id, call->caller.username, err) &&
	       api_write_success(call);
}

bool api_copy_base(struct api_call *call, struct error *err)
{
	int64_t from_workspace = 0;
	struct str name, target;
	struct workspace workspace = { 0 };
	enum workspace_role role;
	struct base_entry source, copy;
	if (!api_arg_int(call, "src_workspace_id", 0, 1, INT64_MAX, &from_workspace, err) ||
	    !api_arg_required(call, "name", &name, err) || !api_arg_required(call, "dst_workspace_id", &target, err))
		return false;
	if (from_workspace == 0)
		return FAIL_WITH(err, param_invalid, STR("src_workspace_id"));
	if (!api_find_base_on(call, from_workspace, name, ACCESS_READ, &source, err) ||
	    !api_find_workspace(call, target, &workspace, &role, err))
		return false;
	struct base_entry_new wanted = { .workspace_id = workspace.id,
					 .name = source.name,
					 .rename_when_taken = true,
					 .icon = source.icon,
					 .color = source.color,
					 .creator_id = call->caller.account_id };
	if (!base_lifecycle_copy(api_catalog(call->api), api_bases(call->api), call->arena, source.uuid, &wanted,
				 call->caller.username, &copy, err))
		return false;
	write_one(call, "dtable", &copy);
	return true;
}

/* ---- finding ---- */

static void write_group(struct json_out *out, const struct base_entry *entries, size_t count, int64_t group_id)
{
	json_object(out);
	json_field_int(out, "group_id", group_id);
	bool named = false;
	for (size_t i = 0; i < count; i++) {
		if (entries[i].group_id != group_id)
			continue;
		if (!named) {
			json_field_str(out, "group_name", entries[i].group_name);
			json_key(out, "dtables");
			json_array(out);
			named = true;
		}
		api_write_base(out, &entries[i]);
	}
	json_array_end(out);
	json_object_end(out);
}

/* Has an earlier entry the same group? */
static bool group_is_written(const struct base_entry *entries, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (entries[i].group_id == entries[at].group_id)
			return true;
	}
	return false;
}

bool api_list_managed_bases(struct api_call *call, struct error *err)
{
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!api_list_bases(call, BASES_MANAGED, call->caller.account_id, &entries, &count, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "personal");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		if (entries[i].group_id == 0)
			api_write_base(out, &entries[i]);
	}
	json_array_end(out);
	json_key(out, "groups");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		if (entries[i].group_id != 0 && !group_is_written(entries, i))
			write_group(out, entries, count, entries[i].group_id);
	}
	json_array_end(out);
	json_object_end(out);
	return true;
}

bool api_search_bases(struct api_call *call, struct error *err)
{
	struct base_query query = { .list = BASES_REACHABLE,
				    .subject = call->caller.account_id,
				    .viewer = call->caller.account_id,
				    .page = 1,
				    .per_page = 100 };
	struct base_entry *entries = NULL;
	size_t count = 0;
	struct str type = api_arg(call, "query_type");
	if (!api_arg_required(call, "query_str", &query.search, err))
		return false;
	bool bases = str_is_empty(type) || str_equal(type, STR("base"));
	if (bases && !base_entry_list(api_catalog(call->api), call->arena, &query, &entries, &count, NULL, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "results");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		json_object(out);
		api_write_base_fields(out, &entries[i]);
		json_field_str(out, "group_name", entries[i].group_name);
		json_field_c(out, "type", "base");
		json_object_end(out);
	}
	json_array_end(out);
	json_object_end(out);
	return true;
}

/* ---- the file ---- */

bool api_get_base_size(struct api_call *call, struct error *err)
{
	struct base_entry entry = { 0 };
	int64_t bytes = 0;
	if (!api_find_base_by_uuid(call, api_path(call, "base_uuid"), ACCESS_READ, &entry, err) ||
	    !base_registry_size(api_bases(call->api), entry.uuid, &bytes, err))
		return false;
	json_object(&call->out);
	json_field_int(&call->out, "result", bytes);
	json_object_end(&call->out);
	return true;
}

bool api_repair_base(struct api_call *call, struct error *err)
{
	struct base_entry entry = { 0 };
	struct str findings;
	if (!api_find_base_by_uuid(call, api_path(call, "base_uuid"), ACCESS_MANAGE, &entry, err) ||
	    !base_registry_check(api_bases(call->api), entry.uuid, call->arena, &findings, err))
		return false;
	if (!str_is_empty(findings))
		return FAIL(err, base_damaged);
	api_write_success(call);
	return true;
}
