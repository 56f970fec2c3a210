/* Comparing, choosing, and arithmetic where dates take part (formulas.md 1, 5.1, 5.6). */
#include <math.h>

#include "query/function_call.h"

/* ---- plus and minus ---- */

/* A date and a number of days or seconds, `sign` 1 or -1. */
static void move_date(struct call *call, double sign)
{
	bool seconds = call_kind(call, 1) == KIND_DURATION;
	struct moment moment;
	double amount;

	if (!call_date(call, 0, &moment) || !call_number(call, 1, &amount))
		return;
	double ms = sign * round(amount * (seconds ? 1000 : 86400000.0));
	if (!(fabs(ms) < 4e14)) {
		give_error(call, "#NUM!");
		return;
	}
	moment.wall = civil_from_ms(civil_to_ms(&moment.wall) + (int64_t)ms);
	bool whole_days = fmod(ms, 86400000.0) == 0;
	if (moment.precision == DATE_DAY && !whole_days)
		moment.precision = moment.wall.second == 0 ? DATE_MINUTE : DATE_SECOND;
	give_date(call, &moment.wall, moment.precision);
}

void run_add(struct call *call)
{
	double a, b;

	if (call_kind(call, 0) == KIND_DATE && call_kind(call, 1) == KIND_DATE)
		give_bad_value(call);
	else if (call_kind(call, 0) == KIND_DATE)
		move_date(call, 1);
	else if (call_number(call, 0, &a) && call_number(call, 1, &b))
		give_number(call, a + b);
}

void run_subtract(struct call *call)
{
	struct moment from, to;
	double a, b;

	if (call_kind(call, 0) == KIND_DATE && call_kind(call, 1) == KIND_DATE) {
		if (call_date(call, 0, &to) && call_date(call, 1, &from))
			give_number(call,
				    round((double)(civil_to_ms(&to.wall) - civil_to_ms(&from.wall)) / 864000.0) / 100);
	} else if (call_kind(call, 0) == KIND_DATE) {
		move_date(call, -1);
	} else if (call_number(call, 0, &a) && call_number(call, 1, &b)) {
		give_number(call, a - b);
	}
}

/* sum_of(signs, numbers ...): from left to right. */
void run_sum_of(struct call *call)
{
	struct str signs = call_text(call, 0);
	double total = 0, number;

	for (int i = 1; i < call->count; i++) {
		if (!call_number(call, i, &number))
			return;
		total += signs.at[i - 1] == '-' ? -number : number;
	}
	give_number(call, total);
}

/* ---- comparisons ---- */

/* Texts compare by UTF-16 unit: a character beyond U+FFFF, whose units are surrogates, before U+E000 to U+FFFF. */
static int compare_units(struct str a, struct str b)
{
	size_t at = 0;

	while (at < a.len && at < b.len && a.at[at] == b.at[at])
		at++;
	if (at == a.len || at == b.len)
		return (a.len > b.len) - (a.len < b.len);
	unsigned char x = (unsigned char)a.at[at], y = (unsigned char)b.at[at];
	if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0))
		return x >= 0xf0 ? -1 : 1;
	return x < y ? -1 : 1;
}

static bool are_both_text(const struct call *call)
{
	for (int i = 0; i < 2; i++) {
		char kind = call_kind(call, i);

		if (kind != KIND_TEXT && kind != KIND_EMPTY && kind != KIND_LIST)
			return false;
	}
	return true;
}

/* <0, 0, >0; false when the call has failed. Two of different kinds compare as dates when one is a date, else as
 * numbers. */
static bool compare(struct call *call, int *order)
{
	struct moment from, to;
	double a, b;

	if (call_kind(call, 0) == KIND_DATE || call_kind(call, 1) == KIND_DATE) {
		if (!call_date(call, 0, &from) || !call_date(call, 1, &to))
			return false;
		int64_t x = civil_to_ms(&from.wall), y = civil_to_ms(&to.wall);
		*order = (x > y) - (x < y);
		return true;
	}
	if (are_both_text(call)) {
		*order = compare_units(call_text(call, 0), call_text(call, 1));
		return true;
	}
	if (!call_number(call, 0, &a) || !call_number(call, 1, &b))
		return false;
	bool near = call->formula && fabs(a - b) < 1e-5;
	*order = near ? 0 : (a > b) - (a < b);
	return true;
}

