-- What tells this instance from others, made once: its name in cookies, which know no port, and the
-- key of the marks that trusted devices carry. One row.
CREATE TABLE instance (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    device_key BLOB NOT NULL
);
