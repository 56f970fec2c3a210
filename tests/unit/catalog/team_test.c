/* Teams: names and figures. */
#include "catalog/team.h"

#include "../auth/fixture.h"

static void test_figures(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF };
	struct account account;
	struct team team, same;
	assert_true(account_change(world->catalog, world->arena, world->carla.id, &off, ACTOR, &account, &world->err));
	assert_true(team_by_id(world->catalog, world->arena, world->ana.team_id, &team, &world->err));
	assert_int_equal(team.members, 3);
	assert_int_equal(team.active_members, 2);
	assert_int_equal(team.bases, 2);
	assert_true(team_by_name(world->catalog, world->arena, STR("Team"), &same, &world->err));
	assert_int_equal(same.id, team.id);
	assert_true(base_entry_trash(world->catalog, world->base.id, ACTOR, &world->err));
	assert_true(team_by_id(world->catalog, world->arena, world->ana.team_id, &team, &world->err));
	assert_int_equal(team.bases, 1);
}

static void test_names(void **state)
{
	struct world *world = *state;
	struct team team, *teams;
	size_t count;
	assert_false(team_create(world->catalog, world->arena, STR("Team"), ACTOR, &team, &world->err));
	assert_error(world, team_exists);
	assert_false(team_by_id(world->catalog, world->arena, 999, &team, &world->err));
	assert_error(world, team_not_found);
	assert_false(team_by_name(world->catalog, world->arena, STR("Nobody"), &team, &world->err));
	assert_error(world, team_not_found);
	assert_true(team_list(world->catalog, world->arena, &teams, &count, &world->err));
	assert_int_equal(count, 2);
	assert_true(str_equal(teams[1].name, STR("Other")));
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORLD_TEST(test_figures), WORLD_TEST(test_names) };
	return cmocka_run_group_tests(tests, world_start, NULL);
}
