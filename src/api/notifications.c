/* Notifications of the person behind the token, and toasts for a person's open pages (base-operations.md 3.9). */
#include "api/base_call.h"
#include "api/event_hub.h"
#include "api/handlers.h"
#include "api/room.h"

#include "core/arena.h"
#include "core/json_in.h"

/* Whose list it is; an application has none. */
static bool has_list(const struct api_call *call)
{
	return call->caller.api_token_id == 0;
}

static bool read_seen(const struct api_call *call, bool *seen, struct error *err)
{
	return str_to_bool(api_arg(call, "seen"), seen) || FAIL(err, seen_invalid);
}

bool api_list_notifications(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int page, per_page;

	if (!api_arg_page(call, &page, &per_page, err) || !(on = api_open_base(call, err)))
		return false;
	json_object(&call->out);
	json_key(&call->out, "notification_list");
	if (!has_list(call))
		json_raw(&call->out, STR("[]"));
	else if (!base_list_notifications(on->base, call->caller.username, page, per_page, &call->out, err))
		return false;
	json_object_end(&call->out);
	return true;
}

bool api_mark_notifications(struct api_call *call, struct error *err)
{
	struct base_call *on;
	bool seen;

	return read_seen(call, &seen, err) && (on = api_open_base(call, err)) &&
	       (!has_list(call) || base_mark_notifications(on->base, call->caller.username, 0, seen, err)) &&
	       api_write_success(call);
}

bool api_mark_notification(struct api_call *call, struct error *err)
{
	struct base_call *on;
	int64_t id;
	bool seen;

	if (!read_seen(call, &seen, err) || !(on = api_open_base(call, err)))
		return false;
	if (!has_list(call) || !str_to_int64(api_path(call, "notification_id"), &id) || id <= 0)
		return FAIL(err, notification_not_found);
	return base_mark_notifications(on->base, call->caller.username, id, seen, err) && api_write_success(call);
}

bool api_delete_notifications(struct api_call *call, struct error *err)
{
	struct base_call *on = api_open_base(call, err);

	return on && (!has_list(call) || base_delete_notifications(on->base, call->caller.username, err)) &&
	       api_write_success(call);
}

/* ---- toasts ---- */

enum { TOAST_MAX_BYTES = 10000 };

/* One line of JSON: {"toast_type", "detail"}. */
bool api_send_toast(struct api_call *call, struct error *err)
{
	const cJSON *detail = api_arg_json(call, "detail");
	struct str user, type;
	struct json_out out;
	struct buf text;
	bool ok;

	if (!api_arg_required(call, "to_user", &user, err) || !api_arg_required(call, "toast_type", &type, err) ||
	    !api_open_base(call, err))
		return false;
	if (!cJSON_IsObject(detail))
		return FAIL_WITH(err, param_invalid, STR("detail"));
	buf_init(&text, TOAST_MAX_BYTES);
	out = json_out_to(&text);
	json_object(&out);
	json_field_str(&out, "toast_type", type);
	json_key(&out, "detail");
	json_tree(&out, detail);
	json_object_end(&out);
	ok = !buf_failed(&text) || FAIL_WITH(err, param_invalid, STR("detail"));
	if (ok)
		event_hub_toast(call->api->events, call->caller.base_uuid, user, buf_str(&text));
	buf_free(&text);
	return ok && api_write_success(call);
}
