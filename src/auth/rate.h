/* Rate limits for calls: a token bucket for each key (a base, a token). A bucket holds one minute's worth of calls, so
 * a burst up to the limit passes, and refills steadily. */
#ifndef ATOLL_AUTH_RATE_H
#define ATOLL_AUTH_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct rate_limiter;

/* A limiter of `per_minute` (> 0) calls for each key, in a table of fixed size: when more keys are in use than it
 * holds, those that were idle longest start anew with a full bucket. */
struct rate_limiter *rate_new(int per_minute);
void rate_free(struct rate_limiter **limiter);
/* Counts a call. E_too_many_requests with retry_after_s when the bucket is empty. */
bool rate_take(struct rate_limiter *limiter, struct str key, struct error *err);
/* The same at a given time of clock_monotonic_us(). */
bool rate_take_at(struct rate_limiter *limiter, struct str key, int64_t now_us, struct error *err);

#endif
