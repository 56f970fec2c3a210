/* Looking things up in a request: headers, query parameters, percent-encoding. */
#include "http/http.h"

#include "core/arena.h"

struct str http_header(const struct http_request *request, const char *name)
{
	struct str wanted = str_from_c(name);

	for (size_t i = 0; i < request->header_count; i++)
		if (str_equal(request->headers[i].name, wanted))
			return request->headers[i].value;
	return (struct str){ 0 };
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool http_percent_decode(struct arena *arena, struct str text, bool plus, struct str *out)
{
	char *decoded = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '%') {
			int high = text.len - i > 2 ? hex_digit(text.at[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(text.at[i + 2]) : -1;
			if (low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		decoded[len++] = c;
	}
	decoded[len] = '\0';
	*out = (struct str){ decoded, len };
	return true;
}

struct str http_query(const struct http_request *request, const char *name)
{
	struct str query = request->query;
	struct str wanted = str_from_c(name);
	size_t from = 0;

	while (from < query.len) {
		size_t end = str_find_byte(query, '&', from);
		struct str pair = str_slice(query, from, end);
		size_t equals = str_find_byte(pair, '=', 0);
		struct str key;
		struct str value = equals == SIZE_MAX ? STR("") : str_slice(pair, equals + 1, SIZE_MAX);
		if (http_percent_decode(request->arena, str_slice(pair, 0, equals), true, &key) &&
		    str_equal(key, wanted) && http_percent_decode(request->arena, value, true, &value))
			return value;
		if (end == SIZE_MAX)
			break;
		from = end + 1;
	}
	return (struct str){ 0 };
}
