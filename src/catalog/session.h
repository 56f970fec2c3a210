/* The stored side of sessions: browsers that are signed in, each found by the keyed hash of its cookie. The
 * cryptography is auth's (auth/session.c). */
#ifndef ATOLL_CATALOG_SESSION_H
#define ATOLL_CATALOG_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "catalog/account.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;
struct store_conn;

enum { SESSIONS_PER_ACCOUNT = 50 };

struct session {
	int64_t id;
	int64_t last_seen, expires_at;
	struct account account;
};

/* The session whose cookie has this hash, expired ones too. *found tells whether there is one; `stored_hash` is the
 * copy in the catalog. */
bool session_find(struct catalog *catalog, struct arena *arena, struct str hash, struct session *out,
		  struct str *stored_hash, bool *found, struct error *err);

/* A sign-in whose password was right. */
struct session_new {
	int64_t account_id;
	struct str password_hash; /* against which the password was checked */
	struct str token_hash;
	int64_t at, expires_at;
};

/* Notes a sign-in and keeps its session. Drops expired sessions, and of the account's those unused for longest past
 * SESSIONS_PER_ACCOUNT. Errors: E_login_failed when the account is gone, inactive, or has another password by now. */
bool session_create(struct catalog *catalog, const struct session_new *wanted, int64_t *id, struct error *err);
/* It was used at `at` and lives on until `expires_at`. A session that has ended meanwhile stays ended. */
bool session_touch(struct catalog *catalog, int64_t id, int64_t at, int64_t expires_at, struct error *err);
/* Ends one session; one that has ended already is fine. */
bool session_end(struct catalog *catalog, int64_t id, struct error *err);

/* Inside a write: ends the account's sessions but `keep` (0 = all of them). */
bool session_end_all(struct store_conn *conn, int64_t account_id, int64_t keep, struct error *err);

#endif
