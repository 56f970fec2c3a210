/* The catalog's file, and what all of its parts share: permissions, names, and the number that tells caches that
 * somebody's rights may have changed. */
#include "catalog/catalog.h"

#include <assert.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/embed.h"
#include "store/store.h"

enum {
	CATALOG_APPLICATION_ID = 0x41544f43, /* "ATOC" */
	NAME_MAX_CHARS = 255,
	JOB_MEMORY = 64 * 1024,
};

EMBED(catalog_schema_1, "src/catalog/schema/001_catalog.sql");
EMBED(catalog_schema_2, "src/catalog/schema/002_account_generation.sql");
EMBED(catalog_schema_3, "src/catalog/schema/003_session.sql");

struct catalog {
	struct store_db *db;
	atomic_uint_fast64_t rights_version;
	int64_t data_version; /* as catalog_watch() last saw it */
};

/* ---- permissions and names ---- */

struct str permission_text(enum permission permission)
{
	switch (permission) {
	case PERM_NONE:
		return STR("");
	case PERM_R:
		return STR("r");
	case PERM_RW:
		return STR("rw");
	}
	assert(false);
	return STR("");
}

bool permission_parse(struct str text, enum permission *out)
{
	for (enum permission p = PERM_R; p <= PERM_RW; p++) {
		if (str_equal(text, permission_text(p))) {
			*out = p;
			return true;
		}
	}
	return false;
}

/* Has the text a control character of C0 or C1, or DEL? */
static bool has_control(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.at[i];
		if (byte < 0x20 || byte == 0x7f)
			return true;
		if (byte == 0xc2 && i + 1 < text.len && (unsigned char)text.at[i + 1] < 0xa0)
			return true;
	}
	return false;
}

bool catalog_check_name(struct str text, const char *param, struct str *name, struct error *err)
{
	struct str trimmed = str_trim(text);
	if (str_is_empty(trimmed) || !str_is_utf8(trimmed) || has_control(trimmed) ||
	    str_prefix_chars(trimmed, NAME_MAX_CHARS).len < trimmed.len)
		return FAIL_WITH(err, param_invalid, str_from_c(param));
	*name = trimmed;
	return true;
}

/* ---- the file ---- */

bool catalog_open(const char *data, struct catalog **out, struct error *err)
{
	const struct str migrations[] = { EMBED_STR(catalog_schema_1), EMBED_STR(catalog_schema_2),
					  EMBED_STR(catalog_schema_3) };
	const struct store_schema schema = {
		.application_id = CATALOG_APPLICATION_ID,
		.migrations = migrations,
		.version = sizeof(migrations) / sizeof(migrations[0]),
	};
	const struct store_options options = { .mode = STORE_OPEN_OR_CREATE, .max_readers = 8, .cache_kib = 2048 };
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/catalog.db", data);
	if (len < 0 || (size_t)len >= sizeof(path))
		return FAIL(err, storage_failed);

	struct catalog *catalog = calloc(1, sizeof(*catalog));
	if (!catalog)
		abort();
	atomic_init(&catalog->rights_version, 1);
	if (!store_open(path, &schema, &options, &catalog->db, err) ||
	    !store_data_version(catalog->db, &catalog->data_version, err)) {
		catalog_close(&catalog);
		return false;
	}
	*out = catalog;
	return true;
}

void catalog_close(struct catalog **catalog)
{
	if (!*catalog)
		return;
	if ((*catalog)->db)
		store_close(&(*catalog)->db);
	free(*catalog);
	*catalog = NULL;
}

struct store_db *catalog_db(struct catalog *catalog)
{
	return catalog->db;
}

/* ---- changes of rights ---- */

uint64_t catalog_rights_version(const struct catalog *catalog)
{
	return atomic_load(&catalog->rights_version);
}

void catalog_rights_changed(struct catalog *catalog)
{
	atomic_fetch_add(&catalog->rights_version, 1);
}

bool catalog_write(struct catalog *catalog, store_job job, void *ctx, struct error *err)
{
	if (!store_write(catalog->db, job, ctx, err))
		return false;
	catalog_rights_changed(catalog);
	return true;
}

bool catalog_write_alone(struct catalog *catalog, store_job job, void *ctx, struct arena **arena, struct error *err)
{
	*arena = arena_new(JOB_MEMORY);
	bool ok = catalog_write(catalog, job, ctx, err);
	arena_free(arena);
	return ok;
}

void catalog_watch(struct catalog *catalog)
{
	struct error err;
	int64_t now = catalog->data_version;
	/* When the file can't be read, nothing cached may be trusted either. */
	if (store_data_version(catalog->db, &now, &err) && now == catalog->data_version)
		return;
	catalog->data_version = now;
	catalog_rights_changed(catalog);
}
