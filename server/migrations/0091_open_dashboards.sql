-- What people see who are not signed in depends on the dashboards that are open to them: while there is
-- the role `guest`, a server looks again after each change of a dashboard.
CREATE TRIGGER dashboards_added_for_guests AFTER INSERT ON dashboards
WHEN EXISTS (SELECT 1 FROM roles WHERE name = 'guest') BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER dashboards_changed_for_guests AFTER UPDATE ON dashboards
WHEN EXISTS (SELECT 1 FROM roles WHERE name = 'guest') BEGIN
    UPDATE access_changes SET version = version + 1;
END;

CREATE TRIGGER dashboards_removed_for_guests AFTER DELETE ON dashboards
WHEN EXISTS (SELECT 1 FROM roles WHERE name = 'guest') BEGIN
    UPDATE access_changes SET version = version + 1;
END;
