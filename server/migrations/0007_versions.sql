-- No version of a document comes again: one that is made after another was removed begins above every
-- version that a removed one had. Whoever still has the removed one then has a version that is stale.
CREATE TABLE removed_versions (
    highest INTEGER NOT NULL
) STRICT;
INSERT INTO removed_versions (highest) VALUES (0);

CREATE TRIGGER dashboards_removed AFTER DELETE ON dashboards BEGIN
    UPDATE removed_versions SET highest = MAX(highest, old.version);
END;

CREATE TRIGGER preferences_removed AFTER DELETE ON preferences BEGIN
    UPDATE removed_versions SET highest = MAX(highest, old.version);
END;

CREATE TRIGGER dashboard_preferences_removed AFTER DELETE ON dashboard_preferences BEGIN
    UPDATE removed_versions SET highest = MAX(highest, old.version);
END;
