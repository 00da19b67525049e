-- The name of the user or token that made an annotation, whatever it gives as its source: nobody may
-- have more of them than the limit, and an admin clears them up by it.
ALTER TABLE annotations ADD COLUMN author TEXT NOT NULL DEFAULT '';
CREATE INDEX annotations_author ON annotations (author);
