/* The floor of the benchmarks: what one core does in a bare C loop on SQLite, without a server, types or a journal.
 *
 *   floor append FILE ROWS.tsv BATCHES: inserts the rows of ROWS.tsv BATCHES times, one durable commit each time, into
 * a table of the same columns with a unique 22-character id; prints rows a second
 *   floor list BASE.db SQL ROUNDS: steps the statement ROUNDS times and formats its rows as JSON; prints rounds a
 * second floor query BASE.db SQL ROUNDS: fetches the statement's rows ROUNDS times; prints the milliseconds of the
 * fastest floor pairs FILE COUNT: inserts COUNT pairs of linked rows in one commit; prints milliseconds
 *
 * It formats and binds with care but without tricks, as an experienced programmer would in an afternoon. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS = 10, MAX_ROWS = 1000 };

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check(bool fine, sqlite3 *db, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "floor: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
	exit(1);
}

static sqlite3 *open_file(const char *path)
{
	sqlite3 *db = NULL;

	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	check(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) ==
		      SQLITE_OK,
	      db, path);
	check(sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL, NULL) == SQLITE_OK,
	      db, "pragma");
	return db;
}

/* One cell of ROWS.tsv: numbers are bound as numbers, everything else as text. */
struct value {
	char *text;
	int len;
	bool is_number;
	double number;
};

static struct value rows[MAX_ROWS][COLUMNS];

static int read_rows(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	int count = 0;

	check(file != NULL, NULL, path);
	while (count < MAX_ROWS && getline(&line, &size, file) > 0) {
		char *rest = line;
		line[strcspn(line, "\n")] = '\0';
		for (int c = 0; c < COLUMNS; c++) {
			char *text = strsep(&rest, "\t");
			char *end = NULL;
			struct value *value = &rows[count][c];
			check(text != NULL, NULL, "a row with too few columns");
			*value = (struct value){ .text = strdup(text), .len = (int)strlen(text) };
			value->number = strtod(text, &end);
			value->is_number = *text != '\0' && *end == '\0';
		}
		count++;
	}
	free(line);
	fclose(file);
	return count;
}

static void insert_row(sqlite3 *db, sqlite3_stmt *insert, const struct value *row, long number)
{
	char id[32];

	snprintf(id, sizeof(id), "%022ld", number);
	sqlite3_bind_text(insert, 1, id, 22, SQLITE_STATIC);
	for (int c = 0; c < COLUMNS; c++) {
		if (row[c].is_number)
			sqlite3_bind_double(insert, c + 2, row[c].number);
		else
			sqlite3_bind_text(insert, c + 2, row[c].text, row[c].len, SQLITE_STATIC);
	}
	check(sqlite3_step(insert) == SQLITE_DONE, db, "insert");
	sqlite3_reset(insert);
}

static void append(const char *path, const char *rows_path, int batches)
{
	sqlite3 *db = open_file(path);
	sqlite3_stmt *insert = NULL;
	int count = read_rows(rows_path);
	long number = 0;

	check(sqlite3_exec(
		      db,
		      "CREATE TABLE t (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, a TEXT, b TEXT, c TEXT, d TEXT,"
		      " e REAL, f REAL, g REAL, h TEXT, i INTEGER, j TEXT)",
		      NULL, NULL, NULL) == SQLITE_OK,
	      db, "create");
	check(sqlite3_prepare_v2(db, "INSERT INTO t VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", -1, &insert,
				 NULL) == SQLITE_OK,
	      db, "prepare");
	double start = seconds();
	for (int b = 0; b < batches; b++) {
		check(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK, db, "begin");
		for (int r = 0; r < count; r++)
			insert_row(db, insert, rows[r], number++);
		check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, db, "commit");
	}
	printf("%.1f\n", (double)number / (seconds() - start));
	sqlite3_finalize(insert);
	sqlite3_close(db);
}

static char *out;
static size_t out_len, out_cap;

static void put(const char *bytes, size_t len)
{
	if (out_len + len > out_cap) {
		out_cap = (out_len + len) * 2;
		out = realloc(out, out_cap);
		check(out != NULL, NULL, "memory");
	}
	memcpy(out + out_len, bytes, len);
	out_len += len;
}

static void put_string(const char *text, size_t len)
{
	put("\"", 1);
	for (size_t from = 0; from < len;) {
		size_t to = from;
		while (to < len && (unsigned char)text[to] >= 0x20 && text[to] != '"' && text[to] != '\\')
			to++;
		put(text + from, to - from);
		if (to < len) {
			char escape[8];
			int n = snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)text[to]);
			put(escape, (size_t)n);
			to++;
		}
		from = to;
	}
	put("\"", 1);
}

