//! What is saved next, and what follows from each answer. Pure: it returns steps, and the page takes
//! them.

use super::draft::{Changes, Draft, PersonChanges, WidgetChanges};
use crate::live::backoff::Backoff;
use crate::live::client::ClientError;
use protocol::{Conflict, DashboardPreferences, ErrorCode, Preferences};
use serde::de::DeserializeOwned;

/// Conflicts in a row that are answered at once: as many tabs can be arranged at a time.
const MAX_CONFLICTS: u32 = 5;
const FIRST_PAUSE_MS: u32 = 1_000;
const MAX_PAUSE_MS: u32 = 30_000;

/// A document on its way, or as an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// What holds for every dashboard.
    Person(Preferences),
    /// What holds for the open dashboard.
    Dashboard(DashboardPreferences),
}

/// What to do after an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send the next document, if there is one.
    Next,
    /// Show why it failed, and try again after so many ms.
    Pause(u32, ClientError),
    /// Show why it failed: trying again alone does not help.
    Stop(ClientError),
}

/// The documents of a page, of which one is sent at a time.
#[derive(Clone, Debug)]
pub struct Queue {
    /// What holds for every dashboard.
    pub person: Draft<PersonChanges>,
    /// What holds for the open dashboard.
    pub dashboard: Draft<WidgetChanges>,
    backoff: Backoff,
    conflicts: u32,
    is_sending: bool,
    round: u64,
}

impl Queue {
    /// Nothing is changed yet.
    pub fn new(person: Preferences, dashboard: DashboardPreferences) -> Queue {
        Queue {
            person: Draft::new(person),
            dashboard: Draft::new(dashboard),
            backoff: Backoff::new(FIRST_PAUSE_MS, MAX_PAUSE_MS),
            conflicts: 0,
            is_sending: false,
            round: 0,
        }
    }

    /// Begins a round of sending, which ends one that pauses; `None` while one sends: it sends what
    /// was added, too.
    pub fn begin(&mut self) -> Option<u64> {
        if self.is_sending {
            return None;
        }
        self.is_sending = true;
        self.round += 1;
        Some(self.round)
    }

    /// Whether a round that has paused goes on; not if another one began meanwhile.
    pub fn go_on(&mut self, round: u64) -> bool {
        let is_last = self.round == round && !self.is_sending;
        self.is_sending |= is_last;
        is_last
    }

    /// The next document to send; without one the round is over.
    pub fn take_next(&mut self) -> Option<Document> {
        let next = match self.person.next() {
            Some(person) => Some(Document::Person(person)),
            None => self.dashboard.next().map(Document::Dashboard),
        };
        self.is_sending = next.is_some();
        next
    }

    /// Takes the answer to what [`Queue::take_next`] returned last, for the person's document.
    pub fn person_answered(&mut self, answer: Result<Preferences, ClientError>) -> Step {
        let outcome = take(&mut self.person, answer);
        self.step(outcome)
    }

    /// The same for the dashboard's document.
    pub fn dashboard_answered(
        &mut self,
        answer: Result<DashboardPreferences, ClientError>,
    ) -> Step {
        let outcome = take(&mut self.dashboard, answer);
        self.step(outcome)
    }

    fn step(&mut self, outcome: Outcome) -> Step {
        match outcome {
            Outcome::Saved => {
                self.backoff.reset();
                self.conflicts = 0;
                Step::Next
            }
            Outcome::Conflict(_) if self.conflicts < MAX_CONFLICTS => {
                self.conflicts += 1;
                Step::Next
            }
            Outcome::Conflict(error) => {
                self.conflicts = 0;
                self.pause(error)
            }
            Outcome::Failed(error) if error.is_temporary() => self.pause(error),
            Outcome::Failed(error) => {
                self.is_sending = false;
                Step::Stop(error)
            }
        }
    }

    fn pause(&mut self, error: ClientError) -> Step {
        self.is_sending = false;
        Step::Pause(self.backoff.next_ms(), error)
    }
}

