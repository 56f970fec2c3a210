/* The life of an API token: made, listed, checked, changed, deleted. */
#include "auth/last_access.h"
#include "fixture.h"

static struct api_token make(struct world *world, int64_t base_id, const char *app_name, enum permission permission)
{
	struct api_token token;
	assert_true(auth_create_api_token(world->auth, world->arena, base_id, str_from_c(app_name), permission,
					  world->ana.username, &token, &world->err));
	return token;
}

static bool check(struct world *world, struct str token, struct caller *caller)
{
	return auth_check_api_token(world->auth, world->arena, token, caller, &world->err);
}

static void test_made(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, world->base.id, " sync ", PERM_RW);
	struct caller caller;
	assert_true(id_is_hex40(token.token));
	assert_true(str_equal(token.app_name, STR("sync")));
	assert_true(str_equal(token.generated_by, world->ana.username));
	assert_true(str_equal(token.generated_by_name, world->ana.name));
	assert_int_equal(token.generated_at, token.last_access);
	assert_true(check(world, token.token, &caller));
	assert_int_equal(caller.account_id, 0);
	assert_int_equal(caller.base_id, world->base.id);
	assert_int_equal(caller.permission, PERM_RW);
	assert_int_equal(caller.api_token_id, token.id);
	assert_true(str_equal(caller.base_uuid, world->base.uuid));
	assert_true(str_equal(caller_author(&caller), STR("sync")));
}

static void test_names(void **state)
{
	struct world *world = *state;
	struct api_token token;
	char longest[257];
	memset(longest, 'x', sizeof(longest));
	const struct {
		struct str name;
		enum error_code code;
	} cases[] = {
		{ STR("sync"), E_NONE },
		{ STR("sync"), E_app_name_exists },
		{ STR(" sync"), E_app_name_exists },
		{ STR("Sync"), E_NONE },
		{ STR(""), E_param_invalid },
		{ STR("  "), E_param_invalid },
		{ STR("a\nb"), E_param_invalid },
		{ STR("a\xc2\x85z"), E_param_invalid },
		{ STR("a/b?c#d%"), E_NONE },
		{ STR("\xe2\x9c\x93 \xf0\x9f\x90\x9f"), E_NONE },
		{ { longest, 255 }, E_NONE },
		{ { longest, 256 }, E_param_invalid },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world->err.code = E_NONE;
		bool ok = auth_create_api_token(world->auth, world->arena, world->base.id, cases[i].name, PERM_R, ACTOR,
						&token, &world->err);
		if (ok != (cases[i].code == E_NONE) || world->err.code != cases[i].code)
			fail_msg("case %zu: %s", i, world->err.message);
	}
	/* the same name on another base is another token */
	(void)make(world, world->group_base.id, "sync", PERM_R);
	assert_false(
		auth_create_api_token(world->auth, world->arena, 999, STR("x"), PERM_R, ACTOR, &token, &world->err));
	assert_error(world, base_not_found);
}

static void test_list(void **state)
{
	struct world *world = *state;
	struct api_token one = make(world, world->base.id, "one", PERM_R),
			 two = make(world, world->base.id, "two", PERM_RW);
	struct api_token *list;
	size_t count;
	assert_true(auth_list_api_tokens(world->auth, world->arena, world->base.id, &list, &count, &world->err));
	assert_int_equal(count, 2);
	assert_true(str_equal(list[0].token, one.token) && str_equal(list[1].token, two.token));
	assert_int_equal(list[1].permission, PERM_RW);
	last_access_note(world->auth->accesses, one.id, one.generated_at + 1);
	last_access_note(world->auth->accesses, two.id, two.generated_at + 5077);
	assert_true(auth_list_api_tokens(world->auth, world->arena, world->base.id, &list, &count, &world->err));
	assert_true(list[0].last_access / 1000 > one.generated_at / 1000); /* whole seconds tell it from "never" */
	assert_int_equal(list[1].last_access, two.generated_at + 5077);
}

static size_t count_team(struct world *world, int64_t team_id, const struct api_token_filter *filter)
{
	struct api_token *list;
	size_t count;
	int64_t total;
	assert_true(auth_list_team_api_tokens(world->auth, world->arena, team_id, filter, 1, 100, &list, &count, &total,
					      &world->err));
	assert_int_equal(count, total);
	return count;
}

