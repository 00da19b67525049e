-- The recent events, as one JSON document, so that they outlive a restart. There are as many as
-- `pipeline.log_entries` says, and it is written as a whole.
CREATE TABLE event_log (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    records TEXT NOT NULL
) STRICT;
