/* Clocks and calendars. Dates are counted with days since 1970 (Howard Hinnant's civil-date arithmetic); only the
 * server's zone comes from the system, and its offsets are cached a thread, because localtime_r() takes a lock. */
#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MS_DAY = 86400000, S_DAY = 86400, CACHE_SLOTS = 256 };

int64_t clock_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Is there a file of that name in tzfile(5)'s format? */
static bool zone_exists(const char *name)
{
	char path[300], magic[4];

	if (name[0] == '/' || name[0] == '.' || strstr(name, "..") || strlen(name) > 200)
		return false;
	(void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	FILE *file = fopen(path, "rbe");
	if (!file)
		return false;
	bool ok = fread(magic, 1, sizeof(magic), file) == sizeof(magic) && memcmp(magic, "TZif", 4) == 0;
	(void)fclose(file);
	return ok;
}

bool clock_set_zone(const char *name)
{
	bool is_utc = strcmp(name, "UTC") == 0; /* known to libc without the zone files */

	if (name[0] != '\0' && ((!is_utc && !zone_exists(name)) || setenv("TZ", name, 1) != 0))
		return false;
	tzset();
	return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int system_offset(int64_t second)
{
	time_t at = (time_t)second;
	struct tm local = { 0 };

	localtime_r(&at, &local);
	return (int)(local.tm_gmtoff / 60);
}

int clock_offset_at(int64_t instant_ms)
{
	static _Thread_local struct {
		int64_t day;
		int first, last; /* the offset when the day begins and ends */
		bool set;
	} cache[CACHE_SLOTS];
	int64_t day = floor_div(instant_ms, MS_DAY);
	size_t slot = (size_t)day % CACHE_SLOTS;

	if (!cache[slot].set || cache[slot].day != day) {
		cache[slot].set = true;
		cache[slot].day = day;
		cache[slot].first = system_offset(day * S_DAY);
		cache[slot].last = system_offset(day * S_DAY + S_DAY - 1);
	}
	if (cache[slot].first == cache[slot].last)
		return cache[slot].first;
	return system_offset(floor_div(instant_ms, 1000)); /* a day on which the clocks change */
}

int clock_offset_of(const struct civil *wall)
{
	int64_t as_utc = civil_to_ms(wall);
	/* Zones lie within a day of UTC: what held a day before tells the offset before a change. */
	int before = clock_offset_at(as_utc - MS_DAY);
	int guess = clock_offset_at(as_utc - (int64_t)before * 60000);

	if (guess == before)
		return before;
	/* A change lies between: the wall time belongs to the new offset only when it is past the change there too. */
	return clock_offset_at(as_utc - (int64_t)guess * 60000) == guess ? guess : before;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool civil_is_valid(const struct civil *c)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1)
		return false;
	if (c->day > days[c->month - 1] + (c->month == 2 && is_leap(c->year)))
		return false;
	return c->hour >= 0 && c->hour < 24 && c->minute >= 0 && c->minute < 60 && c->second >= 0 && c->second < 60 &&
	       c->millisecond >= 0 && c->millisecond < 1000;
}

int64_t civil_to_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year; /* the year begins in March, so that the leap day is its last */
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct civil civil_from_days(int64_t days)
{
	days += 719468;
	int64_t era = floor_div(days, 146097);
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted_month = (5 * day_of_year + 2) / 153;
	struct civil c = { 0 };

	c.day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
	c.month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
	c.year = (int)(year_of_era + era * 400 + (c.month <= 2));
	return c;
}

struct civil civil_from_ms(int64_t instant_ms)
{
	int64_t days = floor_div(instant_ms, MS_DAY);
	int rest = (int)(instant_ms - days * MS_DAY);
	struct civil c = civil_from_days(days);

	c.hour = rest / 3600000;
	c.minute = rest / 60000 % 60;
	c.second = rest / 1000 % 60;
	c.millisecond = rest % 1000;
	return c;
}

int64_t civil_to_ms(const struct civil *utc)
{
	return civil_to_days(utc->year, utc->month, utc->day) * MS_DAY + utc->hour * INT64_C(3600000) +
	       utc->minute * INT64_C(60000) + utc->second * INT64_C(1000) + utc->millisecond;
}

static char *put_digits(char *at, int value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

/* "2026-03-01T09:15:30", with ".123" when asked for. */
static char *put_wall(char *at, int64_t wall_ms, bool milliseconds)
{
	struct civil c = civil_from_ms(wall_ms);

	at = put_digits(at, c.year, 4);
	*at++ = '-';
	at = put_digits(at, c.month, 2);
	*at++ = '-';
	at = put_digits(at, c.day, 2);
	*at++ = 'T';
	at = put_digits(at, c.hour, 2);
	*at++ = ':';
	at = put_digits(at, c.minute, 2);
	*at++ = ':';
	at = put_digits(at, c.second, 2);
	if (milliseconds) {
		*at++ = '.';
		at = put_digits(at, c.millisecond, 3);
	}
	return at;
}

static char *put_offset(char *at, int minutes)
{
	int size = minutes < 0 ? -minutes : minutes;

	*at++ = minutes < 0 ? '-' : '+';
	at = put_digits(at, size / 60, 2);
	*at++ = ':';
	return put_digits(at, size % 60, 2);
}

static size_t finish(char *into, char *end)
{
	*end = '\0';
	return (size_t)(end - into);
}

size_t clock_format_utc_ms(int64_t instant_ms, char into[CLOCK_TEXT_LEN])
{
	return finish(into, put_offset(put_wall(into, instant_ms, true), 0));
}

size_t clock_format_zone_s(int64_t instant_ms, char into[CLOCK_TEXT_LEN])
{
	int offset = clock_offset_at(instant_ms);

	return finish(into, put_offset(put_wall(into, instant_ms + offset * INT64_C(60000), false), offset));
}

size_t clock_format_z_ms(int64_t instant_ms, char into[CLOCK_TEXT_LEN])
{
	char *end = put_wall(into, instant_ms, true);

	*end++ = 'Z';
	return finish(into, end);
}
