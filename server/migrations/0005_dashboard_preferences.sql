-- What a person changed about one dashboard, in a document with a version of its own: saving it
-- touches no other dashboard. What holds for all dashboards stays in `preferences`.
CREATE TABLE dashboard_preferences (
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    dashboard TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (user_id, dashboard)
) STRICT, WITHOUT ROWID;

-- A body that is no JSON could not be read before either, and stays as it is.
INSERT INTO dashboard_preferences (user_id, dashboard, version, body)
SELECT preferences.user_id, entry.key, 1, json_object('widgets', json(entry.value))
FROM preferences, json_each(preferences.body, '$.widgets') AS entry
WHERE json_valid(preferences.body) AND entry.type = 'object';

UPDATE preferences SET body = json_remove(body, '$.widgets') WHERE json_valid(body);
