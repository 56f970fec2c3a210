/* What all parts of the catalog share: permissions, names, the version of rights, the audit. */
#include "catalog/catalog.h"

#include "../auth/fixture.h"

static void test_permissions(void **state)
{
	static const struct {
		const char *text;
		enum permission permission; /* PERM_NONE = refused */
	} CASES[] = {
		{ "r", PERM_R },     { "rw", PERM_RW },  { "", PERM_NONE },    { "R", PERM_NONE },
		{ "RW", PERM_NONE }, { "w", PERM_NONE }, { "rwx", PERM_NONE }, { "r ", PERM_NONE },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		enum permission out = PERM_NONE;
		assert_int_equal(permission_parse(str_from_c(CASES[i].text), &out), CASES[i].permission != PERM_NONE);
		assert_int_equal(out, CASES[i].permission);
		if (out != PERM_NONE)
			assert_true(str_equal_c(permission_text(out), CASES[i].text));
	}
	assert_true(str_equal(permission_text(PERM_NONE), STR("")));
}

static void test_names(void **state)
{
	char longest[256 * 3];
	(void)state;
	for (size_t i = 0; i < sizeof(longest); i += 3)
		memcpy(longest + i, "\xe2\x9c\x93", 3);
	const struct {
		struct str text, name; /* absent = refused */
	} cases[] = {
		{ STR("Ana Prado"), STR("Ana Prado") },
		{ STR(" \tAna\n"), STR("Ana") },
		{ STR("a/b"), STR("a/b") },
		{ { longest, 255 * 3 }, { longest, 255 * 3 } },
		{ { longest, 256 * 3 }, { 0 } },
		{ STR(""), { 0 } },
		{ STR(" "), { 0 } },
		{ { 0 }, { 0 } },
		{ STR("a\nb"), { 0 } },
		{ STR("a\x7f"), { 0 } },
		{ STR("a\xc2\x9f"), { 0 } },
		{ STR("a\xc2\xa0z"), STR("a\xc2\xa0z") },
		{ STR("a\xff"), { 0 } },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str name = { 0 };
		struct error err = { 0 };
		bool ok = catalog_check_name(cases[i].text, "name", &name, &err);
		if (ok != (cases[i].name.at != NULL) || !str_equal(name, cases[i].name))
			fail_msg("case %zu", i);
		if (!ok)
			assert_string_equal(err.message, "name invalid.");
	}
}

static void test_everything_is_there_after_reopening(void **state)
{
	struct world *world = *state;
	struct account found;
	auth_close(&world->auth);
	catalog_close(&world->catalog);
	assert_true(catalog_open(world->folder, &world->catalog, &world->err));
	assert_true(account_find(world->catalog, world->arena, STR("ana@example.org"), &found, &world->err));
	assert_true(str_equal(found.username, world->ana.username));
}

/* The newest row of the audit. */
static bool read_audit(struct store_conn *conn, void *ctx, struct error *err)
{
	struct str *out = ctx;
	sqlite3_stmt *stmt = NULL;
	bool row = false;
	if (!store_prepare_c(conn, "SELECT actor || ' ' || action || ' ' || detail FROM audit ORDER BY id DESC LIMIT 1",
			     &stmt, err) ||
	    !store_step(conn, stmt, &row, err))
		return false;
	assert_true(row);
	static char text[512];
	struct str found = store_column_str(stmt, 0);
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(found));
	*out = str_from_c(text);
	store_reset(stmt);
	return true;
}

static void assert_audit(struct world *world, const char *start)
{
	struct str line;
	assert_true(store_write(catalog_db(world->catalog), read_audit, &line, &world->err));
	if (!str_starts_with(line, str_from_c(start)))
		fail_msg("%.*s is not %s", STR_ARG(line), start);
}

static void test_changes_are_audited(void **state)
{
	struct world *world = *state;
	struct account_change off = { .is_active = FLAG_OFF };
	struct account account;
	struct group group;
	struct api_token token;
	struct catalog *catalog = world->catalog;
	struct arena *arena = world->arena;
	struct error *err = &world->err;
	int64_t ben = world->ben.id, id = world->group.id;

	assert_true(account_change(catalog, arena, ben, &off, ACTOR, &account, err));
	assert_audit(world, "test account_change {\"account\":\"");
	assert_true(account_set_password(catalog, ben, STR("secret hash"), ACTOR, err));
	assert_audit(world, "test account_set_password {\"account\":\"");
	assert_true(group_set_admin(catalog, id, ben, STR("ben"), true, ACTOR, err));
	assert_audit(world, "test group_set_admin {\"group\":\"1\",\"name\":\"Group\",\"account_id\":\"2\"}");
	assert_true(group_remove_member(catalog, id, ben, STR("ben"), ACTOR, err));
	assert_audit(world, "test group_remove_member ");
	assert_true(group_add_member(catalog, id, ben, STR("ben"), ACTOR, err));
	assert_audit(world, "test group_add_member ");
	assert_true(group_change(catalog, arena, id, STR("New"), 0, ACTOR, &group, err));
	assert_audit(world, "test group_change ");
	assert_true(
		auth_create_api_token(world->auth, arena, world->base.id, STR("a \"b\""), PERM_R, ACTOR, &token, err));
	assert_audit(world, "test api_token_create {\"base\":\"");
	assert_true(
		auth_change_api_token(world->auth, arena, world->base.id, STR("a \"b\""), PERM_RW, ACTOR, &token, err));
	assert_audit(world, "test api_token_change ");
	assert_true(auth_delete_api_token(world->auth, world->base.id, STR("a \"b\""), ACTOR, err));
	assert_audit(world, "test api_token_delete ");
	assert_true(base_entry_trash(catalog, world->group_base.id, ACTOR, err));
	assert_true(group_delete(catalog, id, ACTOR, err));
	assert_audit(world, "test group_delete ");
	assert_true(account_delete(catalog, ben, ACTOR, err));
	assert_audit(world, "test account_delete ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_permissions),
		cmocka_unit_test(test_names),
		WORLD_TEST(test_everything_is_there_after_reopening),
		WORLD_TEST(test_changes_are_audited),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
