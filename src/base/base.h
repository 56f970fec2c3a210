/* One base: its tables, rows and journal. Every call names the base it works on and the actor who calls; answers are
 * written straight into a json_out. Each write is one job of the file's write queue: it is durable when the call
 * returns true, and nothing of it stays when it returns false. */
#ifndef ATOLL_BASE_BASE_H
#define ATOLL_BASE_BASE_H

#include <cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/digest.h"
#include "core/error.h"
#include "core/json_out.h"
#include "core/str.h"
#include "model/cell.h"
#include "model/model.h"
#include "query/filter.h"

struct arena;
struct base;

enum { BASE_MAX_ROWS = 1000, BASE_MAX_DELETES = 10000, BASE_MAX_TABLES = 200, BASE_MAX_COLUMNS = 500 };

/* A write that is to be carried out once: whose key it is, and the fingerprint of the request. */
struct base_once {
	struct str caller, key, fingerprint;
	bool is_claimed; /* a change of this request has been made */
};

enum { ROW_VERSION_LEN = DIGEST_LEN };

/* What must hold for a change to be made: that a row is there and, unless `version` is absent, is as it was then. */
struct base_condition {
	struct table_ref table;
	struct str row_id, version;
};

/* Who changes something, on what condition, and what coercion needs to know of the world. */
struct base_actor {
	struct str author;                      /* written into rows and journal */
	struct str app;                         /* API token's name; absent for a person */
	struct str author_name;                 /* display name of a person; absent for an app */
	const struct base_condition *condition; /* else E_row_changed; NULL = none */
	struct base_once *once;                 /* NULL for a write that may be repeated */
	struct str (*find_user)(void *ctx, struct arena *arena, struct str text); /* see struct cell_input */
	void *find_user_ctx;
};

/* ---- writes that are carried out once (once.c) ---- */

enum { BASE_ONCE_SECONDS = 24 * 3600 };

/* The answer that such a write got; unknown when it was never kept. */
struct base_once_answer {
	bool is_known;
	int status;
	struct str body;
};

/* Was it carried out before, within a day? E_once_key_reused when the key came with another request. */
bool base_find_once(struct base *base, struct arena *arena, const struct base_once *once,
		    struct base_once_answer *answer, bool *found, struct error *err);
bool base_store_once(struct base *base, const struct base_once *once, const struct base_once_answer *answer,
		     struct error *err);

/* ---- the whole base (info.c) ---- */

/* The current description, held by the caller until model_release(). */
bool base_get_model(struct base *base, struct model **out, struct error *err);
/* The version: the id of the newest operation. */
bool base_get_version(struct base *base, int64_t *out, struct error *err);

/* One operation of the journal; its texts live until the sink returns. */
struct base_operation {
	int64_t id, op_time;          /* milliseconds since 1970 */
	struct str op_type, table_id; /* table_id absent: a change of the whole base */
	struct str author, app;       /* app absent: a person */
	struct str detail;            /* the operation as JSON */
};

/* Hands the operations after the version `after` to `sink`, oldest first, until it returns false. (journal.c) */
bool base_read_operations(struct base *base, int64_t after,
			  bool (*sink)(void *ctx, const struct base_operation *operation), void *ctx,
			  struct error *err);
/* One page (from 1) of the journal, newest first: [{"id", "op_id", "dtable_uuid", "author", "app", "op_time",
 * "operation"}] (base-operations.md 3.10-52). (journal.c) */
enum base_operations { OPERATIONS_ALL, OPERATIONS_DELETING, OPERATIONS_ARCHIVING };
bool base_list_operations(struct base *base, enum base_operations which, int page, int per_page, struct json_out *out,
			  struct error *err);
/* One page (from 1) of the rows that were deleted, newest first, as an array of what the journal kept of them, each
 * with its table_id. (journal.c) */
bool base_list_deleted_rows(struct base *base, int page, int per_page, struct json_out *out, struct error *err);
/* One page (from 1) of what happened to a row, there or deleted, newest first: {"activities": [...], "total_count"}
 * (base-operations.md 3.10-53). (activity.c) */
bool base_list_activities(struct base *base, struct arena *arena, struct str row_id, int page, int per_page,
			  struct json_out *out, struct error *err);
/* One page (from 1) of the operations that can be undone, newest first, as an array (base-operations.md 3.7-38).
 * Undoing one is a change of its own. Errors: E_operation_not_found, E_operation_not_undoable, E_table_not_found.
 * (undo.c) */
bool base_list_undoable(struct base *base, struct arena *arena, int page, int per_page, struct json_out *out,
			struct error *err);
