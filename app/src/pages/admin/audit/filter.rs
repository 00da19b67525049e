//! Which entries are shown, and the fields that say so.
//!
//! Invariant: a time that cannot be read changes nothing: what was shown before it stays.

use leptos::prelude::*;
use protocol::{AuditCode, AuditFormat, AuditParams, QueryTime};

use super::rows;
use crate::base::at;
use crate::browser;
use crate::erased::{CollectAny, part};
use crate::pages::admin::list::ListState;
use crate::time::bound::{HINT, bound, is_reversed};
use crate::view::Zone;

/// Times that are often wanted, for the browser's own list of suggestions.
const OFTEN: [&str; 5] = ["-1h", "-24h", "-7d", "-30d", "yesterday"];

/// The filter: copied freely.
#[derive(Clone, Copy)]
pub struct Filter {
    /// The list, with what is searched for.
    pub list: ListState,
    who: RwSignal<String>,
    /// Name of a code; empty for any.
    what: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    /// The times that the fields last had in a form that can be read, or why they cannot be read.
    times: Memo<Times>,
}

/// Both ends, and why what stands in the fields is not them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Times {
    from: Option<QueryTime>,
    to: Option<QueryTime>,
    problem: String,
}

impl Times {
    fn read(from: &str, to: &str) -> Result<Times, String> {
        // Nothing asks the browser before somebody types.
        if from.trim().is_empty() && to.trim().is_empty() {
            return Ok(Times::default());
        }
        let now_ms = browser::host().wall_ms();
        let read = |field: &str, text: &str, is_end: bool| {
            let read = bound(text, is_end, now_ms, &Zone::Local);
            read.map_err(|why| format!("{field}: {why}"))
        };
        let (from, to) = (read("From", from, false)?, read("To", to, true)?);
        if is_reversed(from, to, now_ms) {
            return Err("To: choose a time after From.".to_string());
        }
        Ok(Times {
            from,
            to,
            problem: String::new(),
        })
    }
}

impl Filter {
    /// Shows everything.
    pub fn new(list: ListState) -> Filter {
        let [who, what, from, to] = [(); 4].map(|()| RwSignal::new(String::new()));
        let times = Memo::new(move |former: Option<&Times>| {
            let read = from.with(|from| to.with(|to| Times::read(from, to)));
            read.unwrap_or_else(|problem| Times {
                problem,
                ..former.cloned().unwrap_or_default()
            })
        });
        Filter {
            list,
            who,
            what,
            from,
            to,
            times,
        }
    }

    /// The parameters; reactive.
    pub fn params(self) -> AuditParams {
        let text = |of: RwSignal<String>| {
            let text = of.with(|text| text.trim().to_string());
            (!text.is_empty()).then_some(text)
        };
        let code = self.what.with(|name| AuditCode::parse(name));
        let (from, to) = self.times.with(|times| (times.from, times.to));
        AuditParams {
            who: text(self.who),
            what: Some(code)
                .filter(|code| *code != AuditCode::Unknown)
                .into_iter()
                .collect(),
            from,
            to,
            search: text(self.list.search),
            ..AuditParams::default()
        }
    }

    /// Why the times cannot be read; empty when they can be; reactive.
    fn problem(self) -> String {
        self.times.with(|times| times.problem.clone())
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
    let often = OFTEN.map(|text| view! { <option value=text></option> });
    let time = |name: &'static str, example: &'static str, text: RwSignal<String>| {
        let is_bad = move || filter.problem().starts_with(name).to_string();
        view! {
            <input
                type="text"
                class="at"
                aria-label=name
                placeholder=format!("{name}: {example}")
                title=format!("Such as {HINT}")
                autocomplete="off"
                spellcheck="false"
                maxlength="32"
                list="times"
                aria-invalid=is_bad
                aria-describedby="times-problem"
                bind:value=text
            />
        }
        .into_any()
    };
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
            {time("From", "-2h", filter.from)}
            {time("To", "now", filter.to)}
            <datalist id="times">{often}</datalist>
            <span class="files">
                "Export "
                {file(AuditFormat::Csv, "CSV")}
                {file(AuditFormat::Json, "JSON")}
            </span>
            <p class="problem" role="alert" id="times-problem">{part(move || filter.problem())}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::fake::Fake;
    use crate::shell::toast::Toast;

    #[test]
    fn what_is_chosen_is_what_is_asked_for_and_exported() {
        let (_fake, owner) = (Fake::install(), Owner::new());
        owner.set();
        provide_context(Toast::new());
        let filter = Filter::new(ListState::new());
        assert_eq!(filter.params(), AuditParams::default());
        filter.who.set(" ada ".into());
        filter.what.set("role_saved".into());
        filter.from.set("now-60m".into());
        filter.to.set("-10m".into());
        filter.list.search.set("shop".into());
        let rest = "who=ada&what=role_saved&from=-3600000&to=-600000&search=shop";
        let address = format!("/api/admin/audit?{rest}");
        assert_eq!(filter.params().address(), address);
        assert_eq!(
            filter.params().export_address(AuditFormat::Json),
            format!("/api/admin/audit/export?format=json&{rest}")
        );
        // What cannot be read is said, and what was shown stays.
        for (from, to, want) in [
            ("soon", "-10m", "From: "),
            ("-60m", "then", "To: "),
            ("-10m", "-60m", "To: choose a time after From."),
        ] {
            filter.from.set(from.into());
            filter.to.set(to.into());
            let problem = filter.problem();
            assert!(problem.starts_with(want), "{problem}");
            assert_eq!(filter.params().address(), address);
        }
        filter.from.set(String::new());
        filter.to.set("now".into());
        assert_eq!(filter.problem(), "");
        assert_eq!((filter.params().from, filter.params().to), (None, None));
        filter.what.set("of_tomorrow".into());
        assert!(filter.params().what.is_empty());
    }
}
