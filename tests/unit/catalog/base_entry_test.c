/* The directory of bases: names, who sees which list, the trash. */
#include "catalog/base_entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/account.h"
#include "catalog/group.h"
#include "catalog/share.h"
#include "catalog/team.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/id.h"
#include "store/store.h"

#define ACTOR STR("test")

/* Ana owns the group and has two bases of her own; Ben is a member; Carla has shares; Dora is of another team. */
struct world {
	char folder[32];
	struct catalog *catalog;
	struct arena *arena;
	struct error err;
	struct account ana, ben, carla, dora;
	struct group group;
	int64_t ana_shelf, group_shelf;
	struct base_entry own, shared, of_group;
};

static void make_account(struct world *world, int64_t team_id, const char *email, struct account *out)
{
	struct account_new wanted = { .team_id = team_id,
				      .contact_email = str_from_c(email),
				      .name = str_from_c(email),
				      .password_hash = STR("none") };
	assert_true(account_create(world->catalog, world->arena, &wanted, ACTOR, out, &world->err));
}

static void make_base(struct world *world, int64_t workspace_id, const char *name, struct base_entry *out)
{
	char uuid[ID_UUID_LEN + 1];
	id_new_uuid(uuid);
	struct base_entry_new wanted = { .uuid = str_from_c(uuid),
					 .workspace_id = workspace_id,
					 .name = str_from_c(name) };
	assert_true(base_entry_create(world->catalog, world->arena, &wanted, ACTOR, out, &world->err));
}

static int64_t shelf_of(struct world *world, const struct account *account)
{
	struct workspace workspace;
	assert_true(workspace_of_account(world->catalog, world->arena, account->id, &workspace, &world->err));
	return workspace.id;
}

static void make_people(struct world *world)
{
	struct team team, other;
	struct workspace workspace;
	assert_true(team_create(world->catalog, world->arena, STR("Team"), ACTOR, &team, &world->err));
	assert_true(team_create(world->catalog, world->arena, STR("Other"), ACTOR, &other, &world->err));
	make_account(world, team.id, "ana@example.org", &world->ana);
	make_account(world, team.id, "ben@example.org", &world->ben);
	make_account(world, team.id, "carla@example.org", &world->carla);
	make_account(world, other.id, "dora@example.org", &world->dora);
	assert_true(group_create(world->catalog, world->arena, team.id, STR("Group"), world->ana.id, ACTOR,
				 &world->group, &world->err));
	assert_true(group_add_member(world->catalog, world->group.id, world->ben.id, STR("ben"), ACTOR, &world->err));
	assert_true(workspace_of_group(world->catalog, world->arena, world->group.id, &workspace, &world->err));
	world->group_shelf = workspace.id;
	world->ana_shelf = shelf_of(world, &world->ana);
}

