//! Changes of users, sessions, tokens and roles that another program made: the command line, or an operator's
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
                Ok(version) if known == Some(version) => {}
                // The first look, too: since roles were read at the start they may have changed.
                Ok(version) => match self.reload_roles().await {
                    Ok(()) => {
                        self.changed();
                        known = Some(version);
                    }
                    Err(error) => tracing::debug!(%error, "cannot look for changes of roles"),
                },
                // Until the database answers nothing can be known; requests fail as well.
                Err(error) => tracing::debug!(%error, "cannot look for changes of access"),
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}
