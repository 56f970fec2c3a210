/* See parse.h. The parser's own header is not among h2o's public ones, so its two functions are declared here; they are
 * exported by libh2o-evloop.so.0.13, and stable since 2014. */
#include "http/parse.h"

#include <assert.h>
#include <sys/types.h>

struct phr_header {
	const char *name; /* NULL: the line continues the value before (obsolete folding) */
	size_t name_len;
	const char *value;
	size_t value_len;
};

int phr_parse_request(const char *buf, size_t len, const char **method, size_t *method_len, const char **path,
		      size_t *path_len, int *minor_version, struct phr_header *headers, size_t *num_headers,
		      size_t last_len);
ssize_t phr_decode_chunked(struct http_chunks *decoder, char *buf, size_t *bufsz);

/* ---- what headers mean for the connection ---- */

static void make_lower(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] |= 0x20;
}

static bool is_alpha(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Is `token` an element of the comma-separated list, in any letter case? */
static bool list_has(struct str list, struct str token)
{
	size_t from = 0;

	while (from <= list.len) {
		size_t comma = str_find_byte(list, ',', from);
		if (str_equal_fold(str_trim(str_slice(list, from, comma)), token))
			return true;
		if (comma == SIZE_MAX)
			break;
		from = comma + 1;
	}
	return false;
}

static bool broken(struct error *err, const char *why)
{
	return FAIL_WITH(err, bad_request, str_from_c(why));
}

static bool parse_length(struct str text, size_t *out, struct error *err)
{
	size_t value = 0;

	if (text.len == 0 || text.len > 18)
		return broken(err, "The Content-Length header is not a number.");
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return broken(err, "The Content-Length header is not a number.");
		value = value * 10 + (size_t)(text.at[i] - '0');
	}
	*out = value;
	return true;
}

/* What was read of the headers that frame the request. */
struct framing {
	bool has_length;
	bool has_coding;
	int hosts;
};

static bool read_length(struct http_head *head, struct framing *framing, struct str value, struct error *err)
{
	size_t length = 0;

	if (!parse_length(value, &length, err))
		return false;
	if (framing->has_length && length != head->content_length)
		return broken(err, "The request has two Content-Length headers.");
	framing->has_length = true;
	head->content_length = length;
	return true;
}

static bool read_coding(struct http_head *head, struct framing *framing, struct str value, struct error *err)
{
	if (framing->has_coding || !str_equal_fold(value, STR("chunked")))
		return broken(err, "The Transfer-Encoding is not supported.");
	framing->has_coding = true;
	head->chunked = true;
	return true;
}

static bool read_framing(struct http_head *head, struct framing *framing, const struct http_header *header,
			 struct error *err)
{
	struct str name = header->name;

	if (str_equal(name, STR("content-length")))
		return read_length(head, framing, header->value, err);
	if (str_equal(name, STR("transfer-encoding")))
		return read_coding(head, framing, header->value, err);
	if (str_equal(name, STR("host")))
		framing->hosts++;
	if (str_equal(name, STR("connection"))) {
		if (list_has(header->value, STR("close")))
			head->keep_alive = false;
		else if (head->http_1_0 && list_has(header->value, STR("keep-alive")))
			head->keep_alive = true;
	}
	if (str_equal(name, STR("expect")))
		head->expects_continue = !head->http_1_0 && list_has(header->value, STR("100-continue"));
	return true;
}

static bool check_framing(const struct http_head *head, const struct framing *framing, struct error *err)
{
	if (framing->has_coding && (framing->has_length || head->http_1_0))
		return broken(err, "Transfer-Encoding can't be used here.");
	if (framing->hosts > 1 || (framing->hosts == 0 && !head->http_1_0))
		return broken(err, "The request needs one Host header.");
	return true;
}

/* ---- the request line ---- */

static bool check_method(struct str method, struct error *err)
{
	bool good = method.len > 0 && method.len <= HTTP_MAX_METHOD;

	for (size_t i = 0; good && i < method.len; i++)
		good = is_alpha(method.at[i]) || method.at[i] == '-' || method.at[i] == '_';
	return good || broken(err, "The request's method is not valid.");
}

