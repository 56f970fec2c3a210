/* Sharing a base with a person or a group, and the lists of what was shared (auth.md 7). */
#include "catalog/share.h"

#include "api/base_access.h"
#include "api/handlers.h"
#include "catalog/account.h"
#include "core/arena.h"

/* A share as a request names it. */
struct wish {
	struct base_entry base;
	enum share_kind kind;
	int64_t id;
	struct str name; /* as the client called the person or group */
	enum permission permission;
};

/* The base of the path and the person of the argument `email`. */
static bool read_user(struct api_call *call, struct wish *wish, struct error *err)
{
	struct account account;
	wish->kind = SHARE_ACCOUNT;
	if (!api_find_base(call, ACCESS_MANAGE, &wish->base, err) ||
	    !api_arg_required(call, "email", &wish->name, err) ||
	    !account_find_in_team(api_catalog(call->api), call->arena, wish->base.team_id, wish->name, &account, err))
		return false;
	wish->id = account.id;
	return true;
}

/* The base of the path and the group `text`. */
static bool read_group(struct api_call *call, struct str text, struct wish *wish, struct error *err)
{
	wish->kind = SHARE_GROUP;
	wish->name = text;
	if (!api_find_base(call, ACCESS_MANAGE, &wish->base, err))
		return false;
	return str_to_int64(text, &wish->id) || FAIL_WITH(err, group_not_found, text);
}

static bool add(struct api_call *call, const struct wish *wish, struct error *err)
{
	return share_add(api_catalog(call->api), &wish->base, wish->kind, wish->id, wish->name, wish->permission,
			 call->caller.account_id, call->caller.username, err);
}

static bool change(struct api_call *call, struct wish *wish, struct error *err)
{
	return api_arg_permission(call, &wish->permission, err) &&
	       share_change(api_catalog(call->api), &wish->base, wish->kind, wish->id, wish->name, wish->permission,
			    call->caller.username, err) &&
	       api_write_success(call);
}

static bool end(struct api_call *call, const struct wish *wish, struct error *err)
{
	return share_remove(api_catalog(call->api), &wish->base, wish->kind, wish->id, wish->name,
			    call->caller.username, err) &&
	       api_write_success(call);
}

static bool read_list(struct api_call *call, enum share_kind kind, struct share **out, size_t *count, struct error *err)
{
	struct base_entry base;
	return api_find_base(call, ACCESS_MANAGE, &base, err) &&
	       share_list(api_catalog(call->api), call->arena, base.id, kind, out, count, err);
}

/* ---- persons ---- */

bool api_list_user_shares(struct api_call *call, struct error *err)
{
	struct share *shares = NULL;
	size_t count = 0;
	if (!read_list(call, SHARE_ACCOUNT, &shares, &count, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "user_list");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		json_object(out);
		api_write_person_fields(call, shares[i].username, shares[i].name, shares[i].contact_email);
		json_field_str(out, "permission", permission_text(shares[i].permission));
		json_object_end(out);
	}
	json_array_end(out);
	json_object_end(out);
	return true;
}

bool api_share_with_user(struct api_call *call, struct error *err)
{
	struct wish wish;
	if (!read_user(call, &wish, err) || !api_arg_permission(call, &wish.permission, err) || !add(call, &wish, err))
		return false;
	call->reply->status = 201;
	api_write_success(call);
	return true;
}

bool api_change_user_share(struct api_call *call, struct error *err)
{
	struct wish wish;
	return read_user(call, &wish, err) && change(call, &wish, err);
}

bool api_unshare_with_user(struct api_call *call, struct error *err)
{
	struct wish wish;
	return read_user(call, &wish, err) && end(call, &wish, err);
}

/* ---- groups ---- */

bool api_list_group_shares(struct api_call *call, struct error *err)
{
	struct share *shares = NULL;
	size_t count = 0;
	if (!read_list(call, SHARE_GROUP, &shares, &count, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "dtable_group_share_list");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		json_object(out);
		json_field_int(out, "group_id", shares[i].id);
		json_field_str(out, "group_name", shares[i].name);
		json_field_str(out, "permission", permission_text(shares[i].permission));
		json_object_end(out);
	}
	json_array_end(out);
	json_object_end(out);
	return true;
}

/* The answer has the group's id as text (auth.md 7). */
bool api_share_with_group(struct api_call *call, struct error *err)
{
	struct wish wish;
	struct workspace workspace;
	struct str group_id;
	if (!api_arg_required(call, "group_id", &group_id, err) || !read_group(call, group_id, &wish, err) ||
	    !api_arg_permission(call, &wish.permission, err) ||
	    !api_find_group_workspace(call, group_id, WORKSPACE_MEMBER, &workspace, err) || !add(call, &wish, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "dtable_group_share");
	json_object(out);
	json_field_str(out, "group_id", group_id);
	json_field_str(out, "group_name", workspace.name);
	json_field_str(out, "permission", permission_text(wish.permission));
	json_object_end(out);
	json_object_end(out);
	return true;
}

bool api_change_group_share(struct api_call *call, struct error *err)
{
	struct wish wish;
	return read_group(call, api_path(call, "group_id"), &wish, err) && change(call, &wish, err);
}

bool api_unshare_with_group(struct api_call *call, struct error *err)
{
	struct wish wish;
	return read_group(call, api_path(call, "group_id"), &wish, err) && end(call, &wish, err);
}

/* ---- what was shared with the caller ---- */

bool api_list_shared_bases(struct api_call *call, struct error *err)
{
	json_object(&call->out);
	if (!api_field_bases(call, "table_list", BASES_SHARED, call->caller.account_id, err))
		return false;
	json_object_end(&call->out);
	return true;
}

/* {"group_shared_dtables": {"7": [...], "9": [...]}}; the entries come sorted by group. */
bool api_list_group_shared_bases(struct api_call *call, struct error *err)
{
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!api_list_bases(call, BASES_SHARED_WITH_GROUPS, call->caller.account_id, &entries, &count, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, "group_shared_dtables");
	json_object(out);
	for (size_t i = 0; i < count; i++) {
		int64_t group = entries[i].shared_group_id;
		if (i == 0 || entries[i - 1].shared_group_id != group) {
			json_key_str(out, str_format(call->arena, "%lld", (long long)group));
			json_array(out);
		}
		api_write_shared_base(out, &entries[i]);
		if (i + 1 == count || entries[i + 1].shared_group_id != group)
			json_array_end(out);
	}
	json_object_end(out);
	json_object_end(out);
	return true;
}
