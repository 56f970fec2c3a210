/* The trash: bases that were deleted, for as long as the setting trash-days says (auth.md 5.3). */
#include "api/base_access.h"
#include "api/base_lifecycle.h"
#include "api/handlers.h"

static void write_trashed(struct json_out *out, const struct base_entry *entry)
{
	json_object(out);
	api_write_base_fields(out, entry);
	json_field_bool(out, "deleted", true);
	api_field_time(out, "delete_time", entry->deleted_at);
	json_object_end(out);
}

/* {"count": n, "trash_dtable_list": [...]}: one page of a trash. */
static bool write_list(struct api_call *call, enum base_list list, int64_t subject, struct error *err)
{
	struct base_query query = { .list = list, .subject = subject };
	struct base_entry *entries = NULL;
	size_t count = 0;
	int64_t total = 0;
	if (!api_arg_page(call, &query.page, &query.per_page, err) ||
	    !base_entry_list(api_catalog(call->api), call->arena, &query, &entries, &count, &total, err))
		return false;
	struct json_out *out = &call->out;
	json_object(out);
	json_field_int(out, "count", total);
	json_key(out, "trash_dtable_list");
	json_array(out);
	for (size_t i = 0; i < count; i++)
		write_trashed(out, &entries[i]);
	json_array_end(out);
	json_object_end(out);
	return true;
}

/* Restores a base of the trash on whose workspace the caller is a manager. */
static bool restore(struct api_call *call, const struct base_entry *trashed, struct error *err)
{
	struct catalog *catalog = api_catalog(call->api);
	enum workspace_role role = WORKSPACE_STRANGER;
	if (!workspace_role_of(catalog, trashed->workspace_id, call->caller.account_id, &role, err))
		return false;
	if (role != WORKSPACE_MANAGER)
		return FAIL(err, permission_denied);
	struct base_entry restored;
	return base_entry_restore(catalog, call->arena, trashed->id, call->caller.username, &restored, err) &&
	       api_write_success(call);
}

bool api_list_trash(struct api_call *call, struct error *err)
{
	return write_list(call, TRASH_OF_ACCOUNT, call->caller.account_id, err);
}

bool api_restore_base(struct api_call *call, struct error *err)
{
	struct str text = api_path(call, "base_id");
	int64_t id = 0;
	struct base_entry trashed;
	if (!str_to_int64(text, &id))
		return FAIL_WITH(err, base_not_found, text);
	return base_entry_trashed_by_id(api_catalog(call->api), call->arena, id, &trashed, err) &&
	       restore(call, &trashed, err);
}

bool api_purge_trash(struct api_call *call, enum base_list list, int64_t subject, struct error *err)
{
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!api_list_bases(call, list, subject, &entries, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		/* Somebody who empties or restores at the same time may have been quicker. */
		if (!base_lifecycle_purge(api_catalog(call->api), api_bases(call->api), &entries[i],
					  call->caller.username, err) &&
		    err->code != E_base_not_found)
			return false;
	}
	return true;
}

bool api_empty_trash(struct api_call *call, struct error *err)
{
	return api_purge_trash(call, TRASH_OF_ACCOUNT, call->caller.account_id, err) && api_write_success(call);
}

bool api_list_group_trash(struct api_call *call, struct error *err)
{
	struct workspace workspace;
	return api_find_group_workspace(call, api_path(call, "group_id"), WORKSPACE_MANAGER, &workspace, err) &&
	       write_list(call, TRASH_OF_GROUP, workspace.group_id, err);
}

bool api_restore_group_base(struct api_call *call, struct error *err)
{
	struct workspace workspace;
	struct base_entry trashed;
	struct str uuid = api_path(call, "base_uuid");
	if (!api_find_group_workspace(call, api_path(call, "group_id"), WORKSPACE_MANAGER, &workspace, err) ||
	    !base_entry_trashed_by_uuid(api_catalog(call->api), call->arena, uuid, &trashed, err))
		return false;
	if (trashed.workspace_id != workspace.id)
		return FAIL_WITH(err, base_not_found, uuid);
	return restore(call, &trashed, err);
}
