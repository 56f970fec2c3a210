/* `atoll team ...` */
#include "catalog/team.h"

#include <stdio.h>

#include "catalog/catalog.h"
#include "cmd/command.h"
#include "cmd/site.h"

bool cmd_team_add(struct invocation *invocation, struct site *site, struct error *err)
{
	struct team team;
	struct str name;
	return catalog_check_name(str_from_c(invocation->options.arguments[0]), "NAME", &name, err) &&
	       team_create(site->catalog, invocation->arena, name, COMMAND_ACTOR, &team, err);
}

bool cmd_team_list(struct invocation *invocation, struct site *site, struct error *err)
{
	struct team *teams = NULL;
	size_t count = 0;
	if (!team_list(site->catalog, invocation->arena, &teams, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		printf("%lld\t%.*s\t%lld accounts\t%lld bases\n", (long long)teams[i].id, STR_ARG(teams[i].name),
		       (long long)teams[i].members, (long long)teams[i].bases);
	return true;
}