void run_equal(struct call *call)
{
	int order;

	if (compare(call, &order))
		give_bool(call, order == 0);
}

void run_unequal(struct call *call)
{
	int order;

	if (compare(call, &order))
		give_bool(call, order != 0);
}

void run_greater(struct call *call)
{
	int order;

	if (compare(call, &order))
		give_bool(call, order > 0);
}

void run_greatereq(struct call *call)
{
	int order;

	if (compare(call, &order))
		give_bool(call, order >= 0);
}

void run_lessthan(struct call *call)
{
	int order;

	if (compare(call, &order))
		give_bool(call, order < 0);
}

void run_lessthaneq(struct call *call)
{
	int order;

	if (compare(call, &order))
		give_bool(call, order <= 0);
}

/* Is the argument `b` of the same kind as `a`, and the same value? An error is like nothing. */
static bool is_same(struct call *call, int a, int b)
{
	char kind_a = call_kind(call, a), kind_b = call_kind(call, b);
	struct moment x, y;

	if (call_is_error(call, a) || call_is_error(call, b))
		return false;
	if (kind_a == KIND_DURATION)
		kind_a = KIND_NUMBER;
	if (kind_b == KIND_DURATION)
		kind_b = KIND_NUMBER;
	if (kind_a == KIND_EMPTY || kind_b == KIND_EMPTY)
		return call_is_empty(call, a) && call_is_empty(call, b);
	if (kind_a != kind_b || (call_is_null(call, a) != call_is_null(call, b) && kind_a != KIND_TEXT))
		return false;
	if (kind_a == KIND_NUMBER || kind_a == KIND_BOOL)
		return sqlite3_value_double(call->values[a]) == sqlite3_value_double(call->values[b]);
	if (kind_a == KIND_DATE && text_to_moment(call_text(call, a), &x) && text_to_moment(call_text(call, b), &y))
		return civil_to_ms(&x.wall) == civil_to_ms(&y.wall);
	return str_equal(call_text(call, a), call_text(call, b));
}

/* same(kinds, value, match) */
void run_same(struct call *call)
{
	const char *kinds = (const char *)sqlite3_value_text(call->values[0]);

	call->kinds = kinds ? kinds : "";
	call->values++;
	call->count--;
	give_bool(call, is_same(call, 0, 1));
}

/* ---- choosing ---- */

void run_if(struct call *call)
{
	int chosen = call_bool(call, 0) ? 1 : 2;

	if (chosen < call->count)
		give_value(call, chosen);
	else
		give_text(call, STR(""));
}

void run_ifs(struct call *call)
{
	for (int i = 0; i + 1 < call->count; i += 2) {
		if (call_bool(call, i)) {
			give_value(call, i + 1);
			return;
		}
	}
	give_error(call, "#N/A");
}

void run_switch(struct call *call)
{
	int i;

	for (i = 1; i + 1 < call->count; i += 2) {
		if (is_same(call, 0, i)) {
			give_value(call, i + 1);
			return;
		}
	}
	if (i < call->count)
		give_value(call, i);
	else
		give_text(call, STR(""));
}

/* ---- truth ---- */

static int count_true(struct call *call)
{
	int count = 0;

	for (int i = 0; i < call->count; i++)
		count += call_bool(call, i);
	return count;
}

void run_and(struct call *call)
{
	give_bool(call, count_true(call) == call->count);
}

void run_or(struct call *call)
{
	give_bool(call, count_true(call) > 0);
}

void run_xor(struct call *call)
{
	give_bool(call, count_true(call) % 2 == 1);
}

void run_not(struct call *call)
{
	give_bool(call, !call_bool(call, 0));
}

void run_true(struct call *call)
{
	give_bool(call, true);
}

void run_false(struct call *call)
{
	give_bool(call, false);
}

void run_iserror(struct call *call)
{
	give_bool(call, call_is_error(call, 0));
}

void run_isempty(struct call *call)
{
	give_bool(call, call_is_empty(call, 0));
}
