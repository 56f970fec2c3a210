/* Two small hash tables: `noted` takes the new instants while `writing` is on its way to the catalog, so that neither
 * calls wait for the disk nor lists miss what is being written. */
#include "auth/last_access.h"

#include <pthread.h>
#include <stdlib.h>

#include "catalog/api_token.h"
#include "core/log.h"

struct table {
	struct api_token_access *slots; /* open addressing; token_id 0 = free */
	size_t size;                    /* a power of two, or 0 */
	size_t count;
};

struct last_access {
	pthread_mutex_t lock;
	pthread_mutex_t flushing; /* held by the one thread that writes */
	struct table noted, writing;
};

struct last_access *last_access_new(void)
{
	struct last_access *accesses = calloc(1, sizeof(*accesses));
	if (!accesses)
		abort();
	pthread_mutex_init(&accesses->lock, NULL);
	pthread_mutex_init(&accesses->flushing, NULL);
	return accesses;
}

void last_access_free(struct last_access **accesses)
{
	if (!*accesses)
		return;
	free((*accesses)->noted.slots);
	free((*accesses)->writing.slots);
	pthread_mutex_destroy(&(*accesses)->flushing);
	pthread_mutex_destroy(&(*accesses)->lock);
	free(*accesses);
	*accesses = NULL;
}

/* The token's slot, or the free one where it would go; NULL in a table without slots. */
static struct api_token_access *find(const struct table *table, int64_t token_id)
{
	if (table->size == 0)
		return NULL;
	size_t mask = table->size - 1;
	size_t at = (size_t)((uint64_t)token_id * 0x9e3779b97f4a7c15U >> 32) & mask;
	while (table->slots[at].token_id != 0 && table->slots[at].token_id != token_id)
		at = (at + 1) & mask;
	return &table->slots[at];
}

static void grow(struct table *table)
{
	struct table larger = { .size = table->size ? 2 * table->size : 64, .count = table->count };
	larger.slots = calloc(larger.size, sizeof(*larger.slots));
	if (!larger.slots)
		abort();
	for (size_t i = 0; i < table->size; i++) {
		if (table->slots[i].token_id != 0)
			*find(&larger, table->slots[i].token_id) = table->slots[i];
	}
	free(table->slots);
	*table = larger;
}

static void put(struct table *table, int64_t token_id, int64_t at)
{
	if (2 * table->count >= table->size)
		grow(table);
	struct api_token_access *slot = find(table, token_id);
	if (slot->token_id == 0) {
		slot->token_id = token_id;
		table->count++;
	}
	if (at > slot->at)
		slot->at = at;
}

void last_access_note(struct last_access *accesses, int64_t token_id, int64_t at)
{
	pthread_mutex_lock(&accesses->lock);
	put(&accesses->noted, token_id, at);
	pthread_mutex_unlock(&accesses->lock);
}

static int64_t later(const struct table *table, int64_t token_id, int64_t instant)
{
	const struct api_token_access *slot = find(table, token_id);
	return slot && slot->at > instant ? slot->at : instant;
}

int64_t last_access_of(struct last_access *accesses, int64_t token_id, int64_t stored)
{
	pthread_mutex_lock(&accesses->lock);
	int64_t at = later(&accesses->writing, token_id, later(&accesses->noted, token_id, stored));
	pthread_mutex_unlock(&accesses->lock);
	return at;
}

/* The used slots of a table, on the heap. */
static struct api_token_access *list_of(const struct table *table)
{
	struct api_token_access *list = malloc(table->count * sizeof(*list));
	size_t n = 0;
	if (!list)
		abort();
	for (size_t i = 0; i < table->size; i++) {
		if (table->slots[i].token_id != 0)
			list[n++] = table->slots[i];
	}
	return list;
}

/* Makes `noted` the table that is being written; false when nothing is noted. */
static bool begin_writing(struct last_access *accesses)
{
	pthread_mutex_lock(&accesses->lock);
	bool any = accesses->noted.count > 0;
	if (any) {
		accesses->writing = accesses->noted;
		accesses->noted = (struct table){ 0 };
	}
	pthread_mutex_unlock(&accesses->lock);
	return any;
}

static void end_writing(struct last_access *accesses, bool written)
{
	pthread_mutex_lock(&accesses->lock);
	struct table *writing = &accesses->writing;
	for (size_t i = 0; !written && i < writing->size; i++) {
		if (writing->slots[i].token_id != 0)
			put(&accesses->noted, writing->slots[i].token_id, writing->slots[i].at);
	}
	free(writing->slots);
	*writing = (struct table){ 0 };
	pthread_mutex_unlock(&accesses->lock);
}

/* Writes the table `writing`, which only this thread replaces. */
static void write_table(struct last_access *accesses, struct catalog *catalog)
{
	struct error err;
	struct api_token_access *list = list_of(&accesses->writing);
	bool written = api_token_write_accesses(catalog, list, accesses->writing.count, &err);
	free(list);
	if (!written)
		LOG(LOG_WARN, "last_access_unwritten", LOG_STR("error", str_from_c(err.message)));
	end_writing(accesses, written);
}

void last_access_flush(struct last_access *accesses, struct catalog *catalog)
{
	pthread_mutex_lock(&accesses->flushing);
	if (begin_writing(accesses))
		write_table(accesses, catalog);
	pthread_mutex_unlock(&accesses->flushing);
}
