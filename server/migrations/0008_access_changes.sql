-- Grows with every change that takes a right from somebody who has it, whichever program makes it: the
-- server looks at it, and asks again who holds an open stream.
CREATE TABLE access_changes (
    version INTEGER NOT NULL
) STRICT;
INSERT INTO access_changes (version) VALUES (0);

CREATE TRIGGER users_changed AFTER UPDATE OF name, roles ON users BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER users_removed AFTER DELETE ON users BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions
WHEN new.user_id <> old.user_id OR new.secret_hash <> old.secret_hash OR new.expires_ms < old.expires_ms
BEGIN
    UPDATE access_changes SET version = version + 1;
END;

-- A session that has ended by itself is known to have.
CREATE TRIGGER sessions_removed AFTER DELETE ON sessions
WHEN old.expires_ms > unixepoch('now', 'subsec') * 1000
BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER tokens_changed AFTER UPDATE OF scopes, secret_hash ON tokens BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER tokens_removed AFTER DELETE ON tokens BEGIN
    UPDATE access_changes SET version = version + 1;
END;
