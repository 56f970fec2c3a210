/* Logs: one line an event on standard error, `time level event key=value …`, with the request's id when there is one.
 * Values with blanks or quotes are quoted and control characters escaped, so that a client can't forge a line.
 * Secrets (tokens, passwords, keys) are never passed to it. */
#ifndef ATOLL_CORE_LOG_H
#define ATOLL_CORE_LOG_H

#include <stdint.h>

#include "core/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Drops events below `level`. Call once, at start. */
void log_set_level(enum log_level level);
bool log_level_parse(struct str name, enum log_level *out);
/* The id that log lines of this thread carry from now on; the absent slice ends it. Not copied. */
void log_set_request(struct str request_id);

struct log_field {
	const char *key;
	struct str text; /* used when .at is not NULL */
	int64_t number;
};

/* clang-format off */
#define LOG_STR(k, s) { .key = (k), .text = (s) }
#define LOG_NUM(k, n) { .key = (k), .number = (n) }
/* clang-format on */

/* Writes one event. `event` is a short fixed name ("request", "base_opened"). */
void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count);

/* LOG(LOG_INFO, "base_opened", LOG_STR("base", uuid), LOG_NUM("ms", 3)); */
#define LOG(level, event, ...)                                                                                         \
	log_event((level), (event), (const struct log_field[]){ __VA_ARGS__ },                                         \
		  sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

#endif
