/* Setting aside what a deletion or a change of type takes away, so that it can be undone however large it is: rows,
 * cells and pairs keep lying where they are under another name, and descriptions move into the tables "aside_..."
 * (schema/008_aside.sql). After a week, or when too many have come after it, it goes for good. All inside a job.
 * (aside.c, aside_restore.c) */
#ifndef ATOLL_BASE_ASIDE_H
#define ATOLL_BASE_ASIDE_H

#include "base/base_internal.h"

struct aside {
	int64_t id;
};

/* Begins to set things aside; drops what is too old. */
bool aside_open(struct aside *aside, struct change *change, struct error *err);
/* The operation that can be undone by it is stored by now. */
bool aside_close(const struct aside *aside, struct change *change, int64_t op_id, struct error *err);
/* A column that is about to be deleted: its description is taken away, its cells get another name. */
bool aside_column(const struct aside *aside, struct change *change, struct str table_id, const struct column *column,
		  struct error *err);
/* The description and cells of a column whose type is about to change; both stay where they are, too. */
bool aside_copy_column(const struct aside *aside, struct change *change, struct str table_id,
		       const struct column *column, struct error *err);
/* The pairs of a link column that is about to be deleted, and its partner column in the other table. */
bool aside_link(const struct aside *aside, struct change *change, const struct column *column, struct error *err);
/* A table with its columns, views, rows and comments; its links were set aside before. */
bool aside_table(const struct aside *aside, struct change *change, const struct table *table, struct error *err);
/* Forgets what is known of an aside; what lies in the file stays. */
bool aside_forget(struct change *change, int64_t id, struct error *err);

/* Brings back what the operation set aside, and tells of it in the journal. Names that were given to others meanwhile
 * are not taken from them. Errors: E_operation_not_undoable (nothing is kept of it), E_table_exists, E_column_exists,
 * E_table_not_found, E_column_not_found. */
bool aside_restore(struct change *change, int64_t op_id, struct error *err);

#endif
