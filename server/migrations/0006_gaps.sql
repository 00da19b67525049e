-- Stretches of time within a run of which history has nothing: the server stood still, or could not
-- write for so long that it had to let go of what it had measured. In ms since the epoch.
CREATE TABLE gaps (
    from_ms INTEGER PRIMARY KEY,
    to_ms INTEGER NOT NULL
) STRICT;
