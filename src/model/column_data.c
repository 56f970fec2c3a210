/* The settings of columns as clients send them: checked against the rules below, completed with defaults, otherwise
 * kept as they are, keys that we don't know included (columns.md 2 and 4). */
#include <assert.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/id.h"
#include "core/json_in.h"
#include "core/map.h"
#include "model/date_text.h"
#include "model/model.h"
#include "model/option.h"

enum { DATA_MAX_BYTES = 4 * 1024 * 1024, CHOICES = 8 };

/* What a setting may hold; null is always fine. A setting with choices is a text, one with a range an integer. */
static const struct rule {
	enum column_type_id type;
	const char *key;
	const char *choices[CHOICES];
	int min, max;
} rules[] = {
	{ TYPE_number, "format", { "number", "percent", "dollar", "euro", "yuan", "custom_currency" }, 0, 0 },
	{ TYPE_number, "decimal", { "dot", "comma" }, 0, 0 },
	{ TYPE_number, "thousands", { "no", "comma", "dot", "space" }, 0, 0 },
	{ TYPE_number, "currency_symbol_position", { "before", "after" }, 0, 0 },
	{ TYPE_number, "precision", { NULL }, 0, 8 },
	{ TYPE_rate, "rate_max_number", { NULL }, 1, 10 },
	{ TYPE_duration, "format", { "duration" }, 0, 0 },
	{ TYPE_duration, "duration_format", { "h:mm", "h:mm:ss", "h:mm:ss.s", "h:mm:ss.ss", "h:mm:ss.sss" }, 0, 0 },
	{ TYPE_date, "default_date_type", { "specific_date", "current_date", "days_before", "days_after" }, 0, 0 },
	{ TYPE_collaborator, "default_collaborator_type", { "specific_users", "current_user" }, 0, 0 },
	{ TYPE_geolocation,
	  "geo_format",
	  { "geolocation", "lng_lat", "country_region", "province", "province_city", "province_city_district",
	    "map_selection" },
	  0,
	  0 },
	{ TYPE_auto_number, "prefix_type", { "string", "date", "" }, 0, 0 },
	{ TYPE_auto_number, "digits", { NULL }, 1, 20 },
};

static bool fits(const struct rule *rule, const cJSON *value)
{
	struct str text = json_str(value);

	if (!value || cJSON_IsNull(value))
		return true;
	if (!rule->choices[0])
		return cJSON_IsNumber(value) && value->valuedouble == (double)(int)value->valuedouble &&
		       value->valuedouble >= rule->min && value->valuedouble <= rule->max;
	for (size_t i = 0; i < CHOICES && rule->choices[i]; i++)
		if (text.at && str_equal_c(text, rule->choices[i]))
			return true;
	return false;
}

static bool settings_fit(const struct column_type *type, const cJSON *data)
{
	const cJSON *format = json_get(data, "format");

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].type == type->id && !fits(&rules[i], json_get(data, rules[i].key)))
			return false;
	return type->id != TYPE_date || !format || cJSON_IsNull(format) || date_format_by_name(json_str(format));
}

static bool has_options(const struct column_type *type)
{
	return type->id == TYPE_single_select || type->id == TYPE_multiple_select;
}

/* ---- options ---- */

/* The id that a client chose: a text, or a number as its text; absent when it left it to us. */
static struct str given_id(struct arena *arena, const cJSON *option)
{
	const cJSON *id = json_get(option, "id");
	char digits[32];

	if (!cJSON_IsNumber(id))
		return json_str(id);
	return str_copy(arena, (struct str){ digits, json_format_double(id->valuedouble, digits) });
}

static struct str free_option_id(struct arena *arena, struct map *ids)
{
	struct str id;

	do {
		uint32_t number;
		id_random_bytes(&number, sizeof(number));
		id = str_format(arena, "%u", (unsigned)(number % 1000000));
	} while (!map_put(ids, id, ids));
	return id;
}

/* Every option has a name of its own, and an id of its own or none. Fills `ids` with those given. */
static bool options_fit(struct arena *arena, const cJSON *options, struct map *ids)
{
	struct map *names = map_new(arena, 64);
	const cJSON *option;
	int count = 0;

	if (!cJSON_IsArray(options))
		return false;
	cJSON_ArrayForEach(option, options)
	{
		struct str name = json_get_str(option, "name");
		struct str id = given_id(arena, option);
		if (!cJSON_IsObject(option) || ++count > OPTION_MAX_COUNT)
			return false;
		if (option_name_cut(name).len == 0 || option_name_cut(name).len < str_trim(name).len ||
		    !map_put(names, name, names))
			return false;
		if (id.len > 0 && (!option_id_is_fine(id) || !map_put(ids, id, ids)))
			return false;
	}
	return true;
}

