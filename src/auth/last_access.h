/* When API tokens were last used: noted in memory with each call, written by one write now and then. */
#ifndef ATOLL_AUTH_LAST_ACCESS_H
#define ATOLL_AUTH_LAST_ACCESS_H

#include <stdint.h>

struct catalog;
struct last_access;

struct last_access *last_access_new(void);
void last_access_free(struct last_access **accesses);
/* Token `token_id` was used at `at` (milliseconds since 1970). */
void last_access_note(struct last_access *accesses, int64_t token_id, int64_t at);
/* The later of `stored` and what is noted. */
int64_t last_access_of(struct last_access *accesses, int64_t token_id, int64_t stored);
/* Writes what is noted; keeps it for the next time when that fails. */
void last_access_flush(struct last_access *accesses, struct catalog *catalog);

#endif
