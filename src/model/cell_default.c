/* What a new row's cell holds when the row object says nothing about it (columns.md 5). */
#include "core/json_in.h"
#include "model/cell_types.h"
#include "model/date_text.h"

/* `text` with every {creator.name} and {creator.id} replaced, whatever their letter case. */
static struct str fill_in_creator(struct str text, const struct cell_input *input)
{
	static const struct str name = { "{creator.name}", 14 }, id = { "{creator.id}", 12 };
	struct buf buf;

	if (str_find_byte(text, '{', 0) == SIZE_MAX)
		return text;
	buf_init(&buf, SIZE_MAX / 4);
	for (size_t at = 0; at < text.len;) {
		if (str_equal_fold(str_slice(text, at, at + name.len), name)) {
			buf_append_str(&buf, input->author_name);
			at += name.len;
		} else if (str_equal_fold(str_slice(text, at, at + id.len), id)) {
			buf_append_str(&buf, input->author);
			at += id.len;
		} else {
			buf_append_byte(&buf, text.at[at++]);
		}
	}
	return json_take(input->arena, &buf);
}

/* Reads `text` as if it had been sent. */
static void read_text(const struct column *column, struct str text, struct cell_input *input, struct cell *out)
{
	cJSON value = { .type = cJSON_String, .valuestring = str_to_c(input->arena, text) };

	cell_read(column, &value, input, out);
}

static void default_date(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct str kind = json_get_str(column->data_tree, "default_date_type");
	int64_t days = 0;
	int sign = str_equal(kind, STR("days_before")) ? -1 : str_equal(kind, STR("days_after")) ? 1 : 0;
	struct civil wall;
	char text[DATE_TEXT_LEN];

	if (sign == 0 && !str_equal(kind, STR("current_date"))) {
		cell_read(column, value, input, out);
		return;
	}
	if (sign != 0 &&
	    (!json_get_int64(column->data_tree, "default_value", &days) || days < -4000000 || days > 4000000))
		return;
	if (!date_from_ms((double)input->now_ms, &wall))
		return;
	struct civil day = civil_from_days(civil_to_days(wall.year, wall.month, wall.day) + sign * days);
	wall.year = day.year;
	wall.month = day.month;
	wall.day = day.day;
	if (civil_is_valid(&wall))
		cell_set_text(out, str_copy(input->arena,
					    (struct str){ text, date_print_stored(&wall, column->date_format->precision,
										  text) }));
}

static void default_option(const struct column *column, struct str id, struct cell *out)
{
	const struct select_option *option = column_option_by_id(column, id);

	if (option)
		cell_set_text(out, option->id);
}

static void default_options(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct text_set ids = { .arena = input->arena };
	const cJSON *item;

	cJSON_ArrayForEach(item, value)
	{
		const struct select_option *option = column_option_by_id(column, json_str(item));
		if (option)
			text_set_add(&ids, option->id);
	}
	cell_set_text(out, text_set_json(&ids));
}

void cell_default(const struct column *column, struct cell_input *input, struct cell *out)
{
	const cJSON *value = json_get(column->data_tree, "default_value");

	*out = (struct cell){ .kind = CELL_EMPTY };
	if (!column->type->writable || !json_get_bool(column->data_tree, "enable_fill_default_value", false))
		return;
	switch (column->type->id) {
	case TYPE_text:
		if (value && value->valuestring)
			read_text(column, fill_in_creator(json_str(value), input), input, out);
		break;
	case TYPE_date:
		default_date(column, value, input, out);
		break;
	case TYPE_single_select:
		default_option(column, json_str(value), out);
		break;
	case TYPE_multiple_select:
		default_options(column, value, input, out);
		break;
	case TYPE_collaborator:
		if (!str_equal(json_get_str(column->data_tree, "default_collaborator_type"), STR("current_user")))
			cell_read(column, value, input, out);
		else if (input->author.at)
			read_text(column, input->author, input, out);
		break;
	default:
		cell_read(column, value, input, out);
	}
}
