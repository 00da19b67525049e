//! The dashboard picker: where one is, and on opening where else one can go.

use leptos::html;
use leptos::prelude::*;

use crate::arrangement::Arrangement;
use crate::base::at;
use crate::browser;
use crate::erased::{CollectAny, effect, part};
use crate::live::client::{self, ClientError};
use crate::parts::{Opened, late};
use crate::shell::Disclosure;
use protocol::{Dashboard, paths};

/// More dashboards than this can be searched.
const MOST_AT_A_GLANCE: usize = 7;

/// What the list shows.
#[derive(Clone, PartialEq)]
enum Listed {
    Loading,
    Failed(ClientError),
    Known(Vec<Entry>),
}

/// A dashboard of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    address: String,
    title: String,
}

/// The picker, in the header.
#[component]
pub fn DashboardPicker(
    /// The dashboard that is open.
    title: String,
    /// Its address.
    here: String,
) -> impl IntoView {
    let mark = view! {
        <span class="named">{title}</span>
        <span class="caret" aria-hidden="true">"▾"</span>
    };
    view! { <Chooser class="picker" title="Choose a dashboard" here mark=mark.into_any()/> }
}

/// The same choice in the menu of a narrow screen.
#[component]
pub fn DashboardMenu(
    /// The address of the dashboard that is open.
    here: String,
) -> impl IntoView {
    let mark = view! {
        "All dashboards"
        <span class="caret" aria-hidden="true">"▾"</span>
    };
    view! { <Chooser class="sub-menu" title="All dashboards" here mark=mark.into_any()/> }
}

#[component]
fn Chooser(class: &'static str, title: &'static str, here: String, mark: AnyView) -> impl IntoView {
    let openings = RwSignal::new(0);
    let choice = Choice {
        openings,
        here: StoredValue::new(here),
    };
    let on_open = Callback::new(move |()| openings.update(|openings| *openings += 1));
    let was_open = Memo::new(move |_| openings.get() > 0);
    view! {
        <Disclosure class title mark on_open>
            <Show when=move || was_open.get()>{late(move || Opened::Dashboards(choice))}</Show>
        </Disclosure>
    }
}

/// A picker that was opened.
#[derive(Clone, Copy)]
pub struct Choice {
    /// How often it was opened.
    openings: RwSignal<u32>,
    /// The address of the dashboard that is open.
    here: StoredValue<String>,
}

/// Where one can go, with a search where that is much.
pub fn choices(choice: Choice) -> AnyView {
    let Choice { openings, here } = choice;
    let edited = use_context::<Arrangement>()
        .filter(|arrangement| arrangement.may_edit)
        .map(|arrangement| arrangement.edit_page());
    let listed = RwSignal::new(Listed::Loading);
    let query = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    // Loaded at each opening: somebody may have made one meanwhile.
    effect(move || {
        openings.track();
        query.set(String::new());
        browser::spawn(async move {
            let answer = client::get::<Vec<Dashboard>>(paths::DASHBOARDS).await;
            listed.try_set(match answer {
                Ok(all) => Listed::Known(all.into_iter().map(entry).collect()),
                Err(error) => Listed::Failed(error),
            });
        });
    });
    let many = Memo::new(move |_| {
        listed.with(|listed| matches!(listed, Listed::Known(all) if all.len() > MOST_AT_A_GLANCE))
    });
    effect(move || {
        listed.track();
        if let Some(field) = field.get() {
            // An element that is there takes the focus.
            drop(field.focus());
        }
    });
    let found = move || match listed.get() {
        Listed::Known(all) => matching(&all, &query.read(), browser::small),
        _ => Vec::new(),
    };
    let rows = move || match listed.get() {
        Listed::Loading => view! { <li class="hint">"Loading…"</li> }.into_any(),
        Listed::Failed(error) => view! { <li class="problem">{error.to_string()}</li> }.into_any(),
        Listed::Known(_) => match found() {
            none if none.is_empty() => {
                view! { <li class="hint">"No dashboards match."</li> }.into_any()
            }
            some => here.with_value(|here| {
                some.into_iter()
                    .map(|e| row(e, here))
                    .collect_any()
                    .into_any()
            }),
        },
    };
    let enter = move |event: leptos::ev::KeyboardEvent| {
        if let ("Enter", Some(first)) = (event.key().as_str(), untrack(found).first()) {
            browser::go(&first.address);
        }
    };
    view! {
        <Show when=move || many.get()>
            <input
                type="search"
                aria-label="Search dashboards"
                placeholder="Search"
                autocomplete="off"
                maxlength="100"
                node_ref=field
                prop:value=move || query.get()
                on:input=move |event| query.set(event_target_value(&event))
                on:keydown=enter
            />
        </Show>
        <ul>{part(rows)}</ul>
        {edited.map(|page| view! { <p class="edit-link"><a href=page>"Edit this dashboard"</a></p> })}
    }
    .into_any()
}

fn entry(dashboard: Dashboard) -> Entry {
    Entry {
        address: paths::dashboard_page(&dashboard.id),
        title: dashboard.title,
    }
}

fn row(Entry { address, title }: Entry, here: &str) -> impl IntoView + use<> {
    let current = (address == here).then_some("page");
    view! {
        <li>
            <a href=at(&address) aria-current=current title=title.clone()>
                {title.clone()}
            </a>
        </li>
    }
}

/// Those whose titles have every word of the query, whatever its letters' case.
fn matching(all: &[Entry], query: &str, small: impl Fn(&str) -> String) -> Vec<Entry> {
    let query = small(query);
    let has_words = |entry: &&Entry| {
        let title = small(&entry.title);
        query.split_whitespace().all(|word| title.contains(word))
    };
    all.iter().filter(has_words).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picker_finds_titles_by_words() {
        let all = ["System", "Shop: checkout", "Shop: search"].map(|title| Entry {
            address: format!("/d/{title}"),
            title: title.into(),
        });
        for (query, want) in [
            ("", &["System", "Shop: checkout", "Shop: search"][..]),
            ("shop", &["Shop: checkout", "Shop: search"]),
            (" SEARCH shop ", &["Shop: search"]),
            ("nothing", &[]),
        ] {
            let found = matching(&all, query, str::to_lowercase);
            let titles: Vec<_> = found.iter().map(|entry| &*entry.title).collect();
            assert_eq!(titles, want, "{query:?}");
        }
    }

    #[test]
    fn the_picker_marks_where_one_is() {
        let entry = || Entry {
            address: "/d/a".into(),
            title: "A".into(),
        };
        let marked =
            |here| crate::testing::html(row(entry(), here)).contains("aria-current=\"page\"");
        assert!(marked("/d/a"));
        assert!(!marked("/d/ab"));
    }
}
