/* The groups of a team and their members, for its admins (auth.md 8). A group of another team is unknown here. Dispatch
 * has checked that the caller is an admin of the team of the path. */
#include "api/group_reply.h"
#include "api/handlers.h"
#include "api/usage.h"
#include "catalog/account.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/json_in.h"

enum { MAX_NEW_MEMBERS = 100 };

static bool find_user(struct api_call *call, struct str name, struct account *out, struct error *err)
{
	return account_find_in_team(api_catalog(call->api), call->arena, call->caller.team_id, name, out, err);
}

/* ---- groups ---- */

static bool write_group(struct api_call *call, const struct group *group, struct error *err)
{
	struct json_out *out = &call->out;
	struct workspace workspace;
	int64_t bytes = 0;
	if (!workspace_of_group(api_catalog(call->api), call->arena, group->id, &workspace, err) ||
	    !api_workspace_bytes(call, workspace.id, &bytes, err))
		return false;
	json_object(out);
	json_field_int(out, "id", group->id);
	json_field_str(out, "group_name", group->name);
	api_field_time(out, "ctime", group->created_at);
	json_field_str(out, "creator_name", group->owner_name);
	json_field_str(out, "creator_email", group->owner_username);
	json_field_str(out, "creator_contact_email", group->owner_contact_email);
	json_field_int(out, "size", bytes);
	json_object_end(out);
	return true;
}

