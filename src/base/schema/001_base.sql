-- An Atoll base: a spreadsheet-like database in one SQLite file. Everything here is truth; what can be recomputed lies in
-- tables whose names begin with "derived_" and may be dropped. Times are milliseconds since 1970 UTC.

CREATE TABLE base_info (
	-- Facts about the whole base: 'uuid', 'settings' (JSON), 'schema_stamp' (random, new with every change of tables, columns or
	-- views: a cached description of the base is valid while it stays the same).
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO base_info(key, value) VALUES ('uuid', ''), ('settings', '{}'), ('schema_stamp', 'empty');

CREATE TABLE table_def (
	-- One row a table of the base. Its rows lie in the SQLite table "rows_<id>".
	id TEXT PRIMARY KEY,              -- 4 characters; the first is '0000'; no two differ by case alone
	position INTEGER NOT NULL,        -- order of the tabs
	name TEXT NOT NULL UNIQUE,
	more TEXT NOT NULL DEFAULT '{}',  -- JSON of what only user interfaces read (header_settings, summary_configs ...)
	created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE column_def (
	-- One row a column. Stored kinds have a SQLite column of the same key in "rows_<table_id>", computed kinds have none.
	table_id TEXT NOT NULL REFERENCES table_def(id) ON DELETE CASCADE,
	key TEXT NOT NULL,                -- 4 characters, or '_creator' and the like; no two of a table differ by case alone
	position INTEGER NOT NULL,        -- order in the table; 0 is the first column
	name TEXT NOT NULL,
	type TEXT NOT NULL,               -- 'text', 'number', 'single-select' ...
	data TEXT,                        -- settings of the type as JSON (select options, number format ...), or NULL
	width INTEGER NOT NULL DEFAULT 200,
	frozen INTEGER NOT NULL DEFAULT 0,
	more TEXT NOT NULL DEFAULT '{}',  -- JSON of permissions, description, colours: stored and echoed
	PRIMARY KEY (table_id, key),
	UNIQUE (table_id, name)
) WITHOUT ROWID;

CREATE TABLE view_def (
	-- One row a view: how a table is filtered, sorted, grouped and shown.
	table_id TEXT NOT NULL REFERENCES table_def(id) ON DELETE CASCADE,
	id TEXT NOT NULL,                 -- 4 characters, unique in the table; the first is '0000'
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL DEFAULT 'table',
	body TEXT NOT NULL,               -- JSON: filters, sorts, groupbys, hidden_columns, row_height ... without _id, name, type
	PRIMARY KEY (table_id, id),
	UNIQUE (table_id, name)
) WITHOUT ROWID;

CREATE TABLE auto_number (
	-- The last number that an auto-number column gave out.
	table_id TEXT NOT NULL,
	column_key TEXT NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (table_id, column_key),
	FOREIGN KEY (table_id, column_key) REFERENCES column_def(table_id, key) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE operation (
	-- The journal: every change, appended in the transaction that makes it. Activity logs, undo, notifications and realtime
	-- read from here.
	id INTEGER PRIMARY KEY,           -- the newest one is the base's version, so that one is never deleted
	op_type TEXT NOT NULL,            -- 'insert_row', 'modify_rows', 'rename_column' ... as SeaTable's clients know them
	op_time INTEGER NOT NULL,
	author TEXT NOT NULL,             -- user name, or the name of the application's token
	app TEXT,                         -- the name of the application's token, NULL for a person
	table_id TEXT,                    -- NULL for changes of the whole base
	detail TEXT NOT NULL              -- the operation as JSON: values by column key, options by id, with the old values; new
	                                  -- rows have _id and cells: their author and times are this operation's
);
