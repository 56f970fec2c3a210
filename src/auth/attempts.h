/* Guessing at passwords: how often a name, or a remote address, has been tried lately. An attempt counts before the
 * password is looked at, so that many at once count as many. Memory is bounded. */
#ifndef ATOLL_AUTH_ATTEMPTS_H
#define ATOLL_AUTH_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct attempts;

enum { ATTEMPTS_WINDOW_S = 5 * 60, ATTEMPTS_PER_NAME = 10, ATTEMPTS_PER_ADDRESS = 50 };

struct attempts *attempts_new(void);
void attempts_free(struct attempts **attempts);
/* Counts an attempt for `key` at `now_us` (clock_monotonic_us()). E_too_many_requests with retry_after_s when there
 * were `limit` of them since the first, at most ATTEMPTS_WINDOW_S ago. */
bool attempts_count(struct attempts *attempts, struct str key, int limit, int64_t now_us, struct error *err);
/* Takes one attempt back, which was right. */
void attempts_take_back(struct attempts *attempts, struct str key);
/* Forgets all attempts for `key`. */
void attempts_forget(struct attempts *attempts, struct str key);

#endif
