/* A registry in a folder of its own with one new base, and calls that take and give JSON text. */
#ifndef ATOLL_TESTS_BASE_FIXTURE_H
#define ATOLL_TESTS_BASE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "base/base_internal.h"
#include "base/registry.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/id.h"
#include "core/json_in.h"
#include "core/json_out.h"
#include "core/log.h"
#include "store/store.h"

#define TEST(function) cmocka_unit_test_setup_teardown(function, world_open, world_close)

struct world {
	char folder[40];
	char uuid[ID_UUID_LEN + 1];
	struct base_registry *registry;
	struct base *base;
	struct arena *arena;
	struct error err;
	struct base_actor actor;
	struct buf answer;
	struct json_out out;
};

static struct world world;

static inline struct base_registry *registry_of(const char *folder, int max_open)
{
	struct base_registry_config config = { .data = folder,
					       .max_open = max_open,
					       .idle_seconds = 60,
					       .max_readers = 4,
					       .cache_kib = 512,
					       .is_sole_user = true };
	struct base_registry *registry;

	assert_true(base_registry_new(&config, &registry, &world.err));
	return registry;
}

static inline int world_open(void **state)
{
	static bool ready;

	(void)state;
	log_set_level(LOG_ERROR);
	if (!ready)
		assert_true(store_init());
	ready = true;
	world = (struct world){ .folder = "/tmp/atoll-base-XXXXXX", .actor = { .author = STR("ana@auth.local") } };
	assert_non_null(mkdtemp(world.folder));
	world.arena = arena_new(256 << 20);
	world.registry = registry_of(world.folder, 8);
	id_new_uuid(world.uuid);
	if (!base_registry_create(world.registry, str_from_c(world.uuid), world.actor.author, &world.err) ||
	    !base_acquire(world.registry, str_from_c(world.uuid), &world.base, &world.err))
		fail_msg("%s", world.err.message);
	return 0;
}

static inline int world_close(void **state)
{
	char command[80];

	(void)state;
	base_release(&world.base);
	base_registry_free(&world.registry);
	arena_free(&world.arena);
	buf_free(&world.answer);
	snprintf(command, sizeof(command), "rm -rf %s", world.folder);
	return system(command);
}

static inline const cJSON *json(const char *text)
{
	cJSON *tree;

	if (!json_parse(world.arena, str_from_c(text), &tree, &world.err))
		fail_msg("%s: %s", text, world.err.message);
	return tree;
}

static inline void answer_begin(void)
{
	buf_free(&world.answer);
	buf_init(&world.answer, 64 << 20);
	world.out = json_out_to(&world.answer);
	world.err.code = E_NONE;
}

static inline const char *answer_end(bool ok)
{
	return ok ? str_to_c(world.arena, buf_str(&world.answer)) : error_name(world.err.code);
}

/* A call that writes JSON into OUT: its answer, or the name of its error. */
#define OUT (&world.out)
#define ANSWER(call) answer_end((answer_begin(), (call)))

static inline struct table_ref table_ref(const char *name)
{
	return (struct table_ref){ .name = str_from_c(name) };
}

static inline const char *append_with(struct base_append_rows append)
{
	return ANSWER(base_append_rows(world.base, world.arena, &world.actor, &append, OUT, &world.err));
}

static inline const char *append(const char *table, const char *rows)
{
	return append_with((struct base_append_rows){ .table = table_ref(table), .rows = json(rows) });
}

static inline const char *list_with(struct base_list_rows query)
{
	if (query.limit == 0)
		query.limit = 1000;
	return ANSWER(base_list_rows(world.base, world.arena, &query, OUT, &world.err));
}

static inline const char *list(const char *table)
{
	return list_with((struct base_list_rows){ .table = table_ref(table), .form = FORM_NAMES });
}

/* The values of one member of the rows of an answer, as JSON, with blanks between. */
static inline const char *member_of_rows(const char *answer, const char *name)
{
	struct buf buf;
	const cJSON *row, *rows;
	const char *text;

	if (answer[0] != '{')
		return answer; /* an error */
	rows = json_get(json(answer), "rows");
	buf_init(&buf, 1 << 20);
	cJSON_ArrayForEach(row, rows)
	{
		if (buf.len > 0)
			buf_append_byte(&buf, ' ');
		buf_append_str(&buf, json_tree_text(world.arena, json_get(row, name)));
	}
	text = str_to_c(world.arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

static inline const char *cells(const char *table, const char *column)
{
	return member_of_rows(list(table), column);
}

/* A table with the columns `columns` ("[{column_name, column_type, column_data}]"). */
static inline void make_table(const char *name, const char *columns)
{
	const char *answer = ANSWER(base_create_table(world.base, world.arena, &world.actor, str_from_c(name),
						      json(columns), OUT, &world.err));

	if (answer[0] != '{')
		fail_msg("%s: %s", name, world.err.message);
}

/* The result of a query on the base's file, its values with blanks between. */
static inline const char *query(const char *sql)
{
	struct store_conn *conn;
	sqlite3_stmt *stmt;
	struct buf buf;
	const char *text;
	bool row;

	buf_init(&buf, 1 << 20);
	assert_true(store_read_begin(world.base->db, &conn, &world.err));
	assert_true(store_prepare(conn, str_from_c(sql), &stmt, &world.err));
	while (store_step(conn, stmt, &row, &world.err) && row) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			if (buf.len > 0)
				buf_append_byte(&buf, ' ');
			buf_append_str(&buf, store_column_str(stmt, i));
		}
	}
	store_read_end(world.base->db, &conn);
	text = str_to_c(world.arena, buf_str(&buf));
	buf_free(&buf);
	return text;
}

#endif
