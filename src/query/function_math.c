/* Numbers: the functions of formulas.md 5.1 and 5.2, and of 5.7 over several arguments. */
#include <math.h>
#include <stdlib.h>

#include "query/function_call.h"

static bool two_numbers(struct call *call, double *a, double *b)
{
	return call_number(call, 0, a) && call_number(call, 1, b);
}

/* number(x): what operators of SQLite made of numbers. NULL is no number: infinite less infinite. */
void run_number(struct call *call)
{
	double number = sqlite3_value_double(call->values[0]);

	if (number != 0 && isfinite(number))
		sqlite3_result_double(call->context, number);
	else if (call_is_null(call, 0))
		give_bad_value(call);
	else
		give_number(call, number);
}

void run_multiply(struct call *call)
{
	double a, b;

	if (two_numbers(call, &a, &b))
		give_number(call, a * b);
}

void run_divide(struct call *call)
{
	double a, b;

	if (!two_numbers(call, &a, &b))
		return;
	if (b == 0)
		give_error(call, "#DIV/0!");
	else
		give_number(call, a / b);
}

/* The operator %: the dividend's sign. */
void run_remainder(struct call *call)
{
	double a, b;

	if (!two_numbers(call, &a, &b))
		return;
	if (b == 0)
		give_error(call, "#DIV/0!");
	else
		give_number(call, fmod(a, b));
}

/* As the operator, and negated when the divisor is negative: SeaTable's rule. */
void run_mod(struct call *call)
{
	double a, b;

	if (!two_numbers(call, &a, &b))
		return;
	if (b == 0)
		give_error(call, "#DIV/0!");
	else
		give_number(call, b < 0 ? -fmod(a, b) : fmod(a, b));
}

void run_power(struct call *call)
{
	double a, b;

	if (!two_numbers(call, &a, &b))
		return;
	if (a == 0 && b <= 0)
		give_bad_value(call);
	else
		give_number(call, pow(a, b));
}

void run_negate(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, -number);
}

void run_abs(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, fabs(number));
}

void run_exp(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, exp(number));
}

void run_int(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, floor(number));
}

void run_sign(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, (number > 0) - (number < 0));
}

void run_sqrt(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, sqrt(number)); /* of a negative one: no number */
}

/* ---- rounding ---- */

/* x/step, where 0.3/0.1 is 3 and not a little less. */
static double steps(double x, double step)
{
	double quotient = x / step;

	return fabs(quotient - rint(quotient)) < 1e-9 ? rint(quotient) : quotient;
}

static void give_multiple(struct call *call, double x, double step, double count)
{
	if (x > 0 && step < 0)
		give_bad_value(call);
	else
		give_number(call, fabs(count * step) < 1e15 ? decimal_shift(rint(decimal_shift(count * step, 8)), -8)
							    : count * step);
}

/* x, and the step, which is 1 when it is left out. */
static bool number_and_step(struct call *call, double *x, double *step)
{
	*step = 1;
	return call_number(call, 0, x) && (call->count < 2 || call_number(call, 1, step));
}

void run_ceiling(struct call *call)
{
	double x, step;

	if (!number_and_step(call, &x, &step))
		return;
	if (step == 0)
		give_number(call, 0);
	else
		give_multiple(call, x, step, ceil(steps(x, step)));
}

void run_floor(struct call *call)
{
	double x, step;

	if (!number_and_step(call, &x, &step))
		return;
	if (step == 0 && x != 0)
		give_bad_value(call);
	else if (step == 0)
		give_number(call, 0);
	else
		give_multiple(call, x, step, floor(steps(x, step)));
}

void run_even(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, ceil(ceil(number) / 2) * 2);
}

void run_odd(struct call *call)
{
	double number;

	if (call_number(call, 0, &number))
		give_number(call, ceil((ceil(number) - 1) / 2) * 2 + 1);
}

/* What round_with() does, in binary, where that is sure to give the same: the moved number is further from the place
 * where rounding turns (`turn` behind each whole number) than it can differ from its decimals. */
static bool round_fast(double number, double places, double (*round_size)(double), double turn, double *out)
{
	static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8 };
	double size = fabs(number);

	if (!(places >= 0 && places <= 8 && size < 1e6))
		return false;
	double moved = size * powers[(int)places], beyond = moved - turn - floor(moved - turn);

	if (fmin(beyond, 1 - beyond) < moved * 1e-15 + 1e-300)
		return false;
	*out = copysign(round_size(moved) / powers[(int)places], number);
	return true;
}

