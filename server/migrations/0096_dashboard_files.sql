-- Dashboards that come from a file of the provisioned folder, by the name of the file. While one stands
-- here, nobody but the server changes it, and the server takes it out while it does: there is no way
-- around its owner.
CREATE TABLE dashboard_files (
    dashboard TEXT PRIMARY KEY,
    file TEXT NOT NULL
) STRICT;

CREATE TRIGGER dashboards_of_files_changed BEFORE UPDATE ON dashboards
WHEN EXISTS (SELECT 1 FROM dashboard_files WHERE dashboard = old.id) BEGIN
    SELECT RAISE(ABORT, 'the dashboard comes from a file');
END;

CREATE TRIGGER dashboards_of_files_removed BEFORE DELETE ON dashboards
WHEN EXISTS (SELECT 1 FROM dashboard_files WHERE dashboard = old.id) BEGIN
    SELECT RAISE(ABORT, 'the dashboard comes from a file');
END;
