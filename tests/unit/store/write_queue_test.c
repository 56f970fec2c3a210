/* The write queue: one commit for many callers, each with an answer of its own. */
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/metric.h"
#include "store/store_internal.h"

/* ---- several callers in one batch ---- */

/* A caller on a thread of its own, and the answer it got. */
struct caller {
	struct store_db *db;
	store_job job;
	void *ctx;
	bool fine;
	struct error err;
	pthread_t thread;
};

static void *call(void *arg)
{
	struct caller *caller = arg;

	caller->fine = store_write(caller->db, caller->job, caller->ctx, &caller->err);
	return NULL;
}

struct gate {
	sem_t entered, open;
};

/* A job that keeps the writer until the test opens the gate. */
static bool wait_at_gate(struct store_conn *conn, void *ctx, struct error *err)
{
	struct gate *gate = ctx;

	(void)conn;
	(void)err;
	sem_post(&gate->entered);
	while (sem_wait(&gate->open) != 0)
		;
	return true;
}

static struct write_job *last_queued(struct store_db *db)
{
	pthread_mutex_lock(&db->queue.lock);
	struct write_job *last = db->queue.last;
	pthread_mutex_unlock(&db->queue.lock);
	return last;
}

/* Runs all callers, in their order, in one batch: they queue up while the writer is kept busy. */
static void call_together(struct store_db *db, struct caller *callers, size_t count)
{
	struct gate gate;
	struct caller keeper = { .db = db, .job = wait_at_gate, .ctx = &gate };

	sem_init(&gate.entered, 0, 0);
	sem_init(&gate.open, 0, 0);
	assert_int_equal(pthread_create(&keeper.thread, NULL, call, &keeper), 0);
	while (sem_wait(&gate.entered) != 0)
		;
	for (size_t i = 0; i < count; i++) {
		struct write_job *before = last_queued(db);
		callers[i].db = db;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
		while (last_queued(db) == before)
			sched_yield();
	}
	sem_post(&gate.open);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
	assert_int_equal(pthread_join(keeper.thread, NULL), 0);
	assert_true(keeper.fine);
	sem_destroy(&gate.entered);
	sem_destroy(&gate.open);
}

/* ---- jobs ---- */

static bool insert_then_refuse(struct store_conn *conn, void *ctx, struct error *err)
{
	return fixture_insert(conn, ctx, err) && FAIL(err, row_not_found);
}

static bool execute(struct store_conn *conn, void *sql, struct error *err)
{
	return store_exec(conn, sql, err);
}

/* Leaves a statement in the middle of its rows. */
static bool insert_and_leave_rows(struct store_conn *conn, void *ctx, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	bool row = false;

	return fixture_insert(conn, ctx, err) && store_prepare_c(conn, "SELECT 1 UNION ALL SELECT 2", &stmt, err) &&
	       store_step(conn, stmt, &row, err) && row;
}

static const char fill_sql[] =
	"INSERT INTO item(text) SELECT hex(zeroblob(500000)) || value FROM "
	"(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 8) "
	"SELECT value FROM n)";

static void assert_works(struct fixture *f)
{
	char text[] = "works again";
	int64_t before = fixture_read(f, "SELECT count(*) FROM item");

	assert_true(store_write(f->db, fixture_insert, text, &f->err));
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), before + 1);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
			 1);
}

/* ---- tests ---- */

static void test_a_failing_job_between_two_good_ones(void **state)
{
	struct fixture *f = *state;
	struct caller callers[] = {
		{ .job = fixture_insert, .ctx = "first" },       { .job = insert_then_refuse, .ctx = "refused" },
		{ .job = fixture_insert, .ctx = "first" }, /* its text is taken: SQLite itself refuses it */
		{ .job = insert_and_leave_rows, .ctx = "left" }, { .job = insert_and_leave_rows, .ctx = "left again" },
		{ .job = fixture_insert, .ctx = "last" },
	};
	int64_t commits = metric_get(M_store_commits_total), writes = metric_get(M_store_writes_total);

	call_together(f->db, callers, 6);
	assert_true(callers[0].fine && callers[3].fine && callers[4].fine && callers[5].fine);
	assert_false(callers[1].fine);
	assert_int_equal(callers[1].err.code, E_row_not_found);
	assert_false(callers[2].fine);
	assert_int_equal(callers[2].err.code, E_storage_failed);
	assert_int_equal(fixture_read(f, "SELECT group_concat(text) = 'first,left,left again,last' FROM item"), 1);
	assert_int_equal(metric_get(M_store_commits_total) - commits, 2); /* the keeper's and one for all others */
	assert_int_equal(metric_get(M_store_writes_total) - writes, 5);
}

