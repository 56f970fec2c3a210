/* A statement's words and marks (sql.md 1). */
#include <string.h>

#include "core/arena.h"
#include "query/sql_parser.h"

void *sql_refuse_at(const struct sql_parser *in, size_t at, struct str near)
{
	size_t position = str_count_chars(str_slice(in->text, 0, at)) + 1;

	near = str_prefix_chars(near, 40);
	(void)FAIL_WITH(
		in->err, sql_invalid,
		near.len > 0
			? str_format(in->arena, "syntax error at position %zu near '%.*s'", position, STR_ARG(near))
			: str_format(in->arena, "syntax error at position %zu: the statement ends", position));
	error_point(in->err, in->text, at, at + near.len);
	return NULL;
}

void *sql_refuse(const struct sql_parser *in)
{
	return sql_refuse_at(in, in->token.from, str_slice(in->text, in->token.from, in->token.to));
}

static bool is_word_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '_' || (byte & 0x80);
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static size_t skip_blanks(const struct sql_parser *in, size_t at)
{
	while (at < in->text.len) {
		struct str rest = str_slice(in->text, at, in->text.len);

		if (strchr(" \t\r\n", rest.at[0])) {
			at++;
		} else if (str_starts_with(rest, STR("--"))) {
			size_t end = str_find_byte(in->text, '\n', at);

			at = end == SIZE_MAX ? in->text.len : end;
		} else if (str_starts_with(rest, STR("/*"))) {
			at += 2;
			while (at < in->text.len && !str_starts_with(str_slice(in->text, at, in->text.len), STR("*/")))
				at++;
			at = at + 2 < in->text.len ? at + 2 : in->text.len;
		} else {
			break;
		}
	}
	return at;
}

/* A quoted text; the quote itself is doubled. */
static bool read_quoted(struct sql_parser *in, enum sql_token_type type, size_t at)
{
	char quote = in->text.at[at], *into;
	size_t end = at + 1, doubled = 0, len = 0;

	for (; end < in->text.len; end++) {
		if (in->text.at[end] != quote)
			continue;
		if (end + 1 >= in->text.len || in->text.at[end + 1] != quote)
			break;
		end++;
		doubled++;
	}
	if (end >= in->text.len) {
		(void)sql_refuse_at(in, at, str_slice(in->text, at, in->text.len));
		return false;
	}
	in->token =
		(struct sql_token){ .type = type, .text = str_slice(in->text, at + 1, end), .from = at, .to = end + 1 };
	if (doubled == 0)
		return true;
	into = arena_alloc(in->arena, end - at);
	for (size_t i = at + 1; i < end; i += in->text.at[i] == quote ? 2 : 1)
		into[len++] = in->text.at[i];
	in->token.text = (struct str){ into, len };
	return true;
}

static size_t number_end(struct str text, size_t at)
{
	size_t end = at, exponent;

	while (end < text.len && (is_digit(text.at[end]) || text.at[end] == '.'))
		end++;
	exponent = end;
	if (exponent < text.len && (text.at[exponent] | 0x20) == 'e') {
		exponent++;
		if (exponent < text.len && (text.at[exponent] == '-' || text.at[exponent] == '+'))
			exponent++;
		if (exponent < text.len && is_digit(text.at[exponent])) {
			while (exponent < text.len && is_digit(text.at[exponent]))
				exponent++;
			end = exponent;
		}
	}
	return end;
}

bool sql_next(struct sql_parser *in)
{
	static const char *const pairs[] = { "<=", ">=", "<>", "!=", "||" };
	size_t at = skip_blanks(in, in->token.to), end = at;
	struct str rest = str_slice(in->text, at, in->text.len);

	in->last_to = in->token.to;
	in->token = (struct sql_token){ .from = at, .to = at };
	if (at >= in->text.len)
		return true;
	if (rest.at[0] == '`')
		return read_quoted(in, TOKEN_QUOTED_NAME, at);
	if (rest.at[0] == '\'' || rest.at[0] == '"')
		return read_quoted(in, TOKEN_STRING, at);
	if (is_digit(rest.at[0]) || (rest.at[0] == '.' && rest.len > 1 && is_digit(rest.at[1]))) {
		end = number_end(in->text, at);
		in->token.type = TOKEN_DIGITS;
	} else if (is_word_byte(rest.at[0])) {
		while (end < in->text.len && is_word_byte(in->text.at[end]))
			end++;
		in->token.type = TOKEN_WORD;
	} else {
		end = at + 1;
		for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
			if (str_starts_with(rest, str_from_c(pairs[i])))
				end = at + 2;
		}
		in->token.type = TOKEN_MARK;
	}
	in->token.to = end;
	in->token.text = str_slice(in->text, at, end);
	return true;
}

