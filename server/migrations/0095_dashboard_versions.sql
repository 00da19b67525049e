-- Every version of every dashboard that was saved, by whatever way: a trigger keeps it, so that no way
-- can forget to. Who saved it is written after it, in the same transaction where there is one; nobody
-- knows of the versions that were there before. What is too much is dropped after each save. Times are
-- ms since the epoch.
CREATE TABLE dashboard_versions (
    dashboard TEXT NOT NULL,
    version INTEGER NOT NULL,
    saved_ms INTEGER NOT NULL,
    -- JSON of an actor; NULL while nobody is known.
    who TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (dashboard, version)
) STRICT;

INSERT INTO dashboard_versions (dashboard, version, saved_ms, who, body)
SELECT id, version, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL, body FROM dashboards;

CREATE TRIGGER dashboards_added_version AFTER INSERT ON dashboards BEGIN
    INSERT INTO dashboard_versions (dashboard, version, saved_ms, who, body)
    VALUES (new.id, new.version, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL, new.body);
END;

CREATE TRIGGER dashboards_changed_version AFTER UPDATE OF version ON dashboards
WHEN new.version <> old.version BEGIN
    INSERT INTO dashboard_versions (dashboard, version, saved_ms, who, body)
    VALUES (new.id, new.version, CAST(unixepoch('subsec') * 1000 AS INTEGER), NULL, new.body);
END;

CREATE TRIGGER dashboards_removed_versions AFTER DELETE ON dashboards BEGIN
    DELETE FROM dashboard_versions WHERE dashboard = old.id;
END;
