-- What somebody says happened from t to until, in ms since the epoch; equal for a moment. Ids are
-- never used twice, so that a page can tell what is newer than what it has.
CREATE TABLE annotations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    t INTEGER NOT NULL,
    until INTEGER NOT NULL,
    is_span INTEGER NOT NULL,
    text TEXT NOT NULL,
    tags TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE INDEX annotations_t ON annotations (t);
CREATE INDEX annotations_until ON annotations (until);
