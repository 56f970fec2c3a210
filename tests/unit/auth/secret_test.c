/* The secret's file, and what is sealed with it. */
#include "auth/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/arena.h"

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

struct place {
	char folder[40], path[64];
	struct arena *arena;
	struct error err;
};

static void write_file(const struct place *place, const char *text, mode_t mode)
{
	FILE *file = fopen(place->path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(place->path, mode), 0);
}

static void test_file_is_made_once(void **state)
{
	struct place *place = *state;
	struct auth_keys first, second;
	struct stat info;
	assert_true(secret_load(place->folder, (struct str){ 0 }, &first, &place->err));
	assert_int_equal(stat(place->path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_int_equal(info.st_size, 65);
	assert_true(secret_load(place->folder, (struct str){ 0 }, &second, &place->err));
	assert_memory_equal(&first, &second, sizeof(first));
}

static void test_keys_differ(void **state)
{
	struct place *place = *state;
	struct auth_keys keys, again, other;
	assert_true(secret_load(place->folder, STR(HEX), &keys, &place->err));
	assert_memory_not_equal(keys.jwt, keys.hash, sizeof(keys.jwt));
	assert_memory_not_equal(keys.jwt, keys.box, sizeof(keys.jwt));
	assert_memory_not_equal(keys.hash, keys.box, sizeof(keys.hash));
	assert_int_not_equal(access(place->path, F_OK), 0);
	assert_true(secret_load(place->folder, (struct str){ 0 }, &other, &place->err));
	assert_memory_not_equal(&keys, &other, sizeof(keys));
	/* the same secret from the file */
	write_file(place, HEX "\n", 0600);
	assert_true(secret_load(place->folder, (struct str){ 0 }, &again, &place->err));
	assert_memory_equal(&keys, &again, sizeof(keys));
}

static void test_unusable(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *text;
		mode_t mode;
	} FILES[] = {
		{ HEX, 0644 },          { HEX, 0640 },
		{ HEX, 0604 },          { "", 0600 },
		{ "0011", 0600 },       { HEX "00", 0600 },
		{ HEX "\nmore", 0600 }, { "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0600 },
	};
	static const char *const TEXTS[] = { "", "00", (HEX "00"), ("zz" HEX) };
	struct auth_keys keys;
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		write_file(place, FILES[i].text, FILES[i].mode);
		if (secret_load(place->folder, (struct str){ 0 }, &keys, &place->err))
			fail_msg("file %zu", i);
		assert_int_equal(place->err.code, E_secret_unusable);
	}
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		if (secret_load(place->folder, str_from_c(TEXTS[i]), &keys, &place->err))
			fail_msg("text %zu", i);
	}
}

static void test_seal(void **state)
{
	struct place *place = *state;
	struct auth_keys keys, other;
	struct str text;
	assert_true(secret_load(place->folder, STR(HEX), &keys, &place->err));
	assert_true(secret_load(place->folder, (struct str){ 0 }, &other, &place->err));
	struct str box = secret_seal(&keys, place->arena, STR("a token"), STR("row 1"));
	struct str twin = secret_seal(&keys, place->arena, STR("a token"), STR("row 1"));
	assert_false(str_equal(box, twin));
	assert_true(secret_unseal(&keys, place->arena, box, STR("row 1"), &text));
	assert_true(str_equal(text, STR("a token")));
	assert_false(secret_unseal(&keys, place->arena, box, STR("row 2"), &text));
	assert_false(secret_unseal(&other, place->arena, box, STR("row 1"), &text));
	for (size_t i = 0; i < box.len; i++) {
		struct str changed = str_copy(place->arena, box);
		((char *)changed.at)[i] ^= 1;
		assert_false(secret_unseal(&keys, place->arena, changed, STR("row 1"), &text));
		assert_false(secret_unseal(&keys, place->arena, (struct str){ box.at, i }, STR("row 1"), &text));
	}
}

static int set_up(void **state)
{
	static struct place place;
	(void)snprintf(place.folder, sizeof(place.folder), "/tmp/atoll-secret-XXXXXX");
	if (!mkdtemp(place.folder))
		return -1;
	(void)snprintf(place.path, sizeof(place.path), "%s/secret.key", place.folder);
	place.arena = arena_new(1 << 20);
	*state = &place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	(void)unlink(place->path);
	arena_free(&place->arena);
	return rmdir(place->folder); /* nothing else may be left in it */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_file_is_made_once),
		TEST(test_keys_differ),
		TEST(test_unusable),
		TEST(test_seal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
