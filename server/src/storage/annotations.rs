//! What somebody says happened. Bounded by a number that the caller gives, and kept for as long as
//! history.

use protocol::annotation::MOST;
use protocol::{Annotation, Annotations};

use super::{Storage, StorageError, committed};

/// How many annotations there may be.
#[derive(Clone, Copy, Debug)]
pub struct AnnotationLimits {
    /// In all.
    pub all: u32,
    /// By one author.
    pub by_author: u32,
}

type Columns = (i64, i64, i64, bool, String, String, String);

impl Storage {
    /// Adds an annotation by `author`, whatever id it has, and answers its own; None when there are
    /// as many as the limits allow.
    pub async fn add_annotation(
        &self,
        new: &Annotation,
        author: &str,
        limits: AnnotationLimits,
    ) -> Result<Option<i64>, StorageError> {
        let tags = serde_json::to_string(&new.tags).map_err(not_a_list)?;
        let query = sqlx::query_scalar(
            "INSERT INTO annotations (t, until, is_span, text, tags, source, author) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 \
             WHERE (SELECT COUNT(*) FROM annotations) < ?8 \
             AND (SELECT COUNT(*) FROM annotations WHERE author = ?7) < ?9 RETURNING id",
        )
        .bind(new.t)
        .bind(new.end())
        .bind(new.to.is_some())
        .bind(&new.text)
        .bind(tags)
        .bind(&new.source)
        .bind(author)
        .bind(limits.all)
        .bind(limits.by_author);
        self.timed("annotations.add", committed(query.fetch_all(self.pool())))
            .await
    }

    /// The newest that touch `from..=to`, by when they began; at most [`MOST`].
    pub async fn annotations(&self, from: i64, to: i64) -> Result<Annotations, StorageError> {
        let query = sqlx::query_as::<_, Columns>(
            "SELECT id, t, until, is_span, text, tags, source FROM annotations \
             WHERE t <= ? AND until >= ? ORDER BY t DESC, id DESC LIMIT ?",
        )
        .bind(to)
        .bind(from)
        .bind(MOST as i64 + 1);
        let rows = self
            .timed("annotations.between", query.fetch_all(self.pool()))
            .await?;
        let cut = rows.len() > MOST;
        let newest = rows.into_iter().take(MOST).map(annotation);
        let mut annotations = newest.collect::<Result<Vec<_>, _>>()?;
        annotations.reverse();
        Ok(Annotations { annotations, cut })
    }

    /// How many somebody made.
    pub async fn annotations_by(&self, author: &str) -> Result<u32, StorageError> {
        let query = sqlx::query_scalar("SELECT COUNT(*) FROM annotations WHERE author = ?");
        let query = query.bind(author);
        self.timed("annotations.count", query.fetch_one(self.pool()))
            .await
    }

    /// Removes the oldest that somebody made, at most `most`. Their ids.
    pub async fn remove_annotations_by(
        &self,
        author: &str,
        most: u32,
    ) -> Result<Vec<i64>, StorageError> {
        let query = sqlx::query_scalar(
            "DELETE FROM annotations WHERE id IN \
             (SELECT id FROM annotations WHERE author = ? ORDER BY id LIMIT ?) RETURNING id",
        );
        let query = query.bind(author).bind(most);
        self.timed("annotations.clear", query.fetch_all(self.pool()))
            .await
    }

    /// The annotation of that id.
    pub async fn annotation(&self, id: i64) -> Result<Option<Annotation>, StorageError> {
        let query = sqlx::query_as(
            "SELECT id, t, until, is_span, text, tags, source FROM annotations WHERE id = ?",
        );
        let row = self
            .timed(
                "annotations.one",
                query.bind(id).fetch_optional(self.pool()),
            )
            .await?;
        row.map(annotation).transpose()
    }

