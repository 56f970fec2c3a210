/* What the files of cells share: the functions of the column types (rows of defs/column_types.def) and the small steps
 * that several of them are made of. Nobody outside src/model/ includes it. */
#ifndef ATOLL_MODEL_CELL_TYPES_H
#define ATOLL_MODEL_CELL_TYPES_H

#include "core/arena.h"
#include "core/buf.h"
#include "model/cell.h"
#include "model/model.h"

#define CELL_READER(name) void name(const struct column *, const cJSON *, struct cell_input *, struct cell *)
#define CELL_WRITER(name) void name(const struct column *, const struct cell *, int form, struct json_out *)
#define CELL_DISPLAY(name) struct str name(const struct column *, const struct cell *, struct arena *)

/* cell_text.c */
CELL_READER(cell_read_text);
CELL_READER(cell_read_long_text);
CELL_WRITER(cell_write_text);
CELL_WRITER(cell_write_long_text);
CELL_DISPLAY(cell_display_text);

/* cell_number.c */
CELL_READER(cell_read_number);
CELL_READER(cell_read_duration);
CELL_READER(cell_read_checkbox);
CELL_READER(cell_read_department);
CELL_WRITER(cell_write_number);
CELL_WRITER(cell_write_checkbox);
CELL_WRITER(cell_write_integer);
CELL_DISPLAY(cell_display_number);
CELL_DISPLAY(cell_display_rate);
CELL_DISPLAY(cell_display_duration);
CELL_DISPLAY(cell_display_checkbox);
CELL_DISPLAY(cell_display_integer);

/* cell_date.c */
CELL_READER(cell_read_date);
CELL_WRITER(cell_write_date);
CELL_WRITER(cell_write_time);
CELL_DISPLAY(cell_display_date);
CELL_DISPLAY(cell_display_time);

/* cell_select.c */
CELL_READER(cell_read_single_select);
CELL_READER(cell_read_multiple_select);
CELL_WRITER(cell_write_single_select);
CELL_WRITER(cell_write_multiple_select);
CELL_DISPLAY(cell_display_single_select);
CELL_DISPLAY(cell_display_multiple_select);

/* cell_list.c */
CELL_READER(cell_read_collaborator);
CELL_READER(cell_read_image);
CELL_READER(cell_read_file);
CELL_WRITER(cell_write_json);
CELL_DISPLAY(cell_display_list);

/* cell_geo.c, cell_sign.c */
CELL_READER(cell_read_geolocation);
CELL_DISPLAY(cell_display_geolocation);
CELL_READER(cell_read_digital_sign);

/* Readers get CELL_EMPTY in `out` and leave it when the value does not fit. */

static inline void cell_set_text(struct cell *out, struct str text)
{
	if (text.len > 0)
		*out = (struct cell){ .kind = CELL_TEXT, .text = text };
}

static inline void cell_set_integer(struct cell *out, int64_t integer)
{
	*out = (struct cell){ .kind = CELL_INTEGER, .integer = integer };
}

/* Does nothing for what is not finite. -0 becomes 0. */
void cell_set_number(struct cell *out, double number);

/* The text of a value: a string's, or what cell_for_conversion() put beside a number or list; else absent. */
static inline struct str value_text(const cJSON *value)
{
	return str_from_c(value->valuestring);
}

/* Texts without repetition, in the order they were added (cell_list.c). */
struct text_set {
	struct arena *arena;
	struct str *at;
	size_t count;
	struct map *map; /* from the 17th on */
};

/* Adds a text that is there not yet; the text is not copied. */
void text_set_add(struct text_set *set, struct str text);
/* The set as the text of a JSON list; the absent slice when it is empty. */
struct str text_set_json(const struct text_set *set);

/* The next part of `text` between `separator`s, trimmed and not empty; moves *at behind it. False at the end. The
 * separator ' ' stands for any white space. */
bool text_next_part(struct str text, char separator, size_t *at, struct str *part);

/* What was written into `buf`, in the arena; frees the buffer. The absent slice when it had failed. */
struct str json_take(struct arena *arena, struct buf *buf);

#endif
