/* `atoll backup DIR`: a copy of the data folder while a server works on it. The catalog comes first and then every base
 * that it lists, each at one snapshot of its own, so a base in the copy is never older than what the copied catalog
 * says of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/registry.h"
#include "catalog/base_entry.h"
#include "cmd/command.h"
#include "cmd/site.h"
#include "core/arena.h"
#include "store/store.h"

enum { SECRET_MAX_BYTES = 4096 };

struct backup {
	struct arena *arena;
	const struct site *site;
	const char *to;
	int copied, failed;
};

static bool make_folder(struct arena *arena, const char *path, struct error *err)
{
	if (mkdir(path, 0700) == 0)
		return true;
	return FAIL_WITH(err, bad_request, str_format(arena, "\"%s\" can't be made: %s.", path, strerror(errno)));
}

/* The file secret.key. Without it the key is in ATOLL_SECRET_KEY, which the operator keeps. */
static bool copy_secret(struct backup *backup, struct error *err)
{
	struct str from = str_format(backup->arena, "%s/secret.key", backup->site->data);
	struct str to = str_format(backup->arena, "%s/secret.key", backup->to);
	char bytes[SECRET_MAX_BYTES];
	int in = open(from.at, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return errno == ENOENT || FAIL(err, storage_failed);
	ssize_t len = read(in, bytes, sizeof(bytes));
	close(in);
	int out = open(to.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok = len > 0 && out >= 0 && write(out, bytes, (size_t)len) == len;
	if (out >= 0 && close(out) != 0)
		ok = false;
	return ok || FAIL(err, storage_failed);
}

/* A base that can't be copied is told and counted; the others are copied all the same. */
static void copy_base(struct backup *backup, const struct base_entry *entry)
{
	struct error err = { 0 };
	struct str path = str_format(backup->arena, "%s/bases/%.*s.db", backup->to, STR_ARG(entry->uuid));
	if (base_registry_backup(backup->site->bases, entry->uuid, path.at, &err)) {
		backup->copied++;
		return;
	}
	(void)fprintf(stderr, "base %.*s \"%.*s\": %s\n", STR_ARG(entry->uuid), STR_ARG(entry->name), err.message);
	backup->failed++;
}

static bool copy_bases(struct backup *backup, enum base_list list, struct error *err)
{
	struct base_query query = { .list = list };
	struct base_entry *entries = NULL;
	size_t count = 0;
	if (!base_entry_list(backup->site->catalog, backup->arena, &query, &entries, &count, NULL, err))
		return false;
	for (size_t i = 0; i < count; i++)
		copy_base(backup, &entries[i]);
	return true;
}

/* Waits until the copy is on the disk. */
static bool sync_copy(const struct backup *backup, struct error *err)
{
	int folder = open(backup->to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = folder >= 0 && syncfs(folder) == 0;
	if (folder >= 0)
		close(folder);
	return ok || FAIL(err, storage_failed);
}

static bool copy_all(struct backup *backup, struct error *err)
{
	struct str bases = str_format(backup->arena, "%s/bases", backup->to);
	struct str catalog = str_format(backup->arena, "%s/catalog.db", backup->to);
	return make_folder(backup->arena, backup->to, err) && make_folder(backup->arena, bases.at, err) &&
	       store_copy_file(catalog_db(backup->site->catalog), catalog.at, err) && copy_secret(backup, err) &&
	       copy_bases(backup, BASES_OF_ALL, err) && copy_bases(backup, TRASH_OF_ALL, err) && sync_copy(backup, err);
}

bool cmd_backup(struct invocation *invocation, struct site *site, struct error *err)
{
	struct backup backup = { .arena = invocation->arena, .site = site, .to = invocation->options.arguments[0] };
	if (!copy_all(&backup, err))
		return false;
	printf("copied the catalog and %d base%s to %s\n", backup.copied, backup.copied == 1 ? "" : "s", backup.to);
	err->code = E_NONE; /* each base that failed has been told */
	return backup.failed == 0;
}
