/* The table of column types, from its rows in defs/column_types.def. */
#include "model/column_type.h"

#include "core/id.h"

#include <assert.h>
#include <stddef.h>

#include "model/cell_types.h"

static const struct column_type types[COLUMN_TYPE_COUNT] = {
#define COLUMN_TYPE(id, name, storage, sqlite, writable, first, create, data, key, read, write, display)               \
	[TYPE_##id] = { TYPE_##id, storage, name, sqlite, writable, first, create, data, key, read, write, display },
#include "defs/column_types.def"
#undef COLUMN_TYPE
};

const struct column_type *column_type_by_id(enum column_type_id id)
{
	assert((unsigned)id < COLUMN_TYPE_COUNT);
	return &types[id];
}

const struct column_type *column_type_by_name(struct str name)
{
	for (size_t i = 0; i < COLUMN_TYPE_COUNT; i++)
		if (str_equal_c(name, types[i].name))
			return &types[i];
	return NULL;
}

bool key_is_safe(struct str key)
{
	if (id_is_short(key))
		return true;
	for (int id = 0; id < COLUMN_TYPE_COUNT; id++) {
		const char *system_key = column_type_by_id((enum column_type_id)id)->system_key;

		if (system_key && str_equal_c(key, system_key))
			return true;
	}
	return false;
}
