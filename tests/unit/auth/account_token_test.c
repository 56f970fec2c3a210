/* Signing in, and the token of a person. */
#include "auth/attempts.h"
#include "core/clock.h"
#include "fixture.h"

#define PASSWORD STR("ana's password")

static bool sign_in(struct world *world, struct str name, struct str password, struct str *token)
{
	return auth_sign_in(world->auth, world->arena, name, password, STR("192.0.2.1"), token, &world->err);
}

static void test_same_token_each_time(void **state)
{
	struct world *world = *state;
	struct str first, second, third;
	struct caller caller;
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &first));
	assert_true(id_is_hex40(first));
	assert_true(sign_in(world, STR("ANA@example.org"), PASSWORD, &second));
	assert_true(sign_in(world, world->ana.username, PASSWORD, &third));
	assert_true(str_equal(first, second) && str_equal(first, third));
	assert_true(auth_check_account(world->auth, world->arena, first, &caller, &world->err));
	assert_int_equal(caller.account_id, world->ana.id);
	assert_int_equal(caller.team_id, world->ana.team_id);
	assert_true(str_equal(caller.username, world->ana.username));
	assert_true(str_equal(caller_author(&caller), world->ana.username));
	assert_true(caller.is_team_admin);
	assert_false(caller.is_system_admin);
	assert_int_equal(caller.base_id, 0);
}

static void test_refused(void **state)
{
	struct world *world = *state;
	const struct {
		struct str name, password;
	} cases[] = {
		{ STR("ana@example.org"), STR("ana's passwore") }, { STR("ana@example.org"), STR("") },
		{ STR("nobody@example.org"), PASSWORD },           { STR(""), PASSWORD },
		{ STR("ben@example.org"), STR("none") }, /* his hash is no hash */
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str token;
		assert_false(sign_in(world, cases[i].name, cases[i].password, &token));
		assert_error(world, login_failed);
	}
}

static void test_unknown_tokens(void **state)
{
	struct world *world = *state;
	const struct str cases[] = { { NULL, 0 },
				     STR(""),
				     STR("x"),
				     STR("0000000000000000000000000000000000000000"),
				     STR("D67094F020979C39D256B110DFF99DFB1F76A4DF") };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct caller caller;
		assert_false(auth_check_account(world->auth, world->arena, cases[i], &caller, &world->err));
		assert_error(world, auth_invalid);
	}
}

static void test_only_a_hash_is_stored(void **state)
{
	struct world *world = *state;
	struct str token;
	char path[80], *bytes;
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &token));
	auth_close(&world->auth);
	catalog_close(&world->catalog);
	(void)snprintf(path, sizeof(path), "%s/catalog.db", world->folder);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	bytes = malloc(4 << 20);
	size_t len = fread(bytes, 1, 4 << 20, file);
	assert_true(len > 4096 && feof(file));
	assert_null(memmem(bytes, len, token.at, token.len));
	assert_null(memmem(bytes, len, "ana's password", 14));
	free(bytes);
	assert_int_equal(fclose(file), 0);
}

static void test_deactivated_and_changed(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF }, on = { .is_active = FLAG_ON };
	struct account account, other;
	struct caller caller;
	struct str token, again;
	world_add_account(world, world->ana.team_id, "second@example.org", NULL, true, &other);
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &token));
	assert_true(auth_check_account(world->auth, world->arena, token, &caller, &world->err));
	assert_true(account_change(world->catalog, world->arena, world->ana.id, &off, ACTOR, &account, &world->err));
	assert_false(auth_check_account(world->auth, world->arena, token, &caller, &world->err));
	assert_error(world, account_inactive);
	assert_false(sign_in(world, STR("ana@example.org"), PASSWORD, &again));
	assert_error(world, login_failed);
	assert_true(account_change(world->catalog, world->arena, world->ana.id, &on, ACTOR, &account, &world->err));
	assert_true(auth_check_account(world->auth, world->arena, token, &caller, &world->err));
	/* a new password ends the token */
	struct str hash;
	assert_true(auth_hash_password(world->arena, STR("new"), &hash, &world->err));
	assert_true(account_set_password(world->catalog, world->ana.id, hash, ACTOR, &world->err));
	assert_false(auth_check_account(world->auth, world->arena, token, &caller, &world->err));
	assert_error(world, auth_invalid);
	assert_true(sign_in(world, STR("ana@example.org"), STR("new"), &again));
	assert_false(str_equal(token, again));
	/* and deleting the account ends the next one */
	assert_true(account_delete(world->catalog, world->ana.id, ACTOR, &world->err));
	assert_false(auth_check_account(world->auth, world->arena, again, &caller, &world->err));
	assert_error(world, auth_invalid);
}

/* With another secret the old token is unknown, and signing in makes a new one. */
static void test_another_secret(void **state)
{
	struct world *world = *state;
	struct caller caller;
	struct str old, token, again;
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &old));
	auth_close(&world->auth);
	assert_true(auth_open(world->catalog, world->folder,
			      STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), &world->auth,
			      &world->err));
	assert_false(auth_check_account(world->auth, world->arena, old, &caller, &world->err));
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &token));
	assert_false(str_equal(old, token));
	assert_true(auth_check_account(world->auth, world->arena, token, &caller, &world->err));
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &again));
	assert_true(str_equal(again, token));
}

static void test_too_many_tries(void **state)
{
	struct world *world = *state;
	struct str token;
	for (int i = 0; i < ATTEMPTS_PER_NAME - 1; i++)
		assert_false(sign_in(world, STR("ana@example.org"), STR("wrong"), &token));
	/* one that is right forgets the wrong ones */
	assert_true(sign_in(world, STR("ana@example.org"), PASSWORD, &token));
	for (int i = 0; i < ATTEMPTS_PER_NAME; i++) {
		assert_false(
			sign_in(world, i % 2 ? STR("Ana@Example.org") : world->ana.username, STR("wrong"), &token));
		assert_error(world, login_failed);
	}
	assert_false(sign_in(world, STR("ana@example.org"), PASSWORD, &token));
	assert_error(world, too_many_requests);
	assert_in_range(world->err.retry_after_s, 1, ATTEMPTS_WINDOW_S + 1);
	/* others may still try, from the same address, until that has had enough */
	assert_false(sign_in(world, STR("nobody@example.org"), PASSWORD, &token));
	assert_error(world, login_failed);
}

static void test_too_many_tries_of_one_address(void **state)
{
	struct world *world = *state;
	struct str token;
	struct error err;
	for (int i = 0; i < ATTEMPTS_PER_ADDRESS; i++)
		assert_true(attempts_count(world->auth->sign_ins, STR("address 192.0.2.1"), ATTEMPTS_PER_ADDRESS,
					   clock_monotonic_us(), &err));
	assert_false(sign_in(world, STR("ana@example.org"), PASSWORD, &token));
	assert_error(world, too_many_requests);
	assert_true(auth_sign_in(world->auth, world->arena, STR("ana@example.org"), PASSWORD, STR("192.0.2.2"), &token,
				 &world->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_same_token_each_time),    WORLD_TEST(test_refused),
		WORLD_TEST(test_unknown_tokens),          WORLD_TEST(test_only_a_hash_is_stored),
		WORLD_TEST(test_deactivated_and_changed), WORLD_TEST(test_another_secret),
		WORLD_TEST(test_too_many_tries),          WORLD_TEST(test_too_many_tries_of_one_address),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
