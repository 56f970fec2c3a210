/* Dates as text: the forms that are accepted, stored, sent and shown (formulas.md 8 and 9, columns.md 3). A date cell
 * is a wall time of the server's zone. */
#ifndef ATOLL_MODEL_DATE_TEXT_H
#define ATOLL_MODEL_DATE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/str.h"

enum date_order { DATE_YEAR_FIRST, DATE_MONTH_FIRST, DATE_DAY_FIRST };
enum date_precision { DATE_DAY, DATE_MINUTE, DATE_SECOND };

/* A display format of date columns. */
struct date_format {
	const char *name; /* "DD.MM.YYYY HH:mm" */
	enum date_order order;
	char separator;
	bool padded; /* day and month have two digits */
	enum date_precision precision;
};

enum { DATE_TEXT_LEN = 32 }; /* any of the forms and a NUL */

/* NULL for a format that no column may have. */
const struct date_format *date_format_by_name(struct str name);
/* Reads any accepted form into a wall time of the server's zone; false for everything else and for impossible dates.
 * `day_first` decides what 1/2/2026 means; when only one order makes a date, that one is taken. */
bool date_parse(struct str text, bool day_first, struct civil *out);
/* The wall time of an instant in the server's zone; false outside the years 1 to 9999. */
bool date_from_ms(double instant_ms, struct civil *out);
/* The stored form: "2026-03-01", "2026-03-01 14:30" or "2026-03-01 14:30:05". Each of these writes a NUL and returns
 * the length. */
size_t date_print_stored(const struct civil *wall, enum date_precision precision, char into[DATE_TEXT_LEN]);
size_t date_print(const struct civil *wall, const struct date_format *format, char into[DATE_TEXT_LEN]);
/* Reads a stored form back; false when it is none. */
bool date_parse_stored(struct str stored, struct civil *out);
/* A stored form as "2026-03-01T00:00:00+01:00", with the server's offset at that time; 0 when it is no stored form. */
size_t date_stored_to_iso(struct str stored, char into[DATE_TEXT_LEN]);

#endif
