/* What the files of this room share: an open base, its reads and changes, and the small steps that several operations
 * are made of. Nobody outside src/base/ includes it. */
#ifndef ATOLL_BASE_BASE_INTERNAL_H
#define ATOLL_BASE_BASE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/id.h"
#include "query/formula.h"
#include "query/index_use.h"
#include "store/store.h"

struct base_registry;
struct column_list;

enum base_state { BASE_OPENING, BASE_OPEN, BASE_CLOSING };

enum { BASE_MARKS = 8 };

/* Where a reader that pages through a table in table order goes on: row number `start` of the table is the first one
 * whose _n is above `after`, at this version of the base. */
struct page_mark {
	char table_id[ID_SHORT_LEN + 1];
	bool without_archived;
	int64_t version, start, after;
};

struct base {
	/* registry.c, all under the registry's lock */
	char uuid[ID_UUID_LEN + 1];
	struct base_registry *registry;
	enum base_state state;
	int users;
	int64_t idle_since_us;
	struct base *older, *newer; /* the list of idle bases */
	struct base *next_in_bucket;

	struct store_db *db;

	/* transaction.c: the newest description that a committed state was seen with */
	pthread_mutex_t model_lock;
	struct model *model;
	/* The description that the writer last worked with, perhaps of a change that is not committed. Touched by jobs
	 * only. */
	struct model *writer_model;

	/* row_read.c, under model_lock */
	struct page_mark marks[BASE_MARKS];
	unsigned next_mark;

	/* auto_index.c: what queries asked of columns, under model_lock; NULL until one did */
	struct index_notes *index_notes;
	_Atomic int64_t index_due_us;  /* when auto_index_care() has something to do, 0 = nothing */
	_Atomic int64_t last_write_us; /* monotonic */
	_Atomic int64_t write_count;
};

/* Tells who watches the registry that the base has changed; nobody is told of one that is being made. (registry.c) */
void base_note_change(struct base *base);

/* ---- the schema of base files (registry.c) ---- */

extern const struct store_schema base_schema;

/* ---- reads and changes (transaction.c) ---- */

/* A read: one snapshot and its description. */
struct base_read {
	struct base *base;
	struct store_conn *conn;
	bool is_apart; /* the connection is the read's own */
	struct model *model;
};

bool base_read_begin(struct base *base, struct base_read *read, struct error *err);
/* For a read that may take long. */
bool base_read_begin_apart(struct base *base, struct base_read *read, struct error *err);
void base_read_end(struct base_read *read);
/* For answers that show the last auto-numbers, which grow without a new stamp: reads the description again if it has
 * any. */
bool base_read_refresh(struct base_read *read, struct error *err);

/* The description that was seen last, or NULL; perhaps not the newest. The caller owns a reference. */
struct model *base_held_model(struct base *base);

enum { CHANGE_MAX_SCHEMAS = 4 };

/* A change: what its job needs. The job runs on the writer, maybe in another thread than the caller's. */
struct change {
	struct base *base;
	struct arena *arena;
	const struct base_actor *actor;
	int64_t now_ms;
	/* Set while the job runs. */
	struct store_conn *conn;
	struct model *model;                      /* the description now; the caller's to read until change_end() */
	struct model *before[CHANGE_MAX_SCHEMAS]; /* those before each change_schema() */
	size_t before_count;
};

typedef bool (*change_job)(struct change *change, void *ctx, struct error *err);

struct change change_new(struct base *base, struct arena *arena, const struct base_actor *actor);
/* Runs the job; true = durable. */
bool change_run(struct change *change, change_job job, void *ctx, struct error *err);
/* Inside a job, after it wrote to table_def, column_def or view_def: gives the base a new stamp and reads its
 * description again, CHANGE_MAX_SCHEMAS times at most. What points into a description before stays valid until
 * change_end(). */
bool change_schema(struct change *change, struct error *err);
void change_end(struct change *change);
/* Closes both caches of a base that is being closed. */
void base_models_free(struct base *base);

/* Inside a job: claims the key of a write that is to be carried out once. E_once_in_progress. (once.c) */
bool once_claim(struct change *change, struct error *err);

/* The description at the connection's snapshot; the caller owns a reference. E_base_damaged when it makes no sense. */
bool base_model_load(struct store_conn *conn, struct model **out, struct error *err);
/* Inside a job: does the actor's condition hold? E_row_changed. (row_version.c) */
bool condition_check(struct change *change, struct error *err);

