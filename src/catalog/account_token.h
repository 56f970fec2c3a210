/* The stored side of account tokens: one a person, as a keyed hash to find it and an encrypted copy to show it again.
 * The cryptography is auth's (auth/account_token.c). */
#ifndef ATOLL_CATALOG_ACCOUNT_TOKEN_H
#define ATOLL_CATALOG_ACCOUNT_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "catalog/account.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;

/* What signing in needs to know. */
struct account_login {
	struct account account;
	struct str password_hash;
	struct str token_box; /* absent when there is no token yet */
};

/* By username or contact email. *found tells whether there is such an account. */
bool account_login_find(struct catalog *catalog, struct arena *arena, struct str name, struct account_login *out,
			bool *found, struct error *err);

/* Whose token has this hash? *found tells whether there is one; `stored_hash` is the copy in the catalog. */
bool account_token_find(struct catalog *catalog, struct arena *arena, struct str hash, struct account *out,
			struct str *stored_hash, bool *found, struct error *err);

/* A sign-in whose password was right. */
struct account_sign_in {
	int64_t account_id;
	struct str password_hash; /* against which the password was checked */
	int64_t at;
	struct str hash, box; /* absent: keep the present token */
	struct str replaces;  /* the unreadable box that `box` replaces; absent = none */
};

/* Notes a sign-in and answers the box of the account's token. A new `box` is stored unless there is another one by now
 * than the one it replaces: of two sign-ins at once the first makes the token. Errors: E_login_failed when the account
 * is gone, inactive, or has another password by now. */
bool account_token_sign_in(struct catalog *catalog, struct arena *arena, const struct account_sign_in *sign_in,
			   struct str *box, struct error *err);

#endif
