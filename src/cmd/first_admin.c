/* Making the first team and its admin. A password that is made up has 20 letters and digits: 119 bits. */
#include "cmd/first_admin.h"

#include <stdio.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "catalog/account.h"
#include "catalog/catalog.h"
#include "catalog/team.h"
#include "core/arena.h"
#include "core/id.h"

#define FALLBACK_EMAIL "admin@example.org"

enum { PASSWORD_PARTS = 5 };

/* Is there no account yet? */
static bool is_new(struct arena *arena, struct catalog *catalog, bool *out, struct error *err)
{
	struct account_query query = { .page = 1, .per_page = 1 };
	struct account *accounts = NULL;
	size_t count = 0;
	if (!account_list(catalog, arena, &query, &accounts, &count, NULL, err))
		return false;
	*out = count == 0;
	return true;
}

static struct str make_up_password(struct arena *arena)
{
	struct str password = STR("");
	for (int i = 0; i < PASSWORD_PARTS; i++) {
		char part[ID_SHORT_LEN + 1];
		id_new_short(part);
		password = str_format(arena, "%.*s%s", STR_ARG(password), part);
	}
	return password;
}

/* The first team; a start that was cut off may have made it already. */
static bool find_team(struct arena *arena, struct catalog *catalog, struct team *out, struct error *err)
{
	struct team *teams = NULL;
	size_t count = 0;
	if (!team_list(catalog, arena, &teams, &count, err))
		return false;
	if (count > 0) {
		*out = teams[0];
		return true;
	}
	return team_create(catalog, arena, STR("Team"), STR("first start"), out, err);
}

static bool make(struct arena *arena, struct catalog *catalog, struct str email, struct str password,
		 struct account *out, struct error *err)
{
	struct team team;
	struct account_new wanted = { .name = STR("Admin"), .is_team_admin = true, .is_system_admin = true };
	if (!account_check_email(email, "ATOLL_ADMIN_EMAIL", &wanted.contact_email, err) ||
	    !auth_hash_password(arena, password, &wanted.password_hash, err) || !find_team(arena, catalog, &team, err))
		return false;
	wanted.team_id = team.id;
	return account_create(catalog, arena, &wanted, STR("first start"), out, err);
}

bool first_admin_make(struct arena *arena, struct catalog *catalog, struct error *err)
{
	bool wanted = false;
	if (!is_new(arena, catalog, &wanted, err))
		return false;
	if (!wanted)
		return true;
	struct account admin;
	struct str email = str_from_c(getenv("ATOLL_ADMIN_EMAIL"));
	struct str password = str_from_c(getenv("ATOLL_ADMIN_PASSWORD"));
	bool made_up = str_is_empty(password);
	if (str_is_empty(email))
		email = STR(FALLBACK_EMAIL);
	if (made_up)
		password = make_up_password(arena);
	if (!make(arena, catalog, email, password, &admin, err))
		return false;
	if (made_up)
		printf("first admin: %.*s, password: %.*s (shown this once)\n", STR_ARG(admin.contact_email),
		       STR_ARG(password));
	return true;
}
