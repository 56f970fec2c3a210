/* The way of every request: route, token, rights, rate limits, arguments, handler, and the error when one of them says
 * no. What a route asks of its caller stands in its row (routes.c); a step that fails ends the request, so nothing of a
 * handler runs for a caller who may not call it. */
#include "api/room.h"

#include "auth/rate.h"
#include "core/arena.h"
#include "core/id.h"
#include "core/log.h"
#include "core/metric.h"

#include <assert.h>

/* ---- the token ---- */

struct str api_read_token(const struct http_request *request)
{
	struct str header = str_trim(http_header(request, "authorization"));
	size_t blank = str_find_byte(header, ' ', 0);
	struct str scheme = str_slice(header, 0, blank);

	if (blank == SIZE_MAX || (!str_equal_fold(scheme, STR("token")) && !str_equal_fold(scheme, STR("bearer"))))
		return (struct str){ 0 };
	return str_trim(str_slice(header, blank, header.len));
}

static bool check_account(struct api_call *call, struct str token, struct error *err)
{
	if (!token.at && !http_header(call->request, "authorization").at)
		return api_check_session(call, err);
	if (!token.at)
		return FAIL(err, auth_missing);
	return auth_check_account(call->api->auth, call->arena, token, &call->caller, err);
}

static bool check_api_token(struct api_call *call, struct str token, struct error *err)
{
	if (!token.at)
		return FAIL(err, permission_denied);
	return auth_check_api_token(call->api->auth, call->arena, token, &call->caller, err);
}

static bool check_base_token(struct api_call *call, struct str token, struct error *err)
{
	char uuid[ID_UUID_LEN + 1];

	if (!token.at || !id_parse_uuid(api_path(call, "base_uuid"), uuid))
		return FAIL(err, base_token_invalid);
	return auth_check_base_token(call->api->auth, call->arena, token, str_copy(call->arena, str_from_c(uuid)),
				     &call->caller, err);
}

static bool check_token(struct api_call *call, struct error *err)
{
	struct str token = api_read_token(call->request);

	switch (call->route->token) {
	case TOKEN_NONE:
		return true;
	case TOKEN_ACCOUNT:
		return check_account(call, token, err);
	case TOKEN_API:
		return check_api_token(call, token, err);
	case TOKEN_BASE:
		return check_base_token(call, token, err);
	}
	assert(false);
	return FAIL(err, internal);
}

/* ---- rights ---- */

/* Admin of the team that the path names, or of the own one where it names none. */
static bool is_admin_of_path(const struct api_call *call)
{
	struct str org = api_path(call, "org_id");
	int64_t team_id;

	if (!call->caller.is_team_admin)
		return false;
	return !org.at || (str_to_int64(org, &team_id) && team_id == call->caller.team_id);
}

static bool check_permission(const struct api_call *call, struct error *err)
{
	switch (call->route->permission) {
	case ALLOW_ALL:
	case ALLOW_ACCOUNT:
		return true;
	case ALLOW_TEAM_ADMIN:
		return is_admin_of_path(call) || FAIL(err, admin_only);
	case ALLOW_SYSTEM_ADMIN:
		return call->caller.is_system_admin || FAIL(err, admin_only);
	case ALLOW_READ:
	case ALLOW_BY_STATEMENT:
		return call->caller.permission != PERM_NONE || FAIL(err, permission_denied);
	case ALLOW_WRITE:
		return call->caller.permission == PERM_RW || FAIL(err, read_only_token);
	}
	assert(false);
	return FAIL(err, internal);
}

/* ---- rate limits ---- */

struct str api_caller_key(const struct api_call *call)
{
	const struct caller *caller = &call->caller;

	return caller->api_token_id ? str_format(call->arena, "token %lld", (long long)caller->api_token_id)
				    : str_format(call->arena, "account %lld", (long long)caller->account_id);
}

static bool check_rates(const struct api_call *call, struct error *err)
{
	const struct caller *caller = &call->caller;
	struct api *api = call->api;

	if (call->route->token != TOKEN_API && call->route->token != TOKEN_BASE)
		return true;
	if ((api->token_rates && !rate_take(api->token_rates, api_caller_key(call), err)) ||
	    (api->base_rates && !rate_take(api->base_rates, caller->base_uuid, err))) {
		metric_add(M_http_rate_limited_total, 1);
		return false;
	}
	return true;
}

/* ---- the whole way ---- */

static bool find_route(struct api_call *call, struct error *err)
{
	struct http_request *request = call->request;

	if (!router_find(call->api->router, call->arena, request->method, request->path, &call->match, err))
		return false;
	call->route = call->match.route;
	if (call->route)
		return true;
	http_reply_header(call->reply, "allow", call->match.allowed);
	return FAIL_WITH(err, method_not_allowed, request->method);
}

/* A body that used up the request's memory ends it here, before a handler has done anything. What happens later is
 * watched by those who commit (base/transaction.c) and who reply (http/exchange.c). */
static bool check_memory(const struct api_call *call, struct error *err)
{
	return !arena_overflowed(call->arena) || FAIL(err, request_too_complex);
}

static bool answer(struct api_call *call, struct error *err)
{
	return find_route(call, err) && check_token(call, err) && check_permission(call, err) &&
	       check_rates(call, err) && api_read_arguments(call, err) && check_memory(call, err) &&
	       (api_is_once(call) ? api_answer_once(call, err) : call->route->handler(call, err));
}

void api_reply_error(struct api_call *call, const struct error *err)
{
	struct http_reply *reply = call->reply;

	if (err->status >= 500)
		LOG(LOG_ERROR, "request_failed", LOG_STR("error", str_from_c(error_name(err->code))),
		    LOG_STR("path", call->request->path));
	buf_clear(&reply->body);
	api_write_error(call->request->path, err, &reply->body, call->api);
	reply->status = err->status;
	reply->content_type = reply->body.len > 0 ? "application/json" : NULL;
	if (err->retry_after_s > 0)
		http_reply_header(reply, "retry-after", str_format(call->arena, "%d", err->retry_after_s));
}

static bool is_preflight(struct api_call *call)
{
	struct error ignored;

	return str_equal_c(call->request->method, "OPTIONS") &&
	       router_find(call->api->router, call->arena, STR("OPTIONS"), call->request->path, &call->match, &ignored);
}

void api_handle(struct http_request *request, struct http_reply *reply, void *app)
{
	struct error err = { 0 };
	struct api_call call = {
		.api = app,
		.request = request,
		.reply = reply,
		.arena = request->arena,
		.out = json_out_to(&reply->body),
	};

	api_cors_headers(request, reply);
	if (is_preflight(&call)) {
		api_cors_preflight(reply, call.match.allowed);
		return;
	}
	if (answer(&call, &err) || (!call.route && err.code == E_path_not_found && api_answer_page(&call)))
		return;
	api_reply_error(&call, &err);
}
