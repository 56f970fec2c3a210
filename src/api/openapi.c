/* GET /openapi.json: the route table as an OpenAPI 3.0 document, so that what is documented is what is served. The
 * schemas stand in defs/openapi_schemas.json. A route's `request` R names the schema R of its body and the schema
 * RQuery of its query parameters; one of them may be missing. Of an operation on a base it also says the group in which
 * people look for it. */
#include "api/handlers.h"
#include "api/room.h"

#include "core/arena.h"
#include "core/embed.h"
#include "core/json_in.h"

#include <assert.h>
#include <ctype.h>

EMBED(openapi_schemas, "src/defs/openapi_schemas.json");

/* What the document says of a token kind. */
static const struct {
	const char *scheme; /* NULL = open to all */
	const char *tag;
	const char *success; /* the account endpoints answer some creations with 201 */
	const char *description;
} token_kinds[] = {
	[TOKEN_NONE] = { NULL, "Server", "200", NULL },
	[TOKEN_ACCOUNT] = { "accountToken", "Accounts, teams and bases", "2XX",
			    "The token of a person, from POST /api2/auth-token/. Browsers send the cookie of "
			    "POST /api/v2.1/session/ instead." },
	[TOKEN_API] = { "apiToken", "API token", "200", "The token of an app for one base." },
	[TOKEN_BASE] = { "baseToken", "Base operations", "200",
			 "The short-lived token of one base, from GET /api/v2.1/dtable/app-access-token/." },
};

enum { TOKEN_KINDS = sizeof(token_kinds) / sizeof(token_kinds[0]) };

/* The groups in which people look for the base operations, by the word behind the base's id in the path. */
static const struct {
	const char *word;
	const char *group;
} base_groups[] = {
	{ "", "Base info" },
	{ "metadata", "Base info" },
	{ "related-users", "Base info" },
	{ "limits", "Base info" },
	{ "events", "Base info" },
	{ "rows", "Rows" },
	{ "stream-rows", "Rows" },
	{ "filtered-rows", "Rows" },
	{ "summarize-rows", "Rows" },
	{ "color-rows", "Rows" },
	{ "batch-append-rows", "Rows" },
	{ "upsert-rows", "Rows" },
	{ "lock-rows", "Rows" },
	{ "unlock-rows", "Rows" },
	{ "sql", "SQL" },
	{ "tables", "Tables" },
	{ "views", "Views" },
	{ "columns", "Columns" },
	{ "batch-append-columns", "Columns" },
	{ "preview-formula", "Columns" },
	{ "column-options", "Columns" },
	{ "column-cascade-settings", "Columns" },
	{ "query-links", "Links" },
	{ "links", "Links" },
	{ "auto-links", "Links" },
	{ "auto-link-task", "Links" },
	{ "notifications", "Notifications" },
	{ "ui-toasts", "Notifications" },
	{ "comments", "Comments" },
	{ "comments-count", "Comments" },
	{ "comments-within-days", "Comments" },
	{ "add-archived-rows", "Archive" },
	{ "insert-archived-rows", "Archive" },
	{ "archive-view", "Archive" },
	{ "unarchive", "Archive" },
	{ "db-operations", "Archive" },
	{ "restore-operations", "Archive" },
	{ "snapshot", "Snapshots" },
	{ "activities", "Log" },
	{ "operations", "Log" },
};

#define GATEWAY_PREFIX "/api-gateway/api/v2/dtables/{base_uuid}/"

static const char *const permissions[] = {
	[ALLOW_ALL] = "none",
	[ALLOW_ACCOUNT] = "account",
	[ALLOW_TEAM_ADMIN] = "team admin",
	[ALLOW_SYSTEM_ADMIN] = "system admin",
	[ALLOW_READ] = "r",
	[ALLOW_WRITE] = "rw",
	[ALLOW_BY_STATEMENT] = "by statement",
};

static void write_ref(struct json_out *out, struct arena *arena, const char *schema)
{
	json_object(out);
	json_field_str(out, "$ref", str_format(arena, "#/components/schemas/%s", schema));
	json_object_end(out);
}

/* "content": {"application/json": {"schema": ...}}; a schema of something else names its media type. */
static void write_content(struct json_out *out, struct arena *arena, const cJSON *schemas, const char *schema)
{
	struct str media_type = json_get_str(json_get(schemas, schema), "x-media-type");

	json_key(out, "content");
	json_object(out);
	json_key_str(out, media_type.at ? media_type : STR("application/json"));
	json_object(out);
	json_key(out, "schema");
	write_ref(out, arena, schema);
	json_object_end(out);
	json_object_end(out);
}