/* Rounds the size of a number at a decimal place: decimals are moved before and after, so that 1.005 has its half. */
static void round_with(struct call *call, double (*round_size)(double), double turn)
{
	double number, places, rounded;

	if (!call_number(call, 0, &number) || !call_whole(call, 1, 0, &places))
		return;
	if (round_fast(number, places, round_size, turn, &rounded)) {
		give_number(call, rounded);
		return;
	}
	if (places > 300 || !isfinite(number)) {
		give_number(call, number);
		return;
	}
	int shift = (int)fmax(places, -320);
	double size = decimal_shift(round_size(decimal_shift(fabs(number), shift)), -shift);
	give_number(call, isfinite(size) ? copysign(size, number) : number);
}

void run_round(struct call *call)
{
	round_with(call, round, 0.5);
}

void run_rounddown(struct call *call)
{
	round_with(call, floor, 0);
}

void run_roundup(struct call *call)
{
	round_with(call, ceil, 0);
}

/* ---- logarithms ---- */

static void give_logarithm(struct call *call, double x, double base)
{
	if (!(x > 0) || !(base > 0) || base == 1) {
		give_bad_value(call);
		return;
	}
	double value = base == 10 ? log10(x) : log(x) / log(base);
	give_number(call, pow(base, rint(value)) == x ? rint(value) : value); /* log(125, 5) is 3 */
}

void run_lg(struct call *call)
{
	double x;

	if (call_number(call, 0, &x))
		give_logarithm(call, x, 10);
}

void run_ln(struct call *call)
{
	double x;

	if (!call_number(call, 0, &x))
		return;
	if (x > 0)
		give_number(call, log(x));
	else
		give_bad_value(call);
}

void run_log(struct call *call)
{
	double x, base = 10;

	if (call_number(call, 0, &x) && (call->count < 2 || call_number(call, 1, &base)))
		give_logarithm(call, x, base);
}

/* ---- over all arguments ---- */

static bool add_up(struct call *call, double *sum)
{
	double number;

	*sum = 0;
	for (int i = 0; i < call->count; i++) {
		if (!call_number(call, i, &number))
			return false;
		*sum += number;
	}
	return true;
}

void run_sum(struct call *call)
{
	double sum;

	if (add_up(call, &sum))
		give_number(call, sum);
}

void run_average(struct call *call)
{
	double sum;

	if (add_up(call, &sum))
		give_number(call, sum / call->count);
}

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The first `count` arguments in ascending order; NULL when one is no number. */
static double *sorted(struct call *call, int count)
{
	double *numbers = ARENA_ARRAY(call_arena(call), double, (size_t)count + 1);

	for (int i = 0; i < count; i++)
		if (!call_number(call, i, &numbers[i]))
			return NULL;
	qsort(numbers, (size_t)count, sizeof(*numbers), compare_numbers);
	return numbers;
}

void run_min(struct call *call)
{
	const double *numbers = sorted(call, call->count);

	if (numbers)
		give_number(call, numbers[0]);
}

void run_max(struct call *call)
{
	const double *numbers = sorted(call, call->count);

	if (numbers)
		give_number(call, numbers[call->count - 1]);
}

/* The k-th of the arguments before the last one, which is k. */
static void give_kth(struct call *call, bool largest)
{
	int count = call->count - 1;
	const double *numbers = sorted(call, count);
	double k;

	if (!numbers || !call_whole(call, count, 0, &k))
		return;
	if (k < 1 || k > count)
		give_bad_value(call);
	else
		give_number(call, numbers[largest ? count - (int)k : (int)k - 1]);
}

void run_large(struct call *call)
{
	give_kth(call, true);
}

void run_small(struct call *call)
{
	give_kth(call, false);
}

void run_count(struct call *call)
{
	int count = 0;

	for (int i = 0; i < call->count; i++) {
		char kind = call_kind(call, i);

		count += (kind == KIND_NUMBER || kind == KIND_DURATION) && !call_is_empty(call, i);
	}
	give_number(call, count);
}

static int count_empty(const struct call *call)
{
	int count = 0;

	for (int i = 0; i < call->count; i++)
		count += call_is_empty(call, i);
	return count;
}

void run_counta(struct call *call)
{
	give_number(call, call->count - count_empty(call));
}

void run_countblank(struct call *call)
{
	give_number(call, count_empty(call));
}

void run_countall(struct call *call)
{
	give_number(call, call->count);
}
