/* Base tokens: what passes, what is forged, what ended, and which error tells a client to fetch a new one. */
#include "auth/jwt.h"
#include "core/clock.h"
#include "core/json_in.h"
#include "fixture.h"

static struct api_token make(struct world *world, enum permission permission)
{
	struct api_token token;
	assert_true(auth_create_api_token(world->auth, world->arena, world->base.id, STR("sync"), permission, ACTOR,
					  &token, &world->err));
	return token;
}

/* The base token of an API token. */
static struct str exchange(struct world *world, struct str api_token)
{
	struct caller caller;
	struct str out;
	assert_true(auth_check_api_token(world->auth, world->arena, api_token, &caller, &world->err));
	assert_true(auth_issue_base_token(world->auth, world->arena, &caller, caller.base_uuid, caller.permission, 3600,
					  &out, &world->err));
	return out;
}

/* The base token of a person. */
static struct str issue(struct world *world, const struct account *account, const struct base_entry *base,
			enum permission permission)
{
	struct caller caller = world_caller(account);
	struct str out;
	assert_true(auth_issue_base_token(world->auth, world->arena, &caller, base->uuid, permission, 3600, &out,
					  &world->err));
	return out;
}

static bool check(struct world *world, struct str token, struct caller *caller)
{
	return auth_check_base_token(world->auth, world->arena, token, world->base.uuid, caller, &world->err);
}

static void assert_refused(struct world *world, struct str token, enum error_code code)
{
	struct caller caller;
	assert_false(check(world, token, &caller));
	assert_int_equal(world->err.code, code);
}

static void test_of_api_token(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, PERM_R);
	struct caller caller;
	assert_true(check(world, exchange(world, token.token), &caller));
	assert_int_equal(caller.base_id, world->base.id);
	assert_int_equal(caller.permission, PERM_R);
	assert_int_equal(caller.api_token_id, token.id);
	assert_int_equal(caller.account_id, 0);
	assert_true(str_equal(caller_author(&caller), STR("sync")));
}

static void test_claims(void **state)
{
	struct world *world = *state;
	struct str payload, token = exchange(world, make(world, PERM_RW).token);
	cJSON *claims;
	assert_true(jwt_verify(world->arena, world->auth->keys.jwt, token, &payload));
	assert_true(json_parse(world->arena, payload, &claims, &world->err));
	assert_true(str_equal(json_get_str(claims, "dtable_uuid"), world->base.uuid));
	assert_true(str_equal(json_get_str(claims, "username"), STR("")));
	assert_true(str_equal(json_get_str(claims, "permission"), STR("rw")));
	assert_true(str_equal(json_get_str(claims, "app_name"), STR("sync")));
	int64_t exp;
	assert_true(json_get_int64(claims, "exp", &exp));
	assert_in_range(exp, clock_now_ms() / 1000 + 3590, clock_now_ms() / 1000 + 3601);
}

static void test_of_account(void **state)
{
	struct world *world = *state;
	struct caller caller;
	assert_true(check(world, issue(world, &world->ana, &world->base, PERM_RW), &caller));
	assert_int_equal(caller.account_id, world->ana.id);
	assert_int_equal(caller.permission, PERM_RW);
	assert_int_equal(caller.base_id, world->base.id);
	assert_true(str_equal(caller_author(&caller), world->ana.username));
	/* never more than it was made with, nor than the person may now */
	assert_true(check(world, issue(world, &world->ana, &world->base, PERM_R), &caller));
	assert_int_equal(caller.permission, PERM_R);
	assert_refused(world, issue(world, &world->ben, &world->base, PERM_RW), E_base_token_invalid);
}

static void test_other_base(void **state)
{
	struct world *world = *state;
	assert_refused(world, issue(world, &world->ana, &world->group_base, PERM_RW), E_base_token_invalid);
	struct caller caller;
	assert_false(auth_check_base_token(world->auth, world->arena, exchange(world, make(world, PERM_RW).token),
					   world->group_base.uuid, &caller, &world->err));
	assert_error(world, base_token_invalid);
}

