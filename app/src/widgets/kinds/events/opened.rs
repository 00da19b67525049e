//! The row that is open, with everything that came with its event, which the server is asked for.
//!
//! Invariant: an answer that comes after another row was opened is dropped.

use leptos::prelude::*;

use super::model;
use crate::browser;
use crate::erased::{CollectAny, part};
use crate::live::client::{self, ClientError};
use crate::shell::guest::Guest;
use crate::view::Zone;
use protocol::{ErrorCode, EventFields, LogRecord, paths};

/// The open row of a list, if one is.
#[derive(Clone, Copy)]
pub struct Opened {
    record: RwSignal<Option<LogRecord>>,
    /// What came with it; none while it is asked for.
    fields: RwSignal<Option<Result<EventFields, ClientError>>>,
    /// Set for people who are not signed in: they get what the row is made of.
    guest: Option<Guest>,
}

impl Opened {
    /// No row is open.
    pub(super) fn new() -> Opened {
        Opened {
            record: RwSignal::new(None),
            fields: RwSignal::new(None),
            guest: use_context(),
        }
    }

    /// Whether this row is; reactive.
    pub fn is(&self, record: &LogRecord) -> bool {
        self.record.with(|open| open.as_ref() == Some(record))
    }

    /// Opens a row, or closes the one that is open.
    pub fn turn(&self, record: &LogRecord) {
        let is_open = self
            .record
            .with_untracked(|open| open.as_ref() == Some(record));
        self.record.set((!is_open).then(|| record.clone()));
        if !is_open && self.guest.is_none() {
            self.ask(record.id);
        }
    }

    fn ask(self, id: u64) {
        self.fields.set(None);
        browser::spawn(async move {
            let answer = client::get(&paths::event_fields(id)).await;
            let is_open = |open: &Option<LogRecord>| open.as_ref().is_some_and(|one| one.id == id);
            if self.record.try_with_untracked(is_open) == Some(true) {
                self.fields.set(Some(answer));
            }
        });
    }

    /// All that is known of the event.
    pub fn view(self, record: LogRecord, zone: &Zone) -> AnyView {
        let id = record.id;
        let parts = [
            ("Time", zone.exact_time(record.t)),
            ("Event", record.event),
            ("Level", model::name(record.level).to_owned()),
            ("Source", record.source),
            ("Message", record.message),
        ];
        let parts = parts.into_iter().filter(|(_, words)| !words.is_empty());
        let part_of = |(name, words)| view! { <dt>{name}</dt><dd>{words}</dd> };
        let again = move |_| self.ask(id);
        if let Some(guest) = self.guest {
            let more = view! { <dd class="note">{guest.see_more()}</dd> };
            return view! { <dl>{parts.map(part_of).collect_any()}{more}</dl> }.into_any();
        }
        let came = move || {
            self.fields.with(|fields| {
                let names = fields.as_ref().and_then(|one| one.as_ref().ok()).map(all);
                let names = names.into_iter().flatten();
                let names = names
                    .map(|(name, value)| view! { <dt><code>{name}</code></dt><dd>{value}</dd> });
                let is_failed = can_be_asked_again(fields.as_ref());
                let again = is_failed.then(|| {
                    view! { <button type="button" class="link" on:click=again>"Try again"</button> }
                });
                let words = words(fields.as_ref());
                let note = (!words.is_empty())
                    .then(|| view! { <dd class="note" role="status">{words}" "{again}</dd> });
                view! { {names.collect_any()}{note} }
            })
        };
        view! { <dl>{parts.map(part_of).collect_any()}{part(came)}</dl> }.into_any()
    }
}

/// Measurements, then metadata.
fn all(fields: &EventFields) -> Vec<(String, String)> {
    [&*fields.measurements, &*fields.metadata].concat()
}

fn can_be_asked_again(fields: Option<&Result<EventFields, ClientError>>) -> bool {
    matches!(fields, Some(Err(error)) if !is_gone(error))
}

fn is_gone(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Rejected {
            code: ErrorCode::NotFound,
            ..
        }
    )
}