static void put_value(sqlite3_stmt *select, int c)
{
	char number[40];
	int n;

	switch (sqlite3_column_type(select, c)) {
	case SQLITE_INTEGER:
		n = snprintf(number, sizeof(number), "%lld", (long long)sqlite3_column_int64(select, c));
		put(number, (size_t)n);
		break;
	case SQLITE_FLOAT:
		n = snprintf(number, sizeof(number), "%.15g", sqlite3_column_double(select, c));
		put(number, (size_t)n);
		break;
	case SQLITE_NULL:
		put("null", 4);
		break;
	default:
		put_string((const char *)sqlite3_column_text(select, c), (size_t)sqlite3_column_bytes(select, c));
	}
}

static void list(const char *path, const char *sql, int rounds)
{
	sqlite3 *db = open_file(path);
	sqlite3_stmt *select = NULL;

	check(sqlite3_prepare_v2(db, sql, -1, &select, NULL) == SQLITE_OK, db, sql);
	int columns = sqlite3_column_count(select);
	double start = seconds();
	for (int round = 0; round < rounds; round++) {
		out_len = 0;
		put("{\"rows\":[", 9);
		while (sqlite3_step(select) == SQLITE_ROW) {
			for (int c = 0; c < columns; c++) {
				const char *name = sqlite3_column_name(select, c);
				put(c == 0 ? "{" : ",", 1);
				put_string(name, strlen(name));
				put(":", 1);
				put_value(select, c);
			}
			put("},", 2);
		}
		put("]}", 2);
		sqlite3_reset(select);
	}
	printf("%.1f\n", rounds / (seconds() - start));
	sqlite3_finalize(select);
	sqlite3_close(db);
	free(out);
}

static void query(const char *path, const char *sql, int rounds)
{
	sqlite3 *db = open_file(path);
	sqlite3_stmt *select = NULL;
	double best = 1e9;

	check(sqlite3_prepare_v2(db, sql, -1, &select, NULL) == SQLITE_OK, db, sql);
	for (int round = 0; round < rounds; round++) {
		double start = seconds(), took;

		while (sqlite3_step(select) == SQLITE_ROW) {
			for (int c = 0; c < sqlite3_column_count(select); c++)
				(void)sqlite3_column_text(select, c);
		}
		check(sqlite3_reset(select) == SQLITE_OK, db, sql);
		took = seconds() - start;
		best = took < best ? took : best;
	}
	printf("%.3f\n", best * 1000);
	sqlite3_finalize(select);
	sqlite3_close(db);
}

/* `count` pairs of 22-character ids, with the indexes that a link needs, in one durable commit. */
static void pairs(const char *path, int count)
{
	sqlite3 *db = open_file(path);
	sqlite3_stmt *insert = NULL;
	char row1[32], row2[32];

	check(sqlite3_exec(
		      db,
		      "CREATE TABLE links (row1 TEXT NOT NULL, row2 TEXT NOT NULL, order1 INTEGER NOT NULL, order2 "
		      "INTEGER NOT NULL, PRIMARY KEY (row1, row2)) WITHOUT ROWID;"
		      "CREATE INDEX back ON links(row2, order2, row1)",
		      NULL, NULL, NULL) == SQLITE_OK,
	      db, "create");
	check(sqlite3_prepare_v2(db, "INSERT INTO links VALUES (?1, ?2, ?3, ?3)", -1, &insert, NULL) == SQLITE_OK, db,
	      "insert");
	double start = seconds();
	sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	for (int i = 0; i < count; i++) {
		sqlite3_bind_text(insert, 1, row1, snprintf(row1, sizeof(row1), "order%017d", i / 10), SQLITE_STATIC);
		sqlite3_bind_text(insert, 2, row2, snprintf(row2, sizeof(row2), "maker%017d", i % 1000), SQLITE_STATIC);
		sqlite3_bind_int(insert, 3, i);
		check(sqlite3_step(insert) == SQLITE_DONE, db, "step");
		sqlite3_reset(insert);
	}
	check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, db, "commit");
	printf("%.2f\n", (seconds() - start) * 1000);
	sqlite3_finalize(insert);
	sqlite3_close(db);
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "append") == 0)
		append(argv[2], argv[3], atoi(argv[4]));
	else if (argc == 5 && strcmp(argv[1], "list") == 0)
		list(argv[2], argv[3], atoi(argv[4]));
	else if (argc == 5 && strcmp(argv[1], "query") == 0)
		query(argv[2], argv[3], atoi(argv[4]));
	else if (argc == 4 && strcmp(argv[1], "pairs") == 0)
		pairs(argv[2], atoi(argv[3]));
	else
		return 2;
	return 0;
}
