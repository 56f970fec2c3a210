/* What the older paths do alike. */
#ifndef ATOLL_API_ROWS_H
#define ATOLL_API_ROWS_H

#include "api/api.h"
#include "base/base.h"

/* `filtered`: the call brings filters of its own, and must. Errors: E_param_missing, E_param_invalid, E_user_not_found.
 */
bool api_read_list_arguments(struct api_call *call, bool filtered, struct base_list_rows *query, struct error *err);
/* Replies with the row of the path, and its version as ETag. Errors: E_table_not_found, E_row_not_found. */
bool api_reply_row(struct api_call *call, enum cell_form form, struct error *err);
/* Errors: E_param_missing, E_param_invalid. */
bool api_read_append_arguments(struct api_call *call, struct base_append_rows *append, struct error *err);

#endif
