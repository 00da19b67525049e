//! How pages look: the theme in this browser, and for the person everywhere the span of charts and the
//! zone of times.

use std::collections::VecDeque;

use leptos::prelude::*;
use protocol::{Conflict, ErrorCode, Preferences, json, paths};

use super::Section;
use crate::erased::{effect, part};
use crate::live::client::{self, ClientError};
use crate::shell::fields::{Field, options};
use crate::shell::task::{Problem, Task};
use crate::shell::theme::ThemeChoice;
use crate::time::words::{SPANS_S, span};
use crate::time_zone;

/// Name of the zone of the browser, as preferences have it.
const LOCAL: &str = "local";
const UTC: &str = "utc";
/// The span of charts of somebody who chose none, in seconds.
const USUAL_S: u32 = 300;

/// A change of preferences.
type Change = Box<dyn Fn(&mut Preferences) + Send + Sync>;

/// What a person chose, and what of it is saved: copied freely. Changes are saved one after the other.
#[derive(Clone, Copy)]
struct Saving {
    own: RwSignal<Preferences>,
    waiting: StoredValue<VecDeque<Change>>,
    task: Task,
    saved: RwSignal<bool>,
}

impl Saving {
    fn new(preferences: Preferences) -> Saving {
        Saving {
            own: RwSignal::new(preferences),
            waiting: StoredValue::new(VecDeque::new()),
            task: Task::new(),
            saved: RwSignal::new(false),
        }
    }

    fn save(self, change: Change) {
        self.saved.set(false);
        self.waiting.update_value(|all| all.push_back(change));
        let next = move || self.waiting.try_update_value(VecDeque::pop_front).flatten();
        // What is being saved takes this change too.
        self.task.run(async move {
            while let Some(change) = next() {
                let own = changed(self.own.get_untracked(), &*change).await?;
                self.own.set(own);
            }
            self.saved.set(true);
            Ok(())
        });
    }
}

/// The section. What is chosen is saved at once.
#[component]
pub fn Display(
    /// What the person chose before.
    preferences: Preferences,
) -> impl IntoView {
    let saving = Saving::new(preferences);
    let Saving { own, task, .. } = saving;
    let names = RwSignal::new(Vec::<String>::new());
    // The server does not know which zones the browser knows.
    effect(move || names.set(time_zone::names()));
    let zone = move || own.with(|own| own.zone.clone()).unwrap_or(LOCAL.into());
    let zones = move || {
        let chosen = zone();
        let mut all = vec![(LOCAL.to_string(), "As this browser".to_string())];
        all.push((UTC.into(), "UTC".into()));
        let mut names = names.get();
        if chosen != LOCAL && chosen != UTC && !names.contains(&chosen) {
            names.insert(0, chosen.clone());
        }
        all.extend(names.into_iter().map(|name| (name.clone(), name)));
        options(all, &chosen)
    };
    let spans = move || {
        let chosen = own.with(|own| own.range_s).unwrap_or(USUAL_S);
        let mut all = SPANS_S.to_vec();
        if !all.contains(&chosen) {
            all.insert(0, chosen);
        }
        let all = all.into_iter().map(|s| (s.to_string(), span(s)));
        options(all, &chosen.to_string())
    };
    let choose_zone = move |event| {
        let zone = event_target_value(&event);
        saving.save(Box::new(move |own| own.zone = Some(zone.clone())));
    };
    let choose_span = move |event| {
        if let Ok(seconds) = event_target_value(&event).parse() {
            saving.save(Box::new(move |own| own.range_s = Some(seconds)));
        }
    };
    let state = move || match (task.is_busy(), saving.saved.get()) {
        (true, _) => Some("Saving…"),
        (false, true) => Some("Saved."),
        (false, false) => None,
    };
    view! {
        <Section
            id="about-display"
            title="Display"
            about="The theme is that of this browser; time settings go with you."
        >
            <div class="field"><span>"Theme"</span><ThemeChoice/></div>
            <Field label="Charts show">
                <select on:change=choose_span>{part(spans)}</select>
            </Field>
            <Field label="Time zone" hint="For all times on pages and charts.">
                <select on:change=choose_zone>{part(zones)}</select>
            </Field>
            <Problem task/>
            <p class="hint" role="status">{part(state)}</p>
        </Section>
    }
}

/// Saves a change of preferences; when another page saved in between, over what it saved.
pub(super) async fn changed(
    mut own: Preferences,
    change: &(dyn Fn(&mut Preferences) + Send + Sync),
) -> Result<Preferences, ClientError> {
    change(&mut own);
    match client::put(paths::PREFERENCES, &own).await {
        Err(ClientError::Rejected {
            code: ErrorCode::StaleVersion,
            body,
            ..
        }) => {
            let conflict = json::read::<Conflict<Preferences>>(&body);
            let mut current = conflict.map_err(|_| ClientError::Unreadable)?.current;
            change(&mut current);
            client::put(paths::PREFERENCES, &current).await
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::{Fake, Reply};

    #[test]
    fn a_change_while_another_is_saved_is_saved_after_it() {
        let (fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        fake.serve(|request| {
            let body = request.body.clone().unwrap_or_default();
            let sent: Preferences = serde_json::from_str(&body).expect("preferences");
            let version = sent.version + 1;
            Reply::json(&Preferences { version, ..sent })
        });
        let saving = Saving::new(Preferences::default());
        saving.save(Box::new(|own| own.zone = Some(UTC.into())));
        saving.save(Box::new(|own| own.range_s = Some(900)));
        fake.run();
        let want = Preferences {
            version: 2,
            range_s: Some(900),
            zone: Some(UTC.into()),
            ..Preferences::default()
        };
        assert_eq!(saving.own.get_untracked(), want);
        assert!(saving.saved.get_untracked() && saving.task.problem().is_empty());
    }

    #[test]
    fn a_change_goes_over_what_another_page_saved() {
        let fake = Fake::install();
        let theirs = Preferences {
            version: 7,
            range_s: Some(900),
            ..Preferences::default()
        };
        fake.serve(move |request| {
            let body = request.body.clone().unwrap_or_default();
            let sent: Preferences = serde_json::from_str(&body).expect("preferences");
            if sent.version == theirs.version {
                return Reply::json(&Preferences { version: 8, ..sent });
            }
            let error = serde_json::json!({ "code": "stale_version", "message": "x" });
            let body = serde_json::json!({ "error": error, "current": theirs });
            Reply::Now(409, body.to_string())
        });
        let saved = fake.now(async {
            changed(Preferences::default(), &|own| own.zone = Some(UTC.into())).await
        });
        let want = Preferences {
            version: 8,
            range_s: Some(900),
            zone: Some(UTC.into()),
            ..Preferences::default()
        };
        assert_eq!(saved, Ok(want));
    }
}
