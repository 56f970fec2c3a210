/* POST /api2/auth-token/: a person's script signs in (auth.md 3.1). */
#include "api/handlers.h"
#include "api/room.h"

/* The last of the X-Forwarded-For headers: some proxies append to the client's header, others add one of their own. */
static struct str last_forwarded_for(const struct http_request *request)
{
	struct str last = { 0 };
	for (size_t i = 0; i < request->header_count; i++) {
		if (str_equal(request->headers[i].name, STR("x-forwarded-for")))
			last = request->headers[i].value;
	}
	return last;
}

/* Behind a proxy on this machine every peer is that proxy, which appends whom it speaks for to X-Forwarded-For; from
 * anybody else that header is just a claim. */
struct str api_remote_address(const struct api_call *call)
{
	struct str peer = call->request->remote;
	if (!str_equal(peer, STR("127.0.0.1")) && !str_equal(peer, STR("::1")))
		return peer;
	struct str list = last_forwarded_for(call->request);
	for (size_t comma = 0; (comma = str_find_byte(list, ',', 0)) != SIZE_MAX;)
		list = str_slice(list, comma + 1, list.len);
	list = str_trim(list);
	return str_is_empty(list) ? peer : list;
}

bool api_sign_in(struct api_call *call, struct error *err)
{
	struct str name = str_trim(api_arg(call, "username")), password = api_arg(call, "password"), token;
	if (str_is_empty(name) || str_is_empty(password))
		return FAIL(err, login_failed);
	if (!auth_sign_in(api_auth(call->api), call->arena, name, password, api_remote_address(call), &token, err))
		return false;
	json_object(&call->out);
	json_field_str(&call->out, "token", token);
	json_object_end(&call->out);
	return true;
}
