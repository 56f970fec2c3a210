/* Sessions: what a browser's cookie is worth, and until when. The rest goes through HTTP (tests/api/session.test.mjs).
 */
#include "catalog/session.h"
#include "core/clock.h"
#include "fixture.h"

#define PASSWORD STR("ana's password")

static struct auth_session start(struct world *world)
{
	struct auth_session session;
	assert_true(auth_start_session(world->auth, world->arena, STR("ana@example.org"), PASSWORD, STR("192.0.2.1"),
				       &session, &world->err));
	return session;
}

static bool check(struct world *world, struct str token, struct auth_session *out)
{
	return auth_check_session(world->auth, world->arena, token, out, &world->err);
}

static void assert_ended(struct world *world, const struct auth_session *session)
{
	struct auth_session again;
	assert_false(check(world, session->token, &again));
	assert_error(world, auth_missing);
}

static void test_the_same_caller(void **state)
{
	struct world *world = *state;
	struct auth_session first = start(world), second = start(world), seen;
	assert_true(first.is_renewed);
	assert_false(str_equal(first.token, second.token));
	assert_false(str_equal(first.csrf_token, second.csrf_token));
	assert_false(str_equal(first.csrf_token, first.token));
	/* From the catalog, then from the cache. */
	for (int i = 0; i < 2; i++) {
		assert_true(check(world, first.token, &seen));
		assert_false(seen.is_renewed);
		assert_int_equal(seen.caller.account_id, world->ana.id);
		assert_int_equal(seen.caller.session_id, first.caller.session_id);
		assert_int_equal(seen.caller.team_id, world->ana.team_id);
		assert_true(str_equal(seen.caller.username, world->ana.username));
		assert_true(seen.caller.is_team_admin);
		assert_true(auth_is_csrf_token(&seen, first.csrf_token));
		assert_false(auth_is_csrf_token(&seen, second.csrf_token));
		assert_false(auth_is_csrf_token(&seen, (struct str){ 0 }));
	}
	assert_int_not_equal(first.caller.session_id, second.caller.session_id);
}

static void test_no_session(void **state)
{
	struct world *world = *state;
	struct auth_session session = start(world), seen;
	struct str account_token;
	assert_true(auth_sign_in(world->auth, world->arena, STR("ana@example.org"), PASSWORD, STR("192.0.2.1"),
				 &account_token, &world->err));
	const struct str cases[] = { { NULL, 0 },
				     STR(""),
				     STR("x"),
				     STR("0000000000000000000000000000000000000000000000000000000000000000"),
				     account_token,
				     session.csrf_token,
				     str_slice(session.token, 1, 64) };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(check(world, cases[i], &seen));
		assert_error(world, auth_missing);
	}
}

static void test_ending_one(void **state)
{
	struct world *world = *state;
	struct auth_session first = start(world), second = start(world), seen;
	assert_true(check(world, first.token, &seen));
	assert_true(auth_end_session(world->auth, &seen.caller, &world->err));
	assert_ended(world, &first);
	assert_true(check(world, second.token, &seen));
	assert_true(auth_end_session(world->auth, &first.caller, &world->err));
}

static void test_time(void **state)
{
	struct world *world = *state;
	const int64_t hour = (int64_t)3600 * 1000;
	struct auth_session session = start(world), seen;
	int64_t now = clock_now_ms();
	/* Not seen for two hours: renewed once. */
	assert_true(session_touch(world->catalog, session.caller.session_id, now - 2 * hour, now + hour, &world->err));
	assert_true(check(world, session.token, &seen));
	assert_true(seen.is_renewed);
	assert_true(check(world, session.token, &seen));
	assert_false(seen.is_renewed);
	/* Over, even though it was used a moment ago. */
	assert_true(session_touch(world->catalog, session.caller.session_id, now, now - 1, &world->err));
	catalog_rights_changed(world->catalog);
	assert_ended(world, &session);
}

static void test_a_new_password_keeps_the_caller(void **state)
{
	struct world *world = *state;
	struct auth_session here = start(world), there = start(world), seen;
	struct str remote = STR("192.0.2.1"), fresh = STR("quite another");
	assert_false(auth_change_password(world->auth, world->arena, &here.caller, STR("wrong"), fresh, remote,
					  &world->err));
	assert_error(world, old_password_wrong);
	assert_false(auth_change_password(world->auth, world->arena, &here.caller, PASSWORD, STR("seven77"), remote,
					  &world->err));
	assert_error(world, password_too_short);
	assert_true(check(world, there.token, &seen));
	assert_true(
		auth_change_password(world->auth, world->arena, &here.caller, PASSWORD, fresh, remote, &world->err));
	assert_true(check(world, here.token, &seen));
	assert_int_equal(seen.caller.generation, here.caller.generation + 1);
	assert_ended(world, &there);
	/* What was checked against a password that is not the present one changes nothing. */
	assert_false(
		account_change_password(world->catalog, world->ana.id, STR("old"), STR("new"), 0, ACTOR, &world->err));
	assert_error(world, old_password_wrong);
	assert_true(check(world, here.token, &seen));
	assert_true(account_set_password(world->catalog, world->ana.id, STR("by an admin"), ACTOR, &world->err));
	assert_ended(world, &here);
}

static void test_an_account_that_is_off(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF }, on = { .is_active = FLAG_ON };
	struct account_change admin = { .is_team_admin = FLAG_ON };
	struct auth_session session = start(world), seen;
	struct account account;
	assert_true(account_change(world->catalog, world->arena, world->ben.id, &admin, ACTOR, &account, &world->err));
	assert_true(account_change(world->catalog, world->arena, world->ana.id, &admin, ACTOR, &account, &world->err));
	assert_true(check(world, session.token, &seen));
	assert_true(account_change(world->catalog, world->arena, world->ana.id, &off, ACTOR, &account, &world->err));
	assert_ended(world, &session);
	assert_true(account_change(world->catalog, world->arena, world->ana.id, &on, ACTOR, &account, &world->err));
	assert_ended(world, &session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_the_same_caller),
		WORLD_TEST(test_no_session),
		WORLD_TEST(test_ending_one),
		WORLD_TEST(test_time),
		WORLD_TEST(test_a_new_password_keeps_the_caller),
		WORLD_TEST(test_an_account_that_is_off),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
