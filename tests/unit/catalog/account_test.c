/* Accounts: addresses, finding, lists, the last admin, and what becomes of a deleted person's things. */
#include "catalog/account.h"

#include "../auth/fixture.h"

static void test_addresses(void **state)
{
	char longest[256];
	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[10] = '@';
	const struct {
		struct str text;
		bool ok;
	} cases[] = {
		{ STR("ana@example.org"), true },
		{ STR(" ana@example.org "), true },
		{ STR("\xc3\xa4na+tag@example"), true },
		{ { longest, 254 }, true },
		{ { longest, 255 }, false },
		{ STR(""), false },
		{ { 0 }, false },
		{ STR("ana"), false },
		{ STR("@example.org"), false },
		{ STR("ana@"), false },
		{ STR("a@b@c"), false },
		{ STR("a b@c"), false },
		{ STR("a@b\nc"), false },
		{ STR("a@b\xff"), false },
		/* where user names live: nobody may claim one */
		{ STR("85a8bbe063cda75a1be648d96b5b6c84@auth.local"), false },
		{ STR("ana@AUTH.local"), false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str email;
		struct error err = { 0 };
		if (account_check_email(cases[i].text, "email", &email, &err) != cases[i].ok)
			fail_msg("case %zu", i);
	}
}

static void test_finding(void **state)
{
	struct world *world = *state;
	struct account found;
	const struct {
		struct str name;
		int64_t id; /* 0 = not found */
	} cases[] = {
		{ STR("ana@example.org"), world->ana.id },
		{ STR("ANA@Example.ORG"), world->ana.id },
		{ world->ben.username, world->ben.id },
		{ STR("nobody@example.org"), 0 },
		{ STR(""), 0 },
		{ STR("%"), 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool ok = account_find(world->catalog, world->arena, cases[i].name, &found, &world->err);
		assert_int_equal(ok, cases[i].id != 0);
		if (ok)
			assert_int_equal(found.id, cases[i].id);
		else
			assert_error(world, user_not_found);
	}
	assert_true(account_find(world->catalog, world->arena, STR("dora@example.org"), &found, &world->err));
	assert_false(account_find_in_team(world->catalog, world->arena, world->ana.team_id, STR("dora@example.org"),
					  &found, &world->err));
	assert_error(world, user_not_found);
	assert_false(account_by_id(world->catalog, world->arena, 999, &found, &world->err));
}

static void test_lists(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF };
	struct account out;
	assert_true(account_change(world->catalog, world->arena, world->carla.id, &off, ACTOR, &out, &world->err));
	const struct {
		struct account_query query;
		size_t count;
		int64_t total;
	} cases[] = {
		{ { .team_id = 0 }, 4, 4 },
		{ { .team_id = world->ana.team_id }, 3, 3 },
		{ { .team_id = world->ana.team_id, .active_only = true }, 2, 2 },
		{ { .team_id = world->ana.team_id, .search = STR("BEN@") }, 1, 1 },
		{ { .team_id = world->ana.team_id, .search = STR("_") }, 0, 0 },
		{ { .team_id = world->ana.team_id, .page = 1, .per_page = 2 }, 2, 3 },
		{ { .team_id = world->ana.team_id, .page = 2, .per_page = 2 }, 1, 3 },
		{ { .team_id = world->ana.team_id, .page = 3, .per_page = 2 }, 0, 3 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct account *list;
		size_t count;
		int64_t total;
		assert_true(account_list(world->catalog, world->arena, &cases[i].query, &list, &count, &total,
					 &world->err));
		if (count != cases[i].count || total != cases[i].total)
			fail_msg("case %zu: %zu of %lld", i, count, (long long)total);
	}
}

static void test_created_once(void **state)
{
	struct world *world = *state;
	struct account_new wanted = { .team_id = world->ana.team_id,
				      .contact_email = STR("BEN@example.org"),
				      .name = STR("Another Ben"),
				      .password_hash = STR("none") };
	struct account out;
	struct workspace shelf;
	assert_false(account_create(world->catalog, world->arena, &wanted, ACTOR, &out, &world->err));
	assert_error(world, user_exists);
	wanted.contact_email = STR("eve@example.org");
	wanted.team_id = 999;
	assert_false(account_create(world->catalog, world->arena, &wanted, ACTOR, &out, &world->err));
	assert_error(world, team_not_found);
	wanted.team_id = world->ana.team_id;
	assert_true(account_create(world->catalog, world->arena, &wanted, ACTOR, &out, &world->err));
	assert_int_equal(out.username.len, 32 + strlen("@auth.local"));
	assert_true(out.is_active && !out.is_team_admin && !out.is_system_admin && out.last_login == 0);
	assert_true(workspace_of_account(world->catalog, world->arena, out.id, &shelf, &world->err));
}

static void test_change(void **state)
{
	struct world *world = *state;
	struct account_change name = { .name = STR("Benjamin"), .id_in_org = STR("7") };
	struct account_change taken = { .contact_email = STR("ana@example.org") };
	struct account_change own = { .contact_email = STR("BEN@example.org") };
	struct account out;
	assert_true(account_change(world->catalog, world->arena, world->ben.id, &name, ACTOR, &out, &world->err));
	assert_true(str_equal(out.name, STR("Benjamin")) && str_equal(out.id_in_org, STR("7")));
	assert_true(str_equal(out.contact_email, world->ben.contact_email));
	assert_false(account_change(world->catalog, world->arena, world->ben.id, &taken, ACTOR, &out, &world->err));
	assert_error(world, user_exists);
	assert_true(account_change(world->catalog, world->arena, world->ben.id, &own, ACTOR, &out, &world->err));
	assert_true(str_equal(out.contact_email, STR("BEN@example.org")));
	assert_false(account_change(world->catalog, world->arena, 999, &name, ACTOR, &out, &world->err));
	assert_error(world, user_not_found);
}

static void test_the_last_admin_stays(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF }, demote = { .is_team_admin = FLAG_OFF };
	struct account_change promote = { .is_team_admin = FLAG_ON };
	struct account out;
	int64_t ana = world->ana.id, ben = world->ben.id;
	assert_false(account_change(world->catalog, world->arena, ana, &off, ACTOR, &out, &world->err));
	assert_error(world, last_admin);
	assert_false(account_change(world->catalog, world->arena, ana, &demote, ACTOR, &out, &world->err));
	assert_error(world, last_admin);
	assert_false(account_delete(world->catalog, ana, ACTOR, &world->err));
	assert_error(world, last_admin);
	/* an admin who can't sign in is none */
	assert_true(account_change(world->catalog, world->arena, ben, &promote, ACTOR, &out, &world->err));
	assert_true(account_change(world->catalog, world->arena, ben, &off, ACTOR, &out, &world->err));
	assert_false(account_change(world->catalog, world->arena, ana, &demote, ACTOR, &out, &world->err));
	assert_error(world, last_admin);
	struct account_change on = { .is_active = FLAG_ON };
	assert_true(account_change(world->catalog, world->arena, ben, &on, ACTOR, &out, &world->err));
	assert_true(account_change(world->catalog, world->arena, ana, &demote, ACTOR, &out, &world->err));
	assert_true(account_by_id(world->catalog, world->arena, ana, &out, &world->err));
	assert_false(out.is_team_admin);
}

/* Ana's group and bases go to the admin who deletes her; nothing is lost, nothing stays open. */
static void test_what_becomes_of_a_deleted_persons_things(void **state)
{
	struct world *world = *state;
	struct account boss, other;
	struct group group;
	struct group_member member;
	struct base_entry base;
	struct workspace shelf;
	world_add_account(world, world->ana.team_id, "other@example.org", NULL, true, &other);
	world_add_account(world, world->ana.team_id, "boss@example.org", NULL, true, &boss);
	assert_true(account_delete(world->catalog, world->ana.id, boss.username, &world->err));
	assert_true(group_by_id(world->catalog, world->arena, world->group.id, &group, &world->err));
	assert_int_equal(group.owner_id, boss.id);
	assert_true(
		group_member_find(world->catalog, world->arena, group.id, boss.id, STR("boss"), &member, &world->err));
	assert_true(member.is_admin && member.is_owner);
	assert_false(base_entry_by_id(world->catalog, world->arena, world->base.id, &base, &world->err));
	assert_true(base_entry_trashed_by_id(world->catalog, world->arena, world->base.id, &base, &world->err));
	assert_true(workspace_of_account(world->catalog, world->arena, boss.id, &shelf, &world->err));
	assert_int_equal(base.workspace_id, shelf.id);
	assert_true(base_entry_restore(world->catalog, world->arena, base.id, ACTOR, &base, &world->err));
	assert_true(base_entry_by_id(world->catalog, world->arena, world->group_base.id, &base, &world->err));
	assert_false(account_delete(world->catalog, world->ana.id, ACTOR, &world->err));
	assert_error(world, user_not_found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		WORLD_TEST(test_finding),
		WORLD_TEST(test_lists),
		WORLD_TEST(test_created_once),
		WORLD_TEST(test_change),
		WORLD_TEST(test_the_last_admin_stays),
		WORLD_TEST(test_what_becomes_of_a_deleted_persons_things),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