enum Outcome {
    Saved,
    /// Another page saved another version.
    Conflict(ClientError),
    Failed(ClientError),
}

fn take<C: Changes>(draft: &mut Draft<C>, answer: Result<C::Document, ClientError>) -> Outcome
where
    C::Document: DeserializeOwned,
{
    match answer {
        Ok(document) => {
            draft.saved(document);
            Outcome::Saved
        }
        Err(error) => match current(&error) {
            Some(document) => {
                draft.stale(document);
                Outcome::Conflict(error)
            }
            None => {
                draft.failed();
                Outcome::Failed(error)
            }
        },
    }
}

/// The document that a conflict brings.
fn current<T: DeserializeOwned>(error: &ClientError) -> Option<T> {
    let ClientError::Rejected {
        code: ErrorCode::StaleVersion,
        body,
        ..
    } = error
    else {
        return None;
    };
    let conflict: Conflict<T> = protocol::json::read(body).ok()?;
    Some(conflict.current)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed() -> Queue {
        let mut queue = Queue::new(Preferences::default(), DashboardPreferences::default());
        queue.person.change(PersonChanges {
            range_s: Some(60),
            ..PersonChanges::default()
        });
        queue
    }

    fn saved() -> Result<Preferences, ClientError> {
        Ok(Preferences {
            version: 1,
            ..Preferences::default()
        })
    }

    #[test]
    fn one_round_sends_at_a_time_and_the_last_one_goes_on() {
        let mut queue = changed();
        let first = queue.begin().expect("nothing sends");
        assert_eq!(queue.begin(), None);
        assert!(matches!(queue.take_next(), Some(Document::Person(_))));
        assert_eq!(queue.begin(), None);
        let step = queue.person_answered(Err(ClientError::NoAnswer));
        assert_eq!(step, Step::Pause(FIRST_PAUSE_MS, ClientError::NoAnswer));
        // A change during the pause begins another round, and the first one ends.
        let second = queue.begin().expect("the first one pauses");
        assert!(!queue.go_on(first) && !queue.go_on(second));
        assert!(queue.take_next().is_some());
        let step = queue.person_answered(Err(ClientError::NoAnswer));
        assert_eq!(step, Step::Pause(2 * FIRST_PAUSE_MS, ClientError::NoAnswer));
        assert!(!queue.go_on(first) && queue.go_on(second));
        assert!(queue.take_next().is_some());
        assert_eq!(queue.person_answered(saved()), Step::Next);
        assert_eq!((queue.take_next(), queue.begin()), (None, Some(3)));
    }

    #[test]
    fn a_success_begins_the_pauses_again() {
        let mut queue = changed();
        for ms in [1_000, 2_000, 4_000] {
            queue.take_next().expect("a document");
            let step = queue.person_answered(Err(ClientError::NoAnswer));
            assert_eq!(step, Step::Pause(ms, ClientError::NoAnswer));
        }
        queue.take_next().expect("a document");
        assert_eq!(queue.person_answered(saved()), Step::Next);
        queue.person.change(PersonChanges {
            range_s: Some(900),
            ..PersonChanges::default()
        });
        queue.take_next().expect("a document");
        let step = queue.person_answered(Err(ClientError::NoAnswer));
        assert_eq!(step, Step::Pause(1_000, ClientError::NoAnswer));
    }

    #[test]
    fn a_conflict_without_a_readable_document_stops() {
        let mut queue = changed();
        queue.take_next().expect("a document");
        let error = ClientError::Rejected {
            status: 409,
            code: ErrorCode::StaleVersion,
            message: "stale".into(),
            body: r#"{"error":{"code":"stale_version","message":"stale"}}"#.into(),
        };
        let step = queue.person_answered(Err(error.clone()));
        assert_eq!(step, Step::Stop(error));
        assert_ne!(queue.person.unsaved(), PersonChanges::default());
    }
}
