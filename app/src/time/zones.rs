//! The choice of the zone in which times are written: the browser's, UTC, or any by its name.

use leptos::prelude::*;

use super::TimePicker;
use crate::erased::{CollectAny, part};
use crate::time_zone;
use crate::view::{View, Zone};

/// The choice; takes effect at once and is kept as the person's preference.
#[component]
pub fn Zones(
    /// What it changes.
    time: TimePicker,
) -> impl IntoView {
    let live = time.live;
    let problem = RwSignal::new(
        live.zone
            .with_untracked(|zone| zone.is_known())
            .then(String::new)
            .unwrap_or_else(|| unknown(&live.zone.with_untracked(Zone::words))),
    );
    let choose = move |zone: Zone| {
        problem.set(String::new());
        time.save_zone.run(Some(zone.name().to_string()));
        live.show(View {
            zone,
            ..live.view.get_untracked()
        });
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        let name = text.trim();
        match Zone::parse(name) {
            Zone::Local if !name.is_empty() && name != "local" => problem.set(unknown(name)),
            zone if zone.is_known() => choose(zone),
            _ => problem.set(unknown(name)),
        }
    };
    let is = move |zone: Zone| move || (live.zone.get() == zone).to_string();
    let name = move || match live.zone.get() {
        Zone::Named(name) => name,
        Zone::Local | Zone::Utc => String::new(),
    };
    view! {
        <fieldset class="zones">
            <legend>"Time zone"</legend>
            <button
                type="button"
                aria-pressed=is(Zone::Local)
                title=Zone::Local.words()
                on:click=move |_| choose(Zone::Local)
            >
                "Browser’s"
            </button>
            <button type="button" aria-pressed=is(Zone::Utc) on:click=move |_| choose(Zone::Utc)>
                "UTC"
            </button>
            <input
                type="text"
                list="zone-names"
                aria-label="Name of a time zone"
                placeholder="Europe/Vienna"
                autocomplete="off"
                spellcheck="false"
                prop:value=name
                aria-invalid=move || (!problem.with(String::is_empty)).to_string()
                aria-describedby="zone-problem"
                on:change=typed
            />
            <datalist id="zone-names">
                {time_zone::names()
                    .into_iter()
                    .map(|name| view! { <option value=name></option> })
                    .collect_any()}
            </datalist>
            <p class="problem" role="alert" id="zone-problem">{part(move || problem.get())}</p>
        </fieldset>
    }
}

fn unknown(name: &str) -> String {
    format!("There is no time zone “{name}”. Take one from the list, such as Europe/Vienna.")
}
