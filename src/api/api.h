/* The doors of the product: one file per resource, each handler a paragraph: read arguments, call one function of a
 * lower room, write the reply. No SQL text here. This header is what the handlers share.
 *
 * A route is a row of defs/routes_web.def (accounts, teams, bases, tokens: /api2, /api/v2.1) or defs/routes_gateway.def
 * (what a base token does: /api-gateway). dispatch.c finds the row, checks token, permission, rate and body limit,
 * calls the handler, and writes errors in the form of the path's family (error_reply.c). */
#ifndef ATOLL_API_API_H
#define ATOLL_API_API_H

#include <cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "auth/auth.h"
#include "core/error.h"
#include "core/json_out.h"
#include "core/str.h"
#include "http/http.h"
#include "http/router.h"

struct api;
struct api_call;
struct base_registry;
struct base_once;

/* What a route asks of its caller. A row must name one of these: there is no default. */
enum route_token {
	TOKEN_NONE,    /* open to all */
	TOKEN_ACCOUNT, /* account token */
	TOKEN_API,     /* API token or temporary API token */
	TOKEN_BASE,    /* base token for the {base_uuid} of the path */
};

enum route_permission {
	ALLOW_ALL,        /* TOKEN_NONE only */
	ALLOW_ACCOUNT,    /* any active account; the handler checks rights on the thing it names */
	ALLOW_TEAM_ADMIN, /* an admin of the team {org_id} of the path, or of the own team where the path has none */
	ALLOW_SYSTEM_ADMIN,
	ALLOW_READ,         /* API or base token: r is enough */
	ALLOW_WRITE,        /* API or base token: rw needed, else 403 */
	ALLOW_BY_STATEMENT, /* base token: the handler decides by what the statement does */
};

typedef bool (*api_handler)(struct api_call *call, struct error *err);

struct api_route {
	const char *method;
	const char *pattern; /* router.h; braces name the parameters */
	enum route_token token;
	enum route_permission permission;
	size_t body_limit; /* bytes */
	api_handler handler;
	const char *name;    /* the handler's name: operationId of /openapi.json */
	const char *summary; /* one line for people */
	const char *request; /* schema name of the body (defs/openapi_schemas.json), or NULL */
	const char *reply;   /* schema name of the 200 reply, or NULL */
};

/* All routes, built from the .def files; `count` is set. */
const struct api_route *api_routes(size_t *count);

/* One request on its way through a handler. The reply's JSON goes to `out`; status and headers to `reply`. */
struct api_call {
	struct api *api;
	const struct api_route *route;
	struct http_request *request;
	struct http_reply *reply;
	struct arena *arena;
	struct http_match match; /* path parameters: router_param(&call->match, "base_uuid") */
	struct caller caller;    /* as far as route->token says */
	struct base_once *once;  /* of a write with an Idempotency-Key, else NULL (once.c) */
	struct str csrf_token;   /* of the caller's session; absent when it has none */
	struct json_out out;     /* writes into reply->body */
	const cJSON *body;       /* the JSON body: object, array, string ...; NULL when there is none or it is a form */
	const struct http_field *fields; /* form and multipart fields */
	size_t field_count;
};

/* ---- arguments (arguments.c) ---- */

/* A named argument, wherever the client put it: body (JSON member or form field), then query. Numbers and booleans come
 * as their text. Absent slice when missing; JSON null is missing too. Always valid UTF-8 (dispatch has checked). */
struct str api_arg(const struct api_call *call, const char *name);
/* api_arg() that must be there and not empty, else E_param_invalid naming it. */
bool api_arg_required(const struct api_call *call, const char *name, struct str *out, struct error *err);
/* A path parameter. */
struct str api_path(const struct api_call *call, const char *name);
/* An integer argument; `fallback` when missing; E_param_invalid when it is no integer or outside [min, max]. */
bool api_arg_int(const struct api_call *call, const char *name, int64_t fallback, int64_t min, int64_t max,
		 int64_t *out, struct error *err);
/* A boolean argument (auth.md 1); `fallback` when missing or unreadable. */
bool api_arg_bool(const struct api_call *call, const char *name, bool fallback);
/* A member of the JSON body as a tree (rows, updates, columns ...); when the client sent a form or query, its text is
 * parsed as JSON. NULL when missing. */
const cJSON *api_arg_json(const struct api_call *call, const char *name);

/* The argument permission: "r" or "rw", else E_param_invalid. */
bool api_arg_permission(const struct api_call *call, enum permission *out, struct error *err);
/* The arguments page (from 1) and per_page (1 to 1000, 25 when missing). */
bool api_arg_page(const struct api_call *call, int *page, int *per_page, struct error *err);

/* ---- what many replies hold (reply.c) ---- */

/* Writes {"success":true}, the whole answer of most writes. Always true, so that a handler can end with
 * `return ... && api_write_success(call)`. */
bool api_write_success(struct api_call *call);
/* "page_next": are there more than these pages? */
void api_field_page_next(struct json_out *out, int page, int per_page, int64_t total);
/* email (the username), name, contact_email and avatar_url: what every object about a person begins with. */
void api_write_person_fields(struct api_call *call, struct str username, struct str name, struct str contact_email);
/* An instant with the server's offset, whole seconds, as the account endpoints write times. */
void api_field_time(struct json_out *out, const char *key, int64_t instant_ms);
/* The absolute URL of the picture that stands for a person. */
struct str api_avatar_url(const struct api_call *call);

/* ---- the parts behind the doors ---- */

struct catalog *api_catalog(struct api *api);
struct auth *api_auth(struct api *api);
struct base_registry *api_bases(struct api *api);

/* "https://HOST" without a trailing slash: the configured public URL, else from X-Forwarded-Proto and Host
 * (auth.md 3.3). */
struct str api_origin(const struct api_call *call);

struct api_config {
	const char *data;      /* the data folder */
	struct str public_url; /* absent = from the request */
	struct str time_zone;
	size_t max_body, max_reply; /* bytes, of any request and reply */
	int rate_per_base;          /* calls a minute, 0 = unlimited */
	int rate_per_token;         /* calls a minute, 0 = unlimited */
};

/* The room's state. Keeps what it is given; the caller closes those after api_free(). */
struct api *api_new(const struct api_config *config, struct catalog *catalog, struct auth *auth,
		    struct base_registry *bases);
void api_free(struct api **api);
/* http_config.handler and http_config.write_error; `app` is the struct api. */
void api_handle(struct http_request *request, struct http_reply *reply, void *app);
void api_write_error(struct str path, const struct error *err, struct buf *body, void *app);

#endif
