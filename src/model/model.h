/* What a base is, as plain structs: its tables, columns, views. Read-only once built; no SQLite here.
 *
 * A model lives in an arena of its own and is shared by reference count: requests that run while the schema changes
 * keep the one they began with. */
#ifndef ATOLL_MODEL_MODEL_H
#define ATOLL_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/json_out.h"
#include "core/map.h"
#include "core/str.h"
#include "model/column_type.h"

struct arena;
struct date_format;
struct link;
struct number_format;

/* An option of a select column (columns.md 4). */
struct select_option {
	struct str id;
	struct str name;
	struct str color, text_color, border_color; /* absent when not given */
	size_t position;                            /* in the column's list: the order of sorting */
};

struct column {
	struct str key;
	struct str name;
	const struct column_type *type;
	struct str data;        /* JSON text as stored, or the absent slice for null */
	const cJSON *data_tree; /* the same, parsed; NULL for null */
	struct str more;        /* JSON object of echoed keys (permissions, description, colorbys) */
	const cJSON *more_tree; /* the same, parsed; NULL for none */
	int width;
	bool frozen;
	size_t position;
	/* Parsed from data, for the types that have it. */
	struct select_option *options;
	size_t option_count;
	struct map *option_by_name, *option_by_id;
	bool date_has_time;                    /* date: the format has HH:mm */
	bool date_day_first;                   /* date: DD/MM/YYYY or DD.MM.YYYY or D/M/YYYY */
	const struct date_format *date_format; /* date, else NULL */
	bool duration_has_seconds;
	int duration_decimals;                     /* duration: decimals of its seconds, 0 to 3 */
	bool is_percent;                           /* number: format percent */
	const struct number_format *number_format; /* number, else NULL */
	struct link *link;                         /* link (model/link.h), else NULL */
	/* Made once for speed: `"name":` and `"key":` */
	struct str json_name, json_key;
};

struct view {
	struct str id, name, type;
	struct str body; /* JSON object: every other key */
	const cJSON *body_tree;
	size_t position;
};

struct table {
	struct str id, name;
	struct str more;        /* JSON object of echoed keys */
	const cJSON *more_tree; /* the same, parsed; NULL for none */
	size_t position;
	struct column **columns; /* in order */
	size_t column_count;
	struct view *views; /* in order */
	size_t view_count;
	struct map *column_by_name, *column_by_key;
};

struct model {
	struct str stamp;     /* base_info.schema_stamp it was read at */
	struct str settings;  /* JSON object */
	struct table *tables; /* in order */
	size_t table_count;
	struct arena *arena;
	_Atomic int references;
};

/* ---- finding (base-operations.md 1.1) ---- */

/* A table as a client names it: by id, by name, or either in the place of the other. Slices may be absent. */
struct table_ref {
	struct str id, name;
};

/* Ids first, then `id` as a name, then `name`, then `name` as an id. E_table_not_found. */
const struct table *model_find_table(const struct model *model, const struct table_ref *ref, struct error *err);
/* By exact name, else by key. NULL when there is none. */
const struct column *table_find_column(const struct table *table, struct str name_or_key);
/* By id (view_ref.id), name, or either in the place of the other; E_view_not_found. */
const struct view *table_find_view(const struct table *table, const struct table_ref *ref, struct error *err);
const struct select_option *column_option_by_id(const struct column *column, struct str id);
const struct select_option *column_option_by_name(const struct column *column, struct str name);

/* ---- building ---- */

/* An empty model with one reference and an arena of its own. */
struct model *model_new(void);
/* One from the API's description of a base (model_write(), or its "tables" alone), without views. E_param_invalid. */
bool model_read(const cJSON *description, struct model **out, struct error *err);
void model_retain(struct model *model);
/* Drops a reference (the last one frees) and sets *model to NULL. */
void model_release(struct model **model);
/* Fills the parsed members of a column from key, name, type, data (all in `arena`). Broken data counts as none. */
void column_prepare(struct arena *arena, struct column *column);
/* Builds the maps of a table once its columns are there, and parses `more` and those bodies of its views that are
 * not parsed yet. */
void table_prepare(struct arena *arena, struct table *table);

/* ---- checking what clients send ---- */

/* The `data` to store for a new column or new settings: what was sent, unknown keys kept, with the type's defaults
 * added and missing option ids made (columns.md 2, 4). *out is JSON text in the arena, or the absent slice for null.
 * E_column_data_invalid for settings that don't fit the type. */
bool column_data_normalize(struct arena *arena, const struct column_type *type, const cJSON *data, struct str *out,
			   struct error *err);
/* The body of a view to store, from the stored one and a PUT's body: absent keys stay, `[{}]` or `[]` clears a list,
 * empty objects are dropped, column_name becomes column_key (views.md 1). */
bool view_body_merge(struct arena *arena, const struct table *table, const cJSON *stored, const cJSON *changes,
		     struct str *out, struct error *err);
/* A usable name for a table, view or column: 1 to 255 characters, no control characters; trimmed. E_param_invalid
 * naming `what`. */
bool model_check_name(struct arena *arena, struct str name, const char *what, struct str *out, struct error *err);
/* A short id (id_new_short) that no entry of `taken` equals, case ignored. */
struct str model_free_id(struct arena *arena, const struct str *taken, size_t count);

/* ---- writing JSON (columns.md 1 and 7) ---- */

void column_write(const struct column *column, struct json_out *out);
/* The members type and data alone, into the open object. */
void column_write_type_and_data(const struct column *column, struct json_out *out);
/* Its members alone, into the open object. */
void column_write_members(const struct column *column, struct json_out *out);
void view_write(const struct view *view, struct json_out *out);
/* A table of the metadata answer: without rows. */
void table_write(const struct table *table, struct json_out *out);
/* The members of a table object, for answers that add `rows` and `id_row_map` behind them. */
void table_write_members(const struct table *table, struct json_out *out);
/* What a base is told to be besides its tables: version, format_version, settings; members of the open object. */
void model_write_head(const struct model *model, int64_t version, struct json_out *out);
/* {"metadata": ...}'s inner object. */
void model_write(const struct model *model, int64_t version, struct json_out *out);

#endif
