/* The stored side of API tokens: rows with a keyed hash and an encrypted copy. The cryptography, and what is cached, is
 * auth's (auth/api_token.c). */
#ifndef ATOLL_CATALOG_API_TOKEN_H
#define ATOLL_CATALOG_API_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;
struct store_conn;

struct api_token_row {
	int64_t id, base_id;
	struct str app_name;
	enum permission permission;
	int64_t generation; /* grows with each change of the permission */
	struct str hash, box;
	struct str generated_by;      /* username */
	struct str generated_by_name; /* display name; absent when that account is gone */
	int64_t generated_at, last_access;
	struct str base_uuid, base_name, base_icon, base_color;
	bool is_trashed; /* the base is in the trash */
};

/* By hash or by number. *found tells whether there is one; of a trashed base too. */
bool api_token_by_hash(struct catalog *catalog, struct arena *arena, struct str hash, struct api_token_row *out,
		       bool *found, struct error *err);
bool api_token_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct api_token_row *out, bool *found,
		     struct error *err);
/* Inside a read or write: the token by base and name. Errors: E_api_token_not_found. */
bool api_token_load(struct store_conn *conn, struct arena *arena, int64_t base_id, struct str app_name,
		    struct api_token_row *out, struct error *err);
/* All of one base, oldest first. */
bool api_token_of_base(struct catalog *catalog, struct arena *arena, int64_t base_id, struct api_token_row **out,
		       size_t *count, struct error *err);

struct api_token_query {
	int64_t team_id;
	struct str search;          /* in app and base names, ignoring the case of ASCII letters; absent = all */
	struct str base_uuid;       /* absent = all */
	enum permission permission; /* PERM_NONE = all */
	int64_t unused_since;       /* last access before this instant; 0 = all */
	int page, per_page;         /* from 1 */
};

/* A page of the tokens of all living bases of a team, newest first; `total`: on all pages. */
bool api_token_of_team(struct catalog *catalog, struct arena *arena, const struct api_token_query *query,
		       struct api_token_row **out, size_t *count, int64_t *total, struct error *err);

/* Stores a new token from base_id, app_name, permission, hash, box and generated_by; fills the rest of *row.
 * Errors: E_base_not_found (or in the trash), E_app_name_exists. */
bool api_token_insert(struct catalog *catalog, struct arena *arena, struct api_token_row *row, struct error *err);
/* Sets the permission; a real change starts a new generation. Errors: E_api_token_not_found. */
bool api_token_change(struct catalog *catalog, struct arena *arena, int64_t base_id, struct str app_name,
		      enum permission permission, struct str actor, struct api_token_row *out, struct error *err);
/* Errors: E_api_token_not_found. */
bool api_token_delete(struct catalog *catalog, int64_t base_id, struct str app_name, struct str actor,
		      struct error *err);

struct api_token_access {
	int64_t token_id;
	int64_t at;
};

/* Writes last accesses, never to an earlier instant, all in one write. */
bool api_token_write_accesses(struct catalog *catalog, const struct api_token_access *accesses, size_t count,
			      struct error *err);

#endif
