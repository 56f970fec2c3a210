/* Trees as text: a statement or formula that reads as the same tree, and an outline for people. */
#ifndef ATOLL_QUERY_PRINT_H
#define ATOLL_QUERY_PRINT_H

#include "core/buf.h"
#include "query/sql_node.h"

/* Appends a statement as it was read, before it is checked: names in backticks, every operator in parentheses. */
void sql_print(const struct sql_statement *statement, struct buf *out);
/* Appends a formula as it was read; operators are calls of their functions. */
void formula_print(const struct node *node, struct buf *out);
/* Appends a line a part: what it is, the kind of its value once it is checked, its place in the text. */
void sql_outline(const struct sql_statement *statement, struct buf *out);
void formula_outline(const struct node *node, struct buf *out);

#endif
