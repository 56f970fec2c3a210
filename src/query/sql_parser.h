/* What the parts of SQL's parser share: sql_words.c (words and marks), sql_constant.c (constants and lists),
 * sql_operand.c (names, calls, arithmetic), sql_expression.c (conditions), sql_parse.c (statements). What returns a
 * node returns NULL, and what returns a bool false, once E_sql_invalid is set; the sql_is_ and sql_take_ functions only
 * tell whether it is so. */
#ifndef ATOLL_QUERY_SQL_PARSER_H
#define ATOLL_QUERY_SQL_PARSER_H

#include <cJSON.h>

#include "query/sql_node.h"

enum sql_token_type { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED_NAME, TOKEN_STRING, TOKEN_DIGITS, TOKEN_MARK };

struct sql_token {
	enum sql_token_type type;
	struct str text; /* of names and strings: without quotes */
	size_t from, to; /* in the statement */
};

struct sql_parser {
	struct arena *arena;
	struct str text;
	struct sql_token token; /* the next one */
	size_t last_to;         /* where the one before ended */
	const cJSON *parameters, *next_parameter;
	int parameter_count;
	int depth;
	int rows_named; /* sources so far, of all SELECTs */
	struct error *err;
};

/* ---- words and marks ---- */

/* Syntax error at that place, or at the next word; always NULL. */
void *sql_refuse_at(const struct sql_parser *in, size_t at, struct str near);
void *sql_refuse(const struct sql_parser *in);
/* Goes on to the next word or mark. */
bool sql_next(struct sql_parser *in);
bool sql_is_mark(const struct sql_parser *in, const char *mark);
bool sql_is_word(const struct sql_parser *in, const char *word);
bool sql_take_mark(struct sql_parser *in, const char *mark);
bool sql_take_word(struct sql_parser *in, const char *word);
bool sql_want_mark(struct sql_parser *in, const char *mark);
bool sql_want_word(struct sql_parser *in, const char *word);
/* A word that may be a name, or one in backticks. */
bool sql_is_name(const struct sql_parser *in);
bool sql_want_name(struct sql_parser *in, struct str *name);

/* A name that may follow without AS: none of the words that go on with FROM or after it. */
bool sql_is_alias(const struct sql_parser *in);
/* Does a parenthesis follow the word? */
bool sql_is_called(const struct sql_parser *in);
/* Does CASE begin here? A column may be named so: an operand must follow it, and a WHEN before the next comma, CASE or
 * closing parenthesis. */
bool sql_is_case(const struct sql_parser *in);

/* ---- expressions ---- */

/* A node that begins at the next word. */
struct node *sql_node_new(struct sql_parser *in, enum node_type type);
/* An operator on one or two values; it ends where the last word did. */
struct node *sql_operator_new(struct sql_parser *in, enum sql_operator op, struct node *left, struct node *right);
void sql_add_argument(struct sql_parser *in, struct node *node, struct node *argument);
/* The value of the next "?". */
struct node *sql_take_parameter(struct sql_parser *in);
struct node *sql_parse_digits(struct sql_parser *in);
/* A constant, or a list of them. */
struct node *sql_parse_cell(struct sql_parser *in);
/* What a cell is set to: a constant, a list of them, or an expression. */
struct node *sql_parse_value(struct sql_parser *in);
/* "(SELECT ...)" if that is what comes; NULL without an error when it is something else. */
struct node *sql_parse_rows(struct sql_parser *in);
/* Sums, products and what they are of. */
struct node *sql_parse_sum(struct sql_parser *in);
struct node *sql_parse_condition(struct sql_parser *in);
/* "SELECT ..." with its UNIONs; the word SELECT comes next. NULL when it is wrong. */
struct sql_statement *sql_parse_query(struct sql_parser *in);

#endif
