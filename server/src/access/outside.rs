//! Changes of users, sessions and tokens that another program made: the command line, or an operator's
//! SQL.
//!
//! Invariant: nothing that was true of a principal stays in memory for longer than a look apart after it
//! changed in the database.

use std::time::Duration;

use super::Access;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Access {
    /// Looks again and again whether somebody lost or got a right, and lets everything that holds a
    /// principal ask again then. Never ends.
    pub async fn follow_database(&self) {
        let mut known = None;
        loop {
            match self.storage.access_version().await {
                Ok(version) => {
                    if known.is_some_and(|known| known != version) {
                        self.changed();
                    }
                    known = Some(version);
                }
                // Until the database answers nothing can be known; requests fail as well.
                Err(error) => tracing::debug!(%error, "cannot look for changes of access"),
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