bool base_undo_operation(struct base *base, struct arena *arena, const struct base_actor *actor, int64_t id,
			 struct error *err);
/* Everything: tables with their rows by key, links with their pairs (base-operations.md 5). E_answer_too_large.
 * (whole.c)
 */
bool base_write_whole(struct base *base, struct arena *arena, struct json_out *out, struct error *err);
/* A list of all tables, and one table, as in the metadata. (whole.c) */
bool base_write_tables(struct base *base, struct json_out *out, struct error *err);
bool base_write_table(struct base *base, const struct table_ref *table, struct json_out *out, struct error *err);
/* {"id", "tables": [{"id", "name", "rows"}], "storage": bytes, "rows"}. (whole.c) */
bool base_write_size(struct base *base, struct arena *arena, struct json_out *out, struct error *err);
/* {"metadata": {...}} */
bool base_write_metadata(struct base *base, struct json_out *out, struct error *err);

/* ---- rows: reading (row_read.c) ---- */

/* What people are called; rows sort by it. */
struct user_names {
	struct str (*name_of)(void *ctx, struct str user); /* absent slice when unknown; NULL = nobody is known */
	void *ctx;
};

struct base_list_rows {
	struct table_ref table;
	struct table_ref view; /* both absent = no view */
	int64_t start, limit;  /* limit 0..1000 */
	struct str cursor;     /* "next_cursor" of the answer before; empty = from the beginning */
	struct str order_by;   /* column name or key; absent = the view's sorts, else table order */
	bool descending;
	bool grouped;          /* rows come group by group, as the view is grouped (views.md 5) */
	const cJSON *groupbys; /* groupings of the call's own, in place of the view's; NULL = none */
	struct user_names names;
	enum cell_form form; /* FORM_IDS or FORM_NAMES; FORM_LEGACY for shape C */
	bool link_ids;       /* shape C: link cells are lists of row ids */
	/* Filters of the call's own, beside the view's (views.md 3): a list of items, or NULL. Selects by name too. */
	const cJSON *filters;
	struct str filter_conjunction;
	struct str user, id_in_team; /* who calls, for "me"; absent for an application */
};

/* {"rows": [...]}, shape A or C; when there are more rows than the limit, also "next_cursor"; when a
 * link cell holds more than BASE_LINKS_IN_CELL, "links_cut": true (base-operations.md 1.3, 3.2-4; views.md 2 for hidden
 * columns and sorts). A view's filter that makes no sense empties the answer and is told in "error_message"; one of the
 * call's own is E_filter_invalid. Errors: E_table_not_found, E_view_not_found, E_column_not_found, E_param_invalid (the
 * cursor), E_cursor_of_other_list. */
bool base_list_rows(struct base *base, struct arena *arena, const struct base_list_rows *query, struct json_out *out,
		    struct error *err);

enum { BASE_MAX_GROUPS = 10000, BASE_MAX_SUMMARIES = 200 };

/* How many rows a query selects, and what its columns hold together: {"count", "summaries": [value]} and, when
 * `grouped`, "groups": [{"value", "count", "summaries"[, "groups"]}] in the order in which the rows come (views.md 5).
 * `summaries` is a list of {"column_key", "method"}, see row_summary.c for the methods; NULL for none. Cursor, start
 * and limit are not looked at. Errors: as base_list_rows(); E_param_invalid (a method that the column does not have),
 * E_groups_limit, E_query_too_expensive. (row_summary.c) */
bool base_summarize_rows(struct base *base, struct arena *arena, const struct base_list_rows *query,
			 const cJSON *summaries, struct json_out *out, struct error *err);
/* {"colors": {"<row id>": "#RRGGBB"}}: those of the given rows that the view colours (views.md 7). `row_ids` is a list
 * of texts. Errors: E_table_not_found, E_view_not_found, E_rows_limit, E_query_too_expensive. (row_color.c) */
bool base_color_rows(struct base *base, struct arena *arena, const struct base_list_rows *query, const cJSON *row_ids,
		     struct json_out *out, struct error *err);
/* All rows that a query asks for (its limit, start and cursor aside), one line of JSON a row, read a piece at a time at
 * one snapshot. The stream lies in the arena, which with the query must outlive it, and is used by one thread at a
 * time. Errors: as base_list_rows(); E_filter_invalid also for a view's filter. (row_stream.c) */
struct base_row_stream;
bool base_row_stream_open(struct base *base, struct arena *arena, const struct base_list_rows *query,
			  struct base_row_stream **out, struct error *err);
