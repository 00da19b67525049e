-- People: whether a user can sign in and when one was last seen, where sessions are, one-time links and
-- the second factor. Times are ms since the epoch; secrets are kept as SHA-256 unless said otherwise.

ALTER TABLE users ADD COLUMN disabled_ms INTEGER;
ALTER TABLE users ADD COLUMN last_seen_ms INTEGER;
UPDATE users SET last_seen_ms = (SELECT MAX(last_seen_ms) FROM sessions WHERE user_id = users.id);

CREATE TRIGGER users_disabled AFTER UPDATE OF disabled_ms ON users
WHEN old.disabled_ms IS NOT new.disabled_ms
BEGIN
    UPDATE access_changes SET version = version + 1;
END;

-- Who can make users. There is one as long as there was one.
CREATE VIEW enabled_admins AS
SELECT DISTINCT users.id FROM users, json_each(users.roles) AS role
WHERE users.disabled_ms IS NULL AND role.value = 'admin';

-- The id by which lists and requests name a session; it says nothing about the secret.
ALTER TABLE sessions ADD COLUMN public_id TEXT;
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE sessions SET public_id = lower(hex(randomblob(8)));
CREATE UNIQUE INDEX sessions_by_public_id ON sessions (public_id);

CREATE TRIGGER sessions_begun AFTER INSERT ON sessions BEGIN
    UPDATE users SET last_seen_ms = MAX(COALESCE(last_seen_ms, 0), new.last_seen_ms)
    WHERE id = new.user_id;
END;

CREATE TRIGGER sessions_seen AFTER UPDATE OF last_seen_ms ON sessions BEGIN
    UPDATE users SET last_seen_ms = MAX(COALESCE(last_seen_ms, 0), new.last_seen_ms)
    WHERE id = new.user_id;
END;

-- One-time links: invitations, which have roles, and links for a new password, which have a user.
CREATE TABLE links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    secret_hash BLOB NOT NULL UNIQUE,
    -- A JSON array of role names.
    roles TEXT,
    user_id INTEGER UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    note TEXT NOT NULL,
    -- Without one it was made by the command line.
    made_by INTEGER REFERENCES users (id) ON DELETE CASCADE,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    CHECK ((roles IS NULL) <> (user_id IS NULL))
) STRICT;
CREATE INDEX links_by_maker ON links (made_by);

-- Whoever loses rights leaves no link behind that gives them back.
CREATE TRIGGER links_of_makers AFTER UPDATE OF roles, disabled_ms ON users
WHEN old.roles <> new.roles OR old.disabled_ms IS NOT new.disabled_ms
BEGIN
    DELETE FROM links WHERE made_by = new.id OR user_id = new.id;
END;

CREATE TABLE second_factors (
    user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- As it is: codes are computed from it.
    secret BLOB NOT NULL,
    -- Off without it.
    confirmed_ms INTEGER,
    -- The step of the newest code that was accepted; no older one is.
    last_step INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Users with what lists show of them.
CREATE VIEW people AS
SELECT users.id, name, name_key, password_hash, roles, created_ms, last_seen_ms,
       disabled_ms IS NOT NULL AS disabled, confirmed_ms IS NOT NULL AS second_factor
FROM users LEFT JOIN second_factors ON second_factors.user_id = users.id;
