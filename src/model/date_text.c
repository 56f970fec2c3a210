/* Reading and printing dates. Reading takes what people and clients write; printing is the hot path of listing rows, so
 * the offsets of recent dates are kept a thread. */
#include "model/date_text.h"

#include <math.h>

static const struct date_format formats[] = {
	{ "YYYY-MM-DD", DATE_YEAR_FIRST, '-', true, DATE_DAY },
	{ "YYYY-MM-DD HH:mm", DATE_YEAR_FIRST, '-', true, DATE_MINUTE },
	{ "YYYY-MM-DD HH:mm:ss", DATE_YEAR_FIRST, '-', true, DATE_SECOND },
	{ "M/D/YYYY", DATE_MONTH_FIRST, '/', false, DATE_DAY },
	{ "M/D/YYYY HH:mm", DATE_MONTH_FIRST, '/', false, DATE_MINUTE },
	{ "DD/MM/YYYY", DATE_DAY_FIRST, '/', true, DATE_DAY },
	{ "DD/MM/YYYY HH:mm", DATE_DAY_FIRST, '/', true, DATE_MINUTE },
	{ "D/M/YYYY", DATE_DAY_FIRST, '/', true, DATE_DAY },
	{ "D/M/YYYY HH:mm", DATE_DAY_FIRST, '/', true, DATE_MINUTE },
	{ "DD.MM.YYYY", DATE_DAY_FIRST, '.', true, DATE_DAY },
	{ "DD.MM.YYYY HH:mm", DATE_DAY_FIRST, '.', true, DATE_MINUTE },
};

const struct date_format *date_format_by_name(struct str name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (str_equal_c(name, formats[i].name))
			return &formats[i];
	return NULL;
}

/* ---- reading ---- */

/* What is left to read. */
struct reader {
	const char *at, *end;
};

static bool take(struct reader *in, char byte)
{
	if (in->at == in->end || *in->at != byte)
		return false;
	in->at++;
	return true;
}

/* A number of 1 to `max` digits; returns how many there were, 0 when there is none. */
static int take_digits(struct reader *in, int max, int *out)
{
	int count = 0;

	*out = 0;
	while (count < max && in->at < in->end && *in->at >= '0' && *in->at <= '9') {
		*out = *out * 10 + (*in->at++ - '0');
		count++;
	}
	return count;
}

static bool take_blanks(struct reader *in)
{
	const char *from = in->at;

	while (in->at < in->end && *in->at == ' ')
		in->at++;
	return in->at > from;
}

static bool take_date(struct reader *in, bool day_first, struct civil *c)
{
	int a, b, last;
	int a_digits = take_digits(in, 4, &a);

	if (a_digits == 0 || in->at == in->end)
		return false;
	char separator = *in->at++;
	if (take_digits(in, 2, &b) == 0 || !take(in, separator))
		return false;
	int last_digits = take_digits(in, 4, &last);
	if (a_digits == 4 && (separator == '-' || separator == '/') && (last_digits == 1 || last_digits == 2)) {
		*c = (struct civil){ .year = a, .month = b, .day = last };
		return civil_is_valid(c);
	}
	if (a_digits > 2 || last_digits != 4 || (separator != '/' && separator != '.'))
		return false;
	*c = (struct civil){ .year = last, .month = b, .day = a };
	if (separator == '.')
		return civil_is_valid(c);
	struct civil month_first = { .year = last, .month = a, .day = b };
	if (!civil_is_valid(c) || (!day_first && civil_is_valid(&month_first)))
		*c = month_first;
	return civil_is_valid(c);
}

/* ".123" and longer or shorter; read to milliseconds. */
static void take_fraction(struct reader *in, struct civil *c)
{
	int digits = 0, digit;

	if (!take(in, '.') && !take(in, ','))
		return;
	while (take_digits(in, 1, &digit) == 1)
		if (digits++ < 3)
			c->millisecond = c->millisecond * 10 + digit;
	for (; digits > 0 && digits < 3; digits++)
		c->millisecond *= 10;
}

static bool take_time(struct reader *in, struct civil *c)
{
	if (take_digits(in, 2, &c->hour) == 0 || !take(in, ':') || take_digits(in, 2, &c->minute) != 2)
		return false;
	if (take(in, ':')) {
		if (take_digits(in, 2, &c->second) != 2)
			return false;
		take_fraction(in, c);
	}
	return civil_is_valid(c);
}

/* "Z", "+02:00", "-0530", "+02"; false when something else stands there. */
static bool take_offset(struct reader *in, int *minutes)
{
	int hours, rest = 0;

	*minutes = 0;
	if (take(in, 'Z') || take(in, 'z'))
		return true;
	bool west = in->at < in->end && *in->at == '-';
	if (!take(in, '+') && !take(in, '-'))
		return false;
	if (take_digits(in, 2, &hours) != 2)
		return false;
	take(in, ':');
	if (in->at < in->end && take_digits(in, 2, &rest) != 2)
		return false;
	*minutes = (hours * 60 + rest) * (west ? -1 : 1);
	return hours < 24 && rest < 60;
}

