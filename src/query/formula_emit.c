/* A checked formula as an SQLite expression. Texts, numbers and columns are bound values; what stands in the SQL text
 * are names of our functions, letters of kinds, and keys of columns, which the model has checked. */
#include <string.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "model/date_text.h"
#include "model/link.h"
#include "query/nesting.h"
#include "query/sql_node.h"

static void emit_value(struct formula_sql *out, struct formula_value value)
{
	out->values = arena_more(out->arena, out->values, out->count, sizeof(value));
	out->values[out->count] = value;
	buf_printf(&out->sql, "?%d", out->first_parameter + (int)out->count++);
}

void formula_emit_text(struct formula_sql *out, struct str text)
{
	emit_value(out, (struct formula_value){ .type = FORMULA_TEXT, .text = text.at ? text : STR("") });
}

void formula_emit_number(struct formula_sql *out, double number)
{
	emit_value(out, (struct formula_value){ .type = FORMULA_NUMBER, .number = number });
}

static void emit_now(struct formula_sql *out, enum date_precision precision)
{
	char text[DATE_TEXT_LEN] = "";
	struct civil wall;

	if (date_from_ms((double)out->now_ms, &wall))
		date_print_stored(&wall, precision, text);
	formula_emit_text(out, str_copy(out->arena, str_from_c(text)));
}

/* ---- columns ---- */

/* Types whose cells are shown as something else than what is stored. */
static bool is_shown_otherwise(const struct column *column)
{
	switch (column->type->id) {
	case TYPE_single_select:
	case TYPE_multiple_select:
	case TYPE_collaborator:
	case TYPE_department:
	case TYPE_geolocation:
		return true;
	default:
		return false;
	}
}

void formula_emit_column(struct formula_sql *out, const struct column *column, const struct node *formula, int alias)
{
	if (formula) {
		formula_emit_whole(out, formula, alias);
	} else if (!column || formula_column_kind(column) == KIND_EMPTY || column->type->id == TYPE_link) {
		buf_append_str(&out->sql, STR("NULL"));
	} else if (column->type->id == TYPE_ctime || column->type->id == TYPE_mtime) {
		buf_printf(&out->sql, "time_text(r%d.\"%.*s\")", alias, STR_ARG(column->key));
	} else if (is_shown_otherwise(column)) {
		buf_printf(&out->sql, "cell_text(r%d.\"%.*s\",", alias, STR_ARG(column->key));
		emit_value(out, (struct formula_value){ .type = FORMULA_COLUMN, .column = column });
		buf_append_byte(&out->sql, ')');
	} else {
		buf_printf(&out->sql, "r%d.\"%.*s\"", alias, STR_ARG(column->key));
	}
}

/* The cell as it is stored: what isempty() and countItems() look at. */
static void emit_stored(struct formula_sql *out, const struct node *node, int alias)
{
	if (node->type != NODE_COLUMN || !node->column || node->hop_count > 0 || !node->column->type->sqlite_type)
		formula_emit(out, node, alias);
	else
		buf_printf(&out->sql, "r%d.\"%.*s\"", node->source > 0 ? node->source - 1 : alias,
			   STR_ARG(node->column->key));
}

/* ---- arguments ---- */

static char prefix_of(const struct formula_sql *out)
{
	return out->dialect == DIALECT_SQL ? 's' : 'f';
}

/* `before` is the call of a helper without the prefix of its dialect. */
static void emit_wrapped(struct formula_sql *out, const char *before, const struct node *node, int alias)
{
	buf_printf(&out->sql, "%c_%s", prefix_of(out), before);
	formula_emit(out, node, alias);
	buf_append_byte(&out->sql, ')');
}

/* As the column shows it, in concatenate() and &. */
static bool is_displayed(const struct node *call, const struct node *argument)
{
	bool joins = str_starts_with(str_from_c(call->function->name), STR("concatenate"));

	return joins && argument->type == NODE_COLUMN && argument->hop_count == 0 && argument->column &&
	       argument->column->data.at &&
	       (argument->kind == KIND_NUMBER || argument->kind == KIND_DURATION || argument->kind == KIND_DATE);
}

