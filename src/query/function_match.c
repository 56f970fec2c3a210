/* Patterns and parts of texts: LIKE, ILIKE (sql.md 7) and the filters' "contains". A pattern is cut into the literal
 * runs between its %; each is searched once, so a match takes linear time. What a statement compares all rows with is
 * prepared once and kept with the call (https://www.sqlite.org/c3ref/get_auxdata.html). */
#include <stdlib.h>

#include "query/function_call.h"

enum { FOLDED_ON_STACK = 1024 };

/* What the second argument asks for. */
struct pattern {
	bool is_part;     /* of "contains": the only run, wherever it stands */
	struct str *runs; /* the literal texts between the % */
	size_t count;     /* one more than there are % */
	char bytes[];     /* the runs' bytes, then the runs */
};

/* ---- preparing ---- */

/* Cuts the text into runs; a backslash takes a % or a backslash as it is. */
static void cut(struct str text, struct pattern *pattern)
{
	char *into = pattern->bytes, *run = into;

	for (size_t at = 0; at < text.len; at++) {
		char byte = text.at[at];

		if (byte == '%') {
			pattern->runs[pattern->count++] = (struct str){ run, (size_t)(into - run) };
			run = into;
			continue;
		}
		if (byte == '\\' && at + 1 < text.len && (text.at[at + 1] == '%' || text.at[at + 1] == '\\'))
			byte = text.at[++at];
		*into++ = byte;
	}
	pattern->runs[pattern->count++] = (struct str){ run, (size_t)(into - run) };
}

static struct pattern *pattern_new(struct str text, bool is_part)
{
	size_t bytes = (text.len + sizeof(struct str)) / sizeof(struct str) * sizeof(struct str);
	size_t runs = 1;

	for (size_t i = 0; i < text.len; i++)
		runs += text.at[i] == '%';
	struct pattern *pattern = malloc(sizeof(*pattern) + bytes + runs * sizeof(struct str));
	if (!pattern)
		abort();
	*pattern = (struct pattern){ .is_part = is_part, .runs = (struct str *)(void *)(pattern->bytes + bytes) };
	if (is_part) {
		memcpy(pattern->bytes, text.at, text.len);
		pattern->runs[pattern->count++] = (struct str){ pattern->bytes, text.len };
	} else {
		cut(text, pattern);
	}
	return pattern;
}

/* ---- letter case ---- */

static struct str folded_by_unicode(struct call *call, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t room = text.len * 3 + 1;
	char *into = arena_alloc(call_arena(call), room);
	int32_t len =
		ucasemap_utf8FoldCase(call_case_rules(), into, (int32_t)room, text.at, (int32_t)text.len, &status);

	return U_SUCCESS(status) ? (struct str){ into, (size_t)len } : text;
}

/* Letter case away, by Unicode's full folding; `room` takes short texts that are ASCII. */
static struct str folded(struct call *call, struct str text, char room[FOLDED_ON_STACK])
{
	char *into = room;

	if (text.len == 0)
		return text;
	if (!str_is_ascii(text))
		return folded_by_unicode(call, text);
	if (text.len > FOLDED_ON_STACK)
		into = arena_alloc(call_arena(call), text.len);
	for (size_t i = 0; i < text.len; i++)
		into[i] = (char)(text.at[i] + (text.at[i] >= 'A' && text.at[i] <= 'Z' ? 'a' - 'A' : 0));
	return (struct str){ into, text.len };
}

/* ---- matching ---- */

/* The place behind the run's first occurrence; NULL when there is none. */
static const char *behind(struct str text, struct str run)
{
	const char *found = run.len == 0 ? text.at : memmem(text.at, text.len, run.at, run.len);

	return found ? found + run.len : NULL;
}

static bool matches(struct str text, const struct pattern *pattern)
{
	const struct str *runs = pattern->runs;
	size_t last = pattern->count - 1;

	if (pattern->is_part)
		return runs[0].len == 0 ? text.len > 0 : behind(text, runs[0]) != NULL;
	if (last == 0)
		return str_equal(text, runs[0]);
	if (!str_starts_with(text, runs[0]))
		return false;
	text = str_slice(text, runs[0].len, text.len);
	for (size_t i = 1; i < last; i++) {
		const char *rest = behind(text, runs[i]);

		if (!rest)
			return false;
		text = (struct str){ rest, text.len - (size_t)(rest - text.at) };
	}
	return str_ends_with(text, runs[last]);
}

static void give_match(struct call *call, struct str text, bool ignore_case, bool is_part)
{
	char text_room[FOLDED_ON_STACK], pattern_room[FOLDED_ON_STACK];
	struct pattern *pattern = sqlite3_get_auxdata(call->context, 1);
	bool is_kept = pattern != NULL;
	struct str wanted;

	if (!pattern) {
		wanted = call_text(call, 1);
		pattern = pattern_new(ignore_case ? folded(call, wanted, pattern_room) : wanted, is_part);
	}
	if (ignore_case)
		text = folded(call, text, text_room);
	give_bool(call, matches(text, pattern));
	if (!is_kept) /* frees it, now or when the statement ends */
		sqlite3_set_auxdata(call->context, 1, pattern, free);
}

/* An empty text is no text, which is like nothing. */
static void give_like(struct call *call, bool ignore_case)
{
	struct str text = call_text(call, 0);

	if (text.len == 0 || call_is_null(call, 1))
		give_bool(call, false);
	else
		give_match(call, text, ignore_case, false);
}

void run_text_like(struct call *call)
{
	give_like(call, false);
}

void run_text_ilike(struct call *call)
{
	give_like(call, true);
}

void run_text_contains(struct call *call)
{
	give_match(call, call_text(call, 0), true, true);
}
