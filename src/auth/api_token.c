/* API tokens: making, listing, changing and deleting them, and checking one that a program shows. */
#include "catalog/api_token.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "auth/cache.h"
#include "auth/last_access.h"
#include "auth/room.h"
#include "catalog/right.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"

static struct str box_owner(struct arena *arena, int64_t base_id, struct str app_name)
{
	return str_format(arena, "api_token %lld %.*s", (long long)base_id, STR_ARG(app_name));
}

/* ---- as owners see them ---- */

/* A token whose box belongs to another secret is dead, but its row must still be seen to be deleted. */
static struct str shown_token(struct auth *auth, struct arena *arena, const struct api_token_row *row)
{
	struct str token;
	if (secret_unseal(&auth->keys, arena, row->box, box_owner(arena, row->base_id, row->app_name), &token))
		return token;
	LOG(LOG_WARN, "token_unreadable", LOG_NUM("token", row->id));
	return STR("0000000000000000000000000000000000000000");
}

/* Clients see whole seconds, and equal times mean "never used" (auth.md 3.2): a use within the second of the making is
 * shown as of the next. */
static int64_t shown_access(const struct auth *auth, const struct api_token_row *row)
{
	int64_t at = last_access_of(auth->accesses, row->id, row->last_access);
	int64_t next_second = (row->generated_at / 1000 + 1) * 1000;
	return at > row->generated_at && at < next_second ? next_second : at;
}

static void show(struct auth *auth, struct arena *arena, const struct api_token_row *row, struct api_token *out)
{
	*out = (struct api_token){
		.id = row->id,
		.app_name = row->app_name,
		.token = shown_token(auth, arena, row),
		.permission = row->permission,
		.generated_by = row->generated_by,
		.generated_by_name = row->generated_by_name,
		.generated_at = row->generated_at,
		.last_access = shown_access(auth, row),
		.base_uuid = row->base_uuid,
		.base_name = row->base_name,
		.base_icon = row->base_icon,
		.base_color = row->base_color,
	};
}

static struct api_token *show_all(struct auth *auth, struct arena *arena, const struct api_token_row *rows,
				  size_t count)
{
	struct api_token *tokens = ARENA_ARRAY(arena, struct api_token, count);
	for (size_t i = 0; i < count; i++)
		show(auth, arena, &rows[i], &tokens[i]);
	return tokens;
}

static bool check_app_name(struct str text, struct str *out, struct error *err)
{
	struct str people = STR("@auth.local");
	if (!catalog_check_name(text, "app_name", out, err))
		return false;
	bool is_persons =
		out->len >= people.len && str_equal_fold(str_slice(*out, out->len - people.len, out->len), people);
	if (is_persons || str_equal(*out, STR(".")) || str_equal(*out, STR("..")))
		return FAIL_WITH(err, param_invalid, STR("app_name"));
	return true;
}

bool auth_create_api_token(struct auth *auth, struct arena *arena, int64_t base_id, struct str app_name,
			   enum permission permission, struct str generated_by, struct api_token *out,
			   struct error *err)
{
	unsigned char hash[AUTH_HASH_BYTES];
	char hex[ID_HEX40_LEN + 1];
	assert(permission != PERM_NONE);
	if (!check_app_name(app_name, &app_name, err))
		return false;
	id_new_hex(hex, ID_HEX40_LEN / 2);
	secret_hash(&auth->keys, str_from_c(hex), hash);
	struct api_token_row row = {
		.base_id = base_id,
		.app_name = app_name,
		.permission = permission,
		.hash = { (const char *)hash, sizeof(hash) },
		.box = secret_seal(&auth->keys, arena, str_from_c(hex), box_owner(arena, base_id, app_name)),
		.generated_by = generated_by,
	};
	sodium_memzero(hex, sizeof(hex));
	if (!api_token_insert(auth->catalog, arena, &row, err))
		return false;
	show(auth, arena, &row, out);
	return true;
}

bool auth_list_api_tokens(struct auth *auth, struct arena *arena, int64_t base_id, struct api_token **out,
			  size_t *count, struct error *err)
{
	struct api_token_row *rows = NULL;
	if (!api_token_of_base(auth->catalog, arena, base_id, &rows, count, err))
		return false;
	*out = show_all(auth, arena, rows, *count);
	return true;
}

bool auth_list_team_api_tokens(struct auth *auth, struct arena *arena, int64_t team_id,
			       const struct api_token_filter *filter, int page, int per_page, struct api_token **out,
			       size_t *count, int64_t *total, struct error *err)
{
	struct api_token_row *rows = NULL;
	struct api_token_query query = {
		.team_id = team_id,
		.search = filter->search,
		.base_uuid = filter->base_uuid,
		.permission = filter->permission,
		.unused_since = filter->unused_since,
		.page = page,
		.per_page = per_page,
	};
	if (query.unused_since > 0)
		last_access_flush(auth->accesses, auth->catalog); /* the filter looks at what is stored */
	if (!api_token_of_team(auth->catalog, arena, &query, &rows, count, total, err))
		return false;
	*out = show_all(auth, arena, rows, *count);
	return true;
}

bool auth_change_api_token(struct auth *auth, struct arena *arena, int64_t base_id, struct str app_name,
			   enum permission permission, struct str actor, struct api_token *out, struct error *err)
{
	struct api_token_row row;
	assert(permission != PERM_NONE);
	if (!api_token_change(auth->catalog, arena, base_id, app_name, permission, actor, &row, err))
		return false;
	show(auth, arena, &row, out);
	return true;
}

bool auth_delete_api_token(struct auth *auth, int64_t base_id, struct str app_name, struct str actor, struct error *err)
{
	return api_token_delete(auth->catalog, base_id, app_name, actor, err);
}

/* ---- the cached state ---- */

