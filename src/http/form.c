/* application/x-www-form-urlencoded (WHATWG URL 5.1), of bodies and query strings. */
#include "http/form.h"
#include "core/arena.h"
#include "http/http.h"

bool form_check_text(struct str text, const char *what, struct error *err)
{
	if (!str_is_utf8(text))
		return FAIL_WITH(err, text_not_utf8, str_from_c(what));
	if (str_find_byte(text, '\0', 0) != SIZE_MAX)
		return FAIL_WITH(err, bad_request, STR("A field holds a NUL character."));
	return true;
}

static bool decode(struct arena *arena, struct str text, struct str *out, struct error *err)
{
	if (!http_percent_decode(arena, text, true, out))
		return FAIL_WITH(err, bad_request, STR("A field holds a broken percent-encoding."));
	return form_check_text(*out, "The form", err);
}

static bool parse_pair(struct arena *arena, struct str pair, struct http_field *field, struct error *err)
{
	size_t equals = str_find_byte(pair, '=', 0);
	struct str value = equals == SIZE_MAX ? STR("") : str_slice(pair, equals + 1, SIZE_MAX);

	field->filename = (struct str){ 0 };
	return decode(arena, str_slice(pair, 0, equals), &field->name, err) && decode(arena, value, &field->value, err);
}

bool http_parse_urlencoded(struct arena *arena, struct str text, struct http_field **out, size_t *count,
			   struct error *err)
{
	struct http_field *fields = NULL;
	size_t found = 0;
	size_t from = 0;

	while (from < text.len) {
		size_t end = str_find_byte(text, '&', from);
		struct str pair = str_slice(text, from, end);
		from = end == SIZE_MAX ? text.len : end + 1;
		if (pair.len == 0)
			continue;
		if (found == FORM_MAX_FIELDS)
			return FAIL_WITH(err, bad_request, STR("The form has too many fields."));
		fields = arena_more(arena, fields, found, sizeof(*fields));
		if (!parse_pair(arena, pair, &fields[found], err))
			return false;
		found++;
	}
	*out = fields;
	*count = found;
	return true;
}
