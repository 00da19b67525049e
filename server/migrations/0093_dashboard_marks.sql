-- What a person's lists of dashboards begin with: those they starred, and those they opened last.
CREATE TABLE dashboard_marks (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    dashboard TEXT NOT NULL,
    starred INTEGER NOT NULL DEFAULT 0,
    opened_ms INTEGER,
    PRIMARY KEY (user_id, dashboard)
) STRICT, WITHOUT ROWID;