bool sql_is_mark(const struct sql_parser *in, const char *mark)
{
	return in->token.type == TOKEN_MARK && str_equal_c(in->token.text, mark);
}

bool sql_is_word(const struct sql_parser *in, const char *word)
{
	return in->token.type == TOKEN_WORD && str_equal_fold(in->token.text, str_from_c(word));
}

bool sql_take_mark(struct sql_parser *in, const char *mark)
{
	return sql_is_mark(in, mark) && sql_next(in);
}

bool sql_take_word(struct sql_parser *in, const char *word)
{
	return sql_is_word(in, word) && sql_next(in);
}

bool sql_want_mark(struct sql_parser *in, const char *mark)
{
	return sql_take_mark(in, mark) || sql_refuse(in);
}

bool sql_want_word(struct sql_parser *in, const char *word)
{
	return sql_take_word(in, word) || sql_refuse(in);
}

/* Words that can't be names without backticks, since they say where a part ends. */
static bool is_reserved(struct str word)
{
	static const char *const words[] = { "select",  "from", "where",    "group",  "having", "order",  "limit",
					     "offset",  "and",  "or",       "not",    "in",     "like",   "ilike",
					     "between", "is",   "has",      "as",     "set",    "values", "by",
					     "asc",     "desc", "distinct", "insert", "update", "delete", "into",
					     "null",    "true", "false" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_equal_fold(word, str_from_c(words[i])))
			return true;
	}
	return false;
}

bool sql_is_name(const struct sql_parser *in)
{
	return in->token.type == TOKEN_QUOTED_NAME || (in->token.type == TOKEN_WORD && !is_reserved(in->token.text));
}

bool sql_want_name(struct sql_parser *in, struct str *name)
{
	*name = in->token.text;
	return sql_is_name(in) ? sql_next(in) : sql_refuse(in) != NULL;
}

bool sql_is_called(const struct sql_parser *in)
{
	size_t after = skip_blanks(in, in->token.to);

	return after < in->text.len && in->text.at[after] == '(';
}

/* They stay names of columns where nothing else can stand. */
bool sql_is_alias(const struct sql_parser *in)
{
	static const char *const words[] = { "join", "inner", "left", "on", "union" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (sql_is_word(in, words[i]))
			return false;
	}
	return sql_is_name(in);
}

static bool begins_operand(const struct sql_parser *in)
{
	if (in->token.type == TOKEN_STRING || in->token.type == TOKEN_DIGITS || sql_is_mark(in, "(") ||
	    sql_is_mark(in, "?"))
		return true;
	return sql_is_name(in) && !sql_is_word(in, "then") && !sql_is_word(in, "else") && !sql_is_word(in, "end");
}

bool sql_is_case(const struct sql_parser *in)
{
	struct error ignored = { 0 };
	struct sql_parser ahead = *in;
	int depth = 0;

	ahead.err = &ignored;
	if (!sql_is_word(in, "case") || !sql_next(&ahead) || !begins_operand(&ahead))
		return false;
	for (; ahead.token.type != TOKEN_END && depth >= 0; (void)sql_next(&ahead)) {
		depth += sql_is_mark(&ahead, "(") - sql_is_mark(&ahead, ")");
		if (depth == 0 && (sql_is_mark(&ahead, ",") || sql_is_word(&ahead, "case")))
			return false;
		if (depth == 0 && sql_is_word(&ahead, "when"))
			return true;
	}
	return false;
}
