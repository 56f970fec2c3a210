/* Which bases are open. One lock guards the table of open bases and is never held while a file is opened or closed: a
 * base on its way in or out stands in the table as OPENING or CLOSING, and who wants it waits for that one alone. */
#include "base/registry_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/embed.h"
#include "core/log.h"
#include "core/metric.h"
#include "query/functions.h"

EMBED(base_schema_1, "src/base/schema/001_base.sql");
EMBED(base_schema_2, "src/base/schema/002_comment.sql");
EMBED(base_schema_3, "src/base/schema/003_once.sql");
EMBED(base_schema_4, "src/base/schema/004_activity.sql");
EMBED(base_schema_5, "src/base/schema/005_notification.sql");
EMBED(base_schema_6, "src/base/schema/006_snapshot.sql");
EMBED(base_schema_7, "src/base/schema/007_auto_index.sql");
EMBED(base_schema_8, "src/base/schema/008_aside.sql");

/* ---- the schema of base files ---- */

/* New files get pages of 8 KiB (an existing file keeps its own): rows and the journal's texts go to disk in half as
 * many pieces, which makes large appends 8 % faster. */
static bool on_open(sqlite3 *handle)
{
	return sqlite3_exec(handle, "PRAGMA page_size = 8192", NULL, NULL, NULL) == SQLITE_OK &&
	       collate_register(handle) && sql_functions_register(handle) && functions_register(handle);
}

static struct str migrations[8]; /* filled by base_registry_new(): embedded texts are no constant expressions */

const struct store_schema base_schema = {
	.application_id = 0x41746f6c, /* "Atol" */
	.migrations = migrations,
	.version = sizeof(migrations) / sizeof(migrations[0]),
	.on_open = on_open,
};

/* ---- the table of bases, and the list of idle ones (oldest first) ---- */

static struct base **bucket_of(struct base_registry *registry, struct str uuid)
{
	return &registry->buckets[str_hash(uuid) & (registry->bucket_count - 1)];
}

static struct base *find(struct base_registry *registry, struct str uuid)
{
	for (struct base *base = *bucket_of(registry, uuid); base; base = base->next_in_bucket) {
		if (memcmp(base->uuid, uuid.at, ID_UUID_LEN) == 0)
			return base;
	}
	return NULL;
}

static struct base *add(struct base_registry *registry, struct str uuid, enum base_state state)
{
	struct base *base = calloc(1, sizeof(*base));

	if (!base)
		abort();
	memcpy(base->uuid, uuid.at, ID_UUID_LEN);
	base->registry = registry;
	base->state = state;
	pthread_mutex_init(&base->model_lock, NULL);
	base->next_in_bucket = *bucket_of(registry, uuid);
	*bucket_of(registry, uuid) = base;
	return base;
}

static void remove_and_free(struct base *base)
{
	struct base **link = bucket_of(base->registry, str_from_c(base->uuid));

	while (*link != base)
		link = &(*link)->next_in_bucket;
	*link = base->next_in_bucket;
	pthread_cond_broadcast(&base->registry->changed);
	pthread_mutex_destroy(&base->model_lock);
	auto_index_free(base);
	free(base);
}

static void idle_add(struct base_registry *registry, struct base *base)
{
	base->idle_since_us = clock_monotonic_us();
	base->newer = NULL;
	base->older = registry->newest_idle;
	if (registry->newest_idle)
		registry->newest_idle->newer = base;
	else
		registry->oldest_idle = base;
	registry->newest_idle = base;
}

static void idle_remove(struct base_registry *registry, struct base *base)
{
	if (base->older)
		base->older->newer = base->newer;
	else
		registry->oldest_idle = base->newer;
	if (base->newer)
		base->newer->older = base->older;
	else
		registry->newest_idle = base->older;
	base->older = NULL;
	base->newer = NULL;
}

/* ---- opening and closing; the lock is held on entry and exit, not meanwhile ---- */

