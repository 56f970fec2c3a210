/* What an account may do with a base, from what the catalog says now: the personal workspace is its owner's, a group's
 * workspace is its members', and shares open single bases. auth/right.c caches it. */
#ifndef ATOLL_CATALOG_RIGHT_H
#define ATOLL_CATALOG_RIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/id.h"
#include "core/str.h"

struct catalog;

struct right {
	enum permission
		permission; /* PERM_NONE when the account is unknown or inactive, or the base unknown or trashed */
	bool is_trashed;    /* the base is in the trash */
	int64_t account_id, team_id; /* 0 when there is no such active account or no such base */
	int64_t generation;          /* the account's */
	int64_t base_id;
	char base_uuid[ID_UUID_LEN + 1];
};

/* By numbers, which may only come from the same request. */
bool right_by_id(struct catalog *catalog, int64_t account_id, int64_t base_id, struct right *out, struct error *err);
/* By names, which are never given twice: safe for what an old token holds. */
bool right_by_name(struct catalog *catalog, struct str username, struct str base_uuid, struct right *out,
		   struct error *err);

#endif
