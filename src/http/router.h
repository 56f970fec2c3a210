/* Paths to routes. A pattern is segments between slashes; "{name}" takes one whole segment. Patterns are compared after
 * the path's slashes are made single and its last one is dropped, so every path works with and without the trailing
 * slash. A literal segment wins over a "{name}" as long as its pattern has the method. HEAD finds the route of GET.
 * Segments are percent-decoded once (auth.md 1). */
#ifndef ATOLL_HTTP_ROUTER_H
#define ATOLL_HTTP_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct http_router;

enum { ROUTER_MAX_PARAMS = 6 };

struct http_param {
	struct str name;
	struct str value; /* decoded, in the arena */
};

struct http_match {
	void *route; /* what router_add() was given; NULL when only other methods fit */
	struct http_param params[ROUTER_MAX_PARAMS];
	size_t param_count;
	struct str allowed; /* when route is NULL: methods that fit the path, "GET, POST", for 405 and OPTIONS */
};

struct http_router *router_new(void);
void router_free(struct http_router **router);
/* Asserts that method and pattern are new. `pattern` and `method` must outlive the router. */
void router_add(struct http_router *router, const char *method, const char *pattern, void *route);
/* Finds the route of a path as it was sent. False (E_path_not_found, or E_bad_request for a broken escape or a segment
 * that is not UTF-8) when no pattern fits. With a fitting pattern but another method: true and match->route is NULL. */
bool router_find(const struct http_router *router, struct arena *arena, struct str method, struct str path,
		 struct http_match *match, struct error *err);
/* The decoded parameter, or the absent slice. */
struct str router_param(const struct http_match *match, const char *name);

#endif