/* ---- parameters ---- */

static void write_path_parameters(struct json_out *out, const char *pattern)
{
	const char *at = pattern;

	while ((at = strchr(at, '{'))) {
		const char *end = strchr(at, '}');

		assert(end);
		json_object(out);
		json_field_str(out, "name", (struct str){ at + 1, (size_t)(end - at - 1) });
		json_field_c(out, "in", "path");
		json_field_bool(out, "required", true);
		json_key(out, "schema");
		json_raw(out, STR("{\"type\":\"string\"}"));
		json_object_end(out);
		at = end;
	}
}

static bool is_required(const cJSON *schema, const char *name)
{
	const cJSON *required;

	cJSON_ArrayForEach(required, json_get(schema, "required"))
	{
		if (str_equal_c(json_str(required), name))
			return true;
	}
	return false;
}

static void write_query_parameters(struct json_out *out, const cJSON *schema)
{
	const cJSON *property;

	cJSON_ArrayForEach(property, json_get(schema, "properties"))
	{
		json_object(out);
		json_field_c(out, "name", property->string);
		json_field_c(out, "in", "query");
		json_field_bool(out, "required", is_required(schema, property->string));
		json_key(out, "schema");
		json_tree(out, property);
		json_object_end(out);
	}
}

/* Headers that change what a write of a base does (once.c, rows.c). */
static const struct {
	const char *name, *description;
	const char *path; /* the end of the only path that takes it; NULL = all */
} write_headers[] = {
	{ "Idempotency-Key",
	  "The same request with the same key again, within a day, gets this one's answer and changes nothing", NULL },
	{ "If-Match", "The ETag of reading the row: if it was changed since, the answer is 412 and nothing changes",
	  "/{base_uuid}/rows/" },
};

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void write_header_parameters(struct json_out *out, const struct api_route *route)
{
	bool is_write = route->token == TOKEN_BASE && strcmp(route->method, "GET") != 0 &&
			(route->permission == ALLOW_WRITE || route->permission == ALLOW_BY_STATEMENT);

	for (size_t i = 0; is_write && i < sizeof(write_headers) / sizeof(write_headers[0]); i++) {
		if (write_headers[i].path &&
		    (!ends_with(route->pattern, write_headers[i].path) || strcmp(route->method, "POST") == 0))
			continue;
		json_object(out);
		json_field_c(out, "name", write_headers[i].name);
		json_field_c(out, "in", "header");
		json_field_bool(out, "required", false);
		json_field_c(out, "description", write_headers[i].description);
		json_key(out, "schema");
		json_object(out);
		json_field_c(out, "type", "string");
		json_object_end(out);
		json_object_end(out);
	}
}

/* ---- operations ---- */

/* The handler's name without the room's; a handler that serves several routes gets a number from the second on. */
static struct str operation_id(struct arena *arena, const struct api_route *routes, size_t index)
{
	const char *name = routes[index].name;
	int earlier = 0;

	for (size_t i = 0; i < index; i++)
		earlier += strcmp(routes[i].name, name) == 0;
	if (strncmp(name, "api_", 4) == 0)
		name += 4;
	return earlier ? str_format(arena, "%s_%d", name, earlier + 1) : str_from_c(name);
}

static void write_security(struct json_out *out, const struct api_route *route)
{
	const char *scheme = token_kinds[route->token].scheme;

	json_key(out, "security");
	json_array(out);
	if (scheme) {
		json_object(out);
		json_key(out, scheme);
		json_array(out);
		json_array_end(out);
		json_object_end(out);
	}
	json_array_end(out);
	json_field_c(out, "x-permission", permissions[route->permission]);
}

static void write_request(struct json_out *out, struct arena *arena, const cJSON *schemas,
			  const struct api_route *route)
{
	const char *body = route->request;
	const cJSON *query = NULL;

	if (body)
		query = json_get(schemas, str_to_c(arena, str_format(arena, "%sQuery", body)));
	json_key(out, "parameters");
	json_array(out);
	write_path_parameters(out, route->pattern);
	write_query_parameters(out, query);
	write_header_parameters(out, route);
	json_array_end(out);
	if (!body || (query && !json_get(schemas, body)))
		return;
	json_key(out, "requestBody");
	json_object(out);
	json_field_bool(out, "required", true);
	write_content(out, arena, schemas, body);
	json_object_end(out);
}

