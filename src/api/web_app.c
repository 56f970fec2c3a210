/* The web app's files, from the binary. Its paths are its own to make sense of: whatever is asked for that is neither a
 * file nor a path of the API gets the page, which then shows the place that the path names. Names under /assets/ hold a
 * hash of what they name, so browsers keep those for ever; the page itself is asked for each time. */
#include "api/room.h"
#include "core/arena.h"
#include "core/embed.h"

/* A row a file, made by tools/embed-web.mjs; none when the app was not built. */
#define WEB_FILE(id, path, type, hash, plain, packed)                                                                  \
	EMBED(web_plain_##id, plain);                                                                                  \
	EMBED(web_packed_##id, packed);
#include "defs/web_files.def"
#undef WEB_FILE

struct web_file {
	const char *path, *type, *hash;
	const char *plain, *plain_end;
	const char *packed, *packed_end; /* by gzip; empty when that saves nothing */
};

static const struct web_file files[] = {
#define WEB_FILE(id, path, type, hash, plain, packed)                                                                  \
	{ path,                                                                                                        \
	  type,                                                                                                        \
	  hash,                                                                                                        \
	  embed_web_plain_##id,                                                                                        \
	  embed_web_plain_##id##_end,                                                                                  \
	  embed_web_packed_##id,                                                                                       \
	  embed_web_packed_##id##_end },
#include "defs/web_files.def"
#undef WEB_FILE
	{ .path = NULL },
};

/* First segments that are never the web app's, so that a client of the API which mistypes a path, or asks for what this
 * server lacks, gets an error that it can read. */
static const char *const api_segments[] = { "api",       "api2",      "api-gateway", "dtable-server", "dtable-db",
					    "seafhttp",  "workspace", "media",       "asset",         "assets",
					    "thumbnail", "metrics",   "server-info", "openapi.json" };

static const struct {
	const char *name, *value;
} security_headers[] = {
	{ "content-security-policy",
	  "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; "
	  "base-uri 'none'; form-action 'self'" },
	{ "x-content-type-options", "nosniff" },
	{ "x-frame-options", "DENY" },
	{ "referrer-policy", "same-origin" },
};

static const struct web_file *find_file(struct str path)
{
	for (const struct web_file *file = files; file->path; file++) {
		if (str_equal_c(path, file->path))
			return file;
	}
	return NULL;
}

static bool is_api_path(struct str path)
{
	size_t start = 0;

	while (start < path.len && path.at[start] == '/')
		start++;
	struct str segment = str_slice(path, start, str_find_byte(path, '/', start));
	for (size_t i = 0; i < sizeof(api_segments) / sizeof(api_segments[0]); i++) {
		if (str_equal_c(segment, api_segments[i]))
			return true;
	}
	return false;
}

/* ---- what the browser takes, and what it has (RFC 9110 12.5.3 and 13.1.2) ---- */

/* "gzip", "gzip;q=0.5", not "gzip;q=0". */
static bool is_gzip(struct str coding)
{
	size_t semicolon = str_find_byte(coding, ';', 0);
	struct str name = str_trim(str_slice(coding, 0, semicolon));
	double quality = 1;

	if (semicolon != SIZE_MAX) {
		struct str weight = str_trim(str_slice(coding, semicolon + 1, coding.len));
		if (!str_starts_with(weight, STR("q=")) || !str_to_double(str_slice(weight, 2, weight.len), &quality))
			return false;
	}
	return quality > 0 && str_equal_fold(name, STR("gzip"));
}

static bool accepts_gzip(const struct http_request *request)
{
	struct str list = http_header(request, "accept-encoding");
	size_t from = 0;

	while (from < list.len) {
		size_t end = str_find_byte(list, ',', from);
		if (is_gzip(str_slice(list, from, end)))
			return true;
		from = end == SIZE_MAX ? list.len : end + 1;
	}
	return false;
}

/* Does the browser hold this one, in whichever encoding? */
static bool has_it(const struct http_request *request, const char *hash)
{
	struct str held = http_header(request, "if-none-match");
	size_t len = strlen(hash);

	for (size_t i = 0; i + len <= held.len; i++) {
		if (memcmp(held.at + i, hash, len) == 0)
			return true;
	}
	return false;
}

/* ---- the answer ---- */

static void write_security_headers(struct http_reply *reply)
{
	for (size_t i = 0; i < sizeof(security_headers) / sizeof(security_headers[0]); i++)
		http_reply_header(reply, security_headers[i].name, str_from_c(security_headers[i].value));
}

static void write_file(struct api_call *call, const struct web_file *file)
{
	struct http_reply *reply = call->reply;
	bool packed = file->packed_end > file->packed && accepts_gzip(call->request);
	bool is_asset = str_starts_with(str_from_c(file->path), STR("/assets/"));

	write_security_headers(reply);
	http_reply_header(reply, "cache-control",
			  is_asset ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	http_reply_header(reply, "vary", STR("Accept-Encoding"));
	http_reply_header(reply, "etag", str_format(call->arena, "\"%s%s\"", file->hash, packed ? "-gz" : ""));
	if (has_it(call->request, file->hash)) {
		reply->status = 304;
		return;
	}
	reply->content_type = file->type;
	if (packed) {
		http_reply_header(reply, "content-encoding", STR("gzip"));
		buf_append(&reply->body, file->packed, (size_t)(file->packed_end - file->packed));
	} else {
		buf_append(&reply->body, file->plain, (size_t)(file->plain_end - file->plain));
	}
}

static void write_no_app(struct http_reply *reply)
{
	write_security_headers(reply);
	reply->content_type = "text/plain; charset=utf-8";
	buf_append_str(&reply->body,
		       STR("Atoll is running. This build of it holds no web app; /openapi.json describes the API.\n"));
}

bool api_answer_page(struct api_call *call)
{
	struct str path = call->request->path;
	const struct web_file *page = find_file(STR("/index.html"));
	const struct web_file *file = find_file(path);

	if (!str_equal_c(call->request->method, "GET") && !str_equal_c(call->request->method, "HEAD"))
		return false;
	if (!file && is_api_path(path))
		return false;
	if (!page && !str_equal_c(path, "/"))
		return false;
	if (page)
		write_file(call, file ? file : page);
	else
		write_no_app(call->reply);
	return true;
}
