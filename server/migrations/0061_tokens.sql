-- Whose a token is, what it is for, until when it works, and when it was last used. A token without
-- an owner was made at the command line, or its owner was removed.
ALTER TABLE tokens ADD COLUMN owner_id INTEGER REFERENCES users (id) ON DELETE SET NULL;
ALTER TABLE tokens ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN expires_ms INTEGER;
ALTER TABLE tokens ADD COLUMN last_used_ms INTEGER;
CREATE INDEX tokens_by_owner ON tokens (owner_id);

CREATE TRIGGER tokens_bounded AFTER UPDATE OF owner_id, expires_ms ON tokens BEGIN
    UPDATE access_changes SET version = version + 1;
END;
