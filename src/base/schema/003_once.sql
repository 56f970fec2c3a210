-- Writes that a client may send again: each is carried out once.

CREATE TABLE once (
	-- One row a write that came with an Idempotency-Key; kept for a day.
	id INTEGER PRIMARY KEY,
	caller TEXT NOT NULL,        -- 'token 12' or 'account 3': a key counts for who sent it
	key TEXT NOT NULL,
	fingerprint TEXT NOT NULL,   -- of the request: the same key with another request is refused
	made_at INTEGER NOT NULL,
	status INTEGER,              -- of the answer; NULL until it is known
	answer TEXT,                 -- its JSON text
	UNIQUE (caller, key)
);