static void emit_text_argument(struct formula_sql *out, const struct node *call, const struct node *argument, int alias)
{
	if (is_displayed(call, argument)) {
		buf_printf(&out->sql, "%c_display('%c',", prefix_of(out), argument->kind);
		formula_emit(out, argument, alias);
		buf_append_byte(&out->sql, ',');
		formula_emit_text(out, argument->column->data);
		buf_append_byte(&out->sql, ')');
	} else if (argument->kind == KIND_BOOL) {
		emit_wrapped(out, "to_text('b',", argument, alias);
	} else if (argument->kind == KIND_LIST) {
		/* A function of SQL sees the first element (sql.md 7). */
		emit_wrapped(out, out->dialect == DIALECT_SQL ? "list_first(" : "list_text(", argument, alias);
	} else {
		formula_emit(out, argument, alias);
	}
}

static bool takes_first(const struct node *call)
{
	return call->function->result == RESULT_ARITHMETIC ||
	       (call->function->result == RESULT_BOOL && call->function->min_arguments == 2);
}

/* The branches of a call that gives text are texts. */
static void emit_any_argument(struct formula_sql *out, const struct node *call, size_t index, int alias)
{
	const struct node *argument = call->arguments[index];
	bool as_text =
		call->function->result == RESULT_BRANCHES && call->kind == KIND_TEXT && formula_is_branch(call, index);

	if (argument->kind == KIND_LIST && takes_first(call))
		emit_wrapped(out, "list_first(", argument, alias);
	else if (as_text && argument->kind == KIND_LIST)
		emit_wrapped(out, "list_text(", argument, alias);
	else if (as_text && argument->kind == KIND_BOOL)
		emit_wrapped(out, "to_text('b',", argument, alias);
	else
		formula_emit(out, argument, alias);
}

static void emit_argument(struct formula_sql *out, const struct node *call, size_t index, int alias)
{
	const struct node *argument = call->arguments[index];

	switch (function_param(call->function, index)) {
	case 's':
		emit_text_argument(out, call, argument, alias);
		break;
	case 'n':
		if (argument->kind == KIND_DATE)
			emit_wrapped(out, "to_number('d',", argument, alias);
		else if (argument->kind == KIND_LIST)
			emit_wrapped(out, "list_first(", argument, alias);
		else
			formula_emit(out, argument, alias);
		break;
	case 'c':
		emit_stored(out, argument, alias);
		break;
	case 'a':
		emit_any_argument(out, call, index, alias);
		break;
	default:
		if (argument->kind == KIND_LIST)
			emit_wrapped(out, "list_first(", argument, alias);
		else
			formula_emit(out, argument, alias);
	}
}

static void emit_kinds(struct formula_sql *out, const struct node *call)
{
	buf_append_byte(&out->sql, '\'');
	for (size_t i = 0; i < call->count; i++) {
		const struct node *argument = call->arguments[i];
		bool first = argument->kind == KIND_LIST && takes_first(call) && argument->element_kind;

		buf_append_byte(&out->sql, (char)(first ? argument->element_kind : argument->kind));
	}
	buf_append_byte(&out->sql, '\'');
}

/* ---- chains: a + b - c, a & b & c, as one call, because SQLite limits how deeply calls may nest ---- */

enum { MAX_CHAIN_ARGUMENTS = 100 }; /* SQLite takes 127 a call */

/* Numbers alone: with dates the steps have meanings of their own. */
static bool is_sum(const struct node *node)
{
	return node->type == NODE_CALL && node->function->result == RESULT_ARITHMETIC && node->kind == KIND_NUMBER &&
	       formula_single_kind(node->arguments[0]) != KIND_DATE &&
	       formula_single_kind(node->arguments[1]) != KIND_DATE;
}

static bool is_joining(const struct node *node)
{
	return node->type == NODE_CALL && str_equal(str_from_c(node->function->name), STR("concatenate"));
}