/// What is said beside the fields; empty where they are all there.
fn words(fields: Option<&Result<EventFields, ClientError>>) -> String {
    match fields {
        None => "Loading…".into(),
        Some(Err(error)) if is_gone(error) => {
            "The server no longer keeps what came with it.".into()
        }
        Some(Err(error)) => error.to_string(),
        Some(Ok(EventFields { left_out: 0, .. })) => String::new(),
        Some(Ok(fields)) => format!("and {} more, too long to be kept", fields.left_out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::{Fake, Reply};
    use protocol::{ApiError, LogLevel};

    fn record(id: u64) -> LogRecord {
        LogRecord {
            id,
            t: 1_700_000_000_041,
            level: LogLevel::Info,
            event: "shop.order".into(),
            message: "an order".into(),
            source: String::new(),
            anonymous: false,
        }
    }

    fn fields(value: &str, left_out: u32) -> EventFields {
        EventFields {
            measurements: vec![("price".into(), "49.5".into())],
            metadata: vec![("customer".into(), value.into())],
            left_out,
        }
    }

    #[test]
    fn an_opened_row_shows_everything_that_came_or_says_why_not() {
        Owner::new().with(|| {
            let fake = Fake::install();
            let opened = Opened::new();
            let check = |reply: Reply, want: &[&str], never: &[&str]| {
                let mut reply = Some(reply);
                fake.serve(move |request| {
                    assert_eq!((request.method, &*request.path), ("GET", "/api/events/7"));
                    reply.take().expect("one request")
                });
                opened.turn(&record(7));
                assert!(opened.is(&record(7)) && !opened.is(&record(8)));
                let html = || opened.view(record(7), &Zone::Utc).to_html();
                assert!(html().contains("Loading…"), "{}", html());
                fake.advance(1_000);
                for text in [&["2023-11-14 22:13:20.041 UTC"], want].concat() {
                    assert!(html().contains(text), "{text} in {}", html());
                }
                for text in [&["Loading…"], never].concat() {
                    assert!(!html().contains(text), "{text} in {}", html());
                }
                opened.turn(&record(7));
                assert!(!opened.is(&record(7)));
            };
            let failed = |code: ErrorCode| {
                let message = "about it".into();
                Reply::error(code.status(), ApiError { code, message })
            };
            check(
                Reply::json(&fields("zoe", 0)),
                &["price", "49.5", "customer", "zoe"],
                &["more", "Try again"],
            );
            check(
                Reply::json(&fields("zoe", 2)),
                &["zoe", "and 2 more"],
                &["Try again"],
            );
            check(
                failed(ErrorCode::NotFound),
                &["no longer keeps"],
                &["Try again"],
            );
            check(
                failed(ErrorCode::Internal),
                &["About it.", "Try again"],
                &["no longer"],
            );
            check(Reply::NoAnswer, &["No answer", "Try again"], &["no longer"]);
        });
    }

    #[test]
    fn a_row_of_somebody_who_is_not_signed_in_asks_nothing_and_leads_to_sign_in() {
        Owner::new().with(|| {
            let fake = Fake::install();
            let guest = protocol::Me {
                guest: true,
                ..Default::default()
            };
            provide_context(crate::address::Address {
                path: "/d/shop".into(),
                search: String::new(),
            });
            provide_context(Guest::of(&guest).expect("a guest"));
            let opened = Opened::new();
            opened.turn(&record(7));
            fake.advance(1_000);
            assert!(fake.take_requests().is_empty());
            let html = opened.view(record(7), &Zone::Utc).to_html();
            assert!(html.contains("an order") && html.contains("Sign in to see more"));
            assert!(!html.contains("Loading…"), "{html}");
        });
    }

    #[test]
    fn an_answer_for_a_row_that_was_closed_is_dropped() {
        Owner::new().with(|| {
            let fake = Fake::install();
            fake.serve(|request| {
                let late = request.path.ends_with("/1");
                let text = serde_json::to_string(&fields(&request.path, 0)).expect("JSON");
                Reply::After(if late { 500 } else { 10 }, 200, text)
            });
            let opened = Opened::new();
            opened.turn(&record(1));
            opened.turn(&record(2));
            fake.advance(1_000);
            let html = opened.view(record(2), &Zone::Utc).to_html();
            assert!(
                html.contains("/api/events/2") && !html.contains("/api/events/1"),
                "{html}"
            );
        });
    }
}
