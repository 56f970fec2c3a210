/* Parts of dates and dates made from others (formulas.md 5.4). */
#include <math.h>

#include "query/function_call.h"

int day_of_week(int64_t days)
{
	return (int)(((days + 4) % 7 + 7) % 7); /* 1970 began on a Thursday */
}

int64_t moment_days(const struct moment *moment)
{
	return civil_to_days(moment->wall.year, moment->wall.month, moment->wall.day);
}

int days_of_month(int year, int month)
{
	int next = month == 12 ? 1 : month + 1;

	return (int)(civil_to_days(year + (month == 12), next, 1) - civil_to_days(year, month, 1));
}

bool civil_add_months(struct civil *wall, double months)
{
	double all = wall->year * 12.0 + wall->month - 1 + months;

	if (!(all >= 12 && all < 120000))
		return false;
	wall->year = (int)all / 12;
	wall->month = (int)all % 12 + 1;
	int last = days_of_month(wall->year, wall->month);
	wall->day = wall->day < last ? wall->day : last;
	return true;
}

int iso_week(int64_t days)
{
	int64_t thursday = days + 3 - (day_of_week(days) + 6) % 7;
	int year = civil_from_days(thursday).year;

	return (int)((thursday - civil_to_days(year, 1, 1)) / 7) + 1;
}

/* ---- parts ---- */

void run_year(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, moment.wall.year);
}

void run_quarter(struct call *call)
{
	struct moment moment;

	if (!call_date(call, 0, &moment))
		return;
	int quarter = (moment.wall.month + 2) / 3;
	give_number(call, quarter);
}

void run_month(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, moment.wall.month);
}

void run_day(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, moment.wall.day);
}

void run_hour(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, moment.wall.hour);
}

void run_minute(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, moment.wall.minute);
}

void run_second(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, moment.wall.second);
}

void run_isodate(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_date(call, &moment.wall, DATE_DAY);
}

void run_isomonth(struct call *call)
{
	struct moment moment;
	char text[DATE_TEXT_LEN];

	if (!call_date(call, 0, &moment))
		return;
	date_print_stored(&moment.wall, DATE_DAY, text);
	give_text(call, (struct str){ text, strlen("2024-05") });
}

/* ---- weeks ---- */

/* 1 for Monday, 0 for Sunday: the week's first day, by its name. */
static int first_day(struct call *call, int index)
{
	return index < call->count && str_equal_fold(str_trim(call_text(call, index)), STR("monday"));
}

void run_weekday(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, (day_of_week(moment_days(&moment)) - first_day(call, 1) + 7) % 7 + 1);
}

void run_startofweek(struct call *call)
{
	struct moment moment;

	if (!call_date(call, 0, &moment))
		return;
	int64_t days = moment_days(&moment);
	struct civil first = civil_from_days(days - (day_of_week(days) - first_day(call, 1) + 7) % 7);
	give_date(call, &first, DATE_DAY);
}

void run_isoweeknum(struct call *call)
{
	struct moment moment;

	if (call_date(call, 0, &moment))
		give_number(call, iso_week(moment_days(&moment)));
}

void run_weeknum(struct call *call)
{
	struct moment moment;
	double type;
	int first;

	if (!call_date(call, 0, &moment) || !call_whole(call, 1, 1, &type))
		return;
	int64_t days = moment_days(&moment);
	if (type == 21) {
		give_number(call, iso_week(days));
		return;
	}
	if (type == 1 || type == 17)
		first = 0;
	else if (type == 2)
		first = 1;
	else if (type >= 11 && type <= 16)
		first = (int)type - 10;
	else {
		give_error(call, "#NUM!");
		return;
	}
	int64_t new_year = civil_to_days(moment.wall.year, 1, 1);
	int before = (day_of_week(new_year) - first + 7) % 7; /* days of week 1 in the old year */
	int week = (int)(days - new_year + before) / 7 + 1;
	give_number(call, week);
}

/* ---- dates from others ---- */

void run_date(struct call *call)
{
	double year, month, day;

	if (!call_whole(call, 0, 0, &year) || !call_whole(call, 1, 0, &month) || !call_whole(call, 2, 0, &day))
		return;
	if (year < 0) {
		give_bad_value(call);
		return;
	}
	if (year < 1900)
		year += 1900;
	struct civil first = { .year = 1, .month = 1, .day = 1 };
	if (year > 9999 || !civil_add_months(&first, (year - 1) * 12 + month - 1) || !(fabs(day) < 4e6)) {
		give_error(call, "#NUM!");
		return;
	}
	struct civil date = civil_from_days(civil_to_days(first.year, first.month, 1) + (int64_t)day - 1);
	give_date(call, &date, DATE_DAY);
}

void run_eomonth(struct call *call)
{
	struct moment moment;
	double months;

	if (!call_date(call, 0, &moment) || !call_whole(call, 1, 0, &months))
		return;
	if (!civil_add_months(&moment.wall, months)) {
		give_error(call, "#NUM!");
		return;
	}
	moment.wall.day = days_of_month(moment.wall.year, moment.wall.month);
	give_date(call, &moment.wall, DATE_DAY);
}

/* The units of dateAdd(): as months, or as seconds. */
static const struct step {
	const char *names[3];
	int months;
	double seconds;
} step_units[] = {
	{ { "years", "year", "y" }, 12, 0 },     { { "months", "month", "M" }, 1, 0 },
	{ { "weeks", "week", "w" }, 0, 604800 }, { { "days", "day", "d" }, 0, 86400 },
	{ { "hours", "hour", "h" }, 0, 3600 },   { { "minutes", "minute", "m" }, 0, 60 },
	{ { "seconds", "second", "s" }, 0, 1 },
};

/* By name; the single letters distinguish M and m, the words no letter case. */
static const struct step *find_step(struct str name)
{
	for (size_t i = 0; i < sizeof(step_units) / sizeof(step_units[0]); i++) {
		const char *const *names = step_units[i].names;

		if (str_equal_c(name, names[2]) || str_equal_fold(name, str_from_c(names[0])) ||
		    str_equal_fold(name, str_from_c(names[1])))
			return &step_units[i];
	}
	return NULL;
}

static bool add_step(struct moment *moment, const struct step *step, double count)
{
	double seconds = step->seconds * count;

	if (step->months > 0)
		return civil_add_months(&moment->wall, step->months * count);
	if (!(fabs(seconds) < 4e11))
		return false;
	moment->wall = civil_from_ms(civil_to_ms(&moment->wall) + (int64_t)seconds * 1000);
	return true;
}

void run_date_add(struct call *call)
{
	struct moment moment;
	double count;

	if (!call_date(call, 0, &moment) || !call_number(call, 1, &count))
		return;
	const struct step *step = find_step(str_trim(call_text(call, 2)));
	if (!step) {
		give_bad_value(call);
		return;
	}
	if (!add_step(&moment, step, trunc(count))) {
		give_error(call, "#NUM!");
		return;
	}
	/* In formulas a date stays one; in SQL, where hours were added, it gets a time. */
	bool time = step->months == 0 && step->seconds < 86400;
	if (!call->formula && time && moment.precision == DATE_DAY)
		moment.precision = step->seconds == 1 ? DATE_SECOND : DATE_MINUTE;
	else if (time && step->seconds == 1 && moment.precision == DATE_MINUTE)
		moment.precision = DATE_SECOND;
	give_date(call, &moment.wall, moment.precision);
}
