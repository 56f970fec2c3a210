/* Last accesses: the newest counts, at once in what is read, later on disk. */
#include "auth/last_access.h"

#include <pthread.h>

#include "catalog/api_token.h"
#include "fixture.h"

static int64_t stored(struct world *world, int64_t token_id)
{
	struct api_token_row row;
	bool found = false;
	assert_true(api_token_by_id(world->catalog, world->arena, token_id, &row, &found, &world->err));
	assert_true(found);
	return row.last_access;
}

static struct api_token make(struct world *world, const char *app_name)
{
	struct api_token token;
	assert_true(auth_create_api_token(world->auth, world->arena, world->base.id, str_from_c(app_name), PERM_R,
					  ACTOR, &token, &world->err));
	return token;
}

static void test_note_and_flush(void **state)
{
	struct world *world = *state;
	struct last_access *accesses = last_access_new();
	struct api_token one = make(world, "one"), two = make(world, "two");
	int64_t at = one.last_access;
	assert_int_equal(last_access_of(accesses, one.id, at), at);
	last_access_note(accesses, one.id, at + 500);
	last_access_note(accesses, one.id, at + 300); /* another thread, a little late */
	assert_int_equal(last_access_of(accesses, one.id, at), at + 500);
	assert_int_equal(last_access_of(accesses, two.id, two.last_access), two.last_access);
	assert_int_equal(stored(world, one.id), at);
	last_access_flush(accesses, world->catalog);
	assert_int_equal(stored(world, one.id), at + 500);
	last_access_note(accesses, one.id, at + 100);
	last_access_flush(accesses, world->catalog);
	assert_int_equal(stored(world, one.id), at + 500);
	assert_int_equal(stored(world, two.id), two.last_access);
	last_access_free(&accesses);
}

static void test_many_tokens(void **state)
{
	struct world *world = *state;
	struct last_access *accesses = last_access_new();
	struct api_token token = make(world, "one");
	for (int64_t id = 1; id <= 10000; id++) /* most are of tokens that are gone */
		last_access_note(accesses, id, token.last_access + id);
	for (int64_t id = 1; id <= 10000; id++)
		assert_int_equal(last_access_of(accesses, id, 0), token.last_access + id);
	last_access_flush(accesses, world->catalog);
	assert_int_equal(last_access_of(accesses, 77, 0), 0);
	assert_int_equal(stored(world, token.id), token.last_access + token.id);
	last_access_free(&accesses);
}

static struct last_access *shared;

static void *note_all(void *arg)
{
	for (int64_t i = 1; i <= 20000; i++)
		last_access_note(shared, 1 + i % 50, i);
	return arg;
}

static void *flush_all(void *arg)
{
	for (int i = 0; i < 20; i++)
		last_access_flush(shared, arg);
	return arg;
}

static void test_many_threads(void **state)
{
	struct world *world = *state;
	pthread_t threads[4];
	shared = last_access_new();
	assert_int_equal(pthread_create(&threads[0], NULL, note_all, NULL), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, note_all, NULL), 0);
	assert_int_equal(pthread_create(&threads[2], NULL, flush_all, world->catalog), 0);
	assert_int_equal(pthread_create(&threads[3], NULL, flush_all, world->catalog), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	last_access_flush(shared, world->catalog);
	last_access_free(&shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_note_and_flush),
		WORLD_TEST(test_many_tokens),
		WORLD_TEST(test_many_threads),
	};
	return cmocka_run_group_tests(tests, world_start, NULL);
}