/* Splits the target into path and query; a proxy's absolute form (RFC 9112 3.2.2) loses its scheme and host. */
static bool split_target(struct str target, struct http_head *head, struct error *err)
{
	if (target.len > 7 && str_equal_fold(str_slice(target, 0, 7), STR("http://"))) {
		size_t slash = str_find_byte(target, '/', 7);
		target = slash == SIZE_MAX ? STR("/") : str_slice(target, slash, SIZE_MAX);
	}
	if (str_equal(target, STR("*")))
		target = STR("/*");
	if (target.len == 0 || target.at[0] != '/')
		return broken(err, "The request's target is not a path.");
	size_t question = str_find_byte(target, '?', 0);
	head->path = str_slice(target, 0, question);
	head->query = question == SIZE_MAX ? (struct str){ 0 } : str_slice(target, question + 1, SIZE_MAX);
	return true;
}

/* ---- the whole head ---- */

static bool read_headers(char *text, const struct phr_header *found, size_t count, struct http_head *head,
			 struct error *err)
{
	struct framing framing = { 0 };

	if (count > HTTP_MAX_HEADERS)
		return FAIL(err, headers_too_large);
	for (size_t i = 0; i < count; i++) {
		struct http_header *header = &head->headers[i];
		if (!found[i].name)
			return broken(err, "A header is folded over two lines.");
		char *name = text + (found[i].name - text);
		make_lower(name, found[i].name_len);
		header->name = (struct str){ name, found[i].name_len };
		header->value = str_trim((struct str){ found[i].value, found[i].value_len });
		if (!read_framing(head, &framing, header, err))
			return false;
	}
	head->header_count = count;
	return check_framing(head, &framing, err);
}

enum http_parsed http_parse_head(char *text, size_t len, size_t seen, struct http_head *head, struct error *err)
{
	struct phr_header found[HTTP_MAX_HEADERS + 1];
	size_t count = HTTP_MAX_HEADERS + 1;
	struct str target = { 0 };
	int minor = -1;

	head->method = head->path = head->query = (struct str){ 0 };
	if (len > HTTP_MAX_HEAD)
		len = HTTP_MAX_HEAD;
	int used = phr_parse_request(text, len, &head->method.at, &head->method.len, &target.at, &target.len, &minor,
				     found, &count, seen);
	if (used == -2) {
		if (len < HTTP_MAX_HEAD)
			return HTTP_INCOMPLETE;
		(void)FAIL(err, headers_too_large);
		return HTTP_BROKEN;
	}
	struct error ignored;
	if (used < 0) {
		if (target.at)
			(void)split_target(target, head, &ignored);
		if (count > HTTP_MAX_HEADERS)
			(void)FAIL(err, headers_too_large);
		else
			(void)broken(err, "The request is not valid HTTP/1.1.");
		return HTTP_BROKEN;
	}
	head->len = (size_t)used;
	head->http_1_0 = minor == 0;
	head->keep_alive = !head->http_1_0;
	head->content_length = 0;
	head->chunked = head->expects_continue = false;
	head->header_count = 0;
	if (split_target(target, head, err) && check_method(head->method, err) &&
	    read_headers(text, found, count, head, err))
		return HTTP_COMPLETE;
	return HTTP_BROKEN;
}

/* ---- chunks ---- */

struct http_chunks http_chunks_start(void)
{
	return (struct http_chunks){ .skip_trailer = 1 };
}

enum http_parsed http_chunks_decode(struct http_chunks *chunks, char *coded, size_t *len, size_t *rest)
{
	ssize_t result = phr_decode_chunked(chunks, coded, len);

	if (result == -2)
		return HTTP_INCOMPLETE;
	if (result < 0)
		return HTTP_BROKEN;
	*rest = (size_t)result;
	return HTTP_COMPLETE;
}