/* Sets base_info's value of `key`. */
bool base_info_write(struct store_conn *conn, struct str key, struct str value, struct error *err);
bool base_version_read(struct store_conn *conn, int64_t *out, struct error *err);

/* ---- the journal (journal.c) ---- */

/* More can't be one SQLite value in comfort. */
enum { JOURNAL_MAX_BYTES = 256 << 20 };

/* One operation as it is written: `out` stands inside its JSON object, behind op_type and table_id. */
struct journal {
	struct buf buf;
	struct json_out out;
	const char *op_type;
	struct str table_id;
	int64_t id; /* once it is stored */
};

/* `table_id` absent: a change of the whole base. Always end with journal_free(). */
void journal_open(struct journal *journal, const char *op_type, struct str table_id);
/* Closes the object and appends it. */
bool journal_store(struct journal *journal, struct change *change, struct error *err);
void journal_free(struct journal *journal);
/* Notes that the stored operation changed or deleted rows: the items of a JSON list of ids (activity.c). */
bool journal_note_rows(const struct journal *journal, struct change *change, struct str row_ids, struct error *err);
/* A time as comments and activities write it: UTC with a Z. */
void field_time_z(struct json_out *out, const char *key, int64_t ms);

/* ---- rows coming in (row_input.c, option_make.c) ---- */

struct given_cell {
	size_t column; /* index in table->columns */
	struct cell cell;
};

struct input_row {
	struct str id; /* the row's id: asked for (update) or brought by the client (append); absent = to be made */
	size_t first, count; /* its cells in row_input.cells */
};

/* Options that a request named and that its columns lack. */
struct option_maker {
	struct arena *arena;
	struct made_options *columns; /* newest first; NULL = none */
	bool is_full;                 /* a column would have got more than OPTION_MAX_COUNT */
};

/* struct cell_input.make_option; `maker` is the struct option_maker. NULL when the column is full. */
const struct select_option *option_make(void *maker, const struct column *column, struct str name);
/* False when a name found no room: E_options_limit. */
bool option_maker_check(const struct option_maker *maker, struct error *err);
/* The settings of their column with the made options in the end of the list. */
bool made_options_data(const struct made_options *made, struct arena *arena, struct str *data, struct error *err);
/* Inside a job: writes them into their columns' settings and the journal and renews the description. */
bool option_maker_store(struct option_maker *maker, struct change *change, const struct table *table,
			struct error *err);

/* Reads row objects: finds the columns, coerces the values. */
struct row_input {
	const struct table *table;
	struct cell_input cell_input;
	struct option_maker options;
	struct given_cell *cells;
	size_t cell_count, cell_cap;
	struct name_hint *hints; /* column of the n-th member of the row object before */
	size_t hint_count;
	size_t *slots; /* per column: 1 + index in `cells` for the row being read, 0 = not given */
};

/* Makes room for the cells of `count` row objects that are like this one. */
void row_input_reserve(struct row_input *input, const cJSON *like, size_t count);
/* Begins a row; its cells are added before the next row begins. */
void row_input_begin(struct row_input *input, struct input_row *row);
/* Adds the cells of a row object, one cell a column; a second value for a column replaces the first. Names that no
 * column has and read-only columns are skipped; false when no name was a column's. A given but empty cell is there as
 * CELL_EMPTY. */
bool row_input_add(struct row_input *input, struct input_row *row, const cJSON *object);
/* The row's cell of that column; added, empty, when it has none. */
struct cell *row_input_cell(struct row_input *input, struct input_row *row, size_t column);
bool row_input_has(const struct row_input *input, const struct input_row *row, size_t column);

/* The rows of one request, read with one description of their table: the one that we hold before the job, or the
 * writer's. */
struct row_batch {
	const struct table_ref *ref;
	struct model *model;       /* what the cells point into; NULL until the rows are read */
	const struct table *table; /* in it, later in change->model */
	struct row_input input;
	struct input_row *rows;
	size_t count;
};

/* Finds the table in `model` and makes the input ready. */
bool row_batch_begin(struct row_batch *batch, struct change *change, struct model *model, struct error *err);
/* Inside the job: were the rows read with what the writer sees? */
bool row_batch_is_current(const struct row_batch *batch, const struct change *change);
/* Inside the job: stores the options that the rows made; from then on batch->table is that of change->model. */
bool row_batch_store_options(struct row_batch *batch, struct change *change, struct error *err);
/* The row's non-empty cells as members of the open object; `nulls`: the empty ones too. */
void row_batch_write_cells(const struct row_batch *batch, const struct input_row *row, bool nulls,
			   struct json_out *out);
