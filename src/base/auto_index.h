/* Between auto_index.c, which knows what queries ask for, and auto_index_care.c, which makes and drops indexes. */
#ifndef ATOLL_BASE_AUTO_INDEX_H
#define ATOLL_BASE_AUTO_INDEX_H

#include "base/base_internal.h"
#include "query/index_use.h"

enum {
	INDEX_NOTES = 32,            /* columns of a base that are remembered */
	INDEX_ROWS_MIN = 5000,       /* smaller tables are read as fast without */
	INDEX_ROWS_AT_ONCE = 300000, /* larger ones only while nobody writes: an index takes 0.5 to 1 µs a row */
	INDEX_ROWS_MAX = 5000000,
	INDEX_MISSES_MIN = 8, /* statements that read a table for want of an index on the column */
	INDEX_SCANS = 7,      /* by then they have read it that often */
	INDEX_A_TABLE = 6,    /* indexes of one table */
	INDEX_QUIET_US = 5000000,
	INDEX_CARE_US = 60000000,           /* between two looks at what is used */
	INDEX_WRITES_BETWEEN = 1000,        /* the same in writes */
	INDEX_UNUSED_WRITES = 10000,        /* an index that nobody used for so many writes and ... */
	INDEX_UNUSED_MS = 24 * 3600 * 1000, /* ... so long is dropped */
	INDEX_USED_MS = 3600 * 1000,        /* how exact used_at is */
};

struct kept_value {
	bool is_known, is_number;
	double number;
	size_t len;
	char text[64]; /* the beginning of a longer one */
};

/* What statements did with a column. */
struct index_note {
	char table_id[ID_SHORT_LEN + 1], key[ID_SHORT_LEN + 1];
	enum index_use_kind kind; /* of the last one */
	enum column_type_id column_type;
	struct kept_value low, high; /* what the last one looked for */
	int misses;                  /* without an index */
	int64_t steps;               /* rows read by these */
	bool is_used;                /* with one, since the last look */
	int64_t last_us;
};

struct index_notes {
	struct index_note at[INDEX_NOTES];
};

/* About how many rows the table has. */
int64_t auto_index_row_count(struct store_conn *conn, struct arena *arena, struct str table_id);
void auto_index_bind(sqlite3_stmt *stmt, int index, const struct formula_value *value);

#endif
