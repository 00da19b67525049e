//! Which entries are shown, and the fields that say so.

use leptos::prelude::*;
use protocol::{AuditCode, AuditFormat, AuditParams, QueryTime};

use super::rows;
use crate::base::at;
use crate::erased::CollectAny;
use crate::pages::admin::list::ListState;

/// What can be chosen of time: in ms before now, and in words.
const TIMES: [(u32, &str); 5] = [
    (0, "Any time"),
    (3_600_000, "Last hour"),
    (86_400_000, "Last 24 hours"),
    (7 * 86_400_000, "Last 7 days"),
    (30 * 86_400_000, "Last 30 days"),
];

/// The filter: copied freely.
#[derive(Clone, Copy)]
pub struct Filter {
    /// The list, with what is searched for.
    pub list: ListState,
    who: RwSignal<String>,
    /// Name of a code; empty for any.
    what: RwSignal<String>,
    /// One of [`TIMES`], as text.
    within: RwSignal<String>,
}

impl Filter {
    /// Shows everything.
    pub fn new(list: ListState) -> Filter {
        Filter {
            list,
            who: RwSignal::new(String::new()),
            what: RwSignal::new(String::new()),
            within: RwSignal::new(TIMES[0].0.to_string()),
        }
    }

    /// The parameters; reactive.
    pub fn params(self) -> AuditParams {
        let text = |of: RwSignal<String>| {
            let text = of.with(|text| text.trim().to_string());
            (!text.is_empty()).then_some(text)
        };
        let code = self.what.with(|name| AuditCode::parse(name));
        let within_ms = self.within.with(|ms| ms.parse().unwrap_or(0));
        AuditParams {
            who: text(self.who),
            what: Some(code)
                .filter(|code| *code != AuditCode::Unknown)
                .into_iter()
                .collect(),
            from: (within_ms > 0).then(|| QueryTime::before_now(within_ms)),
            search: text(self.list.search),
            ..AuditParams::default()
        }
    }
}

/// The fields, and the files of all that they leave.
#[component]
pub fn FilterFields(
    /// The filter.
    filter: Filter,
) -> impl IntoView {
    let kinds = AuditCode::ALL.iter().map(|code| {
        view! { <option value=code.name()>{rows::what(*code)}</option> }
    });
    let times = TIMES.map(|(ms, words)| view! { <option value=ms.to_string()>{words}</option> });
    let file = |format: AuditFormat, words: &'static str| {
        let address = move || at(&filter.params().export_address(format));
        view! { <a class="file" href=address download="">{words}</a> }
    };
    view! {
        <div class="top">
            <h1 id="page-title">"Audit log"</h1>
            <input
                type="search"
                aria-label="Search the audit log"
                placeholder="Search object, address, state (/)"
                autocomplete="off"
                spellcheck="false"
                node_ref=filter.list.field
                bind:value=filter.list.search
            />
        </div>
        <div class="filters">
            <input
                type="text"
                aria-label="Who"
                placeholder="Anybody"
                autocomplete="off"
                spellcheck="false"
                maxlength="64"
                bind:value=filter.who
            />
            <select aria-label="What" bind:value=filter.what>
                <option value="">"Anything"</option>
                {kinds.collect_any()}
            </select>
            <select aria-label="When" bind:value=filter.within>{times.collect_any()}</select>
            <span class="files">
                "Export "
                {file(AuditFormat::Csv, "CSV")}
                {file(AuditFormat::Json, "JSON")}
            </span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::toast::Toast;

    #[test]
    fn what_is_chosen_is_what_is_asked_for_and_exported() {
        let owner = Owner::new();
        owner.set();
        provide_context(Toast::new());
        let filter = Filter::new(ListState::new());
        assert_eq!(filter.params(), AuditParams::default());
        filter.who.set(" ada ".into());
        filter.what.set("role_saved".into());
        filter.within.set("3600000".into());
        filter.list.search.set("shop".into());
        let rest = "who=ada&what=role_saved&from=-3600000&search=shop";
        assert_eq!(
            filter.params().address(),
            format!("/api/admin/audit?{rest}")
        );
        assert_eq!(
            filter.params().export_address(AuditFormat::Json),
            format!("/api/admin/audit/export?format=json&{rest}")
        );
        filter.what.set("of_tomorrow".into());
        assert!(filter.params().what.is_empty());
    }
}
