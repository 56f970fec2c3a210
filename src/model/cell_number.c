/* Cells that hold a number: number, rate, duration (seconds), checkbox (0 or 1), department (an id). */
#include <math.h>

#include "model/cell_types.h"
#include "model/number_text.h"

void cell_read_number(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	bool comma = column->number_format && column->number_format->decimal == ',';
	double number;

	(void)input;
	if (cJSON_IsNumber(value))
		cell_set_number(out, value->valuedouble);
	else if (value->valuestring && number_parse(value_text(value), comma, &number))
		cell_set_number(out, number);
}

void cell_read_duration(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	double seconds;

	(void)input;
	if (cJSON_IsNumber(value))
		cell_set_number(out, value->valuedouble);
	else if (value->valuestring && duration_parse(value_text(value), column->duration_has_seconds, &seconds))
		cell_set_number(out, seconds);
}

void cell_read_checkbox(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct str text = value_text(value);
	bool on = cJSON_IsTrue(value) || (cJSON_IsNumber(value) && value->valuedouble == 1) ||
		  (text.at &&
		   (str_equal_fold(text, STR("true")) || str_equal(text, STR("1")) || str_equal_fold(text, STR("on"))));

	(void)column;
	(void)input;
	cell_set_integer(out, on);
}

void cell_read_department(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	int64_t id;

	(void)column;
	(void)input;
	if (cJSON_IsNumber(value) && value->valuedouble == floor(value->valuedouble) && fabs(value->valuedouble) < 9e15)
		cell_set_integer(out, (int64_t)value->valuedouble);
	else if (cJSON_IsString(value) && str_to_int64(str_trim(value_text(value)), &id))
		cell_set_integer(out, id);
}

void cell_write_number(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	(void)column;
	(void)form;
	json_number(out, cell->number);
}

void cell_write_checkbox(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	(void)column;
	(void)form;
	json_bool(out, cell->integer != 0);
}

void cell_write_integer(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	(void)column;
	(void)form;
	json_int(out, cell->integer);
}

struct str cell_display_number(const struct column *column, const struct cell *cell, struct arena *arena)
{
	return number_print(cell->number, column->number_format, arena);
}

/* No stars look like an empty cell. */
struct str cell_display_rate(const struct column *column, const struct cell *cell, struct arena *arena)
{
	char digits[32];

	(void)column;
	if (cell->number == 0)
		return STR("");
	return str_copy(arena, (struct str){ digits, json_format_double(cell->number, digits) });
}

struct str cell_display_duration(const struct column *column, const struct cell *cell, struct arena *arena)
{
	return duration_print(cell->number, column->duration_has_seconds, column->duration_decimals, arena);
}

struct str cell_display_checkbox(const struct column *column, const struct cell *cell, struct arena *arena)
{
	(void)column;
	(void)arena;
	return cell->integer ? STR("true") : STR("false");
}

struct str cell_display_integer(const struct column *column, const struct cell *cell, struct arena *arena)
{
	(void)column;
	return str_format(arena, "%lld", (long long)cell->integer);
}
