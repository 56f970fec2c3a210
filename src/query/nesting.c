#include "query/nesting.h"

#include <ctype.h>

/* Entries by what opens a level. */
enum { COST_PARENTHESIS = 1, COST_CALL = 3, COST_SUBSELECT = 10, COST_LIST = 2, COST_OPERATOR = 2, MAX_LEVELS = 512 };

struct level {
	int opened, listed, operated;
};

static bool is_name_byte(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_';
}

/* The word that ends before `at`; IN, AND and the like are no functions. */
static bool is_call(struct str sql, size_t at)
{
	static const char *const words[] = { "IN", "AND", "OR", "NOT", "WHERE", "AS", "BETWEEN", "BY", "ON", "SELECT" };
	size_t from = at;
	struct str word;

	while (from > 0 && is_name_byte(sql.at[from - 1]))
		from--;
	word = str_slice(sql, from, at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_equal_c(word, words[i]))
			return false;
	}
	return word.len > 0;
}

static int cost_of(struct str sql, size_t at)
{
	if (str_starts_with(str_slice(sql, at + 1, sql.len), STR("SELECT")))
		return COST_SUBSELECT;
	return is_call(sql, at) ? COST_CALL : COST_PARENTHESIS;
}

static bool is_operator(char byte)
{
	return byte == '=' || byte == '<' || byte == '>' || byte == '+' || byte == '-' || byte == '*' || byte == '/' ||
	       byte == ' ';
}

int nesting_of(struct str sql)
{
	struct level levels[MAX_LEVELS] = { { 0 } };
	int depth = 0, now = 0, most = 0;

	for (size_t i = 0; i < sql.len; i++) {
		struct level *level = &levels[depth];
		char byte = sql.at[i];

		if (byte == '\'' || byte == '"') { /* letters of kinds, keys of columns */
			size_t end = str_find_byte(sql, byte, i + 1);

			i = end == SIZE_MAX ? sql.len : end;
		} else if (byte == '(') {
			if (++depth == MAX_LEVELS)
				return MAX_LEVELS;
			levels[depth] = (struct level){ .opened = cost_of(sql, i) };
			now += levels[depth].opened;
		} else if (byte == ')' && depth > 0) {
			now -= level->opened + level->listed + level->operated;
			depth--;
		} else if (byte == ',') {
			now += COST_LIST - level->listed - level->operated;
			level->listed = COST_LIST;
			level->operated = 0;
		} else if (is_operator(byte) && level->operated == 0) {
			level->operated = COST_OPERATOR;
			now += COST_OPERATOR;
		}
		most = now > most ? now : most;
	}
	return most;
}