/* The calls that stand in each other's first argument, innermost first. */
static const struct node **chain_of(const struct formula_sql *out, const struct node *call,
				    bool (*belongs)(const struct node *), size_t *count)
{
	const struct node **chain, *node;

	size_t arguments = 1;

	*count = 0;
	for (node = call; belongs(node) && arguments + node->count <= MAX_CHAIN_ARGUMENTS; node = node->arguments[0]) {
		arguments += node->count - 1;
		++*count;
	}
	chain = (const struct node **)ARENA_ARRAY(out->arena, const struct node *, *count);
	node = call;
	for (size_t i = *count; i-- > 0; node = node->arguments[0])
		chain[i] = node;
	return chain;
}

static void emit_chain_arguments(struct formula_sql *out, const struct node **chain, size_t count, int alias)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t a = i == 0 ? 0 : 1; a < chain[i]->count; a++) {
			if (i > 0 || a > 0)
				buf_append_byte(&out->sql, ',');
			emit_argument(out, chain[i], a, alias);
		}
	}
}

/* sum_of('+-+', a, b, c): a sign for each. */
static void emit_sum(struct formula_sql *out, const struct node **chain, size_t count, int alias)
{
	buf_printf(&out->sql, "%c_sum_of('+", prefix_of(out));
	for (size_t i = 0; i < count; i++)
		buf_append_byte(&out->sql, str_equal(str_from_c(chain[i]->function->name), STR("add")) ? '+' : '-');
	buf_append_str(&out->sql, STR("',"));
	emit_chain_arguments(out, chain, count, alias);
	buf_append_byte(&out->sql, ')');
}

/* Emits the call if it is a chain of at least two. */
static bool emit_chain(struct formula_sql *out, const struct node *call, int alias)
{
	const struct node **chain;
	size_t count;

	if (is_sum(call) && is_sum(call->arguments[0])) {
		chain = chain_of(out, call, is_sum, &count);
		emit_sum(out, chain, count, alias);
		return true;
	}
	if (is_joining(call) && is_joining(call->arguments[0])) {
		chain = chain_of(out, call, is_joining, &count);
		if (count < 2) /* the two are too long for one call */
			return false;
		buf_printf(&out->sql, "%c_concatenate(", prefix_of(out));
		emit_chain_arguments(out, chain, count, alias);
		buf_append_byte(&out->sql, ')');
		return true;
	}
	return false;
}

/* ---- arithmetic: + - * of number columns and constants as SQLite's own operators, one call of ours around all ---- */

enum { MAX_PLAIN = 16 }; /* operators nested, which stay operators */

static const struct {
	const char *function, *mark;
} plain_operators[] = { { "add", "+" }, { "subtract", "-" }, { "multiply", "*" } };

static const char *plain_mark(const struct node *node)
{
	for (size_t i = 0; node->type == NODE_CALL && i < sizeof(plain_operators) / sizeof(plain_operators[0]); i++)
		if (strcmp(node->function->name, plain_operators[i].function) == 0)
			return plain_operators[i].mark;
	return NULL;
}

/* How many operators the tree has; MAX_PLAIN when it is another one. What is infinite or no number in between stays so
 * to the end, where f_number() makes the error of it. */
static int count_plain(const struct node *node)
{
	int left, right;

	if (node->type == NODE_NUMBER)
		return 0;
	if (node->type == NODE_COLUMN && !node->field && node->hop_count == 0 && node->formula)
		return count_plain(node->formula);
	if (node->type == NODE_COLUMN && !node->field && node->hop_count == 0 && node->column)
		return node->column->type->storage == STORED_NUMBER ? 0 : MAX_PLAIN;
	if (!plain_mark(node))
		return MAX_PLAIN;
	left = count_plain(node->arguments[0]);
	right = left < MAX_PLAIN ? count_plain(node->arguments[1]) : 0;
	return left + right + 1 < MAX_PLAIN ? left + right + 1 : MAX_PLAIN;
}

static void emit_plain(struct formula_sql *out, const struct node *node, int alias)
{
	if (node->source > 0)
		alias = node->source - 1;
	if (node->type == NODE_NUMBER) {
		formula_emit_number(out, node->number);
	} else if (node->type == NODE_COLUMN && node->formula) {
		emit_plain(out, node->formula, alias);
	} else if (node->type == NODE_COLUMN) {
		buf_printf(&out->sql, "ifnull(r%d.\"%.*s\",0)", alias, STR_ARG(node->column->key));
	} else {
		buf_append_byte(&out->sql, '(');
		emit_plain(out, node->arguments[0], alias);
		buf_append_str(&out->sql, str_from_c(plain_mark(node)));
		emit_plain(out, node->arguments[1], alias);
		buf_append_byte(&out->sql, ')');
	}
}

