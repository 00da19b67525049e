//! How pages look: the theme in this browser, and for the person everywhere the span of charts and the
//! zone of times.

use leptos::prelude::*;
use protocol::{Conflict, ErrorCode, Preferences, json, paths};

use super::Section;
use crate::erased::{CollectAny, effect, part};
use crate::live::client::{self, ClientError};
use crate::shell::fields::Field;
use crate::shell::task::{Problem, Task};
use crate::shell::theme::ThemeChoice;
use crate::time::words::{SPANS_S, span};
use crate::time_zone;

/// Name of the zone of the browser, as preferences have it.
const LOCAL: &str = "local";
const UTC: &str = "utc";
/// The span of charts of somebody who chose none, in seconds.
const USUAL_S: u32 = 300;

/// The section. What is chosen is saved at once.
#[component]
pub fn Display(
    /// What the person chose before.
    preferences: Preferences,
) -> impl IntoView {
    let task = Task::new();
    let own = RwSignal::new(preferences);
    let saved = RwSignal::new(false);
    let save = move |change: Box<dyn Fn(&mut Preferences)>| {
        saved.set(false);
        task.run(async move {
            own.set(changed(own.get_untracked(), &*change).await?);
            saved.set(true);
            Ok(())
        });
    };
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
        options(all.collect(), &chosen.to_string())
    };
    let choose_zone = move |event| {
        let zone = event_target_value(&event);
        save(Box::new(move |own| own.zone = Some(zone.clone())));
    };
    let choose_span = move |event| {
        if let Ok(seconds) = event_target_value(&event).parse() {
            save(Box::new(move |own| own.range_s = Some(seconds)));
        }
    };
    let state = move || match (task.is_busy(), saved.get()) {
        (true, _) => "Saving…",
        (false, true) => "Saved.",
        (false, false) => "",
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
            <Field label="Time zone" hint="In which times are written.">
                <select on:change=choose_zone>{part(zones)}</select>
            </Field>
            <Problem task/>
            <p class="hint" role="status">{part(state)}</p>
        </Section>
    }
}

fn options(all: Vec<(String, String)>, chosen: &str) -> Vec<AnyView> {
    let option = |(value, words): (String, String)| {
        let is_chosen = value == chosen;
        view! { <option value=value selected=is_chosen>{words}</option> }
    };
    all.into_iter().map(option).collect_any()
}

/// Saves a change of preferences; when another page saved in between, over what it saved.
async fn changed(
    mut own: Preferences,
    change: &dyn Fn(&mut Preferences),
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
        };
        assert_eq!(saved, Ok(want));
    }
}
