/* Rights of accounts on bases, and that they are cached as long as they may be. */
#include "fixture.h"

static enum permission permission_of(struct world *world, const struct account *account, const struct base_entry *base)
{
	enum permission permission = PERM_NONE;
	assert_true(auth_account_permission(world->auth, account->id, base->id, &permission, &world->err));
	return permission;
}

static void test_who_may_what(void **state)
{
	struct world *world = *state;
	const struct {
		const struct account *account;
		const struct base_entry *base;
		enum permission permission;
	} cases[] = {
		{ &world->ana, &world->base, PERM_RW },           { &world->ben, &world->base, PERM_NONE },
		{ &world->carla, &world->base, PERM_NONE },       { &world->dora, &world->base, PERM_NONE },
		{ &world->ana, &world->group_base, PERM_RW },     { &world->ben, &world->group_base, PERM_RW },
		{ &world->carla, &world->group_base, PERM_NONE }, { &world->dora, &world->group_base, PERM_NONE },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(permission_of(world, cases[i].account, cases[i].base), cases[i].permission);
}

static void share(struct world *world, enum share_kind kind, int64_t id, enum permission permission)
{
	assert_true(share_add(world->catalog, &world->base, kind, id, STR("x"), permission, world->ana.id, ACTOR,
			      &world->err));
}

static void test_the_greatest_share_counts_at_once(void **state)
{
	struct world *world = *state;
	assert_int_equal(permission_of(world, &world->ben, &world->base), PERM_NONE);
	share(world, SHARE_ACCOUNT, world->ben.id, PERM_R);
	assert_int_equal(permission_of(world, &world->ben, &world->base), PERM_R);
	share(world, SHARE_GROUP, world->group.id, PERM_RW);
	assert_int_equal(permission_of(world, &world->ben, &world->base), PERM_RW);
	assert_true(
		group_remove_member(world->catalog, world->group.id, world->ben.id, STR("ben"), ACTOR, &world->err));
	assert_int_equal(permission_of(world, &world->ben, &world->base), PERM_R);
	assert_true(share_remove(world->catalog, &world->base, SHARE_ACCOUNT, world->ben.id, STR("ben"), ACTOR,
				 &world->err));
	assert_int_equal(permission_of(world, &world->ben, &world->base), PERM_NONE);
}

static void test_trash_and_deactivation(void **state)
{
	struct world *world = *state;
	struct account_change change = { .is_active = FLAG_OFF };
	struct account out;
	assert_int_equal(permission_of(world, &world->ben, &world->group_base), PERM_RW);
	assert_true(account_change(world->catalog, world->arena, world->ben.id, &change, ACTOR, &out, &world->err));
	assert_int_equal(permission_of(world, &world->ben, &world->group_base), PERM_NONE);
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_RW);
	assert_true(base_entry_trash(world->catalog, world->base.id, ACTOR, &world->err));
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_NONE);
	assert_int_equal(permission_of(world, &world->ana, &(struct base_entry){ .id = 999 }), PERM_NONE);
}

/* A change that nobody told about is not seen: so nothing was read. */
static void test_is_cached(void **state)
{
	struct world *world = *state;
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_RW);
	world_sql(world, "UPDATE base SET deleted_at = 1");
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_RW);
	catalog_rights_changed(world->catalog);
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_NONE);
}

/* What the command line changes is noticed by catalog_watch(). */
static void test_another_process(void **state)
{
	struct world *world = *state;
	struct catalog *other = NULL;
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_RW);
	assert_true(catalog_open(world->folder, &other, &world->err));
	assert_true(base_entry_trash(other, world->base.id, ACTOR, &world->err));
	catalog_watch(world->catalog);
	assert_int_equal(permission_of(world, &world->ana, &world->base), PERM_NONE);
	uint64_t version = catalog_rights_version(world->catalog);
	catalog_watch(world->catalog);
	assert_int_equal(catalog_rights_version(world->catalog), version);
	catalog_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_who_may_what),           WORLD_TEST(test_the_greatest_share_counts_at_once),
		WORLD_TEST(test_trash_and_deactivation), WORLD_TEST(test_is_cached),
		WORLD_TEST(test_another_process),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
