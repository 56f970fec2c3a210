-- Indexes that were made because queries asked for them. They can be dropped at any time, and are made again when asked
-- for again.

CREATE TABLE derived_auto_index (
	table_id TEXT NOT NULL,
	column_key TEXT NOT NULL,      -- the index is "auto_<table_id>_<column_key>"
	made_at INTEGER NOT NULL,      -- milliseconds since 1970 UTC
	used_at INTEGER NOT NULL,      -- when a query used it last, to an hour
	used_version INTEGER NOT NULL, -- the newest operation then
	PRIMARY KEY (table_id, column_key)
) WITHOUT ROWID;
