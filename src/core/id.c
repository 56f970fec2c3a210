/* Making and checking identifiers. */
#include "core/id.h"

#include <sodium.h>
#include <stdint.h>

#include "core/clock.h"

/* 64 characters in the order of their bytes, so that ids sort as the bits they spell. */
static const char ordered64[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char hex_digits[] = "0123456789abcdef";

_Static_assert(sizeof(ordered64) == 65, "64 characters and a NUL");

void id_random_bytes(void *into, size_t len)
{
	randombytes_buf(into, len);
}

/* 64 bits from a pool that each thread refills, because a system call a row would cost more than the row. */
static uint64_t pooled_random(void)
{
	static _Thread_local uint64_t pool[32];
	static _Thread_local size_t left;

	if (left == 0) {
		randombytes_buf(pool, sizeof(pool));
		left = sizeof(pool) / sizeof(pool[0]);
	}
	return pool[--left];
}

/* The low 6 * `len` bits, highest first. */
static void put_bits(uint64_t bits, char *into, int len)
{
	for (int i = len - 1; i >= 0; i--, bits >>= 6)
		into[i] = ordered64[bits & 63];
}

void id_new_row(char into[ID_ROW_LEN + 1])
{
	static _Thread_local int64_t last_ms;
	static _Thread_local uint64_t count;
	int64_t now = clock_now_ms();
	uint64_t random = pooled_random();

	if (now > last_ms) {
		last_ms = now;
		count = pooled_random() >> 29; /* 35 bits of the 36: room to count upwards */
	} else {
		count += 1 + (random >> 56);
	}
	put_bits((uint64_t)last_ms, into, 7); /* 42 bits: until 2109 */
	put_bits(count, into + 7, 6);
	put_bits(random, into + 13, 9);
	into[ID_ROW_LEN] = '\0';
}

void id_new_short(char into[ID_SHORT_LEN + 1])
{
	for (int i = 0; i < ID_SHORT_LEN; i++)
		into[i] = alphanumeric[randombytes_uniform(sizeof(alphanumeric) - 1)];
	into[ID_SHORT_LEN] = '\0';
}

static void write_uuid(const unsigned char bytes[16], char into[ID_UUID_LEN + 1])
{
	int at = 0;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			into[at++] = '-';
		into[at++] = hex_digits[bytes[i] >> 4];
		into[at++] = hex_digits[bytes[i] & 15];
	}
	into[at] = '\0';
}

void id_new_uuid(char into[ID_UUID_LEN + 1])
{
	unsigned char bytes[16];

	randombytes_buf(bytes, sizeof(bytes));
	bytes[6] = (unsigned char)((bytes[6] & 0x0F) | 0x40); /* version 4, RFC 4122 */
	bytes[8] = (unsigned char)((bytes[8] & 0x3F) | 0x80);
	write_uuid(bytes, into);
}

void id_new_hex(char *into, size_t bytes)
{
	/* The random bytes lie in the second half, so that the hex digits that grow from the front never pass them. */
	unsigned char *random = (unsigned char *)into + bytes;

	randombytes_buf(random, bytes);
	for (size_t i = 0; i < bytes; i++) {
		unsigned char byte = random[i];
		into[2 * i] = hex_digits[byte >> 4];
		into[2 * i + 1] = hex_digits[byte & 15];
	}
	into[2 * bytes] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool id_parse_uuid(struct str text, char into[ID_UUID_LEN + 1])
{
	unsigned char bytes[16] = { 0 };
	bool dashed = text.len == ID_UUID_LEN;
	int digits = 0;

	if (!dashed && text.len != 32)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (dashed && (i == 8 || i == 13 || i == 18 || i == 23)) {
			if (text.at[i] != '-')
				return false;
			continue;
		}
		int value = hex_value(text.at[i]);
		if (value < 0)
			return false;
		bytes[digits / 2] = (unsigned char)(bytes[digits / 2] << 4 | value);
		digits++;
	}
	write_uuid(bytes, into);
	return true;
}

static bool all_in(struct str text, const char *set)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0' || !strchr(set, text.at[i]))
			return false;
	}
	return true;
}

bool id_is_row(struct str text)
{
	return text.len >= 1 && text.len <= 64 && all_in(text, ordered64);
}

bool id_is_short(struct str text)
{
	return text.len == ID_SHORT_LEN && all_in(text, alphanumeric);
}

bool id_is_hex40(struct str text)
{
	return text.len == ID_HEX40_LEN && all_in(text, hex_digits);
}
