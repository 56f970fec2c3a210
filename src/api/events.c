/* GET events/: the changes of a base as they happen, as server-sent events (https://html.spec.whatwg.org, 9.2). */
#include "api/base_call.h"
#include "api/event_hub.h"
#include "api/handlers.h"
#include "api/room.h"

/* Where the client stands: the last event that it saw before the connection broke, else the version that it asks for,
 * else the present one. */
static bool read_place(const struct api_call *call, int64_t version, int64_t *after, struct error *err)
{
	struct str last = http_header(call->request, "last-event-id");

	if (!str_is_empty(last))
		return (str_to_int64(last, after) && *after >= 0 && *after <= version) ||
		       FAIL_WITH(err, param_invalid, STR("Last-Event-ID"));
	return api_arg_int(call, "after", version, 0, version, after, err);
}

bool api_stream_events(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);
	int64_t version = 0, after = 0;

	if (!on || !base_get_version(on->base, &version, err) || !read_place(call, version, &after, err) ||
	    !event_hub_add(call->api->events, call->reply, call->caller.base_uuid,
			   call->caller.api_token_id ? (struct str){ 0 } : call->caller.username,
			   api_read_token(call->request), after, err))
		return false;
	call->reply->content_type = "text/event-stream";
	http_reply_header(call->reply, "cache-control", STR("no-store"));
	http_reply_header(call->reply, "x-accel-buffering", STR("no"));
	buf_append_str(&call->reply->body, STR("retry: 2000\n\n"));
	return true;
}
