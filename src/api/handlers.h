/* Every handler that a route names, declared from the same rows that make the routes: a row without its function does
 * not link, a function without a row does not compile (-Wmissing-prototypes). */
#ifndef ATOLL_API_HANDLERS_H
#define ATOLL_API_HANDLERS_H

#include "api/api.h"

#define ROUTE(method, pattern, token, permission, body_limit, handler, summary, request, reply)                        \
	bool handler(struct api_call *call, struct error *err);
#include "defs/routes_gateway.def"
#include "defs/routes_older.def"
#include "defs/routes_web.def"
#undef ROUTE

#endif
