/* Signing in as a browser. The session is a cookie that no script can read and no other site's page makes a browser
 * send (SameSite=Strict); what changes something also needs the session's CSRF token in a header, which only pages of
 * ours can know. */
#include "api/handlers.h"
#include "api/room.h"
#include "core/arena.h"

#define COOKIE_NAME "atoll_session"

/* ---- the cookie ---- */

/* The value of our cookie, or the absent slice (RFC 6265 4.2.1). */
static struct str read_cookie(const struct http_request *request)
{
	struct str header = http_header(request, "cookie");
	size_t from = 0;
	while (from < header.len) {
		size_t end = str_find_byte(header, ';', from);
		struct str pair = str_trim(str_slice(header, from, end));
		if (str_starts_with(pair, STR(COOKIE_NAME "=")))
			return str_slice(pair, sizeof(COOKIE_NAME "=") - 1, pair.len);
		from = end == SIZE_MAX ? header.len : end + 1;
	}
	return (struct str){ 0 };
}

/* `seconds` 0 takes it from the browser. */
static void set_cookie(struct api_call *call, struct str value, int seconds)
{
	const char *secure = str_starts_with(api_origin(call), STR("https://")) ? "; Secure" : "";
	http_reply_header(call->reply, "set-cookie",
			  str_format(call->arena, COOKIE_NAME "=%.*s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s",
				     STR_ARG(value), seconds, secure));
}

/* ---- checking ---- */

static bool is_reading(struct str method)
{
	return str_equal_c(method, "GET") || str_equal_c(method, "HEAD") || str_equal_c(method, "OPTIONS");
}

bool api_check_session(struct api_call *call, struct error *err)
{
	struct auth_session session;
	if (!auth_check_session(api_auth(call->api), call->arena, read_cookie(call->request), &session, err))
		return false;
	if (!is_reading(call->request->method) &&
	    !auth_is_csrf_token(&session, http_header(call->request, "x-csrf-token")))
		return FAIL(err, csrf_failed);
	if (session.is_renewed)
		set_cookie(call, session.token, AUTH_SESSION_SECONDS);
	call->caller = session.caller;
	call->csrf_token = session.csrf_token;
	return true;
}

/* Host and port of a URL: what lies between "://" and the next slash. */
static struct str host_of(struct str url)
{
	for (size_t i = 0; i + 3 <= url.len; i++) {
		if (str_equal(str_slice(url, i, i + 3), STR("://")))
			return str_slice(url, i + 3, str_find_byte(url, '/', i + 3));
	}
	return (struct str){ 0 };
}

/* Could the page of another site have made the browser send this? Nobody shall be signed in unawares to an account that
 * somebody else reads. Programs send neither of the two headers. */
static bool is_from_elsewhere(const struct api_call *call)
{
	struct str site = http_header(call->request, "sec-fetch-site"), origin = http_header(call->request, "origin");
	if (site.at)
		return !str_equal_c(site, "same-origin") && !str_equal_c(site, "none");
	return origin.at && !str_equal_fold(host_of(origin), host_of(api_origin(call))) &&
	       !str_equal_fold(host_of(origin), http_header(call->request, "host"));
}

/* ---- handlers ---- */

static bool write_session(struct api_call *call, struct error *err)
{
	json_object(&call->out);
	json_key(&call->out, "user");
	if (!api_write_profile(call, err))
		return false;
	json_field_str(&call->out, "csrf_token", call->csrf_token);
	json_object_end(&call->out);
	http_reply_header(call->reply, "cache-control", STR("no-store"));
	return true;
}

bool api_start_session(struct api_call *call, struct error *err)
{
	struct str name = str_trim(api_arg(call, "username")), password = api_arg(call, "password");
	struct auth_session session;
	if (is_from_elsewhere(call))
		return FAIL(err, other_origin);
	if (str_is_empty(name) || str_is_empty(password))
		return FAIL(err, login_failed);
	if (!auth_start_session(api_auth(call->api), call->arena, name, password, api_remote_address(call), &session,
				err))
		return false;
	set_cookie(call, session.token, AUTH_SESSION_SECONDS);
	call->caller = session.caller;
	call->csrf_token = session.csrf_token;
	return write_session(call, err);
}

bool api_get_session(struct api_call *call, struct error *err)
{
	if (!call->caller.session_id)
		return FAIL(err, auth_missing);
	return write_session(call, err);
}

bool api_end_session(struct api_call *call, struct error *err)
{
	if (!call->caller.session_id)
		return FAIL(err, auth_missing);
	if (!auth_end_session(api_auth(call->api), &call->caller, err))
		return false;
	set_cookie(call, STR(""), 0);
	api_write_success(call);
	return true;
}
