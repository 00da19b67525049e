-- No id of a user or a token comes again: whoever still has that of a removed one means nobody.
CREATE TABLE removed_ids (
    users INTEGER NOT NULL,
    tokens INTEGER NOT NULL
) STRICT;
INSERT INTO removed_ids (users, tokens) VALUES (0, 0);

CREATE TRIGGER users_removed_id AFTER DELETE ON users BEGIN
    UPDATE removed_ids SET users = MAX(users, old.id);
END;

CREATE TRIGGER tokens_removed_id AFTER DELETE ON tokens BEGIN
    UPDATE removed_ids SET tokens = MAX(tokens, old.id);
END;
