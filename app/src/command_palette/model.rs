//! What the palette offers, and which of it fits what was typed. Pure. Invariant: an entry is found by
//! words of its own alone, so that the same letters find the same entries for everybody who may see them.

use protocol::{DashboardOutline, MetricOutline, paths};

use crate::shell::shortcuts::Bound;
use crate::widgets::heading_id;

/// Most entries that are listed at once.
pub const MOST: usize = 50;

/// What kind of thing an entry is; without a search they stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Another dashboard.
    Dashboard,
    /// A page of the navigation.
    Page,
    /// What can be done on the page that is open.
    Action,
    /// A widget of a dashboard; listed once something is searched for.
    Widget,
    /// A metric; listed once something is searched for.
    Metric,
}

impl Group {
    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Group::Dashboard => "Dashboard",
            Group::Page => "Page",
            Group::Action => "Action",
            Group::Widget => "Widget",
            Group::Metric => "Metric",
        }
    }

    fn is_searched(self) -> bool {
        matches!(self, Group::Widget | Group::Metric)
    }
}

/// What choosing an entry does.
#[derive(Clone)]
pub enum Act {
    /// Leads to an address.
    Go(String),
    /// Does what a key of the page does.
    Run(Bound),
}

/// One line.
#[derive(Clone)]
pub struct Entry {
    /// What it is.
    pub group: Group,
    /// What it is called.
    pub words: String,
    /// What else is known of it: where it stands, what it measures, its keys.
    pub detail: String,
    /// What it does.
    pub act: Act,
    /// Both texts in small letters.
    small: [String; 2],
}

impl Entry {
    /// An entry; `small` makes letters small.
    pub fn new(
        group: Group,
        words: String,
        detail: String,
        act: Act,
        small: fn(&str) -> String,
    ) -> Self {
        let small = [small(&words), small(&detail)];
        Entry {
            group,
            words,
            detail,
            act,
            small,
        }
    }
}

/// Dashboards, and the widgets of each; first those of the dashboard at the path `here`.
pub fn of_dashboards(
    mut dashboards: Vec<DashboardOutline>,
    here: &str,
    small: fn(&str) -> String,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    dashboards.sort_by_key(|dashboard| paths::dashboard_page(&dashboard.id) != here);
    for dashboard in dashboards {
        let place = paths::dashboard_page(&dashboard.id);
        let title = dashboard.title;
        let widgets = dashboard.widgets.into_iter();
        let named = widgets.filter(|widget| !widget.title.trim().is_empty());
        entries.extend(named.map(|widget| {
            let act = Act::Go(format!("{place}#{}", heading_id(&widget.id)));
            Entry::new(Group::Widget, widget.title, title.clone(), act, small)
        }));
        let go = Act::Go(place);
        entries.push(Entry::new(
            Group::Dashboard,
            title,
            String::new(),
            go,
            small,
        ));
    }
    entries
}

/// Metrics, each with the page that shows its charts, which `place` says.
pub fn of_metrics(
    metrics: Vec<MetricOutline>,
    place: fn(&str) -> String,
    small: fn(&str) -> String,
) -> Vec<Entry> {
    let entry = |metric: MetricOutline| {
        let act = Act::Go(place(&metric.name));
        Entry::new(Group::Metric, metric.name, metric.description, act, small)
    };
    metrics.into_iter().map(entry).collect()
}

/// Those that fit, best first, at most [`MOST`]; and how many fit in all.
pub fn found<'a>(entries: &'a [Entry], query: &str) -> (Vec<&'a Entry>, usize) {
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut fitting: Vec<(u32, &Entry)> = entries
        .iter()
        .filter(|entry| !words.is_empty() || !entry.group.is_searched())
        .filter_map(|entry| Some((score(entry, &words)?, entry)))
        .collect();
    let all = fitting.len();
    // What scores the same stays in its order.
    fitting.sort_by_key(|(score, entry)| (std::cmp::Reverse(*score), entry.group));
    fitting.truncate(MOST);
    let best = fitting.into_iter().map(|(_, entry)| entry);
    (best.collect(), all)
}

/// How well an entry fits: every word of the search is in its name, or else in what is known of it. None
/// where one is in neither.
fn score(entry: &Entry, words: &[&str]) -> Option<u32> {
    let [name, detail] = &entry.small;
    let mut sum = 0;
    for word in words {
        let in_detail = || fit(detail, word).filter(|_| detail.contains(word));
        sum += match fit(name, word) {
            Some(fit) => 2 * fit + u32::from(name.len() == word.len()),
            None => in_detail()?,
        };
    }
    Some(sum)
}

