/* Writes with an Idempotency-Key: the first one is carried out and its answer kept for a day; the same request again
 * gets that answer and changes nothing (base/once.c). */
#include "api/base_call.h"
#include "api/room.h"

#include "core/arena.h"
#include "core/digest.h"
#include "core/log.h"

enum { MAX_KEY = 255, MAX_KEPT_ANSWER = 256 * 1024 };

bool api_is_once(const struct api_call *call)
{
	return call->route->token == TOKEN_BASE && !str_equal_c(call->request->method, "GET") &&
	       (call->route->permission == ALLOW_WRITE || call->route->permission == ALLOW_BY_STATEMENT) &&
	       http_header(call->request, "idempotency-key").at;
}

static bool is_key(struct str key)
{
	if (key.len == 0 || key.len > MAX_KEY)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		if (key.at[i] < 0x20 || key.at[i] > 0x7e)
			return false;
	}
	return true;
}

static struct str fingerprint_of(const struct api_call *call)
{
	struct str parts[] = { call->request->method, call->request->path, call->request->query, call->request->body };
	char *text = arena_alloc(call->arena, DIGEST_LEN + 1);
	struct digest digest;

	digest_begin(&digest);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		digest_add(&digest, parts[i]);
	digest_end(&digest, text);
	return (struct str){ text, DIGEST_LEN };
}

static void replay(struct api_call *call, const struct base_once_answer *answer)
{
	buf_append_str(&call->reply->body, answer->body);
	call->reply->status = answer->status;
	http_reply_header(call->reply, "idempotency-replayed", STR("true"));
}

/* A change that was made is not undone because its answer could not be kept, or is too large for that: a repetition is
 * then refused. */
static void keep(struct api_call *call, struct base *base)
{
	struct base_once_answer answer = { .status = call->reply->status, .body = buf_str(&call->reply->body) };
	struct error err;

	if (answer.body.len > MAX_KEPT_ANSWER)
		return;
	if (!base_store_once(base, call->once, &answer, &err))
		LOG(LOG_ERROR, "answer_not_kept", LOG_STR("error", str_from_c(error_name(err.code))));
}

bool api_answer_once(struct api_call *call, struct error *err)
{
	struct base_once_answer answer;
	struct base_call *on;
	bool found, ok;

	call->once = ARENA_NEW(call->arena, struct base_once);
	call->once->caller = api_caller_key(call);
	call->once->key = str_trim(http_header(call->request, "idempotency-key"));
	call->once->fingerprint = fingerprint_of(call);
	if (!is_key(call->once->key))
		return FAIL_WITH(err, param_invalid, STR("Idempotency-Key"));
	if (!(on = api_open_base(call, err)) ||
	    !base_find_once(on->base, call->arena, call->once, &answer, &found, err))
		return false;
	if (found && !answer.is_known)
		return FAIL(err, once_in_progress);
	if (found) {
		replay(call, &answer);
		return true;
	}
	ok = call->route->handler(call, err);
	if (!call->once->is_claimed)
		return ok; /* nothing was changed, and nothing is to be repeated */
	if (!ok)
		api_reply_error(call, err);
	keep(call, on->base);
	return true;
}
