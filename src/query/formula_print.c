/* A formula's tree as a formula. */
#include <stdio.h>
#include <string.h>

#include "query/print.h"

static void print_text(struct str text, struct buf *out)
{
	buf_append_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"' || text.at[i] == '\\')
			buf_append_byte(out, '\\');
		if (text.at[i] == '\n')
			buf_append_str(out, STR("\\n"));
		else
			buf_append_byte(out, text.at[i]);
	}
	buf_append_byte(out, '"');
}

/* The two operators whose functions nobody can call stay operators. */
static void print_call(const struct node *node, struct buf *out)
{
	const char *function = node->function->name;
	bool negates = strcmp(function, "negate") == 0, remains = strcmp(function, "remainder") == 0;

	buf_printf(out, "%s(%s", negates || remains ? "" : function, negates ? "-" : "");
	for (size_t i = 0; i < node->count; i++) {
		if (i > 0)
			buf_append_str(out, remains ? STR("%") : STR(", "));
		formula_print(node->arguments[i], out);
	}
	buf_append_byte(out, ')');
}

void formula_print(const struct node *node, struct buf *out)
{
	switch (node->type) {
	case NODE_NUMBER:
		buf_printf(out, "%.17g", node->number);
		break;
	case NODE_TEXT:
		print_text(node->text, out);
		break;
	case NODE_COLUMN:
		buf_printf(out, "{%.*s}", STR_ARG(node->text));
		break;
	default:
		print_call(node, out);
	}
}
