//! Sessions as people and admins see them: listed, and ended one by one or together.
//!
//! Invariant: whoever ends a session ends its open streams within a second.

use protocol::Session;

use super::{Access, Principal, PrincipalKind};
use crate::storage::{EndSessions, StorageError};

impl Access {
    /// Sessions that have not ended, of one user or of all, last seen first; those of `asker` are
    /// marked.
    pub async fn sessions(
        &self,
        user_id: Option<i64>,
        asker: Option<&Principal>,
        now_ms: i64,
    ) -> Result<Vec<Session>, StorageError> {
        let current = asker.and_then(session_of);
        let stored = self.storage.sessions(user_id, now_ms).await?;
        let listed = stored.into_iter().map(|session| Session {
            current: current.is_some_and(|hash| session.secret_hash == hash),
            id: session.public_id,
            user_id: session.user_id,
            user: session.name,
            device: session.device,
            address: session.address,
            created_ms: session.created_ms,
            last_seen_ms: session.last_seen_ms,
            expires_ms: session
                .expires_ms
                .min(session.created_ms.saturating_add(self.max_session_ms)),
        });
        Ok(listed.filter(|one| now_ms < one.expires_ms).collect())
    }

    /// Ends the session of this id, of one user or of any; answers whose it was.
    pub async fn end_session(
        &self,
        user_id: Option<i64>,
        id: &str,
    ) -> Result<Option<i64>, StorageError> {
        let which = EndSessions {
            user_id,
            public_id: Some(id),
            but: None,
        };
        Ok(self.end_sessions(which).await?.pop())
    }

    /// Ends all sessions of a user but that of `keep`; answers how many.
    pub async fn end_sessions_of(
        &self,
        user_id: i64,
        keep: Option<&Principal>,
    ) -> Result<usize, StorageError> {
        let but = keep.and_then(session_of);
        let which = EndSessions {
            user_id: Some(user_id),
            public_id: None,
            but: but.as_ref(),
        };
        Ok(self.end_sessions(which).await?.len())
    }

    async fn end_sessions(&self, which: EndSessions<'_>) -> Result<Vec<i64>, StorageError> {
        let ended = self.storage.end_sessions(which).await?;
        if !ended.is_empty() {
            self.changed();
        }
        Ok(ended)
    }
}

fn session_of(principal: &Principal) -> Option<[u8; 32]> {
    match principal.kind {
        PrincipalKind::User { session, .. } | PrincipalKind::Preview { session, .. } => {
            Some(session.0)
        }
        PrincipalKind::Token { .. } | PrincipalKind::Guest => None,
    }
}
