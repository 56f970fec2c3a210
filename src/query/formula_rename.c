/* A column's new name in the formulas that name it (formulas.md 6). */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "query/formula_node.h"

enum { MAX_TEXT = FORMULA_MAX_CHARS * 64 };

static int compare_places(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return (x->at.at > y->at.at) - (x->at.at < y->at.at);
}

/* Could the name be read again where it is written? */
static bool can_be_written(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (strchr("{}.\"'\\", name.at[i]))
			return false;
	return true;
}

static bool lies_in(struct str part, struct str text)
{
	return part.at >= text.at && part.at + part.len <= text.at + text.len;
}

static struct str splice(struct arena *arena, struct str text, const struct names *names, const struct column *renamed,
			 struct str new_name)
{
	const char *rest = text.at;
	struct str result;
	struct buf buf;

	buf_init(&buf, MAX_TEXT);
	for (size_t i = 0; i < names->count; i++) {
		const struct name *name = &names->list[i];

		if (name->column != renamed || !lies_in(name->at, text) || name->at.at < rest)
			continue;
		buf_append(&buf, rest, (size_t)(name->at.at - rest));
		buf_append_str(&buf, new_name);
		rest = name->at.at + name->at.len;
	}
	buf_append(&buf, rest, (size_t)(text.at + text.len - rest));
	result = buf_failed(&buf) ? text : str_copy(arena, buf_str(&buf));
	buf_free(&buf);
	return result;
}

struct str formula_rename(struct arena *arena, const struct table *table, const struct column *holder,
			  const struct column *renamed, struct str new_name)
{
	struct str text = json_get_str(holder->data_tree, "formula");
	struct formula_sql nowhere;
	struct names names = { 0 };
	struct error ignored;
	struct scope scope = { &nowhere, table, NULL, 0, &ignored, &names };
	struct node *node;

	if (!text.at || !can_be_written(new_name))
		return text;
	formula_sql_init(&nowhere, arena, 0, 1);
	formula_check_begin(&nowhere, holder);
	node = formula_load(&scope, holder->type, holder->data_tree);
	if (node)
		(void)formula_check(&scope, node); /* what it met before it failed is renamed all the same */
	formula_sql_free(&nowhere);
	if (names.count == 0)
		return text;
	qsort(names.list, names.count, sizeof(names.list[0]), compare_places);
	return splice(arena, text, &names, renamed, new_name);
}