void row_batch_end(struct row_batch *batch);

/* ---- writing rows inside a larger change (row_append.c, row_update.c) ---- */

/* Inside a job: appends rows and journals them; *ids are those of the added ones, in the arena. Errors as
 * base_append_rows(). */
bool rows_append(struct change *change, const struct base_append_rows *query, struct str **ids, size_t *count,
		 struct error *err);
/* {"row_id", "row"}: an item of `updates`; `row` gets its name. */
cJSON *row_update_tree(struct arena *arena, struct str row_id, cJSON *row);
/* Inside a job: changes the cells of rows that differ from what is given, and journals that; *changed counts the rows
 * that did. `updates` as for base_update_rows(). */
bool rows_update_differing(struct change *change, const struct table_ref *table, const cJSON *updates, int64_t *changed,
			   struct error *err);

/* Inside a job: as base_delete_rows(). (row_delete.c) */
bool rows_delete(struct change *change, const struct table_ref *table, const cJSON *row_ids, int64_t *deleted,
		 struct error *err);
/* Inside a job: as base_edit_links(). (link_edit.c) */
bool links_edit(struct change *change, const struct base_edit_links *query, int64_t *changed, struct error *err);

enum { ROW_STEP_MEMORY = 64 << 20 };

/* Inside a job: puts rows into the archive or takes them out, and journals those that were not so already. `task_id`
 * absent: it is no task. (row_archive.c) */
bool rows_archive(struct change *change, const struct table *table, const struct str *row_ids, size_t count,
		  bool archived, struct str task_id, struct error *err);
/* The index of a table that has archived rows over those that aren't; fine when it is there. (row_archive.c) */
bool row_table_index_live(struct store_conn *conn, struct arena *arena, struct str table_id, struct error *err);

/* ---- rows in SQLite (row_table.c) ---- */

/* Has the column a SQLite column of its own? */
bool column_is_stored(const struct column *column);
/* Makes "rows_<id>" with the stored ones of the columns. */
bool row_table_create(struct store_conn *conn, struct arena *arena, struct str table_id,
		      const struct column_list *columns, struct error *err);
/* SQLite columns of a row table; the names are keys, or keys with a mark while a column is rebuilt. */
bool row_table_add_column(struct store_conn *conn, struct arena *arena, struct str table_id, struct str name,
			  const char *sqlite_type, struct error *err);
bool row_table_drop_column(struct store_conn *conn, struct arena *arena, struct str table_id, struct str name,
			   struct error *err);
bool row_table_rename_column(struct store_conn *conn, struct arena *arena, struct str table_id, struct str from,
			     struct str to, struct error *err);
/* Binds a cell. */
void cell_bind(sqlite3_stmt *stmt, int index, const struct cell *cell);
/* A stored value as a cell of `column`; a text lives as long as the value. */
void cell_of_value(sqlite3_value *value, const struct column *column, struct cell *out);
/* Reads column `index` of a result as a cell of `column`; texts live until the next step. */
void cell_fetch(sqlite3_stmt *stmt, int index, const struct column *column, struct cell *out);

/* ---- places in the table's order (row_place.c) ---- */

enum { PLACE_STEP = 4096 };

/* The places of `count` new rows at the end. */
bool row_place_end(struct store_conn *conn, struct arena *arena, struct str table_id, size_t count, int64_t *places,
		   struct error *err);
/* Beside the row `anchor_id`, above or below; moves rows on when the gap there is too small. E_row_not_found. */
bool row_place_beside(struct store_conn *conn, struct arena *arena, struct str table_id, struct str anchor_id,
		      bool above, size_t count, int64_t *places, struct error *err);

/* ---- rows going out (row_output.c) ---- */

/* What every row has beside its cells. */
enum row_field {
	FIELD_ID,
	FIELD_CTIME,
	FIELD_MTIME,
	FIELD_CREATOR,
	FIELD_LAST_MODIFIER,
	FIELD_LOCKED,
	FIELD_LOCKED_BY,
	FIELD_ARCHIVED,
	FIELD_COUNT
};

struct link_cells;

struct output_column {
	const struct column *column;
	struct str json_key;      /* `"key":` or `"name":` */
	int result;               /* its place in the SELECT's result, -1 = always empty */
	enum row_field field;     /* FIELD_COUNT, or what a column of type ctime and the like shows */
	struct link_cells *links; /* of a link column, else NULL */
	int formula;              /* its place among the formulas, -1 = none */
};

