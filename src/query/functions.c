/* The table of functions and their registration on a connection. */
#include "query/functions.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "query/function_call.h"
#include "query/one_value.h"

enum { F = DIALECT_FORMULA, S = DIALECT_SQL, FS = DIALECT_FORMULA | DIALECT_SQL };

#define CALL(name) .emit = EMIT_CALL, .run = run_##name
#define EMIT(id) .emit = EMIT_##id
#define FUNCTION(function_name, min, max, parameters, kind, where, implementation, text, sample)                       \
	{ .name = (function_name),                                                                                     \
	  .min_arguments = (min),                                                                                      \
	  .max_arguments = (max),                                                                                      \
	  .params = (parameters),                                                                                      \
	  .result = RESULT_##kind,                                                                                     \
	  .dialects = (where),                                                                                         \
	  .help = (text),                                                                                              \
	  .example = (sample),                                                                                         \
	  implementation },
static const struct function functions[] = {
#include "defs/functions.def"
};

enum { FUNCTION_COUNT = sizeof(functions) / sizeof(functions[0]) };

static const struct helper {
	const char *name;
	int arguments;
	void (*run)(struct call *call);
} helpers[] = {
#define HELPER(helper_name, count, function) { (helper_name), (count), run_##function },
#include "defs/functions.def"
}, plain_helpers[] = {
#define PLAIN(helper_name, count, function) { (helper_name), (count), run_##function },
#include "defs/functions.def"
};

const struct function *function_at(size_t index)
{
	return index < FUNCTION_COUNT ? &functions[index] : NULL;
}

const struct function *function_find(struct str name)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (str_equal_fold(name, str_from_c(functions[i].name)))
			return &functions[i];
	return NULL;
}

char function_param(const struct function *function, size_t index)
{
	size_t count = strlen(function->params);

	if (count == 0)
		return 0;
	return function->params[index < count ? index : count - 1];
}

bool function_takes_kinds(const struct function *function)
{
	return strchr(function->params, 'a') != NULL;
}

struct str function_sql_name(const struct function *function, enum function_dialect dialect, struct arena *arena)
{
	struct str name = str_format(arena, "%c_%s", dialect == DIALECT_FORMULA ? 'f' : 's', function->name);
	char *at = str_to_c(arena, name);

	for (size_t i = 0; i < name.len; i++)
		if (at[i] >= 'A' && at[i] <= 'Z')
			at[i] = (char)(at[i] + ('a' - 'A'));
	return (struct str){ at, name.len };
}

/* ---- registration ---- */

/* What SQLite hands back to call_run(): one function in one dialect. */
struct registered {
	void (*run)(struct call *call);
	bool formula;
	bool kinds;          /* the first value is the kinds text */
	bool catches_errors; /* an erroneous argument is none of the result's by itself */
};

static bool error_among(struct call *call)
{
	for (int i = 0; i < call->count; i++) {
		if (!call_is_error(call, i))
			continue;
		if (call->formula)
			give_value(call, i);
		return true; /* in SQL: NULL */
	}
	return false;
}

static void call_run(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct registered *registered = sqlite3_user_data(context);
	struct call call = { context, count, values, "", registered->formula, NULL };

	if (registered->kinds && count > 0) {
		const char *kinds = (const char *)sqlite3_value_text(values[0]);

		call.kinds = kinds ? kinds : "";
		call.values++;
		call.count--;
	}
	if (registered->catches_errors || !error_among(&call))
		registered->run(&call);
	arena_free(&call.arena);
}

static bool add(sqlite3 *handle, const char *name, int arguments, const struct registered *registered)
{
	return sqlite3_create_function_v2(handle, name, arguments,
					  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, (void *)registered,
					  call_run, NULL, NULL, NULL) == SQLITE_OK;
}

enum { DIALECTS = 2, MAX_HELPERS = 64 };

static struct registered function_data[DIALECTS][FUNCTION_COUNT];
static struct registered helper_data[DIALECTS][MAX_HELPERS];
static struct registered plain_data[MAX_HELPERS];

_Static_assert(sizeof(helpers) / sizeof(helpers[0]) <= MAX_HELPERS, "helper_data is too small");
_Static_assert(sizeof(plain_helpers) / sizeof(plain_helpers[0]) <= MAX_HELPERS, "plain_data is too small");

/* What the compiler calls a row at a time with cells, never with what a formula gave: nobody has to look for errors
 * among its arguments. */
static bool meets_no_errors(void (*run)(struct call *call))
{
	return run == run_number || run == run_cell_place || run == run_text_like || run == run_text_ilike ||
	       run == run_text_contains;
}

static void fill_data(void)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		for (int sql = 0; sql < DIALECTS; sql++)
			function_data[sql][i] = (struct registered){
				.run = functions[i].run,
				.formula = sql == 0,
				.kinds = function_takes_kinds(&functions[i]),
				.catches_errors =
					functions[i].result == RESULT_BRANCHES || functions[i].run == run_iserror,
			};
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		for (int sql = 0; sql < DIALECTS; sql++)
			helper_data[sql][i] = (struct registered){ .run = helpers[i].run,
								   .formula = sql == 0,
								   .catches_errors = meets_no_errors(helpers[i].run) };
	for (size_t i = 0; i < sizeof(plain_helpers) / sizeof(plain_helpers[0]); i++)
		plain_data[i] = (struct registered){ .run = plain_helpers[i].run,
						     .catches_errors = meets_no_errors(plain_helpers[i].run) };
}

static bool add_dialects(sqlite3 *handle, const char *name, int arguments, const struct registered *formula,
			 const struct registered *sql)
{
	char full[64];

	(void)snprintf(full, sizeof(full), "f_%s", name);
	if (!add(handle, full, arguments, formula))
		return false;
	full[0] = 's';
	return add(handle, full, arguments, sql);
}

bool functions_register(sqlite3 *handle)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fill_data);
	/* The compiler has counted the arguments; SQLite folds the names' letter case. */
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (functions[i].emit == EMIT_CALL &&
		    !add_dialects(handle, functions[i].name, -1, &function_data[0][i], &function_data[1][i]))
			return false;
	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
		if (!add_dialects(handle, helpers[i].name, helpers[i].arguments, &helper_data[0][i],
				  &helper_data[1][i]))
			return false;
	for (size_t i = 0; i < sizeof(plain_helpers) / sizeof(plain_helpers[0]); i++)
		if (!add(handle, plain_helpers[i].name, plain_helpers[i].arguments, &plain_data[i]))
			return false;
	return one_value_register(handle);
}
