/* `atoll base ...`: the directory of bases from the command line. A base is named by its uuid; the first column of
 * every list, and what `create` and `copy` print, is that uuid. */
#include <stdio.h>

#include "api/base_lifecycle.h"
#include "catalog/account.h"
#include "catalog/base_entry.h"
#include "catalog/workspace.h"
#include "cmd/command.h"
#include "cmd/site.h"
#include "core/arena.h"

/* ---- list ---- */

static void print_entry(const struct base_entry *entry)
{
	struct str owner = entry->group_id ? entry->group_name : entry->owner_name;
	printf("%.*s\t%lld\t%.*s\t%.*s\n", STR_ARG(entry->uuid), (long long)entry->workspace_id, STR_ARG(entry->name),
	       STR_ARG(owner));
}

bool cmd_base_list(struct invocation *invocation, struct site *site, struct error *err)
{
	bool trash = options_value(&invocation->options, "trash") != NULL;
	struct base_query query = { .list = trash ? TRASH_OF_ALL : BASES_OF_ALL };
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!base_entry_list(site->catalog, invocation->arena, &query, &entries, &count, NULL, err))
		return false;
	for (size_t i = 0; i < count; i++)
		print_entry(&entries[i]);
	return true;
}

/* ---- create, copy ---- */

static bool parse_id(struct arena *arena, const char *option, const char *text, int64_t *out, struct error *err)
{
	if (str_to_int64(str_from_c(text), out))
		return true;
	return FAIL_WITH(err, bad_request, str_format(arena, "--%s must be a number, not \"%s\".", option, text));
}

/* The workspace that one of --owner, --group and --workspace names. */
static bool find_workspace(struct invocation *invocation, struct catalog *catalog, struct workspace *out,
			   struct error *err)
{
	struct arena *arena = invocation->arena;
	const char *owner = options_value(&invocation->options, "owner");
	const char *group = options_value(&invocation->options, "group");
	const char *workspace = options_value(&invocation->options, "workspace");
	int64_t id = 0;
	if ((owner != NULL) + (group != NULL) + (workspace != NULL) != 1)
		return FAIL_WITH(err, bad_request, STR("Say where: one of --owner, --group and --workspace."));
	if (workspace)
		return parse_id(arena, "workspace", workspace, &id, err) &&
		       workspace_by_id(catalog, arena, id, out, err);
	if (group)
		return parse_id(arena, "group", group, &id, err) && workspace_of_group(catalog, arena, id, out, err);
	struct account account;
	return account_find(catalog, arena, str_from_c(owner), &account, err) &&
	       workspace_of_account(catalog, arena, account.id, out, err);
}

bool cmd_base_create(struct invocation *invocation, struct site *site, struct error *err)
{
	struct workspace workspace = { 0 };
	struct base_entry_new wanted = { 0 };
	struct base_entry entry = { 0 };
	struct str name = str_from_c(invocation->options.arguments[0]);
	if (!base_entry_check_name(name, "name", &wanted.name, err) ||
	    !find_workspace(invocation, site->catalog, &workspace, err))
		return false;
	wanted.workspace_id = workspace.id;
	wanted.creator_id = workspace.account_id;
	if (!base_lifecycle_create(site->catalog, site->bases, invocation->arena, &wanted, COMMAND_ACTOR, &entry, err))
		return false;
	printf("%.*s\n", STR_ARG(entry.uuid));
	return true;
}

/* What a copy is to be: the options say more than the original. */
static bool read_copy(struct invocation *invocation, const struct base_entry *source, struct base_entry_new *out,
		      struct error *err)
{
	const char *name = options_value(&invocation->options, "name");
	const char *workspace = options_value(&invocation->options, "workspace");
	*out = (struct base_entry_new){ .workspace_id = source->workspace_id,
					.name = source->name,
					.icon = source->icon,
					.color = source->color,
					.creator_id = source->creator_id,
					.rename_when_taken = name == NULL };
	if (workspace && !parse_id(invocation->arena, "workspace", workspace, &out->workspace_id, err))
		return false;
	return !name || base_entry_check_name(str_from_c(name), "name", &out->name, err);
}

bool cmd_base_copy(struct invocation *invocation, struct site *site, struct error *err)
{
	struct str uuid = str_from_c(invocation->options.arguments[0]);
	struct base_entry source, entry;
	struct base_entry_new wanted;
	if (!base_entry_by_uuid(site->catalog, invocation->arena, uuid, &source, err) ||
	    !read_copy(invocation, &source, &wanted, err) ||
	    !base_lifecycle_copy(site->catalog, site->bases, invocation->arena, source.uuid, &wanted, COMMAND_ACTOR,
				 &entry, err))
		return false;
	printf("%.*s\n", STR_ARG(entry.uuid));
	return true;
}

/* ---- the trash ---- */

bool cmd_base_delete(struct invocation *invocation, struct site *site, struct error *err)
{
	struct str uuid = str_from_c(invocation->options.arguments[0]);
	struct base_entry entry = { 0 };
	return base_entry_by_uuid(site->catalog, invocation->arena, uuid, &entry, err) &&
	       base_entry_trash(site->catalog, entry.id, COMMAND_ACTOR, err);
}

bool cmd_base_restore(struct invocation *invocation, struct site *site, struct error *err)
{
	struct str uuid = str_from_c(invocation->options.arguments[0]);
	struct base_entry entry = { 0 };
	if (!base_entry_trashed_by_uuid(site->catalog, invocation->arena, uuid, &entry, err) ||
	    !base_entry_restore(site->catalog, invocation->arena, entry.id, COMMAND_ACTOR, &entry, err))
		return false;
	printf("%.*s\n", STR_ARG(entry.name));
	return true;
}