/// How a word fits a text: it begins it (4), begins a word of it (3), is in it (2), or its letters come in this
/// order (1).
fn fit(text: &str, word: &str) -> Option<u32> {
    let begins = |(at, _): (usize, &str)| {
        text[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric())
    };
    if text.starts_with(word) {
        return Some(4);
    }
    if text.contains(word) {
        let is_begun = text.match_indices(word).any(begins);
        return Some(if is_begun { 3 } else { 2 });
    }
    let mut letters = text.chars();
    let in_order = word
        .chars()
        .all(|letter| letters.any(|other| other == letter));
    in_order.then_some(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(group: Group, words: &str, detail: &str) -> Entry {
        let act = Act::Go("/".into());
        Entry::new(group, words.into(), detail.into(), act, str::to_lowercase)
    }

    fn all() -> Vec<Entry> {
        vec![
            entry(Group::Widget, "CPU", "System"),
            entry(Group::Dashboard, "System", ""),
            entry(Group::Dashboard, "Shop: checkout", ""),
            entry(Group::Page, "Roles", ""),
            entry(Group::Action, "Pause, or go on", "p"),
            entry(
                Group::Metric,
                "process.cpu.usage",
                "Share of all cores that the server uses",
            ),
            entry(
                Group::Metric,
                "http.request.duration",
                "From the first byte to the last",
            ),
        ]
    }

    fn names(query: &str) -> Vec<String> {
        let all = all();
        let (found, _) = found(&all, query);
        found.iter().map(|entry| entry.words.clone()).collect()
    }

    #[test]
    fn what_fits_best_comes_first() {
        for (query, want) in [
            (
                "",
                &["System", "Shop: checkout", "Roles", "Pause, or go on"][..],
            ),
            ("cpu", &["CPU", "process.cpu.usage"]),
            ("cpu sys", &["CPU"]),
            ("check", &["Shop: checkout"]),
            ("shck", &["Shop: checkout"]),
            ("httpdur", &["http.request.duration"]),
            ("first byte", &["http.request.duration"]),
            ("role", &["Roles"]),
            ("zzz", &[]),
        ] {
            assert_eq!(names(query), want, "{query:?}");
        }
    }

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let many: Vec<Entry> = (0..80)
            .map(|i| entry(Group::Metric, &format!("shop.{i}"), ""))
            .collect();
        let (found, all) = found(&many, "shop");
        assert_eq!((found.len(), all), (MOST, 80));
    }

    #[test]
    fn dashboards_bring_their_widgets_and_metrics_their_charts() {
        let dashboard = serde_json::from_str(
            r#"{"id":"shop","title":"Shop","widgets":[
                {"id":"a","kind":"line","title":"Sales","place":{"x":0,"y":0,"w":1,"h":1}},
                {"id":"b","kind":"text","title":" ","place":{"x":0,"y":0,"w":1,"h":1}}]}"#,
        );
        let other = serde_json::from_str(r#"{"id":"a","title":"A","widgets":[]}"#);
        let all = vec![other.expect("a dashboard"), dashboard.expect("a dashboard")];
        let entries = of_dashboards(all, "/d/shop", str::to_lowercase);
        let lines: Vec<_> = entries
            .iter()
            .map(|entry| match &entry.act {
                Act::Go(address) => (entry.group, &*entry.words, &*entry.detail, &**address),
                Act::Run(_) => unreachable!("no key"),
            })
            .collect();
        let want = [
            (Group::Widget, "Sales", "Shop", "/d/shop#widget-a"),
            (Group::Dashboard, "Shop", "", "/d/shop"),
            (Group::Dashboard, "A", "", "/d/a"),
        ];
        assert_eq!(lines, want);
    }

    proptest! {
        #[test]
        fn a_name_finds_its_entry_first(name in "[a-z]{1,8}( [a-zß]{1,8}){0,2}", query in ".{0,12}") {
            let mut entries = all();
            entries.push(entry(Group::Metric, &name, ""));
            let (best, _) = found(&entries, &name);
            prop_assert!(best.iter().any(|one| one.words == name));
            // Whatever is typed, what is found is of the list, each once.
            let (some, all) = found(&entries, &query);
            prop_assert!(some.len() <= all && all <= entries.len());
        }
    }
}
