/* Groups of people, for those who belong to them (auth.md 6): members look, admins change, the owner hands over and
 * deletes. A group of another team is unknown here. */
#include "catalog/account.h"

#include "api/group_reply.h"
#include "api/handlers.h"

/* What the caller has to be in the group. */
enum group_role { ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER };

static bool find_group(struct api_call *call, enum group_role role, struct group *out, struct error *err)
{
	struct group_member self;
	if (!api_find_team_group(call, out, err))
		return false;
	if (!group_member_find(api_catalog(call->api), call->arena, out->id, call->caller.account_id,
			       call->caller.username, &self, err))
		return err->code == E_member_not_found ? FAIL(err, permission_denied) : false;
	bool enough = role == ROLE_MEMBER || self.is_owner || (role == ROLE_ADMIN && self.is_admin);
	return enough || FAIL(err, permission_denied);
}

/* ---- groups ---- */

static bool list(struct api_call *call, const struct group_query *query, struct group **out, size_t *count,
		 struct error *err)
{
	return group_list(api_catalog(call->api), call->arena, query, out, count, NULL, err);
}

bool api_list_groups(struct api_call *call, struct error *err)
{
	struct group_query query = { .team_id = call->caller.team_id, .member_id = call->caller.account_id };
	struct group *groups = NULL;
	size_t count = 0;
	if (!list(call, &query, &groups, &count, err))
		return false;
	json_array(&call->out);
	for (size_t i = 0; i < count; i++) {
		if (!api_write_group(call, &groups[i], err))
			return false;
	}
	json_array_end(&call->out);
	return true;
}

bool api_create_group(struct api_call *call, struct error *err)
{
	struct group group;
	struct str name;
	if (!catalog_check_name(api_arg(call, "name"), "name", &name, err) ||
	    !group_create(api_catalog(call->api), call->arena, call->caller.team_id, name, call->caller.account_id,
			  call->caller.username, &group, err))
		return false;
	call->reply->status = 201;
	return api_write_group(call, &group, err);
}

bool api_get_group(struct api_call *call, struct error *err)
{
	struct group group;
	return find_group(call, ROLE_MEMBER, &group, err) && api_write_group(call, &group, err);
}

/* The optional arguments name and owner; absent and 0 when missing. */
static bool read_change(struct api_call *call, struct str *name, int64_t *owner_id, struct error *err)
{
	struct str new_name = api_arg(call, "name"), owner = api_arg(call, "owner");
	struct account account;
	if (new_name.at && !catalog_check_name(new_name, "name", name, err))
		return false;
	if (str_is_empty(owner))
		return name->at || FAIL_WITH(err, param_invalid, STR("name"));
	if (!account_find_in_team(api_catalog(call->api), call->arena, call->caller.team_id, owner, &account, err))
		return false;
	*owner_id = account.id;
	return true;
}

bool api_change_group(struct api_call *call, struct error *err)
{
	struct group group;
	struct str name = { 0 };
	int64_t owner_id = 0;
	enum group_role role = str_is_empty(api_arg(call, "owner")) ? ROLE_ADMIN : ROLE_OWNER;
	return find_group(call, role, &group, err) && read_change(call, &name, &owner_id, err) &&
	       group_change(api_catalog(call->api), call->arena, group.id, name, owner_id, call->caller.username,
			    &group, err) &&
	       api_write_group(call, &group, err);
}

bool api_delete_group(struct api_call *call, struct error *err)
{
	struct group group;
	return find_group(call, ROLE_OWNER, &group, err) &&
	       group_delete(api_catalog(call->api), group.id, call->caller.username, err) && api_write_success(call);
}

