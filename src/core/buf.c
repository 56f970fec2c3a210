/* A growing byte buffer; doubling, so that appending n bytes copies at most about 2n. */
#include "core/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 512 };

void buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){ .limit = limit };
}

void buf_free(struct buf *buf)
{
	free(buf->at);
	*buf = (struct buf){ .limit = buf->limit };
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->failed = false;
}

static void grow(struct buf *buf, size_t needed)
{
	size_t cap = buf->cap ? buf->cap : SMALLEST;

	while (cap < needed && cap <= buf->limit / 2)
		cap *= 2;
	if (cap < needed)
		cap = needed;
	char *at = realloc(buf->at, cap);
	if (!at)
		abort();
	buf->at = at;
	buf->cap = cap;
}

char *buf_reserve(struct buf *buf, size_t more)
{
	if (buf->failed || more > buf->limit - buf->len) {
		buf->failed = true;
		return NULL;
	}
	if (buf->len + more > buf->cap || !buf->at)
		grow(buf, buf->len + more);
	return buf->at + buf->len;
}

void buf_append(struct buf *buf, const void *bytes, size_t len)
{
	char *to = buf_reserve(buf, len);

	if (!to || len == 0)
		return;
	memcpy(to, bytes, len);
	buf->len += len;
}

void buf_append_str(struct buf *buf, struct str s)
{
	buf_append(buf, s.at, s.len);
}

void buf_append_byte(struct buf *buf, char byte)
{
	char *to = buf_reserve(buf, 1);

	if (!to)
		return;
	*to = byte;
	buf->len++;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	char text[256];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	assert(len >= 0);
	if ((size_t)len < sizeof(text)) {
		buf_append(buf, text, (size_t)len);
		return;
	}
	char *longer = malloc((size_t)len + 1);
	if (!longer)
		abort();
	va_start(args, format);
	(void)vsnprintf(longer, (size_t)len + 1, format, args);
	va_end(args);
	buf_append(buf, longer, (size_t)len);
	free(longer);
}

bool buf_failed(const struct buf *buf)
{
	return buf->failed;
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){ buf->len ? buf->at : "", buf->len };
}
