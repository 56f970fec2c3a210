/* Passwords: argon2id, which takes 64 MiB a run on purpose. So only two run at once, and only a few may wait. */
#include <pthread.h>
#include <sodium.h>

#include "auth/room.h"
#include "core/arena.h"

enum { PASSWORD_MAX_LEN = 1024, MAX_RUNNING = 2, MAX_WAITING = 32 };

/* A hash of nothing anybody knows, with the same cost as those we make. */
static const char DUMMY_HASH[] =
	"$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int running, waiting;

static bool begin(struct error *err)
{
	bool ok = true;
	pthread_mutex_lock(&lock);
	if (running >= MAX_RUNNING && waiting >= MAX_WAITING) {
		ok = false;
	} else {
		waiting++;
		while (running >= MAX_RUNNING)
			pthread_cond_wait(&freed, &lock);
		waiting--;
		running++;
	}
	pthread_mutex_unlock(&lock);
	return ok || FAIL(err, overloaded);
}

static void end(void)
{
	pthread_mutex_lock(&lock);
	running--;
	pthread_cond_signal(&freed);
	pthread_mutex_unlock(&lock);
}

bool auth_hash_password(struct arena *arena, struct str password, struct str *out, struct error *err)
{
	char hash[crypto_pwhash_STRBYTES];
	if (password.len == 0 || password.len > PASSWORD_MAX_LEN)
		return FAIL_WITH(err, param_invalid, STR("password"));
	if (sodium_init() < 0)
		return FAIL(err, internal);
	if (!begin(err))
		return false;
	int failed = crypto_pwhash_str(hash, password.at, password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
				       crypto_pwhash_MEMLIMIT_INTERACTIVE);
	end();
	if (failed)
		return FAIL(err, overloaded); /* no memory for it */
	*out = str_copy(arena, str_from_c(hash));
	return true;
}

bool auth_verify_password(struct arena *arena, struct str hash, struct str password, bool *right, struct error *err)
{
	const char *text = hash.at ? str_to_c(arena, hash) : DUMMY_HASH;
	struct str tried = password.len <= PASSWORD_MAX_LEN ? password : STR("");
	if (!begin(err))
		return false;
	int failed = crypto_pwhash_str_verify(text, tried.at ? tried.at : "", tried.len);
	end();
	*right = failed == 0 && hash.at && tried.len > 0;
	return true;
}