/* How rows of a table are selected and written in one of the forms. */
struct row_output {
	enum cell_form form;
	bool link_ids;           /* link cells as lists of row ids */
	bool links_cut;          /* found when rows are written: a link cell holds more than is shown */
	struct store_conn *conn; /* what the rows are read with */
	struct str select;       /* "_n, _id, ...": the columns to select */
	int first_cell;          /* the first result behind what every row has */
	struct output_column *columns;
	size_t column_count;
	struct formula_output *formulas; /* NULL when no column is computed */
	bool hide_field[FIELD_COUNT + 1];
	int64_t time_ms[2]; /* the newest _ctime and _mtime, formatted */
	char time_text[2][32];
	size_t time_len[2];
};

/* `view` may be NULL: then no column is hidden. Rows and their links are read with `conn`. */
void row_output_init(struct row_output *output, struct arena *arena, struct store_conn *conn, const struct table *table,
		     const struct view *view, enum cell_form form);
/* Writes the row that `stmt` stands on; fails only where a link cell can't be read. */
bool row_output_write(struct row_output *output, sqlite3_stmt *stmt, struct json_out *out, struct error *err);
/* The version of the row that `stmt` stands on, selected with an output that no view narrows. (row_version.c) */
void row_output_version(const struct row_output *output, sqlite3_stmt *stmt, char version[ROW_VERSION_LEN + 1]);
/* Does every row have a member of that name anyway? As a column's name it would hide the row's own. The column whose
 * key it is may have it. */
bool column_name_is_system(struct str name, struct str key);
/* Is the column hidden by the view? */
bool view_hides(const struct view *view, struct str key);

/* ---- sorting (row_order.c, collate.c, sql_function.c) ---- */

enum { ROW_ORDER_MAX = 32, ROW_ORDER_MAX_BYTES = 1 << 20 };

struct row_order {
	struct buf sql; /* `..., ..., `, to be followed by _n; empty = table order */
	const struct user_names *names;
	struct formula_sql values; /* of its parameters, the first ones of the statement */
	struct row_order_term {
		const struct column *bound; /* whose options `parameter` takes; NULL = it takes none */
		bool by_names;              /* `parameter` takes people's names */
		int parameter;
		const struct column *bare; /* whose cells are compared as they are stored; else NULL */
		size_t from, to;           /* its expression in `sql` */
		bool descending;
	} terms[ROW_ORDER_MAX];
	int term_count;
};

/* `names` must outlive the order. */
void row_order_init(struct row_order *order, struct arena *arena, const struct user_names *names);
/* What a column is ordered by: its cell, or what it computes, as a cell of `type`; `of` is the column whose options and
 * people it holds. */
struct row_order_cell {
	enum column_type_id type;
	struct str sql; /* on the row r0, in the arena; its values were added to `values` */
	const struct column *of;
};

/* False for a computed column that makes no sense. */
bool row_order_cell(struct formula_sql *values, const struct table *table, const struct column *column,
		    struct row_order_cell *cell);
/* Adds an expression; of `term`, `bound`, `parameter` and `bare` are given. There must be room for it. */
void row_order_add_term(struct row_order *order, struct str sql, bool descending, struct row_order_term term);
/* The number of a parameter to which row_order_bind() gives what the term's `bound` says. */
int row_order_next_parameter(struct row_order *order);
/* Adds a column; one that can't be sorted by is ignored. Its SQL is on the row r0. */
void row_order_add(struct row_order *order, const struct table *table, const struct column *column, bool descending);
/* Adds the view's sorts. */
void row_order_add_view(struct row_order *order, const struct table *table, const struct view *view);
/* How many parameters it has: ?1 and so on. */
int row_order_parameters(const struct row_order *order);
void row_order_bind(const struct row_order *order, sqlite3_stmt *stmt);
/* What a term compares. */
struct str row_order_expression(const struct row_order *order, int term);
void row_order_free(struct row_order *order);

/* ---- groups (row_group.c) ---- */

enum { ROW_GROUPS_MAX = 3 };

/* What the rows of a group have in common, and how it reads in an answer. */
struct row_group_key {
	enum { GROUPED_BY_TEXT, GROUPED_BY_NUMBER, GROUPED_BY_BOOL, GROUPED_BY_LIST } form;
	bool is_date;   /* whole, or cut */
	struct str sql; /* NULL for the empty group */
};

