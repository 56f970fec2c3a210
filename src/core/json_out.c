/* The JSON writer. Strings are copied in runs between the bytes that need escaping. */
#include "core/json_out.h"

#include <assert.h>
#include <math.h>

#include "core/arena.h"
#include "core/json_plain.h"

static void comma(struct json_out *out)
{
	if (out->comma)
		buf_append_byte(out->buf, ',');
	out->comma = true;
}

static void open_with(struct json_out *out, char bracket)
{
	comma(out);
	buf_append_byte(out->buf, bracket);
	out->comma = false;
}

static void close_with(struct json_out *out, char bracket)
{
	buf_append_byte(out->buf, bracket);
	out->comma = true;
}

void json_object(struct json_out *out)
{
	open_with(out, '{');
}

void json_object_end(struct json_out *out)
{
	close_with(out, '}');
}

void json_array(struct json_out *out)
{
	open_with(out, '[');
}

void json_array_end(struct json_out *out)
{
	close_with(out, ']');
}

/* The letter behind the backslash; 'u' for \u00XX. */
static char escape_of(char byte)
{
	switch (byte) {
	case '"':
	case '\\':
		return byte;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 'u';
	}
}

static void append_escaped(struct buf *buf, struct str s)
{
	size_t run = json_plain_run(s.at, s.len);
	char *to = buf_reserve(buf, s.len + 2);

	if (to && run == s.len) { /* the usual case: nothing to escape */
		to[0] = '"';
		if (run > 0)
			memcpy(to + 1, s.at, run);
		to[run + 1] = '"';
		buf->len += run + 2;
		return;
	}
	buf_append_byte(buf, '"');
	for (size_t at = 0; at < s.len;) {
		run = json_plain_run(s.at + at, s.len - at);
		buf_append(buf, s.at + at, run);
		at += run;
		if (at == s.len)
			break;
		char letter = escape_of(s.at[at]);
		if (letter == 'u')
			buf_printf(buf, "\\u%04x", (unsigned char)s.at[at]);
		else
			buf_append(buf, (char[]){ '\\', letter }, 2);
		at++;
	}
	buf_append_byte(buf, '"');
}

void json_key(struct json_out *out, const char *key)
{
	struct str name = str_from_c(key);
	char *to = buf_reserve(out->buf, name.len + 4);

	if (!to)
		return;
	char *start = to;
	if (out->comma)
		*to++ = ',';
	*to++ = '"';
	memcpy(to, name.at, name.len);
	to += name.len;
	*to++ = '"';
	*to++ = ':';
	out->buf->len += (size_t)(to - start);
	out->comma = false;
}

void json_key_str(struct json_out *out, struct str key)
{
	comma(out);
	append_escaped(out->buf, key);
	buf_append_byte(out->buf, ':');
	out->comma = false;
}

void json_key_prepared(struct json_out *out, struct str prepared)
{
	char *to = buf_reserve(out->buf, prepared.len + 1);

	if (!to)
		return;
	if (out->comma)
		*to++ = ',';
	memcpy(to, prepared.at, prepared.len);
	out->buf->len += prepared.len + out->comma;
	out->comma = false;
}

struct str json_prepare_key(struct arena *arena, struct str key)
{
	struct buf buf;

	buf_init(&buf, key.len * 6 + 16);
	append_escaped(&buf, key);
	buf_append_byte(&buf, ':');
	assert(!buf_failed(&buf));
	struct str prepared = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return prepared;
}

void json_string(struct json_out *out, struct str value)
{
	if (!value.at) {
		json_null(out);
		return;
	}
	comma(out);
	append_escaped(out->buf, value);
}

void json_string_c(struct json_out *out, const char *value)
{
	json_string(out, str_from_c(value));
}

void json_int(struct json_out *out, int64_t value)
{
	comma(out);
	char *to = buf_reserve(out->buf, 24);
	if (to)
		out->buf->len += json_format_int(value, to);
}

void json_number(struct json_out *out, double value)
{
	if (!isfinite(value)) {
		json_null(out);
		return;
	}
	comma(out);
	char *to = buf_reserve(out->buf, 32);
	if (to)
		out->buf->len += json_format_double(value, to);
}

void json_bool(struct json_out *out, bool value)
{
	json_raw(out, value ? STR("true") : STR("false"));
}

void json_null(struct json_out *out)
{
	json_raw(out, STR("null"));
}

void json_raw(struct json_out *out, struct str json)
{
	comma(out);
	buf_append_str(out->buf, json);
}

void json_tree(struct json_out *out, const cJSON *tree)
{
	const cJSON *child = NULL;

	if (cJSON_IsObject(tree)) {
		json_object(out);
		cJSON_ArrayForEach(child, tree)
		{
			json_key_str(out, str_from_c(child->string));
			json_tree(out, child); /* NOLINT(misc-no-recursion): json_parse() bounds the depth */
		}
		json_object_end(out);
	} else if (cJSON_IsArray(tree)) {
		json_array(out);
		cJSON_ArrayForEach(child, tree) json_tree(out, child); /* NOLINT(misc-no-recursion) */
		json_array_end(out);
	} else if (cJSON_IsString(tree)) {
		json_string_c(out, tree->valuestring);
	} else if (cJSON_IsNumber(tree)) {
		json_number(out, tree->valuedouble);
	} else if (cJSON_IsBool(tree)) {
		json_bool(out, cJSON_IsTrue(tree));
	} else {
		json_null(out);
	}
}

struct str json_tree_text(struct arena *arena, const cJSON *tree)
{
	struct buf buf;
	struct json_out out = json_out_to(&buf);

	buf_init(&buf, SIZE_MAX / 4);
	json_tree(&out, tree);
	struct str text = str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

void json_field_str(struct json_out *out, const char *key, struct str value)
{
	json_key(out, key);
	json_string(out, value);
}

void json_field_c(struct json_out *out, const char *key, const char *value)
{
	json_key(out, key);
	json_string_c(out, value);
}

void json_field_int(struct json_out *out, const char *key, int64_t value)
{
	json_key(out, key);
	json_int(out, value);
}

void json_field_bool(struct json_out *out, const char *key, bool value)
{
	json_key(out, key);
	json_bool(out, value);
}

void json_field_null(struct json_out *out, const char *key)
{
	json_key(out, key);
	json_null(out);
}
