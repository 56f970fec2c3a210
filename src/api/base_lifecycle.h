/* A base's file and its row in the catalog, kept together: what makes, copies or ends a base goes through here, from
 * the endpoints and from the command line. The file comes first and goes last: a failure in between leaves a file that
 * nobody knows (`atoll check` finds it), never a base without its file. */
#ifndef ATOLL_API_BASE_LIFECYCLE_H
#define ATOLL_API_BASE_LIFECYCLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct base_entry;
struct base_entry_new;
struct base_registry;
struct catalog;

/* Makes an empty base. `wanted->uuid` is ignored: it gets a new one. `actor`: a username, or "command line".
 * Errors: E_workspace_not_found, E_base_exists, and those of the storage. */
bool base_lifecycle_create(struct catalog *catalog, struct base_registry *bases, struct arena *arena,
			   const struct base_entry_new *wanted, struct str actor, struct base_entry *out,
			   struct error *err);
/* The same with the contents of the base `from_uuid`, as they are at one instant. */
bool base_lifecycle_copy(struct catalog *catalog, struct base_registry *bases, struct arena *arena,
			 struct str from_uuid, const struct base_entry_new *wanted, struct str actor,
			 struct base_entry *out, struct error *err);
/* The same with what the snapshot `commit_id` of the base holds. E_snapshot_not_found. */
bool base_lifecycle_restore(struct catalog *catalog, struct base_registry *bases, struct arena *arena, struct str uuid,
			    struct str commit_id, const struct base_entry_new *wanted, struct str actor,
			    struct base_entry *out, struct error *err);
/* Deletes a base of the trash for good. Errors: E_base_not_found when it is not in the trash. */
bool base_lifecycle_purge(struct catalog *catalog, struct base_registry *bases, const struct base_entry *trashed,
			  struct str actor, struct error *err);
/* Purges every base that has been in the trash since before `instant_ms`. A base that fails is logged and skipped. */
void base_lifecycle_purge_expired(struct catalog *catalog, struct base_registry *bases, int64_t instant_ms);

#endif