/* The valid ones of a list of groupings, outermost first (views.md 5). */
struct row_groups {
	struct row_group {
		const struct column *column;
		struct row_group_key key;
		size_t order_end; /* of the order's SQL: ordered by this group and those around it */
	} at[ROW_GROUPS_MAX];
	int count;
};

/* How dates and places are cut to a key; "" takes them whole. `week_start` is an SQLite modifier ("weekday 0"). */
struct row_group_cut {
	struct str count_type;
	const char *week_start;
};

/* The key of a column's rows, its values added to `values`; false for a column that can't group. */
bool row_group_key_of(struct formula_sql *values, const struct table *table, const struct column *column,
		      const struct row_group_cut *cut, struct row_group_key *key);
/* Reads a list of groupings, and orders rows by them: before any other term. */
void row_groups_add(struct row_groups *groups, struct row_order *order, const struct model *model,
		    const struct table *table, const cJSON *groupbys);

/* ---- cursors (row_cursor.c) ---- */

/* The row behind which a list goes on. */
struct row_cursor {
	int64_t place;       /* _n */
	const cJSON *values; /* the first of the values that it was sorted by */
};

/* Writes the member "next_cursor" that leads behind the row at `place`. */
bool row_cursor_write(struct store_conn *conn, struct arena *arena, const struct table *table,
		      const struct row_order *order, int64_t place, struct json_out *out, struct error *err);
/* Errors: E_param_invalid, E_cursor_of_other_list (another table or order). */
bool row_cursor_read(struct store_conn *conn, struct arena *arena, struct str text, const struct table *table,
		     const struct row_order *order, struct row_cursor *cursor, struct error *err);
/* The same as a range of an index, where the order is that of one bare column: condition, ORDER BY and LIMIT of those
 * rows behind the cursor that have a cell, or of those `empty`, which come last. Its parameters are
 * row_cursor_bind()'s.
 */
struct str row_cursor_keyset(const struct row_cursor *cursor, const struct row_order *order, bool empty,
			     struct arena *arena);
void row_cursor_bind(const struct row_cursor *cursor, sqlite3_stmt *stmt, int64_t limit);
/* Appends the condition that the row r0 comes behind the cursor. */
void row_cursor_emit(const struct row_cursor *cursor, const struct row_order *order, struct formula_sql *out);

/* Registers the collation "natural_order" (views.md 4). */
bool collate_register(sqlite3 *handle);
/* Natural text order: <0, 0, >0. */
int collate_compare(struct str a, struct str b);
/* Registers our SQL functions; the names are those of the pointers that they take (sqlite3_bind_pointer). */
bool sql_functions_register(sqlite3 *handle);
/* Registers the aggregate median(number): of those that are numbers, NULL when there is none (sql_median.c). */
bool sql_median_register(sqlite3 *handle);
#define SQL_COLUMN_POINTER "atoll column"
#define SQL_NAMES_POINTER "atoll user names"
#define SQL_AUTO_NUMBER_POINTER "atoll auto-number"
#define SQL_CONVERSION_POINTER "atoll conversion"

/* ---- which rows a call asks for (row_selection.c) ---- */

/* What a call asks for, worked out for its table. */
struct selection {
	const struct table *table;
	const struct view *view; /* NULL = none */
	struct row_order order;
	struct row_groups groups;
	struct formula_sql filter; /* empty = every row */
	struct row_cursor cursor;
	bool has_cursor;
	struct index_uses uses;
	bool by_index;         /* an index may find the rows */
	bool is_keyset;        /* it finds those behind the cursor, which `filter` leaves to row_cursor_keyset() */
	const char *problem;   /* a filter that makes no sense: no row fits (views.md 3.2) */
	bool without_archived; /* a normal view shows no archived rows (base-operations.md 3.2-4) */
};

/* Lives in the arena but for what selection_free() frees. Errors as base_list_rows(). */
bool selection_init(struct selection *selection, struct base_read *read, struct arena *arena,
		    const struct base_list_rows *query, struct error *err);
void selection_free(struct selection *selection);
/* " WHERE ..." on the row r0, or nothing. */
struct str selection_where(const struct selection *selection, struct arena *arena);

/* ---- auto-numbers (auto_number.c) ---- */

struct auto_number {
	int digits;
	bool by_date;
	struct str prefix; /* without the dash; "" = none */
};