/* Closes a base that nobody uses. */
static void close_idle(struct base_registry *registry, struct base *base)
{
	assert(base->state == BASE_OPEN && base->users == 0);
	idle_remove(registry, base);
	base->state = BASE_CLOSING;
	registry->closing_count++;
	pthread_mutex_unlock(&registry->lock);
	base_models_free(base);
	store_close(&base->db);
	pthread_mutex_lock(&registry->lock);
	registry->closing_count--;
	registry->open_count--;
	metric_set(M_bases_open, registry->open_count);
	remove_and_free(base);
}

static bool open_file(struct base_registry *registry, struct base *base, struct error *err)
{
	struct store_options options = {
		.mode = STORE_OPEN_EXISTING,
		.max_readers = registry->config.max_readers,
		.cache_kib = registry->config.cache_kib,
	};
	char path[REGISTRY_PATH_LEN];

	registry_path(registry, str_from_c(base->uuid), path);
	return store_open(path, &base_schema, &options, &base->db, err);
}

static bool open_new(struct base_registry *registry, struct str uuid, struct base **out, struct error *err)
{
	struct base *base = add(registry, uuid, BASE_OPENING);
	bool ok;

	registry->open_count++;
	pthread_mutex_unlock(&registry->lock);
	ok = open_file(registry, base, err);
	pthread_mutex_lock(&registry->lock);
	if (!ok) {
		LOG(LOG_WARN, "base_open_failed", LOG_STR("base", uuid),
		    LOG_STR("error", str_from_c(error_name(err->code))));
		registry->open_count--;
		remove_and_free(base);
		return false;
	}
	base->state = BASE_OPEN;
	base->users = 1;
	metric_set(M_bases_open, registry->open_count);
	metric_add(M_bases_opened_total, 1);
	pthread_cond_broadcast(&registry->changed);
	*out = base;
	return true;
}

/* All places are taken by bases in use: waits until something changes. False when the wait has lasted too long. */
static bool wait_for_place(struct base_registry *registry, int64_t since_us)
{
	int64_t until_us = since_us + (int64_t)registry->config.wait_ms * 1000;
	struct timespec until = { .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000 };
	bool in_time;

	registry->waiting_count++;
	in_time = pthread_cond_timedwait(&registry->changed, &registry->lock, &until) == 0;
	registry->waiting_count--;
	return in_time;
}

bool base_acquire(struct base_registry *registry, struct str uuid, struct base **out, struct error *err)
{
	int64_t since_us = clock_monotonic_us();
	bool ok = true;

	assert(uuid.len == ID_UUID_LEN);
	*out = NULL;
	pthread_mutex_lock(&registry->lock);
	while (ok && !*out) {
		struct base *base = find(registry, uuid);
		bool full = registry->open_count >= registry->config.max_open;

		if (base && base->state == BASE_OPEN) {
			if (base->users++ == 0)
				idle_remove(registry, base);
			*out = base;
		} else if (!base && !full) {
			ok = open_new(registry, uuid, out, err);
		} else if (!base && registry->oldest_idle) {
			close_idle(registry, registry->oldest_idle);
		} else if (!base && registry->closing_count == 0) {
			ok = wait_for_place(registry, since_us) || FAIL(err, overloaded);
		} else {
			pthread_cond_wait(&registry->changed, &registry->lock);
		}
	}
	pthread_mutex_unlock(&registry->lock);
	return ok;
}

void base_release(struct base **base)
{
	struct base *held = *base;
	struct base_registry *registry;

	if (!held)
		return;
	*base = NULL;
	registry = held->registry;
	pthread_mutex_lock(&registry->lock);
	assert(held->users > 0);
	if (--held->users == 0) {
		if (held->state == BASE_OPEN)
			idle_add(registry, held);
		if (held->state != BASE_OPEN || registry->waiting_count > 0)
			pthread_cond_broadcast(&registry->changed);
	}
	pthread_mutex_unlock(&registry->lock);
}

void base_registry_watch(struct base_registry *registry, void (*on_change)(void *ctx, struct str uuid), void *ctx)
{
	registry->on_change = on_change;
	registry->on_change_ctx = ctx;
}

void base_note_change(struct base *base)
{
	const struct base_registry *registry = base->registry;

	if (registry && registry->on_change)
		registry->on_change(registry->on_change_ctx, str_from_c(base->uuid));
}

