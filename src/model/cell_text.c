/* Cells of the text types. Texts are cut at the limits of base-operations.md 1.4, never refused. */
#include "core/json_in.h"
#include "model/cell_types.h"

static struct str cut(struct str text, size_t max_chars)
{
	return text.len <= max_chars ? text : str_prefix_chars(text, max_chars);
}

/* The text of any scalar; absent for lists and objects. */
static struct str scalar_text(const cJSON *value, struct arena *arena)
{
	char digits[32];

	if (value->valuestring)
		return value_text(value);
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? STR("true") : STR("false");
	if (!cJSON_IsNumber(value))
		return (struct str){ 0 };
	return str_copy(arena, (struct str){ digits, json_format_double(value->valuedouble, digits) });
}

void cell_read_text(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	(void)column;
	cell_set_text(out, cut(scalar_text(value, input->arena), CELL_TEXT_MAX_CHARS));
}

/* The editors' object form, {"text", "preview", "images", "links", "checklist"}: all but the text follows from the
 * text. */
void cell_read_long_text(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	(void)column;
	struct str text = cJSON_IsObject(value) ? json_get_str(value, "text") : scalar_text(value, input->arena);

	cell_set_text(out, cut(text, CELL_LONG_TEXT_MAX_CHARS));
}

void cell_write_text(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	(void)column;
	(void)form;
	json_string(out, cell->text);
}

void cell_write_long_text(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	(void)column;
	if (form != FORM_OPERATION) {
		json_string(out, cell->text);
		return;
	}
	json_object(out);
	json_field_str(out, "text", cell->text);
	json_object_end(out);
}

struct str cell_display_text(const struct column *column, const struct cell *cell, struct arena *arena)
{
	(void)column;
	(void)arena;
	return cell->text;
}
