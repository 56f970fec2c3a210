/* The functions of formulas and SQL (formulas.md 5): one table, defs/functions.def, and one C function a row.
 *
 * What runs inside SQLite: number REAL or INTEGER; text TEXT; bool INTEGER 0/1; date TEXT, a wall time of the server's
 * zone in stored form ("2024-03-07", "2024-03-07 14:05", "2024-03-07 14:05:33"); list TEXT, a JSON array; empty NULL;
 * an error of a formula BLOB, whose bytes are its text ("#DIV/0!").
 *
 * Every row but the emitted ones is registered twice: "f_<name>" for formulas and "s_<name>" for SQL, the name in lower
 * case ("f_dateadd"). In formulas a bad value gives an error and an erroneous argument is the result, leftmost first.
 * In SQL errors are NULL. An empty argument is 0 or "" by its parameter; an empty date is #VALUE!, in SQL NULL.
 *
 * A call is emitted as f_name(arguments). Where the row's parameters have an 'a' (function_takes_kinds()), it is
 * f_name('kinds', arguments): a constant text with the letter of each argument's kind, see enum value_kind.
 *
 * A parameter n, s, b or d converts its argument itself by SQLite's type: text to number, number to text, text and
 * serial numbers to dates. What SQLite cannot tell apart the compiler wraps, whatever the dialect:
 *   bool for a parameter s      f_to_text('b', x): true, false
 *   date for a parameter n      f_to_number('d', x): #VALUE!, as no date is a number
 *   list for s                  f_list_text(x): elements joined with ", "
 *   list for n, d, b            f_list_first(x): the first element
 *   + - * of number columns and constants alone   f_number(x), x in SQLite's operators, empty cells as 0
 *   number or date column in concatenate() and &      f_display(kind, x, settings): as the column shows it; settings is
 *                               the column's `data` as constant JSON text
 *
 * All of them, if(), ifs(), switch() too, may be called like this: an argument that is an error hurts only where it is
 * used. Where branches are of different kinds, the compiler wraps them so that the result is text (f_to_text).
 *
 * Operators of formulas: + f_add, - f_subtract (both with kinds: dates), * f_multiply, / f_divide, ^ f_power,
 * % f_remainder, unary - f_negate, & f_concatenate, + and - of several numbers in a row f_sum_of, = <> < <= > >=
 * f_equal f_unequal f_lessthan f_lessthaneq f_greater f_greatereq (with kinds; numbers within 1e-5 are equal in
 * formulas, none but equal ones in SQL). A `switch` case by itself: f_same('kinds', value, match).
 *
 * Helpers of SQL and filters; they are two-valued, NULL in is false out:
 *   text_like(x, pattern), text_ilike(x, pattern)           sql.md 7; `_` is ordinary, `\%` and `\\` are literal
 *   text_contains(x, term)                                  ignoring case (views.md 3)
 *   list_has_any(list, wanted), list_has_all, list_has_none, list_is_exactly
 *                                                           wanted is a JSON list; a scalar counts as a list of one
 *   list_single(list)       the element of a list of one, else NULL
 *   list_sort_key(list)     a blob: compares lists element by element in ascending order, a prefix first
 *   list_first(list), list_text(list)
 *   cell_text(cell, column)  a cell of a select, people, department or geolocation column as people see it; the column
 *                           is a bound pointer (FORMULA_COLUMN_POINTER, query/formula.h)
 *   time_text(ms)           an instant (_ctime, _mtime) as a wall time with seconds
 * The collation of texts in sorts is "natural_order" (base/collate.c). */
#ifndef ATOLL_QUERY_FUNCTIONS_H
#define ATOLL_QUERY_FUNCTIONS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/* Letters of the kinds text. */
enum value_kind {
	KIND_NUMBER = 'n',
	KIND_DURATION = 't', /* a number of seconds: date + duration counts seconds where date + number counts days */
	KIND_TEXT = 's',
	KIND_BOOL = 'b',
	KIND_DATE = 'd',
	KIND_LIST = 'l',
	KIND_EMPTY = 'e', /* the constants NULL and "" */
};

/* Letters of a row's parameters; the last one repeats.
 *   n number  s text  b bool  d date, converted as said above
 *   a  any kind, known by the kinds text
 *   c  a column: its name as a string, {Name} or, in SQL, Name; passed as its stored cell
 *   L  a link column, by name
 *   C  a column of the linked table, by name
 *   f  the text of a formula that is a condition on the linked row
 *   r  a row found by findmax() or findmin() */

/* What a call gives. */
enum function_result {
	RESULT_NUMBER,
	RESULT_TEXT,
	RESULT_BOOL,
	RESULT_DATE,
	RESULT_BRANCHES, /* of the branches: number when all that are not empty are numbers, date likewise, else text */
	RESULT_ARITHMETIC, /* date when the first is a date and the second none, else number */
	RESULT_LIST,
	RESULT_ROW, /* only inside lookup() */
	RESULT_ANY, /* as the method says */
};

enum function_dialect { DIALECT_FORMULA = 1, DIALECT_SQL = 2 };

/* How a call is written: as a call of the registered function, or by the compiler itself. */
enum function_emit {
	EMIT_CALL,
	EMIT_NOW,   /* the request's instant as a wall time, a bound parameter */
	EMIT_TODAY, /* its date */
	EMIT_ROWID,
	EMIT_COUNT_LINKS,
	EMIT_LOOKUP,
	EMIT_FIND_MAX,
	EMIT_FIND_MIN,
	EMIT_ROLLUP,
};

struct arena;
struct call;

struct function {
	const char *name; /* as documentation spells it: "dateAdd"; found in any letter case */
	int min_arguments;
	int max_arguments;  /* -1 = any number */
	const char *params; /* "" when there are none */
	enum function_result result;
	unsigned dialects; /* where SeaTable has it; both offer every function */
	enum function_emit emit;
	void (*run)(struct call *call); /* NULL unless emit is EMIT_CALL */
	const char *help;               /* one line */
	const char *example;            /* "round(1.005, 2) = 1.01" */
};

/* The row of a name in any letter case; NULL when there is none. */
const struct function *function_find(struct str name);
/* The rows in the table's order; NULL past the last one. */
const struct function *function_at(size_t index);
/* The letter of the parameter that the argument `index` (from 0) goes to. */
char function_param(const struct function *function, size_t index);
/* Does a call begin with the kinds text? */
bool function_takes_kinds(const struct function *function);
/* "f_dateadd" or "s_dateadd". */
struct str function_sql_name(const struct function *function, enum function_dialect dialect, struct arena *arena);
/* Makes all functions and helpers known to a connection. */
bool functions_register(sqlite3 *handle);

#endif