/* Payloads that are rightly signed, as if by an older or a broken version of this server; %s is the base's uuid, %lld
 * what stands in `exp`. */
static void test_signed_payloads(void **state)
{
	struct world *world = *state;
	int64_t now = clock_now_ms() / 1000;
	struct api_token token = make(world, PERM_RW);
	struct str uuid = world->base.uuid;
	const struct {
		struct str payload;
		enum error_code code;
	} cases[] = {
#define PAYLOAD(exp_format, exp, rest)                                                                                 \
	str_format(world->arena, "{\"exp\":" exp_format ",\"dtable_uuid\":\"%.*s\"," rest "}", exp, STR_ARG(uuid))
#define APP "\"username\":\"\",\"permission\":\"rw\",\"app_name\":\"sync\",\"tid\":1,\"gen\":1"
		{ PAYLOAD("%lld", (long long)now + 60, APP ",\"kind\":\"base\""), E_NONE },
		{ PAYLOAD("%f", (double)now + 60.5, APP ",\"kind\":\"base\""), E_NONE },
		{ PAYLOAD("%lld", (long long)now - 1, APP ",\"kind\":\"base\""), E_base_token_expired },
		{ PAYLOAD("%f", (double)now - 0.5, APP ",\"kind\":\"base\""), E_base_token_expired },
		{ PAYLOAD("%d", -1, APP ",\"kind\":\"base\""), E_base_token_expired },
		{ PAYLOAD("\"%lld\"", (long long)now + 60, APP ",\"kind\":\"base\""), E_base_token_invalid },
		{ PAYLOAD("%s", "null", APP ",\"kind\":\"base\""), E_base_token_invalid },
		{ PAYLOAD("%lld", (long long)now + 60, APP ",\"kind\":\"temp\""), E_base_token_invalid },
		{ PAYLOAD("%lld", (long long)now + 60, APP), E_base_token_invalid },
		{ PAYLOAD("%lld", (long long)now + 60, "\"username\":\"\",\"permission\":\"rw\",\"kind\":\"base\""),
		  E_base_token_invalid },
		{ PAYLOAD("%lld", (long long)now + 60,
			  "\"username\":\"\",\"permission\":\"admin\",\"tid\":1,\"gen\":1,\"kind\":\"base\""),
		  E_base_token_invalid },
		{ PAYLOAD("%lld", (long long)now + 60,
			  "\"username\":\"\",\"permission\":\"rw\",\"tid\":999,\"gen\":1,\"kind\":\"base\""),
		  E_base_token_invalid },
		{ PAYLOAD("%lld", (long long)now + 60,
			  "\"username\":\"\",\"permission\":\"rw\",\"tid\":1,\"gen\":2,\"kind\":\"base\""),
		  E_base_token_expired },
		{ PAYLOAD("%lld", (long long)now + 60,
			  "\"username\":\"nobody@auth.local\",\"permission\":\"rw\",\"kind\":\"base\""),
		  E_base_token_invalid },
		{ STR("{}"), E_base_token_invalid },
		{ STR("[]"), E_base_token_invalid },
		{ STR("no json"), E_base_token_invalid },
		{ STR(""), E_base_token_invalid },
	};
	assert_int_equal(token.id, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct caller caller;
		struct str jwt = jwt_sign(world->arena, world->auth->keys.jwt, cases[i].payload);
		world->err.code = E_NONE;
		bool ok = check(world, jwt, &caller);
		if (ok != (cases[i].code == E_NONE) || world->err.code != cases[i].code)
			fail_msg("case %zu: %.*s: %s", i, STR_ARG(cases[i].payload), world->err.message);
	}
}