struct auto_number auto_number_of(const struct column *column);
/* "row-0042", in the arena. */
struct str auto_number_text(const struct auto_number *format, struct arena *arena, int64_t number, int64_t ctime_ms);
/* The last number given out for the column, 0 when none. */
bool auto_number_last(struct store_conn *conn, struct str table_id, struct str key, int64_t *last, struct error *err);
bool auto_number_set(struct store_conn *conn, struct str table_id, struct str key, int64_t last, struct error *err);
/* Numbers all rows of a table in their order. */
bool auto_number_fill(struct change *change, struct str table_id, const struct column *column, struct error *err);

/* ---- converting cells to another type (column_convert.c) ---- */

struct conversion;

/* Converts one cell and makes it the SQL function's result. */
void conversion_run(struct conversion *conversion, sqlite3_value *value, sqlite3_context *context);

/* ---- tables and columns on their way into the schema (schema_write.c) ---- */

struct column_spec {
	struct str key, name, data, more; /* data absent = null; more absent = {} */
	const struct column_type *type;
	int width;
	bool is_new;
};

/* A table's columns while they change, in order. */
struct column_list {
	struct column_spec *at;
	size_t count;
	struct link_plan *links; /* what columns of type link bring about elsewhere; NULL where none can be made */
};

/* The list of a table (NULL = empty), with room for `more` others. */
struct column_list column_list_of(struct arena *arena, const struct table *table, size_t more);
/* A table's only column, when nobody says which it should have: text, key 0000. */
struct column_spec column_spec_first(struct str name);
/* A key that none of the list's columns has. */
struct str column_list_free_key(const struct column_list *list, struct arena *arena);
/* Adds the column that the request object describes, at its anchor; *key is its key. */
bool column_list_add(struct column_list *list, struct arena *arena, const cJSON *request, struct str *key,
		     struct error *err);
/* Writes new entries and changed positions into column_def, and makes the SQLite columns of new ones when the row table
 * exists already. */
bool column_list_store(const struct column_list *list, struct change *change, const struct table *table,
		       struct str table_id, struct error *err);
/* Numbers the rows of a table in its new auto-number columns. */
bool column_list_number(const struct column_list *list, struct change *change, struct str table_id, struct error *err);
/* A new table with its row table and Default View. */
bool schema_insert_table(struct change *change, struct str id, struct str name, size_t position,
			 const struct column_list *columns, struct error *err);
bool schema_insert_view(struct change *change, struct str table_id, const struct view *view, struct error *err);
/* Runs `sql`, which moves what stands behind `position` (?2) in the table (?1) up by one. */
bool schema_close_gap(struct change *change, const char *sql, struct str table_id, size_t position, struct error *err);

/* ---- formula columns (formula_column.c) ---- */

struct formula_output;

/* Completes the settings of a formula or link-formula column of `table`: what it reads and gives (formulas.md 6).
 * `self` is the column when the table has it. E_formula_invalid. */
bool formula_data_complete(struct arena *arena, const struct table *table, const struct column *self,
			   const struct column_type *type, struct str *data, struct error *err);
/* Is it computed when rows are read? */
bool column_is_formula(const struct column_type *type);
/* The same for the new ones of a list, which may name each other. `table` is NULL for one that is being made. */
bool column_list_complete_formulas(const struct column_list *list, struct arena *arena, const struct table *table,
				   struct error *err);
/* Inside a job, before the column has its new name: writes it into the formulas of all tables. */
bool formula_rename_column(struct change *change, const struct column *renamed, struct str new_name, struct error *err);
/* The formulas of a table's rows: none yet. Lives in the arena. */
struct formula_output *formula_output_new(struct arena *arena, const struct table *table);
/* Adds a column's; its place in the results, -1 for a formula that makes no sense any more. */
int formula_output_add(struct formula_output *formulas, const struct table *table, const struct column *column);
/* Computes them for the row at `place` (_n); the statement stands on the results until it is reset. */
bool formula_output_step(struct formula_output *formulas, struct store_conn *conn, int64_t place, sqlite3_stmt **stmt,
			 struct error *err);
/* Writes one result of a formula column; `is_raw` as in struct formula_info. */
void formula_cell_write(int kind, bool is_raw, sqlite3_stmt *stmt, int index, const struct column *column,
			enum cell_form form, struct json_out *out);
void formula_output_write(const struct formula_output *formulas, sqlite3_stmt *stmt, int index,
			  const struct column *column, enum cell_form form, struct json_out *out);

/* ---- links (link_make.c, link_drop.c, link_read.c) ---- */

struct link;

/* Which of a cell's rows are wanted, and how. */
struct link_page {
	struct str row_id;
	int64_t offset, limit;
	enum cell_form form;
	bool ids_only;
	bool is_cut; /* found when it is written: the cell holds more */
};

