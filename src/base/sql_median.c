/* median(number): what SQLite's own aggregates lack. The numbers of a group are kept until all are there. */
#include "base/base_internal.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64 };

/* Zero bytes at first, as SQLite gives it. */
struct numbers {
	double *at;
	size_t count, room;
};

static void add(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct numbers *numbers = sqlite3_aggregate_context(context, (int)sizeof(*numbers));
	int type = sqlite3_value_type(values[0]);

	(void)count;
	if (!numbers || (type != SQLITE_INTEGER && type != SQLITE_FLOAT))
		return;
	if (numbers->count == numbers->room) {
		size_t room = numbers->room ? 2 * numbers->room : FIRST_ROOM;
		double *grown = realloc(numbers->at, room * sizeof(*grown));

		if (!grown) {
			sqlite3_result_error_nomem(context);
			return;
		}
		numbers->at = grown;
		numbers->room = room;
	}
	numbers->at[numbers->count++] = sqlite3_value_double(values[0]);
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void give(sqlite3_context *context)
{
	struct numbers *numbers = sqlite3_aggregate_context(context, 0);
	size_t middle;

	if (!numbers || numbers->count == 0)
		return;
	qsort(numbers->at, numbers->count, sizeof(*numbers->at), compare);
	middle = numbers->count / 2;
	sqlite3_result_double(context, numbers->count % 2 ? numbers->at[middle]
							  : (numbers->at[middle - 1] + numbers->at[middle]) / 2);
	free(numbers->at);
	*numbers = (struct numbers){ 0 };
}

bool sql_median_register(sqlite3 *handle)
{
	return sqlite3_create_function_v2(handle, "median", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
					  NULL, NULL, add, give, NULL) == SQLITE_OK;
}
