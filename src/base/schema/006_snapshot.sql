-- Copies of the whole base as it was. Their files lie in the data folder's "snapshots", "<uuid>.<commit_id>.db".

CREATE TABLE snapshot (
	id INTEGER PRIMARY KEY,
	commit_id TEXT NOT NULL UNIQUE,    -- 40 hex digits
	name TEXT NOT NULL,                -- what the base was called
	made_at INTEGER NOT NULL,
	version INTEGER NOT NULL,          -- the newest operation when it was asked for
	is_ready INTEGER NOT NULL DEFAULT 0 -- its file is complete
);
