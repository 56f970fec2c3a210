/* The head of an HTTP/1.x request. h2o's parser (picohttpparser, part of libh2o) splits it into slices; the rules that
 * decide where a request ends and whether two readers could disagree about it (RFC 9112 6.3, "request smuggling") are
 * here. */
#ifndef ATOLL_HTTP_PARSE_H
#define ATOLL_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "http/http.h"

enum { HTTP_MAX_HEAD = 64 * 1024, HTTP_MAX_METHOD = 16 };

/* Slices point into the text that was parsed. */
struct http_head {
	size_t len; /* bytes up to and with the empty line */
	struct str method;
	struct str path;
	struct str query;
	struct http_header headers[HTTP_MAX_HEADERS];
	size_t header_count;
	size_t content_length; /* 0 when there is no body, or `chunked` */
	bool chunked;
	bool keep_alive;
	bool http_1_0;
	bool expects_continue;
};

enum http_parsed { HTTP_INCOMPLETE, HTTP_COMPLETE, HTTP_BROKEN };

/* Parses the head at the start of `text` and turns header names to lower case in place. `seen` is how many bytes an
 * earlier call found incomplete. HTTP_BROKEN fills *err (400, or 431 when it is too large); head->path is then what
 * could be read of it, or absent. */
enum http_parsed http_parse_head(char *text, size_t len, size_t seen, struct http_head *head, struct error *err);

/* The chunked coding of a body, decoded in place (RFC 9112 7.1). The layout is the parser's. */
struct http_chunks {
	size_t left_in_chunk;
	char skip_trailer;
	char hex_count;
	char state;
};

struct http_chunks http_chunks_start(void);
/* Decodes the *len coded bytes at `coded`; *len becomes the decoded length. HTTP_COMPLETE: the body has ended, and
 * *rest bytes that belong to the next request follow the decoded ones. */
enum http_parsed http_chunks_decode(struct http_chunks *chunks, char *coded, size_t *len, size_t *rest);

#endif
