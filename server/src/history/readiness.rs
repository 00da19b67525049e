//! Whether what was measured is kept.
//!
//! Invariant: the answer comes from the real writer, and from the file as somebody finds it who opens it
//! now; the file is opened once a second at most, however often it is asked for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::History;

/// How long a look at the file holds.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What is known of the newest second in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Whether the last attempt to write succeeded, and its second is in the file that stands at the
    /// path of the database.
    pub kept: bool,
    /// Time since a second was committed.
    pub age: Duration,
}

/// The last look at the file, and whether the newest second was there.
pub(super) type LastLook = Mutex<Option<(Instant, bool)>>;

impl History {
    /// Whether the newest second is kept, and how old it is.
    pub async fn committed(self: &Arc<History>) -> Committed {
        let found = self.is_found().await;
        Committed {
            kept: found && !self.counts.is_failing(),
            age: self.counts.committed_age(),
        }
    }

    async fn is_found(&self) -> bool {
        let mut last = self.last_look.lock().await;
        if let Some((_, found)) = last.filter(|(at, _)| at.elapsed() < LOOK_EVERY) {
            return found;
        }
        // Read first: what is committed meanwhile is newer, and so is a run that begins.
        let run = self.run.load(Ordering::Acquire);
        let committed_ms = self.counts.committed_ms();
        let found = match self.storage.newest_committed(run).await {
            Ok(newest) => newest >= committed_ms,
            Err(error) => {
                tracing::error!(%error, "the newest second of history cannot be read");
                false
            }
        };
        *last = Some((Instant::now(), found));
        found
    }
}
