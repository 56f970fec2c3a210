/* Cells of select columns: stored by option id, so that renaming an option changes no row, and written and read by
 * name. A cell that names a deleted option is as good as empty. */
#include "model/cell_types.h"
#include "model/option.h"

/* The id of the option of that name, made when the column lacks it; absent when there is none. */
static struct str option_id_of(const struct column *column, struct str name, struct cell_input *input)
{
	const struct select_option *option = column_option_by_name(column, name);

	if (!option) {
		name = option_name_cut(name);
		option = column_option_by_name(column, name);
	}
	if (!option && name.len > 0 && input->make_option)
		option = input->make_option(input->make_option_ctx, column, name);
	return option ? option->id : (struct str){ 0 };
}

/* A name; numbers count as their text. */
static struct str name_of(const cJSON *value, struct arena *arena)
{
	char digits[32];

	if (value->valuestring || !cJSON_IsNumber(value))
		return value_text(value);
	return str_copy(arena, (struct str){ digits, json_format_double(value->valuedouble, digits) });
}

void cell_read_single_select(const struct column *column, const cJSON *value, struct cell_input *input,
			     struct cell *out)
{
	cell_set_text(out, option_id_of(column, name_of(value, input->arena), input));
}

/* One text for several names: an option of just that name, else what stands between ", " (as lists are shown), else
 * between blanks. */
static void add_names(const struct column *column, struct str text, struct cell_input *input, struct text_set *ids)
{
	char separator = ' ';
	struct str part;

	if (column_option_by_name(column, text)) {
		text_set_add(ids, option_id_of(column, text, input));
		return;
	}
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.at[i] == ',' && text.at[i + 1] == ' ')
			separator = ',';
	for (size_t at = 0; text_next_part(text, separator, &at, &part);)
		text_set_add(ids, option_id_of(column, part, input));
}

void cell_read_multiple_select(const struct column *column, const cJSON *value, struct cell_input *input,
			       struct cell *out)
{
	struct text_set ids = { .arena = input->arena };
	const cJSON *item;

	if (cJSON_IsArray(value)) {
		cJSON_ArrayForEach(item, value)
			text_set_add(&ids, option_id_of(column, name_of(item, input->arena), input));
	} else {
		add_names(column, name_of(value, input->arena), input, &ids);
	}
	cell_set_text(out, text_set_json(&ids));
}

void cell_write_single_select(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	const struct select_option *option = column_option_by_id(column, cell->text);

	if (!option)
		json_null(out);
	else
		json_string(out, form == FORM_NAMES || form == FORM_LEGACY ? option->name : option->id);
}

/* The next member of the stored JSON list of plain texts (no escapes), from *at, which begins at 0. False at the end or
 * at anything else. */
static bool next_id(struct str list, size_t *at, struct str *id)
{
	size_t from = str_find_byte(list, '"', *at);

	if (from == SIZE_MAX)
		return false;
	size_t to = str_find_byte(list, '"', from + 1);
	if (to == SIZE_MAX)
		return false;
	*id = str_slice(list, from + 1, to);
	*at = to + 1;
	return true;
}

void cell_write_multiple_select(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	bool names = form == FORM_NAMES || form == FORM_LEGACY;
	bool any = false;
	struct str id;

	for (size_t at = 0; next_id(cell->text, &at, &id);) {
		const struct select_option *option = column_option_by_id(column, id);
		if (!option)
			continue;
		if (!any)
			json_array(out);
		any = true;
		json_string(out, names ? option->name : option->id);
	}
	if (any)
		json_array_end(out);
	else
		json_null(out);
}

struct str cell_display_single_select(const struct column *column, const struct cell *cell, struct arena *arena)
{
	const struct select_option *option = column_option_by_id(column, cell->text);

	(void)arena;
	return option ? option->name : STR("");
}

struct str cell_display_multiple_select(const struct column *column, const struct cell *cell, struct arena *arena)
{
	struct buf shown;
	struct str id;

	buf_init(&shown, SIZE_MAX / 4);
	for (size_t at = 0; next_id(cell->text, &at, &id);) {
		const struct select_option *option = column_option_by_id(column, id);
		if (!option)
			continue;
		if (shown.len > 0)
			buf_append_str(&shown, STR(", "));
		buf_append_str(&shown, option->name);
	}
	return json_take(arena, &shown);
}
