/* Inside the function library: one call, its arguments and its result. Each function of defs/functions.def is
 * `void run_<name>(struct call *)`; it returns after the first failure. */
#ifndef ATOLL_QUERY_FUNCTION_CALL_H
#define ATOLL_QUERY_FUNCTION_CALL_H

#include <sqlite3.h>
#include <unicode/ucasemap.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/json_in.h"
#include "model/date_text.h"
#include "query/functions.h"

/* The longest text that a function makes, in characters. */
enum { FUNCTION_MAX_CHARS = 100000, FUNCTION_MAX_BYTES = 3 * FUNCTION_MAX_CHARS };

struct call {
	sqlite3_context *context;
	int count;
	sqlite3_value **values;
	const char *kinds;   /* a letter an argument; "" when the call has none */
	bool formula;        /* else SQL */
	struct arena *arena; /* see call_arena() */
};

/* A date argument with the precision that it was written in. */
struct moment {
	struct civil wall;
	enum date_precision precision;
};

/* Memory until the call ends. */
struct arena *call_arena(struct call *call);

/* Unicode's rules of letter case, of no language; loaded by the first who asks. */
const UCaseMap *call_case_rules(void);

/* ---- arguments; the ones that return bool have failed the call when they return false ---- */
bool call_is_null(const struct call *call, int index);
/* NULL, "" and the empty list. */
bool call_is_empty(const struct call *call, int index);
bool call_is_error(const struct call *call, int index);
char call_kind(const struct call *call, int index);
/* An empty or missing argument gives 0. */
bool call_number(struct call *call, int index, double *out);
/* The same, `fallback` when the argument is missing, and floored to a whole number within +-1e15. */
bool call_whole(struct call *call, int index, double fallback, double *out);
/* Never the absent slice. */
struct str call_text(struct call *call, int index);
bool call_date(struct call *call, int index, struct moment *out);
bool call_bool(struct call *call, int index);

/* ---- results ---- */
/* Infinite or no number: #VALUE!. */
void give_number(struct call *call, double number);
void give_bool(struct call *call, bool value);
void give_text(struct call *call, struct str text);
/* Dates of years that dates may not have are errors. */
void give_date(struct call *call, const struct civil *wall, enum date_precision precision);
void give_value(struct call *call, int index);
/* An error of formulas, NULL in SQL; returns false. */
bool give_error(struct call *call, const char *error);
static inline bool give_bad_value(struct call *call)
{
	return give_error(call, "#VALUE!");
}

/* ---- conversions (formulas.md 2) ---- */
/* The number a text begins with; a percent sign after it divides by 100. False when it begins with none. */
bool text_leading_number(struct str text, double *out);
/* "" is 0, "true" is 1; else as above. */
bool text_to_number(struct str text, double *out);
/* At most 8 decimals. */
struct str number_to_text(double number, struct arena *arena);
/* A stored form or a constant with the year first, from 1900. */
bool text_to_moment(struct str text, struct moment *out);
/* A number from decimals moved by `places`: exact in decimal, unlike a multiplication. */
double decimal_shift(double number, int places);

/* Days since 1970 to the day of the week, 0 = Sunday. */
int day_of_week(int64_t days);
int64_t moment_days(const struct moment *moment);
int days_of_month(int year, int month);
/* The wall time `months` later, the day clamped to the month's end. False outside the years 1 to 9999. */
bool civil_add_months(struct civil *wall, double months);
/* Full months from a to b, negative when b is earlier. */
int full_months(const struct civil *a, const struct civil *b);
/* ISO 8601 week of the year. */
int iso_week(int64_t days);

/* A list cell's elements; NULL when it is no list. */
const cJSON *list_parse(struct str text, struct arena *arena);

#define FUNCTION(name, min, max, params, result, dialects, implementation, help, example) implementation
#define CALL(run) void run_##run(struct call *call);
#define EMIT(id)
#define HELPER(name, arguments, run) void run_##run(struct call *call);
#define PLAIN(name, arguments, run) void run_##run(struct call *call);
#include "defs/functions.def"
#undef CALL
#undef EMIT

#endif