static bool get_state(struct auth_cache *cache, struct arena *arena, struct str key, uint64_t version,
		      struct token_state *out)
{
	struct str value;
	if (!auth_cache_get(cache, arena, key, version, &value))
		return false;
	memcpy(out, value.at, sizeof(*out));
	out->app_name = str_slice(value, sizeof(*out), value.len);
	return true;
}

static void put_state(struct auth_cache *cache, struct arena *arena, struct str key, uint64_t version,
		      const struct token_state *state)
{
	size_t len = sizeof(*state) + state->app_name.len;
	char *value = arena_alloc(arena, len);
	memcpy(value, state, sizeof(*state));
	if (state->app_name.len > 0)
		memcpy(value + sizeof(*state), state->app_name.at, state->app_name.len);
	auth_cache_put(cache, key, version, (struct str){ value, len });
}

static void state_of(const struct api_token_row *row, struct token_state *out)
{
	*out = (struct token_state){
		.id = row->id,
		.base_id = row->base_id,
		.generation = row->generation,
		.permission = row->permission,
		.is_trashed = row->is_trashed,
		.app_name = row->app_name,
	};
	assert(row->base_uuid.len < sizeof(out->base_uuid));
	memcpy(out->base_uuid, row->base_uuid.at, row->base_uuid.len);
}

bool auth_token_state(struct auth *auth, struct arena *arena, int64_t id, struct token_state *out, struct error *err)
{
	struct str key = { (const char *)&id, sizeof(id) };
	uint64_t version = catalog_rights_version(auth->catalog);
	struct api_token_row row;
	bool found = false;
	if (get_state(auth->tokens_by_id, arena, key, version, out))
		return true;
	if (!api_token_by_id(auth->catalog, arena, id, &row, &found, err))
		return false;
	*out = (struct token_state){ 0 };
	if (found)
		state_of(&row, out);
	put_state(auth->tokens_by_id, arena, key, version, out);
	return true;
}

static bool state_by_text(struct auth *auth, struct arena *arena, struct str token, struct token_state *out,
			  struct error *err)
{
	unsigned char hash[AUTH_HASH_BYTES];
	struct str key = { (const char *)hash, sizeof(hash) };
	struct api_token_row row;
	bool found = false;
	secret_hash(&auth->keys, token, hash);
	uint64_t version = catalog_rights_version(auth->catalog);
	if (get_state(auth->tokens, arena, key, version, out))
		return true;
	if (!api_token_by_hash(auth->catalog, arena, key, &row, &found, err))
		return false;
	if (!found || row.hash.len != sizeof(hash) || sodium_memcmp(row.hash.at, hash, sizeof(hash)) != 0)
		return FAIL(err, permission_denied);
	state_of(&row, out);
	put_state(auth->tokens, arena, key, version, out);
	return true;
}

/* ---- checking ---- */

void auth_token_used(struct auth *auth, int64_t id)
{
	last_access_note(auth->accesses, id, clock_now_ms() + 1);
}

static bool check_stored(struct auth *auth, struct arena *arena, struct str token, struct caller *out,
			 struct error *err)
{
	struct token_state state;
	if (!id_is_hex40(token))
		return FAIL(err, permission_denied);
	if (!state_by_text(auth, arena, token, &state, err))
		return false;
	if (state.is_trashed)
		return FAIL_WITH(err, base_not_found, str_from_c(state.base_uuid));
	auth_token_used(auth, state.id);
	*out = (struct caller){
		.username = STR(""),
		.base_id = state.base_id,
		.base_uuid = str_copy(arena, str_from_c(state.base_uuid)),
		.permission = state.permission,
		.api_token_id = state.id,
		.app_name = state.app_name,
	};
	return true;
}

static bool check_temporary(struct auth *auth, struct arena *arena, struct str token, struct caller *out,
			    struct error *err)
{
	struct claims claims;
	struct right right;
	if (!auth_read_claims(auth, arena, token, KIND_TEMP, &claims) || auth_is_expired(&claims))
		return FAIL(err, permission_denied);
	if (!auth_right_by_name(auth, arena, claims.username, claims.base_uuid, &right, err))
		return false;
	if (right.is_trashed)
		return FAIL_WITH(err, base_not_found, claims.base_uuid);
	if (right.permission == PERM_NONE || right.generation != claims.generation)
		return FAIL(err, permission_denied);
	*out = (struct caller){
		.account_id = right.account_id,
		.username = claims.username,
		.generation = right.generation,
		.team_id = right.team_id,
		.base_id = right.base_id,
		.base_uuid = claims.base_uuid,
		.permission = right.permission,
		.app_name = STR(""),
	};
	return true;
}

bool auth_check_api_token(struct auth *auth, struct arena *arena, struct str token, struct caller *out,
			  struct error *err)
{
	size_t dot = str_find_byte(token, '.', 0);
	if (dot != SIZE_MAX && str_find_byte(token, '.', dot + 1) != SIZE_MAX)
		return check_temporary(auth, arena, token, out, err);
	return check_stored(auth, arena, token, out, err);
}

bool auth_issue_temp_api_token(struct auth *auth, struct arena *arena, const struct caller *account,
			       struct str base_uuid, struct str *out, struct error *err)
{
	struct right right;
	if (!auth_right_by_name(auth, arena, account->username, base_uuid, &right, err))
		return false;
	if (right.permission == PERM_NONE)
		return FAIL(err, permission_denied);
	struct claims claims = {
		.kind = KIND_TEMP,
		.exp = (double)auth_exp_in(AUTH_TEMP_TOKEN_SECONDS),
		.base_uuid = base_uuid,
		.username = account->username,
		.generation = account->generation,
	};
	*out = auth_sign_claims(auth, arena, &claims);
	return true;
}