static void test_a_failing_job_alone(void **state)
{
	struct fixture *f = *state;

	assert_false(store_write(f->db, insert_then_refuse, "refused", &f->err));
	assert_int_equal(f->err.code, E_row_not_found);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 0);
	assert_works(f);
}

static void test_a_commit_that_fails_takes_all_with_it(void **state)
{
	struct fixture *f = *state;
	struct caller callers[] = {
		{ .job = fixture_insert, .ctx = "good" },
		{ .job = execute, .ctx = "INSERT INTO child VALUES (42)" }, /* found wrong at the commit */
		{ .job = insert_then_refuse, .ctx = "refused" },
	};

	assert_true(store_write(f->db, execute,
				"CREATE TABLE child(item REFERENCES item(id) DEFERRABLE INITIALLY DEFERRED)", &f->err));
	call_together(f->db, callers, 3);
	for (int i = 0; i < 3; i++)
		assert_false(callers[i].fine);
	assert_int_equal(callers[0].err.code, E_storage_failed);
	assert_int_equal(callers[1].err.code, E_storage_failed);
	assert_int_equal(callers[2].err.code, E_row_not_found);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 0);
	assert_works(f);
}

static void test_another_process_that_writes(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other = NULL;
	struct caller callers[] = { { .job = fixture_insert, .ctx = "a" }, { .job = fixture_insert, .ctx = "b" } };

	sqlite3_busy_timeout(f->db->writer->handle, 1);
	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < 2; i++) {
		assert_false(store_write(f->db, callers[i].job, callers[i].ctx, &f->err));
		assert_int_equal(f->err.code, E_overloaded);
	}
	assert_int_equal(sqlite3_exec(other, "INSERT INTO item(text) VALUES ('theirs'); COMMIT", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	assert_works(f);
}

/* SQLite takes back no more than the statement that found no room: the others in the batch are kept. */
static void test_one_change_that_is_too_large(void **state)
{
	struct fixture *f = *state;
	struct caller callers[] = {
		{ .job = fixture_insert, .ctx = "before" },
		{ .job = execute, .ctx = (void *)fill_sql },
		{ .job = fixture_insert, .ctx = "after" },
	};

	assert_true(store_write(f->db, execute, "PRAGMA max_page_count = 20", &f->err));
	call_together(f->db, callers, 3);
	assert_false(callers[1].fine);
	assert_int_equal(callers[1].err.code, E_storage_full);
	assert_true(callers[0].fine && callers[2].fine);
	assert_int_equal(fixture_read(f, "SELECT group_concat(text) = 'before,after' FROM item"), 1);
	assert_false(store_write(f->db, execute, (void *)fill_sql, &f->err));
	assert_int_equal(f->err.code, E_storage_full);
	assert_works(f);
}

/* SQLite may also end the whole transaction: then nobody's change is kept, and nobody is told that his was. */
static void test_a_change_that_takes_the_batch_with_it(void **state)
{
	struct fixture *f = *state;
	struct caller callers[] = {
		{ .job = fixture_insert, .ctx = "before" },
		{ .job = execute, .ctx = "INSERT INTO item(text) VALUES (hex(zeroblob(500000)))" },
		{ .job = fixture_insert, .ctx = "after" },
	};

	assert_true(store_write(f->db, fixture_insert, "kept", &f->err));
	assert_true(store_write(f->db, execute, "PRAGMA max_page_count = 20", &f->err));
	call_together(f->db, callers, 3);
	for (int i = 0; i < 3; i++) {
		assert_false(callers[i].fine);
		assert_int_equal(callers[i].err.code, E_storage_full);
	}
	assert_int_equal(fixture_read(f, "SELECT group_concat(text) = 'kept' FROM item"), 1);
	assert_works(f);
	assert_true(store_write(f->db, execute, "PRAGMA max_page_count = 100000", &f->err));
	assert_true(store_write(f->db, callers[1].job, callers[1].ctx, &f->err));
}

/* The system refuses to let the WAL grow: at the commit for a small change, and for a large one while it is made. */
static void test_a_full_disk(void **state)
{
	struct fixture *f = *state;
	struct caller callers[] = {
		{ .job = fixture_insert, .ctx = "before" },
		{ .job = fixture_insert, .ctx = "between" },
		{ .job = fixture_insert, .ctx = "after" },
	};
	char wal[80];
	struct stat status;
	struct rlimit old, small;

	(void)snprintf(wal, sizeof(wal), "%s-wal", f->path);
	assert_int_equal(stat(wal, &status), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ .rlim_cur = (rlim_t)status.st_size + 100, .rlim_max = old.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	for (int large = 0; large < 2; large++) {
		callers[1].job = large ? execute : fixture_insert;
		callers[1].ctx = large ? (void *)fill_sql : "between";
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		call_together(f->db, callers, 3);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		for (int i = 0; i < 3; i++) {
			assert_false(callers[i].fine);
			assert_int_equal(callers[i].err.code, E_storage_full);
		}
		assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 0);
	}
	assert_works(f);
	store_close(&f->db);
	fixture_open(f, STORE_OPEN_EXISTING);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), 1);
}