/* A base whose indexes want care, held; NULL when there is none. */
static struct base *take_due(struct base_registry *registry)
{
	for (size_t i = 0; i < registry->bucket_count; i++) {
		for (struct base *base = registry->buckets[i]; base; base = base->next_in_bucket) {
			if (base->state != BASE_OPEN || !auto_index_is_due(base))
				continue;
			if (base->users++ == 0)
				idle_remove(registry, base);
			return base;
		}
	}
	return NULL;
}

void base_registry_tick(struct base_registry *registry)
{
	int64_t before = clock_monotonic_us() - (int64_t)registry->config.idle_seconds * 1000000;
	struct base *due;

	pthread_mutex_lock(&registry->lock);
	while (registry->oldest_idle && registry->oldest_idle->idle_since_us <= before)
		close_idle(registry, registry->oldest_idle);
	due = take_due(registry);
	pthread_mutex_unlock(&registry->lock);
	if (due)
		auto_index_care(due);
	base_release(&due);
}

struct base *registry_close_for_good(struct base_registry *registry, struct str uuid)
{
	struct base *base;

	pthread_mutex_lock(&registry->lock);
	while ((base = find(registry, uuid)) && base->state != BASE_OPEN)
		pthread_cond_wait(&registry->changed, &registry->lock);
	if (!base) {
		base = add(registry, uuid, BASE_CLOSING);
	} else {
		if (base->users == 0)
			idle_remove(registry, base);
		base->state = BASE_CLOSING;
		while (base->users > 0)
			pthread_cond_wait(&registry->changed, &registry->lock);
		pthread_mutex_unlock(&registry->lock);
		base_models_free(base);
		store_close(&base->db);
		pthread_mutex_lock(&registry->lock);
		registry->open_count--;
		metric_set(M_bases_open, registry->open_count);
	}
	pthread_mutex_unlock(&registry->lock);
	return base;
}

void registry_forget(struct base *base)
{
	struct base_registry *registry = base->registry;

	pthread_mutex_lock(&registry->lock);
	remove_and_free(base);
	pthread_mutex_unlock(&registry->lock);
}

/* ---- the registry itself ---- */

bool base_registry_new(const struct base_registry_config *config, struct base_registry **out, struct error *err)
{
	struct base_registry *registry = calloc(1, sizeof(*registry));
	pthread_condattr_t attr;

	if (!registry)
		abort();
	migrations[0] = EMBED_STR(base_schema_1);
	migrations[1] = EMBED_STR(base_schema_2);
	migrations[2] = EMBED_STR(base_schema_3);
	migrations[3] = EMBED_STR(base_schema_4);
	migrations[4] = EMBED_STR(base_schema_5);
	migrations[5] = EMBED_STR(base_schema_6);
	migrations[6] = EMBED_STR(base_schema_7);
	migrations[7] = EMBED_STR(base_schema_8);
	assert(config->max_open > 0 && config->max_readers > 0);
	registry->config = *config;
	registry->config.data = strdup(config->data);
	registry->bucket_count = 64;
	while (registry->bucket_count < (size_t)config->max_open)
		registry->bucket_count *= 2;
	registry->buckets = calloc(registry->bucket_count, sizeof(struct base *));
	if (!registry->buckets || !registry->config.data)
		abort();
	pthread_mutex_init(&registry->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&registry->changed, &attr);
	pthread_condattr_destroy(&attr);
	*out = registry;
	if (registry_make_folders(registry, err))
		return true;
	base_registry_free(out);
	return false;
}

void base_registry_free(struct base_registry **registry)
{
	struct base_registry *held = *registry;

	if (!held)
		return;
	*registry = NULL;
	pthread_mutex_lock(&held->lock);
	while (held->oldest_idle)
		close_idle(held, held->oldest_idle);
	assert(held->open_count == 0);
	pthread_mutex_unlock(&held->lock);
	pthread_mutex_destroy(&held->lock);
	pthread_cond_destroy(&held->changed);
	free(held->buckets);
	free((char *)held->config.data);
	free(held);
}
