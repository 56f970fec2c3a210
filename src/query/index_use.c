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

/* Gives `use` the bounds of another range on its column that it lacks; true when it is one. */
static bool take_bounds(struct index_use *use, const struct index_use *other)
{
	if (use->kind != INDEX_RANGE || other->kind != INDEX_RANGE || use->source != other->source ||
	    use->column != other->column)
		return false;
	if (!use->has_low)
		use->values[0] = other->values[0];
	if (!use->has_high)
		use->values[1] = other->values[1];
	use->has_low = use->has_low || other->has_low;
	use->has_high = use->has_high || other->has_high;
	return true;
}

void index_uses_join_ranges(struct index_uses *uses)
{
	for (int i = 0; i < uses->count; i++)
		for (int other = i + 1; other < uses->count;)
			if (take_bounds(&uses->at[i], &uses->at[other]))
				uses->at[other] = uses->at[--uses->count];
			else
				other++;
}

struct formula_value index_text(struct str text)
{
	return (struct formula_value){ .type = FORMULA_TEXT, .text = text };
}

struct formula_value index_number(double number)
{
	return (struct formula_value){ .type = FORMULA_NUMBER, .number = number };
}