static void test_team_list(void **state)
{
	struct world *world = *state;
	int64_t team = world->ana.team_id;
	(void)make(world, world->base.id, "reader", PERM_R);
	struct api_token used = make(world, world->base.id, "writer", PERM_RW);
	(void)make(world, world->group_base.id, "other", PERM_RW);
	world_sql(world, "UPDATE api_token SET last_access = 1000");
	last_access_note(world->auth->accesses, used.id, 2000);
	const struct {
		struct api_token_filter filter;
		size_t count;
	} cases[] = {
		{ { .search = { 0 } }, 3 },
		{ { .search = STR("WRITE") }, 1 },
		{ { .search = STR("group") }, 1 },
		{ { .search = STR("%") }, 0 },
		{ { .base_uuid = world->base.uuid }, 2 },
		{ { .permission = PERM_RW }, 2 },
		{ { .permission = PERM_RW, .base_uuid = world->base.uuid }, 1 },
		{ { .unused_since = 1000 }, 0 },
		{ { .unused_since = 1500 }, 2 },
		{ { .unused_since = 2001 }, 3 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (count_team(world, team, &cases[i].filter) != cases[i].count)
			fail_msg("case %zu", i);
	}
	assert_int_equal(count_team(world, world->dora.team_id, &cases[0].filter), 0);
	/* pages, newest first */
	struct api_token *list;
	size_t count;
	int64_t total;
	assert_true(auth_list_team_api_tokens(world->auth, world->arena, team, &cases[0].filter, 2, 2, &list, &count,
					      &total, &world->err));
	assert_int_equal(count, 1);
	assert_int_equal(total, 3);
	assert_true(str_equal(list[0].app_name, STR("reader")));
	assert_true(str_equal(list[0].base_name, STR("Base")));
	/* not those of bases in the trash */
	assert_true(base_entry_trash(world->catalog, world->base.id, ACTOR, &world->err));
	assert_int_equal(count_team(world, team, &cases[0].filter), 1);
}

static void test_change_and_delete(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, world->base.id, "sync", PERM_RW), changed;
	struct caller caller;
	assert_true(check(world, token.token, &caller));
	assert_true(auth_change_api_token(world->auth, world->arena, world->base.id, STR("sync"), PERM_R, ACTOR,
					  &changed, &world->err));
	assert_int_equal(changed.permission, PERM_R);
	assert_true(str_equal(changed.token, token.token));
	assert_true(check(world, token.token, &caller));
	assert_int_equal(caller.permission, PERM_R);
	assert_false(auth_change_api_token(world->auth, world->arena, world->group_base.id, STR("sync"), PERM_R, ACTOR,
					   &changed, &world->err));
	assert_error(world, api_token_not_found);
	assert_true(auth_delete_api_token(world->auth, world->base.id, STR("sync"), ACTOR, &world->err));
	assert_false(check(world, token.token, &caller));
	assert_error(world, permission_denied);
	assert_false(auth_delete_api_token(world->auth, world->base.id, STR("sync"), ACTOR, &world->err));
	assert_error(world, api_token_not_found);
	/* a new one of that name is another token */
	struct api_token next = make(world, world->base.id, "sync", PERM_RW);
	assert_false(str_equal(next.token, token.token));
	assert_true(next.id > token.id);
}

static void test_trash(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, world->base.id, "sync", PERM_RW);
	struct base_entry restored;
	struct caller caller;
	assert_true(check(world, token.token, &caller));
	assert_true(base_entry_trash(world->catalog, world->base.id, ACTOR, &world->err));
	assert_false(check(world, token.token, &caller));
	assert_error(world, base_not_found);
	assert_true(base_entry_restore(world->catalog, world->arena, world->base.id, ACTOR, &restored, &world->err));
	assert_true(check(world, token.token, &caller));
}

static void test_is_cached(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, world->base.id, "sync", PERM_RW);
	struct caller caller;
	assert_true(check(world, token.token, &caller));
	world_sql(world, "DELETE FROM api_token");
	assert_true(check(world, token.token, &caller));
	assert_true(str_equal(caller.app_name, STR("sync")));
	catalog_rights_changed(world->catalog);
	assert_false(check(world, token.token, &caller));
}

/* With another secret the token is dead, but its row can be seen and deleted. */
static void test_another_secret(void **state)
{
	struct world *world = *state;
	struct api_token token = make(world, world->base.id, "sync", PERM_RW), *list;
	struct caller caller;
	size_t count;
	auth_close(&world->auth);
	assert_true(auth_open(world->catalog, world->folder,
			      STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), &world->auth,
			      &world->err));
	assert_false(check(world, token.token, &caller));
	assert_true(auth_list_api_tokens(world->auth, world->arena, world->base.id, &list, &count, &world->err));
	assert_int_equal(count, 1);
	assert_true(str_equal(list[0].token, STR("0000000000000000000000000000000000000000")));
	assert_true(auth_delete_api_token(world->auth, world->base.id, STR("sync"), ACTOR, &world->err));
}

static void test_temporary(void **state)
{
	struct world *world = *state;
	struct caller ben = world_caller(&world->ben), caller;
	struct str token;
	assert_false(auth_issue_temp_api_token(world->auth, world->arena, &ben, world->base.uuid, &token, &world->err));
	assert_error(world, permission_denied);
	assert_true(share_add(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), PERM_R,
			      world->ana.id, ACTOR, &world->err));
	assert_true(auth_issue_temp_api_token(world->auth, world->arena, &ben, world->base.uuid, &token, &world->err));
	assert_true(check(world, token, &caller));
	assert_int_equal(caller.account_id, world->ben.id);
	assert_int_equal(caller.permission, PERM_R);
	assert_int_equal(caller.base_id, world->base.id);
	assert_int_equal(caller.api_token_id, 0);
	assert_true(str_equal(caller_author(&caller), world->ben.username));
	/* it follows the share */
	assert_true(share_change(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), PERM_RW, ACTOR,
				 &world->err));
	assert_true(check(world, token, &caller));
	assert_int_equal(caller.permission, PERM_RW);
	assert_true(share_remove(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), ACTOR,
				 &world->err));
	assert_false(check(world, token, &caller));
	assert_error(world, permission_denied);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_made),
		WORLD_TEST(test_names),
		WORLD_TEST(test_list),
		WORLD_TEST(test_team_list),
		WORLD_TEST(test_change_and_delete),
		WORLD_TEST(test_trash),
		WORLD_TEST(test_is_cached),
		WORLD_TEST(test_another_secret),
		WORLD_TEST(test_temporary),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