bool api_team_list_groups(struct api_call *call, struct error *err)
{
	struct group_query query = { .team_id = call->caller.team_id };
	struct group *groups = NULL;
	size_t count = 0;
	int64_t total = 0;
	if (!api_arg_page(call, &query.page, &query.per_page, err) ||
	    !group_list(api_catalog(call->api), call->arena, &query, &groups, &count, &total, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "groups");
	json_array(&call->out);
	for (size_t i = 0; i < count; i++) {
		if (!write_group(call, &groups[i], err))
			return false;
	}
	json_array_end(&call->out);
	json_field_int(&call->out, "page", query.page);
	api_field_page_next(&call->out, query.page, query.per_page, total);
	json_object_end(&call->out);
	return true;
}

bool api_team_create_group(struct api_call *call, struct error *err)
{
	struct str name, owner_name = api_arg(call, "group_owner");
	struct account owner = { .id = call->caller.account_id };
	struct group group;
	if (!catalog_check_name(api_arg(call, "group_name"), "group_name", &name, err) ||
	    (!str_is_empty(owner_name) && !find_user(call, owner_name, &owner, err)))
		return false;
	return group_create(api_catalog(call->api), call->arena, call->caller.team_id, name, owner.id,
			    call->caller.username, &group, err) &&
	       write_group(call, &group, err);
}

bool api_team_get_group(struct api_call *call, struct error *err)
{
	struct group group;
	return api_find_team_group(call, &group, err) && write_group(call, &group, err);
}

bool api_team_change_group(struct api_call *call, struct error *err)
{
	struct str new_name = api_arg(call, "new_group_name"), owner_name = api_arg(call, "new_owner");
	struct str name = { 0 };
	struct account owner = { .id = 0 };
	struct group group;
	if (!api_find_team_group(call, &group, err) ||
	    (new_name.at && !catalog_check_name(new_name, "new_group_name", &name, err)) ||
	    (!str_is_empty(owner_name) && !find_user(call, owner_name, &owner, err)))
		return false;
	return group_change(api_catalog(call->api), call->arena, group.id, name, owner.id, call->caller.username,
			    &group, err) &&
	       write_group(call, &group, err);
}

bool api_team_delete_group(struct api_call *call, struct error *err)
{
	struct group group;
	return api_find_team_group(call, &group, err) &&
	       group_delete(api_catalog(call->api), group.id, call->caller.username, err) && api_write_success(call);
}

/* ---- members ---- */

bool api_team_list_group_members(struct api_call *call, struct error *err)
{
	struct json_out *out = &call->out;
	struct group_member *members = NULL;
	struct group group;
	size_t count = 0;
	if (!api_find_team_group(call, &group, err) ||
	    !group_members(api_catalog(call->api), call->arena, group.id, &members, &count, err))
		return false;
	json_object(out);
	json_field_int(out, "org_id", group.team_id);
	json_field_int(out, "group_id", group.id);
	json_field_str(out, "group_name", group.name);
	json_key(out, "members");
	json_array(out);
	for (size_t i = 0; i < count; i++)
		api_write_member(call, group.id, &members[i]);
	json_array_end(out);
	json_object_end(out);
	return true;
}

/* The texts of `email`: a JSON text or list, or a form field as often as it comes; at most MAX_NEW_MEMBERS. */
static bool read_emails(const struct api_call *call, struct str *emails, size_t *count, struct error *err)
{
	const cJSON *node = json_get(call->body, "email"), *item = NULL;
	size_t n = 0;
	if (cJSON_IsString(node))
		emails[n++] = json_str(node);
	if (cJSON_IsArray(node)) {
		for (item = node->child; item; item = item->next) {
			if (!cJSON_IsString(item) || n == MAX_NEW_MEMBERS)
				return FAIL_WITH(err, param_invalid, STR("email"));
			emails[n++] = json_str(item);
		}
	}
	for (size_t i = 0; i < call->field_count; i++) {
		if (!str_equal_c(call->fields[i].name, "email") || call->fields[i].filename.at)
			continue;
		if (n == MAX_NEW_MEMBERS)
			return FAIL_WITH(err, param_invalid, STR("email"));
		emails[n++] = call->fields[i].value;
	}
	*count = n;
	return n > 0 || FAIL_WITH(err, param_invalid, STR("email"));
}

static bool add(struct api_call *call, const struct group *group, struct str email, struct group_member *out,
		struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct account account;
	return find_user(call, email, &account, err) &&
	       group_add_member(catalog, group->id, account.id, email, call->caller.username, err) &&
	       group_member_find(catalog, call->arena, group->id, account.id, email, out, err);
}

/* {"failed": [{email, error_msg}], "success": [M]}: each address stands or falls by itself. */
bool api_team_add_group_members(struct api_call *call, struct error *err)
{
	struct str emails[MAX_NEW_MEMBERS];
	struct json_out *out = &call->out;
	struct group group;
	size_t count = 0, added = 0;
	if (!api_find_team_group(call, &group, err) || !read_emails(call, emails, &count, err))
		return false;
	struct group_member *members = ARENA_ARRAY(call->arena, struct group_member, count);
	json_object(out);
	json_key(out, "failed");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		if (add(call, &group, emails[i], &members[added], err)) {
			added++;
			continue;
		}
		if (err->status >= 500)
			return false;
		json_object(out);
		json_field_str(out, "email", emails[i]);
		json_field_c(out, "error_msg", err->message);
		json_object_end(out);
	}
	json_array_end(out);
	json_key(out, "success");
	json_array(out);
	for (size_t i = 0; i < added; i++)
		api_write_member(call, group.id, &members[i]);
	json_array_end(out);
	json_object_end(out);
	return true;
}

bool api_team_change_group_member(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct str email = api_path(call, "email");
	struct group group;
	struct group_member member;
	struct account account;
	bool is_admin;
	if (!api_find_team_group(call, &group, err))
		return false;
	if (!str_to_bool(api_arg(call, "is_admin"), &is_admin))
		return FAIL_WITH(err, param_invalid, STR("is_admin"));
	if (!find_user(call, email, &account, err) ||
	    !group_set_admin(catalog, group.id, account.id, email, is_admin, call->caller.username, err) ||
	    !group_member_find(catalog, call->arena, group.id, account.id, email, &member, err))
		return false;
	api_write_member(call, group.id, &member);
	return true;
}

bool api_team_remove_group_member(struct api_call *call, struct error *err)
{
	struct str email = api_path(call, "email");
	struct group group;
	struct account account;
	return api_find_team_group(call, &group, err) && find_user(call, email, &account, err) &&
	       group_remove_member(api_catalog(call->api), group.id, account.id, email, call->caller.username, err) &&
	       api_write_success(call);
}
