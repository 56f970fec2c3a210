/* The head of a reply as text, and headers that handlers add. Written on the worker, so that the loop only copies bytes
 * out. */
#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "http/http_internal.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 507, "Insufficient Storage" },
};

static const char *reason_of(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Status";
}

static bool is_clean(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] == '\r' || value.at[i] == '\n' || value.at[i] == '\0')
			return false;
	return true;
}

void http_reply_header(struct http_reply *reply, const char *name, struct str value)
{
	assert(reply->header_count < HTTP_MAX_REPLY_HEADERS);
	if (!is_clean(value))
		return;
	reply->headers[reply->header_count++] = (struct http_header){ str_from_c(name), value };
}

bool reply_has_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

static void append_header(struct buf *into, struct str name, struct str value)
{
	buf_append_str(into, name);
	buf_append_str(into, STR(": "));
	buf_append_str(into, value);
	buf_append_str(into, STR("\r\n"));
}

static void append_number(struct buf *into, size_t number)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	buf_append(into, digits + at, sizeof(digits) - at);
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), made once a second by each thread. */
static struct str date_text(void)
{
	static _Thread_local time_t made_at = -1;
	static _Thread_local char text[40];
	static _Thread_local size_t len;
	time_t now = time(NULL);

	if (now != made_at) {
		struct tm utc;
		gmtime_r(&now, &utc);
		len = strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc);
		made_at = now;
	}
	return (struct str){ text, len };
}

static void append_connection(const struct exchange *exchange, bool keep_alive, struct buf *into)
{
	if (!keep_alive)
		append_header(into, STR("Connection"), STR("close"));
	else if (exchange->http_1_0)
		append_header(into, STR("Connection"), STR("keep-alive"));
}

void reply_write_head(const struct exchange *exchange, bool keep_alive, struct buf *into)
{
	const struct http_reply *reply = &exchange->reply;

	assert(reply->status >= 200 && reply->status <= 599);
	buf_append_str(into, STR("HTTP/1.1 "));
	append_number(into, (size_t)reply->status);
	buf_append_str(into, STR(" "));
	buf_append_str(into, str_from_c(reason_of(reply->status)));
	buf_append_str(into, STR("\r\n"));
	append_header(into, STR("Date"), date_text());
	append_connection(exchange, keep_alive, into);
	if (reply_has_body(reply->status)) {
		if (reply->content_type)
			append_header(into, STR("Content-Type"), str_from_c(reply->content_type));
	}
	/* A stream ends with its connection (RFC 9112 6.3). */
	if (reply_has_body(reply->status) && !reply->stream) {
		buf_append_str(into, STR("Content-Length: "));
		append_number(into, reply->body.len);
		buf_append_str(into, STR("\r\n"));
	}
	append_header(into, STR("X-Request-Id"), str_from_c(exchange->request.id));
	for (size_t i = 0; i < reply->header_count; i++)
		append_header(into, reply->headers[i].name, reply->headers[i].value);
	buf_append_str(into, STR("\r\n"));
}
