-- The audit log. Entries are never changed, and only the oldest can be removed: by age and by the
-- limits of the configuration. Times are ms since the epoch.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    t INTEGER NOT NULL,
    who_kind TEXT NOT NULL,
    who_id INTEGER,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    object TEXT NOT NULL,
    address TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    -- What the entry counts for in `limits.max_audit_bytes`.
    bytes INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_t ON audit (t);

-- One row: what the log holds, and how many entries were dropped since it began.
CREATE TABLE audit_size (
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    dropped INTEGER NOT NULL
) STRICT;
INSERT INTO audit_size (entries, bytes, dropped) VALUES (0, 0, 0);

CREATE TRIGGER audit_added AFTER INSERT ON audit BEGIN
    UPDATE audit_size SET entries = entries + 1, bytes = bytes + new.bytes;
END;

CREATE TRIGGER audit_dropped AFTER DELETE ON audit BEGIN
    UPDATE audit_size SET entries = entries - 1, bytes = bytes - old.bytes, dropped = dropped + 1;
END;

CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_oldest_first BEFORE DELETE ON audit
WHEN old.id > (SELECT MIN(id) FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'the audit log drops its oldest entries only');
END;