/* Appends lines to `text` until it holds `size` bytes or, then *done, all is read: the last line is {"_end": rows}, so
 * that a reader knows that nothing is missing. */
bool base_row_stream_read(struct base_row_stream *stream, struct buf *text, size_t size, bool *done, struct error *err);
void base_row_stream_close(struct base_row_stream **stream);
/* The row itself, and its version, which changes with every change of its cells, lock or archiving, but not with its
 * links. E_row_not_found. */
bool base_get_row(struct base *base, struct arena *arena, const struct table_ref *table, struct str row_id,
		  enum cell_form form, struct json_out *out, char version[ROW_VERSION_LEN + 1], struct error *err);

/* ---- SQL (sql.c, sql_select.c, sql_write.c) ---- */

enum { BASE_SQL_MS = 10000 };

struct base_sql {
	struct str text;
	const cJSON *parameters; /* a list of values for its "?", or NULL */
	bool convert_keys;       /* names instead of keys and ids */
	struct str cursor;       /* "next_cursor" of the answer before; empty = from the beginning */
	bool server_only;        /* without the archive */
	bool may_write;          /* else a statement that writes is refused */
	int max_ms;              /* how long it may run; BASE_SQL_MS */
};

/* Runs one statement; a SELECT answers {"success", "error_message", "is_join_stmt", "metadata", "results"} and "is_cut"
 * when more rows were meant than are given (sql.md 10), with "next_cursor" when they are in a table's own order.
 * *changed: how many rows were inserted, deleted, or given other cells; -1 for a SELECT.
 * Errors: E_sql_invalid, E_query_too_expensive, E_read_only_token. */
bool base_run_sql(struct base *base, struct arena *arena, const struct base_actor *actor, const struct base_sql *query,
		  int64_t *changed, struct json_out *out, struct error *err);

/* ---- rows: writing (row_append.c, row_update.c, row_delete.c, row_lock.c) ---- */

/* What appending answers: counts and ids; the count alone; the (only) row alone. */
enum base_append_answer { APPENDED_ALL, APPENDED_COUNT, APPENDED_ROW };

struct base_append_rows {
	enum base_append_answer answer;
	struct table_ref table;
	const cJSON *rows; /* array of row objects */
	bool apply_default;
	bool return_rows;
	bool archived;            /* into the archive */
	struct str anchor_row_id; /* absent = at the end */
	bool insert_above;
};

/* {"inserted_row_count", "row_ids", "first_row"[, "rows"]}, {"inserted_row_count"[, "rows"]}, or the row (null when
 * none was added). Errors: E_table_not_found, E_rows_limit, E_row_not_found
 * (the anchor). */
bool base_append_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct base_append_rows *append, struct json_out *out, struct error *err);
/* `updates` is [{"row_id", "row": {...}}]. Unknown row ids are skipped. *updated counts the rows found. */
bool base_update_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, const cJSON *updates, int64_t *updated, struct error *err);

struct base_upsert_rows {
	struct table_ref table;
	const cJSON *rows; /* array of row objects */
	const cJSON *keys; /* names or keys of the columns that tell rows apart */
	bool apply_default;
};

enum { BASE_MAX_KEY_COLUMNS = 5 };

/* Rows whose cells of the key columns are those of a row of the table change it, the others are appended
 * (row_upsert.c).
 * {"inserted_row_count", "updated_row_count", "unchanged_row_count", "row_ids": [{"_id"}] in the order of the rows}.
 * Errors: E_table_not_found, E_column_not_found, E_key_column_type, E_key_empty, E_key_repeated, E_key_ambiguous,
 * E_rows_limit. */
bool base_upsert_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct base_upsert_rows *upsert, struct json_out *out, struct error *err);
/* `row_ids` is a list of texts. Unknown ones are skipped. */
bool base_delete_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, const cJSON *row_ids, int64_t *deleted, struct error *err);
/* Moves rows into the archive: those that listing with `query` gives, whatever its limit. A large view is moved in
 * several changes. Errors: as base_list_rows(). (row_archive.c) */
bool base_archive_rows(struct base *base, const struct base_actor *actor, const struct base_list_rows *query,
		       struct error *err);
/* The same for the rows that a condition of SQL means. E_sql_invalid, E_query_too_expensive. (sql_write.c) */
bool base_archive_where(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str where, int max_ms, struct error *err);
/* Takes rows out of the archive; unknown ids, and rows that aren't there, are skipped. *task_id: for base_find_task().
 * (row_archive.c) */
