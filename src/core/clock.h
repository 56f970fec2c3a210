/* Time: the clock, civil dates, the server's zone. A process has one zone (the setting `time-zone`), set before threads
 * start. Instants are milliseconds since 1970 UTC. */
#ifndef ATOLL_CORE_CLOCK_H
#define ATOLL_CORE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"

/* A date and time of day as written on a wall. */
struct civil {
	int year, month, day; /* month and day from 1 */
	int hour, minute, second;
	int millisecond;
};

enum { CLOCK_TEXT_LEN = 30 }; /* "2026-03-01T09:15:30.123+00:00" and a NUL */

int64_t clock_now_ms(void);
/* Grows steadily, for durations and deadlines. */
int64_t clock_monotonic_us(void);

/* Sets the process's zone by its IANA name ("" = the system's); false when the zone is unknown. Call once, at start. */
bool clock_set_zone(const char *name);
/* Minutes east of UTC that the server's zone has at an instant. */
int clock_offset_at(int64_t instant_ms);
/* Minutes east of UTC at a wall time in the server's zone (in a gap or overlap: the offset before it). */
int clock_offset_of(const struct civil *wall);

/* A real date of the proleptic Gregorian calendar, years 1 to 9999, and a real time of day? */
bool civil_is_valid(const struct civil *c);
/* Days since 1970-01-01, and back. */
int64_t civil_to_days(int year, int month, int day);
struct civil civil_from_days(int64_t days);
/* An instant on the UTC wall, and back. */
struct civil civil_from_ms(int64_t instant_ms);
int64_t civil_to_ms(const struct civil *utc);

/* "2026-03-01T09:15:30.123+00:00": UTC, milliseconds, numeric offset (base-operations.md 1.3, shapes A and C).
 * Returns the length (29). */
size_t clock_format_utc_ms(int64_t instant_ms, char into[CLOCK_TEXT_LEN]);
/* "2026-03-01T09:15:30+00:00": whole seconds with the server's offset (auth.md, times of tokens and bases). */
size_t clock_format_zone_s(int64_t instant_ms, char into[CLOCK_TEXT_LEN]);
/* "2026-03-01T09:15:30.123Z" (comments, activities). */
size_t clock_format_z_ms(int64_t instant_ms, char into[CLOCK_TEXT_LEN]);

#endif
