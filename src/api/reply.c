/* Small things that many replies of the account endpoints hold. */
#include "api/api.h"
#include "core/arena.h"
#include "core/clock.h"

bool api_write_success(struct api_call *call)
{
	json_object(&call->out);
	json_field_bool(&call->out, "success", true);
	json_object_end(&call->out);
	return true;
}

void api_field_time(struct json_out *out, const char *key, int64_t instant_ms)
{
	char text[CLOCK_TEXT_LEN];
	size_t len = clock_format_zone_s(instant_ms, text);
	json_field_str(out, key, (struct str){ text, len });
}

void api_field_page_next(struct json_out *out, int page, int per_page, int64_t total)
{
	json_field_bool(out, "page_next", (int64_t)page * per_page < total);
}

struct str api_avatar_url(const struct api_call *call)
{
	struct str origin = api_origin(call);
	return str_format(call->arena, "%.*s/media/avatars/default.png", STR_ARG(origin));
}

void api_write_person_fields(struct api_call *call, struct str username, struct str name, struct str contact_email)
{
	json_field_str(&call->out, "email", username);
	json_field_str(&call->out, "name", name);
	json_field_str(&call->out, "contact_email", contact_email);
	json_field_str(&call->out, "avatar_url", api_avatar_url(call));
}