    /// Whether there was an annotation of that id; there is none now.
    pub async fn remove_annotation(&self, id: i64) -> Result<bool, StorageError> {
        let query = sqlx::query("DELETE FROM annotations WHERE id = ?").bind(id);
        let done = self
            .timed("annotations.remove", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Forgets what ended before `before`.
    pub async fn forget_annotations(&self, before: i64) -> Result<u64, StorageError> {
        let query = sqlx::query("DELETE FROM annotations WHERE until < ?").bind(before);
        let done = self
            .timed("annotations.forget", query.execute(self.pool()))
            .await?;
        Ok(done.rows_affected())
    }
}

fn annotation(row: Columns) -> Result<Annotation, StorageError> {
    let (id, t, until, is_span, text, tags, source) = row;
    Ok(Annotation {
        id,
        t,
        to: is_span.then_some(until),
        text,
        tags: serde_json::from_str(&tags).map_err(not_a_list)?,
        source,
    })
}

fn not_a_list(source: serde_json::Error) -> StorageError {
    StorageError::Document {
        what: "list of tags",
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use telemetry::Registry;

    use super::*;

    #[tokio::test]
    async fn kept_found_and_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let storage = Storage::open(&file, &Arc::new(Registry::new()))
            .await
            .expect("opens");
        let add = async |t: i64, to: Option<i64>| {
            let new = Annotation {
                id: 0,
                t,
                to,
                text: "it's <b>".into(),
                tags: vec!["a\"b".into()],
                source: "ci".into(),
            };
            let limits = AnnotationLimits {
                all: 4,
                by_author: 4,
            };
            storage
                .add_annotation(&new, "ci", limits)
                .await
                .expect("adds")
        };
        for (t, to, id) in [
            (1_000, None, Some(1)),
            (2_000, Some(5_000), Some(2)),
            (2_000, Some(2_000), Some(3)),
            (9_000, None, Some(4)),
            (9_500, None, None),
        ] {
            assert_eq!(add(t, to).await, id, "{t}");
        }
        let check = async |from: i64, to: i64, ids: &[i64]| {
            let found = storage.annotations(from, to).await.expect("reads");
            let seen: Vec<i64> = found.annotations.iter().map(|one| one.id).collect();
            assert_eq!((seen.as_slice(), found.cut), (ids, false), "{from} {to}");
        };
        check(0, i64::MAX, &[1, 2, 3, 4]).await;
        check(1_001, 1_999, &[]).await;
        check(3_000, 4_000, &[2]).await;
        check(5_000, 9_000, &[2, 4]).await;
        check(i64::MIN, 1_000, &[1]).await;
        let span = &storage
            .annotations(3_000, 4_000)
            .await
            .expect("reads")
            .annotations[0];
        assert_eq!((span.t, span.to), (2_000, Some(5_000)));
        assert_eq!(
            (span.text.as_str(), span.tags[0].as_str()),
            ("it's <b>", "a\"b")
        );
        assert!(storage.remove_annotation(4).await.expect("removes"));
        assert!(!storage.remove_annotation(4).await.expect("removes"));
        // The largest id is not used again.
        assert_eq!(add(9_000, None).await, Some(5));
        assert_eq!(storage.forget_annotations(5_000).await.expect("forgets"), 2);
        check(0, i64::MAX, &[2, 5]).await;
    }

    #[tokio::test]
    async fn an_answer_is_the_newest_and_says_what_is_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let storage = Storage::open(&file, &Arc::new(Registry::new()))
            .await
            .expect("opens");
        for t in 0..=MOST as i64 {
            let new = Annotation {
                id: 0,
                t,
                to: None,
                text: "x".into(),
                tags: Vec::new(),
                source: "x".into(),
            };
            let limits = AnnotationLimits {
                all: u32::MAX,
                by_author: u32::MAX,
            };
            let added = storage.add_annotation(&new, "x", limits).await;
            added.expect("adds");
        }
        let all = storage.annotations(0, i64::MAX).await.expect("reads");
        assert_eq!(
            (all.annotations.len(), all.annotations[0].t, all.cut),
            (MOST, 1, true)
        );
        let some = storage.annotations(1, i64::MAX).await.expect("reads");
        assert_eq!((some.annotations.len(), some.cut), (MOST, false));
    }

    #[tokio::test]
    async fn one_author_does_not_take_all_places_and_is_cleared_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let storage = Storage::open(&file, &Arc::new(Registry::new()))
            .await
            .expect("opens");
        let limits = AnnotationLimits {
            all: 4,
            by_author: 2,
        };
        let add = async |author: &str| {
            let new = Annotation {
                id: 0,
                t: 1,
                to: None,
                text: "x".into(),
                tags: Vec::new(),
                source: "somebody else".into(),
            };
            storage
                .add_annotation(&new, author, limits)
                .await
                .expect("adds")
        };
        assert_eq!(add("ann").await, Some(1));
        assert_eq!(add("ann").await, Some(2));
        assert_eq!(add("ann").await, None);
        assert_eq!(add("bob").await, Some(3));
        assert_eq!(storage.annotations_by("ann").await.expect("counts"), 2);
        let removed = async |most| {
            storage
                .remove_annotations_by("ann", most)
                .await
                .expect("removes")
        };
        assert_eq!(removed(1).await, [1]);
        assert_eq!(add("ann").await, Some(4));
        assert_eq!(removed(9).await, [2, 4]);
        assert_eq!(storage.annotations_by("bob").await.expect("counts"), 1);
    }
}
