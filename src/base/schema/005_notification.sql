-- What the base tells a person: a comment on a row of theirs, a row that they were put into.

CREATE TABLE notification (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given out again
	username TEXT NOT NULL,               -- whom it is for
	msg_type TEXT NOT NULL,               -- 'row_comment', 'selected_collaborator'
	created_at INTEGER NOT NULL,
	detail TEXT NOT NULL,                 -- JSON: who did what, where
	seen INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX notification_by_user ON notification(username, id);
