/* Passwords for commands: from the option --password, from ATOLL_PASSWORD, or from standard input. */
#ifndef ATOLL_CMD_PASSWORD_H
#define ATOLL_CMD_PASSWORD_H

#include <stdbool.h>

#include "core/error.h"
#include "core/str.h"

struct invocation;

/* The password that the command is to set, as its hash. "-" as option, or neither option nor variable, means a line of
 * standard input, where a terminal doesn't show what is typed. */
bool password_read_hash(struct invocation *invocation, struct str *hash, struct error *err);

#endif
