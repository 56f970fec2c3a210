-- What deletions and changes of a column's type took away, until they are undone or a week has passed. Rows, cells and pairs
-- lie where they were, under names that begin with "aside_".

CREATE TABLE aside (
	-- One row an operation.
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given out again: it is part of names
	op_id INTEGER,                        -- of the operation; NULL only while it is carried out
	set_at INTEGER NOT NULL
);
CREATE INDEX aside_by_operation ON aside(op_id);

CREATE TABLE aside_table (
	-- A row of table_def; the table's rows are "aside_<aside_id>_rows_<id>".
	aside_id INTEGER NOT NULL REFERENCES aside(id),
	id TEXT NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	more TEXT NOT NULL,
	created_at INTEGER NOT NULL
);
CREATE INDEX aside_table_of ON aside_table(aside_id);

CREATE TABLE aside_column (
	-- A row of column_def.
	aside_id INTEGER NOT NULL REFERENCES aside(id),
	retyped INTEGER NOT NULL,             -- 1 = the column is still there, with another type
	has_cells INTEGER NOT NULL,           -- 1 = its cells are the column "aside_<aside_id>_<key>" of the table's rows
	table_id TEXT NOT NULL,
	key TEXT NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	data TEXT,
	width INTEGER NOT NULL,
	frozen INTEGER NOT NULL,
	more TEXT NOT NULL,
	last_number INTEGER                   -- of auto_number; NULL = none
);
CREATE INDEX aside_column_of ON aside_column(aside_id);

CREATE TABLE aside_view (
	-- A row of view_def, of a deleted table.
	aside_id INTEGER NOT NULL REFERENCES aside(id),
	table_id TEXT NOT NULL,
	id TEXT NOT NULL,
	position INTEGER NOT NULL,
	name TEXT NOT NULL,
	type TEXT NOT NULL,
	body TEXT NOT NULL
);
CREATE INDEX aside_view_of ON aside_view(aside_id);

CREATE TABLE aside_comment (
	-- A row of comment, of a deleted table.
	aside_id INTEGER NOT NULL REFERENCES aside(id),
	id INTEGER NOT NULL,
	table_id TEXT NOT NULL,
	row_id TEXT NOT NULL,
	author TEXT NOT NULL,
	text TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	resolved INTEGER NOT NULL
);
CREATE INDEX aside_comment_of ON aside_comment(aside_id);

CREATE TABLE aside_link (
	-- A link whose pairs are "aside_<aside_id>_links_<link_id>".
	aside_id INTEGER NOT NULL REFERENCES aside(id),
	link_id TEXT NOT NULL,
	table_id TEXT NOT NULL,               -- of row1
	other_table_id TEXT NOT NULL          -- of row2
);
CREATE INDEX aside_link_of ON aside_link(aside_id);
