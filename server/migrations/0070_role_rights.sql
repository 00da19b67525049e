-- Everybody who was signed in could add annotations before roles had rights: who has a role that an
-- admin made may go on to do so.
UPDATE roles SET body = json_set(body, '$.rights', json('["annotate"]'))
WHERE json_valid(body) AND json_extract(body, '$.rights') IS NULL;
