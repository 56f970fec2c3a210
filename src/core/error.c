/* The rows of defs/errors.def, and filling an error from one. */
#include "core/error.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct row {
	const char *name;
	const char *type;
	const char *text;
	int status;
	enum error_shape shape;
};

static const struct row rows[E_COUNT] = {
	[E_NONE] = { "none", NULL, "", 200, SHAPE_FAMILY },
#define ERROR(code, status, type, shape, text) [E_##code] = { #code, type, text, status, shape },
#include "defs/errors.def"
#undef ERROR
};

/* A text must leave room for its argument. */
#define ERROR(code, status, type, shape, text)                                                                         \
	_Static_assert(sizeof(text) < sizeof(((struct error *)0)->message) / 2, "the text of " #code " is too long");
#include "defs/errors.def"
#undef ERROR

/* The length of the longest prefix of at most `room` bytes that does not end within a character. */
static size_t whole_characters(struct str text, size_t room)
{
	if (text.len <= room)
		return text.len;
	while (room > 0 && ((unsigned char)text.at[room] & 0xC0) == 0x80)
		room--;
	return room;
}

void error_fill(struct error *err, enum error_code code, struct str arg)
{
	assert(code > E_NONE && code < E_COUNT);
	const struct row *row = &rows[code];
	const char *hole = strstr(row->text, "{}");
	struct str before = { row->text, hole ? (size_t)(hole - row->text) : strlen(row->text) };
	struct str after = hole ? str_from_c(hole + 2) : (struct str){ 0 };
	size_t room = sizeof(err->message) - 1 - before.len - after.len;

	*err = (struct error){ .code = code, .status = row->status, .type = row->type, .shape = row->shape };
	arg.len = hole ? whole_characters(arg, room) : 0;
	(void)snprintf(err->message, sizeof(err->message), "%.*s%.*s%.*s", STR_ARG(before), STR_ARG(arg),
		       STR_ARG(after));
}

void error_point(struct error *err, struct str text, size_t from, size_t to)
{
	err->from = str_count_chars(str_slice(text, 0, from));
	err->to = err->from + str_count_chars(str_slice(text, from, to));
	if (err->to == err->from) /* behind the last character */
		err->to++;
}

const char *error_name(enum error_code code)
{
	assert(code < E_COUNT);
	return rows[code].name;
}
