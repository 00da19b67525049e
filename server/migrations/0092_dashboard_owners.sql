-- Whom a dashboard belongs to, who else reads it, and when it was saved, beside its document. Dashboards
-- that were there before are the team's, which everybody reads.
ALTER TABLE dashboards ADD COLUMN owner_kind TEXT NOT NULL DEFAULT 'team'
    CHECK (owner_kind IN ('team', 'role', 'person'));
-- None also for a person who was removed: then it is nobody's, and an admin takes it over or removes it.
ALTER TABLE dashboards ADD COLUMN owner_user INTEGER REFERENCES users (id) ON DELETE SET NULL;
ALTER TABLE dashboards ADD COLUMN owner_role TEXT;
ALTER TABLE dashboards ADD COLUMN shared INTEGER NOT NULL DEFAULT 1;
ALTER TABLE dashboards ADD COLUMN changed_ms INTEGER;
CREATE INDEX dashboards_by_owner ON dashboards (owner_user);

-- Dashboards that were removed, and can be put back for a while: the newest removal of each id.
CREATE TABLE deleted_dashboards (
    id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('team', 'role', 'person')),
    owner_user INTEGER REFERENCES users (id) ON DELETE SET NULL,
    owner_role TEXT,
    shared INTEGER NOT NULL,
    deleted_ms INTEGER NOT NULL
) STRICT;
