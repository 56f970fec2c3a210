/* Reading a password so that it need not stand in a command line, which other users of the machine can see. */
#include "cmd/password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "auth/auth.h"
#include "cmd/command.h"
#include "core/arena.h"

enum { PASSWORD_MAX_LEN = 1024 };

/* One line of standard input; on a terminal with a prompt and without echo. */
static bool read_line(struct arena *arena, struct str *out, struct error *err)
{
	struct termios before, silent;
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
	if (terminal) {
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
		(void)fputs("Password: ", stderr);
	}
	char line[PASSWORD_MAX_LEN + 2];
	bool ok = fgets(line, sizeof(line), stdin) != NULL;
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		(void)fputc('\n', stderr);
	}
	if (!ok)
		return FAIL_WITH(err, bad_request,
				 STR("A password is expected in ATOLL_PASSWORD or on standard input."));
	line[strcspn(line, "\r\n")] = '\0';
	*out = str_copy(arena, str_from_c(line));
	return true;
}

bool password_read_hash(struct invocation *invocation, struct str *hash, struct error *err)
{
	const char *option = options_value(&invocation->options, "password");
	struct str password = str_from_c(option ? option : getenv("ATOLL_PASSWORD"));
	if ((!password.at || (option && strcmp(option, "-") == 0)) && !read_line(invocation->arena, &password, err))
		return false;
	if (str_is_empty(password))
		return FAIL_WITH(err, bad_request, STR("The password is empty."));
	return auth_hash_password(invocation->arena, password, hash, err);
}
