//! Events that nobody declared, counted by name.
//!
//! Invariant: however many names come, at most [`MAX_UNDECLARED`] are kept; the rest is counted
//! as [`OTHER`], so the sum is always right.

use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::{Mutex, PoisonError};

use super::Contract;
use crate::check_event_name;
use crate::table::NameHasher;

/// Most names that are counted apart.
pub const MAX_UNDECLARED: usize = 100;

/// What names beyond the first [`MAX_UNDECLARED`] are counted as, and texts that are no names.
pub const OTHER: &str = "(other)";

/// How often each name came.
#[derive(Debug, Default)]
pub struct NameCounts(Mutex<BTreeMap<String, u64>>);

/// The registry has a contract already; join the lists in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a contract is declared already; one contract holds all lists of a program")]
pub struct AlreadyDeclared;

impl NameCounts {
    /// Counts `times` of a name, and says what it was counted as: itself, or [`OTHER`].
    pub fn count<'n>(&self, name: &'n str, times: u64) -> &'n str {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(name) {
            *count = count.saturating_add(times);
            return name;
        }
        let room = counts.len() - usize::from(counts.contains_key(OTHER)) < MAX_UNDECLARED;
        let name = if room && check_event_name(name).is_ok() {
            name
        } else {
            OTHER
        };
        let count = counts.entry(name.to_owned()).or_insert(0);
        *count = count.saturating_add(times);
        name
    }

    /// All counts, by name; [`OTHER`] first, when there is any.
    pub fn list(&self) -> Vec<(String, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .map(|(name, count)| (name.clone(), *count))
            .collect()
    }
}

/// What a registry was told is declared, and what it saw beside that.
pub(crate) struct Watch {
    declared: HashSet<Box<str>, BuildHasherDefault<NameHasher>>,
    pub(crate) undeclared: NameCounts,
}

impl Watch {
    pub(crate) fn new(contract: &Contract) -> Watch {
        let names = contract.events().iter().map(|event| &*event.name);
        Watch {
            declared: names.map(Box::from).collect(),
            undeclared: NameCounts::default(),
        }
    }

    /// Out of line, so that programs without a contract do not carry it in every `execute`.
    #[inline(never)]
    pub(crate) fn see(&self, event: &str) {
        if !self.declared.contains(event) {
            self.undeclared.count(event, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Registry;
    use crate::contract::{ContractError, DeclaredEvent};

    #[test]
    fn names_are_bounded_and_nothing_is_lost() {
        let counts = NameCounts::default();
        assert_eq!(counts.list(), []);
        assert_eq!(counts.count("no name", 2), OTHER);
        for round in 0..2 {
            for i in 0..MAX_UNDECLARED + 5 {
                let name = format!("event_{i}");
                let expect = if i < MAX_UNDECLARED { &*name } else { OTHER };
                assert_eq!(counts.count(&name, 1), expect, "round {round}");
            }
        }
        let list = counts.list();
        assert_eq!(list.len(), MAX_UNDECLARED + 1);
        assert_eq!(list[0], (OTHER.to_owned(), 2 + 2 * 5));
        assert!(list[1..].iter().all(|(_, count)| *count == 2));
        counts.count("event_0", u64::MAX);
        assert!(counts.list().contains(&("event_0".to_owned(), u64::MAX)));
    }

    #[test]
    fn a_registry_counts_what_its_contract_does_not_declare() -> Result<(), ContractError> {
        let names = ["shop.order", "shop.refund"];
        let events = names.map(|name| DeclaredEvent {
            name: name.to_owned(),
            doc: String::new(),
            measurements: Vec::new(),
            metadata: Vec::new(),
        });
        let contract = Contract::of(events.to_vec())?;
        let registry = Registry::new();
        registry.execute("shop.before", &[], &[]);
        assert_eq!(registry.undeclared(), []);
        assert_eq!(registry.declare(&contract), Ok(()));
        assert_eq!(registry.declare(&contract), Err(AlreadyDeclared));
        // With a handler and without one.
        for _ in 0..2 {
            for name in ["shop.order", "shop.refund", "shop.oder"] {
                registry.execute(name, &[], &[]);
            }
            registry
                .attach_many("all", &["shop.order", "shop.oder"], |_| ())
                .ok();
        }
        assert_eq!(registry.undeclared(), [("shop.oder".to_owned(), 2)]);
        Ok(())
    }

    #[test]
    fn a_macro_is_seen_and_a_question_is_not() {
        let registry = Registry::new();
        let contract = Contract::of(Vec::new()).expect("holds");
        registry.declare(&contract).expect("the first");
        assert!(!registry.has_handlers("shop.asked"));
        crate::event!(in registry; "shop.order", { count: 1 });
        assert_eq!(registry.undeclared(), [("shop.order".to_owned(), 1)]);
    }

    #[cfg(feature = "span")]
    #[test]
    fn a_span_is_seen_by_its_start_and_when_heard_by_its_end() {
        let registry = Registry::new();
        let contract = Contract::of(Vec::new()).expect("holds");
        registry.declare(&contract).expect("the first");
        let names = |expect: &[(&str, u64)]| {
            registry.span("shop.payment", &[], || ());
            let expect = expect
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count));
            assert_eq!(registry.undeclared(), expect.collect::<Vec<_>>());
        };
        names(&[("shop.payment.start", 1)]);
        registry
            .attach("end", "shop.payment.stop", |_| ())
            .expect("attaches");
        names(&[("shop.payment.start", 2), ("shop.payment.stop", 1)]);
    }
}
