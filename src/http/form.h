/* What the two form parsers share. */
#ifndef ATOLL_HTTP_FORM_H
#define ATOLL_HTTP_FORM_H

#include <stdbool.h>

#include "core/error.h"
#include "core/str.h"

enum { FORM_MAX_FIELDS = 256 };

/* UTF-8 without NUL? `what` is named in the error. */
bool form_check_text(struct str text, const char *what, struct error *err);

#endif