static void write_responses(struct json_out *out, struct arena *arena, const cJSON *schemas,
			    const struct api_route *route)
{
	json_key(out, "responses");
	json_object(out);
	json_key(out, token_kinds[route->token].success);
	json_object(out);
	json_field_c(out, "description", "Success");
	if (route->reply)
		write_content(out, arena, schemas, route->reply);
	json_object_end(out);
	json_key(out, "default");
	json_object(out);
	json_field_c(out, "description", "Failure");
	write_content(out, arena, schemas, "Error");
	json_object_end(out);
	json_object_end(out);
}

static void write_method(struct json_out *out, const char *method)
{
	char lower[16];
	size_t i = 0;

	for (; method[i] && i + 1 < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)method[i]);
	lower[i] = 0;
	json_key(out, lower);
}

/* Base operations go by their group; what older clients call stands apart from what new programs should. */
static const char *tag_of(const struct api_route *route)
{
	struct str word;
	const char *end;

	if (route->token != TOKEN_BASE)
		return token_kinds[route->token].tag;
	if (strncmp(route->pattern, GATEWAY_PREFIX, strlen(GATEWAY_PREFIX)) != 0)
		return "Older paths";
	word = str_from_c(route->pattern + strlen(GATEWAY_PREFIX));
	end = memchr(word.at, '/', word.len);
	if (end)
		word.len = (size_t)(end - word.at);
	for (size_t i = 0; i < sizeof(base_groups) / sizeof(base_groups[0]); i++) {
		if (str_equal_c(word, base_groups[i].word))
			return base_groups[i].group;
	}
	return token_kinds[TOKEN_BASE].tag;
}

static void write_operation(struct json_out *out, struct arena *arena, const cJSON *schemas,
			    const struct api_route *routes, size_t index)
{
	const struct api_route *route = &routes[index];

	write_method(out, route->method);
	json_object(out);
	json_field_str(out, "operationId", operation_id(arena, routes, index));
	json_field_c(out, "summary", route->summary);
	json_key(out, "tags");
	json_array(out);
	json_string_c(out, tag_of(route));
	json_array_end(out);
	write_security(out, route);
	write_request(out, arena, schemas, route);
	write_responses(out, arena, schemas, route);
	json_object_end(out);
}

/* ---- the document ---- */

static bool is_first_of_path(const struct api_route *routes, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (strcmp(routes[i].pattern, routes[index].pattern) == 0)
			return false;
	}
	return true;
}

static void write_paths(struct json_out *out, struct arena *arena, const cJSON *schemas)
{
	size_t count;
	const struct api_route *routes = api_routes(&count);

	json_key(out, "paths");
	json_object(out);
	for (size_t i = 0; i < count; i++) {
		if (!is_first_of_path(routes, i))
			continue;
		json_key(out, routes[i].pattern);
		json_object(out);
		for (size_t j = i; j < count; j++) {
			if (strcmp(routes[j].pattern, routes[i].pattern) == 0)
				write_operation(out, arena, schemas, routes, j);
		}
		json_object_end(out);
	}
	json_object_end(out);
}

static void write_components(struct json_out *out)
{
	json_key(out, "components");
	json_object(out);
	json_key(out, "securitySchemes");
	json_object(out);
	for (size_t i = 0; i < TOKEN_KINDS; i++) {
		if (!token_kinds[i].scheme)
			continue;
		json_key(out, token_kinds[i].scheme);
		json_object(out);
		json_field_c(out, "type", "http");
		json_field_c(out, "scheme", "bearer");
		json_field_c(out, "description", token_kinds[i].description);
		json_object_end(out);
	}
	json_object_end(out);
	json_key(out, "schemas");
	json_raw(out, str_trim(EMBED_STR(openapi_schemas)));
	json_object_end(out);
}

bool api_openapi(struct api_call *call, struct error *err)
{
	struct json_out *out = &call->out;
	cJSON *schemas;

	if (!json_parse(call->arena, EMBED_STR(openapi_schemas), &schemas, err))
		return false;
	json_object(out);
	json_field_c(out, "openapi", "3.0.3");
	json_key(out, "info");
	json_object(out);
	json_field_c(out, "title", "Atoll");
	json_field_c(out, "version", API_SPOKEN_VERSION);
	json_field_c(out, "description",
		     "Every path also works without its trailing slash. A token is sent as "
		     "Authorization: Bearer or Authorization: Token.");
	json_object_end(out);
	json_key(out, "servers");
	json_array(out);
	json_object(out);
	json_field_str(out, "url", api_origin(call));
	json_object_end(out);
	json_array_end(out);
	write_paths(out, call->arena, schemas);
	write_components(out);
	json_object_end(out);
	return true;
}
