-- The catalog: who may do what. One file a server (catalog.db); the data of each base lies in a file of its own.
-- Times are milliseconds since 1970 UTC. Flags are 0 or 1. Deleted things are gone, except bases, which pass the trash.
-- Numbers that requests name are given once (AUTOINCREMENT): what is on its way to a deleted thing never meets another.

CREATE TABLE account (
	-- A person who can sign in.
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	username TEXT NOT NULL UNIQUE,      -- internal name, "<32 hex>@auth.local": what rows and logs of bases hold
	contact_email TEXT NOT NULL UNIQUE COLLATE NOCASE, -- the real address, used to sign in
	name TEXT NOT NULL,                 -- shown to others
	login_id TEXT NOT NULL DEFAULT '',
	id_in_org TEXT NOT NULL DEFAULT '', -- "ID in team" of the profile
	password_hash TEXT NOT NULL,        -- argon2id in libsodium's text form
	language TEXT NOT NULL DEFAULT '',  -- "en", "fr", "de", or "" = as the browser says
	time_zone TEXT NOT NULL DEFAULT '',
	is_active INTEGER NOT NULL DEFAULT 1,
	is_system_admin INTEGER NOT NULL DEFAULT 0,
	team_id INTEGER NOT NULL REFERENCES team(id),
	is_team_admin INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	last_login INTEGER
);
CREATE INDEX account_by_team ON account(team_id, id);

CREATE TABLE team (
	-- What SeaTable's API calls an organization (org_id): accounts see only the people of their own team.
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL
);

CREATE TABLE people (
	-- A group of accounts ("group" is a word of SQL).
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	team_id INTEGER NOT NULL REFERENCES team(id),
	name TEXT NOT NULL,
	owner_id INTEGER NOT NULL REFERENCES account(id),
	created_at INTEGER NOT NULL,
	UNIQUE (team_id, name)
);

CREATE TABLE people_member (
	-- Who belongs to a group; its owner is a member too, with is_admin = 1.
	people_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
	account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
	is_admin INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (people_id, account_id)
) WITHOUT ROWID;
CREATE INDEX people_member_by_account ON people_member(account_id);

CREATE TABLE workspace (
	-- A shelf for bases: one a person, one a group. Exactly one of the two owners is set.
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	team_id INTEGER NOT NULL REFERENCES team(id),
	account_id INTEGER UNIQUE REFERENCES account(id) ON DELETE CASCADE,
	people_id INTEGER UNIQUE REFERENCES people(id) ON DELETE CASCADE,
	CHECK ((account_id IS NULL) <> (people_id IS NULL))
);

CREATE TABLE base (
	-- The directory of bases. The file is bases/<uuid>.db.
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	uuid TEXT NOT NULL UNIQUE,          -- lower case, with dashes
	workspace_id INTEGER NOT NULL REFERENCES workspace(id),
	name TEXT NOT NULL,
	icon TEXT,
	color TEXT,
	creator_id INTEGER REFERENCES account(id) ON DELETE SET NULL,
	modifier_id INTEGER REFERENCES account(id) ON DELETE SET NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	deleted_at INTEGER                  -- in the trash since; NULL = alive
);
-- A name is unique among the living bases of a workspace.
CREATE UNIQUE INDEX base_by_name ON base(workspace_id, name) WHERE deleted_at IS NULL;
CREATE INDEX base_deleted ON base(deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE base_star (
	account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
	base_id INTEGER NOT NULL REFERENCES base(id) ON DELETE CASCADE,
	PRIMARY KEY (account_id, base_id)
) WITHOUT ROWID;

CREATE TABLE base_share_account (
	-- A base shared with a person; permission is 'r' or 'rw'.
	base_id INTEGER NOT NULL REFERENCES base(id) ON DELETE CASCADE,
	account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,
	permission TEXT NOT NULL CHECK (permission IN ('r', 'rw')),
	from_id INTEGER REFERENCES account(id) ON DELETE SET NULL, -- who shared it
	created_at INTEGER NOT NULL,
	PRIMARY KEY (base_id, account_id)
) WITHOUT ROWID;
CREATE INDEX base_share_by_account ON base_share_account(account_id);

CREATE TABLE base_share_people (
	-- A base shared with a group.
	base_id INTEGER NOT NULL REFERENCES base(id) ON DELETE CASCADE,
	people_id INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
	permission TEXT NOT NULL CHECK (permission IN ('r', 'rw')),
	from_id INTEGER REFERENCES account(id) ON DELETE SET NULL,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (base_id, people_id)
) WITHOUT ROWID;
CREATE INDEX base_share_by_people ON base_share_people(people_id);

CREATE TABLE account_token (
	-- The token of a person's scripts. Found by its keyed hash; the encrypted copy lets a new sign-in answer the same token.
	id INTEGER PRIMARY KEY,
	account_id INTEGER NOT NULL UNIQUE REFERENCES account(id) ON DELETE CASCADE,
	token_hash BLOB NOT NULL UNIQUE,    -- 32 bytes, keyed BLAKE2b
	token_box BLOB NOT NULL,            -- nonce and XChaCha20-Poly1305 ciphertext
	created_at INTEGER NOT NULL
);

CREATE TABLE api_token (
	-- The token of one application for one base.
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: base tokens name it
	base_id INTEGER NOT NULL REFERENCES base(id) ON DELETE CASCADE,
	app_name TEXT NOT NULL,
	permission TEXT NOT NULL CHECK (permission IN ('r', 'rw')),
	generation INTEGER NOT NULL DEFAULT 1, -- grows with each change of the permission: older base tokens end
	token_hash BLOB NOT NULL UNIQUE,
	token_box BLOB NOT NULL,
	generated_by TEXT NOT NULL,           -- username
	generated_at INTEGER NOT NULL,
	last_access INTEGER NOT NULL,         -- written in batches, not a call at a time
	UNIQUE (base_id, app_name)
);

CREATE TABLE audit (
	-- Who changed what in the catalog.
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	team_id INTEGER,
	actor TEXT NOT NULL,                  -- username, or 'command line'
	action TEXT NOT NULL,                 -- "base_share", "api_token_create" ...
	detail TEXT NOT NULL                  -- JSON; never a secret
);
CREATE INDEX audit_by_team ON audit(team_id, id);
