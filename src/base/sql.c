/* SQL of clients: reads the statement, sees to it that who may only read only reads, and bounds how long it runs. */
#include "base/base_internal.h"

#include "core/clock.h"
#include "query/sql.h"
#include "query/sql_use.h"

enum { STEPS_BETWEEN_LOOKS = 10000 };

static int is_over(void *ctx)
{
	const struct sql_budget *budget = ctx;

	return clock_monotonic_us() > budget->until_us;
}

void sql_budget_begin(struct sql_budget *budget, struct store_conn *conn, int max_ms)
{
	budget->conn = conn;
	if (budget->until_us == 0)
		budget->until_us = clock_monotonic_us() + (int64_t)max_ms * 1000;
	store_watch_steps(conn, STEPS_BETWEEN_LOOKS, is_over, budget);
}

void sql_budget_end(struct sql_budget *budget)
{
	store_watch_steps(budget->conn, 0, NULL, NULL);
}

bool sql_budget_check(const struct sql_budget *budget, struct error *err)
{
	return clock_monotonic_us() <= budget->until_us || FAIL(err, query_too_expensive);
}

void sql_choose_indexes(struct store_conn *conn, struct arena *arena, struct sql_statement *statement,
			struct index_uses *uses)
{
	int64_t wanted = (statement->limit < SQL_MAX_LIMIT ? statement->limit : SQL_MAX_LIMIT) + statement->offset;
	unsigned chosen;

	sql_find_uses(arena, statement, uses);
	chosen = auto_index_choose(conn, arena, uses, wanted);
	for (int i = 0; i < statement->source_count; i++)
		statement->sources[i].by_index = chosen >> statement->sources[i].number & 1;
}

bool base_run_sql(struct base *base, struct arena *arena, const struct base_actor *actor, const struct base_sql *query,
		  int64_t *changed, struct json_out *out, struct error *err)
{
	struct sql_statement *statement = ARENA_NEW(arena, struct sql_statement);

	if (!sql_parse(arena, query->text, query->parameters, statement, err))
		return false;
	*changed = -1;
	if (statement->kind == SQL_SELECT)
		return sql_select(base, arena, query, statement, out, err);
	if (!query->may_write)
		return FAIL(err, read_only_token);
	return sql_write(base, arena, actor, query, statement, changed, out, err);
}