static int set_up(void **state)
{
	static struct world world;
	memset(&world, 0, sizeof(world));
	(void)snprintf(world.folder, sizeof(world.folder), "/tmp/atoll-catalog-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	assert_true(catalog_open(world.folder, &world.catalog, &world.err));
	world.arena = arena_new(16 << 20);
	make_people(&world);
	make_base(&world, world.ana_shelf, "own", &world.own);
	make_base(&world, world.ana_shelf, "Shared", &world.shared);
	make_base(&world, world.group_shelf, "of group", &world.of_group);
	assert_true(share_add(world.catalog, &world.shared, SHARE_ACCOUNT, world.carla.id, STR("carla"), PERM_R,
			      world.ana.id, ACTOR, &world.err));
	assert_true(share_add(world.catalog, &world.own, SHARE_GROUP, world.group.id, STR("group"), PERM_RW,
			      world.ana.id, ACTOR, &world.err));
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	char command[64];
	catalog_close(&world->catalog);
	arena_free(&world->arena);
	(void)snprintf(command, sizeof(command), "rm -rf %s", world->folder);
	return system(command); /* NOLINT(cert-env33-c): a folder that this test has made */
}

static void test_names(void **state)
{
	static const struct {
		const char *text;
		const char *name; /* NULL = refused */
	} CASES[] = {
		{ "Warehouse", "Warehouse" },
		{ " \t Warehouse \r\n", "Warehouse" },
		{ "a b", "a b" },
		{ "...", "..." },
		{ ".a", ".a" },
		{ "表 \xf0\x9f\x9a\x9a", "表 \xf0\x9f\x9a\x9a" },
		{ "\xc2\xa0x", "\xc2\xa0x" },
		{ "a\\b?#%&", "a\\b?#%&" },
		{ "", NULL },
		{ "  ", NULL },
		{ ".", NULL },
		{ "..", NULL },
		{ "a/b", NULL },
		{ "a\nb", NULL },
		{ "a\x7f", NULL },
		{ "a\xc2\x85"
		  "b",
		  NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct error err = { 0 };
		struct str name = { 0 };
		bool ok = base_entry_check_name(str_from_c(CASES[i].text), "name", &name, &err);
		assert_int_equal(ok, CASES[i].name != NULL);
		if (ok)
			assert_true(str_equal_c(name, CASES[i].name));
		else
			assert_string_equal(err.message, "name invalid.");
	}
}

/* The names of a list, each with a blank behind it; with the permission where there is one. */
static const char *list(struct world *world, enum base_list kind, int64_t subject)
{
	struct base_query query = { .list = kind, .subject = subject };
	struct base_entry *entries = NULL;
	size_t count = 0;
	struct str names = STR("");
	assert_true(base_entry_list(world->catalog, world->arena, &query, &entries, &count, NULL, &world->err));
	for (size_t i = 0; i < count; i++)
		names = str_format(world->arena, "%.*s%.*s%s%.*s ", STR_ARG(names), STR_ARG(entries[i].name),
				   entries[i].permission ? ":" : "", STR_ARG(permission_text(entries[i].permission)));
	return str_to_c(world->arena, names);
}

static void test_who_sees_what(void **state)
{
	struct world *world = *state;
	const struct {
		enum base_list list;
		int64_t subject;
		const char *names;
	} cases[] = {
		{ BASES_OF_WORKSPACE, world->ana_shelf, "own Shared " },
		{ BASES_OF_WORKSPACE, world->group_shelf, "of group " },
		{ BASES_MANAGED, world->ana.id, "of group own Shared " },
		{ BASES_MANAGED, world->ben.id, "" },
		{ BASES_REACHABLE, world->ana.id, "of group own Shared " },
		{ BASES_REACHABLE, world->ben.id, "of group own " },
		{ BASES_REACHABLE, world->carla.id, "Shared " },
		{ BASES_REACHABLE, world->dora.id, "" },
		{ BASES_SHARED, world->carla.id, "Shared:r " },
		{ BASES_SHARED, world->ben.id, "" },
		{ BASES_SHARED_WITH_GROUPS, world->ben.id, "own:rw " },
		{ BASES_SHARED_WITH_GROUPS, world->carla.id, "" },
		{ BASES_OF_TEAM, world->ana.team_id, "of group own Shared " },
		{ BASES_OF_TEAM, world->dora.team_id, "" },
		{ BASES_OF_ALL, 0, "of group own Shared " },
		{ TRASH_OF_ALL, 0, "" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(list(world, cases[i].list, cases[i].subject), cases[i].names);
}

static void test_trash(void **state)
{
	struct world *world = *state;
	struct base_entry again, restored;
	assert_true(base_entry_trash(world->catalog, world->own.id, ACTOR, &world->err));
	assert_false(base_entry_trash(world->catalog, world->own.id, ACTOR, &world->err));
	assert_int_equal(world->err.code, E_base_not_found);
	assert_string_equal(list(world, BASES_REACHABLE, world->ben.id), "of group ");
	assert_string_equal(list(world, BASES_SHARED_WITH_GROUPS, world->ben.id), "");
	assert_string_equal(list(world, TRASH_OF_ACCOUNT, world->ana.id), "own ");
	assert_string_equal(list(world, TRASH_OF_TEAM, world->ana.team_id), "own ");
	assert_string_equal(list(world, TRASH_OF_GROUP, world->group.id), "");

	make_base(world, world->ana_shelf, "own", &again);
	assert_true(base_entry_restore(world->catalog, world->arena, world->own.id, ACTOR, &restored, &world->err));
	assert_true(str_equal_c(restored.name, "own (1)"));
	assert_string_equal(list(world, BASES_SHARED_WITH_GROUPS, world->ben.id), "own (1):rw ");

	assert_false(base_entry_purge(world->catalog, again.id, ACTOR, &world->err));
	assert_int_equal(world->err.code, E_base_not_found);
	assert_true(base_entry_trash(world->catalog, again.id, ACTOR, &world->err));
	assert_true(base_entry_purge(world->catalog, again.id, ACTOR, &world->err));
	assert_string_equal(list(world, TRASH_OF_ALL, 0), "");
}

static void test_long_names_keep_their_limit(void **state)
{
	struct world *world = *state;
	char name[BASE_NAME_MAX_CHARS * 2 + 1] = { 0 };
	struct base_entry first, second;
	for (int i = 0; i < BASE_NAME_MAX_CHARS; i++) {
		name[(size_t)2 * i] = '\xc3';
		name[(size_t)2 * i + 1] = '\xa9';
	}
	make_base(world, world->ana_shelf, name, &first);
	assert_true(base_entry_trash(world->catalog, first.id, ACTOR, &world->err));
	make_base(world, world->ana_shelf, name, &second);
	assert_true(base_entry_restore(world->catalog, world->arena, first.id, ACTOR, &first, &world->err));
	assert_int_equal(first.name.len, (BASE_NAME_MAX_CHARS - 4) * 2 + 4);
	assert_true(str_ends_with(first.name, STR("\xc3\xa9 (1)")));
	assert_true(str_is_utf8(first.name));
}

static void test_stars_and_pages(void **state)
{
	struct world *world = *state;
	struct base_query query = {
		.list = BASES_REACHABLE, .subject = world->ana.id, .viewer = world->ana.id, .page = 2, .per_page = 2
	};
	struct base_entry *entries = NULL;
	size_t count = 0;
	int64_t total = 0;
	assert_true(base_entry_star(world->catalog, world->ana.id, world->shared.id, true, &world->err));
	assert_true(base_entry_star(world->catalog, world->carla.id, world->own.id, true, &world->err));
	assert_true(base_entry_list(world->catalog, world->arena, &query, &entries, &count, &total, &world->err));
	assert_int_equal(count, 1);
	assert_int_equal(total, 3);
	assert_true(str_equal_c(entries[0].name, "Shared") && entries[0].starred);
	assert_string_equal(list(world, BASES_STARRED, world->ana.id), "Shared ");
	assert_string_equal(list(world, BASES_STARRED, world->carla.id), ""); /* a star opens nothing */
	query.search = STR("OF GR");
	query.page = 1;
	assert_true(base_entry_list(world->catalog, world->arena, &query, &entries, &count, &total, &world->err));
	assert_int_equal(total, 1);
	assert_true(count == 1 && str_equal_c(entries[0].name, "of group") && !entries[0].starred);
}

static void test_roles(void **state)
{
	struct world *world = *state;
	const struct {
		int64_t workspace, account;
		enum workspace_role role;
	} cases[] = {
		{ world->ana_shelf, world->ana.id, WORKSPACE_MANAGER },
		{ world->ana_shelf, world->ben.id, WORKSPACE_STRANGER },
		{ world->ana_shelf, 0, WORKSPACE_STRANGER },
		{ world->group_shelf, world->ana.id, WORKSPACE_MANAGER },
		{ world->group_shelf, world->ben.id, WORKSPACE_MEMBER },
		{ world->group_shelf, world->carla.id, WORKSPACE_STRANGER },
		{ world->group_shelf, 0, WORKSPACE_STRANGER },
		{ 99999, world->ana.id, WORKSPACE_STRANGER },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum workspace_role role;
		assert_true(
			workspace_role_of(world->catalog, cases[i].workspace, cases[i].account, &role, &world->err));
		assert_int_equal(role, cases[i].role);
	}
}

static void test_share_refusals(void **state)
{
	struct world *world = *state;
	const struct {
		enum share_kind kind;
		enum error_code code;
		int64_t id;
		const struct base_entry *base;
	} cases[] = {
		{ SHARE_ACCOUNT, E_share_to_self, world->ana.id, &world->shared },
		{ SHARE_GROUP, E_share_to_self, world->group.id, &world->of_group },
		{ SHARE_ACCOUNT, E_share_exists, world->carla.id, &world->shared },
		{ SHARE_GROUP, E_share_exists, world->group.id, &world->own },
		{ SHARE_ACCOUNT, E_user_not_found, world->dora.id, &world->shared },
		{ SHARE_ACCOUNT, E_user_not_found, 99999, &world->shared },
		{ SHARE_GROUP, E_group_not_found, 99999, &world->shared },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t before = catalog_rights_version(world->catalog);
		assert_false(share_add(world->catalog, cases[i].base, cases[i].kind, cases[i].id, STR("x"), PERM_R,
				       world->ana.id, ACTOR, &world->err));
		assert_int_equal(world->err.code, cases[i].code);
		assert_true(catalog_rights_version(world->catalog) == before);
	}
}

static void test_changes_of_rights_are_announced(void **state)
{
	struct world *world = *state;
	uint64_t version = catalog_rights_version(world->catalog);
	assert_true(share_change(world->catalog, &world->shared, SHARE_ACCOUNT, world->carla.id, STR("x"), PERM_RW,
				 ACTOR, &world->err));
	assert_true(catalog_rights_version(world->catalog) > version);
	version = catalog_rights_version(world->catalog);
	assert_true(share_remove(world->catalog, &world->shared, SHARE_ACCOUNT, world->carla.id, STR("x"), ACTOR,
				 &world->err));
	assert_true(catalog_rights_version(world->catalog) > version);
	version = catalog_rights_version(world->catalog);
	assert_true(base_entry_trash(world->catalog, world->own.id, ACTOR, &world->err));
	assert_true(catalog_rights_version(world->catalog) > version);
}

static int set_up_process(void **state)
{
	(void)state;
	return store_init() ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup_teardown(test_who_sees_what, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_trash, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_names_keep_their_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stars_and_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_roles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_share_refusals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes_of_rights_are_announced, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, set_up_process, NULL);
}