/* All groups of the team: a base may be shared with any of them. */
bool api_search_groups(struct api_call *call, struct error *err)
{
	struct group_query query = { .team_id = call->caller.team_id };
	struct group *groups = NULL;
	size_t count = 0;
	if (!api_arg_required(call, "q", &query.search, err) || !list(call, &query, &groups, &count, err))
		return false;
	json_array(&call->out);
	for (size_t i = 0; i < count; i++) {
		json_object(&call->out);
		json_field_int(&call->out, "id", groups[i].id);
		json_field_str(&call->out, "name", groups[i].name);
		json_field_str(&call->out, "owner", groups[i].owner_username);
		api_field_time(&call->out, "created_at", groups[i].created_at);
		json_object_end(&call->out);
	}
	json_array_end(&call->out);
	return true;
}

/* ---- members ---- */

/* Does a member's name or address hold the text? Letters of ASCII in any case. */
static bool matches(const struct group_member *member, struct str text)
{
	const struct str fields[] = { member->name, member->contact_email };
	for (size_t f = 0; f < 2; f++) {
		for (size_t i = 0; i + text.len <= fields[f].len; i++) {
			if (str_equal_fold(str_slice(fields[f], i, i + text.len), text))
				return true;
		}
	}
	return false;
}

/* The members that match `text`; all when it is empty. */
static bool write_members(struct api_call *call, int64_t group_id, struct str text, struct error *err)
{
	struct group_member *members = NULL;
	size_t count = 0;
	if (!group_members(api_catalog(call->api), call->arena, group_id, &members, &count, err))
		return false;
	json_array(&call->out);
	for (size_t i = 0; i < count; i++) {
		if (matches(&members[i], text))
			api_write_member(call, group_id, &members[i]);
	}
	json_array_end(&call->out);
	return true;
}

bool api_list_group_members(struct api_call *call, struct error *err)
{
	struct group group;
	return find_group(call, ROLE_MEMBER, &group, err) && write_members(call, group.id, STR(""), err);
}

bool api_search_group_members(struct api_call *call, struct error *err)
{
	struct group group;
	struct str text;
	return find_group(call, ROLE_MEMBER, &group, err) && api_arg_required(call, "q", &text, err) &&
	       write_members(call, group.id, text, err);
}

static bool write_one(struct api_call *call, int64_t group_id, const struct account *account, struct error *err)
{
	struct group_member member;
	if (!group_member_find(api_catalog(call->api), call->arena, group_id, account->id, account->contact_email,
			       &member, err))
		return false;
	api_write_member(call, group_id, &member);
	return true;
}

bool api_add_group_member(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct group group;
	struct account account;
	struct str email;
	if (!find_group(call, ROLE_ADMIN, &group, err) || !api_arg_required(call, "email", &email, err) ||
	    !account_find_in_team(catalog, call->arena, group.team_id, email, &account, err) ||
	    !group_add_member(catalog, group.id, account.id, email, call->caller.username, err))
		return false;
	call->reply->status = 201;
	return write_one(call, group.id, &account, err);
}

bool api_change_group_member(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct str email = api_path(call, "email");
	struct group group;
	struct account account;
	bool is_admin;
	if (!find_group(call, ROLE_ADMIN, &group, err))
		return false;
	if (!str_to_bool(api_arg(call, "is_admin"), &is_admin))
		return FAIL_WITH(err, param_invalid, STR("is_admin"));
	return account_find_in_team(catalog, call->arena, group.team_id, email, &account, err) &&
	       group_set_admin(catalog, group.id, account.id, email, is_admin, call->caller.username, err) &&
	       write_one(call, group.id, &account, err);
}

/* Admins remove others; everybody may leave. */
bool api_remove_group_member(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct str email = api_path(call, "email");
	struct group group;
	struct account account;
	if (!account_find_in_team(catalog, call->arena, call->caller.team_id, email, &account, err))
		return false;
	enum group_role role = account.id == call->caller.account_id ? ROLE_MEMBER : ROLE_ADMIN;
	return find_group(call, role, &group, err) &&
	       group_remove_member(catalog, group.id, account.id, email, call->caller.username, err) &&
	       api_write_success(call);
}
