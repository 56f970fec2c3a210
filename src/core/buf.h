/* A growing byte buffer on the heap that remembers its failure: append freely, ask buf_failed() once at the end.
 * It fails when it would grow past its limit; what is appended after that is dropped. */
#ifndef ATOLL_CORE_BUF_H
#define ATOLL_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

struct buf {
	char *at;
	size_t len;
	size_t cap;
	size_t limit;
	bool failed;
};

/* An empty buffer that holds at most `limit` bytes; allocates nothing yet. */
void buf_init(struct buf *buf, size_t limit);
/* Frees the bytes; the buffer is empty and usable again. */
void buf_free(struct buf *buf);
/* Empties it, keeps the memory, forgets a failure. */
void buf_clear(struct buf *buf);
/* Makes room for `more` bytes and returns where they go; commit with buf->len += n. NULL when the limit is passed. */
char *buf_reserve(struct buf *buf, size_t more);
void buf_append(struct buf *buf, const void *bytes, size_t len);
void buf_append_str(struct buf *buf, struct str s);
void buf_append_byte(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool buf_failed(const struct buf *buf);
/* What it holds, valid until the next change. */
struct str buf_str(const struct buf *buf);

#endif