static void test_kinds_are_separate(void **state)
{
	struct world *world = *state;
	struct caller ana = world_caller(&world->ana), caller;
	struct api_token api = make(world, PERM_RW);
	struct str temp;
	assert_true(auth_issue_temp_api_token(world->auth, world->arena, &ana, world->base.uuid, &temp, &world->err));
	assert_refused(world, temp, E_base_token_invalid);
	assert_refused(world, api.token, E_base_token_invalid);
	assert_refused(world, (struct str){ 0 }, E_base_token_invalid);
	assert_refused(world, STR("a.b.c"), E_base_token_invalid);
	assert_false(auth_check_api_token(world->auth, world->arena, exchange(world, api.token), &caller, &world->err));
	assert_error(world, permission_denied);
	assert_false(auth_check_api_token(world->auth, world->arena, issue(world, &world->ana, &world->base, PERM_RW),
					  &caller, &world->err));
	assert_error(world, permission_denied);
}

static void test_deleting_the_api_token_ends_it(void **state)
{
	struct world *world = *state;
	struct str token = exchange(world, make(world, PERM_RW).token);
	struct caller caller;
	assert_true(check(world, token, &caller));
	assert_true(auth_delete_api_token(world->auth, world->base.id, STR("sync"), ACTOR, &world->err));
	assert_refused(world, token, E_base_token_invalid);
	/* nor does a new API token of that name wake it up */
	(void)make(world, PERM_RW);
	assert_refused(world, token, E_base_token_invalid);
}

static void test_a_new_password_ends_what_the_account_made(void **state)
{
	struct world *world = *state;
	struct caller ana = world_caller(&world->ana), caller;
	struct str old = issue(world, &world->ana, &world->base, PERM_RW), temp;
	assert_true(auth_issue_temp_api_token(world->auth, world->arena, &ana, world->base.uuid, &temp, &world->err));
	assert_true(check(world, old, &caller));
	assert_true(auth_check_api_token(world->auth, world->arena, temp, &caller, &world->err));
	assert_true(account_set_password(world->catalog, world->ana.id, STR("another"), ACTOR, &world->err));
	assert_refused(world, old, E_base_token_expired);
	struct caller ignored;
	assert_false(auth_check_api_token(world->auth, world->arena, temp, &ignored, &world->err));
	assert_error(world, permission_denied);
	/* nor does a check that came just before the change make a token that outlives it */
	assert_true(auth_issue_base_token(world->auth, world->arena, &caller, caller.base_uuid, caller.permission, 3600,
					  &old, &world->err));
	assert_refused(world, old, E_base_token_expired);
	assert_true(account_by_id(world->catalog, world->arena, world->ana.id, &world->ana, &world->err));
	assert_true(check(world, issue(world, &world->ana, &world->base, PERM_RW), &caller));
}

static void test_changing_the_permission_expires_it(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, PERM_RW), changed;
	struct caller caller;
	static const enum permission STEPS[] = { PERM_R, PERM_RW };
	for (size_t i = 0; i < 2; i++) {
		struct str old = exchange(world, token.token);
		assert_true(check(world, old, &caller));
		assert_true(auth_change_api_token(world->auth, world->arena, world->base.id, STR("sync"), STEPS[i],
						  ACTOR, &changed, &world->err));
		assert_refused(world, old, E_base_token_expired);
		assert_true(check(world, exchange(world, token.token), &caller));
		assert_int_equal(caller.permission, STEPS[i]);
	}
	/* what changes nothing ends nothing */
	struct str same = exchange(world, token.token);
	assert_true(auth_change_api_token(world->auth, world->arena, world->base.id, STR("sync"), PERM_RW, ACTOR,
					  &changed, &world->err));
	assert_true(check(world, same, &caller));
}

static void test_shares(void **state)
{
	struct world *world = *state;
	struct caller caller;
	assert_true(share_add(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), PERM_RW,
			      world->ana.id, ACTOR, &world->err));
	struct str token = issue(world, &world->ben, &world->base, PERM_RW);
	assert_true(check(world, token, &caller));
	assert_true(share_change(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), PERM_R, ACTOR,
				 &world->err));
	assert_true(check(world, token, &caller));
	assert_int_equal(caller.permission, PERM_R);
	assert_true(share_remove(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), ACTOR,
				 &world->err));
	assert_refused(world, token, E_base_token_invalid);
}

