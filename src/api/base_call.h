/* What the base operations have in common: the base of the token, who changes it, and the arguments that name a table,
 * a view, a list (base-operations.md 1.1). */
#ifndef ATOLL_API_BASE_CALL_H
#define ATOLL_API_BASE_CALL_H

#include "api/api.h"
#include "base/base.h"
#include "base/registry.h"

/* The base that a call works on, and who calls. */
struct base_call {
	struct base *base;
	struct base_actor actor;
};

/* Opens the base of the caller's token and holds it until the request's arena dies; NULL on failure. */
struct base_call *api_open_base(struct api_call *call, struct error *err);

/* For arena_on_free(): releases the `struct base *` that `held` points to. */
void api_release_base(void *held);

/* The names of the people who may use the base, for base_list_rows(); valid as long as the call. */
struct user_names api_user_names(struct api_call *call);

/* An argument of which the empty text counts as not given (clients send "view_name="). */
struct str api_arg_given(const struct api_call *call, const char *name);
/* table_id and table_name, as given; both absent is for the base room to refuse. */
struct table_ref api_arg_table(const struct api_call *call);
/* view_id and view_name; both absent = no view. */
struct table_ref api_arg_view(const struct api_call *call);
/* The column that an operation works on, by name or key: column, column_key or column_name. Errors: E_param_invalid. */
bool api_arg_column(const struct api_call *call, struct str *out, struct error *err);
/* A list of JSON nodes of which the caller sent the list (`many`) or a single element (`one`), either under either
 * name. `is_element` says what an element must be. Errors: E_param_missing, E_param_invalid naming `many`. */
bool api_arg_list(const struct api_call *call, const char *many, const char *one,
		  cJSON_bool (*is_element)(const cJSON *), const cJSON **out, struct error *err);
/* The row ids of row_ids or row_id. */
bool api_arg_row_ids(const struct api_call *call, const cJSON **out, struct error *err);
/* The header that names the operation which restore-operations/ takes back; 0 = none. SeaTable's answers have no field
 * for it. Always true. */
bool api_tell_operation(struct api_call *call, int64_t op_id);
/* A JSON list of one element, in the request's arena. */
const cJSON *api_list_of_one(const struct api_call *call, const cJSON *element);

#endif
