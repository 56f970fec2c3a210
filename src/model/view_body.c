/* What a PUT makes of a view's body. Shapes are checked and unified here; whether a filter fits its column is not: that
 * is asked each time it is applied (views.md 1). */
#include "core/buf.h"
#include "core/json_in.h"
#include "model/cell_types.h"
#include "model/view_keys.h"

enum { BODY_MAX_BYTES = 1024 * 1024 };

/* A column by key or name becomes its key; what names no column stays as it is. */
static struct str column_key_of(const struct table *table, struct str text)
{
	const struct column *column = map_get(table->column_by_key, text);

	if (!column)
		column = map_get(table->column_by_name, text);
	return column ? column->key : text;
}

/* "does not contain" -> "does_not_contain" */
static void write_predicate(const cJSON *value, struct json_out *out)
{
	struct str text = json_str(value);
	char name[64];

	if (!text.at || text.len > sizeof(name)) {
		json_tree(out, value);
		return;
	}
	for (size_t i = 0; i < text.len; i++) {
		name[i] = text.at[i];
		if (name[i] == ' ')
			name[i] = '_';
	}
	json_string(out, (struct str){ name, text.len });
}

/* And or Or in any letter case; false for anything else. */
static bool write_conjunction(const cJSON *value, struct json_out *out)
{
	struct str text = json_str(value);
	bool is_and = str_equal_fold(text, STR("And"));

	json_string(out, is_and ? STR("And") : STR("Or"));
	return is_and || str_equal_fold(text, STR("Or"));
}

static bool write_items(const struct table *table, const cJSON *items, struct json_out *out);

/* A filter, a group of filters, a sort or a grouping. */
static bool write_item(const struct table *table, const cJSON *item, struct json_out *out)
{
	struct str key = json_get_str(item, "column_key");
	struct str name = json_get_str(item, "column_name");
	const cJSON *member;
	bool ok = true;

	json_object(out);
	if (key.at || name.at)
		json_field_str(out, "column_key", column_key_of(table, key.at ? key : name));
	cJSON_ArrayForEach(member, item)
	{
		if (strcmp(member->string, "column_key") == 0 || strcmp(member->string, "column_name") == 0)
			continue;
		json_key_str(out, str_from_c(member->string));
		if (strcmp(member->string, "filter_predicate") == 0)
			write_predicate(member, out);
		else if (strcmp(member->string, "filter_conjunction") == 0)
			ok = write_conjunction(member, out) && ok;
		else if (strcmp(member->string, "filters") == 0)
			ok = write_items(table, member, out) &&
			     ok; /* NOLINT(misc-no-recursion): json_parse() bounds the depth */
		else
			json_tree(out, member);
	}
	json_object_end(out);
	return ok;
}

/* Objects, of which the empty ones say nothing. */
static bool write_items(const struct table *table, const cJSON *items, struct json_out *out)
{
	const cJSON *item;
	bool ok = cJSON_IsArray(items);

	json_array(out);
	cJSON_ArrayForEach(item, items)
	{
		if (!cJSON_IsObject(item))
			ok = false;
		else if (item->child)
			ok = write_item(table, item, out) && ok; /* NOLINT(misc-no-recursion) */
	}
	json_array_end(out);
	return ok;
}

static bool write_column_keys(const struct table *table, const cJSON *keys, struct json_out *out)
{
	const cJSON *key;
	bool ok = cJSON_IsArray(keys);

	json_array(out);
	cJSON_ArrayForEach(key, keys)
	{
		ok = ok && cJSON_IsString(key);
		json_string(out, column_key_of(table, json_str(key)));
	}
	json_array_end(out);
	return ok;
}

static bool write_bool(const cJSON *value, struct json_out *out)
{
	json_bool(out, cJSON_IsTrue(value));
	return cJSON_IsBool(value);
}

static bool write_object(const cJSON *value, struct json_out *out)
{
	json_tree(out, value);
	return cJSON_IsObject(value);
}

/* One member that the change sets. False when its value has the wrong shape. */
static bool write_changed(const struct table *table, const cJSON *member, struct json_out *out)
{
	struct str key = str_from_c(member->string);

	if (str_equal(key, STR("filters")) || str_equal(key, STR("sorts")) || str_equal(key, STR("groupbys")))
		return write_items(table, member, out);
	if (str_equal(key, STR("hidden_columns")))
		return write_column_keys(table, member, out);
	if (str_equal(key, STR("filter_conjunction")))
		return write_conjunction(member, out);
	if (str_equal(key, STR("is_locked")))
		return write_bool(member, out);
	if (str_equal(key, STR("colorbys")) || str_equal(key, STR("column_colors")))
		return write_object(member, out);
	json_tree(out, member);
	return true;
}

static bool is_stored(const cJSON *member)
{
	const struct member *known = member_find(view_members, VIEW_MEMBERS, member->string);

	return !known || !known->written_by_us;
}

/* null where there is a default: back to that. */
static bool is_reset(const cJSON *member)
{
	return cJSON_IsNull(member) && member_find(view_members, VIEW_MEMBERS, member->string);
}

bool view_body_merge(struct arena *arena, const struct table *table, const cJSON *stored, const cJSON *changes,
		     struct str *out, struct error *err)
{
	struct buf buf;
	struct json_out json = json_out_to(&buf);
	const cJSON *member;
	bool ok = true;

	buf_init(&buf, BODY_MAX_BYTES);
	json_object(&json);
	cJSON_ArrayForEach(member, stored)
	{
		if (json_get(changes, member->string) || !is_stored(member))
			continue;
		json_key_str(&json, str_from_c(member->string));
		json_tree(&json, member);
	}
	cJSON_ArrayForEach(member, changes)
	{
		/* Of a key that comes twice, the one counts that json_get() finds. */
		if (!is_stored(member) || json_get(changes, member->string) != member || is_reset(member))
			continue;
		json_key_str(&json, str_from_c(member->string));
		ok = write_changed(table, member, &json) && ok;
	}
	json_object_end(&json);
	*out = json_take(arena, &buf);
	return (ok && out->at) || FAIL(err, params_invalid);
}