static void test_account_ends(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF };
	struct account out;
	struct caller caller;
	assert_true(share_add(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), PERM_RW,
			      world->ana.id, ACTOR, &world->err));
	assert_true(share_add(world->catalog, &world->base, SHARE_ACCOUNT, world->carla.id, STR("carla"), PERM_RW,
			      world->ana.id, ACTOR, &world->err));
	struct str bens = issue(world, &world->ben, &world->base, PERM_RW);
	struct str carlas = issue(world, &world->carla, &world->base, PERM_RW);
	assert_true(check(world, bens, &caller) && check(world, carlas, &caller));
	assert_true(account_change(world->catalog, world->arena, world->ben.id, &off, ACTOR, &out, &world->err));
	assert_refused(world, bens, E_base_token_invalid);
	assert_true(account_delete(world->catalog, world->carla.id, ACTOR, &world->err));
	assert_refused(world, carlas, E_base_token_invalid);
}

static void test_trash(void **state)
{
	struct world *world = *state;
	struct str app = exchange(world, make(world, PERM_RW).token);
	struct str person = issue(world, &world->ana, &world->base, PERM_RW);
	assert_true(base_entry_trash(world->catalog, world->base.id, ACTOR, &world->err));
	assert_refused(world, app, E_base_token_invalid);
	assert_refused(world, person, E_base_token_invalid);
}

/* A change that nobody told about is not seen: so the warm path reads nothing. */
static void test_warm_path_reads_nothing(void **state)
{
	struct world *world = *state;
	struct str app = exchange(world, make(world, PERM_RW).token);
	struct str person = issue(world, &world->ana, &world->base, PERM_RW);
	struct caller caller;
	assert_true(check(world, app, &caller) && check(world, person, &caller));
	world_sql(world, "UPDATE base SET deleted_at = 1");
	assert_true(check(world, app, &caller) && check(world, person, &caller));
	catalog_rights_changed(world->catalog);
	assert_refused(world, app, E_base_token_invalid);
	assert_refused(world, person, E_base_token_invalid);
}

static void test_another_secret(void **state)
{
	struct world *world = *state;
	struct str token = exchange(world, make(world, PERM_RW).token);
	auth_close(&world->auth);
	assert_true(auth_open(world->catalog, world->folder,
			      STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), &world->auth,
			      &world->err));
	assert_refused(world, token, E_base_token_invalid);
}

static void test_exp(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} CASES[] = {
		{ "5h", 5 * 3600 },
		{ "3d", 3 * 86400 },
		{ "1h", 3600 },
		{ "365d", 365 * 86400 },
		{ "99999d", 99999LL * 86400 },
		{ NULL, AUTH_BASE_TOKEN_SECONDS },
		{ "", AUTH_BASE_TOKEN_SECONDS },
		{ "0h", AUTH_BASE_TOKEN_SECONDS },
		{ "h", AUTH_BASE_TOKEN_SECONDS },
		{ "5", AUTH_BASE_TOKEN_SECONDS },
		{ "5m", AUTH_BASE_TOKEN_SECONDS },
		{ "-5h", AUTH_BASE_TOKEN_SECONDS },
		{ "5 h", AUTH_BASE_TOKEN_SECONDS },
		{ "1.5h", AUTH_BASE_TOKEN_SECONDS },
		{ "9999999999999h", AUTH_BASE_TOKEN_SECONDS },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
		assert_int_equal(auth_parse_exp(str_from_c(CASES[i].text)), CASES[i].seconds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_of_api_token),
		WORLD_TEST(test_claims),
		WORLD_TEST(test_of_account),
		WORLD_TEST(test_other_base),
		WORLD_TEST(test_signed_payloads),
		WORLD_TEST(test_kinds_are_separate),
		WORLD_TEST(test_deleting_the_api_token_ends_it),
		WORLD_TEST(test_a_new_password_ends_what_the_account_made),
		WORLD_TEST(test_changing_the_permission_expires_it),
		WORLD_TEST(test_shares),
		WORLD_TEST(test_account_ends),
		WORLD_TEST(test_trash),
		WORLD_TEST(test_warm_path_reads_nothing),
		WORLD_TEST(test_another_secret),
		cmocka_unit_test(test_exp),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
