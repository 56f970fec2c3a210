/* Texts whose characters are counted: positions are UTF-16 units (formulas.md 5.3). */
#include <math.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "core/json_out.h"
#include "query/function_call.h"

/* A text as UTF-16; one of ASCII alone may stay as it is, since its bytes are its units. */
struct units {
	UChar *at; /* NULL: */
	struct str ascii;
	int32_t len;
};

static struct units wide_units_of(struct call *call, struct str text)
{
	struct units units = { 0 };
	UErrorCode status = U_ZERO_ERROR;

	units.at = arena_alloc(call_arena(call), (text.len + 1) * sizeof(UChar));
	u_strFromUTF8WithSub(units.at, (int32_t)text.len + 1, &units.len, text.len > 0 ? text.at : "",
			     (int32_t)text.len, 0xfffd, NULL, &status);
	return units;
}

static struct units units_of(struct call *call, struct str text)
{
	if (str_is_ascii(text))
		return (struct units){ .ascii = text, .len = (int32_t)text.len };
	return wide_units_of(call, text);
}

/* UTF-8 again; half of a pair of surrogates becomes the replacement character. */
static struct str units_text(struct call *call, const UChar *at, int32_t len)
{
	size_t room = (size_t)len * 3 + 1;
	char *text = arena_alloc(call_arena(call), room);
	int32_t text_len = 0;
	UErrorCode status = U_ZERO_ERROR;

	u_strToUTF8WithSub(text, (int32_t)room, &text_len, at, len, 0xfffd, NULL, &status);
	return (struct str){ text, (size_t)text_len };
}

/* The units [from, to) clamped to the text. */
static struct str part(struct call *call, struct units units, double from, double to)
{
	from = fmax(0, fmin(from, units.len));
	to = fmax(from, fmin(to, units.len));
	if (!units.at)
		return str_slice(units.ascii, (size_t)from, (size_t)to);
	return units_text(call, units.at + (int32_t)from, (int32_t)(to - from));
}

void run_len(struct call *call)
{
	give_number(call, units_of(call, call_text(call, 0)).len);
}

void run_left(struct call *call)
{
	struct units units = units_of(call, call_text(call, 0));
	double count;

	if (!call_whole(call, 1, 1, &count))
		return;
	if (count < 0)
		give_bad_value(call);
	else
		give_text(call, part(call, units, 0, count));
}

void run_right(struct call *call)
{
	struct units units = units_of(call, call_text(call, 0));
	double count;

	if (!call_whole(call, 1, 1, &count))
		return;
	if (count < 0)
		give_bad_value(call);
	else
		give_text(call, part(call, units, units.len - count, units.len));
}

/* The arguments "place from 1" and "how many" of mid() and replace(). */
static bool place_and_count(struct call *call, double *start, double *count)
{
	if (!call_whole(call, 1, 1, start) || !call_whole(call, 2, 0, count))
		return false;
	return (*start >= 1 && *count >= 0) || give_bad_value(call);
}

void run_mid(struct call *call)
{
	struct units units = units_of(call, call_text(call, 0));
	double start, count;

	if (place_and_count(call, &start, &count))
		give_text(call, part(call, units, start - 1, start - 1 + count));
}

void run_replace(struct call *call)
{
	struct units units = units_of(call, call_text(call, 0));
	double start, count;
	struct buf buf;

	if (!place_and_count(call, &start, &count))
		return;
	buf_init(&buf, (size_t)FUNCTION_MAX_BYTES * 3);
	buf_append_str(&buf, part(call, units, 0, start - 1));
	buf_append_str(&buf, call_text(call, 3));
	buf_append_str(&buf, part(call, units, start - 1 + count, units.len));
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}

/* ---- finding ---- */

/* Letter case away, unit by unit, so that places stay. */
static void fold(struct units units)
{
	for (int32_t i = 0; i < units.len; i++)
		if (!U16_IS_SURROGATE(units.at[i]) && u_foldCase(units.at[i], U_FOLD_CASE_DEFAULT) <= 0xffff)
			units.at[i] = (UChar)u_foldCase(units.at[i], U_FOLD_CASE_DEFAULT);
}

static void give_place(struct call *call, bool ignore_case)
{
	struct units wanted = wide_units_of(call, call_text(call, 0));
	struct units units = wide_units_of(call, call_text(call, 1));
	double start;

	if (!call_whole(call, 2, 1, &start))
		return;
	if (start < 1 || start > units.len) {
		give_bad_value(call);
		return;
	}
	if (ignore_case) {
		fold(wanted);
		fold(units);
	}
	int32_t from = (int32_t)start - 1;
	const UChar *found = wanted.len == 0 ? units.at + from
					     : u_strFindFirst(units.at + from, units.len - from, wanted.at, wanted.len);
	if (found)
		give_number(call, (double)(found - units.at + 1));
	else
		give_bad_value(call);
}

void run_find(struct call *call)
{
	give_place(call, false);
}

void run_search(struct call *call)
{
	give_place(call, true);
}

/* ---- letter case ---- */

typedef int32_t (*case_map)(const UCaseMap *, char *, int32_t, const char *, int32_t, UErrorCode *);

static void give_case_by_unicode(struct call *call, struct str text, case_map map)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t room = text.len * 3 + 1; /* no letter grows more */
	char *into = arena_alloc(call_arena(call), room);
	int32_t len = map(call_case_rules(), into, (int32_t)room, text.at, (int32_t)text.len, &status);

	give_text(call, U_SUCCESS(status) ? (struct str){ into, (size_t)len } : text);
}

/* The letters from `first` on, 26 of ASCII, are moved by `step`; other texts are Unicode's. */
static void give_case(struct call *call, char first, int step, case_map map)
{
	struct str text = call_text(call, 0);
	char room[1024], *into = room;

	if (!str_is_ascii(text)) {
		give_case_by_unicode(call, text, map);
		return;
	}
	if (text.len > sizeof(room))
		into = arena_alloc(call_arena(call), text.len);
	for (size_t i = 0; i < text.len; i++)
		into[i] = (char)(text.at[i] + (text.at[i] >= first && text.at[i] < first + 26 ? step : 0));
	give_text(call, (struct str){ into, text.len });
}

void run_lower(struct call *call)
{
	give_case(call, 'A', 'a' - 'A', ucasemap_utf8ToLower);
}

void run_upper(struct call *call)
{
	give_case(call, 'a', 'A' - 'a', ucasemap_utf8ToUpper);
}
