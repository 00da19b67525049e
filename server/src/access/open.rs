//! Sessions that open streams asked about lately, so that a thousand streams that ask every
//! second do not ask the database. An entry holds while nothing about access has changed.

use std::collections::HashMap;

use super::{Principal, SessionId};

/// Sessions kept; above that the rest ask the database.
const MAX_OPEN: usize = 10_000;

/// What the last look-ups said.
#[derive(Default)]
pub struct OpenSessions {
    generation: u64,
    sessions: HashMap<SessionId, (Principal, i64)>,
}

impl OpenSessions {
    /// The principal, if it was looked up in this generation and its session has not ended.
    pub fn get(&self, id: SessionId, generation: u64, now_ms: i64) -> Option<Principal> {
        let (principal, expires_ms) = self.sessions.get(&id)?;
        (self.generation == generation && now_ms < *expires_ms).then(|| principal.clone())
    }

    /// Keeps a look-up that was begun in `generation`.
    pub fn keep(&mut self, id: SessionId, generation: u64, principal: Principal, expires_ms: i64) {
        if generation > self.generation {
            self.sessions.clear();
            self.generation = generation;
        }
        if generation == self.generation && self.sessions.len() < MAX_OPEN {
            self.sessions.insert(id, (principal, expires_ms));
        }
    }

    /// Forgets those that have ended.
    pub fn forget_ended(&mut self, now_ms: i64) {
        self.sessions
            .retain(|_, (_, expires_ms)| now_ms < *expires_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{PrincipalKind, Rights};

    #[test]
    fn an_entry_holds_until_access_changes_or_the_session_ends() {
        let id = SessionId([1; 32]);
        let kind = PrincipalKind::User { id: 1, session: id };
        let ada = Principal {
            name: "ada".into(),
            roles: [].into(),
            rights: Rights::NONE,
            kind,
        };
        let mut open = OpenSessions::default();
        open.keep(id, 3, ada.clone(), 100);
        let check = |open: &OpenSessions, generation, now_ms, holds: bool| {
            assert_eq!(
                open.get(id, generation, now_ms).is_some(),
                holds,
                "{generation} {now_ms}"
            );
        };
        check(&open, 3, 99, true);
        check(&open, 3, 100, false);
        check(&open, 4, 0, false);
        // A look-up that began before a change comes too late to be kept.
        open.keep(SessionId([2; 32]), 4, ada.clone(), 100);
        open.keep(id, 3, ada, 100);
        check(&open, 4, 0, false);
        open.forget_ended(100);
        assert!(open.sessions.is_empty());
    }
}
