/* `atoll check`: is everything as it should be? SQLite's own checks and ours, for the catalog and every base, those of
 * the trash too; files that no base of the catalog belongs to; bases without a file. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/registry.h"
#include "catalog/base_entry.h"
#include "cmd/command.h"
#include "cmd/site.h"
#include "core/arena.h"
#include "core/id.h"
#include "core/map.h"
#include "store/store.h"

struct check {
	struct arena *arena;
	const struct site *site;
	struct map *known; /* uuids of the catalog */
	int findings;
};

static void report(struct check *check, const char *what, struct str findings)
{
	printf("%s: %s%.*s\n", what, findings.len > 0 ? "\n" : "sound", STR_ARG(findings));
	check->findings += findings.len > 0;
}

static bool check_catalog(struct check *check, struct error *err)
{
	struct str findings;
	if (!store_check(catalog_db(check->site->catalog), check->arena, &findings, err))
		return false;
	report(check, "catalog", findings);
	return true;
}

/* One base. That it can't even be opened is a finding, not a failure of the check. */
static void check_base(struct check *check, const struct base_entry *entry)
{
	struct error err = { 0 };
	struct str findings;
	struct str what = str_format(check->arena, "base %.*s \"%.*s\"%s", STR_ARG(entry->uuid), STR_ARG(entry->name),
				     entry->deleted_at ? " (trash)" : "");
	if (!base_registry_check(check->site->bases, entry->uuid, check->arena, &findings, &err))
		findings = str_from_c(err.message);
	report(check, what.at, findings);
	(void)map_put(check->known, entry->uuid, check);
}

static bool check_list(struct check *check, enum base_list list, struct error *err)
{
	struct base_query query = { .list = list };
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!base_entry_list(check->site->catalog, check->arena, &query, &entries, &count, NULL, err))
		return false;
	for (size_t i = 0; i < count; i++)
		check_base(check, &entries[i]);
	return true;
}

/* Files "<uuid>.db" that no base belongs to. A server that makes a base just now writes its file first: look again. */
static bool check_orphans(struct check *check, struct error *err)
{
	struct str path = str_format(check->arena, "%s/bases", check->site->data);
	DIR *folder = opendir(path.at);
	if (!folder)
		return errno == ENOENT || FAIL(err, storage_failed);
	for (const struct dirent *file = readdir(folder); file; file = readdir(folder)) {
		struct str name = str_from_c(file->d_name);
		char uuid[ID_UUID_LEN + 1];
		struct error ignored;
		struct base_entry entry;
		if (!str_ends_with(name, STR(".db")) || !id_parse_uuid(str_slice(name, 0, name.len - 3), uuid))
			continue;
		struct str id = str_from_c(uuid);
		if (map_get(check->known, id) ||
		    base_entry_by_uuid(check->site->catalog, check->arena, id, &entry, &ignored) ||
		    base_entry_trashed_by_uuid(check->site->catalog, check->arena, id, &entry, &ignored))
			continue;
		printf("file %s/%s belongs to no base of the catalog\n", path.at, file->d_name);
		check->findings++;
	}
	closedir(folder);
	return true;
}

static bool check_all(struct check *check, struct error *err)
{
	return check_catalog(check, err) && check_list(check, BASES_OF_ALL, err) &&
	       check_list(check, TRASH_OF_ALL, err) && check_orphans(check, err);
}

static bool check_one(struct check *check, const char *uuid, struct error *err)
{
	struct base_entry entry;
	if (!base_entry_by_uuid(check->site->catalog, check->arena, str_from_c(uuid), &entry, err) &&
	    !base_entry_trashed_by_uuid(check->site->catalog, check->arena, str_from_c(uuid), &entry, err))
		return false;
	check_base(check, &entry);
	return true;
}

bool cmd_check(struct invocation *invocation, struct site *site, struct error *err)
{
	struct check check = { .arena = invocation->arena, .site = site, .known = map_new(invocation->arena, 64) };
	bool one = invocation->options.argument_count == 1;
	bool ok = one ? check_one(&check, invocation->options.arguments[0], err) : check_all(&check, err);
	if (ok && check.findings > 0) {
		err->code = E_NONE; /* the findings have said it */
		return false;
	}
	return ok;
}
