/* `atoll token ...`: the API tokens of a base from the command line. */
#include <stdio.h>

#include "auth/auth.h"
#include "catalog/base_entry.h"
#include "cmd/command.h"
#include "cmd/site.h"
#include "core/arena.h"
#include "core/clock.h"

/* What each of the commands works on. */
struct target {
	struct site site;
	struct base_entry base;
};

static bool require(struct invocation *invocation, const char *option, struct str *out, struct error *err)
{
	*out = str_from_c(options_value(&invocation->options, option));
	return !str_is_empty(*out) ||
	       FAIL_WITH(err, bad_request, str_format(invocation->arena, "--%s is needed.", option));
}

static bool open_target(struct invocation *invocation, struct target *out, struct error *err)
{
	struct str uuid;
	if (!require(invocation, "base", &uuid, err) ||
	    !site_open(invocation->arena, &invocation->settings, SITE_AUTH, &out->site, err))
		return false;
	if (base_entry_by_uuid(out->site.catalog, invocation->arena, uuid, &out->base, err))
		return true;
	site_close(&out->site);
	return false;
}

static bool read_permission(struct invocation *invocation, enum permission *out, struct error *err)
{
	const char *text = options_value(&invocation->options, "permission");
	*out = PERM_RW;
	return !text || permission_parse(str_from_c(text), out) ||
	       FAIL_WITH(err, bad_request, STR("--permission must be r or rw."));
}

bool cmd_token_create(struct invocation *invocation, struct error *err)
{
	struct target target;
	struct str name;
	enum permission permission;
	struct api_token token;
	if (!require(invocation, "name", &name, err) || !read_permission(invocation, &permission, err) ||
	    !open_target(invocation, &target, err))
		return false;
	bool ok = auth_create_api_token(target.site.auth, invocation->arena, target.base.id, name, permission,
					COMMAND_ACTOR, &token, err);
	if (ok)
		printf("%.*s\n", STR_ARG(token.token));
	site_close(&target.site);
	return ok;
}

bool cmd_token_list(struct invocation *invocation, struct error *err)
{
	struct target target;
	struct api_token *tokens = NULL;
	size_t count = 0;
	if (!open_target(invocation, &target, err))
		return false;
	bool ok = auth_list_api_tokens(target.site.auth, invocation->arena, target.base.id, &tokens, &count, err);
	for (size_t i = 0; ok && i < count; i++) {
		char made[CLOCK_TEXT_LEN], used[CLOCK_TEXT_LEN];
		(void)clock_format_zone_s(tokens[i].generated_at, made);
		(void)clock_format_zone_s(tokens[i].last_access, used);
		printf("%.*s\t%.*s\t%s\t%s\n", STR_ARG(tokens[i].app_name),
		       STR_ARG(permission_text(tokens[i].permission)), made, used);
	}
	site_close(&target.site);
	return ok;
}

bool cmd_token_delete(struct invocation *invocation, struct error *err)
{
	struct target target;
	struct str name;
	if (!require(invocation, "name", &name, err) || !open_target(invocation, &target, err))
		return false;
	bool ok = auth_delete_api_token(target.site.auth, target.base.id, name, COMMAND_ACTOR, err);
	site_close(&target.site);
	return ok;
}