bool base_unarchive_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, const cJSON *row_ids, struct str *task_id, struct error *err);
bool base_lock_rows(struct base *base, struct arena *arena, const struct base_actor *actor,
		    const struct table_ref *table, const cJSON *row_ids, bool lock, struct error *err);

/* ---- links (link_edit.c, link_read.c, link_match.c) ---- */

enum { BASE_MAX_LINKS = 100000, BASE_MAX_LINKS_SHOWN = 100, BASE_LINKS_IN_CELL = 1000 };

enum base_link_change { LINKS_ADD, LINKS_REPLACE, LINKS_REMOVE };

struct base_edit_links {
	enum base_link_change change;
	struct str link_id;
	struct table_ref table; /* whose rows the map's keys are, when there are none to tell; may be absent */
	const cJSON *rows;      /* {"<row id>": ["<row id of the other table>"]}, at most BASE_MAX_LINKS pairs */
	bool skip_missing;      /* rows that aren't there are skipped, not refused */
};

/* Adds pairs, takes them away, or makes cells hold exactly the given rows in their order. Pairs that are there already,
 * or aren't, count as done; *changed counts the others. The keys' table is told by the first key: clients mix up the
 * two. Errors: E_link_not_found, E_linked_row_not_found, E_link_is_single, E_links_limit, E_param_invalid. */
bool base_edit_links(struct base *base, struct arena *arena, const struct base_actor *actor,
		     const struct base_edit_links *query, int64_t *changed, struct error *err);

struct base_query_links {
	struct table_ref table;
	struct str column; /* name or key of a link column */
	const cJSON *rows; /* [{"row_id", "offset", "limit"}], limit 10 unless given, at most BASE_MAX_LINKS_SHOWN */
};

/* {"<row id>": [{"row_id", "display_value"}]} (base-operations.md 3.3-11). */
bool base_query_links(struct base *base, struct arena *arena, const struct base_query_links *query,
		      struct json_out *out, struct error *err);

struct base_match_links {
	struct str link_id;
	const cJSON *keys; /* [{"table1_key", "table2_key"}] */
};

/* Links every pair of rows whose cells are equal in all the given columns; *task_id, in the arena, is what
 * base_find_task() knows it by. Errors: E_link_not_found, E_column_not_found, E_column_cannot_match, E_links_limit. */
bool base_match_links(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct base_match_links *query, struct str *task_id, struct error *err);
/* Was there such a task? Tasks are done when their request is answered. */
bool base_find_task(struct base *base, struct str task_id, bool *found, struct error *err);

/* ---- comments (comment.c) ---- */

/* Lists write an array of comments (base-operations.md 3.8), oldest first. */
bool base_list_comments(struct base *base, struct str row_id, struct json_out *out, struct error *err);
bool base_list_comments_since(struct base *base, int64_t days, struct json_out *out, struct error *err);
/* E_comment_not_found. */
bool base_get_comment(struct base *base, int64_t id, struct json_out *out, struct error *err);
bool base_count_comments(struct base *base, struct str row_id, int64_t *count, struct error *err);
/* {"<row id>": count} of the rows that have some. */
bool base_count_comments_by_row(struct base *base, struct json_out *out, struct error *err);
/* `table` may be absent: the row is looked for in all. `mentioned` is a list of users who are told of it beside those
 * whom the row concerns, or NULL. Errors: E_param_invalid (empty, over 10,000 characters), E_table_not_found,
 * E_row_not_found. */
bool base_add_comment(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str row_id, struct str text, const cJSON *mentioned,
		      int64_t *id, struct error *err);
/* E_comment_not_found. */
bool base_delete_comment(struct base *base, struct arena *arena, const struct base_actor *actor, int64_t id,
			 struct error *err);
bool base_resolve_comment(struct base *base, struct arena *arena, const struct base_actor *actor, int64_t id,
			  bool resolved, struct error *err);

/* ---- notifications (notification.c) ---- */

/* One page (from 1) of a person's, newest first, as an array (base-operations.md 3.9). */
bool base_list_notifications(struct base *base, struct str username, int page, int per_page, struct json_out *out,
			     struct error *err);
/* Marks one, or all when `id` is 0, as seen or not. E_notification_not_found. */
bool base_mark_notifications(struct base *base, struct str username, int64_t id, bool seen, struct error *err);
bool base_delete_notifications(struct base *base, struct str username, struct error *err);

/* ---- tables (table_edit.c) ---- */

/* Writes the new table object (base-operations.md 3.4-17). `columns` NULL or []: one text column "Name". */
bool base_create_table(struct base *base, struct arena *arena, const struct base_actor *actor, struct str name,
		       const cJSON *columns, struct json_out *out, struct error *err);
