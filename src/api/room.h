/* What the files behind the doors share among themselves: the room's state and the steps of dispatch. Handlers need
 * only api.h. */
#ifndef ATOLL_API_ROOM_H
#define ATOLL_API_ROOM_H

#include "api/api.h"

/* The release of the API that this server speaks, as its clients know it. */
#define API_SPOKEN_VERSION "6.2.0"

struct rate_limiter;

struct api {
	struct api_config config;
	struct catalog *catalog;
	struct auth *auth;
	struct base_registry *bases;
	struct http_router *router;
	struct rate_limiter *base_rates;  /* by base; NULL = unlimited */
	struct rate_limiter *token_rates; /* by token; NULL = unlimited */
};

/* Reads the body by its Content-Type, or by its looks when that is missing or wrong (auth.md 1), and checks that the
 * text of query and form is UTF-8. Errors: E_body_too_large, E_json_invalid, E_text_not_utf8, E_bad_request.
 * (arguments.c) */
bool api_read_arguments(struct api_call *call, struct error *err);

/* Does the path, as it was sent, begin with `prefix`? Repeated slashes count as one. (error_reply.c) */
bool api_path_starts_with(struct str path, const char *prefix);

/* Headers that let pages of other origins call the gateway (auth.md 1); nothing on other paths. (cors.c) */
void api_cors_headers(struct http_request *request, struct http_reply *reply);
/* Answers an OPTIONS request: 204 with the methods that fit the path. (cors.c) */
void api_cors_preflight(struct http_reply *reply, struct str allowed);

#endif
