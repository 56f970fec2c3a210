/* How API tokens are written in answers: T, TB and TA of auth.md 3.2 and 3.6. */
#ifndef ATOLL_API_TOKEN_REPLY_H
#define ATOLL_API_TOKEN_REPLY_H

#include "api/api.h"

enum token_detail {
	TOKEN_ALONE,     /* T: exactly six keys */
	TOKEN_WITH_USER, /* TB: T and who made it */
	TOKEN_WITH_BASE, /* TA: TB and its base */
};

void api_write_token(struct api_call *call, const struct api_token *token, enum token_detail detail);
/* "key": [tokens] */
void api_write_tokens(struct api_call *call, const char *key, const struct api_token *tokens, size_t count,
		      enum token_detail detail);
/* The arguments of a new token, or of a change (then app_name is NULL). Errors: E_param_invalid. */
bool api_read_token_arguments(const struct api_call *call, struct str *app_name, enum permission *permission,
			      struct error *err);

#endif