/* A copy "X(copy)" of a table with its columns, views and, if asked, rows, whose author is the caller; links of the
 * copy are links of its own. Writes the new table object with its rows, "rows_cut": true when those are more than
 * BASE_MAX_ROWS (base-operations.md 3.4-20). (table_duplicate.c) */
bool base_duplicate_table(struct base *base, struct arena *arena, const struct base_actor *actor,
			  const struct table_ref *table, bool with_rows, struct json_out *out, struct error *err);
bool base_rename_table(struct base *base, struct arena *arena, const struct base_actor *actor,
		       const struct table_ref *table, struct str new_name, struct error *err);
bool base_delete_table(struct base *base, struct arena *arena, const struct base_actor *actor,
		       const struct table_ref *table, int64_t *op_id, struct error *err);

enum { BASE_MAX_FILTERS = FILTER_MAX_ITEMS };

/* ---- views (view_edit.c); each writes the view object, listing writes {"views": [...]} ---- */

bool base_list_views(struct base *base, const struct table_ref *table, struct json_out *out, struct error *err);
bool base_get_view(struct base *base, const struct table_ref *table, struct str view, struct json_out *out,
		   struct error *err);
bool base_create_view(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, const cJSON *body, struct json_out *out, struct error *err);
bool base_update_view(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str view, const cJSON *changes, struct json_out *out,
		      struct error *err);
/* True also when there is no such view; E_last_view. */
bool base_delete_view(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str view, struct error *err);

/* ---- columns (column_edit.c, column_convert.c, option_edit.c); they write the changed column object ---- */

bool base_list_columns(struct base *base, const struct table_ref *table, const struct table_ref *view,
		       struct json_out *out, struct error *err);
/* `columns` is a list of {"column_name", "column_type", "column_data", "anchor_column"}; writes the column objects one
 * after the other into the open array or value of `out`. */
bool base_insert_columns(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, const cJSON *columns, struct json_out *out, struct error *err);
bool base_rename_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, struct str new_name, struct json_out *out,
			struct error *err);
bool base_resize_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, int64_t width, struct json_out *out,
			struct error *err);
bool base_freeze_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, bool frozen, struct json_out *out,
			struct error *err);
/* Placed right of `target`. */
bool base_move_column(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str column, struct str target, struct json_out *out,
		      struct error *err);
/* Sets type and settings and converts the cells (columns.md 6). When the type changed, "lost_cells" beside the column's
 * members counts those that became empty. *op_id: the operation that base_undo_operation() takes back; 0 when setting
 * the old settings does. */
bool base_retype_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, struct str new_type, const cJSON *data,
			int64_t *op_id, struct json_out *out, struct error *err);
bool base_delete_column(struct base *base, struct arena *arena, const struct base_actor *actor,
			const struct table_ref *table, struct str column, int64_t *op_id, struct error *err);
enum { BASE_MAX_PREVIEWED = 20 };

struct base_preview_formula {
	struct base_list_rows rows; /* the first of which it is computed on: table, view, names, who calls, limit */
	struct str formula;
	struct str column; /* name or key of the column whose formula it is to be; absent = a new one's */
};

/* {"column_data", "rows": [{"_id", "value"}]}: the settings that a formula column would get, and its cells as list rows
 * would give them by key. Nothing is stored. Errors: as making such a column (E_formula_invalid, with its place);
 * E_table_not_found, E_view_not_found, E_column_not_found, E_query_too_expensive. (formula_preview.c) */
bool base_preview_formula(struct base *base, struct arena *arena, const struct base_preview_formula *query,
			  struct json_out *out, struct error *err);
/* `options` is [{"name", "color", "textColor"}]; names that exist are skipped. */
bool base_add_options(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str column, const cJSON *options, struct error *err);
/* `options` is [{"id", "name"?, "color"?, "textColor"?}]. Writes the column's whole list of options as a JSON array. */
bool base_update_options(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, struct str column, const cJSON *options, struct json_out *out,
			 struct error *err);
/* `names` is a list of option names; cells lose them. */
bool base_delete_options(struct base *base, struct arena *arena, const struct base_actor *actor,
			 const struct table_ref *table, struct str column, const cJSON *names, struct error *err);
bool base_set_cascade(struct base *base, struct arena *arena, const struct base_actor *actor,
		      const struct table_ref *table, struct str parent_column, struct str child_column,
		      const cJSON *settings, struct error *err);

#endif
