#include "query/index_use.h"

bool index_fits(const struct column *column)
{
	enum column_storage storage = column->type->storage;

	return (storage == STORED_TEXT || storage == STORED_NUMBER) && column->type->id != TYPE_long_text;
}

struct index_use *index_use_add(struct index_uses *uses, enum index_use_kind kind, int source,
				const struct table *table, const struct column *column)
{
	struct index_use *use;

	if (uses->count == INDEX_USES_MAX || !index_fits(column))
		return NULL;
	use = &uses->at[uses->count++];
	*use = (struct index_use){ .kind = kind, .source = source, .table = table, .column = column };
	return use;
}

struct formula_value index_text(struct str text)
{
	return (struct formula_value){ .type = FORMULA_TEXT, .text = text };
}

struct formula_value index_number(double number)
{
	return (struct formula_value){ .type = FORMULA_NUMBER, .number = number };
}
