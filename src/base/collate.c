/* The collation "natural_order" (views.md 4): Unicode's root collation, with runs of digits compared as numbers: "File
 * 2" < "File 10" < "file 11", "apple" < "Banana". Texts that are equal so far ("a01", "a1") follow the root collation
 * without numbers.
 *
 * SeaTable compares texts that differ before their digits by the plain collation, which is no order ("a10" < "A10" <
 * "a2" < "a10"); this one is, and agrees wherever SeaTable's rule does not contradict itself.
 *
 * ICU's data is loaded by the first comparison, so that a server that never sorts text does without. */
#include <pthread.h>
#include <unicode/ucol.h>

#include "base/base_internal.h"

static UCollator *by_number, *plain;

static void load(void)
{
	UErrorCode status = U_ZERO_ERROR;

	by_number = ucol_open("", &status);
	plain = ucol_open("", &status);
	if (U_SUCCESS(status))
		ucol_setAttribute(by_number, UCOL_NUMERIC_COLLATION, UCOL_ON, &status);
	if (U_FAILURE(status))
		by_number = NULL; /* without ICU's data: byte order */
}

int collate_compare(struct str a, struct str b)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	UErrorCode status = U_ZERO_ERROR;
	int order;

	pthread_once(&once, load);
	if (!by_number)
		return str_compare(a, b);
	order = ucol_strcollUTF8(by_number, a.at, (int32_t)a.len, b.at, (int32_t)b.len, &status);
	if (order == 0)
		order = ucol_strcollUTF8(plain, a.at, (int32_t)a.len, b.at, (int32_t)b.len, &status);
	return order;
}

static int compare_for_sqlite(void *ctx, int a_len, const void *a, int b_len, const void *b)
{
	(void)ctx;
	return collate_compare((struct str){ a, (size_t)a_len }, (struct str){ b, (size_t)b_len });
}

bool collate_register(sqlite3 *handle)
{
	return sqlite3_create_collation_v2(handle, "natural_order", SQLITE_UTF8, NULL, compare_for_sqlite, NULL) ==
	       SQLITE_OK;
}
