/* One line an event, written with one write(2), so that lines of several threads never mix. */
#include "core/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"

enum { LINE_LIMIT = 2000 };

static const struct str level_names[] = {
	[LOG_DEBUG] = { "debug", 5 },
	[LOG_INFO] = { "info", 4 },
	[LOG_WARN] = { "warn", 4 },
	[LOG_ERROR] = { "error", 5 },
};

static _Atomic int lowest = LOG_INFO;
static _Thread_local struct str request;

/* A line in the making; what does not fit is cut. */
struct line {
	char text[LINE_LIMIT + 1];
	size_t len;
};

void log_set_level(enum log_level level)
{
	atomic_store(&lowest, (int)level);
}

bool log_level_parse(struct str name, enum log_level *out)
{
	for (int i = LOG_DEBUG; i <= LOG_ERROR; i++) {
		if (str_equal(name, level_names[i])) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_set_request(struct str request_id)
{
	request = request_id;
}

static void put(struct line *line, const char *bytes, size_t len)
{
	size_t room = LINE_LIMIT - line->len;

	if (len > room)
		len = room;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
}

/* How many bytes of the value are written as they are from `at` on: a visible ASCII character, a blank or a well-formed
 * longer character; 0 when the byte must be escaped, as the C1 controls (U+0080 to U+009F) must: terminals obey them.
 */
static size_t printable(struct str value, size_t at)
{
	unsigned char c = (unsigned char)value.at[at];

	if (c < 0x80)
		return c >= ' ' && c != 0x7F;
	size_t len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
	struct str character = str_slice(value, at, at + len);
	if (character.len < len || !str_is_utf8(character))
		return 0;
	return c == 0xC2 && (unsigned char)value.at[at + 1] < 0xA0 ? 0 : len;
}

static bool needs_quotes(struct str value)
{
	for (size_t i = 0; i < value.len;) {
		size_t len = printable(value, i);
		if (len == 0 || strchr(" \"\\=", value.at[i]))
			return true;
		i += len;
	}
	return value.len == 0;
}

static void put_value(struct line *line, struct str value)
{
	if (!needs_quotes(value)) {
		put(line, value.at, value.len);
		return;
	}
	put(line, "\"", 1);
	for (size_t i = 0; i < value.len;) {
		size_t len = printable(value, i);
		char escape[8];
		if (value.at[i] == '"' || value.at[i] == '\\')
			put(line, "\\", 1);
		if (len > 0)
			put(line, value.at + i, len);
		else
			put(line, escape,
			    (size_t)snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char)value.at[i]));
		i += len ? len : 1;
	}
	put(line, "\"", 1);
}

static void put_field(struct line *line, const char *key, struct str value)
{
	put(line, " ", 1);
	put(line, key, strlen(key));
	put(line, "=", 1);
	put_value(line, value);
}

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	struct line line = { .len = 0 };
	char number[32];

	if ((int)level < atomic_load_explicit(&lowest, memory_order_relaxed))
		return;
	char when[CLOCK_TEXT_LEN];
	put(&line, when, clock_format_z_ms(clock_now_ms(), when));
	put(&line, " ", 1);
	put(&line, level_names[level].at, level_names[level].len);
	put(&line, " ", 1);
	put(&line, event, strlen(event));
	if (request.len > 0)
		put_field(&line, "request", request);
	for (size_t i = 0; i < count; i++) {
		struct str text = fields[i].text;
		if (!text.at) {
			int len = snprintf(number, sizeof(number), "%" PRId64, fields[i].number);
			text = (struct str){ number, (size_t)len };
		}
		put_field(&line, fields[i].key, text);
	}
	line.text[line.len++] = '\n';
	/* Nobody can be told that the log itself failed. */
	(void)!write(STDERR_FILENO, line.text, line.len);
}
