/* List cells: JSON arrays of texts, numbers, bools, or linked rows, which count as their display value (sql.md 7). */
#include <stdlib.h>

#include "core/json_out.h"
#include "query/function_call.h"

const cJSON *list_parse(struct str text, struct arena *arena)
{
	struct error ignored;
	cJSON *list = NULL;

	if (text.len < 2 || text.at[0] != '[' || !json_parse(arena, text, &list, &ignored) || !cJSON_IsArray(list))
		return NULL;
	return list;
}

/* What an element stands for; NULL when it is empty. */
static const cJSON *element_value(const cJSON *element)
{
	if (cJSON_IsObject(element))
		element = json_get(element, "display_value");
	if (!element || cJSON_IsNull(element))
		return NULL;
	return element;
}

static struct str element_text(const cJSON *value, struct arena *arena)
{
	if (!value)
		return STR("");
	if (cJSON_IsString(value))
		return json_str(value);
	if (cJSON_IsNumber(value))
		return number_to_text(value->valuedouble, arena);
	if (cJSON_IsBool(value))
		return cJSON_IsTrue(value) ? STR("true") : STR("false");
	return json_tree_text(arena, value);
}

static void give_element(struct call *call, const cJSON *element)
{
	const cJSON *value = element_value(element);

	if (!value)
		return;
	if (cJSON_IsNumber(value))
		give_number(call, value->valuedouble);
	else if (cJSON_IsBool(value))
		give_bool(call, cJSON_IsTrue(value));
	else
		give_text(call, element_text(value, call_arena(call)));
}

static const cJSON *list_argument(struct call *call, int index)
{
	return call_is_null(call, index) ? NULL : list_parse(call_text(call, index), call_arena(call));
}

/* list_first(list): a scalar is its own first element. */
void run_list_first(struct call *call)
{
	const cJSON *list = list_argument(call, 0);

	if (list)
		give_element(call, list->child);
	else
		give_value(call, 0);
}

void run_list_single(struct call *call)
{
	const cJSON *list = list_argument(call, 0);

	if (!list)
		give_value(call, 0);
	else if (cJSON_GetArraySize(list) == 1)
		give_element(call, list->child);
}

void run_list_text(struct call *call)
{
	const cJSON *list = list_argument(call, 0);
	struct buf buf;

	if (!list) {
		give_text(call, call_text(call, 0));
		return;
	}
	buf_init(&buf, (size_t)FUNCTION_MAX_BYTES * 4);
	for (const cJSON *item = list->child; item && buf.len < FUNCTION_MAX_BYTES; item = item->next) {
		if (item != list->child)
			buf_append_str(&buf, STR(", "));
		buf_append_str(&buf, element_text(element_value(item), call_arena(call)));
	}
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}

void run_countitems(struct call *call)
{
	const cJSON *list = list_argument(call, 0);

	if (list)
		give_number(call, cJSON_GetArraySize(list));
	else
		give_number(call, call_is_empty(call, 0) ? 0 : 1);
}

/* ---- sets ---- */

/* A list, or a scalar as the list of itself; an empty array for an empty cell. */
static const cJSON *as_list(struct call *call, int index)
{
	const cJSON *list = list_argument(call, index);
	struct arena *arena = call_arena(call);
	cJSON *made, *element;

	if (list)
		return list;
	made = ARENA_NEW(arena, cJSON);
	made->type = cJSON_Array;
	if (call_is_empty(call, index))
		return made;
	element = made->child = ARENA_NEW(arena, cJSON);
	if (sqlite3_value_type(call->values[index]) == SQLITE_TEXT) {
		element->type = cJSON_String;
		element->valuestring = str_to_c(arena, call_text(call, index));
	} else {
		element->type = cJSON_Number;
		element->valuedouble = sqlite3_value_double(call->values[index]);
	}
	return made;
}

