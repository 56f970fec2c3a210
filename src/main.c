/* The program `atoll`: what a process needs before anything else, then the command (cmd/). */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cmd/command.h"
#include "store/store.h"

int main(int argc, char *argv[])
{
	umask(077); /* catalog, keys and bases are their owner's alone */
	if (sodium_init() < 0 || !store_init()) {
		(void)fputs("atoll: the system's randomness or SQLite can't be used.\n", stderr);
		return EXIT_FAILURE;
	}
	return command_main(argc, argv);
}
