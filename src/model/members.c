/* Writing and reading objects with known and echoed members. */
#include "model/members.h"

#include <string.h>

#include "core/error.h"
#include "core/json_in.h"

const struct member *member_find(const struct member *known, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(known[i].key, key) == 0)
			return &known[i];
	return NULL;
}

void members_write(const struct member *known, size_t count, const cJSON *tree, struct json_out *out)
{
	const cJSON *member;

	for (size_t i = 0; i < count; i++) {
		const cJSON *stored = known[i].written_by_us ? NULL : json_get(tree, known[i].key);
		if (!stored && !known[i].fallback)
			continue;
		json_key(out, known[i].key);
		if (stored)
			json_tree(out, stored);
		else
			json_raw(out, str_from_c(known[i].fallback));
	}
	cJSON_ArrayForEach(member, tree)
	{
		if (member_find(known, count, member->string))
			continue;
		json_key_str(out, str_from_c(member->string));
		json_tree(out, member);
	}
}

const cJSON *object_parse(struct arena *arena, struct str text)
{
	struct error err;
	cJSON *tree;

	if (text.len == 0 || !json_parse(arena, text, &tree, &err) || !cJSON_IsObject(tree))
		return NULL;
	return tree;
}
