/* The phases of the compiler, one after the other, as text: what was read, what it means, what SQLite is given. */
#ifndef ATOLL_QUERY_EXPLAIN_H
#define ATOLL_QUERY_EXPLAIN_H

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"

struct arena;
struct formula_sql;
struct model;
struct table;

/* Each appends its phases to `out`, as far as it comes: words, tree, checked tree, SQL, values. On an error false, with
 * the place in *err. `now_ms` is what today() tells. */
bool explain_sql(struct arena *arena, const struct model *model, struct str text, int64_t now_ms, struct buf *out,
		 struct error *err);
bool explain_formula(struct arena *arena, const struct table *table, struct str text, int64_t now_ms, struct buf *out,
		     struct error *err);
/* Filters of a view as JSON: a list, or {"filters", "filter_conjunction"}. E_filter_invalid in the words of
 * views.md 3.2. */
bool explain_filters(struct arena *arena, const struct table *table, struct str json, int64_t now_ms, struct buf *out,
		     struct error *err);
/* The emitted SQL and its bound values, a line each. */
void explain_compiled(const struct formula_sql *compiled, struct buf *out);
/* The place of the error in the text: the line, and carets under the part. Nothing for an error without a place. */
void explain_place(struct str text, const struct error *err, struct buf *out);

#endif
