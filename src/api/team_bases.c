/* The bases of a team, for its admins: lists, search, trash, shares (auth.md 8). A base of another team is unknown
 * here. Dispatch has checked that the caller is an admin of the team of the path. */
#include "api/base_access.h"
#include "api/base_lifecycle.h"
#include "api/handlers.h"
#include "catalog/account.h"
#include "catalog/share.h"

/* D: the base with its owner (auth.md 8). The number of rows would mean to open the file. */
static void write_team_base(struct json_out *out, const struct base_entry *entry)
{
	json_object(out);
	api_write_base_fields(out, entry);
	json_field_int(out, "org_id", entry->team_id);
	json_field_str(out, "email", entry->owner_username);
	json_field_int(out, "group_id", entry->group_id ? entry->group_id : -1);
	json_field_str(out, "owner", entry->group_id ? entry->group_name : entry->owner_name);
	json_field_str(out, "creator_email", entry->creator_username);
	json_field_bool(out, "owner_deleted", false);
	json_field_null(out, "rows_count");
	if (entry->deleted_at) {
		json_field_bool(out, "deleted", true);
		api_field_time(out, "delete_time", entry->deleted_at);
	}
	json_object_end(out);
}

/* {"key": [D...], "count": n, "page_next": more}: one page of `list`. */
static bool write_list(struct api_call *call, const char *key, enum base_list list, int64_t subject, struct error *err)
{
	struct base_query query = { .list = list, .subject = subject, .viewer = call->caller.account_id };
	struct base_entry *entries = NULL;
	size_t count = 0;
	int64_t total = 0;
	if (!api_arg_page(call, &query.page, &query.per_page, err) ||
	    !base_entry_list(api_catalog(call->api), call->arena, &query, &entries, &count, &total, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_key(out, key);
	json_array(out);
	for (size_t i = 0; i < count; i++)
		write_team_base(out, &entries[i]);
	json_array_end(out);
	json_field_int(out, "count", total);
	api_field_page_next(out, query.page, query.per_page, total);
	json_object_end(out);
	return true;
}

/* ---- lists ---- */

bool api_team_list_bases(struct api_call *call, struct error *err)
{
	return write_list(call, "dtable_list", BASES_OF_TEAM, call->caller.team_id, err);
}

bool api_team_list_trash(struct api_call *call, struct error *err)
{
	return write_list(call, "dtable_list", TRASH_OF_TEAM, call->caller.team_id, err);
}

bool api_team_list_user_bases(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct str name = api_path(call, "email");
	struct account account;
	struct workspace workspace;
	return account_find_in_team(catalog, call->arena, call->caller.team_id, name, &account, err) &&
	       workspace_of_account(catalog, call->arena, account.id, &workspace, err) &&
	       write_list(call, "dtable_list", BASES_OF_WORKSPACE, workspace.id, err);
}

bool api_team_list_group_bases(struct api_call *call, struct error *err)
{
	struct str text = api_path(call, "group_id");
	int64_t id = 0;
	struct workspace workspace;
	if (!str_to_int64(text, &id))
		return FAIL_WITH(err, group_not_found, text);
	if (!workspace_of_group(api_catalog(call->api), call->arena, id, &workspace, err))
		return false;
	if (workspace.team_id != call->caller.team_id)
		return FAIL_WITH(err, group_not_found, text);
	return write_list(call, "tables", BASES_OF_WORKSPACE, workspace.id, err);
}

bool api_team_search_bases(struct api_call *call, struct error *err)
{
	struct base_query query = { .list = BASES_OF_TEAM,
				    .subject = call->caller.team_id,
				    .viewer = call->caller.account_id,
				    .page = 1,
				    .per_page = 100 };
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!api_arg_required(call, "query", &query.search, err) ||
	    !base_entry_list(api_catalog(call->api), call->arena, &query, &entries, &count, NULL, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "results");
	json_array(&call->out);
	for (size_t i = 0; i < count; i++)
		write_team_base(&call->out, &entries[i]);
	json_array_end(&call->out);
	json_object_end(&call->out);
	return true;
}

/* ---- one base ---- */

bool api_team_get_base(struct api_call *call, struct error *err)
{
	struct base_entry entry;
	if (!api_find_team_base(call, &entry, err))
		return false;
	write_team_base(&call->out, &entry);
	return true;
}

bool api_team_delete_base(struct api_call *call, struct error *err)
{
	struct base_entry entry;
	return api_find_team_base(call, &entry, err) &&
	       base_entry_trash(api_catalog(call->api), entry.id, call->caller.username, err) &&
	       api_write_success(call);
}

bool api_team_restore_base(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct str uuid = api_path(call, "base_uuid");
	struct base_entry entry;
	if (!base_entry_trashed_by_uuid(catalog, call->arena, uuid, &entry, err))
		return false;
	if (entry.team_id != call->caller.team_id)
		return FAIL_WITH(err, base_not_found, uuid);
	return base_entry_restore(catalog, call->arena, entry.id, call->caller.username, &entry, err) &&
	       api_write_success(call);
}

bool api_team_empty_trash(struct api_call *call, struct error *err)
{
	return api_purge_trash(call, TRASH_OF_TEAM, call->caller.team_id, err) && api_write_success(call);
}

/* ---- shares ---- */

static void write_share(struct json_out *out, const struct share *share)
{
	json_object(out);
	json_field_str(out, "dtable_uuid", share->base_uuid);
	json_field_str(out, "dtable_name", share->base_name);
	json_field_str(out, "from_user", share->from_username);
	json_field_str(out, "from_user_name", share->from_name);
	if (share->kind == SHARE_ACCOUNT) {
		json_field_str(out, "to_user", share->username);
		json_field_str(out, "to_user_name", share->name);
	} else {
		json_field_int(out, "to_group_id", share->id);
		json_field_str(out, "to_group_name", share->name);
	}
	json_field_str(out, "permission", permission_text(share->permission));
	json_object_end(out);
}

static void write_shares(struct json_out *out, const struct share *shares, size_t count)
{
	for (size_t i = 0; i < count; i++)
		write_share(out, &shares[i]);
}

bool api_team_list_base_shares(struct api_call *call, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	struct base_entry entry;
	struct share *users = NULL, *groups = NULL;
	size_t user_count = 0, group_count = 0;
	if (!api_find_team_base(call, &entry, err) ||
	    !share_list(catalog, call->arena, entry.id, SHARE_ACCOUNT, &users, &user_count, err) ||
	    !share_list(catalog, call->arena, entry.id, SHARE_GROUP, &groups, &group_count, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "share_list");
	json_array(&call->out);
	write_shares(&call->out, users, user_count);
	write_shares(&call->out, groups, group_count);
	json_array_end(&call->out);
	json_object_end(&call->out);
	return true;
}

bool api_team_list_shares(struct api_call *call, struct error *err)
{
	static const char *const KEYS[] = {
		[SHARE_ACCOUNT] = "dtable_user_shares", [SHARE_GROUP] = "dtable_group_shares"
	};
	static const char *const EMPTY[] = { "view_user_shares", "view_group_shares" };
	struct json_out *out = &call->out;
	json_object(out);
	for (enum share_kind kind = SHARE_ACCOUNT; kind <= SHARE_GROUP; kind++) {
		struct share *shares = NULL;
		size_t count = 0;
		if (!share_list_of_team(api_catalog(call->api), call->arena, call->caller.team_id, kind, &shares,
					&count, err))
			return false;
		json_key(out, KEYS[kind]);
		json_array(out);
		write_shares(out, shares, count);
		json_array_end(out);
	}
	for (size_t i = 0; i < sizeof(EMPTY) / sizeof(EMPTY[0]); i++) {
		json_key(out, EMPTY[i]);
		json_array(out);
		json_array_end(out);
	}
	json_object_end(out);
	return true;
}
