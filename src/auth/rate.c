/* Token buckets in a set-associative table: a key's hash names a set of a few places, and the one that was idle longest
 * gives way. Keys are compared by their 64-bit hash; two that collide share a bucket. */
#include "auth/rate.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/clock.h"

enum { SETS = 2048, WAYS = 8, LOCKS = 16 };
enum { MINUTE_US = 60 * 1000 * 1000 };

struct bucket {
	uint64_t key; /* 0 = unused */
	int64_t filled_at_us;
	double left; /* calls */
};

struct rate_limiter {
	int per_minute;
	pthread_mutex_t locks[LOCKS];
	struct bucket sets[SETS][WAYS];
};

struct rate_limiter *rate_new(int per_minute)
{
	assert(per_minute > 0);
	struct rate_limiter *limiter = calloc(1, sizeof(*limiter));
	if (!limiter)
		abort();
	limiter->per_minute = per_minute;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_init(&limiter->locks[i], NULL);
	return limiter;
}

void rate_free(struct rate_limiter **limiter)
{
	if (!*limiter)
		return;
	for (size_t i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&(*limiter)->locks[i]);
	free(*limiter);
	*limiter = NULL;
}

/* The key's bucket; a new one is full. */
static struct bucket *find(struct bucket *set, uint64_t key, int64_t now_us, int per_minute)
{
	struct bucket *oldest = &set[0];
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].filled_at_us < oldest->filled_at_us)
			oldest = &set[i];
	}
	*oldest = (struct bucket){ .key = key, .filled_at_us = now_us, .left = per_minute };
	return oldest;
}

/* Takes one call from the bucket; 0, or the seconds until the next one. */
static int take(struct bucket *bucket, int64_t now_us, int per_minute)
{
	double per_us = (double)per_minute / MINUTE_US;
	if (now_us > bucket->filled_at_us) {
		bucket->left += (double)(now_us - bucket->filled_at_us) * per_us;
		if (bucket->left > per_minute)
			bucket->left = per_minute;
		bucket->filled_at_us = now_us;
	}
	if (bucket->left >= 1) {
		bucket->left -= 1;
		return 0;
	}
	return 1 + (int)((1 - bucket->left) / per_us / 1e6);
}

bool rate_take_at(struct rate_limiter *limiter, struct str key, int64_t now_us, struct error *err)
{
	uint64_t hash = str_hash(key) | 1;
	size_t set = hash / 2 % SETS;
	pthread_mutex_t *lock = &limiter->locks[set % LOCKS];
	pthread_mutex_lock(lock);
	int wait_s = take(find(limiter->sets[set], hash, now_us, limiter->per_minute), now_us, limiter->per_minute);
	pthread_mutex_unlock(lock);
	if (wait_s == 0)
		return true;
	FAIL(err, too_many_requests);
	err->retry_after_s = wait_s;
	return false;
}

bool rate_take(struct rate_limiter *limiter, struct str key, struct error *err)
{
	return rate_take_at(limiter, key, clock_monotonic_us(), err);
}
