/* Base tokens: JWTs whose claims are held against what is true now (docs/decisions/0004), so that deleting an API token
 * or ending a share ends them at once. */
#include <assert.h>
#include <cJSON.h>
#include <math.h>

#include "auth/jwt.h"
#include "auth/room.h"
#include "catalog/right.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/json_in.h"
#include "core/json_out.h"
#include "core/metric.h"

enum { MAX_CLAIMS_BYTES = 8192 };

/* ---- claims ---- */

static const char *const KIND_TEXTS[] = { [KIND_BASE] = "base", [KIND_TEMP] = "temp" };

static void write_claims(struct json_out *out, const struct claims *claims)
{
	json_object(out);
	json_key(out, "exp");
	json_int(out, (int64_t)claims->exp);
	json_field_str(out, "dtable_uuid", claims->base_uuid);
	json_field_str(out, "username", claims->username);
	if (claims->kind == KIND_BASE) {
		json_field_str(out, "permission", permission_text(claims->permission));
		json_field_str(out, "app_name", claims->app_name);
	}
	json_field_c(out, "kind", KIND_TEXTS[claims->kind]);
	if (claims->token_id)
		json_field_int(out, "tid", claims->token_id);
	json_field_int(out, "gen", claims->generation);
	json_object_end(out);
}

struct str auth_sign_claims(struct auth *auth, struct arena *arena, const struct claims *claims)
{
	struct buf text;
	buf_init(&text, MAX_CLAIMS_BYTES);
	struct json_out out = json_out_to(&text);
	write_claims(&out, claims);
	assert(!buf_failed(&text)); /* names are at most 255 characters */
	struct str token = jwt_sign(arena, auth->keys.jwt, buf_str(&text));
	buf_free(&text);
	return token;
}

/* `exp` may be written with a fraction (auth.md 2.1). */
static bool read_exp(const cJSON *payload, double *out)
{
	const cJSON *exp = json_get(payload, "exp");
	if (!cJSON_IsNumber(exp) || !isfinite(exp->valuedouble))
		return false;
	*out = exp->valuedouble;
	return true;
}

bool auth_read_claims(struct auth *auth, struct arena *arena, struct str token, enum token_kind kind,
		      struct claims *out)
{
	struct str text;
	cJSON *payload = NULL;
	struct error err;
	*out = (struct claims){ .kind = kind };
	if (!jwt_verify(arena, auth->keys.jwt, token, &text) || !json_parse(arena, text, &payload, &err) ||
	    !str_equal_c(json_get_str(payload, "kind"), KIND_TEXTS[kind]) || !read_exp(payload, &out->exp))
		return false;
	out->base_uuid = json_get_str(payload, "dtable_uuid");
	out->username = json_get_str(payload, "username");
	out->app_name = json_get_str(payload, "app_name");
	(void)json_get_int64(payload, "tid", &out->token_id);
	(void)json_get_int64(payload, "gen", &out->generation);
	if (kind == KIND_BASE && !permission_parse(json_get_str(payload, "permission"), &out->permission))
		return false;
	return out->base_uuid.at && out->username.at && (out->username.len > 0) == (out->token_id == 0);
}

int64_t auth_exp_in(int64_t seconds)
{
	return clock_now_ms() / 1000 + seconds;
}

bool auth_is_expired(const struct claims *claims)
{
	return claims->exp <= (double)clock_now_ms() / 1000;
}

/* ---- issuing ---- */

int64_t auth_parse_exp(struct str text)
{
	int64_t number = 0, unit = 0;
	if (text.len < 2 || text.len > 6)
		return AUTH_BASE_TOKEN_SECONDS;
	if (text.at[text.len - 1] == 'h')
		unit = 3600;
	else if (text.at[text.len - 1] == 'd')
		unit = (int64_t)24 * 3600;
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return AUTH_BASE_TOKEN_SECONDS;
		number = 10 * number + (text.at[i] - '0');
	}
	return number * unit > 0 ? number * unit : AUTH_BASE_TOKEN_SECONDS;
}

/* What a base token of this API token claims, from its present state. */
static bool claim_token(struct auth *auth, struct arena *arena, int64_t token_id, struct str base_uuid,
			struct claims *claims, struct error *err)
{
	struct token_state state;
	if (!auth_token_state(auth, arena, token_id, &state, err))
		return false;
	if (state.id == 0 || state.is_trashed || !str_equal_c(base_uuid, state.base_uuid))
		return FAIL(err, permission_denied);
	claims->username = STR("");
	claims->permission = state.permission;
	claims->app_name = state.app_name;
	claims->token_id = state.id;
	claims->generation = state.generation;
	return true;
}

bool auth_issue_base_token(struct auth *auth, struct arena *arena, const struct caller *caller, struct str base_uuid,
			   enum permission permission, int64_t seconds, struct str *out, struct error *err)
{
	struct claims claims = {
		.kind = KIND_BASE,
		.exp = (double)auth_exp_in(seconds),
		.base_uuid = base_uuid,
		.username = caller->username,
		.permission = permission,
		.app_name = STR(""),
		.generation = caller->generation,
	};
	if (caller->api_token_id && !claim_token(auth, arena, caller->api_token_id, base_uuid, &claims, err))
		return false;
	assert(claims.permission != PERM_NONE);
	*out = auth_sign_claims(auth, arena, &claims);
	metric_add(M_tokens_exchanged_total, 1);
	return true;
}

/* ---- checking ---- */

/* A base token of an API token: that token still lives, and as it was. */
static bool check_app(struct auth *auth, struct arena *arena, const struct claims *claims, struct caller *out,
		      struct error *err)
{
	struct token_state state;
	if (!auth_token_state(auth, arena, claims->token_id, &state, err))
		return false;
	if (state.id == 0 || state.is_trashed || !str_equal_c(claims->base_uuid, state.base_uuid))
		return FAIL(err, base_token_invalid);
	if (state.generation != claims->generation)
		return FAIL(err, base_token_expired);
	auth_token_used(auth, state.id);
	*out = (struct caller){
		.username = STR(""),
		.base_id = state.base_id,
		.base_uuid = claims->base_uuid,
		.permission = state.permission,
		.api_token_id = state.id,
		.app_name = state.app_name,
	};
	return true;
}

/* A base token of a person: it gives no more than that person may do now. */
static bool check_person(struct auth *auth, struct arena *arena, const struct claims *claims, struct caller *out,
			 struct error *err)
{
	struct right right;
	if (!auth_right_by_name(auth, arena, claims->username, claims->base_uuid, &right, err))
		return false;
	if (right.permission == PERM_NONE)
		return FAIL(err, base_token_invalid);
	if (right.generation != claims->generation)
		return FAIL(err, base_token_expired);
	*out = (struct caller){
		.account_id = right.account_id,
		.username = claims->username,
		.generation = right.generation,
		.team_id = right.team_id,
		.base_id = right.base_id,
		.base_uuid = claims->base_uuid,
		.permission = right.permission < claims->permission ? right.permission : claims->permission,
		.app_name = STR(""),
	};
	return true;
}

bool auth_check_base_token(struct auth *auth, struct arena *arena, struct str token, struct str base_uuid,
			   struct caller *out, struct error *err)
{
	struct claims claims;
	if (!auth_read_claims(auth, arena, token, KIND_BASE, &claims) || !str_equal(claims.base_uuid, base_uuid))
		return FAIL(err, base_token_invalid);
	if (auth_is_expired(&claims))
		return FAIL(err, base_token_expired);
	if (claims.token_id)
		return check_app(auth, arena, &claims, out, err);
	return check_person(auth, arena, &claims, out, err);
}
