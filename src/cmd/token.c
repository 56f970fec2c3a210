/* `atoll token ...`: the API tokens of a base from the command line. */
#include <stdio.h>

#include "auth/auth.h"
#include "catalog/base_entry.h"
#include "cmd/command.h"
#include "cmd/site.h"
#include "core/arena.h"
#include "core/clock.h"

static bool require(struct invocation *invocation, const char *option, struct str *out, struct error *err)
{
	*out = str_from_c(options_value(&invocation->options, option));
	return !str_is_empty(*out) ||
	       FAIL_WITH(err, bad_request, str_format(invocation->arena, "--%s is needed.", option));
}

/* The base of --base. */
static bool find_base(struct invocation *invocation, struct site *site, struct base_entry *out, struct error *err)
{
	struct str uuid;
	return require(invocation, "base", &uuid, err) &&
	       base_entry_by_uuid(site->catalog, invocation->arena, uuid, out, err);
}

static bool read_permission(struct invocation *invocation, enum permission *out, struct error *err)
{
	const char *text = options_value(&invocation->options, "permission");
	*out = PERM_RW;
	return !text || permission_parse(str_from_c(text), out) ||
	       FAIL_WITH(err, bad_request, STR("--permission must be r or rw."));
}

bool cmd_token_create(struct invocation *invocation, struct site *site, struct error *err)
{
	struct base_entry base;
	struct str name;
	enum permission permission;
	struct api_token token;
	if (!require(invocation, "name", &name, err) || !read_permission(invocation, &permission, err) ||
	    !find_base(invocation, site, &base, err) ||
	    !auth_create_api_token(site->auth, invocation->arena, base.id, name, permission, COMMAND_ACTOR, &token,
				   err))
		return false;
	printf("%.*s\n", STR_ARG(token.token));
	return true;
}

bool cmd_token_list(struct invocation *invocation, struct site *site, struct error *err)
{
	struct base_entry base;
	struct api_token *tokens = NULL;
	size_t count = 0;
	if (!find_base(invocation, site, &base, err) ||
	    !auth_list_api_tokens(site->auth, invocation->arena, base.id, &tokens, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		char made[CLOCK_TEXT_LEN], used[CLOCK_TEXT_LEN];
		(void)clock_format_zone_s(tokens[i].generated_at, made);
		(void)clock_format_zone_s(tokens[i].last_access, used);
		printf("%.*s\t%.*s\t%s\t%s\n", STR_ARG(tokens[i].app_name),
		       STR_ARG(permission_text(tokens[i].permission)), made, used);
	}
	return true;
}

bool cmd_token_delete(struct invocation *invocation, struct site *site, struct error *err)
{
	struct base_entry base;
	struct str name;
	return require(invocation, "name", &name, err) && find_base(invocation, site, &base, err) &&
	       auth_delete_api_token(site->auth, base.id, name, COMMAND_ACTOR, err);
}