/* Members of `object` but those named by `skip`. */
static void write_members_except(const cJSON *object, const char *const *skip, struct json_out *out)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, object)
	{
		bool skipped = false;
		for (size_t i = 0; skip[i]; i++)
			skipped = skipped || strcmp(member->string, skip[i]) == 0;
		if (skipped)
			continue;
		json_key_str(out, str_from_c(member->string));
		json_tree(out, member);
	}
}

static void write_options(struct arena *arena, const cJSON *options, struct map *ids, struct json_out *out)
{
	static const char *const ours[] = { "id", "name", "color", "textColor", NULL };
	const cJSON *option;
	size_t count = 0;

	json_array(out);
	cJSON_ArrayForEach(option, options)
	{
		const struct option_color *made = option_color_for(count++);
		struct str id = given_id(arena, option);
		struct str color = json_get_str(option, "color"), text_color = json_get_str(option, "textColor");
		json_object(out);
		json_field_str(out, "id", id.len > 0 ? id : free_option_id(arena, ids));
		json_field_str(out, "name", json_get_str(option, "name"));
		json_field_str(out, "color", color.len > 0 ? color : str_from_c(made->color));
		json_field_str(out, "textColor", text_color.len > 0 ? text_color : str_from_c(made->text_color));
		write_members_except(option, ours, out);
		json_object_end(out);
	}
	json_array_end(out);
}

/* ---- the whole ---- */

/* The type's defaults as a tree. Stars are all or nothing: settings that lack some are not completed (columns.md 2). */
static const cJSON *defaults_of(struct arena *arena, const struct column_type *type)
{
	struct error err;
	cJSON *tree = NULL;

	if (type->default_data && type->id != TYPE_rate)
		if (!json_parse(arena, str_from_c(type->default_data), &tree, &err))
			assert(!"the defaults in column_types.def are JSON");
	return tree;
}

/* Does a default take the place of what was given? Of nothing, and of null unless null is the default. */
static bool is_replaced(const cJSON *given, const cJSON *fallback)
{
	return fallback && (!given || cJSON_IsNull(given)) && !(given && cJSON_IsNull(fallback));
}

static void write_data(struct arena *arena, const struct column_type *type, const cJSON *data, struct map *ids,
		       struct json_out *out)
{
	const cJSON *defaults = defaults_of(arena, type);
	const cJSON *member;

	json_object(out);
	cJSON_ArrayForEach(member, data)
	{
		if (is_replaced(member, json_get(defaults, member->string)))
			continue;
		json_key_str(out, str_from_c(member->string));
		if (has_options(type) && strcmp(member->string, "options") == 0)
			write_options(arena, member, ids, out);
		else
			json_tree(out, member);
	}
	cJSON_ArrayForEach(member, defaults)
	{
		if (!is_replaced(json_get(data, member->string), member))
			continue;
		json_key(out, member->string);
		json_tree(out, member);
	}
	json_object_end(out);
}

static bool refuse(struct arena *arena, const cJSON *data, struct error *err)
{
	return FAIL_WITH(err, column_data_invalid, json_tree_text(arena, data));
}

bool column_data_normalize(struct arena *arena, const struct column_type *type, const cJSON *data, struct str *out,
			   struct error *err)
{
	struct map *ids = map_new(arena, 64);
	const cJSON *options = json_get(data, "options");
	struct buf buf;
	struct json_out json = json_out_to(&buf);

	*out = str_from_c(type->default_data);
	if (!data || cJSON_IsNull(data))
		return true;
	if (!cJSON_IsObject(data) || !settings_fit(type, data))
		return refuse(arena, data, err);
	if (has_options(type) && options && !cJSON_IsNull(options) && !options_fit(arena, options, ids))
		return refuse(arena, data, err);

	buf_init(&buf, DATA_MAX_BYTES);
	write_data(arena, type, data, ids, &json);
	bool fit = !buf_failed(&buf);
	if (fit)
		*out = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return fit || refuse(arena, data, err);
}
