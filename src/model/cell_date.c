/* Cells that hold a date, and the times of a row. A date is stored as text that sorts as time does: "2026-03-01", with
 * " 14:30" when the column's format has a time, with seconds when it has those (columns.md 3). */
#include "core/clock.h"
#include "model/cell_types.h"
#include "model/date_text.h"

void cell_read_date(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct str text = value_text(value);
	struct civil wall;
	char stored[DATE_TEXT_LEN];

	if (text.at ? !date_parse(text, column->date_day_first, &wall)
		    : !cJSON_IsNumber(value) || !date_from_ms(value->valuedouble, &wall))
		return;
	struct str canonical = { stored, date_print_stored(&wall, column->date_format->precision, stored) };
	cell_set_text(out, text.at && str_equal(text, canonical) ? text : str_copy(input->arena, canonical));
}

void cell_write_date(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	char iso[DATE_TEXT_LEN];
	size_t len = 0;

	(void)column;
	if (form == FORM_IDS || form == FORM_NAMES)
		len = date_stored_to_iso(cell->text, iso);
	json_string(out, len > 0 ? (struct str){ iso, len } : cell->text);
}

struct str cell_display_date(const struct column *column, const struct cell *cell, struct arena *arena)
{
	char text[DATE_TEXT_LEN];
	struct civil wall;

	if (!date_parse_stored(cell->text, &wall))
		return cell->text;
	return str_copy(arena, (struct str){ text, date_print(&wall, column->date_format, text) });
}

/* The times of a row are milliseconds since 1970; UTC outside, the server's zone where people look. */
void cell_write_time(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	char text[CLOCK_TEXT_LEN];

	(void)column;
	(void)form;
	json_string(out, (struct str){ text, clock_format_utc_ms(cell->integer, text) });
}

struct str cell_display_time(const struct column *column, const struct cell *cell, struct arena *arena)
{
	char text[DATE_TEXT_LEN];
	struct civil wall;

	(void)column;
	if (!date_from_ms((double)cell->integer, &wall))
		return STR("");
	return str_copy(arena, (struct str){ text, date_print_stored(&wall, DATE_SECOND, text) });
}
