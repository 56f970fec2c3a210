/* Teams: what SeaTable's API calls organizations. People see only the people of their own team. Contract: auth.md 8. */
#ifndef ATOLL_CATALOG_TEAM_H
#define ATOLL_CATALOG_TEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct arena;
struct catalog;

struct team {
	int64_t id;
	struct str name;
	int64_t created_at;
	int64_t members, active_members;
	int64_t bases; /* alive */
};

/* Errors: E_team_not_found. */
bool team_by_id(struct catalog *catalog, struct arena *arena, int64_t id, struct team *out, struct error *err);
bool team_by_name(struct catalog *catalog, struct arena *arena, struct str name, struct team *out, struct error *err);
/* All teams by id. */
bool team_list(struct catalog *catalog, struct arena *arena, struct team **out, size_t *count, struct error *err);
/* `name` is checked (catalog_check_name()). Errors: E_team_exists. */
bool team_create(struct catalog *catalog, struct arena *arena, struct str name, struct str actor, struct team *out,
		 struct error *err);

#endif
