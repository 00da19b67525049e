-- One row for each series and whole minute that it had samples in, merged from its seconds; t is
-- the minute's end.
CREATE TABLE minutes (
    series_id INTEGER NOT NULL,
    t INTEGER NOT NULL,
    count INTEGER NOT NULL,
    sum REAL NOT NULL,
    min REAL NOT NULL,
    max REAL NOT NULL,
    last REAL NOT NULL,
    detail BLOB NOT NULL,
    PRIMARY KEY (series_id, t)
) STRICT, WITHOUT ROWID;

-- One row: up to its time minutes are whole, what comes after it is in `points` only.
CREATE TABLE minutes_whole (
    until_ms INTEGER NOT NULL
) STRICT;
INSERT INTO minutes_whole (until_ms) VALUES (0);
