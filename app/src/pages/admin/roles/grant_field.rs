//! One grant of a role while it is edited: what it names, under which conditions, what it gives, and
//! what the server says about it.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{AccessMetric, Grant};

use super::conditions::{ConditionFields, Conditions};
use super::rows;
use crate::erased::{CollectAny, part};
use crate::pages::admin::access::{self, counted};

/// What a grant names. Its text is the value of the choice.
const KINDS: [(&str, &str); 3] = [
    ("pattern", "Names like"),
    ("category", "Category"),
    ("metric", "Metric"),
];

/// One grant while it is edited: copied freely.
#[derive(Clone, Copy)]
pub(super) struct GrantLine {
    kind: RwSignal<String>,
    text: RwSignal<String>,
    conditions: Conditions,
    /// Why it was not saved; empty when nothing is wrong with it.
    fault: RwSignal<String>,
}

impl GrantLine {
    pub(super) fn new(grant: &Grant) -> GrantLine {
        let (kind, text) = match (&grant.metric, &grant.category, &grant.pattern) {
            (Some(name), _, _) => ("metric", name.clone()),
            (_, Some(category), _) => ("category", category.clone()),
            (_, _, pattern) => ("pattern", pattern.clone().unwrap_or_default()),
        };
        GrantLine {
            kind: RwSignal::new(kind.to_string()),
            text: RwSignal::new(text),
            conditions: Conditions::new(&grant.conditions),
            fault: RwSignal::new(String::new()),
        }
    }

    /// The grant; none while nothing is typed.
    pub(super) fn grant(self) -> Option<Grant> {
        let text = self.text.get();
        let text = text.trim();
        let conditions = self.conditions.typed();
        if text.is_empty() && conditions.is_empty() {
            return None;
        }
        let grant = match self.kind.read().as_str() {
            "category" => Grant::category(text),
            "metric" => Grant::metric(text),
            _ => Grant::pattern(text),
        };
        Some(Grant {
            conditions,
            ..grant
        })
    }
}

/// Marks lines that cannot be saved; whether there is one.
pub(super) fn mark_problems(lines: &[GrantLine]) -> bool {
    let mut found = false;
    for line in lines {
        let problem = line.conditions.problem();
        found |= problem.is_some();
        line.fault.set(problem.unwrap_or_default());
    }
    found
}

/// Marks the line that a message of the server is about; false when it is about none. The server
/// counts what it was sent, which is what was typed into.
pub(super) fn mark_fault(lines: &[GrantLine], message: &str) -> bool {
    let Some((place, words)) = fault(message) else {
        return false;
    };
    let mut sent = lines
        .iter()
        .filter(|line| untrack(|| line.grant().is_some()));
    let Some(line) = sent.nth(place) else {
        return false;
    };
    line.fault.set(words.to_string());
    true
}

/// The place in `metrics`, and what is said of it.
fn fault(message: &str) -> Option<(usize, &str)> {
    let (place, words) = message.strip_prefix("metrics[")?.split_once(']')?;
    let words = words.trim_start_matches(['.', ':', ' ']);
    Some((place.parse().ok()?, words))
}

/// The fields of one grant.
#[component]
pub(super) fn GrantField(
    line: GrantLine,
    metrics: Arc<[AccessMetric]>,
    on_remove: Callback<()>,
) -> impl IntoView {
    let count = move || given(line.grant().as_ref(), &metrics);
    let options = KINDS.map(|(value, words)| view! { <option value=value>{words}</option> });
    let label = move || {
        line.grant()
            .map(|grant| rows::words(&grant))
            .unwrap_or_default()
    };
    let is_bad = move || line.fault.with(|fault| !fault.is_empty());
    view! {
        <div class="grant" class:is-bad=is_bad role="group" aria-label=label>
            <select aria-label="What is named" bind:value=line.kind>{options}</select>
            <input
                type="text"
                aria-label="Its name"
                aria-invalid=move || is_bad().then_some("true")
                placeholder="http.*"
                autocomplete="off"
                spellcheck="false"
                list=move || if *line.kind.read() == "category" { "categories" } else { "names" }
                bind:value=line.text
            />
            <small role="status">{part(count)}</small>
            <button
                type="button"
                class="icon"
                aria-label=move || format!("Take away {}", label())
                title="Take away"
                on:click=move |_| on_remove.run(())
            >
                "×"
            </button>
            <ConditionFields conditions=line.conditions/>
            <p class="problem" role="alert">{part(move || line.fault.get())}</p>
        </div>
    }
}

