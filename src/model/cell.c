/* Cells, whatever their type: reading and writing go through the table of column types. Also the small steps that the
 * types' own files share. */
#include "model/cell.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>

#include "model/cell_types.h"

void cell_read(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	assert(column->type->writable);
	*out = (struct cell){ .kind = CELL_EMPTY };
	if (!value || cJSON_IsNull(value) || (cJSON_IsString(value) && value->valuestring[0] == '\0'))
		return;
	column->type->read(column, value, input, out);
}

void cell_write(const struct column *column, const struct cell *cell, enum cell_form form, struct json_out *out)
{
	if (cell->kind == CELL_EMPTY || !column->type->write)
		json_null(out);
	else
		column->type->write(column, cell, (int)form, out);
}

struct str cell_display(const struct column *column, const struct cell *cell, struct arena *arena)
{
	if (cell->kind == CELL_EMPTY || !column->type->display)
		return STR("");
	return column->type->display(column, cell, arena);
}

void cell_set_number(struct cell *out, double number)
{
	if (isfinite(number))
		*out = (struct cell){ .kind = CELL_NUMBER, .number = number + 0.0 };
}

bool text_next_part(struct str text, char separator, size_t *at, struct str *part)
{
	while (*at < text.len) {
		size_t from = *at, to = from;
		while (to < text.len &&
		       !(separator == ' ' ? isspace((unsigned char)text.at[to]) : text.at[to] == separator))
			to++;
		*at = to + 1;
		*part = str_trim(str_slice(text, from, to));
		if (part->len > 0)
			return true;
	}
	return false;
}

struct str json_take(struct arena *arena, struct buf *buf)
{
	struct str text = { 0 };

	if (!buf_failed(buf))
		text = str_copy(arena, buf_str(buf));
	buf_free(buf);
	return text;
}

bool cell_equal(const struct cell *a, const struct cell *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case CELL_NUMBER:
		return a->number == b->number;
	case CELL_INTEGER:
		return a->integer == b->integer;
	case CELL_TEXT:
		return str_equal(a->text, b->text);
	default:
		return true;
	}
}
