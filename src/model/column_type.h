/* The column types, as a table: defs/column_types.def. One row says how a type is stored, what it accepts and how it is
 * written; the functions of its cells are in cell_*.c. Facts: columns.md 2 and 3. */
#ifndef ATOLL_MODEL_COLUMN_TYPE_H
#define ATOLL_MODEL_COLUMN_TYPE_H

#include <cJSON.h>
#include <stdbool.h>

#include "core/error.h"
#include "core/json_out.h"
#include "core/str.h"

struct arena;
struct cell;
struct cell_input;
struct column;

enum column_type_id {
#define COLUMN_TYPE(id, ...) TYPE_##id,
#include "defs/column_types.def"
#undef COLUMN_TYPE
	COLUMN_TYPE_COUNT
};

/* How a cell lies in SQLite. */
enum column_storage {
	STORED_TEXT,    /* TEXT */
	STORED_NUMBER,  /* REAL */
	STORED_BOOL,    /* INTEGER 0 or 1 */
	STORED_INTEGER, /* INTEGER */
	STORED_JSON,    /* TEXT holding a JSON list or object */
	STORED_SYSTEM,  /* in one of the row's own columns (_creator, _ctime, _last_modifier, _mtime) */
	STORED_NOT,     /* computed when read (link, formula, link-formula, button) */
};

struct column_type {
	enum column_type_id id;
	enum column_storage storage;
	const char *name;         /* "single-select" */
	const char *sqlite_type;  /* "TEXT", "REAL", "INTEGER"; NULL when not stored in a column of its own */
	bool writable;            /* may a client set its cells? */
	bool can_be_first;        /* may it be a table's first column? */
	bool can_create;          /* may a column of it be made by the API now? */
	const char *default_data; /* JSON used when the caller gives none; NULL = null */
	const char *system_key;   /* "_ctime" ...: its column's key, or NULL */
	/* Coerces JSON into a cell; a value that does not fit gives an empty cell, never an error
	 * (base-operations.md 1.2). NULL when not writable. */
	void (*read)(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out);
	/* Writes a non-empty cell as JSON. NULL when always null. */
	void (*write)(const struct column *column, const struct cell *cell, int form, struct json_out *out);
	/* A non-empty cell as people see it. NULL when it shows nothing. */
	struct str (*display)(const struct column *column, const struct cell *cell, struct arena *arena);
};

const struct column_type *column_type_by_id(enum column_type_id id);
/* NULL for an unknown name. */
const struct column_type *column_type_by_name(struct str name);

/* May a column's key be put into SQL text, quoted? 4 characters, or one of the system keys. */
bool key_is_safe(struct str key);

#endif