bool formula_emit_arithmetic(struct formula_sql *out, const struct node *call, int alias)
{
	int operators = count_plain(call);

	if (operators == 0 || operators == MAX_PLAIN)
		return false;
	buf_printf(&out->sql, "%c_number(", prefix_of(out));
	emit_plain(out, call, alias);
	buf_append_byte(&out->sql, ')');
	return true;
}

static void emit_call(struct formula_sql *out, const struct node *call, int alias)
{
	struct str name = function_sql_name(call->function, out->dialect ? out->dialect : DIALECT_FORMULA, out->arena);
	bool kinds = function_takes_kinds(call->function);

	if (formula_emit_arithmetic(out, call, alias) || emit_chain(out, call, alias))
		return;
	buf_append_str(&out->sql, name);
	buf_append_byte(&out->sql, '(');
	if (kinds)
		emit_kinds(out, call);
	for (size_t i = 0; i < call->count; i++) {
		if (i > 0 || kinds)
			buf_append_byte(&out->sql, ',');
		emit_argument(out, call, i, alias);
	}
	buf_append_byte(&out->sql, ')');
}

void formula_emit(struct formula_sql *out, const struct node *node, int alias)
{
	if (buf_failed(&out->sql))
		return;
	if (node->source > 0)
		alias = node->source - 1;
	if (formula_emit_hoisted(out, node, alias))
		return;
	if (node->type > NODE_CALL)
		sql_emit_node(out, node);
	else if (node->type == NODE_NUMBER)
		formula_emit_number(out, node->number);
	else if (node->type == NODE_TEXT)
		formula_emit_text(out, node->text);
	else if (node->type == NODE_COLUMN && out->dialect == DIALECT_SQL)
		sql_emit_column(out, node, alias);
	else if (node->hop_count > 0)
		formula_emit_links(out, node, alias);
	else if (node->type == NODE_COLUMN)
		formula_emit_column(out, node->column, node->formula, alias);
	else if (node->function->emit == EMIT_NOW)
		emit_now(out, DATE_MINUTE);
	else if (node->function->emit == EMIT_TODAY)
		emit_now(out, DATE_DAY);
	else if (node->function->emit == EMIT_ROWID)
		buf_printf(&out->sql, "r%d._id", alias);
	else
		emit_call(out, node, alias);
}

/* ---- parts ---- */

/* Those of a chain are the arguments of all its calls but the calls themselves. */
static size_t chain_children(const struct formula_sql *out, const struct node *call,
			     bool (*belongs)(const struct node *), const struct node ***children)
{
	size_t count, written = 0;
	const struct node **chain = chain_of(out, call, belongs, &count);

	*children = (const struct node **)ARENA_ARRAY(out->arena, const struct node *, 2 * MAX_CHAIN_ARGUMENTS + 2);
	for (size_t i = 0; i < count; i++) {
		for (size_t a = i == 0 ? 0 : 1; a < chain[i]->count; a++)
			(*children)[written++] = chain[i]->arguments[a];
	}
	return written;
}

size_t formula_children(const struct formula_sql *out, const struct node *node, const struct node ***children)
{
	*children = (const struct node **)node->arguments;
	if (node->hop_count > 0 || node->type > NODE_CALL)
		return 0;
	if (node->type == NODE_COLUMN) {
		*children = (const struct node **)&((struct node *)node)->formula;
		return node->formula ? 1 : 0;
	}
	if (node->type != NODE_CALL || (count_plain(node) > 0 && count_plain(node) < MAX_PLAIN))
		return 0;
	if (is_sum(node) && is_sum(node->arguments[0]))
		return chain_children(out, node, is_sum, children);
	if (is_joining(node) && is_joining(node->arguments[0]))
		return chain_children(out, node, is_joining, children);
	return node->count;
}

