CREATE TABLE session (
	-- A browser that is signed in, by a cookie. Ends by itself at expires_at, which moves on while it is used.
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
	token_hash BLOB NOT NULL UNIQUE,    -- 32 bytes, keyed BLAKE2b of the cookie's value
	created_at INTEGER NOT NULL,
	last_seen INTEGER NOT NULL,         -- written now and then, not a call at a time
	expires_at INTEGER NOT NULL
);
CREATE INDEX session_by_account ON session(account_id, last_seen);
CREATE INDEX session_by_expiry ON session(expires_at);
