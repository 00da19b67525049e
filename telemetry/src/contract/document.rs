//! A contract as a document: what several lists declare, as JSON for other programs to read.
//!
//! Invariant: a [`Contract`] that exists holds: names are names, and each stands there once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DeclaredEvent, EventSpec};
use crate::{NameError, check_event_name};

/// Most events of one contract.
pub const MAX_EVENTS: usize = 10_000;
/// Most measurements, and most metadata keys, of one event.
pub const MAX_KEYS: usize = 64;

/// The events of a program.
///
/// As JSON it is `{"events": [{"name", "doc", "measurements": [{"name", "unit", "doc"}],
/// "metadata": [{"name", "doc"}]}]}`, where everything but names may be missing; a unit that is
/// missing is `none`. What does not [hold](ContractError) is refused when read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Document")]
pub struct Contract {
    events: Vec<DeclaredEvent>,
    #[serde(skip)]
    by_name: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    events: Vec<DeclaredEvent>,
}

/// What does not hold in a contract, and where: `events[3].measurements[0].name`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct ContractError {
    /// Where in the document.
    pub path: String,
    /// What does not hold there.
    pub fault: Fault,
}

/// What does not hold at one place of a contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A name that cannot be one.
    #[error("`{name}` is no name: {reason}")]
    BadName {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        reason: NameError,
    },
    /// The same name twice in one list.
    #[error("`{0}` stands there twice")]
    Twice(String),
    /// More than [`MAX_EVENTS`] or [`MAX_KEYS`].
    #[error("{count} of them; at most {most}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
}

/// Something that was emitted and no contract declares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undeclared {
    /// The event itself.
    #[error("the event `{0}` is not declared")]
    Event(String),
    /// One of its measurements.
    #[error("the event declares no measurement `{0}`")]
    Measurement(String),
    /// One of its metadata keys.
    #[error("the event declares no metadata `{0}`")]
    Metadata(String),
}

impl Contract {
    /// What all of these lists declare. An event that stands in two of them is refused, also
    /// when both say the same.
    pub fn new<'a>(
        lists: impl IntoIterator<Item = &'a [EventSpec]>,
    ) -> Result<Contract, ContractError> {
        let specs = lists.into_iter().flatten();
        Contract::of(specs.map(DeclaredEvent::from).collect())
    }

    /// A contract of events that come from elsewhere than [`events!`](crate::events).
    pub fn of(events: Vec<DeclaredEvent>) -> Result<Contract, ContractError> {
        at_most("events", events.len(), MAX_EVENTS)?;
        let mut by_name = BTreeMap::new();
        for (i, event) in events.iter().enumerate() {
            let path = format!("events[{i}]");
            let name_path = || format!("{path}.name");
            check_name(&name_path, &event.name)?;
            if by_name.insert(event.name.clone(), i).is_some() {
                return Err(ContractError {
                    path: name_path(),
                    fault: Fault::Twice(event.name.clone()),
                });
            }
            let measurements = event.measurements.iter().map(|m| &*m.name);
            check_keys(&format!("{path}.measurements"), measurements)?;
            let metadata = event.metadata.iter().map(|key| &*key.name);
            check_keys(&format!("{path}.metadata"), metadata)?;
        }
        Ok(Contract { events, by_name })
    }

    /// The events, in the order they were declared.
    pub fn events(&self) -> &[DeclaredEvent] {
        &self.events
    }

    /// The event of that name.
    pub fn find(&self, event: &str) -> Option<&DeclaredEvent> {
        self.by_name.get(event).map(|&at| &self.events[at])
    }

    /// Whether an event that was emitted with these keys is declared so; for tests that hold a
    /// program to its contract. The first fault, in the order of the arguments.
    pub fn admit<'k>(
        &self,
        event: &str,
        measurements: impl IntoIterator<Item = &'k str>,
        metadata: impl IntoIterator<Item = &'k str>,
    ) -> Result<(), Undeclared> {
        let Some(declared) = self.find(event) else {
            return Err(Undeclared::Event(event.to_owned()));
        };
        for key in measurements {
            if declared.measurement(key).is_none() {
                return Err(Undeclared::Measurement(key.to_owned()));
            }
        }
        for key in metadata {
            if !declared.has_key(key) {
                return Err(Undeclared::Metadata(key.to_owned()));
            }
        }
        Ok(())
    }
}

impl TryFrom<Document> for Contract {
    type Error = ContractError;

    fn try_from(document: Document) -> Result<Contract, ContractError> {
        Contract::of(document.events)
    }
}

fn check_keys<'k>(
    path: &str,
    keys: impl ExactSizeIterator<Item = &'k str>,
) -> Result<(), ContractError> {
    at_most(path, keys.len(), MAX_KEYS)?;
    let mut seen = Vec::with_capacity(keys.len());
    for (i, key) in keys.enumerate() {
        let path = || format!("{path}[{i}].name");
        check_name(&path, key)?;
        if seen.contains(&key) {
            return Err(ContractError {
                path: path(),
                fault: Fault::Twice(key.to_owned()),
            });
        }
        seen.push(key);
    }
    Ok(())
}

fn check_name(path: &impl Fn() -> String, name: &str) -> Result<(), ContractError> {
    check_event_name(name).map_err(|reason| ContractError {
        path: path(),
        fault: Fault::BadName {
            name: name.to_owned(),
            reason,
        },
    })
}

fn at_most(path: &str, count: usize, most: usize) -> Result<(), ContractError> {
    if count <= most {
        return Ok(());
    }
    Err(ContractError {
        path: path.to_owned(),
        fault: Fault::TooMany { count, most },
    })
}

#[cfg(test)]
mod tests;
