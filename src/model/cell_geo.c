/* Cells that hold a place: coordinates, an address, or both, as the column's geo_format says (columns.md 3). Stored as
 * a JSON object of the known keys. */
#include <math.h>
#include <stdlib.h>

#include "core/json_in.h"
#include "model/cell_types.h"

static const char *const text_keys[] = {
	"country_region", "province", "city", "district", "detail", "address", "title"
};

enum { TEXT_KEYS = sizeof(text_keys) / sizeof(text_keys[0]) };

struct place {
	struct str text[TEXT_KEYS];
	bool has_point;
	double lat, lng;
};

enum { COUNTRY, PROVINCE, CITY, DISTRICT, DETAIL, ADDRESS, TITLE };

static struct str place_json(const struct place *place, struct arena *arena)
{
	struct buf buf;
	struct json_out json = json_out_to(&buf);
	bool any = place->has_point;

	buf_init(&buf, SIZE_MAX / 4);
	json_object(&json);
	for (size_t i = 0; i < TEXT_KEYS; i++) {
		if (!place->text[i].at)
			continue;
		json_field_str(&json, text_keys[i], place->text[i]);
		any = any || place->text[i].len > 0;
	}
	if (place->has_point) {
		json_key(&json, "lat");
		json_number(&json, place->lat);
		json_key(&json, "lng");
		json_number(&json, place->lng);
	}
	json_object_end(&json);
	struct str text = json_take(arena, &buf);
	return any ? text : (struct str){ 0 };
}

static bool set_point(struct place *place, double lat, double lng)
{
	place->lat = lat;
	place->lng = lng;
	place->has_point = fabs(lat) <= 90 && fabs(lng) <= 180;
	return place->has_point;
}

static bool coordinate(const cJSON *value, double *out)
{
	if (cJSON_IsNumber(value)) {
		*out = value->valuedouble;
		return true;
	}
	return cJSON_IsString(value) && str_to_double(str_trim(value_text(value)), out);
}

static void place_from_object(const cJSON *value, struct place *place)
{
	double lat, lng;

	for (size_t i = 0; i < TEXT_KEYS; i++)
		place->text[i] = json_get_str(value, text_keys[i]);
	if (coordinate(json_get(value, "lat"), &lat) && coordinate(json_get(value, "lng"), &lng))
		set_point(place, lat, lng);
}

/* Half of a pair: "10.75", or degrees, minutes and seconds with a direction: "N50°0′0″", "8°13'48\"E". *direction is
 * the letter in upper case, 0 when there is none. */
static bool parse_angle(struct str text, double *degrees, char *direction)
{
	static const double units[] = { 1, 60, 3600 };
	size_t count = 0;
	bool negative = false;

	*degrees = 0;
	*direction = 0;
	for (size_t at = 0; at < text.len; at++) {
		char byte = text.at[at];
		if (strchr("NSEWnsew", byte) && byte) {
			*direction = (char)(byte & ~0x20);
		} else if (byte == '-' && count == 0) {
			negative = true;
		} else if (byte >= '0' && byte <= '9') {
			size_t from = at;
			double part;
			while (at < text.len && ((text.at[at] >= '0' && text.at[at] <= '9') || text.at[at] == '.'))
				at++;
			if (count == 3 || !str_to_double(str_slice(text, from, at), &part))
				return false;
			*degrees += part / units[count++];
			at--;
		} else if (((unsigned char)byte | 0x20) >= 'a' && ((unsigned char)byte | 0x20) <= 'z') {
			return false; /* a word: an address, not an angle */
		}
	}
	if (negative != (*direction == 'S' || *direction == 'W'))
		*degrees = -*degrees;
	return count > 0;
}

/* "lng, lat", or a pair with directions in either order. */
static bool place_from_pair(struct str text, struct place *place)
{
	size_t comma = str_find_byte(text, ',', 0);
	double first, second;
	char first_direction, second_direction;

	if (comma == SIZE_MAX || !parse_angle(str_slice(text, 0, comma), &first, &first_direction) ||
	    !parse_angle(str_slice(text, comma + 1, text.len), &second, &second_direction))
		return false;
	bool latitude_first =
		first_direction == 'N' || first_direction == 'S' || second_direction == 'E' || second_direction == 'W';
	return latitude_first ? set_point(place, first, second) : set_point(place, second, first);
}

