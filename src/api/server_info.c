/* What anybody may ask of the server: does it live, what does it speak, how is it (auth.md 3.7). */
#include "api/handlers.h"
#include "api/room.h"

#include "core/metric.h"

bool api_ping(struct api_call *call, struct error *err)
{
	(void)err;
	json_string_c(&call->out, "pong");
	return true;
}

bool api_ping_object(struct api_call *call, struct error *err)
{
	(void)err;
	json_object(&call->out);
	json_field_c(&call->out, "ret", "pong");
	json_object_end(&call->out);
	return true;
}

bool api_ping_text(struct api_call *call, struct error *err)
{
	(void)err;
	call->reply->content_type = "text/html; charset=utf-8";
	buf_append_str(&call->reply->body, STR("pong"));
	return true;
}

bool api_server_info(struct api_call *call, struct error *err)
{
	(void)err;
	json_object(&call->out);
	json_field_c(&call->out, "version", API_SPOKEN_VERSION);
	json_field_c(&call->out, "edition", "enterprise edition");
	json_object_end(&call->out);
	return true;
}

bool api_metrics(struct api_call *call, struct error *err)
{
	(void)err;
	call->reply->content_type = "text/plain; version=0.0.4; charset=utf-8";
	metric_write(&call->reply->body);
	return true;
}
