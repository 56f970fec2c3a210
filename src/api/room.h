/* What the files behind the doors share among themselves: the room's state and the steps of dispatch. Handlers need
 * only api.h. */
#ifndef ATOLL_API_ROOM_H
#define ATOLL_API_ROOM_H

#include "api/api.h"

/* The release of the API that this server speaks, as its clients know it. */
#define API_SPOKEN_VERSION "6.2.0"

/* How large a body a route takes. */
enum {
	BODY_SMALL = 64 * 1024,        /* a few named values */
	BODY_MEDIUM = 2 * 1024 * 1024, /* lists of columns, options, ids, a view with its filters */
	BODY_ROWS = 64 * 1024 * 1024,  /* 1,000 rows with long texts */
};

struct event_hub;
struct row_streams;
struct rate_limiter;

struct api {
	struct api_config config;
	struct catalog *catalog;
	struct auth *auth;
	struct base_registry *bases;
	struct http_router *router;
	struct event_hub *events;
	struct row_streams *row_streams;
	struct rate_limiter *base_rates;  /* by base; NULL = unlimited */
	struct rate_limiter *token_rates; /* by token; NULL = unlimited */
};

/* Who calls, as a key: "token 12", or "account 3". (dispatch.c) */
struct str api_caller_key(const struct api_call *call);
/* Makes the error the reply, in the form of the path's family. (dispatch.c) */
void api_reply_error(struct api_call *call, const struct error *err);
/* Is it a change of a base that came with an Idempotency-Key? (once.c) */
bool api_is_once(const struct api_call *call);
/* Runs its handler, or replies as the first time. Errors: the handler's; E_param_invalid, E_once_key_reused,
 * E_once_in_progress. (once.c) */
bool api_answer_once(struct api_call *call, struct error *err);

/* Reads the body by its Content-Type, or by its looks when that is missing or wrong (auth.md 1), and checks that the
 * text of query and form is UTF-8. Errors: E_body_too_large, E_json_invalid, E_text_not_utf8, E_bad_request.
 * (arguments.c) */
bool api_read_arguments(struct api_call *call, struct error *err);

/* The token of "Authorization: Token X" or "Bearer X", the scheme in any case; absent when there is none. (dispatch.c)
 */
struct str api_read_token(const struct http_request *request);

/* The address that attempts to sign in are counted for. (auth_token.c) */
struct str api_remote_address(const struct api_call *call);

/* Who calls, by the session of the cookie. Calls that change something need the session's X-CSRF-Token beside it.
 * Errors: E_auth_missing, E_account_inactive, E_csrf_failed. (session.c) */
bool api_check_session(struct api_call *call, struct error *err);
/* The profile as GET /api/v2.1/user/ writes it, into the open value of `out`. (profile.c) */
bool api_write_profile(struct api_call *call, struct error *err);

/* Does the path, as it was sent, begin with `prefix`? Repeated slashes count as one. (error_reply.c) */
bool api_path_starts_with(struct str path, const char *prefix);

/* Answers a GET of a path that no route has with a file or the page of the web app; false when the path is of the API's
 * kind, and then nothing is written. (web_app.c) */
bool api_answer_page(struct api_call *call);

/* Headers that let pages of other origins call the gateway (auth.md 1); nothing on other paths. (cors.c) */
void api_cors_headers(struct http_request *request, struct http_reply *reply);
/* Answers an OPTIONS request: 204 with the methods that fit the path. (cors.c) */
void api_cors_preflight(struct http_reply *reply, struct str allowed);

#endif
