/* The room's state: what the doors stand before (catalog, tokens, bases), the router made of the route table, and the
 * rate limits, and the hub of change events. */
#include "api/room.h"

#include "api/event_hub.h"
#include "api/row_stream.h"
#include "auth/rate.h"
#include "core/arena.h"

#include <stdlib.h>

static void fill_router(struct http_router *router)
{
	size_t count;
	const struct api_route *routes = api_routes(&count);

	for (size_t i = 0; i < count; i++)
		router_add(router, routes[i].method, routes[i].pattern, (void *)&routes[i]);
}

struct api *api_new(const struct api_config *config, struct catalog *catalog, struct auth *auth,
		    struct base_registry *bases)
{
	struct api *api = calloc(1, sizeof(*api));

	if (!api)
		abort();
	api->config = *config;
	api->catalog = catalog;
	api->auth = auth;
	api->bases = bases;
	api->router = router_new();
	fill_router(api->router);
	api->row_streams = row_streams_new();
	api->events = event_hub_new(catalog, auth, bases);
	if (config->rate_per_base > 0)
		api->base_rates = rate_new(config->rate_per_base);
	if (config->rate_per_token > 0)
		api->token_rates = rate_new(config->rate_per_token);
	return api;
}

void api_free(struct api **api)
{
	if (!*api)
		return;
	event_hub_free(&(*api)->events);
	row_streams_free(&(*api)->row_streams);
	rate_free(&(*api)->base_rates);
	rate_free(&(*api)->token_rates);
	router_free(&(*api)->router);
	free(*api);
	*api = NULL;
}

struct catalog *api_catalog(struct api *api)
{
	return api->catalog;
}

struct auth *api_auth(struct api *api)
{
	return api->auth;
}

struct base_registry *api_bases(struct api *api)
{
	return api->bases;
}

/* A host may be letters, digits and what addresses and ports need; anything else could break out of the URLs made of
 * it. */
static bool is_host(struct str host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!alphanumeric && c != '.' && c != '-' && c != ':' && c != '[' && c != ']' && c != '_')
			return false;
	}
	return host.len > 0;
}

struct str api_origin(const struct api_call *call)
{
	struct str proto = http_header(call->request, "x-forwarded-proto");
	struct str host = http_header(call->request, "host");
	bool https;

	if (!str_is_empty(call->api->config.public_url))
		return call->api->config.public_url;
	proto = str_trim(str_slice(proto, 0, str_find_byte(proto, ',', 0)));
	https = proto.len > 0 ? str_equal_fold(proto, STR("https")) : call->request->tls;
	if (!is_host(host))
		host = STR("localhost");
	return str_format(call->arena, "%s://%.*s", https ? "https" : "http", STR_ARG(host));
}