bool date_from_ms(double instant_ms, struct civil *out)
{
	/* The years 1 to 9999, give or take an offset; also keeps the conversion below defined. */
	if (!(fabs(instant_ms) < 2.6e14))
		return false;
	int64_t instant = (int64_t)floor(instant_ms);
	*out = civil_from_ms(instant + (int64_t)clock_offset_at(instant) * 60000);
	return civil_is_valid(out);
}

static bool is_all_digits(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len > 0;
}

bool date_parse(struct str text, bool day_first, struct civil *out)
{
	int64_t instant;
	int offset;

	text = str_trim(text);
	if (is_all_digits(text))
		return str_to_int64(text, &instant) && date_from_ms((double)instant, out);
	struct reader in = { text.at, text.at + text.len };
	if (!take_date(&in, day_first, out))
		return false;
	if (in.at == in.end)
		return true;
	if (!take(&in, 'T') && !take(&in, 't') && !take_blanks(&in))
		return false;
	if (!take_time(&in, out))
		return false;
	take_blanks(&in);
	if (in.at == in.end)
		return true;
	if (!take_offset(&in, &offset) || in.at != in.end)
		return false;
	return date_from_ms((double)(civil_to_ms(out) - (int64_t)offset * 60000), out);
}

/* `count` digits at `at`. */
static bool fixed_digits(const char *at, int count, int *out)
{
	*out = 0;
	for (int i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*out = *out * 10 + (at[i] - '0');
	}
	return true;
}

bool date_parse_stored(struct str stored, struct civil *out)
{
	const char *at = stored.at;

	*out = (struct civil){ 0 };
	if (stored.len != 10 && stored.len != 16 && stored.len != 19)
		return false;
	if (!fixed_digits(at, 4, &out->year) || at[4] != '-' || !fixed_digits(at + 5, 2, &out->month) || at[7] != '-' ||
	    !fixed_digits(at + 8, 2, &out->day))
		return false;
	if (stored.len >= 16 && (at[10] != ' ' || !fixed_digits(at + 11, 2, &out->hour) || at[13] != ':' ||
				 !fixed_digits(at + 14, 2, &out->minute)))
		return false;
	if (stored.len == 19 && (at[16] != ':' || !fixed_digits(at + 17, 2, &out->second)))
		return false;
	return civil_is_valid(out);
}

/* ---- printing ---- */

static char *put(char *at, int value, int digits)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + digits;
}

static char *put_time(char *at, const struct civil *wall, bool seconds)
{
	at = put(at, wall->hour, 2);
	*at++ = ':';
	at = put(at, wall->minute, 2);
	if (seconds) {
		*at++ = ':';
		at = put(at, wall->second, 2);
	}
	return at;
}

size_t date_print(const struct civil *wall, const struct date_format *format, char into[DATE_TEXT_LEN])
{
	int first = format->order == DATE_DAY_FIRST ? wall->day : wall->month;
	int second = format->order == DATE_MONTH_FIRST || format->order == DATE_YEAR_FIRST ? wall->day : wall->month;
	char *at = into;

	if (format->order == DATE_YEAR_FIRST) {
		at = put(at, wall->year, 4);
		*at++ = format->separator;
	}
	at = put(at, first, format->padded || first > 9 ? 2 : 1);
	*at++ = format->separator;
	at = put(at, second, format->padded || second > 9 ? 2 : 1);
	if (format->order != DATE_YEAR_FIRST) {
		*at++ = format->separator;
		at = put(at, wall->year, 4);
	}
	if (format->precision != DATE_DAY) {
		*at++ = ' ';
		at = put_time(at, wall, format->precision == DATE_SECOND);
	}
	*at = '\0';
	return (size_t)(at - into);
}

size_t date_print_stored(const struct civil *wall, enum date_precision precision, char into[DATE_TEXT_LEN])
{
	return date_print(wall, &formats[precision], into);
}

enum { OFFSET_SLOTS = 1024 };

/* clock_offset_of() with a memory of its own: a listing shows the same few hundred dates again and again. Zones change
 * at whole quarters of an hour. */
static int offset_of(const struct civil *wall)
{
	static _Thread_local struct {
		uint32_t key;
		int32_t offset;
	} cache[OFFSET_SLOTS];
	uint32_t day = (uint32_t)((wall->year * 16 + wall->month) * 32 + wall->day);
	uint32_t key = day * 128 + (uint32_t)(wall->hour * 4 + wall->minute / 15); /* never 0: months begin with 1 */
	size_t slot = (key * 2654435761u >> 16) % OFFSET_SLOTS;

	if (cache[slot].key != key) {
		cache[slot].offset = clock_offset_of(wall);
		cache[slot].key = key;
	}
	return cache[slot].offset;
}

size_t date_stored_to_iso(struct str stored, char into[DATE_TEXT_LEN])
{
	struct civil wall;
	char *at;

	if (!date_parse_stored(stored, &wall))
		return 0;
	memcpy(into, stored.at, 10);
	into[10] = 'T';
	at = put_time(into + 11, &wall, true);
	int offset = offset_of(&wall);
	int size = offset < 0 ? -offset : offset;
	*at++ = offset < 0 ? '-' : '+';
	at = put(at, size / 60, 2);
	*at++ = ':';
	at = put(at, size % 60, 2);
	*at = '\0';
	return (size_t)(at - into);
}
