/* Slices of text: comparing, cutting, numbers, UTF-8. */
#include "core/str.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "core/arena.h"

struct str str_from_c(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

bool str_equal_c(struct str s, const char *text)
{
	return str_equal(s, str_from_c(text));
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool str_equal_fold(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	}
	return true;
}

int str_compare(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.at, b.at, common) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_starts_with(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_equal(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find_byte(struct str s, char byte, size_t from)
{
	if (from >= s.len)
		return SIZE_MAX;
	const char *found = memchr(s.at + from, byte, s.len - from);
	return found ? (size_t)(found - s.at) : SIZE_MAX;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (!s.at)
		return s;
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct str){ s.at + from, to - from };
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len > 0 && is_blank(s.at[0]))
		s = str_slice(s, 1, s.len);
	while (s.len > 0 && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

char *str_to_c(struct arena *arena, struct str s)
{
	char *copy = arena_alloc(arena, s.len + 1);

	if (s.len > 0)
		memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	return copy;
}

struct str str_copy(struct arena *arena, struct str s)
{
	return s.at ? (struct str){ str_to_c(arena, s), s.len } : s;
}

struct str str_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(len >= 0);

	char *text = arena_alloc(arena, (size_t)len + 1);
	va_start(args, format);
	(void)vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return (struct str){ text, (size_t)len };
}

bool str_to_int64(struct str s, int64_t *out)
{
	bool negative = s.len > 0 && s.at[0] == '-';
	int64_t value = 0;

	if (s.len == (size_t)negative)
		return false;
	for (size_t i = negative; i < s.len; i++) {
		int digit = s.at[i] - '0';
		if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, digit, &value)) /* downwards: INT64_MIN fits */
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*out = negative ? value : -value;
	return true;
}

/* One or more digits from *at on. */
static bool skip_digits(struct str s, size_t *at)
{
	size_t from = *at;

	while (*at < s.len && s.at[*at] >= '0' && s.at[*at] <= '9')
		(*at)++;
	return *at > from;
}

static bool is_decimal(struct str s)
{
	size_t at = s.len > 0 && (s.at[0] == '-' || s.at[0] == '+') ? 1 : 0;

	if (!skip_digits(s, &at))
		return false;
	if (at < s.len && s.at[at] == '.') {
		at++;
		if (!skip_digits(s, &at))
			return false;
	}
	if (at < s.len && (s.at[at] == 'e' || s.at[at] == 'E')) {
		at++;
		if (at < s.len && (s.at[at] == '-' || s.at[at] == '+'))
			at++;
		if (!skip_digits(s, &at))
			return false;
	}
	return at == s.len;
}

bool str_to_double(struct str s, double *out)
{
	char copy[400];

	if (s.len >= sizeof(copy) || !is_decimal(s))
		return false;
	memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	*out = strtod(copy, NULL);
	return isfinite(*out) != 0;
}

bool str_to_bool(struct str s, bool *out)
{
	if (str_equal_fold(s, STR("true")) || str_equal(s, STR("1")))
		*out = true;
	else if (str_equal_fold(s, STR("false")) || str_equal(s, STR("0")))
		*out = false;
	else
		return false;
	return true;
}

/* Length of the well-formed multi-byte character at `at`, or 0. */
static size_t multibyte_length(const unsigned char *at, size_t left)
{
	unsigned char first = at[0];
	size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;

	if (first < 0xC2 || first > 0xF4 || left < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
	}
	if ((first == 0xE0 && at[1] < 0xA0) || (first == 0xED && at[1] > 0x9F) || (first == 0xF0 && at[1] < 0x90) ||
	    (first == 0xF4 && at[1] > 0x8F))
		return 0; /* overlong, a surrogate, or past U+10FFFF */
	return len;
}

bool str_is_utf8(struct str s)
{
	const unsigned char *at = (const unsigned char *)s.at;
	size_t i = 0;

	while (i < s.len) {
		uint64_t word;
		if (s.len - i >= sizeof(word)) {
			memcpy(&word, at + i, sizeof(word));
			if ((word & 0x8080808080808080u) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if (at[i] < 0x80) {
			i++;
			continue;
		}
		size_t len = multibyte_length(at + i, s.len - i);
		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

bool str_is_ascii(struct str s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.len; i++)
		all |= (unsigned char)s.at[i];
	return all < 0x80;
}

size_t str_count_chars(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.at[i] & 0xC0) != 0x80;
	return count;
}

struct str str_prefix_chars(struct str s, size_t max_chars)
{
	size_t chars = 0;

	if (s.len <= max_chars)
		return s;
	for (size_t i = 0; i < s.len; i++) {
		if (((unsigned char)s.at[i] & 0xC0) == 0x80)
			continue;
		if (chars == max_chars)
			return str_slice(s, 0, i);
		chars++;
	}
	return s;
}

/* Secret, so that nobody can send names that all hash alike. */
static uint64_t hash_secret[2];

__attribute__((constructor)) static void make_hash_secret(void)
{
	if (getrandom(hash_secret, sizeof(hash_secret), 0) != sizeof(hash_secret))
		abort();
}

static uint64_t load(const char *at, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, at, len);
	return word;
}

/* Both halves of the product: every bit of the result depends on all bits of a and b (as in wyhash). */
static uint64_t mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t str_hash(struct str s)
{
	uint64_t hash = hash_secret[0] ^ s.len;
	uint64_t a = 0, b = 0;

	for (; s.len > 16; s.at += 16, s.len -= 16)
		hash = mix(load(s.at, 8) ^ hash_secret[1], load(s.at + 8, 8) ^ hash);
	/* What is left, as two words that may overlap: no loop over bytes. */
	if (s.len >= 8) {
		a = load(s.at, 8);
		b = load(s.at + s.len - 8, 8);
	} else if (s.len >= 4) {
		a = load(s.at, 4);
		b = load(s.at + s.len - 4, 4);
	} else if (s.len > 0) {
		a = load(s.at, 1) << 16 | load(s.at + s.len / 2, 1) << 8 | load(s.at + s.len - 1, 1);
	}
	return mix(mix(a ^ hash_secret[1], b ^ hash), hash_secret[0] | 1);
}
