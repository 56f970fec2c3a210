/* Snapshots of a base: made with a base token, listed and restored by those who may change the base
 * (base-operations.md 3.10-54; auth.md 5.4). */
#include "api/base_access.h"
#include "api/base_call.h"
#include "api/base_lifecycle.h"
#include "api/handlers.h"

#include "core/arena.h"

static const struct str file_ending = { ".dtable", 7 };

static void field_name(struct json_out *out, struct arena *arena, struct str name)
{
	json_field_str(out, "dtable_name", str_format(arena, "%.*s%.*s", STR_ARG(name), STR_ARG(file_ending)));
}

bool api_make_snapshot(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);
	struct json_out *out = &call->out;
	struct base_snapshot snapshot;
	struct str name;
	bool made;

	if (!on || !base_entry_check_name(api_arg(call, "dtable_name"), "dtable_name", &name, err) ||
	    !base_registry_snapshot(api_bases(call->api), on->base, call->arena, name, &snapshot, &made, err))
		return false;
	json_object(out);
	json_field_c(out, "status", made ? "created" : "time_is_short");
	if (made) {
		json_key(out, "snapshot");
		json_object(out);
		json_field_str(out, "dtable_uuid", call->caller.base_uuid);
		field_name(out, call->arena, name);
		json_field_str(out, "commit_id", snapshot.commit_id);
		json_field_int(out, "ctime", snapshot.made_at);
		json_object_end(out);
	}
	json_object_end(out);
	return true;
}

/* The base of the path, held until the request's arena dies. */
static struct base *open_base(struct api_call *call, struct base_entry *entry, struct error *err)
{
	struct base **held = ARENA_NEW(call->arena, struct base *);

	if (!api_find_base(call, ACCESS_CHANGE, entry, err) ||
	    !base_acquire(api_bases(call->api), entry->uuid, held, err))
		return NULL;
	arena_on_free(call->arena, api_release_base, held);
	return *held;
}

bool api_list_snapshots(struct api_call *call, struct error *err)
{
	struct json_out *out = &call->out;
	struct base_snapshot *list = NULL;
	struct base_entry entry;
	struct base *base;
	int page, per_page;
	size_t count = 0;
	int64_t total = 0;

	if (!api_arg_page(call, &page, &per_page, err) || !(base = open_base(call, &entry, err)) ||
	    !base_list_snapshots(base, call->arena, page, per_page, &list, &count, &total, err))
		return false;
	json_object(out);
	json_key(out, "snapshot_list");
	json_array(out);
	for (size_t i = 0; i < count; i++) {
		json_object(out);
		field_name(out, call->arena, list[i].name);
		json_field_str(out, "commit_id", list[i].commit_id);
		api_field_time(out, "ctime", list[i].made_at);
		json_object_end(out);
	}
	json_array_end(out);
	json_key(out, "page_info");
	json_object(out);
	json_field_bool(out, "has_next_page", (int64_t)page * per_page < total);
	json_field_int(out, "current_page", page);
	json_object_end(out);
	json_object_end(out);
	return true;
}

bool api_restore_snapshot(struct api_call *call, struct error *err)
{
	struct base_entry_new wanted = { .rename_when_taken = true, .creator_id = call->caller.account_id };
	struct str name = api_arg_given(call, "snapshot_name");
	struct base_snapshot snapshot;
	struct base_entry entry, restored;
	struct base *base = open_base(call, &entry, err);

	if (!base || !base_find_snapshot(base, call->arena, api_path(call, "commit_id"), &snapshot, err))
		return false;
	wanted.workspace_id = entry.workspace_id;
	wanted.icon = entry.icon;
	wanted.color = entry.color;
	if (!base_entry_check_name(name.at ? name : snapshot.name, "snapshot_name", &wanted.name, err) ||
	    !base_lifecycle_restore(api_catalog(call->api), api_bases(call->api), call->arena, entry.uuid,
				    snapshot.commit_id, &wanted, call->caller.username, &restored, err))
		return false;
	json_object(&call->out);
	json_key(&call->out, "dtable");
	api_write_base(&call->out, &restored);
	json_object_end(&call->out);
	return true;
}
