/* Terms of filters: what they must be, and as what they are bound (views.md 3.2). */
#include "query/filter_compiler.h"

#include <math.h>

#include "core/json_in.h"
#include "model/cell.h"
#include "query/index_use.h"

static bool read_number(struct filter_item *item, struct arena *arena)
{
	struct cell_input input = { .arena = arena };
	struct cell cell;

	item->is_number = true;
	if (cJSON_IsNumber(item->term)) {
		item->number = item->term->valuedouble;
		return isfinite(item->number);
	}
	if (!cJSON_IsString(item->term))
		return false;
	if (str_to_double(json_str(item->term), &item->number))
		return true;
	if (item->column->type->id != TYPE_duration)
		return false;
	cell_read(item->column, item->term, &input, &cell);
	item->number = cell.number;
	return cell.kind == CELL_NUMBER;
}

static bool read_bool(struct filter_item *item)
{
	bool value = false;

	if (cJSON_IsString(item->term) && !str_to_bool(json_str(item->term), &value))
		return false;
	if (!cJSON_IsString(item->term) && !cJSON_IsBool(item->term))
		return false;
	item->is_number = true;
	item->number = value || cJSON_IsTrue(item->term);
	return true;
}

/* The id of an option that a term names; absent when there is none. A department is no option: any id will do. */
struct str filter_option_of(const struct filter_compiler *compiler, const struct filter_item *item, const cJSON *term)
{
	const struct select_option *option;

	if (!item->options)
		return cJSON_IsString(term)   ? json_str(term)
		       : cJSON_IsNumber(term) ? str_format(compiler->out->arena, "%.0f", term->valuedouble)
					      : (struct str){ 0 };
	if (!cJSON_IsString(term))
		return (struct str){ 0 };
	option = column_option_by_id(item->options, json_str(term));
	if (!option && compiler->filters->by_name)
		option = column_option_by_name(item->options, json_str(term));
	return option ? option->id : (struct str){ 0 };
}

/* A list of ids as JSON text; a bare text counts as a list of one. */
static bool read_list_term(const struct filter_compiler *compiler, struct filter_item *item, bool options)
{
	const cJSON *one = cJSON_IsArray(item->term) ? item->term->child : item->term;
	struct json_out json;
	struct buf buf;
	bool ok = true;

	if (options && !cJSON_IsArray(item->term) && !compiler->filters->by_name)
		return false;
	buf_init(&buf, 1 << 20);
	json = json_out_to(&buf);
	json_array(&json);
	for (; ok && one; one = cJSON_IsArray(item->term) ? one->next : NULL) {
		struct str id = options               ? filter_option_of(compiler, item, one)
				: cJSON_IsString(one) ? json_str(one)
						      : (struct str){ 0 };

		ok = id.at != NULL;
		json_string(&json, id);
	}
	json_array_end(&json);
	item->text = str_copy(compiler->out->arena, buf_str(&buf));
	buf_free(&buf);
	return ok;
}

bool filter_read_term(const struct filter_compiler *compiler, struct filter_item *item)
{
	switch (item->predicate->term) {
	case TERM_TEXT:
		item->text = json_str(item->term);
		return cJSON_IsString(item->term);
	case TERM_NUMBER:
		return read_number(item, compiler->out->arena);
	case TERM_BOOL:
		return read_bool(item);
	case TERM_OPTION:
		item->text = filter_option_of(compiler, item, item->term);
		return item->text.at != NULL;
	case TERM_OPTIONS:
		return read_list_term(compiler, item, true);
	case TERM_USERS:
		return read_list_term(compiler, item, false);
	default:
		return true;
	}
}
