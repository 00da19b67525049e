//! The entries that the page has: fetched by filter, older ones on demand.
//!
//! Invariant: what is shown is of the newest filter, and bounded.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{AuditPage, AuditParams};

use super::rows::AuditRow;
use crate::browser;
use crate::live::client;
use crate::shell::task::Task;
use crate::table::Rows;
use crate::view::Zone;

/// Most entries that the page keeps: who wants more narrows the filter, or exports them.
const MAX_ROWS: usize = 5_000;
/// What is typed settles for so long before it is asked for.
const SETTLES_MS: u32 = 250;

/// The log: copied freely.
#[derive(Clone, Copy)]
pub struct Log {
    /// The entries, newest first.
    pub rows: RwSignal<Rows<AuditRow>>,
    /// The `before` of the next page; none on the last.
    next: RwSignal<Option<i64>>,
    /// How many entries the server dropped, by age or a limit.
    pub dropped: RwSignal<u64>,
    /// Older entries on their way.
    pub older: Task,
    round: StoredValue<u64>,
    shown: StoredValue<AuditParams>,
}

impl Log {
    /// Nothing is fetched yet.
    pub fn new() -> Log {
        Log {
            rows: RwSignal::new(Rows::Loading),
            next: RwSignal::new(None),
            dropped: RwSignal::new(0),
            older: Task::new(),
            round: StoredValue::new(0),
            shown: StoredValue::new(AuditParams::default()),
        }
    }

    /// Fetches the newest entries that match, once the filter has settled.
    pub fn show(self, params: AuditParams) {
        let is_first = self.round.get_value() == 0;
        self.round.update_value(|round| *round += 1);
        let mine = self.round.get_value();
        self.older.clear();
        browser::spawn(async move {
            if !is_first {
                browser::sleep(SETTLES_MS).await;
            }
            if self.round.try_get_value() != Some(mine) {
                return;
            }
            let answer = client::get::<AuditPage>(&params.address()).await;
            if self.round.try_get_value() != Some(mine) {
                return;
            }
            self.shown.set_value(params);
            match answer {
                Ok(page) => self.take(Vec::new(), page),
                Err(error) => {
                    self.next.set(None);
                    self.rows.set(Rows::Failed(error.to_string()));
                }
            }
        });
    }

    /// Asks again for what could not be had.
    pub fn retry(self) {
        self.rows.set(Rows::Loading);
        self.show(self.shown.get_value());
    }

    /// Fetches the next page.
    pub fn more(self) {
        let params = AuditParams {
            before: self.next.get_untracked(),
            ..self.shown.get_value()
        };
        let mine = self.round.get_value();
        self.older.run(async move {
            let page = client::get::<AuditPage>(&params.address()).await?;
            if self.round.try_get_value() == Some(mine) {
                let rows = self.known();
                self.take(rows, page);
            }
            Ok(())
        });
    }

    /// Whether there are older entries, and the page has room for them; reactive.
    pub fn has_more(self) -> bool {
        self.next.get().is_some() && !self.is_full()
    }

    /// Whether there are older entries for which the page has no room; reactive.
    pub fn is_cut(self) -> bool {
        self.next.get().is_some() && self.is_full()
    }

    /// How many entries are shown; reactive.
    pub fn count(self) -> usize {
        self.rows.with(|rows| match rows {
            Rows::Known(rows) => rows.len(),
            Rows::Loading | Rows::Failed(_) => 0,
        })
    }

    /// Whether the entries are here; reactive.
    pub fn is_known(self) -> bool {
        self.rows.with(|rows| matches!(rows, Rows::Known(_)))
    }

    fn is_full(self) -> bool {
        self.count() >= MAX_ROWS
    }

    fn known(self) -> Vec<AuditRow> {
        self.rows.with_untracked(|rows| match rows {
            Rows::Known(rows) => rows.to_vec(),
            Rows::Loading | Rows::Failed(_) => Vec::new(),
        })
    }

    fn take(self, mut rows: Vec<AuditRow>, page: AuditPage) {
        let zone = Zone::Local;
        let added = page.entries.into_iter();
        rows.extend(added.map(|entry| AuditRow::new(entry, &zone)));
        self.next.set(page.next);
        self.dropped.set(page.dropped);
        self.rows.set(Rows::Known(Arc::from(rows)));
    }
}

#[cfg(test)]
mod tests {
    use protocol::{AuditActor, AuditActorKind, AuditCode, AuditEntry, ErrorCode};

    use super::*;
    use crate::browser::fake::{Fake, Reply};
    use crate::live::testing::rejected;

    fn entry(id: i64) -> AuditEntry {
        AuditEntry {
            id,
            t: 1_700_000_000_000,
            who: AuditActor {
                kind: AuditActorKind::User,
                id: Some(1),
                name: "ada".into(),
            },
            what: AuditCode::RoleSaved,
            object: "shop".into(),
            address: "127.0.0.1".into(),
            before: None,
            after: None,
        }
    }

    fn page(ids: &[i64], next: Option<i64>) -> Reply {
        Reply::json(&AuditPage {
            entries: ids.iter().map(|id| entry(*id)).collect(),
            next,
            dropped: 3,
        })
    }

    fn shown(log: Log) -> Vec<i64> {
        log.known().iter().map(|row| row.entry.id).collect()
    }

    #[test]
    fn older_entries_follow_and_a_filter_begins_again() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        fake.serve(|request| match request.path.as_str() {
            "/api/admin/audit" => page(&[9, 8], Some(8)),
            "/api/admin/audit?before=8" => page(&[7], None),
            "/api/admin/audit?search=x" => page(&[], None),
            other => panic!("{other}"),
        });
        let log = Log::new();
        assert!(matches!(log.rows.get_untracked(), Rows::Loading));
        log.show(AuditParams::default());
        fake.run();
        assert_eq!((shown(log), log.has_more()), (vec![9, 8], true));
        assert_eq!(log.dropped.get_untracked(), 3);
        log.more();
        fake.run();
        assert_eq!((shown(log), log.has_more()), (vec![9, 8, 7], false));
        let search = |text: &str| AuditParams {
            search: Some(text.into()),
            ..AuditParams::default()
        };
        fake.take_requests();
        // Letter by letter: the last one is asked for.
        log.show(search("y"));
        fake.advance(SETTLES_MS - 1);
        log.show(search("x"));
        fake.advance(SETTLES_MS);
        assert_eq!(fake.take_requests().len(), 1);
        assert_eq!(shown(log), [0; 0]);
        assert!(matches!(log.rows.get_untracked(), Rows::Known(_)));
    }

    #[test]
    fn what_cannot_be_had_is_said_and_asked_for_again() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        let mut first = true;
        fake.serve(move |_| match std::mem::take(&mut first) {
            true => rejected(ErrorCode::Internal),
            false => page(&[1], None),
        });
        let log = Log::new();
        log.show(AuditParams::default());
        fake.run();
        let has_failed = || {
            log.rows
                .with_untracked(|rows| matches!(rows, Rows::Failed(_)))
        };
        assert!(has_failed() && log.count() == 0);
        log.retry();
        fake.advance(SETTLES_MS);
        assert_eq!((shown(log), has_failed()), (vec![1], false));
    }

    #[test]
    fn the_page_keeps_so_many_entries() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        let all: Vec<i64> = (0..MAX_ROWS as i64).collect();
        fake.serve(move |_| page(&all, Some(1)));
        let log = Log::new();
        log.show(AuditParams::default());
        fake.run();
        assert_eq!((log.has_more(), log.is_cut()), (false, true));
    }
}