/* ---- many callers ---- */

enum { THREADS = 32, ROUNDS = 200 };

struct crowd_member {
	struct store_db *db;
	int number, refused;
	pthread_t thread;
};

/* Every fifth write fails, and must leave nothing. */
static void *write_often(void *arg)
{
	struct crowd_member *member = arg;

	for (int i = 0; i < ROUNDS; i++) {
		struct error err;
		char text[40];
		bool fails = i % 5 == 4;
		(void)snprintf(text, sizeof(text), "%s %d %d", fails ? "bad" : "good", member->number, i);
		bool fine = store_write(member->db, fails ? insert_then_refuse : fixture_insert, text, &err);
		if (!fine && err.code == E_row_not_found && fails)
			member->refused++;
		else if (!fine || fails)
			member->refused -= ROUNDS;
	}
	return NULL;
}

static void test_many_callers(void **state)
{
	struct fixture *f = *state;
	struct crowd_member members[THREADS];
	int64_t commits = metric_get(M_store_commits_total);

	for (int i = 0; i < THREADS; i++) {
		members[i] = (struct crowd_member){ .db = f->db, .number = i };
		assert_int_equal(pthread_create(&members[i].thread, NULL, write_often, &members[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(members[i].thread, NULL), 0);
		assert_int_equal(members[i].refused, ROUNDS / 5);
	}
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item WHERE text LIKE 'good %'"),
			 THREADS * ROUNDS / 5 * 4);
	assert_int_equal(fixture_read(f, "SELECT count(*) FROM item"), THREADS * ROUNDS / 5 * 4);
	assert_true(metric_get(M_store_commits_total) - commits < THREADS * ROUNDS / 5 * 4);
	assert_works(f);
}

static atomic_bool closed;

static void *close_it(void *arg)
{
	store_close(arg);
	atomic_store(&closed, true);
	return NULL;
}

static void test_closing_waits_for_who_writes(void **state)
{
	struct fixture *f = *state;
	struct gate gate;
	struct caller keeper = { .db = f->db, .job = wait_at_gate, .ctx = &gate };
	pthread_t closer;

	sem_init(&gate.entered, 0, 0);
	sem_init(&gate.open, 0, 0);
	assert_int_equal(pthread_create(&keeper.thread, NULL, call, &keeper), 0);
	while (sem_wait(&gate.entered) != 0)
		;
	assert_int_equal(pthread_create(&closer, NULL, close_it, &f->db), 0);
	for (int64_t end = clock_monotonic_us() + 50000; clock_monotonic_us() < end; sched_yield())
		assert_false(atomic_load(&closed)); /* every chance to close too early */
	sem_post(&gate.open);
	assert_int_equal(pthread_join(closer, NULL), 0);
	assert_int_equal(pthread_join(keeper.thread, NULL), 0);
	assert_true(keeper.fine);
	assert_null(f->db);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_a_failing_job_between_two_good_ones),
		CASE(test_a_failing_job_alone),
		CASE(test_a_commit_that_fails_takes_all_with_it),
		CASE(test_another_process_that_writes),
		CASE(test_one_change_that_is_too_large),
		CASE(test_a_change_that_takes_the_batch_with_it),
		CASE(test_a_full_disk),
		CASE(test_many_callers),
		CASE(test_closing_waits_for_who_writes),
	};

	if (!store_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
