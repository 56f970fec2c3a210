/* The order of steps that keeps base files and catalog together; see the header. */
#include "api/base_lifecycle.h"

#include "base/registry.h"
#include "catalog/base_entry.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/id.h"
#include "core/log.h"

/* Refuses early, before a file is made; the catalog's write decides finally. */
static bool check_wanted(struct catalog *catalog, struct arena *arena, const struct base_entry_new *wanted,
			 struct error *err)
{
	struct workspace workspace;
	if (wanted->rename_when_taken)
		return workspace_by_id(catalog, arena, wanted->workspace_id, &workspace, err);
	struct base_entry other;
	if (base_entry_find(catalog, arena, wanted->workspace_id, wanted->name, &other, err))
		return FAIL_WITH(err, base_exists, wanted->name);
	return err->code == E_base_not_found;
}

/* Writes the row of a base whose file lies ready; without a row the file goes again. */
static bool enter(struct catalog *catalog, struct base_registry *bases, struct arena *arena,
		  const struct base_entry_new *wanted, struct str actor, struct base_entry *out, struct error *err)
{
	if (base_entry_create(catalog, arena, wanted, actor, out, err))
		return true;
	struct error ignored;
	if (!base_registry_delete(bases, wanted->uuid, &ignored))
		LOG(LOG_WARN, "orphan_base_file", LOG_STR("base", wanted->uuid));
	return false;
}

bool base_lifecycle_create(struct catalog *catalog, struct base_registry *bases, struct arena *arena,
			   const struct base_entry_new *wanted, struct str actor, struct base_entry *out,
			   struct error *err)
{
	char uuid[ID_UUID_LEN + 1];
	id_new_uuid(uuid);
	struct base_entry_new entry = *wanted;
	entry.uuid = str_from_c(uuid);
	return check_wanted(catalog, arena, wanted, err) && base_registry_create(bases, entry.uuid, actor, err) &&
	       enter(catalog, bases, arena, &entry, actor, out, err);
}

bool base_lifecycle_copy(struct catalog *catalog, struct base_registry *bases, struct arena *arena,
			 struct str from_uuid, const struct base_entry_new *wanted, struct str actor,
			 struct base_entry *out, struct error *err)
{
	char uuid[ID_UUID_LEN + 1];
	id_new_uuid(uuid);
	struct base_entry_new entry = *wanted;
	entry.uuid = str_from_c(uuid);
	return check_wanted(catalog, arena, wanted, err) && base_registry_copy(bases, from_uuid, entry.uuid, err) &&
	       enter(catalog, bases, arena, &entry, actor, out, err);
}

bool base_lifecycle_restore(struct catalog *catalog, struct base_registry *bases, struct arena *arena,
			    struct str from_uuid, struct str commit_id, const struct base_entry_new *wanted,
			    struct str actor, struct base_entry *out, struct error *err)
{
	char uuid[ID_UUID_LEN + 1];
	id_new_uuid(uuid);
	struct base_entry_new entry = *wanted;
	entry.uuid = str_from_c(uuid);
	return check_wanted(catalog, arena, wanted, err) &&
	       base_registry_restore(bases, from_uuid, commit_id, entry.uuid, err) &&
	       enter(catalog, bases, arena, &entry, actor, out, err);
}

bool base_lifecycle_purge(struct catalog *catalog, struct base_registry *bases, const struct base_entry *trashed,
			  struct str actor, struct error *err)
{
	return base_entry_purge(catalog, trashed->id, actor, err) && base_registry_delete(bases, trashed->uuid, err);
}

void base_lifecycle_purge_expired(struct catalog *catalog, struct base_registry *bases, int64_t instant_ms)
{
	struct arena *arena = arena_new(1 << 26);
	struct base_query query = { .list = TRASH_OF_ALL };
	struct base_entry *list = NULL;
	size_t count = 0;
	struct error err = { 0 };
	if (!base_entry_list(catalog, arena, &query, &list, &count, NULL, &err))
		LOG(LOG_ERROR, "trash_not_read", LOG_STR("error", str_from_c(err.message)));
	for (size_t i = 0; i < count; i++) {
		if (list[i].deleted_at >= instant_ms)
			continue;
		if (base_lifecycle_purge(catalog, bases, &list[i], STR("trash"), &err))
			LOG(LOG_INFO, "base_purged", LOG_STR("base", list[i].uuid));
		else if (err.code != E_base_not_found)
			LOG(LOG_ERROR, "base_not_purged", LOG_STR("base", list[i].uuid),
			    LOG_STR("error", str_from_c(err.message)));
	}
	arena_free(&arena);
}
