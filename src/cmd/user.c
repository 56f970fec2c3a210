/* `atoll user ...`: accounts from the command line, named by their email address. */
#include <stdio.h>

#include "catalog/account.h"
#include "catalog/catalog.h"
#include "catalog/team.h"
#include "cmd/command.h"
#include "cmd/password.h"
#include "cmd/site.h"
#include "core/arena.h"

/* ---- add ---- */

/* The team of --team, or the only one there is. */
static bool choose_team(struct invocation *invocation, struct catalog *catalog, int64_t *id, struct error *err)
{
	const char *name = options_value(&invocation->options, "team");
	struct team team, *teams = NULL;
	size_t count = 0;
	if (name) {
		bool found = team_by_name(catalog, invocation->arena, str_from_c(name), &team, err);
		*id = found ? team.id : 0;
		return found;
	}
	if (!team_list(catalog, invocation->arena, &teams, &count, err))
		return false;
	if (count != 1)
		return FAIL_WITH(err, bad_request, STR("There is not just one team: say which with --team."));
	*id = teams[0].id;
	return true;
}

/* --name, else what stands before the @. */
static bool choose_name(struct invocation *invocation, struct str email, struct str *out, struct error *err)
{
	const char *name = options_value(&invocation->options, "name");
	struct str wanted = name ? str_from_c(name) : str_slice(email, 0, str_find_byte(email, '@', 0));
	return catalog_check_name(wanted, "name", out, err);
}

bool cmd_user_add(struct invocation *invocation, struct site *site, struct error *err)
{
	bool admin = options_value(&invocation->options, "admin") != NULL;
	bool team_admin = options_value(&invocation->options, "team-admin") != NULL;
	struct account_new wanted = { .is_system_admin = admin, .is_team_admin = admin || team_admin };
	struct str email = str_from_c(invocation->options.arguments[0]);
	struct account account;
	return account_check_email(email, "EMAIL", &wanted.contact_email, err) &&
	       choose_name(invocation, wanted.contact_email, &wanted.name, err) &&
	       choose_team(invocation, site->catalog, &wanted.team_id, err) &&
	       password_read_hash(invocation, &wanted.password_hash, err) &&
	       account_create(site->catalog, invocation->arena, &wanted, COMMAND_ACTOR, &account, err);
}

/* ---- list ---- */

static void print_account(const struct account *account)
{
	printf("%.*s\t%.*s\t%s%s%s\t%.*s\n", STR_ARG(account->contact_email), STR_ARG(account->name),
	       account->is_active ? "active" : "inactive", account->is_team_admin ? ",team-admin" : "",
	       account->is_system_admin ? ",admin" : "", STR_ARG(account->username));
}

bool cmd_user_list(struct invocation *invocation, struct site *site, struct error *err)
{
	struct account_query query = { 0 };
	struct account *accounts = NULL;
	size_t count = 0;
	if (!account_list(site->catalog, invocation->arena, &query, &accounts, &count, NULL, err))
		return false;
	for (size_t i = 0; i < count; i++)
		print_account(&accounts[i]);
	return true;
}

/* ---- password, activate, deactivate ---- */

static bool find(struct invocation *invocation, struct site *site, struct account *out, struct error *err)
{
	return account_find(site->catalog, invocation->arena, str_from_c(invocation->options.arguments[0]), out, err);
}

bool cmd_user_password(struct invocation *invocation, struct site *site, struct error *err)
{
	struct account account;
	struct str hash;
	return find(invocation, site, &account, err) && password_read_hash(invocation, &hash, err) &&
	       account_set_password(site->catalog, account.id, hash, COMMAND_ACTOR, err);
}

static bool set_active(struct invocation *invocation, struct site *site, enum account_flag flag, struct error *err)
{
	struct account_change change = { .is_active = flag };
	struct account account;
	return find(invocation, site, &account, err) &&
	       account_change(site->catalog, invocation->arena, account.id, &change, COMMAND_ACTOR, &account, err);
}

bool cmd_user_activate(struct invocation *invocation, struct site *site, struct error *err)
{
	return set_active(invocation, site, FLAG_ON, err);
}

bool cmd_user_deactivate(struct invocation *invocation, struct site *site, struct error *err)
{
	return set_active(invocation, site, FLAG_OFF, err);
}
