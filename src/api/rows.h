/* The arguments of listing and appending rows, which older paths read alike. */
#ifndef ATOLL_API_ROWS_H
#define ATOLL_API_ROWS_H

#include "api/api.h"
#include "base/base.h"

/* `filtered`: the call brings filters of its own, and must. Errors: E_param_missing, E_param_invalid, E_user_not_found.
 */
bool api_read_list_arguments(struct api_call *call, bool filtered, struct base_list_rows *query, struct error *err);
/* Errors: E_param_missing, E_param_invalid. */
bool api_read_append_arguments(struct api_call *call, struct base_append_rows *append, struct error *err);

#endif
