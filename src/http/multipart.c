/* multipart/form-data (RFC 7578): a body cut at its boundary, each part a few headers, an empty line and bytes. Parts
 * may come in any order. What clients get wrong in practice is taken as meant: no boundary in the Content-Type, paths
 * and quotes in file names. */
#include <assert.h>

#include "core/arena.h"
#include "http/form.h"
#include "http/http.h"

enum { MAX_BOUNDARY = 200, MAX_PART_HEADERS = 4096 };

static bool broken(struct error *err, const char *why)
{
	return FAIL_WITH(err, bad_request, str_from_c(why));
}

/* ---- header values with parameters: `form-data; name="a"; filename*=UTF-8''b` ---- */

/* One parameter; the value is unquoted but not yet unescaped. */
struct parameter {
	struct str name;
	struct str value;
	bool quoted;
};

static size_t end_of_quoted(struct str text, size_t from)
{
	size_t at = from;

	while (at < text.len && text.at[at] != '"')
		at += text.at[at] == '\\' && at + 1 < text.len && text.at[at + 1] == '"' ? 2 : 1;
	return at;
}

static size_t end_of_token(struct str text, size_t from)
{
	size_t at = from;

	while (at < text.len && text.at[at] != ';' && text.at[at] != ',')
		at++;
	return at;
}

/* Reads the parameter after the next ";" and moves *from behind it; false when there is none. */
static bool next_parameter(struct str text, size_t *from, struct parameter *out)
{
	size_t start = str_find_byte(text, ';', *from);

	if (start == SIZE_MAX)
		return false;
	size_t equals = start + 1;
	while (equals < text.len && text.at[equals] != '=' && text.at[equals] != ';')
		equals++;
	out->name = str_trim(str_slice(text, start + 1, equals));
	out->value = STR("");
	out->quoted = false;
	*from = equals;
	if (equals >= text.len || text.at[equals] == ';')
		return true;
	size_t value = equals + 1;
	while (value < text.len && (text.at[value] == ' ' || text.at[value] == '\t'))
		value++;
	out->quoted = value < text.len && text.at[value] == '"';
	if (out->quoted)
		value++;
	size_t end = out->quoted ? end_of_quoted(text, value) : end_of_token(text, value);
	out->value = str_slice(text, value, end);
	if (!out->quoted)
		out->value = str_trim(out->value);
	*from = out->quoted && end < text.len ? end + 1 : end;
	return true;
}

/* \" and browsers' %22 become a quote, their line breaks (%0D, %0A) vanish; other backslashes stay: they are paths. */
static struct str unescape(struct arena *arena, struct str text)
{
	char *plain = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		struct str next = str_slice(text, i, i + 3);
		if (str_equal(next, STR("%22"))) {
			plain[len++] = '"';
			i += 2;
		} else if (str_equal_fold(next, STR("%0d")) || str_equal_fold(next, STR("%0a"))) {
			i += 2;
		} else if (!(text.at[i] == '\\' && i + 1 < text.len && text.at[i + 1] == '"')) {
			plain[len++] = text.at[i];
		}
	}
	plain[len] = '\0';
	return (struct str){ plain, len };
}

/* ---- the boundary ---- */

/* The boundary that the first line of the body shows ("--boundary"), or the absent slice. */
static struct str boundary_of_body(struct str body)
{
	struct str line = str_slice(body, 0, str_find_byte(body, '\n', 0));

	if (!str_starts_with(line, STR("--")))
		return (struct str){ 0 };
	return str_trim(str_slice(line, 2, SIZE_MAX));
}

static struct str find_boundary(struct str content_type, struct str body)
{
	struct parameter parameter;
	size_t from = 0;

	while (next_parameter(content_type, &from, &parameter))
		if (str_equal_fold(parameter.name, STR("boundary")) && parameter.value.len > 0)
			return parameter.value;
	return boundary_of_body(body);
}

/* ---- delimiters ---- */

struct parts {
	struct arena *arena;
	struct str body;
	struct str delimiter; /* "\r\n--boundary" */
	size_t at;            /* behind the last delimiter's line */
	bool ended;           /* the last delimiter closed the body */
};

/* Looks at what follows a delimiter at `after`; false when it is just the start of a longer line. */
static bool end_delimiter(struct parts *parts, size_t after)
{
	struct str body = parts->body;

	if (str_equal(str_slice(body, after, after + 2), STR("--"))) {
		parts->ended = true;
		parts->at = after + 2;
		return true;
	}
	while (after < body.len && (body.at[after] == ' ' || body.at[after] == '\t'))
		after++;
	if (!str_equal(str_slice(body, after, after + 2), STR("\r\n")))
		return false;
	parts->at = after + 2;
	return true;
}