/* How the cells of a link column are read. */
struct link_cells {
	const struct link *link; /* NULL for a column that shows nothing */
	struct str sql;
	struct formula_sql values; /* of a computed display column */
	int kind;                  /* of its values; 0 for a stored one */
	bool is_raw;
};

/* The link must have a display column. */
void link_cells_init(struct link_cells *cells, struct arena *arena, const struct link *link);
/* Writes the cell of a row as a list of {"row_id", "display_value"}. */
bool link_cells_write(const struct link_cells *cells, struct store_conn *conn, struct link_page *page,
		      struct json_out *out, struct error *err);

/* Plans the links of a request that adds at most `max` columns to a table, which may be one that is being made. The
 * plan lies in the change's arena. */
struct link_plan *link_plan_new(struct change *change, struct str table_id, struct str table_name, size_t max);
/* Fills the settings of a new column of type link from what the client sent ({"table", "other_table"}, by name or id),
 * and plans its partner in the other table. E_column_data_invalid, E_table_not_found, E_columns_limit. */
bool link_plan_add(struct link_plan *plan, const cJSON *data, struct column_spec *spec, struct error *err);
/* Plans a link like that of `column`, which must lead somewhere, for the same column of the plan's table. *link_id is
 * the new link's, absent before the first of its columns. E_columns_limit. */
bool link_plan_copy(struct link_plan *plan, const struct column *column, struct str *link_id, struct str *data,
		    struct error *err);
/* Makes the SQLite tables of the links and the partner columns; after the columns themselves were stored. */
bool link_plan_store(const struct link_plan *plan, struct change *change, struct error *err);
/* Journals the partner columns; after change_schema(). */
bool link_plan_journal(const struct link_plan *plan, struct change *change, struct error *err);

/* The settings of a link column with those that a client may change taken from `given`: is_multiple,
 * display_column_key and what user interfaces keep there. E_column_data_invalid. */
bool link_data_merge(struct arena *arena, const struct column *column, const cJSON *given, struct str *out,
		     struct error *err);
/* Deletes the pairs of a row that is going. Writes them, when there are any, as members of the open object `out`:
 * "<link id>": {"<row id>": [ids]}. */
bool link_drop_row(struct change *change, const struct table *table, struct str row_id, struct json_out *out,
		   struct error *err);
/* Journals a new column, which the description has by now. (column_edit.c) */
bool column_journal_insert(struct change *change, struct str table_id, struct str key, struct error *err);
/* Deletes a column's row of column_def and closes the gap. (column_edit.c) */
bool column_delete_definition(struct change *change, struct str table_id, const struct column *column,
			      struct error *err);

/* ---- notifications, inside the job of what they tell (notification.c) ---- */

/* Tells who commented on the row before, who stands in its collaborator cells, and who is `mentioned` (a list of users,
 * or NULL); before the comment is stored. */
bool notify_comment(struct change *change, const struct table *table, struct str row_id, struct str text,
		    const cJSON *mentioned, struct error *err);
/* Does the column tell people that they were put into a cell? */
bool column_notifies(const struct column *column);
/* Tells those who stand in the cell now and did not before; `before` may be NULL. */
bool notify_collaborators(struct change *change, const struct table *table, const struct column *column,
			  struct str row_id, const struct cell *before, const struct cell *after, struct error *err);

/* Deletes what was said about a row that is going. (comment.c) */
bool comment_drop_row(struct change *change, struct str row_id, struct error *err);

/* ---- settings of select columns (option_data.c) ---- */

enum { OPTIONS_MAX_BYTES = 64 << 20 };

/* A select column's settings while they are written again: `out` stands inside the list of options. */
struct options_edit {
	const struct column *column;
	struct buf buf;
	struct json_out out;
};

bool column_is_select(const struct column *column);
/* The first option of a select column's settings, or NULL. */
const cJSON *options_first(const cJSON *data);
void options_edit_begin(struct options_edit *edit, const struct column *column);
/* Closes the list; the settings as they are to be stored. Ends the edit in any case. */
bool options_edit_end(struct options_edit *edit, struct arena *arena, struct str *data, struct error *err);
/* Sets a column's settings and journals that as modify_column_data, `with_cells` with the column's cells as they were.
 */
bool column_data_store(struct change *change, const struct table *table, const struct column *column, struct str data,
		       bool with_cells, struct error *err);
/* Takes options out of all cells; `ids` is a JSON list. */
bool options_drop_from_cells(struct change *change, const struct table *table, const struct column *column,
			     struct str ids, struct error *err);

