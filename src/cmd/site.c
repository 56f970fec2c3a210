/* Opening a data folder part by part, and giving the parts back in reverse. */
#include "cmd/site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/registry.h"
#include "catalog/catalog.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/str.h"

enum {
	BASE_WAIT_MS = 5000
}; /* requests are short: a place among the open bases comes free soon, or something is wrong */

static bool open_bases(const struct settings *settings, bool is_server, struct site *site, struct error *err)
{
	struct base_registry_config config = {
		.data = site->data,
		.max_open = (int)settings->max_open_bases,
		.wait_ms = BASE_WAIT_MS,
		.idle_seconds = (int)settings->base_idle_seconds,
		.max_readers = (int)settings->readers_per_base,
		.cache_kib = (int)(settings->base_cache / 1024),
		.is_sole_user = is_server,
	};
	return base_registry_new(&config, &site->bases, err);
}

/* The folder is there (and the server's lock held): opens the parts in it. */
static bool open_parts(const struct settings *settings, unsigned parts, struct site *site, struct error *err)
{
	if (!catalog_open(site->data, &site->catalog, err))
		return false;
	struct str secret = str_from_c(getenv("ATOLL_SECRET_KEY"));
	if ((parts & SITE_AUTH) && !auth_open(site->catalog, site->data, secret, &site->auth, err))
		return false;
	return !(parts & SITE_BASES) || open_bases(settings, site->lock >= 0, site, err);
}

static bool set_zone(struct arena *arena, const struct settings *settings, struct error *err)
{
	if (clock_set_zone(settings->time_zone))
		return true;
	return FAIL_WITH(err, bad_request, str_format(arena, "There is no time zone \"%s\".", settings->time_zone));
}

bool site_open(struct arena *arena, const struct settings *settings, unsigned parts, struct site *out,
	       struct error *err)
{
	*out = (struct site){ .data = settings->data, .lock = -1 };
	struct str catalog = str_format(arena, "%s/catalog.db", settings->data);
	if (access(catalog.at, F_OK) != 0)
		return FAIL_WITH(err, bad_request,
				 str_format(arena,
					    "\"%s\" holds no data of Atoll; --data names the folder that "
					    "`atoll serve` has made.",
					    settings->data));
	if (set_zone(arena, settings, err) && open_parts(settings, parts, out, err))
		return true;
	site_close(out);
	return false;
}

/* Takes DIR/lock, which the process holds until it ends. The file says who has it. */
static bool lock_folder(struct arena *arena, struct site *site, struct error *err)
{
	struct str path = str_format(arena, "%s/lock", site->data);
	site->lock = open(path.at, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (site->lock < 0)
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "\"%s\" can't be written: %s.", site->data, strerror(errno)));
	if (flock(site->lock, LOCK_EX | LOCK_NB) != 0) {
		char owner[16] = { 0 };
		ssize_t len = read(site->lock, owner, sizeof(owner) - 1);
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "Another server works on \"%s\" (process %.*s).", site->data,
					    len > 0 ? (int)strcspn(owner, "\n") : 1, len > 0 ? owner : "?"));
	}
	struct str process = str_format(arena, "%ld\n", (long)getpid());
	if (ftruncate(site->lock, 0) != 0 || write(site->lock, process.at, process.len) != (ssize_t)process.len)
		return FAIL(err, storage_full);
	return true;
}

bool site_open_server(struct arena *arena, const struct settings *settings, struct site *out, struct error *err)
{
	*out = (struct site){ .data = settings->data, .lock = -1 };
	if (mkdir(settings->data, 0700) != 0 && errno != EEXIST)
		return FAIL_WITH(err, bad_request,
				 str_format(arena, "\"%s\" can't be made: %s.", settings->data, strerror(errno)));
	if (set_zone(arena, settings, err) && lock_folder(arena, out, err) &&
	    open_parts(settings, SITE_AUTH | SITE_BASES, out, err))
		return true;
	site_close(out);
	return false;
}

void site_close(struct site *site)
{
	if (site->bases)
		base_registry_free(&site->bases);
	if (site->auth)
		auth_close(&site->auth);
	if (site->catalog)
		catalog_close(&site->catalog);
	if (site->lock >= 0)
		close(site->lock);
	site->lock = -1;
}