/* Moves behind the next delimiter's line; *content is what lies before it. */
static bool next_delimiter(struct parts *parts, struct str *content)
{
	struct str body = parts->body;
	size_t start = parts->at;
	size_t from = start;

	while (from < body.len) {
		const char *found = memmem(body.at + from, body.len - from, parts->delimiter.at, parts->delimiter.len);
		if (!found)
			return false;
		size_t at = (size_t)(found - body.at);
		if (end_delimiter(parts, at + parts->delimiter.len)) {
			*content = str_slice(body, start, at);
			return true;
		}
		from = at + 1;
	}
	return false;
}

/* The first delimiter may stand at the very start; text before it means nothing. */
static bool skip_preamble(struct parts *parts)
{
	struct str first = str_slice(parts->delimiter, 2, SIZE_MAX);
	struct str ignored;

	if (str_starts_with(parts->body, first) && end_delimiter(parts, first.len))
		return true;
	return next_delimiter(parts, &ignored);
}

/* ---- one part ---- */

/* The last element of a path of either kind. */
static struct str without_folders(struct str filename)
{
	size_t start = filename.len;

	while (start > 0 && filename.at[start - 1] != '/' && filename.at[start - 1] != '\\')
		start--;
	return str_slice(filename, start, SIZE_MAX);
}

/* RFC 5987: UTF-8''percent-encoded. False when it is something else; then the plain filename counts. */
static bool decode_extended(struct arena *arena, struct str value, struct str *out)
{
	size_t first = str_find_byte(value, '\'', 0);
	size_t second = first == SIZE_MAX ? SIZE_MAX : str_find_byte(value, '\'', first + 1);

	return second != SIZE_MAX && str_equal_fold(str_slice(value, 0, first), STR("utf-8")) &&
	       http_percent_decode(arena, str_slice(value, second + 1, SIZE_MAX), false, out);
}

static bool read_disposition(struct arena *arena, struct str value, struct http_field *field, struct error *err)
{
	struct str extended = { 0 };
	struct parameter parameter;
	size_t from = 0;

	while (next_parameter(value, &from, &parameter)) {
		if (str_equal_fold(parameter.name, STR("name")))
			field->name = unescape(arena, parameter.value);
		else if (str_equal_fold(parameter.name, STR("filename")))
			field->filename = unescape(arena, parameter.value);
		else if (str_equal_fold(parameter.name, STR("filename*")))
			(void)decode_extended(arena, parameter.value, &extended);
	}
	if (extended.at)
		field->filename = extended;
	if (!field->name.at)
		return broken(err, "A part of the form has no name.");
	if (field->filename.at)
		field->filename = without_folders(field->filename);
	return form_check_text(field->name, "A field's name", err) &&
	       form_check_text(field->filename, "A file's name", err);
}

/* Reads the headers of a part; what follows their empty line is its value. */
static bool read_part(struct parts *parts, struct str content, struct http_field *field, struct error *err)
{
	struct str disposition = { 0 };
	size_t from = 0;

	for (;;) {
		size_t newline = str_find_byte(content, '\n', from);
		if (newline == SIZE_MAX || newline > MAX_PART_HEADERS)
			return broken(err, "A part of the form has broken headers.");
		struct str line = str_trim(str_slice(content, from, newline));
		from = newline + 1;
		if (line.len == 0)
			break;
		size_t colon = str_find_byte(line, ':', 0);
		if (str_equal_fold(str_trim(str_slice(line, 0, colon)), STR("content-disposition")))
			disposition = str_slice(line, colon + 1, SIZE_MAX);
	}
	*field = (struct http_field){ .value = str_slice(content, from, SIZE_MAX) };
	return read_disposition(parts->arena, disposition, field, err);
}

/* ---- the whole body ---- */

bool http_parse_multipart(struct arena *arena, struct str content_type, struct str body, struct http_field **out,
			  size_t *count, struct error *err)
{
	struct str boundary = find_boundary(content_type, body);
	struct http_field *fields = NULL;
	size_t found = 0;

	if (boundary.len == 0 || boundary.len > MAX_BOUNDARY)
		return broken(err, "The form's boundary is missing.");
	struct parts parts = {
		.arena = arena,
		.body = body,
		.delimiter = str_format(arena, "\r\n--%.*s", STR_ARG(boundary)),
	};
	if (!skip_preamble(&parts))
		return broken(err, "The form's boundary does not occur in its body.");
	while (!parts.ended) {
		struct str content;
		if (found == FORM_MAX_FIELDS)
			return broken(err, "The form has too many fields.");
		if (!next_delimiter(&parts, &content))
			return broken(err, "The form ends in the middle of a part.");
		fields = arena_more(arena, fields, found, sizeof(*fields));
		if (!read_part(&parts, content, &fields[found], err))
			return false;
		found++;
	}
	*out = fields;
	*count = found;
	return true;
}