static bool elements_equal(const cJSON *a, const cJSON *b)
{
	double x, y;

	if (!a || !b)
		return false;
	if (cJSON_IsString(a) && cJSON_IsString(b))
		return str_equal(json_str(a), json_str(b));
	x = cJSON_IsNumber(a) ? a->valuedouble : cJSON_IsTrue(a);
	y = cJSON_IsNumber(b) ? b->valuedouble : cJSON_IsTrue(b);
	if (cJSON_IsString(a) && !str_to_double(json_str(a), &x))
		return false;
	if (cJSON_IsString(b) && !str_to_double(json_str(b), &y))
		return false;
	return x == y;
}

static bool has(const cJSON *list, const cJSON *wanted)
{
	for (const cJSON *item = list->child; item; item = item->next)
		if (elements_equal(element_value(item), element_value(wanted)))
			return true;
	return false;
}

static bool has_any(const cJSON *list, const cJSON *wanted)
{
	for (const cJSON *item = wanted->child; item; item = item->next)
		if (has(list, item))
			return true;
	return false;
}

static bool has_all(const cJSON *list, const cJSON *wanted)
{
	for (const cJSON *item = wanted->child; item; item = item->next)
		if (!has(list, item))
			return false;
	return true;
}

void run_list_has_any(struct call *call)
{
	give_bool(call, has_any(as_list(call, 0), as_list(call, 1)));
}

void run_list_has_none(struct call *call)
{
	give_bool(call, !has_any(as_list(call, 0), as_list(call, 1)));
}

/* An empty cell has nothing, not even all of nothing: NULL in is false out. */
void run_list_has_all(struct call *call)
{
	const cJSON *list = as_list(call, 0);

	give_bool(call, list->child && has_all(list, as_list(call, 1)));
}

void run_list_is_exactly(struct call *call)
{
	const cJSON *list = as_list(call, 0), *wanted = as_list(call, 1);

	give_bool(call, list->child && has_all(list, wanted) && has_all(wanted, list));
}

/* ---- order ---- */

struct element {
	const cJSON *value;
};

static int compare_elements(const void *a, const void *b)
{
	const cJSON *x = ((const struct element *)a)->value, *y = ((const struct element *)b)->value;

	if (cJSON_IsString(x) && cJSON_IsString(y))
		return str_compare(json_str(x), json_str(y));
	if (cJSON_IsString(x) != cJSON_IsString(y))
		return cJSON_IsString(x) ? 1 : -1;
	double p = cJSON_IsNumber(x) ? x->valuedouble : cJSON_IsTrue(x);
	double q = cJSON_IsNumber(y) ? y->valuedouble : cJSON_IsTrue(y);
	return (p > q) - (p < q);
}

/* Bytes that compare as the element does: a number's bits, those of negative ones turned round, highest byte first; a
 * text's bytes and a NUL. */
static void put_key(struct buf *buf, const cJSON *value)
{
	if (cJSON_IsString(value)) {
		buf_append_byte(buf, 2);
		buf_append_str(buf, json_str(value));
		buf_append_byte(buf, 0);
		return;
	}
	double number = cJSON_IsNumber(value) ? value->valuedouble : cJSON_IsTrue(value);
	uint64_t bits;
	memcpy(&bits, &number, sizeof(bits));
	bits = bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
	buf_append_byte(buf, 1);
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_append_byte(buf, (char)(bits >> shift & 0xff));
}

void run_list_sort_key(struct call *call)
{
	const cJSON *list = as_list(call, 0);
	size_t count = 0;
	struct element *values = ARENA_ARRAY(call_arena(call), struct element, (size_t)cJSON_GetArraySize(list) + 1);
	struct buf buf;

	for (const cJSON *item = list->child; item; item = item->next)
		if (element_value(item))
			values[count++].value = element_value(item);
	if (count == 0)
		return;
	qsort(values, count, sizeof(*values), compare_elements);
	buf_init(&buf, (size_t)FUNCTION_MAX_BYTES * 8);
	for (size_t i = 0; i < count; i++)
		put_key(&buf, values[i].value);
	sqlite3_result_blob64(call->context, buf.at, buf.len, SQLITE_TRANSIENT);
	buf_free(&buf);
}