/// How many metrics a grant gives, and how many it would without conditions on tags that they lack.
fn given(grant: Option<&Grant>, metrics: &[AccessMetric]) -> String {
    let Some(grant) = grant else {
        return "Nothing yet".to_string();
    };
    let named = |metric: &&AccessMetric| grant.gives(&metric.name, &metric.category);
    let named = metrics.iter().filter(named).count();
    let given = metrics
        .iter()
        .filter(|one| access::gives(grant, one))
        .count();
    match (grant.conditions.is_empty(), given) {
        (true, _) => counted(named, "metric"),
        (false, given) if given == named => format!("some of {}", counted(named, "metric")),
        (false, given) => format!("{given} of {named} have the tags"),
    }
}

/// What can be typed, for the browser's own list of suggestions.
#[component]
pub(super) fn Suggestions(metrics: Arc<[AccessMetric]>) -> impl IntoView {
    /// Most texts that a browser is given: its list is for people.
    const MAX: usize = 500;
    let distinct = |of: &dyn Fn(&AccessMetric) -> Vec<String>| {
        let mut all: Vec<String> = metrics.iter().flat_map(of).collect();
        charts::order::sort(&mut all, Ord::cmp);
        all.dedup();
        let all = all.into_iter().filter(|one| !one.is_empty()).take(MAX);
        all.map(|text| view! { <option value=text></option> })
            .collect_any()
    };
    let names = distinct(&|metric| vec![metric.name.clone()]);
    let categories = distinct(&|metric| vec![metric.category.clone()]);
    let tags = distinct(&|metric| metric.tags.clone());
    view! {
        <datalist id="names">{names}</datalist>
        <datalist id="categories">{categories}</datalist>
        <datalist id="tags">{tags}</datalist>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(grant: &Grant) -> GrantLine {
        GrantLine::new(grant)
    }

    #[test]
    fn a_grant_with_conditions_is_read_back_as_it_was_saved() {
        let owner = Owner::new();
        owner.set();
        let shop = || {
            Grant::pattern("http.*")
                .with("service", "shop")
                .with("region", "eu-*")
        };
        for grant in [
            shop(),
            Grant::category("Web"),
            Grant::metric("a.b").with("x", ""),
        ] {
            assert_eq!(line(&grant).grant(), Some(grant));
        }
        assert_eq!(line(&Grant::pattern("")).grant(), None);
        // Of nothing but a condition the server says what is missing.
        let bare = Grant::pattern("").with("service", "shop");
        assert_eq!(line(&bare).grant(), Some(bare));
    }

    #[test]
    fn what_the_server_says_stands_at_the_clause_that_it_is_about() {
        let owner = Owner::new();
        owner.set();
        let lines = [
            line(&Grant::pattern("")),
            line(&Grant::pattern("a")),
            line(&Grant::pattern("b").with("service", "x")),
        ];
        for (message, place, words) in [
            (
                "metrics[1].where.service: a value is too long",
                2,
                "where.service: a value is too long",
            ),
            ("metrics[0]: stands there twice", 1, "stands there twice"),
            ("metrics[0].pattern: too long", 1, "pattern: too long"),
        ] {
            assert!(mark_fault(&lines, message), "{message}");
            assert_eq!(lines[place].fault.get_untracked(), words);
        }
        for message in [
            "name: taken",
            "metrics[2]: beyond",
            "metrics: too many",
            "metrics[x]: odd",
        ] {
            assert!(!mark_fault(&lines, message), "{message}");
        }
    }

    #[test]
    fn a_tag_that_stands_there_twice_is_not_sent() {
        let owner = Owner::new();
        owner.set();
        let twice = line(&Grant::pattern("*").with("a", "1").with("b ", "2"));
        let good = line(&Grant::pattern("*").with("a", "1"));
        assert!(!mark_problems(&[twice, good]));
        let twice = line(&Grant::pattern("*").with("a", "1").with("a ", "2"));
        assert!(mark_problems(&[good, twice]));
        assert_eq!(
            twice.fault.get_untracked(),
            "where: the tag “a” stands there twice"
        );
        assert_eq!(good.fault.get_untracked(), "");
    }

    #[test]
    fn a_line_says_how_much_it_gives() {
        let metric = |name: &str, tags: &[&str]| AccessMetric {
            name: name.into(),
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
            ..AccessMetric::default()
        };
        let metrics = [
            metric("a.x", &["service"]),
            metric("a.y", &[]),
            metric("b", &["service"]),
        ];
        let check = |grant: Grant, want: &str| assert_eq!(given(Some(&grant), &metrics), want);
        check(Grant::pattern("a.*"), "2 metrics");
        check(
            Grant::pattern("a.*").with("service", "x"),
            "1 of 2 have the tags",
        );
        check(Grant::metric("b").with("service", "x"), "some of 1 metric");
        assert_eq!(given(None, &metrics), "Nothing yet");
    }
}
