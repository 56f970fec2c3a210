/* Cross-origin calls: pages of any origin may use the base operations, because the token that they carry is in a header
 * that no browser adds by itself (auth.md 1; the JavaScript client runs in browsers). The account endpoints stay
 * closed. */
#include "api/room.h"

static const char *const open_prefixes[] = { "/api-gateway/", "/dtable-server/", "/dtable-db/",
					     "/api/v2.1/dtable/app-access-token", "/openapi.json" };

void api_cors_headers(struct http_request *request, struct http_reply *reply)
{
	bool open = false;

	for (size_t i = 0; i < sizeof(open_prefixes) / sizeof(open_prefixes[0]) && !open; i++)
		open = api_path_starts_with(request->path, open_prefixes[i]);
	if (!open)
		return;
	http_reply_header(reply, "access-control-allow-origin", STR("*"));
	if (!str_equal_c(request->method, "OPTIONS")) {
		http_reply_header(reply, "access-control-expose-headers",
				  STR("Retry-After, X-Request-Id, ETag, Idempotency-Replayed, Atoll-Changed-Rows, "
				      "Atoll-Operation"));
		return;
	}
	http_reply_header(reply, "access-control-allow-methods", STR("GET, POST, PUT, DELETE, OPTIONS"));
	http_reply_header(reply, "access-control-allow-headers",
			  STR("Authorization, Content-Type, Idempotency-Key, If-Match"));
	http_reply_header(reply, "access-control-max-age", STR("86400"));
}

void api_cors_preflight(struct http_reply *reply, struct str allowed)
{
	reply->status = 204;
	reply->content_type = NULL;
	http_reply_header(reply, "allow", allowed);
}
