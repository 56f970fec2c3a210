/* Counters in a set-associative table. The hash is keyed with randomness of this process, so nobody can choose names
 * that push a counter out; in a full set the smallest counter gives way. */
#include "auth/attempts.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { SETS = 512, WAYS = 8 };

static const int64_t SECOND_US = 1000000;
static const int64_t WINDOW_US = (int64_t)ATTEMPTS_WINDOW_S * 1000000;

struct counter {
	uint64_t key; /* 0 = unused */
	int64_t since_us;
	int count;
};

struct attempts {
	pthread_mutex_t lock;
	unsigned char hash_key[crypto_shorthash_KEYBYTES];
	struct counter sets[SETS][WAYS];
};

struct attempts *attempts_new(void)
{
	struct attempts *attempts = calloc(1, sizeof(*attempts));
	if (!attempts)
		abort();
	pthread_mutex_init(&attempts->lock, NULL);
	crypto_shorthash_keygen(attempts->hash_key);
	return attempts;
}

void attempts_free(struct attempts **attempts)
{
	if (!*attempts)
		return;
	pthread_mutex_destroy(&(*attempts)->lock);
	free(*attempts);
	*attempts = NULL;
}

static uint64_t hash(const struct attempts *attempts, struct str key)
{
	uint64_t value = 0;
	crypto_shorthash((unsigned char *)&value, (const unsigned char *)key.at, key.len, attempts->hash_key);
	return value | 1;
}

static struct counter *find(struct attempts *attempts, uint64_t key)
{
	struct counter *set = attempts->sets[key / 2 % SETS];
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
	}
	return NULL;
}

static bool is_old(const struct counter *counter, int64_t now_us)
{
	return counter->key == 0 || now_us - counter->since_us >= WINDOW_US;
}

static struct counter *start(struct attempts *attempts, uint64_t key, int64_t now_us)
{
	struct counter *set = attempts->sets[key / 2 % SETS];
	struct counter *place = &set[0];
	for (size_t i = 0; i < WAYS && !is_old(place, now_us); i++) {
		if (is_old(&set[i], now_us) || set[i].count < place->count)
			place = &set[i];
	}
	*place = (struct counter){ .key = key, .since_us = now_us };
	return place;
}

bool attempts_count(struct attempts *attempts, struct str key, int limit, int64_t now_us, struct error *err)
{
	uint64_t id = hash(attempts, key);
	int64_t wait_us = 0;
	pthread_mutex_lock(&attempts->lock);
	struct counter *counter = find(attempts, id);
	if (!counter)
		counter = start(attempts, id, now_us);
	else if (is_old(counter, now_us))
		*counter = (struct counter){ .key = id, .since_us = now_us };
	if (counter->count >= limit)
		wait_us = counter->since_us + WINDOW_US - now_us;
	else
		counter->count++;
	pthread_mutex_unlock(&attempts->lock);
	if (wait_us <= 0)
		return true;
	FAIL(err, too_many_requests);
	err->retry_after_s = 1 + (int)(wait_us / SECOND_US);
	return false;
}

void attempts_take_back(struct attempts *attempts, struct str key)
{
	pthread_mutex_lock(&attempts->lock);
	struct counter *counter = find(attempts, hash(attempts, key));
	if (counter && counter->count > 0)
		counter->count--;
	pthread_mutex_unlock(&attempts->lock);
}

void attempts_forget(struct attempts *attempts, struct str key)
{
	pthread_mutex_lock(&attempts->lock);
	struct counter *counter = find(attempts, hash(attempts, key));
	if (counter)
		*counter = (struct counter){ 0 };
	pthread_mutex_unlock(&attempts->lock);
}
