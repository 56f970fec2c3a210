-- What people and programs say about rows.

CREATE TABLE comment (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given out again
	table_id TEXT NOT NULL REFERENCES table_def(id) ON DELETE CASCADE,
	row_id TEXT NOT NULL,                 -- _id of a row of that table; the comment goes with the row
	author TEXT NOT NULL,                 -- user name, or the name of an application's token
	text TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	resolved INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX comment_by_row ON comment(row_id, id);
CREATE INDEX comment_by_time ON comment(created_at);
