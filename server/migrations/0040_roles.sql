-- Roles that admins made: JSON documents with a version, by name. Built-in roles and those of the
-- configuration are not in here.
CREATE TABLE roles (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TRIGGER roles_removed AFTER DELETE ON roles BEGIN
    UPDATE removed_versions SET highest = MAX(highest, old.version);
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER roles_added AFTER INSERT ON roles BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER roles_changed AFTER UPDATE ON roles BEGIN
    UPDATE access_changes SET version = version + 1;
END;
