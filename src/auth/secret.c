/* The secret on disk, and what is done with the keys derived from it. The file is written under another name and then
 * linked into place, so that it is whole or not there, and never replaces one that is. */
#include "auth/secret.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/log.h"

enum { HEX_LEN = 2 * AUTH_KEY_BYTES };

/* Numbers of the derived keys. They never change: what is stored depends on them. */
enum subkey { SUBKEY_JWT = 1, SUBKEY_HASH = 2, SUBKEY_BOX = 3 };
static const char CONTEXT[crypto_kdf_CONTEXTBYTES] = { 'a', 't', 'o', 'l', 'l', 'k', 'e', 'y' };

static_assert(crypto_kdf_KEYBYTES == AUTH_KEY_BYTES, "the secret is a key of crypto_kdf");

static bool fail(struct error *err, const char *reason)
{
	return FAIL_WITH(err, secret_unusable, str_from_c(reason));
}

static bool parse_hex(struct str hex, unsigned char out[AUTH_KEY_BYTES])
{
	size_t len = 0;
	return hex.len == HEX_LEN && sodium_hex2bin(out, AUTH_KEY_BYTES, hex.at, hex.len, NULL, &len, NULL) == 0 &&
	       len == AUTH_KEY_BYTES;
}

/* ---- the file ---- */

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static bool sync_folder(const char *data)
{
	int fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool ok = fsync(fd) == 0;
	return close(fd) == 0 && ok;
}

/* Writes a new secret to `path`, a name nobody uses. */
static bool write_new(const char *path)
{
	unsigned char secret[AUTH_KEY_BYTES];
	char text[HEX_LEN + 1];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	randombytes_buf(secret, sizeof(secret));
	(void)sodium_bin2hex(text, sizeof(text), secret, sizeof(secret));
	text[HEX_LEN] = '\n';
	bool ok = fchmod(fd, 0600) == 0 && write_all(fd, text, sizeof(text)) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(text, sizeof(text));
	return ok;
}

/* Makes `path` unless it is there by now. */
static bool make_file(const char *data, const char *path, struct error *err)
{
	char draft[PATH_MAX];
	int len = snprintf(draft, sizeof(draft), "%s.%08x", path, randombytes_random());
	if (len < 0 || (size_t)len >= sizeof(draft))
		return fail(err, "the path is too long");
	bool ok = write_new(draft) && (link(draft, path) == 0 || errno == EEXIST);
	(void)unlink(draft);
	if (!ok || !sync_folder(data))
		return fail(err, "secret.key can't be written");
	LOG(LOG_INFO, "secret_made", LOG_STR("file", str_from_c(path)));
	return true;
}

static bool read_all(int fd, char *into, size_t size, size_t *len)
{
	*len = 0;
	while (*len < size) {
		ssize_t n = read(fd, into + *len, size - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		*len += (size_t)n;
	}
	return true;
}

static bool read_open_file(int fd, unsigned char out[AUTH_KEY_BYTES], struct error *err)
{
	struct stat info;
	char text[HEX_LEN + 2];
	size_t len = 0;
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
		return fail(err, "secret.key is not a regular file");
	if ((info.st_mode & 077) != 0)
		return fail(err, "secret.key is open to others; its mode must be 0600");
	bool ok = read_all(fd, text, sizeof(text), &len) && len >= HEX_LEN &&
		  str_trim((struct str){ text, len }).len == HEX_LEN && parse_hex((struct str){ text, HEX_LEN }, out);
	sodium_memzero(text, sizeof(text));
	return ok || fail(err, "secret.key doesn't hold 64 hex digits");
}

static bool load_file(const char *data, unsigned char out[AUTH_KEY_BYTES], struct error *err)
{
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/secret.key", data);
	if (len < 0 || (size_t)len >= sizeof(path))
		return fail(err, "the path is too long");
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		if (!make_file(data, path, err))
			return false;
		fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (fd < 0)
		return fail(err, "secret.key can't be read");
	bool ok = read_open_file(fd, out, err);
	(void)close(fd);
	return ok;
}

bool secret_load(const char *data, struct str hex, struct auth_keys *out, struct error *err)
{
	unsigned char secret[AUTH_KEY_BYTES];
	if (sodium_init() < 0)
		return fail(err, "the system has no randomness");
	if (hex.at && !parse_hex(hex, secret))
		return fail(err, "it must be 64 hex digits");
	if (!hex.at && !load_file(data, secret, err))
		return false;
	crypto_kdf_derive_from_key(out->jwt, sizeof(out->jwt), SUBKEY_JWT, CONTEXT, secret);
	crypto_kdf_derive_from_key(out->hash, sizeof(out->hash), SUBKEY_HASH, CONTEXT, secret);
	crypto_kdf_derive_from_key(out->box, sizeof(out->box), SUBKEY_BOX, CONTEXT, secret);
	sodium_memzero(secret, sizeof(secret));
	return true;
}

/* ---- hashes and boxes ---- */

void secret_hash(const struct auth_keys *keys, struct str token, unsigned char into[AUTH_HASH_BYTES])
{
	crypto_generichash(into, AUTH_HASH_BYTES, (const unsigned char *)token.at, token.len, keys->hash,
			   sizeof(keys->hash));
}

enum {
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

struct str secret_seal(const struct auth_keys *keys, struct arena *arena, struct str text, struct str owner)
{
	unsigned char *box = arena_alloc(arena, NONCE_BYTES + text.len + TAG_BYTES);
	unsigned long long len = 0;
	randombytes_buf(box, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE_BYTES, &len, (const unsigned char *)text.at, text.len,
						   (const unsigned char *)owner.at, owner.len, NULL, box, keys->box);
	return (struct str){ (const char *)box, NONCE_BYTES + (size_t)len };
}

bool secret_unseal(const struct auth_keys *keys, struct arena *arena, struct str box, struct str owner,
		   struct str *text)
{
	if (box.len < NONCE_BYTES + TAG_BYTES)
		return false;
	const unsigned char *nonce = (const unsigned char *)box.at;
	unsigned char *plain = arena_alloc(arena, box.len);
	unsigned long long len = 0;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &len, NULL, nonce + NONCE_BYTES, box.len - NONCE_BYTES,
						       (const unsigned char *)owner.at, owner.len, nonce,
						       keys->box) != 0)
		return false;
	*text = (struct str){ (const char *)plain, (size_t)len };
	return true;
}