/* Endings of the parts of a Chinese address, longest first. */
static const struct {
	int part;
	struct str endings[4];
} address_parts[] = {
	{ PROVINCE, { { "特别行政区", 15 }, { "自治区", 9 }, { "省", 3 } } },
	{ CITY, { { "自治州", 9 }, { "地区", 6 }, { "市", 3 }, { "盟", 3 } } },
	{ DISTRICT, { { "区", 3 }, { "县", 3 }, { "旗", 3 }, { "市", 3 } } },
};

/* The end of the first of the endings in `text`, or 0. */
static size_t end_of_part(struct str text, const struct str endings[4])
{
	for (size_t at = 1; at < text.len; at++)
		for (size_t i = 0; i < 4 && endings[i].at; i++)
			if (str_starts_with(str_slice(text, at, text.len), endings[i]))
				return at + endings[i].len;
	return 0;
}

/* What follows the parts that were found is the detail; of a text without any part, all. */
static void place_from_address(struct str text, struct place *place)
{
	for (size_t i = 0; i < sizeof(address_parts) / sizeof(address_parts[0]); i++) {
		size_t end = end_of_part(text, address_parts[i].endings);
		if (end == 0)
			continue;
		place->text[address_parts[i].part] = str_slice(text, 0, end);
		text = str_slice(text, end, text.len);
	}
	if (text.len > 0)
		place->text[DETAIL] = text;
}

/* What text means in a column of each format; the others read an address. */
static void place_from_text(struct str format, struct str text, struct place *place)
{
	text = str_trim(text);
	if (str_equal(format, STR("lng_lat"))) {
		place_from_pair(text, place);
	} else if (str_equal(format, STR("country_region"))) {
		place->text[COUNTRY] = text;
	} else if (str_equal(format, STR("map_selection"))) {
		if (!place_from_pair(text, place))
			place->text[ADDRESS] = text;
	} else {
		place_from_address(text, place);
	}
}

void cell_read_geolocation(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct place place = { 0 };

	if (cJSON_IsObject(value))
		place_from_object(value, &place);
	else if (value->valuestring)
		place_from_text(json_get_str(column->data_tree, "geo_format"), value_text(value), &place);
	cell_set_text(out, place_json(&place, input->arena));
}

/* "N50°0′0″": degrees, minutes, whole seconds. */
static struct str angle_print(double degrees, const char *directions, struct arena *arena)
{
	long long seconds = llround(fabs(degrees) * 3600);

	return str_format(arena, "%c%lld°%lld′%lld″", directions[degrees < 0], seconds / 3600, seconds / 60 % 60,
			  seconds % 60);
}

struct str cell_display_geolocation(const struct column *column, const struct cell *cell, struct arena *arena)
{
	struct place place = { 0 };
	struct error err;
	cJSON *value;
	struct str *text = place.text;

	(void)column;
	if (!json_parse(arena, cell->text, &value, &err))
		return STR("");
	place_from_object(value, &place);
	if (text[COUNTRY].len > 0)
		return text[COUNTRY];
	if (text[ADDRESS].len > 0 || text[TITLE].len > 0)
		return str_format(arena, "%.*s%s%.*s", STR_ARG(text[ADDRESS]),
				  text[ADDRESS].len > 0 && text[TITLE].len > 0 ? " " : "", STR_ARG(text[TITLE]));
	if (text[PROVINCE].len + text[CITY].len + text[DISTRICT].len + text[DETAIL].len > 0)
		return str_format(arena, "%.*s%.*s%.*s%.*s", STR_ARG(text[PROVINCE]), STR_ARG(text[CITY]),
				  STR_ARG(text[DISTRICT]), STR_ARG(text[DETAIL]));
	if (!place.has_point)
		return STR("");
	return str_format(arena, "%s, %s", angle_print(place.lat, "NS", arena).at,
			  angle_print(place.lng, "EW", arena).at);
}
