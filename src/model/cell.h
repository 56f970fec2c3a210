/* One cell's value between JSON and SQLite: coerced on the way in, formatted on the way out (columns.md 3). */
#ifndef ATOLL_MODEL_CELL_H
#define ATOLL_MODEL_CELL_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/json_out.h"
#include "core/str.h"

struct arena;
struct column;
struct select_option;

enum { CELL_TEXT_MAX_CHARS = 10000, CELL_LONG_TEXT_MAX_CHARS = 100000 };

enum cell_kind { CELL_EMPTY, CELL_NUMBER, CELL_INTEGER, CELL_TEXT };

/* The value as SQLite holds it: REAL, INTEGER (checkbox 0/1, department), TEXT (also JSON lists, dates, option ids). */
struct cell {
	enum cell_kind kind;
	double number;
	int64_t integer;
	struct str text;
};

/* How cells are written out (base-operations.md 1.3; columns.md 3, "other shapes"). */
enum cell_form {
	FORM_IDS = 0,       /* shape A and B without convert_keys: option ids */
	FORM_NAMES = 1,     /* shape A and B with convert_keys: option names */
	FORM_LEGACY = 2,    /* shape C: option names, dates as stored */
	FORM_OPERATION = 3, /* first_row, rows of return_rows, table objects, journal: ids, dates as stored */
};

/* What coercion needs beside the value. */
struct cell_input {
	struct arena *arena;
	int64_t now_ms;
	struct str author; /* for defaults: {creator.name}, current_user; absent for API tokens */
	struct str author_name;
	/* The user name ("<32 hex>@auth.local") of a name or contact address when unambiguous, else the absent slice.
	 * May be NULL. */
	struct str (*find_user)(void *ctx, struct arena *arena, struct str text);
	void *find_user_ctx;
	/* Called for an option name that the column lacks: makes it (in the model and for storing) and returns it; NULL
	 * drops the value. The pointer may be NULL: then unknown names are dropped. */
	const struct select_option *(*make_option)(void *ctx, const struct column *column, struct str name);
	void *make_option_ctx;
};

/* Coerces a JSON value for a column. null, "" and values of a wrong kind give CELL_EMPTY. Asserts that the type is
 * writable. */
void cell_read(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out);
/* The column's default for a cell that the row object lacks (columns.md 5); CELL_EMPTY when it has none. */
void cell_default(const struct column *column, struct cell_input *input, struct cell *out);
/* Do both hold the same value? */
bool cell_equal(const struct cell *a, const struct cell *b);
/* Writes the cell; an empty one is null. */
void cell_write(const struct column *column, const struct cell *cell, enum cell_form form, struct json_out *out);
/* The cell as people see it (formulas.md 9): what converting a column's type reads again, and what exports show. */
struct str cell_display(const struct column *column, const struct cell *cell, struct arena *arena);
/* Text for another type's reader: display text, or a JSON list of names for list types, as a JSON tree in the arena.
 * NULL for an empty cell. (columns.md 6) */
const cJSON *cell_for_conversion(const struct column *column, const struct cell *cell, struct arena *arena);

#endif
