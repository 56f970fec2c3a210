/* The registry's insides, shared by registry.c (which bases are open) and registry_file.c (making, copying, deleting
 * files). */
#ifndef ATOLL_BASE_REGISTRY_INTERNAL_H
#define ATOLL_BASE_REGISTRY_INTERNAL_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/base_internal.h"
#include "base/registry.h"

enum { REGISTRY_PATH_LEN = PATH_MAX };

struct base_registry {
	struct base_registry_config config;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* a base came in, went out, or lost its last user while it closes or others wait */
	struct base **buckets;
	size_t bucket_count; /* a power of two */
	int open_count;      /* bases with a file open, on their way in and out too */
	int closing_count;   /* those on their way out that make room for others */
	int waiting_count;   /* threads that wait for a base to come out of use */
	struct base *oldest_idle, *newest_idle;
	void (*on_change)(void *ctx, struct str uuid); /* base_registry_watch() */
	void *on_change_ctx;
};

/* DATA/bases/<uuid>.db */
void registry_path(const struct base_registry *registry, struct str uuid, char path[REGISTRY_PATH_LEN]);
/* Deletes the snapshots of a base that goes. (snapshot.c) */
void registry_delete_snapshots(const struct base_registry *registry, struct str uuid);
/* Copies the file of a snapshot to the path `to`, which must not exist. E_snapshot_not_found. (snapshot.c) */
bool registry_copy_snapshot(const struct base_registry *registry, struct str uuid, struct str commit_id, const char *to,
			    struct error *err);
/* Makes DATA/bases, and as the folder's sole user empties DATA/bases/unfinished. */
bool registry_make_folders(struct base_registry *registry, struct error *err);
/* Waits until nobody uses the base, closes it, and keeps all others out until registry_forget(). */
struct base *registry_close_for_good(struct base_registry *registry, struct str uuid);
void registry_forget(struct base *base);

#endif
