-- One row for each series: a metric with one combination of tag values.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    metric TEXT NOT NULL,
    tags_json TEXT NOT NULL,
    UNIQUE (metric, tags_json)
) STRICT;

-- One row for each series and whole second that it had samples in; t is the second's end.
CREATE TABLE points (
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

-- One row for each run of the server: when it started, and the last second that it wrote.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL
) STRICT;
