/* A small world for the tests of this room: a folder, a catalog, two teams, people, a group, bases (without files). */
#ifndef ATOLL_TESTS_UNIT_AUTH_FIXTURE_H
#define ATOLL_TESTS_UNIT_AUTH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/auth.h"
#include "auth/room.h"
#include "catalog/account.h"
#include "catalog/base_entry.h"
#include "catalog/group.h"
#include "catalog/share.h"
#include "catalog/team.h"
#include "catalog/workspace.h"
#include "core/arena.h"
#include "core/id.h"
#include "store/store.h"

#define ACTOR STR("test")

/* Ana is the admin of her team, Ben and Carla are in it, Ben in her group too; Dora is of another team. */
struct world {
	char folder[40];
	struct catalog *catalog;
	struct auth *auth;
	struct arena *arena;
	struct error err;
	struct account ana, ben, carla, dora;
	struct group group;
	struct base_entry base, group_base; /* Ana's, and the group's */
};

/* The check that failed left this error code behind. */
#define assert_error(world, code_) assert_int_equal((world)->err.code, E_##code_)

static inline void world_add_account(struct world *world, int64_t team_id, const char *email, const char *password,
				     bool is_admin, struct account *out)
{
	struct account_new wanted = { .team_id = team_id,
				      .contact_email = str_from_c(email),
				      .name = str_from_c(email),
				      .password_hash = STR("none"),
				      .is_team_admin = is_admin };
	if (password)
		assert_true(auth_hash_password(world->arena, str_from_c(password), &wanted.password_hash, &world->err));
	assert_true(account_create(world->catalog, world->arena, &wanted, ACTOR, out, &world->err));
}

static inline void world_add_base(struct world *world, int64_t workspace_id, const char *name, struct base_entry *out)
{
	char uuid[ID_UUID_LEN + 1];
	id_new_uuid(uuid);
	struct base_entry_new wanted = { .uuid = str_from_c(uuid),
					 .workspace_id = workspace_id,
					 .name = str_from_c(name) };
	assert_true(base_entry_create(world->catalog, world->arena, &wanted, ACTOR, out, &world->err));
}

/* Once a program: the group's set-up. */
static inline int world_start(void **state)
{
	(void)state;
	return store_init() ? 0 : -1;
}

static inline int world_set_up(void **state)
{
	static struct world world;
	struct team team, other;
	struct workspace shelf;
	memset(&world, 0, sizeof(world));
	(void)snprintf(world.folder, sizeof(world.folder), "/tmp/atoll-auth-XXXXXX");
	assert_non_null(mkdtemp(world.folder));
	world.arena = arena_new(64 << 20);
	assert_true(catalog_open(world.folder, &world.catalog, &world.err));
	assert_true(auth_open(world.catalog, world.folder, (struct str){ 0 }, &world.auth, &world.err));
	assert_true(team_create(world.catalog, world.arena, STR("Team"), ACTOR, &team, &world.err));
	assert_true(team_create(world.catalog, world.arena, STR("Other"), ACTOR, &other, &world.err));
	world_add_account(&world, team.id, "ana@example.org", "ana's password", true, &world.ana);
	world_add_account(&world, team.id, "ben@example.org", NULL, false, &world.ben);
	world_add_account(&world, team.id, "carla@example.org", NULL, false, &world.carla);
	world_add_account(&world, other.id, "dora@example.org", NULL, true, &world.dora);
	assert_true(group_create(world.catalog, world.arena, team.id, STR("Group"), world.ana.id, ACTOR, &world.group,
				 &world.err));
	assert_true(group_add_member(world.catalog, world.group.id, world.ben.id, STR("ben"), ACTOR, &world.err));
	assert_true(workspace_of_account(world.catalog, world.arena, world.ana.id, &shelf, &world.err));
	world_add_base(&world, shelf.id, "Base", &world.base);
	assert_true(workspace_of_group(world.catalog, world.arena, world.group.id, &shelf, &world.err));
	world_add_base(&world, shelf.id, "Group base", &world.group_base);
	*state = &world;
	return 0;
}

static inline int world_tear_down(void **state)
{
	struct world *world = *state;
	static const char *const FILES[] = { "catalog.db", "catalog.db-wal", "catalog.db-shm", "secret.key" };
	char path[80];
	auth_close(&world->auth);
	catalog_close(&world->catalog);
	arena_free(&world->arena);
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", world->folder, FILES[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(world->folder), 0);
	return 0;
}

#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_set_up, world_tear_down)

/* Who `account` is to the functions that take a caller. */
static inline struct caller world_caller(const struct account *account)
{
	return (struct caller){ .account_id = account->id,
				.username = account->username,
				.generation = account->generation,
				.team_id = account->team_id,
				.base_uuid = STR(""),
				.app_name = STR("") };
}

/* Runs SQL on the catalog behind the back of everything that caches. */
static inline bool world_sql_job(struct store_conn *conn, void *ctx, struct error *err)
{
	return store_exec(conn, ctx, err);
}

static inline void world_sql(struct world *world, const char *sql)
{
	assert_true(store_write(catalog_db(world->catalog), world_sql_job, (void *)sql, &world->err));
}

#endif
