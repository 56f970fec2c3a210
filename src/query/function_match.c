/* Patterns and parts of texts: LIKE, ILIKE (sql.md 7) and the filters' "contains". A pattern is cut into the literal
 * runs between its %; each is searched once, so a match takes linear time. */
#include <unicode/ucasemap.h>

#include "query/function_call.h"

/* Letter case away, by Unicode's full folding. */
static struct str folded(struct call *call, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	UCaseMap *rules = ucasemap_open("", 0, &status);
	size_t room = text.len * 3 + 1;
	char *into = arena_alloc(call_arena(call), room);
	int32_t len = 0;

	if (U_SUCCESS(status))
		len = ucasemap_utf8FoldCase(rules, into, (int32_t)room, text.len > 0 ? text.at : "", (int32_t)text.len,
					    &status);
	ucasemap_close(rules);
	return U_SUCCESS(status) ? (struct str){ into, (size_t)len } : text;
}

/* Reads the literal run at *at into `run` (which has room for the whole pattern); true when a % ended it. */
static bool take_run(struct str pattern, size_t *at, struct str *run, char *into)
{
	size_t len = 0;
	bool percent = false;

	while (*at < pattern.len && !percent) {
		char byte = pattern.at[(*at)++];

		if (byte == '%') {
			percent = true;
			break;
		}
		if (byte == '\\' && *at < pattern.len && (pattern.at[*at] == '%' || pattern.at[*at] == '\\'))
			byte = pattern.at[(*at)++];
		into[len++] = byte;
	}
	*run = (struct str){ into, len };
	return percent;
}

/* Does `text` match from its beginning, or after a % anywhere, to its end? */
static bool matches(struct str text, struct str pattern, struct arena *arena)
{
	char *into = arena_alloc(arena, pattern.len + 1);
	bool after_percent = false;
	size_t at = 0;

	for (;;) {
		struct str run;
		bool percent = take_run(pattern, &at, &run, into);

		if (!percent && after_percent)
			return str_ends_with(text, run);
		if (!percent)
			return str_equal(text, run);
		if (!after_percent && !str_starts_with(text, run))
			return false;
		const char *found = run.len == 0 ? text.at : memmem(text.at, text.len, run.at, run.len);
		if (!found)
			return false;
		text = str_slice(text, (size_t)(found - text.at) + run.len, text.len);
		after_percent = true;
	}
}

static void give_match(struct call *call, bool ignore_case)
{
	if (call_is_empty(call, 0) || call_is_null(call, 1)) {
		give_bool(call, false);
		return;
	}
	struct str text = call_text(call, 0), pattern = call_text(call, 1);
	if (ignore_case) {
		text = folded(call, text);
		pattern = folded(call, pattern);
	}
	give_bool(call, matches(text, pattern, call_arena(call)));
}

void run_text_like(struct call *call)
{
	give_match(call, false);
}

void run_text_ilike(struct call *call)
{
	give_match(call, true);
}

void run_text_contains(struct call *call)
{
	struct str text = folded(call, call_text(call, 0)), term = folded(call, call_text(call, 1));

	give_bool(call, term.len == 0 ? text.len > 0 : memmem(text.at, text.len, term.at, term.len) != NULL);
}
