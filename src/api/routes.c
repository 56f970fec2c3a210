/* The route table: the rows of defs/routes_web.def, defs/routes_gateway.def and defs/routes_older.def as one array. Who
 * may do what is read here and nowhere else, so the compiler checks each row: it must state a token kind and a
 * permission that go together.
 */
#include "api/handlers.h"
#include "api/room.h"

/* Which permissions a token kind can carry. */
#define FITS_TOKEN_NONE(p) ((p) == ALLOW_ALL)
#define FITS_TOKEN_ACCOUNT(p) ((p) == ALLOW_ACCOUNT || (p) == ALLOW_TEAM_ADMIN || (p) == ALLOW_SYSTEM_ADMIN)
#define FITS_TOKEN_API(p) ((p) == ALLOW_READ || (p) == ALLOW_WRITE)
#define FITS_TOKEN_BASE(p) ((p) == ALLOW_READ || (p) == ALLOW_WRITE || (p) == ALLOW_BY_STATEMENT)

#define ROUTE(method, pattern, token, permission, body_limit, handler, summary, request, reply)                        \
	_Static_assert(FITS_##token(permission), method " " pattern ": the permission does not fit the token kind");   \
	_Static_assert((body_limit) > 0, method " " pattern ": no body limit");
#include "defs/routes_gateway.def"
#include "defs/routes_older.def"
#include "defs/routes_web.def"
#undef ROUTE

static const struct api_route routes[] = {
#define ROUTE(method, pattern, token, permission, body_limit, handler, summary, request, reply)                        \
	{ method, pattern, token, permission, body_limit, handler, #handler, summary, request, reply },
#include "defs/routes_gateway.def"
#include "defs/routes_older.def"
#include "defs/routes_web.def"
#undef ROUTE
};

const struct api_route *api_routes(size_t *count)
{
	*count = sizeof(routes) / sizeof(routes[0]);
	return routes;
}
