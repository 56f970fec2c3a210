/* Finding what a JSON string can't hold as it is: the one loop that both reading and writing JSON spend their time in.
 */
#ifndef ATOLL_CORE_JSON_PLAIN_H
#define ATOLL_CORE_JSON_PLAIN_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* How many of the `len` bytes come before the first quote, backslash or control character (below 0x20). */
static inline size_t json_plain_run(const char *at, size_t len)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	size_t run = 0;

	for (; len - run >= 8; run += 8) {
		uint64_t word;
		memcpy(&word, at + run, 8);
		word = le64toh(word);
		/* "has a zero byte" and "has a byte less than n" of Bit Twiddling Hacks; the lowest hit is exact. */
		uint64_t quote = word ^ (ones * '"'), backslash = word ^ (ones * '\\');
		uint64_t hits =
			((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
		hits &= highs;
		if (hits)
			return run + (size_t)__builtin_ctzll(hits) / 8;
	}
	while (run < len && (unsigned char)at[run] >= 0x20 && at[run] != '"' && at[run] != '\\')
		run++;
	return run;
}

#endif