/* ---- SQL of clients (sql.c, sql_select.c, sql_write.c, sql_value.c) ---- */

struct sql_statement;

/* How long statements on a connection may run. */
struct node;
struct sql_budget {
	struct store_conn *conn;
	int64_t until_us;
};

/* Watches what runs on the connection; a budget that was begun before goes on with the time that is left. */
void sql_budget_begin(struct sql_budget *budget, struct store_conn *conn, int max_ms);
void sql_budget_end(struct sql_budget *budget);
/* E_query_too_expensive when the time is over: for what is done between statements. */
bool sql_budget_check(const struct sql_budget *budget, struct error *err);
/* Lets the checked statement use the indexes that pay; auto_index_note() wants the uses when it has run. */
void sql_choose_indexes(struct store_conn *conn, struct arena *arena, struct sql_statement *statement,
			struct index_uses *uses);
bool sql_select(struct base *base, struct arena *arena, const struct base_sql *query, struct sql_statement *statement,
		struct json_out *out, struct error *err);
/* EXPLAIN: writes the answer whose rows are SQLite's plan for the compiled SELECT (sql_explain.c). */
bool sql_explain(struct store_conn *conn, struct arena *arena, const struct sql_statement *statement,
		 const struct formula_sql *compiled, struct json_out *out, struct error *err);
/* *changed: how many rows were inserted, deleted, or given other cells. */
bool sql_write(struct base *base, struct arena *arena, const struct base_actor *actor, const struct base_sql *query,
	       struct sql_statement *statement, int64_t *changed, struct json_out *out, struct error *err);
/* The values of those `set_count` that are no constants, from the statement's results behind `result` on, as cells; the
 * others' stay NULL. E_sql_invalid for an option that does not exist. */
bool sql_read_computed(struct arena *arena, const struct sql_statement *statement, struct node *const *values,
		       sqlite3_stmt *stmt, int result, cJSON ***out, struct error *err);
/* {column: value}; `computed` as sql_read_computed() gave it, or NULL. */
cJSON *sql_row_tree(struct arena *arena, const struct sql_statement *statement, struct node *const *values,
		    cJSON *const *computed);

/* ---- indexes that make themselves (auto_index.c, auto_index_care.c) ---- */

/* Finds out for which uses there is an index that pays in this call, and marks them as chosen. Returns the rows "r0",
 * "r1" ... of chosen uses as bits: INDEX_TERM of these belongs into the WHERE. `wanted`: rows that are read at most,
 * those that are skipped included. Never fails: without an index everything works, too. */
unsigned auto_index_choose(struct store_conn *conn, struct arena *arena, struct index_uses *uses, int64_t wanted);
/* Is there an index on the column that a thousand values can be looked up in? */
bool auto_index_serves_lookups(struct store_conn *conn, struct arena *arena, struct index_use *use);
/* Notes what the statement, which has run, did with or without indexes. */
void auto_index_note(struct base *base, const struct index_uses *uses, sqlite3_stmt *stmt);
/* Inside a job that writes: the base has changed. */
void auto_index_note_write(struct base *base);
bool auto_index_is_due(const struct base *base);
/* Makes an index that was asked for often enough, drops what nobody uses any more. May wait for the writer. */
void auto_index_care(struct base *base);
/* Inside a job: drops the index of a column that goes, or with an absent key the notes of a table that goes. */
bool auto_index_drop(struct store_conn *conn, struct arena *arena, struct str table_id, struct str key,
		     struct error *err);
void auto_index_free(struct base *base);

/* ---- small helpers ---- */

/* The table inside a job. */
const struct table *change_find_table(const struct change *change, const struct table_ref *ref, struct error *err);
/* An id that no table of the base has. (table_edit.c) */
struct str change_free_table_id(const struct change *change);
/* The column, which must be there. */
const struct column *model_column(const struct model *model, struct str table_id, struct str key);
/* A list of at most BASE_MAX_DELETES texts? */
bool check_row_ids(const cJSON *row_ids, struct error *err);
/* The column by name or key; E_column_not_found. */
const struct column *change_find_column(const struct table *table, struct str name_or_key, struct error *err);
/* The cells of a column, for the journal: "old_rows_data": [{"_id", key: value}], left out for big tables. */
bool journal_column_cells(struct journal *journal, struct store_conn *conn, struct arena *arena, const char *member,
			  const struct table *table, const struct column *column, struct error *err);

#endif
