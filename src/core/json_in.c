/* Reading JSON. cJSON builds the tree; a scan before it refuses what cJSON would let pass or could not represent: bytes
 * that are not UTF-8, deep nesting, NUL and lone surrogates in strings, raw control characters, numbers outside JSON's
 * grammar or a double's range. cJSON allocates from the arena of the parse that runs on this thread. */
#include "core/json_in.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/json_plain.h"

/* ---- the scan ---- */

enum { CJSON_NUMBER_LEN = 63 }; /* cJSON cuts longer ones */

struct scan {
	struct str text;
	size_t at;
	int depth;
	const char *fault; /* what is wrong, for people */
};

static bool refuse(struct scan *scan, const char *fault)
{
	scan->fault = fault;
	return false;
}

static int hex4(struct str text, size_t at)
{
	int value = 0;

	if (text.len - at < 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		char c = text.at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* Behind "\u". */
static bool scan_unicode_escape(struct scan *scan)
{
	int unit = hex4(scan->text, scan->at);

	if (unit < 0)
		return refuse(scan, "broken \\u escape");
	if (unit == 0)
		return refuse(scan, "a string holds the character NUL");
	scan->at += 4;
	if (unit < 0xD800 || unit > 0xDFFF)
		return true;
	struct str rest = str_slice(scan->text, scan->at, scan->at + 2);
	int low = str_equal(rest, STR("\\u")) ? hex4(scan->text, scan->at + 2) : -1;
	if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
		return refuse(scan, "a string holds half a surrogate pair");
	scan->at += 6;
	return true;
}

/* Behind the opening quote. */
static bool scan_string(struct scan *scan)
{
	struct str text = scan->text;

	for (;;) {
		scan->at += json_plain_run(text.at + scan->at, text.len - scan->at);
		if (text.len - scan->at < 2 && (scan->at == text.len || text.at[scan->at] != '"'))
			return refuse(scan, "a string does not end");
		char c = text.at[scan->at++];
		if (c == '"')
			return true;
		if (c != '\\')
			return refuse(scan, "a control character in a string");
		if (text.at[scan->at++] == 'u' && !scan_unicode_escape(scan))
			return false;
	}
}

static size_t digits(struct str text, size_t at)
{
	size_t from = at;

	while (at < text.len && text.at[at] >= '0' && text.at[at] <= '9')
		at++;
	return at - from;
}

/* RFC 8259, section 6; a long or scientific number must also fit a double. */
static bool scan_number(struct scan *scan)
{
	struct str text = scan->text;
	size_t from = scan->at, at = from + (text.at[from] == '-');
	size_t whole = digits(text, at);
	bool scientific = false;

	if (whole == 0 || (whole > 1 && text.at[at] == '0'))
		return refuse(scan, "a broken number");
	at += whole;
	if (at < text.len && text.at[at] == '.') {
		size_t fraction = digits(text, at + 1);
		if (fraction == 0)
			return refuse(scan, "a broken number");
		at += 1 + fraction;
	}
	if (at < text.len && (text.at[at] == 'e' || text.at[at] == 'E')) {
		at++;
		at += at < text.len && (text.at[at] == '+' || text.at[at] == '-');
		size_t exponent = digits(text, at);
		if (exponent == 0)
			return refuse(scan, "a broken number");
		at += exponent;
		scientific = true;
	}
	scan->at = at;
	if (at - from > CJSON_NUMBER_LEN)
		return refuse(scan, "a number with too many digits");
	double value = 0;
	if (scientific && !str_to_double(str_slice(text, from, at), &value))
		return refuse(scan, "a number that is too large");
	return true;
}

static bool scan_text(struct scan *scan)
{
	struct str text = scan->text;

	if (!str_is_utf8(text))
		return refuse(scan, "it is not UTF-8");
	while (scan->at < text.len) {
		char c = text.at[scan->at];
		if (c == '"') {
			scan->at++;
			if (!scan_string(scan))
				return false;
		} else if (c == '-' || (c >= '0' && c <= '9')) {
			if (!scan_number(scan))
				return false;
		} else {
			if ((c == '{' || c == '[') && ++scan->depth > JSON_MAX_NESTING)
				return refuse(scan, "it is nested too deeply");
			scan->depth -= c == '}' || c == ']';
			if ((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\r')
				return refuse(scan, "a control character between values"); /* cJSON skips them */
			scan->at++;
		}
	}
	return true;
}

/* ---- cJSON in an arena ---- */

static _Thread_local struct arena *current_arena;

static void *hook_malloc(size_t size)
{
	assert(current_arena); /* nobody else makes cJSON nodes by its functions */
	return arena_alloc(current_arena, size);
}

static void hook_free(void *block)
{
	(void)block; /* dies with the arena */
}

static void install_hooks(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = hook_malloc, .free_fn = hook_free });
}

static bool only_blanks(const char *from, const char *to)
{
	while (from < to && (*from == ' ' || *from == '\t' || *from == '\n' || *from == '\r'))
		from++;
	return from == to;
}

bool json_parse(struct arena *arena, struct str text, cJSON **out, struct error *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct scan scan = { .text = text };
	const char *end = NULL;

	pthread_once(&once, install_hooks);
	*out = NULL;
	if (!scan_text(&scan))
		return FAIL_WITH(err, json_invalid, str_from_c(scan.fault));
	struct arena *outer = current_arena;
	current_arena = arena;
	cJSON *tree = text.len ? cJSON_ParseWithLengthOpts(text.at, text.len, &end, 0) : NULL;
	current_arena = outer;
	if (!tree || !only_blanks(end, text.at + text.len))
		return FAIL_WITH(err, json_invalid, STR("a value, comma, colon or bracket is missing or out of place"));
	*out = tree;
	return true;
}

/* ---- reading the tree ---- */

const cJSON *json_get(const cJSON *object, const char *key)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

struct str json_str(const cJSON *node)
{
	return cJSON_IsString(node) ? str_from_c(node->valuestring) : (struct str){ 0 };
}

struct str json_get_str(const cJSON *object, const char *key)
{
	return json_str(json_get(object, key));
}

bool json_get_bool(const cJSON *object, const char *key, bool fallback)
{
	const cJSON *node = json_get(object, key);
	bool value = fallback;

	if (cJSON_IsBool(node))
		return cJSON_IsTrue(node);
	if (cJSON_IsNumber(node) && (node->valuedouble == 0 || node->valuedouble == 1))
		return node->valuedouble == 1;
	if (cJSON_IsString(node))
		(void)str_to_bool(json_str(node), &value);
	return value;
}

bool json_get_int64(const cJSON *object, const char *key, int64_t *out)
{
	const cJSON *node = json_get(object, key);

	if (cJSON_IsString(node))
		return str_to_int64(json_str(node), out);
	if (!cJSON_IsNumber(node) || nearbyint(node->valuedouble) != node->valuedouble ||
	    fabs(node->valuedouble) > 9007199254740992.0)
		return false;
	*out = (int64_t)node->valuedouble;
	return true;
}
