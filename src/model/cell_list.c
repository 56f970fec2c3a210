/* Cells that hold a list: people, image addresses, files. Stored as the JSON text that is sent out again. */
#include "core/json_in.h"
#include "core/map.h"
#include "model/cell_types.h"

enum { SET_SCANNED = 16 };

static bool text_set_has(struct text_set *set, struct str text)
{
	if (set->map)
		return map_get(set->map, text) != NULL;
	for (size_t i = 0; i < set->count; i++)
		if (str_equal(set->at[i], text))
			return true;
	return false;
}

void text_set_add(struct text_set *set, struct str text)
{
	if (text.len == 0 || text_set_has(set, text))
		return;
	set->at = arena_more(set->arena, set->at, set->count, sizeof(*set->at));
	set->at[set->count++] = text;
	if (set->count == SET_SCANNED + 1) {
		set->map = map_new(set->arena, 2 * set->count);
		for (size_t i = 0; i < set->count; i++)
			map_put(set->map, set->at[i], set);
	} else if (set->map) {
		map_put(set->map, text, set);
	}
}

/* The list when no text needs escaping, which is nearly always: straight into the arena. */
static bool plain_json(const struct text_set *set, struct str *out)
{
	size_t room = 2;

	for (size_t i = 0; i < set->count; i++) {
		for (size_t at = 0; at < set->at[i].len; at++)
			if ((unsigned char)set->at[i].at[at] < 0x20 || set->at[i].at[at] == '"' ||
			    set->at[i].at[at] == '\\')
				return false;
		room += set->at[i].len + 3;
	}
	char *text = arena_alloc(set->arena, room);
	size_t len = 0;
	for (size_t i = 0; i < set->count; i++) {
		text[len++] = i == 0 ? '[' : ',';
		text[len++] = '"';
		memcpy(text + len, set->at[i].at, set->at[i].len);
		len += set->at[i].len;
		text[len++] = '"';
	}
	text[len++] = ']';
	text[len] = '\0';
	*out = (struct str){ text, len };
	return true;
}

struct str text_set_json(const struct text_set *set)
{
	struct buf buf;
	struct json_out out = json_out_to(&buf);
	struct str text;

	if (set->count == 0)
		return (struct str){ 0 };
	if (plain_json(set, &text))
		return text;
	buf_init(&buf, SIZE_MAX / 4);
	json_array(&out);
	for (size_t i = 0; i < set->count; i++)
		json_string(&out, set->at[i]);
	json_array_end(&out);
	return json_take(set->arena, &buf);
}

static struct str user_of(const cJSON *value, struct cell_input *input)
{
	struct str text = value_text(value);

	if (text.len == 0 || str_ends_with(text, STR("@auth.local")))
		return text;
	return input->find_user ? input->find_user(input->find_user_ctx, input->arena, text) : (struct str){ 0 };
}

void cell_read_collaborator(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct text_set users = { .arena = input->arena };
	const cJSON *item;

	(void)column;
	if (cJSON_IsArray(value)) {
		cJSON_ArrayForEach(item, value) text_set_add(&users, user_of(item, input));
	} else {
		text_set_add(&users, user_of(value, input));
	}
	cell_set_text(out, text_set_json(&users));
}

static bool looks_like_url(struct str text)
{
	for (size_t i = 0; i + 3 <= text.len; i++)
		if (memcmp(text.at + i, "://", 3) == 0)
			return true;
	return str_starts_with(text, STR("/"));
}

/* A list is taken as it comes; of a text only what looks like an address. */
void cell_read_image(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct text_set urls = { .arena = input->arena };
	struct str part;
	const cJSON *item;

	(void)column;
	if (cJSON_IsArray(value)) {
		cJSON_ArrayForEach(item, value) text_set_add(&urls, value_text(item));
	} else {
		for (size_t at = 0; text_next_part(value_text(value), ' ', &at, &part);)
			text_set_add(&urls, looks_like_url(part) ? part : STR(""));
	}
	cell_set_text(out, text_set_json(&urls));
}

static bool is_file(const cJSON *item)
{
	return json_get_str(item, "name").len > 0 && cJSON_IsNumber(json_get(item, "size")) &&
	       json_get_str(item, "type").len > 0 && json_get_str(item, "url").len > 0;
}

/* What is no whole file is dropped; keys that only a client knows stay. */
void cell_read_file(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct buf buf;
	struct json_out json = json_out_to(&buf);
	const cJSON *item = cJSON_IsArray(value) ? value->child : value;
	bool any = false;

	(void)column;
	buf_init(&buf, SIZE_MAX / 4);
	json_array(&json);
	for (; item; item = cJSON_IsArray(value) ? item->next : NULL) {
		if (!is_file(item))
			continue;
		json_tree(&json, item);
		any = true;
	}
	json_array_end(&json);
	struct str list = json_take(input->arena, &buf);
	if (any)
		cell_set_text(out, list);
}

void cell_write_json(const struct column *column, const struct cell *cell, int form, struct json_out *out)
{
	(void)column;
	(void)form;
	json_raw(out, cell->text);
}

struct str cell_display_list(const struct column *column, const struct cell *cell, struct arena *arena)
{
	struct buf shown;
	struct error err;
	cJSON *list, *item;

	(void)column;
	if (!json_parse(arena, cell->text, &list, &err))
		return STR("");
	buf_init(&shown, SIZE_MAX / 4);
	cJSON_ArrayForEach(item, list)
	{
		if (shown.len > 0)
			buf_append_str(&shown, STR(", "));
		buf_append_str(&shown, json_str(item));
	}
	return json_take(arena, &shown);
}
