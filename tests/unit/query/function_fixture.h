/* Calls of the function library through an SQLite in memory. In a case "@round(1.5)" stands for f_round(1.5) and
 * s_round(1.5). */
#ifndef ATOLL_TEST_QUERY_FUNCTION_FIXTURE_H
#define ATOLL_TEST_QUERY_FUNCTION_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/functions.h"

struct function_case {
	const char *call;
	const char *formula; /* the result as text; an error is its text */
	const char *sql;     /* NULL: the same, and "NULL" for an error */
};

/* The first column's text of a SELECT of `expression`: numbers with 15 digits, empty as "NULL". */
static void function_result(sqlite3 *db, const char *expression, char *into, size_t room)
{
	sqlite3_stmt *statement = NULL;
	char sql[4200];

	(void)snprintf(sql, sizeof(sql), "SELECT %s", expression);
	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	switch (sqlite3_column_type(statement, 0)) {
	case SQLITE_NULL:
		(void)snprintf(into, room, "NULL");
		break;
	case SQLITE_FLOAT:
	case SQLITE_INTEGER:
		(void)snprintf(into, room, "%.15g", sqlite3_column_double(statement, 0));
		break;
	default:
		(void)snprintf(into, room, "%.*s", sqlite3_column_bytes(statement, 0),
			       (const char *)sqlite3_column_blob(statement, 0));
	}
	sqlite3_finalize(statement);
}

static bool check_call(sqlite3 *db, const char *call, const char *prefix, const char *expected)
{
	char expression[4096], result[4096];
	size_t len = 0;

	for (const char *at = call; *at; at++) {
		size_t more = *at == '@' ? strlen(prefix) : 1;

		assert_true(len + more < sizeof(expression));
		memcpy(expression + len, *at == '@' ? prefix : at, more);
		len += more;
	}
	expression[len] = '\0';
	function_result(db, expression, result, sizeof(result));
	if (strcmp(result, expected) == 0)
		return true;
	print_error("%s is %s, expected %s\n", expression, result, expected);
	return false;
}

static void check_cases(sqlite3 *db, const struct function_case *cases, size_t count)
{
	bool ok = true;

	for (size_t i = 0; i < count; i++) {
		const char *same = cases[i].formula[0] == '#' ? "NULL" : cases[i].formula;

		ok = check_call(db, cases[i].call, "f_", cases[i].formula) && ok;
		ok = check_call(db, cases[i].call, "s_", cases[i].sql ? cases[i].sql : same) && ok;
	}
	assert_true(ok);
}

#define CHECK_CASES(state, cases) check_cases(*(state), (cases), sizeof(cases) / sizeof((cases)[0]))

static int open_functions(void **state)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK || !functions_register(db))
		return -1;
	*state = db;
	return 0;
}

static int close_functions(void **state)
{
	return sqlite3_close(*state) == SQLITE_OK ? 0 : -1;
}

#endif
