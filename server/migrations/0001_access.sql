-- People, programs and documents. Times are ms since the epoch; secrets are kept as SHA-256.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name in lower case: names are unique without regard to case.
    name_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    -- A JSON array of role names.
    roles TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);

CREATE TABLE sessions (
    secret_hash BLOB PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, created_ms);
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);

CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    -- A JSON array of scopes.
    scopes TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);

-- The one-time link that makes the first admin: one row at most.
CREATE TABLE setup_link (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    secret_hash BLOB NOT NULL,
    expires_ms INTEGER NOT NULL
);

CREATE TABLE dashboards (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE preferences (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
);
