/* Numbers and durations as text: what people write and what they are shown (columns.md 3, formulas.md 9). */
#ifndef ATOLL_MODEL_NUMBER_TEXT_H
#define ATOLL_MODEL_NUMBER_TEXT_H

#include <cJSON.h>
#include <stdbool.h>

#include "core/str.h"

struct arena;

enum number_kind { NUMBER_PLAIN, NUMBER_PERCENT, NUMBER_CURRENCY };

/* A number column's format. */
struct number_format {
	enum number_kind kind;
	struct str symbol; /* of a currency */
	bool symbol_after;
	char decimal;   /* '.' or ',' */
	char thousands; /* ',' '.' ' ', or 0 for none */
	int precision;  /* decimals, 0 to 8; -1 = as many as there are */
};

/* From a column's `data` (may be NULL); what is missing or makes no sense takes its default. */
struct number_format number_format_of(const cJSON *data);
/* "€1.234,50" */
struct str number_print(double number, const struct number_format *format, struct arena *arena);
/* Drops everything but digits, points and signs; "5%" is 0.05. With `comma_decimal` a last comma is the decimal point.
 * False when no number is left. */
bool number_parse(struct str text, bool comma_decimal, double *out);

/* "1:01", or "1:01:01" with seconds, and their decimals. */
struct str duration_print(double seconds, bool with_seconds, int decimals, struct arena *arena);
/* "h:mm" or, with seconds, "m:ss"; "h:mm:ss"; or a plain number of seconds. */
bool duration_parse(struct str text, bool with_seconds, double *out);

#endif
