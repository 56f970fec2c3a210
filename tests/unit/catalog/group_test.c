/* Groups: who belongs to them, who stays, and what a deleted one leaves. */
#include "catalog/group.h"

#include "../auth/fixture.h"

static void test_created(void **state)
{
	struct world *world = *state;
	struct group group;
	struct group_member *members;
	struct workspace shelf;
	size_t count;
	int64_t team = world->ana.team_id;
	assert_true(group_create(world->catalog, world->arena, team, STR("Logistics"), world->ben.id, ACTOR, &group,
				 &world->err));
	assert_true(str_equal(group.owner_username, world->ben.username));
	assert_true(workspace_of_group(world->catalog, world->arena, group.id, &shelf, &world->err));
	assert_true(group_members(world->catalog, world->arena, group.id, &members, &count, &world->err));
	assert_int_equal(count, 1);
	assert_true(members[0].is_owner && members[0].is_admin);
	assert_false(group_create(world->catalog, world->arena, team, STR("Logistics"), world->ana.id, ACTOR, &group,
				  &world->err));
	assert_error(world, group_exists);
	assert_false(
		group_create(world->catalog, world->arena, team, STR("X"), world->dora.id, ACTOR, &group, &world->err));
	assert_error(world, user_not_found);
	/* another team may use the name */
	assert_true(group_create(world->catalog, world->arena, world->dora.team_id, STR("Logistics"), world->dora.id,
				 ACTOR, &group, &world->err));
}

static void test_lists(void **state)
{
	struct world *world = *state;
	struct group group;
	int64_t team = world->ana.team_id;
	assert_true(group_create(world->catalog, world->arena, team, STR("Logistics"), world->ana.id, ACTOR, &group,
				 &world->err));
	const struct {
		struct group_query query;
		size_t count;
		int64_t total;
	} cases[] = {
		{ { .team_id = team }, 2, 2 },
		{ { .team_id = team, .member_id = world->ana.id }, 2, 2 },
		{ { .team_id = team, .member_id = world->ben.id }, 1, 1 },
		{ { .team_id = team, .member_id = world->carla.id }, 0, 0 },
		{ { .team_id = team, .search = STR("LOG") }, 1, 1 },
		{ { .team_id = team, .page = 2, .per_page = 1 }, 1, 2 },
		{ { .team_id = world->dora.team_id }, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct group *list;
		size_t count;
		int64_t total;
		assert_true(
			group_list(world->catalog, world->arena, &cases[i].query, &list, &count, &total, &world->err));
		if (count != cases[i].count || total != cases[i].total)
			fail_msg("case %zu", i);
	}
}

static void test_members(void **state)
{
	struct world *world = *state;
	struct catalog *catalog = world->catalog;
	struct group_member member;
	struct error *err = &world->err;
	int64_t id = world->group.id, ana = world->ana.id, ben = world->ben.id, carla = world->carla.id;
	struct str who = STR("who");

	assert_false(group_add_member(catalog, id, ben, who, ACTOR, err));
	assert_error(world, member_exists);
	assert_false(group_add_member(catalog, id, world->dora.id, who, ACTOR, err));
	assert_error(world, user_not_found);
	assert_false(group_add_member(catalog, 999, carla, who, ACTOR, err));
	assert_error(world, group_not_found);
	assert_true(group_add_member(catalog, id, carla, who, ACTOR, err));
	assert_true(group_member_find(catalog, world->arena, id, carla, who, &member, err));
	assert_false(member.is_admin || member.is_owner);
	assert_true(group_set_admin(catalog, id, carla, who, true, ACTOR, err));
	assert_true(group_member_find(catalog, world->arena, id, carla, who, &member, err));
	assert_true(member.is_admin);
	assert_false(group_set_admin(catalog, id, world->dora.id, who, true, ACTOR, err));
	assert_error(world, member_not_found);
	assert_false(group_set_admin(catalog, id, ana, who, false, ACTOR, err));
	assert_error(world, group_owner_stays);
	assert_false(group_remove_member(catalog, id, ana, who, ACTOR, err));
	assert_error(world, group_owner_stays);
	assert_true(group_remove_member(catalog, id, carla, who, ACTOR, err));
	assert_false(group_remove_member(catalog, id, carla, who, ACTOR, err));
	assert_error(world, member_not_found);
	assert_false(group_member_find(catalog, world->arena, id, carla, who, &member, err));
	assert_error(world, member_not_found);
}

static void test_handing_over(void **state)
{
	struct world *world = *state;
	struct group group;
	struct group_member member;
	assert_true(group_change(world->catalog, world->arena, world->group.id, STR("New name"), world->carla.id, ACTOR,
				 &group, &world->err));
	assert_true(str_equal(group.name, STR("New name")));
	assert_int_equal(group.owner_id, world->carla.id);
	assert_true(group_member_find(world->catalog, world->arena, group.id, world->carla.id, STR("c"), &member,
				      &world->err));
	assert_true(member.is_owner && member.is_admin);
	assert_true(group_member_find(world->catalog, world->arena, group.id, world->ana.id, STR("a"), &member,
				      &world->err));
	assert_true(member.is_admin && !member.is_owner);
	assert_false(group_change(world->catalog, world->arena, group.id, (struct str){ 0 }, world->dora.id, ACTOR,
				  &group, &world->err));
	assert_error(world, user_not_found);
}

static void test_deleting(void **state)
{
	struct world *world = *state;
	struct group group;
	struct base_entry base;
	struct workspace shelf;
	assert_false(group_delete(world->catalog, world->group.id, ACTOR, &world->err));
	assert_error(world, group_has_bases);
	assert_true(base_entry_trash(world->catalog, world->group_base.id, ACTOR, &world->err));
	assert_true(group_delete(world->catalog, world->group.id, ACTOR, &world->err));
	assert_false(group_by_id(world->catalog, world->arena, world->group.id, &group, &world->err));
	assert_error(world, group_not_found);
	/* what was in the trash is in the owner's trash now */
	assert_true(workspace_of_account(world->catalog, world->arena, world->ana.id, &shelf, &world->err));
	assert_true(base_entry_trashed_by_id(world->catalog, world->arena, world->group_base.id, &base, &world->err));
	assert_int_equal(base.workspace_id, shelf.id);
	assert_false(group_delete(world->catalog, world->group.id, ACTOR, &world->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_created),      WORLD_TEST(test_lists),    WORLD_TEST(test_members),
		WORLD_TEST(test_handing_over), WORLD_TEST(test_deleting),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
