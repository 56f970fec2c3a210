/* Files of the repository as bytes in the binary, by the assembler's .incbin; paths are relative to the top folder.
 *
 *     EMBED(catalog_schema_1, "src/catalog/schema/001_catalog.sql");
 *     ... struct str sql = EMBED_STR(catalog_schema_1);
 *
 * The bytes are followed by a NUL. */
#ifndef ATOLL_CORE_EMBED_H
#define ATOLL_CORE_EMBED_H

#include "core/str.h"

#define EMBED(name, path)                                                                                              \
	__asm__(".section .rodata\n"                                                                                   \
		".balign 16\n"                                                                                         \
		"embed_" #name ":\n"                                                                                   \
		".incbin \"" path "\"\n"                                                                               \
		"embed_" #name "_end:\n"                                                                               \
		".byte 0\n"                                                                                            \
		".previous\n");                                                                                        \
	extern const char embed_##name[] __attribute__((visibility("hidden")));                                        \
	extern const char embed_##name##_end[] __attribute__((visibility("hidden")))

#define EMBED_STR(name) ((struct str){ embed_##name, (size_t)(embed_##name##_end - embed_##name) })

#endif
