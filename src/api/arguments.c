/* Arguments, wherever a client puts them: JSON body, form, query. Clients differ and their Content-Type is often
 * missing or wrong, so the body's own looks decide first (auth.md 1). Everything is UTF-8 after this file, or the
 * request has ended. */
#include "api/room.h"

#include "core/arena.h"
#include "core/json_in.h"

enum { MAX_PAGE = 1000000, MAX_PER_PAGE = 1000 };

enum body_kind { BODY_NONE, BODY_JSON, BODY_FORM, BODY_MULTIPART };

/* ---- reading the body ---- */

static bool declares(struct str content_type, const char *type)
{
	return str_equal_fold(str_slice(content_type, 0, strlen(type)), str_from_c(type));
}

/* `name=...` where JSON could not begin so. */
static bool looks_like_form(struct str body)
{
	for (size_t i = 0; i < body.len; i++) {
		char c = body.at[i];

		if (c == '=')
			return i > 0;
		if (c == '{' || c == '[' || c == '"' || c == ' ' || c == '\n')
			return false;
	}
	return false;
}

static enum body_kind guess_kind(struct str content_type, struct str body)
{
	if (body.len == 0)
		return BODY_NONE;
	if (declares(content_type, "multipart/form-data"))
		return BODY_MULTIPART;
	if (body.at[0] == '{' || body.at[0] == '[' || body.at[0] == '"')
		return BODY_JSON; /* curl -d '{...}' declares a form */
	if (str_starts_with(body, STR("--")))
		return BODY_MULTIPART;
	if (declares(content_type, "application/x-www-form-urlencoded") || looks_like_form(body))
		return BODY_FORM;
	return BODY_JSON;
}

static bool check_fields(const struct http_field *fields, size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		if (!str_is_utf8(fields[i].name))
			return FAIL_WITH(err, text_not_utf8, STR("A name in the form"));
		if (!fields[i].filename.at && !str_is_utf8(fields[i].value))
			return FAIL_WITH(err, text_not_utf8, fields[i].name);
	}
	return true;
}

static bool check_query(struct arena *arena, struct str query, struct error *err)
{
	struct http_field *fields;
	size_t count;

	if (query.len == 0)
		return true;
	if (!http_parse_urlencoded(arena, query, &fields, &count, err))
		return false;
	return check_fields(fields, count, err);
}

static bool read_json(struct api_call *call, struct str text, struct error *err)
{
	cJSON *tree;

	if (!json_parse(call->arena, text, &tree, err))
		return false;
	call->body = tree;
	return true;
}

bool api_read_arguments(struct api_call *call, struct error *err)
{
	struct str content_type = http_header(call->request, "content-type");
	struct str body = str_trim(call->request->body);
	struct http_field *fields = NULL;
	size_t count = 0;

	if (call->request->body.len > call->route->body_limit)
		return FAIL_WITH(err, body_too_large, str_format(call->arena, "%zu", call->route->body_limit));
	if (!check_query(call->arena, call->request->query, err))
		return false;
	switch (guess_kind(content_type, body)) {
	case BODY_NONE:
		return true;
	case BODY_JSON:
		return read_json(call, body, err);
	case BODY_FORM:
		if (!http_parse_urlencoded(call->arena, body, &fields, &count, err))
			return false;
		break;
	case BODY_MULTIPART:
		if (!http_parse_multipart(call->arena, content_type, call->request->body, &fields, &count, err))
			return false;
		break;
	}
	call->fields = fields;
	call->field_count = count;
	return check_fields(fields, count, err);
}

/* ---- asking for one ---- */

/* The text of a scalar; absent slice for null, lists and objects. */
static struct str scalar_text(struct arena *arena, const cJSON *node)
{
	char text[32];

	if (cJSON_IsString(node))
		return json_str(node);
	if (cJSON_IsBool(node))
		return cJSON_IsTrue(node) ? STR("true") : STR("false");
	if (!cJSON_IsNumber(node))
		return (struct str){ 0 };
	return str_copy(arena, (struct str){ text, json_format_double(node->valuedouble, text) });
}

static const struct http_field *find_field(const struct api_call *call, const char *name)
{
	for (size_t i = 0; i < call->field_count; i++) {
		if (!call->fields[i].filename.at && str_equal_c(call->fields[i].name, name))
			return &call->fields[i];
	}
	return NULL;
}

/* As form field, then in the query. */
static struct str outside_json(const struct api_call *call, const char *name)
{
	const struct http_field *field = find_field(call, name);

	return field ? field->value : http_query(call->request, name);
}

struct str api_arg(const struct api_call *call, const char *name)
{
	struct str text = scalar_text(call->arena, json_get(call->body, name));

	return text.at ? text : outside_json(call, name);
}

bool api_arg_required(const struct api_call *call, const char *name, struct str *out, struct error *err)
{
	*out = api_arg(call, name);
	if (str_is_empty(*out))
		return FAIL_WITH(err, param_invalid, str_from_c(name));
	return true;
}

struct str api_path(const struct api_call *call, const char *name)
{
	return router_param(&call->match, name);
}

bool api_arg_int(const struct api_call *call, const char *name, int64_t fallback, int64_t min, int64_t max,
		 int64_t *out, struct error *err)
{
	struct str text = api_arg(call, name);

	*out = fallback;
	if (str_is_empty(text))
		return true;
	if (!str_to_int64(text, out) || *out < min || *out > max)
		return FAIL_WITH(err, param_invalid, str_from_c(name));
	return true;
}

bool api_arg_bool(const struct api_call *call, const char *name, bool fallback)
{
	bool value;

	return str_to_bool(api_arg(call, name), &value) ? value : fallback;
}

bool api_arg_permission(const struct api_call *call, enum permission *out, struct error *err)
{
	return permission_parse(api_arg(call, "permission"), out) || FAIL_WITH(err, param_invalid, STR("permission"));
}

bool api_arg_page(const struct api_call *call, int *page, int *per_page, struct error *err)
{
	int64_t number = 0, size = 0;
	if (!api_arg_int(call, "page", 1, 1, MAX_PAGE, &number, err) ||
	    !api_arg_int(call, "per_page", 25, 1, MAX_PER_PAGE, &size, err))
		return false;
	*page = (int)number;
	*per_page = (int)size;
	return true;
}

const cJSON *api_arg_json(const struct api_call *call, const char *name)
{
	const cJSON *node = json_get(call->body, name);
	struct str text;
	struct error ignored;
	cJSON *tree;

	if (node)
		return cJSON_IsNull(node) ? NULL : node;
	text = outside_json(call, name);
	if (str_is_empty(text) || !json_parse(call->arena, text, &tree, &ignored) || cJSON_IsNull(tree))
		return NULL;
	return tree;
}