/* ---- the whole ---- */

void formula_sql_init(struct formula_sql *out, struct arena *arena, int64_t now_ms, int first_parameter)
{
	*out = (struct formula_sql){ .arena = arena, .now_ms = now_ms, .first_parameter = first_parameter };
	buf_init(&out->sql, FORMULA_MAX_SQL_BYTES);
}

void formula_sql_clear(struct formula_sql *out)
{
	out->sql.len = 0;
	out->count = 0;
}

void formula_sql_free(struct formula_sql *out)
{
	buf_free(&out->sql);
}

/* Does the date have a time of day? now() has, columns say so by their format, dateAdd() is as its first argument. */
static bool has_time(const struct node *node)
{
	if (node->type == NODE_COLUMN)
		return node->formula ? has_time(node->formula)
				     : (node->column->type->id != TYPE_date || node->column->date_has_time);
	if (node->type != NODE_CALL)
		return node->type == NODE_TEXT && memchr(node->text.at ? node->text.at : "", ':', node->text.len);
	if (node->function->emit == EMIT_NOW)
		return true;
	if (node->function->emit != EMIT_CALL)
		return false;
	for (size_t i = 0; i < node->count; i++)
		if ((node->arguments[i]->kind == KIND_DATE || node->arguments[i]->kind == KIND_TEXT) &&
		    has_time(node->arguments[i]))
			return true;
	return false;
}

bool formula_is_raw(const struct node *node)
{
	return node && (node->is_raw || (node->type == NODE_CALL && node->kind == KIND_LIST && node->count > 1 &&
					 node->arguments[1]->is_raw));
}

static bool compile(struct formula_sql *out, const struct table *table, const struct column *self,
		    const struct column_type *type, const cJSON *data, int row, struct formula_info *info,
		    struct error *err)
{
	struct scope scope = { out, table, info, 0, err, NULL };
	size_t from = out->sql.len;
	struct node *node;

	*info = (struct formula_info){ 0 };
	formula_check_begin(out, self);
	out->text = json_get_str(data, "formula");
	out->at = (struct text_span){ 0 };
	node = formula_load(&scope, type, data);
	if (!node || !formula_check(&scope, node))
		return false;
	info->kind = node->kind == KIND_DURATION ? KIND_NUMBER : node->kind;
	info->element_kind = node->element_kind;
	info->has_time = node->kind == KIND_DATE && has_time(node);
	if (node->type == NODE_COLUMN)
		info->column = node->column;
	else if (node->kind == KIND_LIST)
		info->column = node->arguments[1]->column;
	info->is_raw = formula_is_raw(node);
	formula_emit_whole(out, node, row);
	if (buf_failed(&out->sql) || out->count > 30000)
		return formula_fail(&scope, "the formula is too large");
	if (nesting_of(str_slice(buf_str(&out->sql), from, out->sql.len)) > NESTING_MAX_FORMULA)
		return formula_fail(&scope, "its parts stand too deeply within each other");
	return true;
}

bool formula_compile(struct formula_sql *out, const struct table *table, const struct column *self,
		     const struct column_type *type, const cJSON *data, int row, struct formula_info *info,
		     struct error *err)
{
	size_t len = out->sql.len, count = out->count;
	bool ok = compile(out, table, self, type, data, row, info, err);

	if (!ok) {
		out->sql.len = len;
		out->sql.failed = false;
		out->count = count;
	}
	return ok;
}

void formula_sql_bind(const struct formula_sql *compiled, sqlite3_stmt *statement)
{
	for (size_t i = 0; i < compiled->count; i++) {
		const struct formula_value *value = &compiled->values[i];
		int index = compiled->first_parameter + (int)i;

		if (value->type == FORMULA_NUMBER)
			sqlite3_bind_double(statement, index, value->number);
		else if (value->type == FORMULA_COLUMN)
			sqlite3_bind_pointer(statement, index, (void *)value->column, FORMULA_COLUMN_POINTER, NULL);
		else
			sqlite3_bind_text64(statement, index, value->text.at, value->text.len, SQLITE_STATIC,
					    SQLITE_UTF8);
	}
}
