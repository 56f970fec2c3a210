/* The base files of this server: made, opened on demand, closed when idle, copied, deleted. A base that is damaged,
 * missing or too new gives an error of its own and leaves the others alone. */
#ifndef ATOLL_BASE_REGISTRY_H
#define ATOLL_BASE_REGISTRY_H

#include <stdbool.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct base;
struct base_registry;

struct base_registry_config {
	const char *data;  /* files are DATA/bases/<uuid>.db */
	int max_open;      /* bases kept open at most; the one idle longest is closed first */
	int wait_ms;       /* how long base_acquire() waits while all of these are in use */
	int idle_seconds;  /* a base unused that long is closed */
	int max_readers;   /* read connections a base */
	int cache_kib;     /* page cache a connection */
	bool is_sole_user; /* no other process works on the folder: what a crash left unfinished may be removed */
};

bool base_registry_new(const struct base_registry_config *config, struct base_registry **out, struct error *err);
/* Closes every base cleanly. */
void base_registry_free(struct base_registry **registry);
/* Calls `on_change(ctx, uuid)` after each durable change of a base, on the thread that made it, which waits: it must be
 * quick and must not call the registry. NULL ends that; nobody may change a base meanwhile. */
void base_registry_watch(struct base_registry *registry, void (*on_change)(void *ctx, struct str uuid), void *ctx);
/* Closes idle bases, and makes or drops indexes of one base where queries ask for it; called about once a second. */
void base_registry_tick(struct base_registry *registry);

/* Makes the file of a new base: Table1 with the column Name, the Default View and three empty rows (auth.md 5.3),
 * written by `author`. `uuid` is lower case with dashes, everywhere here. */
bool base_registry_create(struct base_registry *registry, struct str uuid, struct str author, struct error *err);
/* A copy of a base under a new uuid, at one snapshot. */
bool base_registry_copy(struct base_registry *registry, struct str from_uuid, struct str to_uuid, struct error *err);
/* Makes the snapshot `commit_id` of a base a base of its own. E_snapshot_not_found. */
bool base_registry_restore(struct base_registry *registry, struct str uuid, struct str commit_id, struct str to_uuid,
			   struct error *err);

struct base_snapshot {
	struct str commit_id, name;
	int64_t made_at;
};

/* Makes a snapshot of the base, which is called `name`; *made is false when the last one is younger than ten minutes,
 * or nothing changed since. The oldest of more than 30 goes. (snapshot.c) */
bool base_registry_snapshot(struct base_registry *registry, struct base *base, struct arena *arena, struct str name,
			    struct base_snapshot *snapshot, bool *made, struct error *err);
/* One page (from 1), newest first. (snapshot.c) */
bool base_list_snapshots(struct base *base, struct arena *arena, int page, int per_page, struct base_snapshot **list,
			 size_t *count, int64_t *total, struct error *err);
/* E_snapshot_not_found. (snapshot.c) */
bool base_find_snapshot(struct base *base, struct arena *arena, struct str commit_id, struct base_snapshot *out,
			struct error *err);

/* Closes the base and deletes its file and snapshots. A missing file is fine. */
bool base_registry_delete(struct base_registry *registry, struct str uuid, struct error *err);
/* A copy of a base's file at the path `to` (which must not exist), at one snapshot, while others use the base. */
bool base_registry_backup(struct base_registry *registry, struct str uuid, const char *to, struct error *err);
/* Bytes of its file. */
bool base_registry_size(struct base_registry *registry, struct str uuid, int64_t *bytes, struct error *err);
/* SQLite's integrity check and ours; findings one a line, "" = sound. */
bool base_registry_check(struct base_registry *registry, struct str uuid, struct arena *arena, struct str *findings,
			 struct error *err);

/* The open base, held until base_release(). Errors: E_base_file_missing, E_base_damaged, E_base_too_new, E_overloaded
 * (all max_open bases stay in use). */
bool base_acquire(struct base_registry *registry, struct str uuid, struct base **out, struct error *err);
void base_release(struct base **base);

#endif
